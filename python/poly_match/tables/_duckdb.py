"""Relations of DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from poly_match.tables import _needs
from poly_match.tables._arrow import Arrow

if TYPE_CHECKING:
    from poly_match._result import Positions


class Relation(Arrow):
    """A relation of DuckDB. It is read once, as a table of Arrow, and a relation comes back.

    An open stream would block its connection, so the whole relation is read.
    """

    def __init__(self, data: Any) -> None:  # noqa: ANN401
        _needs.library("pyarrow", "a relation of DuckDB")
        super().__init__(data.to_arrow_table() if hasattr(data, "to_arrow_table") else data.arrow())
        self._relation = data

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return a relation of the same connection, on the table with new columns."""
        return self._of_the_connection(super().with_columns(table, columns))

    def materialized(self) -> Arrow:
        """Return the table of Arrow."""
        return Arrow(self.data)

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows."""
        return super().take(rows)

    def _of_the_connection(self, matched: Any) -> Any:  # noqa: ANN401, ARG002
        # A relation does not tell its connection, but runs queries in it. DuckDB finds the variable
        # `matched` by its name. For a query it makes a view, which is dropped.
        view = f"poly_match_{uuid4().hex}"
        found = self._relation.query(view, "FROM matched")
        self._relation.query(view, f"DROP VIEW {view}")
        return found
