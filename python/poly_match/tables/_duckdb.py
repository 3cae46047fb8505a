"""Relations of DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from poly_match.tables import _needs
from poly_match.tables._arrow import Arrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Types of which Arrow has the values only in part: they are read as text.
_AS_TEXT = ("BIT", "TIME WITH TIME ZONE")


class Relation(Arrow):
    """A relation of DuckDB. It is read once, as a table of Arrow, and a relation comes back.

    An open stream would block its connection, so the whole relation is read.
    """

    def __init__(self, data: Any) -> None:  # noqa: ANN401
        _needs.library("pyarrow", "a relation of DuckDB")
        self._relation = data
        self._types = list(map(str, data.types))
        if not set(self._types).isdisjoint(_AS_TEXT):
            types = ["VARCHAR" if one in _AS_TEXT else None for one in self._types]
            data = data.project(_projection(data.columns, types))
        super().__init__(data.to_arrow_table() if hasattr(data, "to_arrow_table") else data.arrow())

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return a relation of the same connection, on the table with new columns."""
        found = self._of_the_connection(super().with_columns(table, columns))
        # Arrow has no UUID, no HUGEINT, and no ENUM with values of its own.
        types = [
            None if str(got) == wanted else wanted
            for got, wanted in zip(found.types, self._types, strict=False)
        ]
        if not any(types):
            return found
        types += [None] * len(columns)
        return found.project(_projection(found.columns, types))

    def materialized(self) -> Arrow:
        """Return the table of Arrow."""
        return Arrow(self.data)

    def _of_the_connection(self, matched: Any) -> Any:  # noqa: ANN401, ARG002
        # A relation does not tell its connection, but runs queries in it. DuckDB finds the variable
        # `matched` by its name.
        view = f"poly_match_{uuid4().hex}"
        found = self._relation.query(view, "FROM matched")
        if hasattr(found, "materialize"):
            # From DuckDB 2 on, a query runs again each time, with that of the points in it.
            return found.materialize()
        self._relation.query(view, f"DROP VIEW {view}")
        return found


def _projection(names: Iterable[str], types: Sequence[str | None]) -> str:
    # The columns in SQL, cast to a type where there is one.
    quoted = ('"' + name.replace('"', '""') + '"' for name in names)
    return ", ".join(
        name if type_ is None else f"CAST({name} AS {type_}) AS {name}"
        for name, type_ in zip(quoted, types, strict=True)
    )
