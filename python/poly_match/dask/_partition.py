"""What a task does: joins one partition, and says in an error which one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from poly_match import tables
from poly_match._joined import Wanted, joined, needed, settled
from poly_match._streams import telling_where
from poly_match.dask import _cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poly_match._matcher import Matcher
    from poly_match._shipped import Shipped
    from poly_match.tables._table import Table


@dataclass(frozen=True)
class Joining:
    """A join of partitions with a saved matcher."""

    shipped: Shipped
    wanted: Wanted

    # What Dask calls the tasks.
    __name__ = "poly-match-join"

    def __call__(
        self,
        partition: Any,  # noqa: ANN401 - of pandas or GeoPandas
        partition_info: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        # Dask has the argument `partition_info` for the number of the partition.
        matcher = self.shipped.loaded(lambda _: _cluster.find(self.shipped))
        points = tables.of(partition, "points")
        where = None if partition_info is None else f"partition {partition_info['number']}"
        with telling_where(where, _row(matcher, points, self.wanted)):
            return joined(matcher, points, self.wanted)

    def with_columns_of(self, points: Any) -> Joining:  # noqa: ANN401 - of pandas or GeoPandas
        # Return a join that reads the same columns of coordinates in all partitions.
        return replace(self, wanted=settled(tables.of(points, "points"), self.wanted))

    def __dask_tokenize__(self) -> tuple[object, ...]:
        # The name of the file says what is in it, wherever it is.
        from dask.base import normalize_token

        return self.__name__, self.shipped.name, normalize_token(self.wanted)


def _row(
    matcher: Matcher[Any], points: Table, wanted: Wanted
) -> Callable[[int], Mapping[str, object]]:
    # What the join reads of a row, for an error.
    def row(number: int) -> Mapping[str, object]:
        if number >= len(points):
            return {}
        values = {
            str(name): points.column(name).iloc[number] for name in needed(matcher, points, wanted)
        }
        return {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in values.items()
        }

    return row
