"""Text of other libraries is read by `poly-match-io`, and what it writes is read by them."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import geopandas
import pandas
import pyarrow
import pytest
from shapely import MultiPolygon, Point, Polygon, from_wkt

from tests.test_io import program  # noqa: F401

SHAPES = [
    Point(8.5, 47.4),
    Polygon([(0, 0), (4, 0), (0, 4)], [[(1, 1), (1, 2), (2, 1)]]),
    MultiPolygon([Polygon([(0, 0), (1, 0), (0, 1.25)]), Polygon([(5, 5), (6, 5), (5, 6)])]),
    None,
]
COLUMNS = {
    "code": ["01001", "", 'a, "b"\nc', "\u00e4"],
    "n": [1, -2, 3, 2**53 + 1],
    "f": [0.1, 1e-7, 3.0, 1e300],
    "ok": [True, False, True, False],
}

# How GDAL writes features: the extension, and what it is told.
LAYOUTS = {
    "geojson": {"driver": "GeoJSON"},
    "geojsonl": {"driver": "GeoJSONSeq"},
    "geojsons": {"driver": "GeoJSONSeq", "RS": "YES"},
}


@pytest.fixture
def frame() -> geopandas.GeoDataFrame:
    """Give features of several types."""
    return geopandas.GeoDataFrame(COLUMNS, geometry=SHAPES, crs="OGC:CRS84")


@pytest.fixture
def copied(program, tmp_path: Path):  # noqa: F811
    """Give a function that copies a file to another format."""

    def copy(path: Path, extension: str) -> Path:
        to = tmp_path / f"copy.{extension}"
        subprocess.run([program, path, to], check=True)
        return to

    return copy


def check(found: geopandas.GeoDataFrame, expected: geopandas.GeoDataFrame) -> None:
    """Compare columns, geometries, and systems."""
    assert list(found.columns) == list(expected.columns)
    for name in COLUMNS:
        assert found[name].tolist() == expected[name].tolist(), name
    for got, shape in zip(found.geometry, expected.geometry, strict=True):
        assert got == shape
    assert found.crs.equals("EPSG:4326", ignore_axis_order=True)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", ["geojson", "geojsonl", "parquet"])
def test_features_of_gdal_are_copied(frame, copied, tmp_path, layout, extension):
    path = tmp_path / f"a.{layout}"
    frame.to_file(path, **LAYOUTS[layout])
    copy = copied(path, extension)
    read = geopandas.read_parquet if extension == "parquet" else geopandas.read_file
    found = read(copy)
    check(found.drop(columns="bbox", errors="ignore"), frame)


def test_a_system_is_kept(frame, copied, tmp_path):
    path = tmp_path / "a.geojson"
    frame.to_crs(3857).to_file(path, driver="GeoJSON")
    assert geopandas.read_file(copied(path, "geojson")).crs.equals("EPSG:3857")


def test_geometry_is_well_known_text_in_csv(frame, copied, tmp_path):
    path = tmp_path / "a.geojson"
    frame.to_file(path, driver="GeoJSON")
    table = pandas.read_csv(copied(path, "csv"), dtype={"code": str}, keep_default_na=False)
    for name in COLUMNS:
        assert table[name].tolist() == COLUMNS[name], name
    assert [from_wkt(text) if text else None for text in table["geometry"]] == SHAPES


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_compressed_tables_are_read_and_written(copied, tmp_path, compression):
    table = pandas.DataFrame(COLUMNS).astype(str)
    extension = {"gzip": "gz", "zstd": "zst"}[compression]
    path = tmp_path / f"a.csv.{extension}"
    with pyarrow.output_stream(path, compression=compression) as out:
        out.write(table.to_csv(index=False).encode())
    for copy in ["csv", f"csv.{extension}", f"tsv.{extension}"]:
        with pyarrow.input_stream(copied(path, copy)) as stream:
            text = BytesIO(stream.read())
        separator = "\t" if "tsv" in copy else ","
        found = pandas.read_csv(text, sep=separator, dtype=str, keep_default_na=False)
        assert found.equals(table), copy
