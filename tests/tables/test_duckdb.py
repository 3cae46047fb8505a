"""Relations of DuckDB: the same connection, types, SQL afterwards, and nothing left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.optional import needs
from tests.tables.kinds import KINDS, rows
from tests.tables.test_kinds import RULES, random_columns

duckdb = needs("duckdb")

ZONES = {
    "name": ["hall", "shelf"],
    "level": [1, 2],
    "geometry": [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)],
}
POINTS = "SELECT * FROM (VALUES (0, 5.0::DOUBLE, 5.0::DOUBLE), (1, 1, 1), (2, 50, 50)) p(id, x, y)"


@pytest.fixture
def connection():
    with duckdb.connect() as one:
        yield one


def left_behind(connection: Any) -> list[Any]:
    return connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal "
        "UNION ALL SELECT table_name FROM duckdb_tables()"
    ).fetchall()


def relation(connection: Any, columns: dict[str, Any]) -> Any:
    table = KINDS["table"](columns)
    connection.register("made", table)
    made = connection.sql("SELECT * FROM made").to_arrow_table()
    connection.unregister("made")
    return connection.from_arrow(made)


def values(found: Any) -> dict[str, list[Any]]:
    assert type(found).__name__ == "DuckDBPyRelation"
    return dict(zip(found.columns, map(list, zip(*found.fetchall(), strict=True)), strict=False))


@pytest.mark.parametrize("kind", ["duckdb", *KINDS])
def test_matches_are_those_of_arrays(connection: Any, kind: str):
    points, zones = random_columns(1, 30, 12)
    xy = np.column_stack([points["x"], points["y"]])

    def made(columns: Any, kind: str) -> Any:
        return relation(connection, columns) if kind == "duckdb" else KINDS[kind](columns)

    for rule in RULES:
        index = Matcher(zones["geometry"], **({"best": "smallest"} | rule)).match(xy).index
        expected = [None if i < 0 else zones["name"][i] for i in index]
        found = poly_match.join(made(points, "duckdb"), made(zones, kind), **rule)
        assert values(found)["name"] == expected
        found = poly_match.join(made(points, kind), made(zones, "duckdb"), **rule)
        got = values(found) if kind == "duckdb" else rows(found)
        assert got["name"] == expected


@pytest.mark.parametrize("asked", [{}, {"how": "inner"}, {"k": 2}, {"position_col": "at"}])
def test_sql_goes_on(connection: Any, asked: dict[str, Any]):
    points = connection.sql(POINTS)
    found = poly_match.join(points, ZONES, near="covers", **asked)
    expected = rows(poly_match.join(points.to_arrow_table(), ZONES, near="covers", **asked))
    assert values(found) == expected
    assert found.columns == list(expected)
    count = len(expected["id"])
    # Again, in SQL, by methods, and as another library's table.
    assert values(found) == expected
    assert connection.sql("SELECT count(*) FROM found").fetchall() == [(count,)]
    assert found.filter("name = 'hall'").project("id").fetchall()[0] in [(0,), (1,)]
    assert found.aggregate("count(name)").fetchall()[0][0] <= count
    assert found.join(points.set_alias("p"), "id").fetchall()
    assert found.to_arrow_table().num_rows == count
    assert found.df().shape[0] == count
    found.create("kept")
    assert left_behind(connection) == [("kept",)]
    assert connection.table("kept").types == found.types


def test_it_is_of_the_same_connection(connection: Any):
    connection.execute("CREATE TABLE names AS SELECT 'hall' AS name, 7 AS colour")
    found = poly_match.join(connection.sql(POINTS), ZONES, near="covers")
    more = found.join(connection.table("names"), "name")
    assert more.project("id, colour").fetchall() == [(1, 7)]
    found.insert_into  # noqa: B018 - it is a relation of this connection
    assert left_behind(connection) == [("names",)]


def test_nothing_stays_open(connection: Any):
    connection.execute(f"CREATE TABLE points AS {POINTS}")
    for _ in range(3):
        found = poly_match.join(connection.table("points"), ZONES, near="covers")
        connection.execute("INSERT INTO points VALUES (3, 1, 1)")
        if hasattr(found, "fetchone"):  # before DuckDB 2
            found.fetchone()
        connection.execute("UPDATE points SET x = 2 WHERE id = 3")
    assert connection.table("points").aggregate("count(*)").fetchall() == [(6,)]
    assert found.aggregate("count(*)").fetchall() == [(5,)]
    connection.execute("DROP TABLE points")
    assert found.aggregate("count(*)").fetchall() == [(5,)]
    assert left_behind(connection) == []


def test_the_default_connection():
    found = poly_match.join(duckdb.sql(POINTS), ZONES, near="covers")
    assert values(found)["name"] == ["shelf", "hall", None]
    assert duckdb.sql("SELECT count(name) FROM found").fetchall() == [(2,)]


def test_a_connection_that_only_reads(tmp_path: Path):
    path = str(tmp_path / "points.duckdb")
    with duckdb.connect(path) as one:
        one.execute(f"CREATE TABLE points AS {POINTS}")
    with duckdb.connect(path, read_only=True) as one:
        found = poly_match.join(one.table("points"), ZONES, near="covers")
        assert values(found)["name"] == ["shelf", "hall", None]


def test_within_a_transaction(connection: Any):
    connection.begin()
    connection.execute(f"CREATE TABLE points AS {POINTS}")
    found = poly_match.join(connection.table("points"), ZONES, near="covers")
    assert values(found)["name"] == ["shelf", "hall", None]
    connection.rollback()
    assert left_behind(connection) == []


TYPES = {
    "BOOLEAN": "true",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "7"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "7"),
    "FLOAT": "0.5",
    "DOUBLE": "0.5",
    "DECIMAL(9,2)": "1.50",
    "VARCHAR": "'ä'",
    "BLOB": "'ab'",
    "UUID": "'00000000-0000-0000-0000-00000000000a'",
    "ENUM('c', 'b', 'it''s')": "'it''s'",
    "BIT": "'10110'",
    "DATE": "'2020-01-01'",
    "TIME": "'12:00:00'",
    "TIME WITH TIME ZONE": "'12:00:00+01'",
    "TIMESTAMP": "'2020-01-01 12:00:00'",
    "TIMESTAMP_S": "'2020-01-01 12:00:00'",
    "TIMESTAMP_MS": "'2020-01-01 12:00:00'",
    "TIMESTAMP_NS": "'2020-01-01 12:00:00'",
    "TIMESTAMP WITH TIME ZONE": "'2020-01-01 12:00:00+00'",
    "INTERVAL": "'1 day'",
    "INTEGER[]": "[1, 2]",
    "UUID[]": "['00000000-0000-0000-0000-00000000000a']",
    "INTEGER[2]": "[1, 2]",
    'STRUCT("a b" INTEGER, c HUGEINT)': "{'a b': 1, 'c': 2}",
    "MAP(VARCHAR, INTEGER)": "MAP {'a': 1}",
    "JSON": "'[1]'",
}


@pytest.mark.parametrize("kind", TYPES)
def test_columns_of_points_stay(connection: Any, kind: str):
    points = connection.sql(
        f'SELECT v AS "the ""value", i::DOUBLE AS x, i::DOUBLE AS y FROM range(12) t(i) '
        f"LEFT JOIN (SELECT 0 AS odd, CAST({TYPES[kind]} AS {kind}) AS v) ON i % 2 = odd ORDER BY i"
    )
    found = poly_match.join(points, ZONES, near="covers")
    assert found.types[:3] == points.types
    text = '"the ""value"::VARCHAR, x'
    assert found.project(text).fetchall() == points.project(text).fetchall()
    inner = poly_match.join(points, ZONES, near="covers", how="inner")
    assert inner.types == found.types
    assert inner.project(text).fetchall() == points.filter("x <= 9").project(text).fetchall()


def test_large_numbers(connection: Any):
    most = 2**127 - 1
    points = connection.sql(f"SELECT {most}::HUGEINT AS id, 1.0::DOUBLE AS x, 1.0::DOUBLE AS y")
    found = poly_match.join(points, ZONES, near="covers")
    assert values(found)["id"] == [most]


@pytest.mark.parametrize("count", [0, 3])
def test_no_rows(connection: Any, count: int):
    points = connection.sql(POINTS)
    zones = connection.from_arrow(KINDS["table"](ZONES))
    full = poly_match.join(points, zones, near="boundary", max_dist=1.0)
    zones = zones.limit(0 if count else 2)
    found = poly_match.join(points.limit(count), zones, near="boundary", max_dist=1.0)
    assert found.columns == full.columns
    assert found.types == full.types
    assert len(found.fetchall()) == count


def test_decimals_are_coordinates(connection: Any):
    points = connection.sql("SELECT * FROM (VALUES (5.0, 5.0), (1.5, 1.5)) p(x, y)")
    assert str(points.types[0]).startswith("DECIMAL")
    assert values(poly_match.join(points, ZONES, near="covers"))["name"] == ["shelf", "hall"]


def test_geometry(connection: Any):
    extension = needs("duckdb_extension_spatial")
    folder = Path(extension.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    [path] = folder.glob("*.duckdb_extension")
    connection.execute(f"LOAD '{path}'")
    points = connection.sql(
        "SELECT i AS id, ST_Point(i, i) AS geom, ST_Point(i, i) AS other FROM range(0, 12, 4) t(i)"
    )
    zones = connection.sql(
        "SELECT 'hall' AS name, ST_GeomFromText('POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))') AS shape"
    )
    found = poly_match.join(points, zones, near="covers", geometry="geom")
    assert found.types[:3] == points.types
    assert values(found)["name"] == ["hall", "hall", "hall"]
    assert found.project("ST_X(geom) + ST_Y(other)").fetchall() == [(0.0,), (8.0,), (16.0,)]
    with pytest.raises(ValueError, match="2 columns of geometry, 'geom' and 'other'"):
        poly_match.join(points, zones, near="covers")
    found = poly_match.join(points, zones, near="covers", geometry="geom", columns=["shape"])
    assert found.types[3] == zones.types[1]
    assert found.project("ST_Area(shape)").fetchall() == [(81.0,)] * 3


def test_a_stream_over_another_cursor(connection: Any):
    connection.execute(
        "CREATE TABLE points AS SELECT i::DOUBLE AS x, i::DOUBLE AS y FROM range(9999) t(i)"
    )
    matcher = Matcher.from_table(ZONES, near="covers")
    cursor = connection.cursor()
    stream = cursor.table("points")
    stream = stream.to_arrow_reader(1000) if hasattr(stream, "to_arrow_reader") else stream
    found = []
    for batch in matcher.match_batches(stream):
        connection.execute("SELECT 1").fetchall()
        found.append(batch)
    table = pa.Table.from_batches(found)
    assert table.num_rows == 9999
    assert table["name"].null_count == 9999 - 10


def test_errors(connection: Any):
    points = connection.sql(POINTS)
    with pytest.raises(ValueError, match="did you mean 'name'"):
        poly_match.join(points, ZONES, near="covers", columns=["nam"])
    with pytest.raises(TypeError, match="labels must be of one type"):
        poly_match.join(points, ZONES, near="covers", by={"id": "name"})
    broken = connection.sql("SELECT CAST(x AS VARCHAR) AS x, y FROM points")
    with pytest.raises(TypeError, match=r"column 'x' of points must hold numbers.*'5.0'"):
        poly_match.join(broken, ZONES, near="covers")
    assert left_behind(connection) == []
