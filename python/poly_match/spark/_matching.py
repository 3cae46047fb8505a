"""What the Python workers of Spark do: match batches of points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from poly_match._joined import matched
from poly_match._streams import telling_where
from poly_match.spark import _files
from poly_match.spark._types import new_names
from poly_match.tables._arrow import Batch, field_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from poly_match._joined import Wanted
    from poly_match._matcher import Matcher
    from poly_match._shipped import Shipped
    from poly_match.spark._types import Added


@dataclass(frozen=True)
class Matching:
    """A join, as a worker is told to do it.

    Attributes
    ----------
    shipped : Shipped
        The matcher.
    wanted : Wanted
        What the join is asked for.
    names : list of str
        The points' columns that it reads.
    added : list of Added
        The columns that it adds.
    """

    shipped: Shipped
    wanted: Wanted
    names: list[str]
    added: list[Added]

    def __call__(self, batches: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        # Return a list for each row, with a struct of the new columns for each match.
        matcher = self.shipped.loaded(_files.find)
        start = 0
        for arrays in batches:
            points = Batch(pa.RecordBatch.from_arrays(list(arrays), names=self.names))
            with telling(points, start):
                matches = self._matches(matcher, points)
            yield matches
            start += len(points)

    def _matches(self, matcher: Matcher[Any], points: Batch) -> Any:  # noqa: ANN401
        rows, columns = matched(matcher, points, self.wanted)
        structs = pa.StructArray.from_arrays(sent(columns, self.added), names=new_names(self.added))
        every = np.arange(len(points)) if rows.of_points is None else rows.of_points
        ends = np.cumsum(np.bincount(every, minlength=len(points)))
        return lists(np.concatenate([[0], ends]), structs)


def lists(offsets: npt.NDArray[np.int64], values: Any) -> Any:  # noqa: ANN401 - arrays of Arrow
    # Return an array of lists, which start and end here.
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32), pa.int32()), values)


def sent(columns: Sequence[tuple[Any, Any]], added: Sequence[Added]) -> list[Any]:
    # Return new columns in the types that Spark has.
    arrays = []
    for (_, values), one in zip(columns, added, strict=True):
        _, column = field_of(one.name, values)
        column = whole(column)
        # Not safe: what is smaller than a microsecond is cut off.
        is_same = column.type == one.arrow
        arrays.append(column if is_same else column.cast(one.arrow, safe=False))
    return arrays


def telling(batch: Batch, start: int) -> Any:  # noqa: ANN401 - a context manager
    # Say in an error which partition and batch it is in, and what is in its row.
    return telling_where(f"{where()}the batch that starts with row {start}", batch.row)


def where() -> str:
    # Return which partition this process works on, for messages.
    from pyspark import TaskContext

    context = TaskContext.get()
    return "" if context is None else f"partition {context.partitionId()}, "
