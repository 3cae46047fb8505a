"""The program reads what other libraries write, and they read what it writes.

Each kind of input (`tests/written.py`) goes to each format, and the matches are those of `join` in
Python on the same tables. Then each output is read by the libraries that know its format.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import gzip
import json
import sys
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import polars
import poly_match
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from tests import written
from tests.test_cli import CITIES, COUNTIES, real_data, run_ok

RULE = ["--near", "boundary", "--best", "nearest,smallest", "--max-dist", "1.5", "--planar", "-q"]
OUT = ["csv", "tsv", "csv.gz", "csv.zst", "geojson", "geojsonl", "parquet", "arrow", "arrows"]
NUMBERS = {"value", "x", "y"}
TYPED = (".parquet", ".arrow", ".arrows", ".feather")


@pytest.fixture(autouse=True)
def _plain_arrow():
    """Read extension types as fields with metadata, whatever other tests have registered."""
    geoarrow = sys.modules.get("geoarrow.types.type_pyarrow")
    with geoarrow.unregistered_extension_types() if geoarrow else contextlib.nullcontext():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give a function that makes a file of points or of polygons, once."""
    folder = tmp_path_factory.mktemp("made")

    @functools.cache
    def make(side: str, name: str) -> Path:
        path = folder / f"{side}-{name}"
        frame = written.points() if side == "points" else written.polygons()
        (written.GEOMETRY | written.AXES)[name](frame, path)
        return path

    return make


@functools.cache
def expected() -> list[tuple[int | None, float | None, str | None]]:
    """Give the position, the distance and the zone of the match of each point."""
    rule: Any = {"near": "boundary", "best": "nearest,smallest", "max_dist": 1.5, "planar": True}
    joined = poly_match.join(
        pa.table({"x": written.points().geometry.x, "y": written.points().geometry.y}),
        pa.table(written.polygons().to_arrow(index=False)),
        columns=["zone"],
        position_col="polygon",
        **rule,
    )
    columns = [joined[name].to_pylist() for name in ("polygon", "distance", "zone")]
    rows = list(zip(*columns, strict=True))
    matched = sum(position is not None for position, _, _ in rows)
    assert 0 < matched < len(rows)
    return rows


def read_table(path: Path) -> pa.Table:
    """Read a columnar file."""
    if path.suffix == ".parquet":
        return pq.read_table(path)
    if path.suffix == ".arrows":
        return pa.ipc.open_stream(path.read_bytes()).read_all()
    return pa.feather.read_table(path)


def text_of(path: Path) -> str:
    """Read a file of text, decompressed."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    if path.suffix == ".zst":
        with pa.input_stream(path, compression="zstd") as stream:
            return stream.read().decode()
    return path.read_text(encoding="utf-8")


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a file of any format."""
    if path.suffix in TYPED:
        return read_table(path).to_pylist()
    text = text_of(path)
    if ".csv" in path.name or ".tsv" in path.name:
        delimiter = "\t" if ".tsv" in path.name else ","
        return list(csv.DictReader(text.splitlines(), delimiter=delimiter))
    if path.suffix in (".geojson", ".json"):
        features = json.loads(text)["features"]
    else:
        features = [json.loads(record) for record in text.replace("\x1e", "").splitlines()]
    return [feature["properties"] | {"geometry": feature["geometry"]} for feature in features]


def plain(name: str, value: Any) -> Any:
    """Give a value as all formats have it."""
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return float(value) if name in NUMBERS else str(value)


def place(row: dict[str, Any]) -> tuple[float, float]:
    """Give the coordinates of a point."""
    if "x" in row:
        return float(row["x"]), float(row["y"])
    shape = next(row[name] for name in ("geometry", "wkt", "WKT") if name in row)
    if isinstance(shape, dict):
        shape = shape.get("coordinates") or [shape["x"], shape["y"]]
    if isinstance(shape, bytes):
        shape = shapely.from_wkb(shape).coords[0]
    if isinstance(shape, str):
        shape = shapely.from_wkt(shape).coords[0]
    x, y = shape
    return x, y


def matches(rows: list[dict[str, Any]]) -> list[tuple[int | None, float | None, str | None]]:
    """Give the position, the distance and the zone of each row."""
    found = []
    for row in rows:
        position, distance, zone = (
            plain("", row[name]) for name in ("polygon", "distance", "zone")
        )
        position = None if position is None else int(position)
        distance = None if distance is None else float(distance)
        found.append((position, distance, zone))
    return found


def value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def check(source: Path, out: Path) -> None:
    """Hold an output against its input: columns, types, cells, and matches."""
    before, after = rows_of(source), rows_of(out)
    assert matches(after) == expected()
    assert [place(row) for row in after] == [place(row) for row in before]
    is_geojson = ".geojson" in out.name
    for name in before[0]:
        if name in ("geometry", "wkt", "WKT", "bbox"):
            continue
        cells = [[plain(name, row[name]) for row in rows] for rows in (before, after)]
        assert cells[0] == cells[1], name
    added = ["polygon", "zone", "distance"]
    beside = ("geometry", "bbox")
    assert [name for name in after[0] if name not in beside][-3:] == added
    if source.suffix in TYPED and out.suffix in TYPED:
        old, new = read_table(source).schema, read_table(out).schema
        assert new.names[: len(old)] == old.names
        for field in old:
            # GeoParquet has points as structs. pyarrow reads dictionaries of texts alone.
            if field.name != "geometry" or out.suffix != ".parquet":
                assert value_type(new.field(field.name).type) == value_type(field.type)
    if out.suffix in TYPED:
        schema = read_table(out).schema
        assert schema.field("polygon").type == pa.int64()
        assert schema.field("distance").type == pa.float64()
    elif is_geojson:
        assert all(isinstance(row["polygon"], int | None) for row in after)
        assert all(isinstance(row["distance"], float | None) for row in after)


@pytest.mark.parametrize("to", OUT)
@pytest.mark.parametrize("name", written.GEOMETRY | written.AXES)
def test_points_of_each_library_go_to_each_format(made, tmp_path, name, to):
    points, polygons = made("points", name), made("polygons", "geopandas-1.1.parquet")
    out = tmp_path / f"out.{to}"
    ran = run_ok("match", points, polygons, *RULE, "--fields", "zone", "-o", out)
    assert (ran.stdout, ran.stderr) == ("", "")
    check(points, out)


@pytest.mark.parametrize("name", written.GEOMETRY)
def test_polygons_of_each_library_match_the_same(made, tmp_path, name):
    points, polygons = made("points", "polars.parquet"), made("polygons", name)
    out = tmp_path / "out.parquet"
    ran = run_ok("match", points, polygons, *RULE, "--fields", "zone,level,weight", "-o", out)
    assert ran.stderr == ""
    assert matches(read_table(out).to_pylist()) == expected()
    table = read_table(out)
    level, weight = (table[name].to_pylist() for name in ("level", "weight"))
    for i, (position, _, _) in enumerate(expected()):
        if position is None:
            assert (level[i], weight[i]) == (None, None)
        else:
            assert (int(level[i]), float(weight[i])) == (position % 4, position / 4)
    if not name.endswith((".csv", ".tsv")):
        assert pa.types.is_integer(value_type(table.schema.field("level").type))
        assert table.schema.field("weight").type == pa.float64()


# --- what is written, read by others -------------------------------------------------------------

FROM = ["polars.csv", "geopandas-1.0.parquet", "gdal.geojson"]


@pytest.fixture
def matched(made, tmp_path) -> Any:
    """Give a function that matches points from a file to another."""

    def match(name: str, to: str) -> Path:
        out = tmp_path / f"out.{to}"
        files = made("points", name), made("polygons", "geopandas-1.1.parquet")
        run_ok("match", *files, *RULE, "--fields", "zone", "-o", out)
        return out

    return match


@pytest.mark.parametrize("to", ["parquet", "arrows"])
def test_texts_of_a_dictionary_stay_in_one(made, tmp_path, to):
    table = written.with_xy(written.points())
    table = table.set_column(1, "code", table["code"].dictionary_encode())
    written.pyarrow_stream(table, tmp_path / "points.arrows")
    out = tmp_path / f"out.{to}"
    files = tmp_path / "points.arrows", made("polygons", "geopandas-1.1.parquet")
    run_ok("match", *files, *RULE, "-o", out)
    found = read_table(out)["code"]
    assert pa.types.is_dictionary(found.type)
    assert found.to_pylist() == table["code"].to_pylist()


def agrees(frame: Any) -> None:
    """Hold a frame of pandas against the matches."""
    position = [None if pd.isna(value) else int(value) for value in frame["polygon"]]
    assert position == [row[0] for row in expected()]
    distance = [None if pd.isna(value) else float(value) for value in frame["distance"]]
    assert distance == [row[1] for row in expected()]


@pytest.mark.parametrize("name", FROM)
def test_polars_and_duckdb_read_parquet(matched, name):
    path = matched(name, "parquet")
    table = written.spatial().sql(f"SELECT polygon, distance, zone FROM '{path}'").to_arrow_table()
    assert matches(table.to_pylist()) == expected()
    frame = polars.read_parquet(path)
    assert matches(frame.select("polygon", "distance", "zone").to_dicts()) == expected()
    assert frame.schema["polygon"] == polars.Int64


@pytest.mark.parametrize("name", FROM)
def test_polars_reads_arrow(matched, name):
    frame = polars.read_ipc(matched(name, "arrow"))
    assert matches(frame.to_dicts()) == expected()
    frame = polars.read_ipc_stream(matched(name, "arrows"))
    assert matches(frame.to_dicts()) == expected()


@pytest.mark.parametrize("to", ["csv", "tsv", "csv.gz", "csv.zst"])
@pytest.mark.parametrize("name", FROM)
def test_pandas_polars_and_duckdb_read_text(matched, name, to):
    path = matched(name, to)
    separator = "\t" if to == "tsv" else ","
    if to != "csv.zst":  # pandas needs another library for it
        agrees(pd.read_csv(path, sep=separator))
    frame = polars.read_csv(path, separator=separator, infer_schema=False)
    assert matches(frame.to_dicts()) == expected()
    read = f"read_csv('{path}', delim='{separator}', all_varchar=true)"
    rows = written.spatial().sql(f"SELECT polygon, distance, zone FROM {read}")
    assert matches(rows.to_arrow_table().to_pylist()) == expected()


@pytest.mark.parametrize("to", ["geojson", "geojsonl"])
@pytest.mark.parametrize("name", FROM)
def test_gdal_reads_geojson(matched, name, to):
    path = matched(name, to)
    frame = pyogrio.read_dataframe(path)
    agrees(frame)
    assert frame.crs.equals("OGC:CRS84", ignore_axis_order=True)
    assert shapely.equals(frame.geometry.array, written.points().geometry.array).all()


@pytest.mark.parametrize("name", ["geopandas-1.0.parquet", "duckdb-native.parquet", "gdal.geojson"])
def test_geopandas_reads_geoparquet_with_its_system(matched, name):
    frame = geopandas.read_parquet(matched(name, "parquet"))
    agrees(frame)
    assert frame.crs.equals(written.WGS84, ignore_axis_order=True)
    assert shapely.equals(frame.geometry.array, written.points().geometry.array).all()
    assert frame["id"].tolist() == written.points()["id"].tolist()
    path = matched(name, "parquet")
    rows = written.spatial().execute(f"SELECT ST_X(geometry), ST_Y(geometry) FROM '{path}'")
    assert rows.fetchall() == [(point.x, point.y) for point in written.points().geometry]


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3857", None, 'LOCAL_CS["floor"]'])
@pytest.mark.parametrize("to", ["parquet", "arrow", "geojson"])
def test_the_system_of_the_points_is_that_of_the_output(tmp_path, crs, to):
    points = written.points().set_crs(crs, allow_override=True)
    polygons = written.polygons().set_crs(crs, allow_override=True)
    points.to_parquet(tmp_path / "points.parquet")
    polygons.to_feather(tmp_path / "polygons.feather")
    out = tmp_path / f"out.{to}"
    files = tmp_path / "points.parquet", tmp_path / "polygons.feather"
    ran = run_ok("match", *files, *RULE, "--fields", "zone", "-o", out)
    assert ran.stderr == ""
    assert matches(rows_of(out)) == expected()
    if to == "geojson" and crs != "EPSG:25832":
        return
    if to == "arrow":
        metadata = read_table(out).schema.field("geometry").metadata or {}
        declared = json.loads(metadata.get(b"ARROW:extension:metadata", b"{}"))
        found = geopandas.GeoSeries(crs=declared.get("crs")).crs
    elif to == "parquet":
        found = geopandas.read_parquet(out).crs
    else:
        found = pyogrio.read_dataframe(out).crs
    assert found == points.crs


# --- real data -----------------------------------------------------------------------------------


@real_data
@pytest.mark.parametrize("to", ["csv", "parquet", "geojson"])
def test_real_cities_in_real_counties_from_every_format(tmp_path, to):
    cities = pd.read_csv(CITIES, dtype=str)
    at = geopandas.points_from_xy(cities["lon"].astype(float), cities["lat"].astype(float))
    cities = geopandas.GeoDataFrame(cities, geometry=at, crs="OGC:CRS84")
    counties = geopandas.read_file(COUNTIES)
    counties["NAME"] = counties["NAME"].astype(object)
    expected = poly_match.join(
        cities, counties, near="covers", columns=["NAME"], position_col="polygon"
    )
    cities.to_parquet(tmp_path / "cities.parquet")
    counties.to_parquet(tmp_path / "counties.parquet", geometry_encoding="geoarrow")
    cities.to_file(tmp_path / "cities.geojsonl", driver="GeoJSONSeq")
    counties.to_feather(tmp_path / "counties.feather")
    position = [None if pd.isna(value) else int(value) for value in expected["polygon"]]
    names = [None if pd.isna(value) else value for value in expected["NAME"]]
    assert len(position) == 3228
    for points, polygons in [
        ("cities.parquet", "counties.feather"),
        ("cities.geojsonl", "counties.parquet"),
        (CITIES, COUNTIES),
    ]:
        out = tmp_path / f"out.{to}"
        files = tmp_path / points, tmp_path / polygons
        run_ok("match", *files, "--near", "covers", "--fields", "NAME", "-o", out)
        rows = rows_of(out)
        assert [row["NAME"] or None for row in rows] == names
        found = [plain("", row["polygon"]) for row in rows]
        assert [None if value is None else int(value) for value in found] == position
