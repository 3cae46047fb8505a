"""Joins of Spark DataFrames: the answers of one process, and errors that help."""

from __future__ import annotations

import decimal
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import poly_match
import poly_match.spark
import pyarrow as pa
import pytest
import shapely
from poly_match import _shipped
from poly_match.spark import _join, _sampling
from pyspark.errors import PythonException
from pyspark.sql import functions as F  # noqa: N812 - the usual name

from tests.cluster import cases
from tests.optional import lacks

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def points(spark):
    return spark.createDataFrame(cases.points()).repartition(3).cache()


@pytest.fixture(scope="module")
def polygons(spark):
    return spark.createDataFrame(cases.polygons()).repartition(3).cache()


def same(found, name):
    wanted = cases.expected(name)
    assert cases.rows(found.toArrow()) == wanted
    assert len(wanted) > 100


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("module", [_join, _sampling])
def test_docstring_examples_run(module):
    outcome = doctest.testmod(module, raise_on_error=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("name", cases.RULES)
def test_by_a_file_the_answers_are_those_of_one_process(points, name):
    same(poly_match.spark.join(points, cases.polygons(), **cases.RULES[name]), name)


@pytest.mark.parametrize("name", cases.RULES)
def test_by_cells_the_answers_are_those_of_one_process(points, polygons, name):
    rule = cases.RULES[name]
    same(
        poly_match.spark.join(points, polygons, partition="cells", order_by="id", **rule),
        name,
    )


@pytest.mark.parametrize("name", ["center", "boundary", "three best", "a distance each"])
def test_before_spark_4_1_all_columns_are_sent(points, polygons, name, monkeypatch):
    from pyspark.sql.pandas import functions

    monkeypatch.delattr(functions, "arrow_udf")
    monkeypatch.delattr("pyspark.sql.DataFrame.repartitionById")
    rule = cases.RULES[name]
    same(poly_match.spark.join(points, cases.polygons(), **rule), name)
    same(
        poly_match.spark.join(points, polygons, partition="cells", order_by="id", **rule),
        name,
    )


def test_over_connect_the_answers_are_those_of_one_process():
    lacks("java")
    script = ROOT / "tests" / "cluster" / "on_connect.py"
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    assert ran.stdout.splitlines()[-1] == "all answers are the same"


def test_polygons_may_be_a_matcher_or_a_saved_one(points, polygons, tmp_path):
    rule = cases.RULES["boundary"]
    table = poly_match.Matcher.from_table(cases.polygons(), **rule)
    same(poly_match.spark.join(points, table), "boundary")
    table.save(tmp_path / "zones.plym")
    same(poly_match.spark.join(points, tmp_path / "zones.plym"), "boundary")
    same(poly_match.spark.join(points, str(tmp_path / "zones.plym"), max_dist=3.0), "boundary")
    same(poly_match.spark.join(points, polygons, order_by="id", **rule), "boundary")
    near = poly_match.spark.join(points, table, max_dist=0.5).where("distance is not null")
    assert near.agg(F.max("distance")).collect()[0][0] < 0.5


def test_only_the_needed_columns_are_sent(points, capsys):
    joined = poly_match.spark.join(points, cases.polygons(), near="covers", columns=["name", "id"])
    joined.explain()
    plan = capsys.readouterr().out
    assert plan.count("ArrowEvalPython") == 1
    assert "computed(x#" in plan
    names = joined.select("pid", "name").where("pid < 100")
    assert names.count() == 100


def test_columns_of_the_points_are_untouched(spark):
    rows = spark.sql(
        "select 1.5d as `lon.x`, 2.5d as `lat y`, 12.30bd as price, timestamp'2026-11-29 12:00' t,"
        " timestamp_ntz'2026-11-29 12:00:00' n, array(1, null) a, map('k', 2) m, x'00ff' b,"
        " named_struct('f', 1) s, interval 3 months i, date'2026-11-29' d, 'ü' as `NAME`, null v"
    )
    zones = {"wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))"], "name": ["hall"]}
    joined = poly_match.spark.join(rows, zones, near="covers", x="lon.x", y="lat y")
    assert joined.schema.fields[:-1] == rows.schema.fields
    assert joined.columns[-1] == "polygon_name"
    [[before]], [after] = [rows.drop("i").collect()], joined.drop("i").collect()
    assert after[:-1] == before
    assert after["polygon_name"] == "hall"


def test_geometry_of_points_and_polygons(spark):
    places = cases.points()[["pid", "x", "y"]].head(300)
    wkb = shapely.to_wkb(shapely.points(places["x"], places["y"]))
    binary = spark.createDataFrame(pd.DataFrame({"pid": places["pid"], "place": wkb}))
    text = binary.select("pid", F.lit("POINT(50 50)").alias("wkt"))
    zones = cases.polygons()
    wanted = poly_match.join(pa.table(places), zones, near="covers", columns=["id"])["id"]
    found = poly_match.spark.join(binary, zones, near="covers", columns=["id"], geometry="place")
    assert found.orderBy("pid").toArrow()["id"].to_pylist() == wanted.to_pylist()
    everywhere = {"geometry": shapely.to_wkt([shapely.box(0, 0, 99, 99)]), "all": [True]}
    found = poly_match.spark.join(text, everywhere, near="covers")
    assert {row["all"] for row in found.collect()} == {True}


def test_types_that_spark_lacks_become_types_that_it_has(points):
    zone = shapely.to_wkt(shapely.box(-100, -100, 200, 200))
    zones = pa.table(
        {
            "wkt": [zone],
            "small": pa.array([200], pa.uint8()),
            "large": pa.array([2**64 - 1], pa.uint64()),
            "kind": pa.array(["a"]).dictionary_encode(),
            "view": pa.array(["b"], pa.string_view()),
            "at": pa.array([1_000_000], pa.timestamp("ns", "Europe/Zurich")),
            "local": pa.array([1000], pa.timestamp("s")),
            "half": pa.array(np.array([0.5], np.float16)),
        }
    )
    row = poly_match.spark.join(points, zones, near="covers").drop(*points.columns).first()
    assert row.asDict() == {
        "small": 200,
        "large": decimal.Decimal(2**64 - 1),
        "kind": "a",
        "view": "b",
        "at": row["at"],
        "local": pd.Timestamp("1970-01-01 00:16:40"),
        "half": 0.5,
    }
    zones = pa.table({"wkt": [zone], "odd": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})
    with pytest.raises(TypeError, match="'odd' of polygons holds month_day_nano_interval, which"):
        poly_match.spark.join(points, zones, near="covers")


def test_no_points_and_no_polygons(points, polygons):
    none, rule = points.where("false"), cases.RULES["boundary"]
    assert poly_match.spark.join(none, cases.polygons(), **rule).count() == 0
    by_cells = {"partition": "cells", "order_by": "id"}
    assert poly_match.spark.join(none, polygons, **by_cells, **rule).count() == 0
    joined = poly_match.spark.join(points, polygons.where("false"), **by_cells, **rule)
    assert joined.where("id is not null").count() == 0
    assert joined.count() == cases.POINTS


def test_cells_serve_many_joins_and_say_what_they_are(points, polygons, caplog):
    rule = cases.RULES["boundary"]
    cells = poly_match.spark.cells(points, polygons, near="boundary", max_dist=3.0, partitions=3)
    assert cells.partitions == 3
    assert cells.cells > 3
    assert str(cells).startswith("3,000 points and 400 polygons in ")
    same(
        poly_match.spark.join(points, polygons, partition=cells, order_by="id", **rule),
        "boundary",
    )
    with caplog.at_level("INFO", logger="poly_match.spark"):
        poly_match.spark.join(points, polygons, partition="cells", order_by="id", **rule)
    assert "3,000 points and 400 polygons in " in caplog.text


def test_points_of_one_place_are_spread_over_partitions(spark, polygons):
    crowd = cases.points().assign(x=np.where(np.arange(cases.POINTS) % 10, 50.0, 20.0), y=50.0)
    rule = {"near": "boundary", "max_dist": 4.0, "columns": ["id"]}
    wanted = cases.rows(pa.table(poly_match.join(crowd, cases.polygons(), **rule)))
    table = spark.createDataFrame(crowd)
    cells = poly_match.spark.cells(table, polygons, near="boundary", max_dist=4.0)
    assert cells.largest_partition < 2
    joined = poly_match.spark.join(table, polygons, partition=cells, order_by="id", **rule)
    counts = joined.groupBy(F.spark_partition_id()).count().toArrow()["count"]
    assert max(counts.to_pylist()) < 2 * cases.POINTS / 4
    assert cases.rows(joined.toArrow()) == wanted


def _kept(batches):
    for _ in batches:
        pass
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    mapped = len({line.split()[-1] for line in maps.splitlines() if ".plym" in line})
    values = [os.getpid()], [len(_shipped._kept)], [mapped]
    yield pa.RecordBatch.from_arrays([pa.array(it) for it in values], ["pid", "kept", "mapped"])


def test_a_process_loads_a_matcher_once(spark, points):
    zones = cases.polygons().assign(name="loaded once")
    before = _loads(spark)
    for _ in range(3):
        poly_match.spark.join(points, zones, near="covers").count()
    after = _loads(spark)
    assert after
    for pid, (kept, mapped) in after.items():
        more, mapped_more = (
            new - old for new, old in zip((kept, mapped), before.get(pid, (0, 0)), strict=True)
        )
        assert more <= 1
        assert mapped_more <= 1
        assert kept <= _shipped.MOST


def _loads(spark):
    job = spark.range(8, numPartitions=8).mapInArrow(_kept, "pid long, kept long, mapped long")
    return {row["pid"]: (row["kept"], row["mapped"]) for row in job.collect()}


def _last_line(error):
    lines = [line for line in str(error.value).splitlines() if line.strip()]
    return next(line for line in reversed(lines) if "Error: " in line)


ZONES = {"wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))"], "name": ["hall"], "id": [1]}


def test_an_invalid_point_is_an_error_with_its_row(spark):
    rows = spark.range(0, 30_000, 1, 1)
    table = rows.selectExpr("if(id = 25017, double('NaN'), double(id)) as x", "1d as y")
    with pytest.raises(PythonException) as error:
        poly_match.spark.join(table, ZONES, near="covers").where("name = 'hall'").collect()
    assert _last_line(error) == (
        "ValueError: in partition 0, the batch that starts with row 20000: x of point 5017 is "
        "missing; its row has x=nan, y=1.0"
    )
    skipped = poly_match.spark.join(table, ZONES, near="covers", on_invalid="skip")
    assert skipped.where("name is null").count() == 30_000 - 10


def test_an_invalid_polygon_is_an_error_with_its_row(spark, points):
    zones = spark.createDataFrame(
        [(1, "POLYGON((0 0, 9 0, 9 9, 0 0))"), (2, "POLYGON((0 0, 9"), (3, None)],
        "id int, wkt string",
    ).coalesce(1)
    rule = {"near": "covers", "partition": "cells", "order_by": "id"}
    # Perhaps it is in the sample, and perhaps not.
    with pytest.raises(ValueError, match=r"position 1: malformed WKT.*; its row has wkt='POLYGON"):
        poly_match.spark.join(points, zones, **rule)
    cells = poly_match.spark.cells(points, zones.where("id = 1"), near="covers")
    with pytest.raises(PythonException) as error:
        poly_match.spark.join(
            points, zones.where("id != 2"), **rule | {"partition": cells}
        ).collect()
    assert re.search(r"row 0: polygon \d: expected .*; its row has wkt=None", _last_line(error))
    found = poly_match.spark.join(points, zones.where("id != 2"), on_invalid="skip", **rule)
    assert {row["id"] for row in found.collect()} == {1, None}


@pytest.mark.parametrize("values", [[1, 1], [None, 2]])
def test_order_by_must_have_different_values(spark, points, values):
    wkt = "POLYGON((0 0, 9 0, 9 9, 0 0))"
    zones = spark.createDataFrame([(value, wkt) for value in values], "id int, wkt string")
    joined = poly_match.spark.join(points, zones, near="covers", partition="cells", order_by="id")
    with pytest.raises(PythonException) as error:
        joined.collect()
    twice = "have no null, got one" if None in values else "have different values, got 1 twice"
    assert f"order_by='id' must {twice}" in _last_line(error)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": "xx", "y": "y"}, ValueError, "points have no column 'xx': did you mean 'x'"),
        ({"x": "floor", "y": "y"}, TypeError, "column 'floor' of points must hold numbers, got"),
        ({"near": None}, TypeError, "near is missing"),
        ({"near": "cover"}, ValueError, "near must be one of"),
        ({"columns": ["nmae"]}, ValueError, "polygons have no column 'nmae': did you mean 'name'"),
        ({"by": "floor"}, ValueError, "polygons have no column 'floor'"),
        ({"how": "outer"}, ValueError, "how must be 'left' or 'inner', got 'outer'"),
        ({"max_dist": 3.0}, ValueError, "max_dist"),
        ({"max_dist": "pid"}, ValueError, "max_dist"),
        ({"order_by": "id"}, TypeError, "order_by is for polygons in a DataFrame of Spark"),
        ({"partition": "hash"}, ValueError, "partition must be 'cells', Cells or None"),
        ({"partition": "cells"}, TypeError, "polygons must be a DataFrame of Spark, got dict"),
    ],
)
def test_a_wrong_call_is_refused_at_once(points, change, error, message):
    with pytest.raises(error, match=message):
        poly_match.spark.join(points, ZONES, **({"near": "covers"} | change))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"order_by": None}, TypeError, "order_by is missing"),
        ({"order_by": "idd"}, ValueError, "polygons have no column 'idd': did you mean 'id'"),
        ({"near": "boundary", "best": "nearest"}, ValueError, "needs a finite max_dist"),
        ({"near": "center"}, (TypeError, ValueError), "max_dist"),
        ({"position_col": "at"}, ValueError, r"leave out position_col, and take columns=\['id'\]"),
        ({"best": [3, 1, 2]}, TypeError, "best must be words, such as 'smallest'"),
        ({"best": "max:prio"}, ValueError, "polygons have no column 'prio'"),
        ({"center": [(0, 0)]}, TypeError, "center must be a word, got list"),
    ],
)
def test_a_wrong_call_by_cells_is_refused_at_once(points, polygons, change, error, message):
    rule = {"near": "covers", "partition": "cells", "order_by": "id"} | change
    with pytest.raises(error, match=message):
        poly_match.spark.join(points, polygons, **rule)


def test_a_rule_beside_a_matcher_is_refused(points):
    matcher = poly_match.Matcher.from_table(ZONES, near="covers")
    with pytest.raises(TypeError, match="a matcher has its rule already: leave out near, best"):
        poly_match.spark.join(points, matcher, near="covers", best="first")
    with pytest.raises(TypeError, match="points must be a DataFrame of Spark, got dict"):
        poly_match.spark.join({"x": [1.0], "y": [1.0]}, matcher)


def test_degrees_are_refused_before_the_job(points):
    degrees = points.withColumnsRenamed({"x": "lon", "y": "lat"})
    with pytest.raises(ValueError, match="degrees"):
        poly_match.spark.join(degrees, ZONES, near="boundary", max_dist=1.0)
    rule = {"near": "boundary", "max_dist": 1.0, "planar": True}
    assert poly_match.spark.join(degrees, ZONES, **rule).count() == cases.POINTS


def test_geometry_of_spark_is_refused_with_the_way_on(spark):
    wkb = shapely.to_wkb(shapely.Point(1, 1), hex=True)
    table = spark.sql(f"select st_geomfromwkb(x'{wkb}') as geom")
    with pytest.raises(TypeError, match=r"give its well-known binary, st_asbinary\(geom\)"):
        poly_match.spark.join(table, ZONES, near="covers")
    as_binary = table.selectExpr("st_asbinary(geom) as geom")
    assert poly_match.spark.join(as_binary, ZONES, near="covers").first()["name"] == "hall"


def test_a_matcher_of_another_version_is_refused(points, tmp_path, monkeypatch):
    matcher, path = poly_match.Matcher.from_table(ZONES, near="covers"), tmp_path / "zones.plym"
    matcher.save(path)
    path.write_bytes(_of_another_version(path.read_bytes()))
    with pytest.raises(ValueError, match="saved in version 200 of the format"):
        poly_match.spark.join(points, path)

    made = _shipped.Shipped.of

    def of_another_version(matcher, may_unpickle):
        shipped = made(matcher, may_unpickle)
        other = shipped.path.with_name("poly-match-other.plym")
        other.write_bytes(_of_another_version(shipped.path.read_bytes()))
        return shipped._replace(path=other)

    monkeypatch.setattr(_shipped.Shipped, "of", of_another_version)
    with pytest.raises(PythonException) as error:
        poly_match.spark.join(points, matcher).collect()
    assert "saved in version 200 of the format" in _last_line(error)


def _of_another_version(data):
    other = bytearray(data)
    other[12] = 200
    return bytes(other)
