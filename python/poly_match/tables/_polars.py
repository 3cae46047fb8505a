"""Tables of Polars."""

from __future__ import annotations

from datetime import timezone
from itertools import count
from typing import TYPE_CHECKING, Any

import polars as pl
from poly_match_rs import _native

from poly_match._streams import telling
from poly_match.tables import _families, _needs
from poly_match.tables._table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from poly_match._result import Floats, Positions
    from poly_match.tables._families import Family


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
        if isinstance(dtype, pl.Datetime):
            return "datetimes" if dtype.time_zone is None else "datetimes with a zone"
        if isinstance(dtype, pl.Duration):
            return "durations"
        if dtype == pl.Date:
            return "dates"
        return "times of day" if dtype == pl.Time else "any"

    def labels(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of labels: dates and times as Python's."""
        values = self.column(name)
        zone = None
        if isinstance(values.dtype, pl.Datetime) and values.dtype.time_zone is not None:
            values = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            zone = timezone.utc
        if isinstance(values.dtype, (pl.Datetime, pl.Duration)):
            return _families.of_python(values.to_numpy(), zone)
        return values.to_list() if values.dtype.is_temporal() else values

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of WKB, WKT or GeoArrow; or of objects, such as shapely's."""
        self.check_name(name)
        if self.column(name).dtype == pl.Object:
            values = self.column(name).to_list()
            is_written = _families.of_objects(values) in ("text", "bytes")
            return _native.GeometryColumn.from_cells(values) if is_written else values
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

    def select(self, columns: Mapping[Any, Any]) -> Table:
        """Return these columns by their new names."""
        return Polars(self.data.select(list(columns)).rename(dict(columns)))

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
        for name, dtype in selected.schema.items():
            if dtype == pl.Object:  # Polars would export its addresses
                raise TypeError(f"column {name!r} cannot be converted to Arrow: it holds objects")
        # Polars exports a column of nulls with a buffer, which Arrow forbids.
        is_sound = pl.Null not in selected.dtypes and hasattr(selected, "__arrow_c_stream__")
        if is_sound:
            return selected
        _needs.library("pyarrow", "converting columns of Polars")
        return selected.to_arrow()

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
        schema = self.data.collect_schema()
        row = next(name for n in count() if (name := f"row {n}") not in schema)

        def matched(batch: pl.DataFrame) -> pl.DataFrame:
            start = batch[0, row] if batch.height else 0
            with telling(start):
                found: pl.DataFrame = function(Polars(batch.drop(row)))
            return found

        return self.data.with_row_index(row).map_batches(
            matched,
            schema=function(Polars(pl.DataFrame(schema=schema))).schema,
            streamable=True,
            # Rows and columns that are not there yet cannot be chosen before.
            predicate_pushdown=False,
            projection_pushdown=False,
            slice_pushdown=False,
        )

    def materialized(self) -> Table:
        """Return the DataFrame."""
        return Polars(self.data.collect())
