"""What polygons are called in pictures and summaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from poly_match_rs._missing import is_missing

from poly_match._lookup import lookup

if TYPE_CHECKING:
    from poly_match._source import Source


class Names(Sequence[str]):
    """The name of each polygon: a value of a column, the attribute ``name``, or its position.

    Parameters
    ----------
    count : int
        Number of polygons.
    objects : sequence, optional
        The caller's polygons.
    values : array_like, optional
        A column of the polygons.
    """

    def __init__(
        self,
        count: int,
        objects: Sequence[Any] | None = None,
        values: Any = None,  # noqa: ANN401 - an array of any library
    ) -> None:
        self._count = count
        self._objects = objects
        self._values = values

    @classmethod
    def of(cls, source: Source) -> Names:
        # Return the names of the polygons of a result; without any, their positions.
        objects = source.polygons if isinstance(source.polygons, (list, tuple)) else None
        kept = source.columns
        name = None if kept is None else column_of_names(kept.names)
        try:
            values = None if kept is None or name is None else kept.values(name)
        except ImportError:  # columns that were loaded need pyarrow
            values = None
        return cls(source.count, objects, values)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(self._count))]
        name = None
        if self._values is not None:
            [name] = _listed(lookup(self._values, np.array([position]), self._count, None))
        elif self._objects is not None:
            name = getattr(self._objects[position], "name", None)
        if is_missing(name) or callable(name):
            return f"polygon {position}"
        return str(name)


def column_of_names(columns: Sequence[Any]) -> Any | None:  # noqa: ANN401 - a name of any type
    # Return the name of the column that is called "name", in capital letters or not.
    return next((name for name in columns if str(name).casefold() == "name"), None)


def _listed(values: Any) -> list[Any]:  # noqa: ANN401 - an array of any library
    for convert in ("to_pylist", "to_list", "tolist"):
        if hasattr(values, convert):
            return list(getattr(values, convert)())
    return list(values)
