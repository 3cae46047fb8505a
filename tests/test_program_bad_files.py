"""Bad files: one line, exit status 1, no output, little memory.

Files that are cut, empty, of the wrong types, or bombs, of every format, as points and as polygons.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import shapely

from tests import hostile, written
from tests.test_cli import program
from tests.test_program_files import rows_of

PEAK = Path(__file__).with_name("peak.py")
# What a run may take beyond its input.
MOST = 256 << 20
# Longer messages do not fit on a screen.
LONGEST = 600

SIDES = ["points", "polygons"]
FORMATS = {
    "csv": "polars-wkt.csv",
    "tsv": "polars-wkt.tsv",
    "geojson": "gdal.geojson",
    "geojsonl": "gdal.geojsonl",
    "geojsons": "gdal-rs.geojsons",
    "parquet": "geopandas-1.1.parquet",
    "feather": "geopandas.feather",
    "arrow": "polars-wkb.arrow",
    "arrows": "pyarrow-wkb.arrows",
}


class Bench:
    """A folder with a sound file of points and one of polygons, to run the program in."""

    def __init__(self, folder: Path) -> None:
        self.files = {side: folder / f"{side}.parquet" for side in SIDES}
        written.geopandas_parquet(written.points(), self.files["points"])
        written.geopandas_parquet(written.polygons(), self.files["polygons"])
        self.folder = folder
        self.out = folder / "out"
        self.scratch = folder / "scratch"
        self.out.mkdir()
        self.scratch.mkdir()
        self.report = folder / "report"

    def run(self, side: str, path: Path, *options: Any, to: str = "parquet") -> Any:
        """Match with a file in place of the sound one. Returns how it ended, and the peak."""
        files = self.files | {side: path}
        command = [program(), "match", files["points"], files["polygons"]]
        if "--near" not in options:
            command += ["--near", "covers"]
        command += ["--fields", "*", "-q", "-o", self.out / f"out.{to}", *options]
        if "--unmatched" not in options:
            command += ["--unmatched", self.out / "rest.csv"]
        launch = [sys.executable, "-I", "-S", PEAK, self.report, *command]
        environment = os.environ | {"TMPDIR": str(self.scratch)}
        ran = subprocess.run(
            list(map(str, launch)), capture_output=True, text=True, check=False, env=environment
        )
        status, peak = map(int, self.report.read_text().split())
        assert peak < path.stat().st_size + MOST, f"{peak >> 20} MiB"
        assert list(self.scratch.iterdir()) == []
        assert "panicked" not in ran.stderr
        ran.returncode = status
        return ran

    def refuses(self, side: str, path: Path, *options: Any) -> str:
        """Assert that a file is refused with one line, and give its cause."""
        ran = self.run(side, path, *options)
        line = ran.stderr
        assert (ran.returncode, ran.stdout) == (1, ""), line
        assert line.startswith(f"poly-match: {path}: ")
        assert line.count("\n") == 1
        assert line.endswith("\n")
        assert len(line) - len(str(path)) < LONGEST
        assert list(self.out.iterdir()) == []
        return line.removeprefix(f"poly-match: {path}: ").strip()

    def takes(self, side: str, path: Path, *options: Any, to: str = "parquet") -> list[Any]:
        """Assert that a file is taken without a word, and give the rows of the output."""
        ran = self.run(side, path, *options, to=to)
        assert (ran.returncode, ran.stderr) == (0, "")
        return rows_of(self.out / f"out.{to}")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def frame_of(side: str) -> Any:
    return written.points() if side == "points" else written.polygons()


def sound(side: str, extension: str, folder: Path) -> Path:
    """Write a sound file of a format."""
    path = folder / f"bad.{extension}"
    written.GEOMETRY[FORMATS[extension]](frame_of(side), path)
    return path


# --- cut and empty -------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extension", FORMATS)
def test_a_cut_file(bench, side, extension):
    path = sound(side, extension, bench.folder)
    whole = path.read_bytes()
    if extension in ("csv", "tsv"):
        # A row may end anywhere in its last cell, but not before it.
        comma = b"\t" if extension == "tsv" else b","
        cuts = [
            0,
            1,
            4,
            whole.rindex(comma, 0, whole.rindex(b"((" if side == "polygons" else b"POINT")),
        ]
    else:
        # A table may end after a message of a stream, or after a feature of lines: not there.
        end = len(whole)
        cuts = [0, 1, 3, 7, 9, 100, end // 2 + 1, end - 30, end - 9, end - 2]
        if extension == "arrows":
            cuts = cuts[:-2]
        elif extension.startswith("geojson") and extension != "geojson":
            cuts = cuts[2:]
    for cut in cuts:
        path.write_bytes(whole[:cut])
        bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extension", ["csv", "tsv", "geojson", "geojsonl"])
@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_a_cut_compressed_file(bench, side, extension, codec):
    plain = sound(side, extension, bench.folder)
    path = plain.with_name(f"{plain.name}.{'gz' if codec == 'gzip' else 'zst'}")
    with pa.output_stream(path, compression=codec) as out:
        out.write(plain.read_bytes())
    whole = path.read_bytes()
    for cut in (1, 3, 5, 12, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        bench.refuses(side, path)
    if codec == "gzip":  # pyarrow writes no checksum of Zstandard
        for at in (len(whole) // 2, len(whole) - 7):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
            bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_of_something_else(bench, side, extension):
    path = bench.folder / f"bad.{extension}"
    noise = np.random.default_rng(7).bytes(5000)
    for content in (
        b"\n",
        b"\0" * 100,
        noise,
        b"PAR1" * 99,
        b"ARROW1\0\0" * 99,
        b"\xff" * 4 + noise,
    ):
        path.write_bytes(content)
        # Lines may be blank.
        if content.strip() or extension not in ("geojsonl", "geojsons"):
            bench.refuses(side, path)


# --- rows, columns and types ---------------------------------------------------------------------


def empty(side: str, extension: str, folder: Path) -> Path:
    """Write a file without rows."""
    path = folder / f"bad.{extension}"
    if extension == "geojson":
        path.write_text('{"type":"FeatureCollection","features":[]}')
    elif extension in ("geojsonl", "geojsons"):
        path.write_text("\n")
    else:
        written.GEOMETRY[FORMATS[extension]](frame_of(side)[:0], path)
    return path


@pytest.mark.parametrize("to", ["csv", "parquet", "geojson", "arrow"])
@pytest.mark.parametrize("extension", [name for name in FORMATS if not name.startswith("geojson")])
def test_no_rows(bench, extension, to):
    assert bench.takes("points", empty("points", extension, bench.folder), to=to) == []
    rows = bench.takes(
        "polygons", empty("polygons", extension, bench.folder), "--how", "left", to=to
    )
    assert len(rows) == len(written.points())
    assert all(row["polygon"] in (None, "") for row in rows)


@pytest.mark.parametrize("extension", ["geojson", "geojsonl"])
def test_no_features(bench, extension):
    path = empty("points", extension, bench.folder)
    for to in ("csv", "parquet", "geojson", "arrow"):
        assert bench.takes("points", path, "--fields", "zone", to=to) == []
        assert len(bench.takes("polygons", path, "--fields", "zone", "--how", "left", to=to)) == 120


@pytest.mark.parametrize("side", SIDES)
def test_no_columns(bench, side):
    path = bench.folder / "bad.parquet"
    for rows in (0, 3):
        table = pa.table({"a": range(rows)}).select([])
        pq.write_table(table, path)
        assert "found" in bench.refuses(side, path)
        written.pyarrow_feather(table, path.with_suffix(".arrow"), "uncompressed")
        bench.refuses(side, path.with_suffix(".arrow"))
        written.pyarrow_stream(table, path.with_suffix(".arrows"))
        bench.refuses(side, path.with_suffix(".arrows"))


NOT_NUMBERS = {
    "boolean": pa.array([True, False]),
    "list": pa.array([[1.0], [2.0]]),
    "struct": pa.array([{"a": 1}, {"a": 2}]),
    "date": pa.array([1, 2], pa.date32()),
    "time": pa.array([1, 2], pa.timestamp("s")),
    "binary": pa.array([b"1", b"2"]),
    "null": pa.nulls(2),
    "word": pa.array(["1", "one"]),
    "NaN": pa.array([1.0, float("nan")]),
    "none": pa.array([1.0, None]),
    "interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    "map": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int8())),
    "duration": pa.array([1, 2], pa.duration("s")),
}


@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_coordinates_that_are_no_numbers(bench, kind):
    path = bench.folder / "bad.arrow"
    written.pyarrow_feather(pa.table({"x": NOT_NUMBERS[kind], "y": [1, 2]}), path, "uncompressed")
    assert '"x"' in bench.refuses("points", path)
    # A distance may be missing no more than a coordinate.
    written.pyarrow_feather(
        pa.table({"x": [1, 2], "y": [1, 2], "d": NOT_NUMBERS[kind]}), path, "uncompressed"
    )
    reach = ["--near", "boundary", "--planar", "--max-dist-column", "d"]
    assert '"d"' in bench.refuses("points", path, *reach)


WRONG_GEOMETRY = {
    "integers": pa.array([1, 2]),
    "garbage": pa.array([b"\x01\x02", b""]),
    "line": pa.array(shapely.to_wkb([shapely.LineString([(0, 0), (1, 1)])] * 2)),
    "null": pa.array([None, None], pa.binary()),
    "word": pa.array(["POINT(", "box"]),
    "list": pa.array([[1.0], [2.0]]),
    "struct": pa.array([{"a": 1.0}, {"a": 2.0}]),
    "count": pa.array([struct.pack("<BII", 1, 3, 0xFFFF_FFFF)] * 2),
    "rings": pa.array([struct.pack("<BIII", 1, 3, 1, 0xFFFF_FFFF)] * 2),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", WRONG_GEOMETRY)
def test_geometry_that_is_none(bench, side, kind):
    path = bench.folder / "bad.parquet"
    table = pa.table({"id": [1, 2], "geometry": WRONG_GEOMETRY[kind]})
    pq.write_table(table, path)
    bench.refuses(side, path)
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {}}}
    geo["columns"]["geometry"] = {"encoding": "WKB", "geometry_types": []}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    "geo",
    [
        "{",
        "[]",
        "{}",
        '{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"TWKB"}}}',
        '{"version":"1.0.0","primary_column":1,"columns":[]}',
        "[" * 100_000,
    ],
)
def test_metadata_of_geoparquet_that_is_none(bench, side, geo):
    path = bench.folder / "bad.parquet"
    table = pa.table({"id": [1], "geometry": shapely.to_wkb([shapely.box(0, 0, 1, 1)])})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), path)
    bench.refuses(side, path)


@pytest.mark.parametrize("kind", ["list", "struct", "map", "interval", "duration"])
def test_keys_and_labels_that_are_none(bench, kind):
    path = bench.folder / "bad.arrow"
    shapes = shapely.to_wkb([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2)])
    table = pa.table({"geometry": shapes, "key": NOT_NUMBERS[kind]})
    written.pyarrow_feather(table, path, "uncompressed")
    assert '"key"' in bench.refuses("polygons", path, "--best", "max:key")
    if kind == "map":
        # Other values have a text, and texts may be labels.
        assert '"key"' in bench.refuses("polygons", path, "--group-by", "id=key")


# --- bombs ---------------------------------------------------------------------------------------


def coordinates(side: str, rows: int = 100) -> pa.Table:
    """Give a table with coordinates of the side, or with geometry."""
    numbers = np.linspace(0, 1, rows)
    if side == "points":
        return pa.table({"id": range(rows), "x": numbers, "y": numbers})
    return pa.table({"id": range(rows), "geometry": shapely.to_wkb(shapely.box(0, 0, numbers, 1))})


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("uncompressed", "compressed", "values"),
    [
        (2**31 - 1, 100, 100),
        (100, 2**31 - 1, 100),
        (2**31 - 1,) * 3,
        (-1, 100, 100),
        (100, 100, -1),
    ],
)
def test_a_page_header_that_claims_gigabytes(bench, side, uncompressed, compressed, values):
    path = bench.folder / "bad.parquet"
    for column in ("id", "x" if side == "points" else "geometry"):
        pq.write_table(coordinates(side), path, use_dictionary=False, write_statistics=False)
        hostile.with_page_header(path, column, uncompressed, compressed, values)
        assert f'row group 0, column "{column}": ' in bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
def test_lengths_that_claim_gigabytes(bench, side):
    path = bench.folder / "bad.parquet"
    for length in (2**31 - 1, 2**32 - 1, 0, 1):
        pq.write_table(coordinates(side), path)
        hostile.with_footer_length(path, length)
        bench.refuses(side, path)
    for extension in ("arrow", "arrows"):
        path = bench.folder / f"bad.{extension}"
        for claim in (60 << 30, -2, 2**63 - 1, 8):
            hostile.one_batch(coordinates(side, 4321), path)
            hostile.with_buffer_length(path, 8 * 4321, claim)
            bench.refuses(side, path)


@pytest.fixture(scope="module")
def zeros() -> pa.Table:
    return hostile.zeros()


@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
def test_numbers_that_are_compressed_1000_to_1(bench, zeros, extension):
    path = bench.folder / f"bad.{extension}"
    write = hostile.one_page if extension == "parquet" else hostile.one_batch
    write(zeros, path)
    assert path.stat().st_size * 1000 < zeros.nbytes
    assert " needs " in bench.refuses("points", path)
    write(zeros.append_column("geometry", pa.nulls(len(zeros), pa.binary())), path)
    bench.refuses("polygons", path)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
def test_a_huge_cell(bench, side, extension):
    path = bench.folder / f"bad.{extension}"
    table = coordinates(side, 1).append_column("text", pa.array(["x" * (300 << 20)]))
    (hostile.one_page if extension == "parquet" else hostile.one_batch)(table, path)
    assert " needs " in bench.refuses(side, path)


TEXTS = {
    "cell.csv": ("x,y,wkt\n1,", "1", ""),
    "quoted.csv": ('x,y,wkt\n1,"', "a", '",3\n'),
    "header.csv": ("x,y,wkt", "y", "\n"),
    "columns.csv": ("x,y,wkt", ",a", "\n"),
    "cell.tsv": ("x\ty\twkt\n1\t", "1", ""),
    "string.geojson": (
        '{"type":"FeatureCollection","features":[{"type":"Feature","a":"',
        "a",
        '"}]}',
    ),
    "member.geojson": ('{"type":"FeatureCollection","a":"', "a", '"}'),
    "coordinates.geojson": (
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon",'
        '"coordinates":[[',
        "[0,0],",
        "[0,0]]]}}]}",
    ),
    "string.geojsonl": ('{"type":"Feature","a":"', "a", '"}\n'),
    "record.geojsons": ('\x1e{"type":"Feature","a":"', "a", '"}\n'),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("codec", [".gz", ".zst"])
@pytest.mark.parametrize("name", TEXTS)
def test_text_that_is_compressed_1000_to_1(bench, side, codec, name):
    path = bench.folder / f"{name}{codec}"
    start, piece, end = TEXTS[name]
    hostile.text(path, start, piece, 100, end)
    assert path.stat().st_size < 1 << 20
    bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
def test_a_hundred_thousand_columns(bench, side):
    many = [f"c{i}" for i in range(100_000)]
    for extension, comma in (("csv", ","), ("tsv", "\t")):
        path = bench.folder / f"bad.{extension}"
        path.write_text(comma.join(["x", "y", "wkt", *many]) + "\n")
        assert " columns needs " in bench.refuses(side, path)
    feature = {"type": "Feature", "geometry": None, "properties": dict.fromkeys(many, 1)}
    collection = {"type": "FeatureCollection", "features": [feature]}
    for extension, content in (("geojson", collection), ("geojsonl", feature)):
        path = bench.folder / f"bad.{extension}"
        path.write_text(json.dumps(content))
        assert " columns needs " in bench.refuses(side, path)


@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("side", SIDES)
def test_a_hundred_thousand_columns_of_columnar_files(bench, side, extension):
    path = bench.folder / f"bad.{extension}"
    table = coordinates(side, 2)
    column = pa.array([1, 2], pa.int8())
    names = [*table.schema.names, *(f"c{i}" for i in range(100_000))]
    table = pa.table([*table.columns, *[column] * 100_000], names)
    if extension == "parquet":
        pq.write_table(
            table, path, use_dictionary=False, write_statistics=False, store_schema=False
        )
    else:
        hostile.one_batch(table, path)
    assert " columns needs " in bench.refuses(side, path)


@pytest.mark.parametrize("side", SIDES)
def test_deep_nesting(bench, side):
    depth = 50_000
    path = bench.folder / "bad.geojson"
    start = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    shape = '{"type":"GeometryCollection","geometries":['
    for text in (
        start + '{"type":"Polygon","coordinates":' + "[" * depth + "]" * depth + "}}]}",
        start + shape * depth + "]}" * depth + "}]}",
        start + 'null,"a":' + "[" * depth + "]" * depth + "}]}",
        start + shape * depth,
        "[" * depth,
        '{"a":' * depth,
    ):
        path.write_text(text)
        bench.refuses(side, path)
    path = bench.folder / "bad.csv"
    path.write_text('wkt\n"' + "GEOMETRYCOLLECTION(" * depth + ")" * depth + '"\n')
    bench.refuses(side, path)
    path.write_text("wkt\n" + "(" * depth + "\n")
    bench.refuses(side, path)
    for extension in ("parquet", "arrow"):
        path = bench.folder / f"bad.{extension}"
        for within in (
            b"",
            shapely.to_wkb(shapely.Point(1, 1)),
            shapely.to_wkb(shapely.box(0, 0, 1, 1)),
        ):
            table = pa.table({"geometry": [hostile.nested_wkb(depth, within)]})
            if extension == "parquet":
                pq.write_table(table, path)
            else:
                written.pyarrow_feather(table, path, "uncompressed")
            bench.refuses(side, path)


@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("side", SIDES)
def test_types_in_types(bench, side, extension):
    path = bench.folder / f"bad.{extension}"
    for depth in (20, 60):
        table = coordinates(side, 1)
        table = table.append_column("deep", pa.nulls(1, hostile.nested_type(depth)))
        if extension == "parquet":
            pq.write_table(table, path)
        else:
            hostile.one_batch(table, path)
        ran = bench.run(side, path, "--fields", "zone" if side == "points" else "id")
        if ran.returncode:
            assert ran.returncode == 1
            assert ran.stderr.count("\n") == 1
