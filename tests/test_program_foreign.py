"""What the program does not read: it says what it is, and the command that it names works."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import geopandas
import pandas as pd
import pytest
import shapely

from tests.optional import lacks
from tests.test_cli import run, run_ok

if TYPE_CHECKING:
    from collections.abc import Callable

ZONES = geopandas.GeoDataFrame(
    {"name": ["a", "b"]},
    geometry=[shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)],
    crs="EPSG:4326",
)
TOPOLOGY = {
    "type": "Topology",
    "objects": {
        "zones": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "arcs": [[0]], "properties": {"name": "a"}}],
        }
    },
    "arcs": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]],
}
ARCGIS = {
    "geometryType": "esriGeometryPolygon",
    "spatialReference": {"wkid": 4326},
    "fields": [{"name": "name", "type": "esriFieldTypeString"}],
    "features": [
        {
            "attributes": {"name": "a"},
            "geometry": {"rings": [[[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]]},
        }
    ],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with two points."""
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text("id,lon,lat\np,1,1\nq,9,9\n")
    return tmp_path


def ogr(driver: str, *options: str) -> Callable[[str], object]:
    """Give a function that writes the zones by a driver of GDAL."""

    def write(name: str) -> object:
        ZONES.to_file("made.geojson")
        command = ["ogr2ogr", "-f", driver, *options, name, "made.geojson"]
        return subprocess.run(command, check=True, capture_output=True)

    return write


def dumped(value: object) -> Callable[[str], object]:
    return lambda name: Path(name).write_text(json.dumps(value))


def zipped(name: str) -> None:
    ZONES.to_file("made.shp")
    with zipfile.ZipFile(name, "w") as archive:
        for end in ["shp", "shx", "dbf", "prj", "cpg"]:
            archive.write(f"made.{end}")


def table_in_zip(name: str) -> None:
    with zipfile.ZipFile(name, "w") as archive:
        archive.writestr("made.csv", 'name,wkt\na,"POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"\n')


MADE: dict[str, tuple[Callable[[str], object], str]] = {
    "zones.topojson": (dumped(TOPOLOGY), "TopoJSON"),
    "topology.json": (dumped(TOPOLOGY), "TopoJSON"),
    "arcgis.json": (dumped(ARCGIS), "the JSON of ArcGIS"),
    "zones.kml": (ogr("KML"), "KML"),
    "my zones.kml": (ogr("LIBKML"), "KML"),
    "zones.kmz": (ogr("LIBKML"), "KMZ"),
    "zones.gml": (ogr("GML"), "GML"),
    "zones.tab": (ogr("MapInfo File"), "MapInfo's TAB"),
    "zones.gdb": (ogr("OpenFileGDB"), "a File Geodatabase"),
    "zones.shp.zip": (zipped, "a Shapefile in a ZIP archive"),
    "zones.zip": (zipped, "a Shapefile in a ZIP archive"),
    "table.zip": (table_in_zip, "a ZIP archive"),
}
# What an archive has in it, once it is unpacked.
UNPACKED = {"zones.shp.zip": "made.shp", "zones.zip": "made.shp", "table.zip": "made.csv"}


def command_of(message: str) -> list[str]:
    """Give the command that an error names."""
    found = re.search(r": ((?:ogr2ogr|unzip) .*)$", message.strip())
    assert found, message
    return shlex.split(found[1])


@pytest.mark.parametrize("name", MADE)
def test_polygons_are_named_and_converted(name: str) -> None:
    lacks("ogr2ogr", "unzip")
    make, called = MADE[name]
    make(name)
    ran = run("match", "points.csv", name, "--near", "covers", "-q")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"poly-match: {name}: {called} is not read; "), ran.stderr
    command = command_of(ran.stderr)
    for made in Path().glob("made.*"):
        made.unlink()
    subprocess.run(command, check=True, capture_output=True)
    result = UNPACKED.get(name) or command[1]
    ran = run_ok("match", "points.csv", result, "--near", "covers", "-q")
    assert [line.split(",")[3] for line in ran.stdout.splitlines()[1:]] == ["0", ""]


def test_points_of_gpx() -> None:
    lacks("ogr2ogr")
    points = geopandas.GeoDataFrame(
        {"name": ["p", "q"]}, geometry=geopandas.points_from_xy([1, 9], [1, 9]), crs="EPSG:4326"
    )
    points.to_file("points.geojson")
    make = ["ogr2ogr", "-f", "GPX", "-nlt", "POINT", "trip.gpx", "points.geojson"]
    subprocess.run(make, check=True, capture_output=True)
    ZONES.to_file("zones.geojson")
    line = ["zones.geojson", "--near", "covers", "-q"]
    ran = run("match", "trip.gpx", *line)
    assert ran.stderr.startswith("poly-match: trip.gpx: GPX is not read; convert it: "), ran.stderr
    command = command_of(ran.stderr)
    subprocess.run(command, check=True, capture_output=True)
    ran = run("match", command[1], *line)
    assert "waypoints" in ran.stderr, "there are several layers"
    assert "track_points" in ran.stderr
    ran = run_ok("match", command[1], *line, "--points-layer", "waypoints", "--how", "inner")
    assert len(ran.stdout.splitlines()) == 2


@pytest.mark.parametrize("name", ["table.xlsx", "table.ods"])
def test_sheets(name: str) -> None:
    lacks("ogr2ogr")
    Path("made.csv").write_text("id,x,y\np,1,1\nq,9,9\n")
    kind = {"xlsx": "XLSX", "ods": "ODS"}[name.split(".")[1]]
    make = ["ogr2ogr", "-f", kind, "-oo", "AUTODETECT_TYPE=YES", name, "made.csv"]
    subprocess.run(make, check=True, capture_output=True)
    ZONES.to_crs(3857).set_geometry(ZONES.geometry.values, crs=None).to_wkt().to_csv("zones.csv")
    ran = run("match", name, "zones.csv", "--near", "covers", "-q")
    assert "is not read; convert a sheet: " in ran.stderr
    # What it is is said also where another format was named.
    named = run("match", name, "zones.csv", "--near", "covers", "-q", "--points-format", "csv")
    assert named.stderr == ran.stderr
    command = command_of(ran.stderr)
    subprocess.run(command, check=True, capture_output=True)
    ran = run_ok("match", command[3], "zones.csv", "--near", "covers", "-q")
    assert [line.split(",")[3] for line in ran.stdout.splitlines()[1:]] == ["0", ""]


def test_encrypted_parquet() -> None:
    frame = pd.DataFrame({"x": [1.0, 9.0], "y": [1.0, 9.0]})
    database = duckdb.connect()
    # Writing with the crypto module that DuckDB has without an extension.
    database.execute("SET force_mbedtls_unsafe = 'true'")
    database.execute("PRAGMA add_parquet_key('k', '0123456789012345')")
    database.register("frame", frame)
    database.execute("COPY frame TO 'secret.parquet' (ENCRYPTION_CONFIG {footer_key: 'k'})")
    Path("zones.csv").write_text('name,wkt\na,"POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"\n')
    ran = run("match", "secret.parquet", "zones.csv", "--near", "covers", "-q")
    found = re.search(r"in DuckDB: (.*)$", ran.stderr.strip())
    assert found, ran.stderr
    duckdb.connect().execute(found[1].replace("'KEY'", "'0123456789012345'"))
    ran = run_ok("match", "secret.plain.parquet", "zones.csv", "--near", "covers", "-q")
    assert [line.split(",")[2] for line in ran.stdout.splitlines()[1:]] == ["0", ""]


def test_records_of_json_are_converted() -> None:
    lacks("jq")
    bikes = [
        {"id": "a", "lat": 1, "lon": 1.5, "tags": [1]},
        {"id": "b", "lat": 9, "lon": 9, "tags": []},
    ]
    Path("bikes.json").write_text(json.dumps({"ttl": 0, "data": {"bikes": bikes}}))
    ZONES.to_file("zones.geojson")
    line = ["zones.geojson", "--near", "covers", "-q", "--fields", "name"]
    ran = run("match", "bikes.json", *line)
    assert "got JSON with records at .data.bikes" in ran.stderr
    command = ran.stderr.strip().partition("convert them: ")[2].replace("FILE", "bikes.json")
    subprocess.run(command, shell=True, check=True)
    ran = run_ok("match", "records.csv", *line)
    expected = "id,lat,lon,tags,polygon,name,distance\na,1,1.5,[1],0,a,0.0\nb,9,9,[],,,\n"
    assert ran.stdout == expected


def test_databases_that_are_no_geopackage_are_converted() -> None:
    lacks("ogr2ogr")
    ZONES.to_file("made.geojson")
    for name, options in [("lite.sqlite", ["-dsco", "SPATIALITE=YES"]), ("plain.db", [])]:
        make = ["ogr2ogr", "-f", "SQLite", *options, name, "made.geojson"]
        subprocess.run(make, check=True, capture_output=True)
        ran = run("match", "points.csv", name, "--near", "covers", "-q")
        assert " is not read; convert it: ogr2ogr " in ran.stderr, ran.stderr
        command = command_of(ran.stderr)
        subprocess.run(command, check=True, capture_output=True)
        ran = run_ok("match", "points.csv", command[1], "--near", "covers", "-q")
        assert [line.split(",")[3] for line in ran.stdout.splitlines()[1:]] == ["0", ""]


def test_several_collections_are_taken_apart() -> None:
    lacks("jq")
    zones = json.loads(ZONES.to_json())
    Path("two zones.json").write_text(json.dumps({"no parking": zones, "slow": zones}))
    ran = run("match", "points.csv", "two zones.json", "--near", "covers", "-q")
    command = ran.stderr.strip().rpartition("take one out: ")[2].replace("FILE", "'two zones.json'")
    subprocess.run(command, shell=True, check=True)
    ran = run_ok("match", "points.csv", "zones.geojson", "--near", "covers", "-q")
    assert [line.split(",")[3] for line in ran.stdout.splitlines()[1:]] == ["0", ""]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("<!DOCTYPE html>\n<html><body>Log in</body></html>", "a web page (HTML)"),
        ("<?xml version='1.0'?>\n<rows><row/></rows>", "XML"),
    ],
)
def test_what_no_command_converts_is_named(text: str, called: str) -> None:
    Path("zones.csv").write_text(text)
    ran = run("match", "points.csv", "zones.csv", "--near", "covers", "-q")
    assert ran.stderr.startswith(f"poly-match: zones.csv: {called} is not read; "), ran.stderr
