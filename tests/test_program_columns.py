"""Columns between formats: cells, names, labels, distances, keys; and where rows come from."""

from __future__ import annotations

import datetime
import decimal
import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from tests import written
from tests.test_cli import program, run, run_ok
from tests.test_program_files import OUT, RULE, TYPED, expected, matches, read_table, rows_of

POINTS = pa.table(
    {
        "id": pa.array(["01001", "7", None]),
        "x": [1.0, 5.0, 50.0],
        "y": [1.0, 5.0, 50.0],
    }
)
BOXES = [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 2, 2), shapely.box(4, 4, 6, 6)]


def zones(**columns: Any) -> pa.Table:
    """Give three boxes with columns; the first one holds the two others."""
    return pa.table(columns | {"geometry": shapely.to_wkb(BOXES)})


@pytest.fixture
def files(tmp_path: Path) -> Any:
    """Give a function that writes tables, and returns their paths."""

    def write(**tables: pa.Table) -> list[Path]:
        paths = []
        for name, table in tables.items():
            paths.append(tmp_path / f"{name}.parquet")
            pq.write_table(table, paths[-1])
        return paths

    return write


def covered(points: Path, polygons: Path, *options: Any) -> dict[str, list[Any]]:
    """Match by `covers`, and give the columns."""
    out = points.with_name("out.parquet")
    run_ok("match", points, polygons, "--near", "covers", "-q", "-o", out, *options)
    return read_table(out).to_pydict()


# --- names and cells -----------------------------------------------------------------------------


@pytest.mark.parametrize("to", OUT)
def test_cells_of_csv_stay_as_they_are(tmp_path, to):
    text = 'id,x,y,zip,name\n007,1.50,1e0,01001,"a,b"\n8,50,50,,"say ""no"""\n'
    (tmp_path / "points.csv").write_text(text)
    written.pyarrow_csv(written.with_text(written.polygons()), tmp_path / "zones.csv")
    out = tmp_path / f"out.{to}"
    files = tmp_path / "points.csv", tmp_path / "zones.csv"
    run_ok("match", *files, "--near", "covers", "--fields", "zone", "-q", "-o", out)
    first, second = rows_of(out)
    assert (first["id"], first["zip"], first["name"]) == ("007", "01001", "a,b")
    assert second["zip"] in (None, "")
    assert second["name"] == 'say "no"'
    assert second["zone"] in (None, "")
    if ".geojson" in out.name:
        assert first["y"] == 1.0
    else:
        assert (first["x"], first["y"]) == ("1.50", "1e0")
    if out.suffix in TYPED:
        table = read_table(out)
        assert set(table.schema.types[:5]) == {pa.string()}
        assert table.schema.field("polygon").type == pa.int64()


def test_fields_are_named_renamed_or_all(files):
    columns = {"name": ["a", "b", "c"], "a,b": [1, 2, 3], "x:y": [1.5, None, 2.5], "id": [7, 8, 9]}
    points, polygons = files(points=POINTS, zones=zones(**columns))
    found = covered(points, polygons, "--fields", "*")
    assert list(found)[3:] == ["polygon", "name", "a,b", "x:y", "polygon_id", "distance"]
    assert found["a,b"] == [2, 3, None]
    assert found["x:y"] == [None, 2.5, None]
    found = covered(points, polygons, "--fields", "a,b", "--fields", "x:y", "--fields", "x:y:z")
    assert list(found)[3:] == ["polygon", "a,b", "x:y", "z", "distance"]
    found = covered(points, polygons, "--fields", "name:zone,id:zone_id")
    assert list(found)[3:] == ["polygon", "zone", "zone_id", "distance"]
    assert (found["zone"], found["zone_id"]) == (["b", "c", None], [8, 9, None])
    ran = run("match", points, polygons, "--near", "covers", "--fields", "zone")
    assert ran.returncode == 1
    assert ran.stderr.endswith(
        'there is no column "zone"; found "name", "a,b", "x:y", "id", "geometry"\n'
    )


def test_all_fields_of_geoparquet_leave_out_geometry_and_boxes(files, tmp_path):
    (points,) = files(points=POINTS)
    frame = geopandas.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=BOXES)
    frame.set_crs(None).to_parquet(tmp_path / "zones.parquet", write_covering_bbox=True)
    found = covered(points, tmp_path / "zones.parquet", "--fields", "*")
    assert list(found)[3:] == ["polygon", "name", "distance"]


# --- which rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("to", OUT)
def test_three_best_inner_and_unmatched_in_another_format(tmp_path, to):
    written.geopandas_parquet(written.points(), tmp_path / "points.parquet")
    written.gdal(written.polygons(), tmp_path / "zones.geojson", "GeoJSON")
    out, rest = tmp_path / f"out.{to}", tmp_path / "rest.geojsonl"
    files = tmp_path / "points.parquet", tmp_path / "zones.geojson"
    run_ok("match", *files, *RULE, "--k", "3", "--fields", "zone", "-o", out, "--unmatched", rest)
    rows = rows_of(out)
    best = [
        match for row, match in zip(rows, matches(rows), strict=True) if str(row["rank"]) == "1"
    ]
    assert best == [match for match in expected() if match[0] is not None]
    assert {str(row["rank"]) for row in rows} == {"1", "2", "3"}
    ids = [
        point
        for point, match in zip(written.points()["id"], expected(), strict=True)
        if match[0] is None
    ]
    assert [row["id"] for row in rows_of(rest)] == ids
    run_ok("match", *files, *RULE, "--fields", "zone", "--how", "inner", "-o", out)
    assert matches(rows_of(out)) == [match for match in expected() if match[0] is not None]


# --- where rows come from ------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["parquet", "csv", "geojson", "arrow", "csv.gz"])
def test_part_files_are_one_table(tmp_path, extension):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "_SUCCESS").write_text("")
    frame = written.points()
    for start in range(0, len(frame), 50):
        path, part = folder / f"part-{start:03}.{extension}", frame[start : start + 50]
        if extension == "parquet":
            written.geopandas_parquet(part, path)
        elif extension == "geojson":
            written.gdal(part, path, "GeoJSON")
        elif extension == "arrow":
            written.polars_ipc(written.with_xy(part), path)
        else:
            written.duckdb_plain(written.with_xy(part), path)
    written.geopandas_parquet(written.polygons(), tmp_path / "zones.parquet")
    for points in (folder, folder / f"part-*.{extension}"):
        for to in ("parquet", "csv", "geojson"):
            out = tmp_path / f"out.{to}"
            zones = tmp_path / "zones.parquet"
            run_ok("match", points, zones, *RULE, "--fields", "zone", "-o", out)
            assert matches(rows_of(out)) == expected()
            assert [str(row["id"]) for row in rows_of(out)] == [str(i) for i in frame["id"]]


def test_part_files_that_differ_are_refused_with_both_names(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    pq.write_table(POINTS, folder / "a.parquet")
    pq.write_table(POINTS.drop_columns("id"), folder / "b.parquet")
    written.geopandas_parquet(written.polygons(), tmp_path / "zones.parquet")
    ran = run("match", folder, tmp_path / "zones.parquet", *RULE, "-o", tmp_path / "out.csv")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "a.parquet" in ran.stderr
    assert "b.parquet" in ran.stderr


@pytest.mark.parametrize(
    "word", ["csv", "tsv", "geojson", "geojsonl", "parquet", "arrow", "arrows"]
)
@pytest.mark.parametrize("is_told", [True, False])
def test_every_format_goes_through_pipes(tmp_path, word, is_told):
    makers = {
        "csv": "polars.csv",
        "tsv": "polars-wkt.tsv",
        "geojson": "gdal.geojson",
        "geojsonl": "gdal.geojsonl",
        "parquet": "geopandas-1.1.parquet",
        "arrow": "polars.arrow",
        "arrows": "pyarrow.arrows",
    }
    points, polygons = tmp_path / f"points.{word}", tmp_path / "zones.parquet"
    (written.GEOMETRY | written.AXES)[makers[word]](written.points(), points)
    written.geopandas_parquet(written.polygons(), polygons)
    command = [
        program(),
        "match",
        "-",
        polygons,
        *RULE,
        "--fields",
        "zone",
        "--output-format",
        word,
    ]
    # The start of TSV looks like CSV.
    if is_told or word == "tsv":
        command += ["--points-format", word]
    ran = subprocess.run(command, input=points.read_bytes(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    out = tmp_path / f"out.{word}"
    out.write_bytes(ran.stdout)
    assert matches(rows_of(out)) == expected()


@pytest.mark.parametrize("name", ["gdal.geojson", "polars-wkt.csv", "geopandas-1.1.parquet"])
def test_polygons_come_through_a_pipe(tmp_path, name):
    pq.write_table(written.with_xy(written.points()), tmp_path / "points.parquet")
    polygons = tmp_path / name
    written.GEOMETRY[name](written.polygons(), polygons)
    out = tmp_path / "out.csv"
    command = [program(), "match", tmp_path / "points.parquet", "-", *RULE, "--fields", "zone"]
    content = polygons.read_bytes()
    if name.endswith("json"):
        content = gzip.compress(content)
    subprocess.run([*command, "-o", out], input=content, check=True)
    assert matches(rows_of(out)) == expected()


# --- labels, distances, keys ---------------------------------------------------------------------


def as_csv(table: pa.Table, path: Path) -> Path:
    written.pyarrow_csv(table, path)
    return path


def as_geojson(table: pa.Table, path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["x"], row["y"]]},
            "properties": {"level": row["level"]},
        }
        for row in table.to_pylist()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def as_parquet(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path)
    return path


LEVELS = {
    "int": pa.array([1, 2, 1, None]),
    "int8": pa.array([1, 2, 1, None], pa.int8()),
    "float": pa.array([1.0, 2.0, 1.0, None]),
    "decimal": pa.array([decimal.Decimal(i) for i in ("1.00", "2.00", "1.00")] + [None]),
    "dictionary": pa.array([1, 2, 1, None]).dictionary_encode(),
}
ZONE_LEVELS = pa.array([1, 2, 2])


@pytest.mark.parametrize("kind", LEVELS)
@pytest.mark.parametrize("maker", [as_csv, as_geojson, as_parquet])
def test_numbers_are_labels_in_every_format(files, tmp_path, kind, maker):
    levels = LEVELS[kind]
    if maker is not as_parquet:
        plain = [None if level is None else float(level) for level in levels.to_pylist()]
        levels = pa.array(plain) if kind == "float" else levels.cast(pa.int64(), safe=False)
    table = pa.table({"x": [5.0] * 4, "y": [5.0] * 4, "level": levels})
    points = maker(table, tmp_path / f"points.{maker.__name__[3:]}")
    levels = {"level": ZONE_LEVELS.to_pylist()}
    frame = geopandas.GeoDataFrame(levels, geometry=BOXES, crs=written.WGS84)
    (parquet,) = files(zones=zones(level=ZONE_LEVELS))
    frame.to_wkt().to_csv(tmp_path / "zones.csv", index=False)
    frame.to_file(tmp_path / "zones.geojson", driver="GeoJSON", engine="pyogrio")
    for polygons in (parquet, tmp_path / "zones.csv", tmp_path / "zones.geojson"):
        found = covered(points, polygons, "--group-by", "level")
        assert found["polygon"] == [0, 2, 0, None], polygons


def test_texts_are_other_labels_than_numbers(files):
    points = pa.table({"x": [5.0] * 3, "y": [5.0] * 3, "level": ["1", "01", "1.0"]})
    points, text, numbers = files(
        points=points, text=zones(level=["1", "2", "2"]), numbers=zones(level=ZONE_LEVELS)
    )
    assert covered(points, text, "--group-by", "level")["polygon"] == [0, None, None]
    # In Parquet, a text is no number.
    assert covered(points, numbers, "--group-by", "level")["polygon"] == [0, None, None]


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.int32(), pa.string()])
def test_each_point_has_its_own_distance(files, kind):
    reach = pa.array([1, 2, 60]).cast(kind)
    table = pa.table({"x": [12.0, 12.0, 50.0], "y": [5.0, 5.0, 50.0], "reach": reach})
    points, polygons = files(points=table, zones=zones(name=["a", "b", "c"]))
    out = points.with_name("out.parquet")
    options = ["--near", "boundary", "--best", "largest", "--max-dist-column", "reach"]
    run_ok("match", points, polygons, *options, "--inclusive", "-o", out)
    assert read_table(out)["polygon"].to_pylist() == [None, 0, 0]
    assert read_table(out)["distance"].to_pylist() == [None, 2.0, (40.0**2 * 2) ** 0.5]


def day(number: int) -> datetime.date:
    return datetime.date(2026, 1, number)


KEYS = {
    "int": pa.array([1, None, 3]),
    "large int": pa.array([2**53, None, 2**53 + 1]),
    "unsigned": pa.array([2**63, None, 2**63 + 1], pa.uint64()),
    "float": pa.array([0.5, None, 1e300]),
    "float32": pa.array([0.5, None, 0.75], pa.float32()),
    "boolean": pa.array([False, None, True]),
    "date": pa.array([day(1), None, day(2)]),
    "date64": pa.array([day(1), None, day(2)], pa.date64()),
    "seconds": pa.array([1, None, 2], pa.timestamp("s")),
    "nanoseconds": pa.array([1, None, 2], pa.timestamp("ns", "UTC")),
    "microseconds": pa.array([-1, None, 0], pa.timestamp("us", "Europe/Berlin")),
    "decimal": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("1.11")]),
    "decimal256": pa.array(
        [decimal.Decimal("1.1"), None, decimal.Decimal("1.2")], pa.decimal256(40, 1)
    ),
    "text": pa.array(["2026-01-31T08:30:00Z", None, "2026-01-31T08:30:00.5Z"]),
    "dictionary": pa.array([1, None, 3]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_every_kind(files, kind):
    points, polygons = files(points=POINTS, zones=zones(key=KEYS[kind]))
    for best, expected_positions in [
        ("max:key", [0, 2, None]),
        ("min:key", [0, 0, None]),
        ("key:key", [0, 0, None]),
    ]:
        found = covered(points, polygons, "--best", best, "--nulls-last")
        assert found["polygon"] == expected_positions, best
    ran = run("match", points, polygons, "--near", "covers", "--best", "max:key")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert 'row 1: "key" must be ' in ran.stderr
    assert "--nulls-last" in ran.stderr
    without = zones(key=KEYS[kind].fill_null(KEYS[kind][0]))
    (polygons,) = files(whole=without)
    assert covered(points, polygons, "--best", "max:key,largest")["polygon"] == [0, 2, None]


def test_unmatched_rows_are_null_for_pandas(files):
    points, polygons = files(points=POINTS, zones=zones(name=["a", "b", "c"], level=ZONE_LEVELS))
    covered(points, polygons, "--fields", "name,level")
    frame = pd.read_parquet(points.with_name("out.parquet"), dtype_backend="pyarrow")
    assert frame["polygon"].isna().tolist() == [False, False, True]
    assert str(frame["level"].dtype) == "int64[pyarrow]"
