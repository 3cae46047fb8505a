"""The kinds of tables, each made from columns of Python values and read back to them.

DuckDB is not among them: its tests stand alone, in test_duckdb.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import shapely

POLARS = tuple(map(int, pl.__version__.split(".")[:2]))

# Errors in a batch of a LazyFrame are wrapped by older releases of Polars.
Wrapped = pl.exceptions.ComputeError

# Names -> values of Python; None where one is missing. In "geometry" are shapely's geometries.
Columns = Mapping[str, list[Any]]


class Stream:
    """An object of an unknown library, which exports Arrow and nothing else."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        if hasattr(self._table, "__arrow_c_stream__"):
            return self._table.__arrow_c_stream__(requested_schema)
        return self._table.to_reader().__arrow_c_stream__(requested_schema)


def to_arrow(columns: Columns, chunk: int | None = None) -> pa.Table:
    """Give a table of pyarrow; geometry as WKB, in a type that says so."""
    arrays, fields = [], []
    for name, values in columns.items():
        if name == "geometry":
            wkb = [None if one is None else shapely.to_wkb(one) for one in values]
            arrays.append(pa.array(wkb, pa.binary()))
            extension = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": "{}"}
            fields.append(pa.field(name, pa.binary(), metadata=extension))
        else:
            arrays.append(pa.array(values))
            fields.append(pa.field(name, arrays[-1].type))
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    if chunk is None or not table.num_rows:
        return table
    return pa.Table.from_batches(table.to_batches(max_chunksize=chunk), table.schema)


def to_pandas(columns: Columns) -> pd.DataFrame:
    """Give a DataFrame with an index that is no range, geometry as objects."""
    count = len(next(iter(columns.values()), ()))
    index = pd.Index([f"row {7 * i % 100}" for i in range(count)], dtype=object)
    return pd.DataFrame({name: _series(values) for name, values in columns.items()}).set_axis(index)


def to_geopandas(columns: Columns) -> geopandas.GeoDataFrame:
    """Give a GeoDataFrame; points of x and y get a geometry column."""
    frame = to_pandas(columns)
    if "geometry" not in columns:
        points = shapely.points(frame["x"].to_numpy(float), frame["y"].to_numpy(float))
        frame["geometry"] = points
    return geopandas.GeoDataFrame(frame, geometry="geometry")


def to_polars(columns: Columns) -> pl.DataFrame:
    """Give a DataFrame of Polars, geometry as WKB."""
    made = pl.from_arrow(to_arrow(columns).replace_schema_metadata())
    assert isinstance(made, pl.DataFrame)
    return made


def to_batch(columns: Columns) -> pa.RecordBatch:
    """Give a record batch."""
    table = to_arrow(columns).combine_chunks()
    if not table.num_rows:
        arrays = [pa.array([], field.type) for field in table.schema]
        return pa.RecordBatch.from_arrays(arrays, schema=table.schema)
    return table.to_batches()[0]


def to_mapping(columns: Columns) -> dict[str, Any]:
    """Give a dict of arrays of NumPy; of lists, where a value is missing."""
    made: dict[str, Any] = {}
    for name, values in columns.items():
        if name == "geometry":
            made[name] = values
        else:
            made[name] = values if None in values else np.asarray(values)
    return made


# For points and for polygons.
KINDS: dict[str, Callable[[Columns], Any]] = {
    "pandas": to_pandas,
    "geopandas": to_geopandas,
    "polars": to_polars,
    "lazy": lambda columns: to_polars(columns).lazy(),
    "table": lambda columns: to_arrow(columns, chunk=3),
    "batch": to_batch,
    "reader": lambda columns: to_arrow(columns).to_reader(max_chunksize=4),
    "foreign": lambda columns: Stream(to_arrow(columns)),
    "mapping": to_mapping,
}

# What comes back for points of each kind.
RETURNED: dict[str, type] = {
    "pandas": pd.DataFrame,
    "geopandas": geopandas.GeoDataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "table": pa.Table,
    "batch": pa.RecordBatch,
    "reader": pa.RecordBatchReader,
    "foreign": pa.Table,
    "mapping": dict,
}


def rows(table: Any) -> dict[Any, list[Any]]:
    """Give the columns of a table as lists of Python values, None where one is missing."""
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    if isinstance(table, pa.RecordBatchReader):
        table = table.read_all()
    if isinstance(table, (pa.Table, pa.RecordBatch)):
        names = table.schema.names
        return {name: table.column(i).to_pylist() for i, name in enumerate(names)}
    if isinstance(table, pl.DataFrame):
        return {name: table[name].to_list() for name in table.columns}
    items = table.items() if isinstance(table, (dict, pd.DataFrame)) else None
    assert items is not None, type(table)
    return {name: [_plain(value) for value in _listed(values)] for name, values in items}


def names(table: Any) -> list[Any]:
    """Give the names of the columns."""
    return list(rows(table))


def _series(values: list[Any]) -> pd.Series[Any]:
    is_whole = bool(values) and all(type(one) in (int, type(None)) for one in values)
    return pd.Series(values, dtype="Int64" if is_whole and None in values else None)


def _listed(values: Any) -> list[Any]:
    return list(values.tolist() if hasattr(values, "tolist") else values)


def _plain(value: Any) -> Any:
    is_missing = value is None or value is pd.NA or value is pd.NaT or value != value
    return None if is_missing else value
