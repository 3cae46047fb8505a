"""DuckDB: a relation in, a relation out."""

import duckdb
import poly_match
from typing_extensions import assert_type

connection = duckdb.connect()
points = connection.sql("SELECT 0.5::DOUBLE AS x, 0.5::DOUBLE AS y")
zones = connection.sql("SELECT 'hall' AS name, 'POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))' AS wkt")

out = poly_match.join(points, zones, near="covers", columns=["name"])
assert_type(out, duckdb.DuckDBPyRelation)
