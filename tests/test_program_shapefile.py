"""The program reads Shapefiles that GDAL writes, and GDAL reads what the program writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from tests.test_cli import run, run_ok
from tests.test_program_flatgeobuf import match, points, save, zones


def of_shapefile(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Leave out what a Shapefile of GDAL cannot hold exactly."""
    return frame.drop(columns=["seen", "value"], errors="ignore")


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3857", "EPSG:2263", "ESRI:102003", None])
def test_gdal_reads_what_was_matched(tmp_path: Path, crs: str | None) -> None:
    save(of_shapefile(points(crs)), tmp_path / "points.shp")
    save(zones(crs), tmp_path / "zones.shp")
    out = match(tmp_path, "out.shp", points_file="points.shp", zones_file="zones.shp")
    given, found = (geopandas.read_file(path) for path in (tmp_path / "points.shp", out))
    assert (found.crs is None) == (crs is None)
    assert crs is None or found.crs.to_authority() == tuple(crs.split(":"))
    assert [None if pd.isna(name) else name for name in found["zone"]] == [
        "a",
        None,
        "a",
        "b",
        None,
    ]
    assert found["id"].tolist() == [1, 2, 3, 4, 2**53 + 1]
    assert found["name"].tolist()[::3] == ["\u00e4", "d"]
    assert found.geometry.to_wkb().tolist() == given.geometry.to_wkb().tolist()
    names = {path.name for path in tmp_path.iterdir() if path.stem == "out"}
    assert names == {f"out.{extension}" for extension in ("shp", "shx", "dbf", "prj", "cpg")}


def test_doubles_and_other_types_read_back(tmp_path: Path) -> None:
    frame = points()
    frame["day"] = pd.to_datetime(["2024-01-31"] * 5).date
    frame.to_parquet(tmp_path / "points.parquet")
    save(zones(), tmp_path / "zones.shp")
    out = match(tmp_path, "out.shp", points_file="points.parquet", zones_file="zones.shp")
    found = geopandas.read_file(out)
    assert found["value"].tolist()[2:] == [1e300, -5e-324, 2.0]
    assert found["value"].tolist()[0] == 0.1
    assert pd.isna(found["value"][1])
    assert found["is_open"].tolist() == [True, False, True, False, True]
    assert pd.to_datetime(found["day"]).dt.date.tolist() == frame["day"].tolist()
    assert found["seen"][0].startswith("2024-01-31T12:00:00")
    assert pyogrio.read_info(out)["features"] == 5


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "CP1252"])
def test_text_of_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    frame = geopandas.GeoDataFrame(
        {"zone": ["Z\u00fcrich"]}, geometry=[shapely.box(0, 0, 10, 10)], crs="EPSG:25832"
    )
    frame.to_file(tmp_path / "zones.shp", encoding=encoding)
    save(points(), tmp_path / "points.fgb")
    for extension in ("cpg", "CPG"):
        out = match(tmp_path, "out.csv", points_file="points.fgb", zones_file="zones.shp")
        assert "Z\u00fcrich" in pd.read_csv(out)["zone"].tolist()
        if extension == "cpg":
            (tmp_path / "zones.cpg").rename(tmp_path / "zones.CPG")


def test_a_definition_of_esri_is_known(tmp_path: Path) -> None:
    save(zones("EPSG:4326"), tmp_path / "zones.shp")
    assert "AUTHORITY" not in (tmp_path / "zones.prj").read_text()
    (tmp_path / "points.csv").write_text("x,y\n1,1\n")
    done = run(
        "match",
        str(tmp_path / "points.csv"),
        str(tmp_path / "zones.shp"),
        *("--near", "boundary", "--max-dist", "100", "--on-invalid", "skip"),
        *("-q", "-o", str(tmp_path / "out.csv")),
    )
    assert done.returncode != 0
    assert "degrees" in done.stderr


@pytest.mark.parametrize("other", ["local", "degrees"])
def test_a_definition_without_a_code_is_kept(tmp_path: Path, other: str) -> None:
    text = {
        "local": pyproj.CRS.from_proj4("+proj=tmerc +lat_0=47.1 +lon_0=8.1 +datum=WGS84"),
        "degrees": pyproj.CRS.from_proj4("+proj=longlat +a=6378000 +b=6378000"),
    }[other]
    save(of_shapefile(points(text)), tmp_path / "points.shp")
    save(zones(text), tmp_path / "zones.shp")
    out = match(tmp_path, "out.shp", points_file="points.shp", zones_file="zones.shp")
    assert out.with_suffix(".prj").read_text() == (tmp_path / "points.prj").read_text()


def test_long_names_are_shortened_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("x,y,a_very_long_name,a_very_long_other\n1,1,p,q\n")
    save(zones(None), tmp_path / "zones.shp")
    done = run_ok(
        "match",
        str(tmp_path / "points.csv"),
        str(tmp_path / "zones.shp"),
        *("--near", "covers", "--on-invalid", "skip", "-q", "-o", str(tmp_path / "out.shp")),
    )
    assert '"a_very_long_name" is "a_very_lon", "a_very_long_other" is "a_very_l_1"' in done.stderr
    assert {"a_very_lon", "a_very_l_1"} <= set(geopandas.read_file(tmp_path / "out.shp").columns)


def test_streams_are_refused_with_the_reason(tmp_path: Path) -> None:
    save(zones(), tmp_path / "zones.shp")
    save(points(), tmp_path / "points.fgb")
    common: Any = ("match", str(tmp_path / "points.fgb"))
    done = run(*common, str(tmp_path / "zones.shp"), "--output-format", "shp", "--near", "covers")
    assert done.returncode != 0
    assert "a Shapefile is several files" in done.stderr
