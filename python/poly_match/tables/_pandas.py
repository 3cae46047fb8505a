"""Tables of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from poly_match_rs import _native
from poly_match_rs._missing import is_missing

from poly_match.tables import _needs
from poly_match.tables._table import LABELS, Family, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions

# What pandas calls the values of a column of objects.
_INFERRED: dict[str, Family] = {
    "string": "text",
    "bytes": "bytes",
    "boolean": "booleans",
    "integer": "numbers",
    "floating": "numbers",
    "mixed-integer-float": "numbers",
    "decimal": "numbers",
    "datetime": "times",
    "date": "times",
    "timedelta": "times",
}


class Pandas(Table):
    """A DataFrame of pandas. New columns are arrays, which have no index to be aligned by."""

    kind = "pandas"

    @property
    def names(self) -> list[Any]:
        """The names of the columns, in order."""
        return list(self.data.columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.data)

    def column(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column as a Series."""
        return self.data[name]

    def numbers(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of numbers; decimals become floats."""
        values = self.data[name]
        is_decimal = values.dtype == object and pd.api.types.infer_dtype(values) == "decimal"
        if is_decimal or str(values.dtype).startswith("decimal"):
            return pd.to_numeric(values.astype("float64"))
        return values

    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return the dtype."""
        return str(self.data[name].dtype)

    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""
        values = self.data[name]
        dtype = values.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            values = dtype.categories
            dtype = values.dtype
        types = pd.api.types
        if types.is_bool_dtype(dtype):
            return "booleans"
        if types.is_numeric_dtype(dtype):
            return "numbers"
        if types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype):
            return "times"
        return _INFERRED.get(types.infer_dtype(values, skipna=True), "any")

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of shapely geometries or other objects, of WKB, WKT, or of Arrow."""
        values = self.data[name]
        if isinstance(values.dtype, pd.ArrowDtype):
            pa = _needs.library("pyarrow", "columns of Arrow")
            return _native.GeometryColumn.from_arrow(pa.table({"geometry": pa.array(values.array)}))
        if self.family(name) in ("text", "bytes"):
            cells = values.astype(object).where(values.notna(), None)
            return _native.GeometryColumn.from_cells(cells.tolist())
        if values.dtype == object:
            return values.to_numpy()
        if type(values.dtype).__name__ == "GeometryDtype":
            return values
        raise self.wrong_type(name, "geometry")

    def geometry_names(self) -> list[Any]:
        """Return the columns of GeoPandas' type, and those of geometry objects."""
        return [name for name in dict.fromkeys(self.names) if self._is_geometry(name)]

    def _is_geometry(self, name: Any) -> bool:  # noqa: ANN401
        values = self.data[name]
        if not isinstance(values, pd.Series):
            return False  # a name that comes twice
        if type(values.dtype).__name__ == "GeometryDtype":
            return True
        if values.dtype != object:
            return False
        known = (value for value in values.array if not is_missing(value))
        return hasattr(next(known, None), "__geo_interface__")

    def select(self, names: Sequence[Any]) -> Table:
        """Return these columns, and the index as another."""
        kept = pd.DataFrame(self.data[list(names)]).reset_index(drop=True)
        index = self.data.index
        if index.nlevels == 1:
            kept = kept.assign(**{LABELS: index.array})
        return Pandas(kept)

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows, with their index."""
        return self.data if rows is None else self.data.iloc[rows]

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the table with new columns. Attributes, flags and the index are kept."""
        if all(isinstance(name, str) for name in columns):
            return table.assign(**columns)
        table = table.copy()
        for name, values in columns.items():
            table[name] = values
        return table

    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of Int64."""
        return pd.arrays.IntegerArray(np.where(is_missing, 1, values), is_missing.copy())

    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of float64, NaN where it is missing."""
        return np.where(is_missing, np.nan, values)

    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return columns as a table of pyarrow."""
        pa = _needs.library("pyarrow", "converting columns of pandas")
        arrays = [self._to_arrow(pa, name) for name in names]
        return pa.table(arrays, names=list(map(str, names)))

    def _to_arrow(self, pa: Any, name: Any) -> Any:  # noqa: ANN401
        try:
            return pa.array(self.data[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise TypeError(f"column {name!r} cannot be converted to Arrow: {error}") from None

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a DataFrame; integers and booleans become the nullable types."""
        pa = _needs.library("pyarrow", "converting columns to pandas")
        nullable = {
            pa.int8(): pd.Int8Dtype(),
            pa.int16(): pd.Int16Dtype(),
            pa.int32(): pd.Int32Dtype(),
            pa.int64(): pd.Int64Dtype(),
            pa.uint8(): pd.UInt8Dtype(),
            pa.uint16(): pd.UInt16Dtype(),
            pa.uint32(): pd.UInt32Dtype(),
            pa.uint64(): pd.UInt64Dtype(),
            pa.bool_(): pd.BooleanDtype(),
        }
        return cls(pa.table(stream).to_pandas(types_mapper=nullable.get, ignore_metadata=True))
