"""Tables of pandas."""

from __future__ import annotations

from datetime import timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from poly_match_rs import _native
from poly_match_rs._missing import is_missing

from poly_match.tables import _families, _needs
from poly_match.tables._table import LABELS, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions
    from poly_match.tables._families import Family


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
        return _family(self.data[name])

    def labels(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of labels: dates and times as Python's."""
        values = self.data[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            dtype = values.dtype.categories.dtype
            # NumPy's integers and booleans have no null.
            values = values.astype(object if dtype.kind in "iub" and values.hasnans else dtype)
        dtype = values.dtype
        if isinstance(dtype, pd.ArrowDtype):
            arrow: Any = _module("_arrow")
            return arrow.labels(arrow.pa.chunked_array(arrow.pa.array(values.array)))
        if isinstance(dtype, pd.DatetimeTZDtype):
            moments = values.dt.tz_convert("UTC").dt.tz_localize(None)
            return _families.of_python(moments.to_numpy(), timezone.utc)
        if isinstance(dtype, np.dtype) and dtype.kind in "mM":
            return _families.of_python(values.to_numpy())
        return values

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of shapely geometries or other objects, of WKB, WKT, or of Arrow."""
        values = self.data[name]
        if isinstance(values.dtype, pd.ArrowDtype):
            pa = _needs.library("pyarrow", "columns of Arrow")
            column = pa.table({str(name): pa.array(values.array)})
            try:
                return _native.GeometryColumn.from_arrow(column)
            except TypeError:
                raise self.wrong_type(name, "geometry (WKB, WKT or GeoArrow)") from None
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

    def select(self, columns: Mapping[Any, Any]) -> Table:
        """Return these columns by their new names, and the index as another."""
        kept = pd.DataFrame(self.data[list(columns)]).reset_index(drop=True)
        kept.columns = pd.Index(list(columns.values()), dtype=object, tupleize_cols=False)
        index = self.data.index
        if index.nlevels == 1:
            kept = kept.assign(**{LABELS: index.array})
        return Pandas(kept)

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows, with their index."""
        return self.data if rows is None else self.data.iloc[rows]

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the table with new columns. Attributes, flags and the index are kept."""
        levels = table.columns.nlevels
        if levels > 1:
            named = {name if isinstance(name, tuple) else (name,): v for name, v in columns.items()}
            columns = {(*name, *[""] * (levels - len(name))): v for name, v in named.items()}
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
        written = []
        for name in names:
            try:
                written.append(_module("_arrow_pandas").write(pa, self.data[name], str(name)))
            except (  # noqa: PERF203 - the message has the name
                pa.ArrowInvalid,
                pa.ArrowTypeError,
                pa.ArrowNotImplementedError,
            ) as error:
                message = f"column {name!r} cannot be converted to Arrow: {error}"
                raise TypeError(message) from None
        fields, columns = zip(*written, strict=True)
        return pa.Table.from_arrays(list(columns), schema=pa.schema(fields))

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a DataFrame; integers and booleans become the nullable types."""
        pa = _needs.library("pyarrow", "converting columns to pandas")
        return cls(_module("_arrow_pandas").read(pa, pa.table(stream)))


def _module(name: str) -> Any:  # noqa: ANN401
    # A module that imports pyarrow, which pandas does without.
    return import_module(f"poly_match.tables.{name}")


def _family(values: pd.Series[Any]) -> Family:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _family(dtype.categories.to_series())
    if isinstance(dtype, pd.ArrowDtype):
        family: Family = _module("_arrow").family(dtype.pyarrow_dtype)
        return family
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "datetimes with a zone"
    if isinstance(dtype, pd.StringDtype):
        return "text"
    if pd.api.types.is_object_dtype(dtype):
        return _families.of_objects(values.tolist())
    if isinstance(dtype, np.dtype):
        # Dates of NumPy become datetimes in pandas.
        return "datetimes" if dtype.kind == "M" else _families.of_dtype(dtype)
    if pd.api.types.is_bool_dtype(dtype):
        return "booleans"
    return "numbers" if pd.api.types.is_numeric_dtype(dtype) else "any"
