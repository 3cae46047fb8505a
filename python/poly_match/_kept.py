"""The columns of the polygons' table, which a matcher keeps for its joins.

They stay as they are. If a table of points is of another library, they are converted once, by
Arrow. With the matcher, they are saved as an Arrow IPC stream, never pickled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poly_match_rs import _native

from poly_match.tables._table import LABELS, Table, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poly_match_rs._native import ArrowTable
    from typing_extensions import Self


class Kept:
    """Columns of the polygons.

    Parameters
    ----------
    table : Table
        The columns, and the labels of the rows if there are.
    """

    def __init__(self, table: Table) -> None:
        self._tables: dict[str, Table] = {table.kind: table}
        self._saved: ArrowTable | None = None
        self._names = table.names

    @classmethod
    def read(cls, data: bytes) -> Self:
        # Read what `to_bytes` wrote.
        kept = cls.__new__(cls)
        kept._tables = {}
        kept._saved = _native.ArrowTable.read(data)
        kept._names = list(kept._saved.names())
        return kept

    @property
    def names(self) -> list[Any]:
        # The names of the columns.
        return [name for name in self._names if name != LABELS]

    @property
    def has_labels(self) -> bool:
        # Whether the rows have labels, as in pandas.
        return LABELS in self._names

    def columns(self, kind: type[Table], names: Sequence[Any]) -> list[Any]:
        # Return columns as a kind of table looks them up.
        for name in names:
            if name not in self._names:
                raise ValueError(f"the matcher keeps no column {name!r}: {known(name, self.names)}")
        table = self._tables.get(kind.kind)
        if table is None or not set(names) <= set(table.names):
            table = kind.from_arrow(self._stream(names))
            # pandas may have names that are no text, which Arrow does not know.
            renamed = dict(zip(names, table.names, strict=True))
            self._tables[kind.kind] = table
            return [table.values(renamed[name]) for name in names]
        return [table.values(name) for name in names]

    def values(self, name: Any) -> Any:  # noqa: ANN401 - a name, and an array of some library
        # Return a column as it is kept; one that was loaded from a file in an array of pyarrow.
        if self._saved is None:
            return next(iter(self._tables.values())).column(name)
        from poly_match.tables._arrow import Arrow

        return Arrow.from_arrow(self._stream([name])).column(name)

    # It never changes. What was read is not of a library that pickles.

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> Any:  # noqa: ANN401 - for pickle
        if self._saved is not None:
            return Kept.read, (self._saved.to_bytes(),)
        return Kept, (next(iter(self._tables.values())),)

    def __len__(self) -> int:
        # Return the number of polygons.
        if self._saved is not None:
            return self._saved.num_rows()
        return len(next(iter(self._tables.values())))

    def to_bytes(self) -> bytes:
        # Write the columns as an Arrow IPC stream.
        saved = self._saved
        if saved is None:
            saved = _native.ArrowTable.of(self._stream(self._names))
        return saved.to_bytes()

    def _stream(self, names: Sequence[Any]) -> Any:  # noqa: ANN401 - an object of some library
        if self._saved is not None:
            return self._saved.select(list(names))
        return next(iter(self._tables.values())).to_arrow(names)
