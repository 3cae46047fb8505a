"""Every kind of table joins with every other, in each environment, and gives the same matches."""

from __future__ import annotations

from typing import Any

import duckdb
import geopandas
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely

POINTS: dict[str, Any] = {"x": [0.5, 9.0, 0.7], "y": [0.5, 9.0, 0.7], "level": ["a", "a", "b"]}
WKT = ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"]
SHAPES = shapely.from_wkt(WKT)
COLUMNS: dict[str, Any] = {
    "name": ["hall", "all"],
    "number": [1, 2],
    "flag": [True, False],
    "level": ["a", "b"],
}
ZONES = COLUMNS | {"wkt": WKT}
WITH_WKB = COLUMNS | {"geometry": list(shapely.to_wkb(SHAPES))}


def _relation(columns: dict[str, Any]) -> Any:
    connection = duckdb.connect()
    connection.register("columns", pa.table(columns))
    return connection.sql("FROM columns")


def _arrow_backed(columns: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow")


def _frame_of_points() -> geopandas.GeoDataFrame:
    geometry = geopandas.points_from_xy(POINTS["x"], POINTS["y"])
    return geopandas.GeoDataFrame({"level": POINTS["level"]}, geometry=geometry)


KINDS_OF_POINTS = {
    "pandas": lambda: pd.DataFrame(POINTS, index=["p", "q", "r"]),
    "pandas of Arrow": lambda: _arrow_backed(POINTS),
    "GeoPandas": _frame_of_points,
    "Polars": lambda: pl.DataFrame(POINTS),
    "Polars, lazy": lambda: pl.LazyFrame(POINTS),
    "pyarrow": lambda: pa.table(POINTS),
    "pyarrow, batch": lambda: pa.table(POINTS).to_batches()[0],
    "pyarrow, stream": lambda: pa.table(POINTS).to_reader(),
    "DuckDB": lambda: _relation(POINTS),
    "arrays": lambda: {name: np.array(values) for name, values in POINTS.items()},
}
KINDS_OF_ZONES = {
    "pandas": lambda: pd.DataFrame(ZONES),
    "pandas of Arrow": lambda: _arrow_backed(ZONES),
    "GeoPandas": lambda: geopandas.GeoDataFrame(COLUMNS, geometry=SHAPES),
    "Polars": lambda: pl.DataFrame(ZONES),
    "Polars, WKB": lambda: pl.DataFrame(WITH_WKB),
    "Polars, lazy": lambda: pl.LazyFrame(ZONES),
    "pyarrow": lambda: pa.table(ZONES),
    "pyarrow, WKB": lambda: pa.table(WITH_WKB),
    "pyarrow, stream": lambda: pa.table(ZONES).to_reader(),
    "DuckDB": lambda: _relation(ZONES),
    "arrays": lambda: ZONES,
}
# What is asked, and the position of the zone in each row of the answer.
QUESTIONS: list[tuple[dict[str, Any], list[int | None]]] = [
    ({"near": "covers"}, [0, None, 0]),
    ({"near": "boundary", "max_dist": 3.0, "by": "level", "position_col": "at"}, [0, None, 1]),
    ({"near": "boundary", "max_dist": 3.0, "how": "inner"}, [0, 0]),
    ({"near": "covers", "k": 2}, [0, 1, None, 0, 1]),
]


def values(table: Any, name: str) -> list[Any]:
    """Return a column of any table as a list, with None where it is missing."""
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    elif isinstance(table, duckdb.DuckDBPyRelation):
        table = table.to_arrow_table()
    column = table[name]
    read = next((way for way in ("to_pylist", "to_list", "tolist") if hasattr(column, way)), None)
    found = getattr(column, read)() if read else list(column)
    return [None if value is None or pd.isna(value) else value for value in found]


@pytest.mark.parametrize("zones", KINDS_OF_ZONES)
@pytest.mark.parametrize("points", KINDS_OF_POINTS)
def test_every_kind_joins_with_every_other(points, zones):
    for asked, expected in QUESTIONS:
        table, polygons = KINDS_OF_POINTS[points](), KINDS_OF_ZONES[zones]()
        joined = poly_match.join(table, polygons, columns=["name", "number", "flag"], **asked)
        assert type(joined) is type(table)
        if isinstance(joined, pa.RecordBatchReader):
            joined = joined.read_all()
        for name in ("name", "number", "flag"):
            of_zones = COLUMNS[name]
            assert values(joined, name) == [
                None if position is None else of_zones[position] for position in expected
            ], (asked, name)
