"""Tables of other libraries, each behind one adapter.

An adapter reads the columns that a join needs, and returns the caller's table with new ones. It is
imported when such a table is met, and so is its library: the caller has loaded it already.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from poly_match.tables._table import NotTable

if TYPE_CHECKING:
    from poly_match.tables._table import Table

# The module of each adapter, by the library and its classes. GeoPandas comes before pandas, whose
# classes it derives from.
_ADAPTERS = (
    ("geopandas", ("GeoDataFrame",), "_geopandas", "GeoPandas"),
    ("pandas", ("DataFrame",), "_pandas", "Pandas"),
    ("polars", ("DataFrame",), "_polars", "Polars"),
    ("polars", ("LazyFrame",), "_polars", "Lazy"),
    ("pyarrow", ("Table",), "_arrow", "Arrow"),
    ("pyarrow", ("RecordBatch",), "_arrow", "Batch"),
    ("pyarrow", ("RecordBatchReader",), "_arrow", "Reader"),
    ("duckdb", ("DuckDBPyRelation",), "_duckdb", "Relation"),
)


def find(data: object) -> Table | None:
    """Return the adapter of a table; None if the data is no table."""
    for library, classes, module, adapter in _ADAPTERS:
        loaded = sys.modules.get(library)
        if loaded is not None and any(isinstance(data, getattr(loaded, c)) for c in classes):
            return _adapted(module, adapter, data)
    if isinstance(data, Mapping):
        # GeoJSON is a mapping, too.
        is_geojson = isinstance(data.get("type"), str)
        return None if is_geojson else _adapted("_mapping", "Columns", data)
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, type):
        try:
            return _adapted("_arrow", "Foreign", data)
        except NotTable:  # a Series, which is a stream of one array
            return None
    return None


def of(data: object, name: str) -> Table:
    """Return the adapter of a table. `name` is used in the error message.

    Raises
    ------
    TypeError
        If the data is no table.
    """
    table = find(data)
    if table is None:
        raise TypeError(
            f"{name} must be a table (of pandas, GeoPandas, Polars, pyarrow or DuckDB, an Arrow "
            f"stream, or a mapping of arrays), got {type(data).__name__}"
        )
    table.side = name
    return table


def in_memory(data: object, name: str) -> Table:
    """Return the adapter of a table that can be read more than once; a stream is read here."""
    table = of(data, name).materialized()
    table.side = name
    return table


def _adapted(module: str, name: str, data: object) -> Table:
    adapter: type[Table] = getattr(import_module(f"poly_match.tables.{module}"), name)
    return adapter(data)
