"""Tables of Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from poly_match_rs import _native

from poly_match.tables import _needs
from poly_match.tables._table import Family, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from poly_match._result import Floats, Positions


class Polars(Table):
    """A DataFrame of Polars."""

    kind = "polars"

    @property
    def names(self) -> list[Any]:
        """The names of the columns, in order."""
        return list(self.data.columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.data.height)

    def column(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column as a Series."""
        return self.data.get_column(name)

    def numbers(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of numbers; decimals become floats."""
        values = self.column(name)
        return values.cast(pl.Float64) if isinstance(values.dtype, pl.Decimal) else values

    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return the dtype."""
        return str(self.column(name).dtype)

    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""
        dtype = self.column(name).dtype
        if dtype == pl.Boolean:
            return "booleans"
        if dtype.is_numeric():
            return "numbers"
        if dtype in (pl.String, pl.Categorical, pl.Enum):
            return "text"
        if dtype == pl.Binary:
            return "bytes"
        return "times" if dtype.is_temporal() else "any"

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of WKB, WKT or GeoArrow; or of objects, such as shapely's."""
        self.check_name(name)
        if self.column(name).dtype == pl.Object:
            return self.column(name).to_list()
        try:
            return _native.GeometryColumn.from_arrow(self.to_arrow([name]))
        except TypeError:
            raise self.wrong_type(name, "geometry (WKB, WKT or GeoArrow)") from None

    def geometry_names(self) -> list[Any]:
        """Return the columns of an extension type of GeoArrow."""
        extension = getattr(pl, "BaseExtension", None)  # of newer releases
        if extension is None:
            return []
        return [
            name
            for name, dtype in self.data.schema.items()
            if isinstance(dtype, extension) and dtype.ext_name().startswith("geoarrow.")
        ]

    def select(self, names: Sequence[Any]) -> Table:
        """Return these columns."""
        return Polars(self.data.select(names))

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows."""
        return self.data if rows is None else self.data[rows]

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the table with new columns."""
        return table.with_columns(pl.Series(str(name), values) for name, values in columns.items())

    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return a Series of Int64."""
        return _with_nulls(values, is_missing)

    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return a Series of Float64."""
        return _with_nulls(values, is_missing)

    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return these columns; before Polars 1.3, as a table of pyarrow."""
        selected = self.data.select(names)
        return selected if hasattr(selected, "__arrow_c_stream__") else selected.to_arrow()

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a DataFrame."""
        if hasattr(pl.DataFrame, "__arrow_c_stream__"):
            return cls(pl.DataFrame(stream))
        pa = _needs.library("pyarrow", "converting columns to Polars")
        return cls(pl.from_arrow(pa.table(stream)))


def _with_nulls(values: npt.NDArray[Any], is_missing: npt.NDArray[np.bool_]) -> pl.Series:
    series: pl.Series = pl.Series(values)
    if not is_missing.any():
        return series
    nulls = pl.Series([None], dtype=series.dtype)
    masked: pl.Series = series.zip_with(pl.Series(~is_missing), nulls)
    return masked


class Lazy(Polars):
    """A LazyFrame of Polars: it is matched when it is collected, in batches if it is streamed."""

    is_stream = True

    def __len__(self) -> int:
        """Return 0: how many rows there are is not known."""
        return 0

    @property
    def names(self) -> list[Any]:
        """The names of the columns, in order."""
        return list(self.data.collect_schema().names())

    def in_batches(self, function: Callable[[Table], Any]) -> Any:  # noqa: ANN401
        """Return a LazyFrame that applies a function to each batch when it is collected."""
        schema = function(Polars(self.data.collect_schema().to_frame(eager=True))).schema
        return self.data.map_batches(
            lambda batch: function(Polars(batch)), schema=schema, streamable=True
        )

    def materialized(self) -> Table:
        """Return the DataFrame."""
        return Polars(self.data.collect())
