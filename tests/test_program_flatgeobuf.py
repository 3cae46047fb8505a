"""The program reads FlatGeobuf that GDAL writes, and GDAL reads what the program writes."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
import pytest
import shapely

from tests.test_cli import run_ok

SQUARE = shapely.box(0, 0, 10, 10)
LAKE = shapely.Polygon(SQUARE.exterior, [shapely.box(2, 2, 8, 8).exterior])
ISLAND = shapely.box(4, 4, 6, 6)


def zones(crs: Any = "EPSG:25832") -> geopandas.GeoDataFrame:
    """Make zones with a hole, an island in it, and a null."""
    shapes = [shapely.MultiPolygon([LAKE, ISLAND]), shapely.box(20, 0, 30, 10), None]
    table = {"zone": ["a", "b", None], "level": [1, 2, 3], "depth": [0.5, None, 1.5]}
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=crs)


def points(crs: Any = "EPSG:25832") -> geopandas.GeoDataFrame:
    """Make points of many types of columns."""
    shapes = shapely.points([[1, 1], [3, 3], [5, 5], [25, 5], [50, 50]]).tolist()
    table = {
        "id": [1, 2, 3, 4, 2**53 + 1],
        "name": ["\u00e4", None, "", "d", "e"],
        "value": [0.1, None, 1e300, -5e-324, 2.0],
        "is_open": [True, False, True, False, True],
        "seen": pd.to_datetime(["2024-01-31T12:00:00"] * 4 + [None]),
    }
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=crs)


def save(frame: geopandas.GeoDataFrame, path: Path, **options: str) -> None:
    """Write a file by GDAL. An index of FlatGeobuf has no place for null."""
    if path.suffix == ".fgb" and options.get("SPATIAL_INDEX") != "NO":
        frame = frame[frame.geometry.notna()]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        frame.to_file(path, **options)


def match(tmp_path: Path, output: str, *, points_file: str, zones_file: str) -> Path:
    """Match points to zones that cover them."""
    out = tmp_path / output
    run_ok(
        "match",
        str(tmp_path / points_file),
        str(tmp_path / zones_file),
        *("--near", "covers", "--best", "first", "--on-invalid", "skip", "-q"),
        *("--fields", "zone", "-o", str(out)),
    )
    return out


@pytest.mark.parametrize("index", ["YES", "NO"])
@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3857", None])
def test_gdal_reads_what_was_matched(tmp_path: Path, crs: str | None, index: str) -> None:
    save(points(crs), tmp_path / "points.fgb", SPATIAL_INDEX=index)
    save(zones(crs), tmp_path / "zones.fgb", SPATIAL_INDEX=index)
    out = match(tmp_path, "out.fgb", points_file="points.fgb", zones_file="zones.fgb")
    given = geopandas.read_file(tmp_path / "points.fgb")
    found = geopandas.read_file(out)
    assert found.crs == given.crs
    expected = dict(zip([1, 2, 3, 4, 2**53 + 1], ["a", None, "a", "b", None], strict=True))
    zone = [None if pd.isna(name) else name for name in found["zone"]]
    assert dict(zip(found["id"], zone, strict=True)) == expected
    columns = ["id", "name", "value", "is_open", "seen"]
    pd.testing.assert_frame_equal(pd.DataFrame(found[columns]), pd.DataFrame(given[columns]))
    assert found.geometry.to_wkb().tolist() == given.geometry.to_wkb().tolist()


def test_types_are_those_of_the_points(tmp_path: Path) -> None:
    save(points(), tmp_path / "points.fgb")
    save(zones(), tmp_path / "zones.fgb")
    out = match(tmp_path, "out.fgb", points_file="points.fgb", zones_file="zones.fgb")
    given, found = (pyogrio.read_info(path) for path in (tmp_path / "points.fgb", out))
    types = dict(zip(found["fields"], found["dtypes"], strict=True))
    for name, dtype in zip(given["fields"], given["dtypes"], strict=True):
        assert name == "seen" or types[name] == dtype
    assert (types["zone"], found["layer_name"]) == ("object", "out")
    assert len(geopandas.read_file(out)) == 5


@pytest.mark.parametrize("extension", ["geojson", "parquet", "csv"])
def test_other_formats_go_in_and_out(tmp_path: Path, extension: str) -> None:
    save(zones(), tmp_path / "zones.fgb")
    save(points(), tmp_path / "points.fgb", SPATIAL_INDEX="NO")
    out = match(tmp_path, f"out.{extension}", points_file="points.fgb", zones_file="zones.fgb")
    read = {"geojson": geopandas.read_file, "parquet": geopandas.read_parquet, "csv": pd.read_csv}
    found = read[extension](out)
    assert [None if pd.isna(name) else name for name in found["zone"]] == [
        "a",
        None,
        "a",
        "b",
        None,
    ]
    if extension != "csv":
        assert found.crs == "EPSG:25832"
