"""Columns of pandas as columns of Arrow, and back.

What Arrow does not know of a dtype is in the metadata of its field. Geometry is WKB that says so,
with its coordinate system.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from poly_match.tables._arrow import DTYPE, is_geoarrow

# The dtypes that are told apart by metadata, with the types of Arrow that they have.
_DTYPES = {
    "Float32": ("float",),
    "Float64": ("double",),
    "string[python]": ("string", "large_string"),
    "string[pyarrow]": ("string", "large_string"),
}

# In the metadata: pandas' dtype for the very type of Arrow.
_OF_ARROW = "arrow"


def write(pa: Any, values: pd.Series[Any], name: str) -> tuple[Any, Any]:  # noqa: ANN401
    """Return the field and the array of a column."""
    dtype: Any = values.dtype
    if type(dtype).__name__ == "GeometryDtype":
        series = sys.modules["geopandas"].GeoSeries(values)
        table = pa.table(series.to_frame(name).to_arrow(index=False))
        return table.schema.field(0), table.column(0)
    if isinstance(dtype, pd.SparseDtype):
        values = pd.Series(np.asarray(values))
    array = pa.array(values, from_pandas=True)
    said = _said(dtype)
    return pa.field(name, array.type, metadata=None if said is None else {DTYPE: said}), array


def read(pa: Any, table: Any) -> pd.DataFrame:  # noqa: ANN401 - of pyarrow
    """Return a DataFrame; integers and booleans become the nullable types."""
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
    told = {field.name: _told(field) for field in table.schema}
    plain = [name for name, dtype in told.items() if dtype is None]
    frame = table.select(plain).to_pandas(types_mapper=nullable.get, ignore_metadata=True)
    columns: dict[str, Any] = {name: frame[name].array for name in plain}
    for name, dtype in told.items():
        if dtype is not None:
            columns[name] = dtype(table.select([name]))
    index = pd.RangeIndex(table.num_rows)
    made: pd.DataFrame = pd.DataFrame({name: columns[name] for name in told}, index=index)
    return made


def _told(field: Any) -> Any | None:  # noqa: ANN401 - a field of pyarrow
    # How to read a column of which the metadata says what it is.
    geopandas = sys.modules.get("geopandas")
    if geopandas is not None and is_geoarrow(field):
        frame = geopandas.GeoDataFrame
        return lambda table: frame.from_arrow(table).geometry.array
    said = (field.metadata or {}).get(DTYPE, b"").decode(errors="replace")
    if said == _OF_ARROW:
        return lambda table: pd.arrays.ArrowExtensionArray(table.column(0))
    if str(field.type) in _DTYPES.get(said, ()):
        dtype: Any = pd.api.types.pandas_dtype(said)
        return lambda table: dtype.__from_arrow__(table.column(0))
    return None


def _said(dtype: Any) -> str | None:  # noqa: ANN401
    # What the metadata of a column says of its dtype.
    if isinstance(dtype, pd.ArrowDtype):
        return _OF_ARROW
    if isinstance(dtype, pd.StringDtype):
        # Text by default, in pandas 3, has NaN as its missing value.
        return f"string[{dtype.storage}]" if dtype.na_value is pd.NA else None
    return str(dtype) if str(dtype) in _DTYPES else None
