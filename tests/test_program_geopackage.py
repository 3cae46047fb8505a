"""The program reads and writes GeoPackage, as GDAL writes and reads it."""

from __future__ import annotations

import sqlite3
import subprocess
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from tests.test_cli import program, run, run_ok
from tests.written import points, polygons

if TYPE_CHECKING:
    from pathlib import Path

MATCH = ("--near", "covers", "--best", "smallest", "--fields", "zone")


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """Write a GeoPackage with the layers `zones` and `people`."""
    path = tmp_path / "all.gpkg"
    polygons().to_file(path, layer="zones", driver="GPKG")
    points().to_file(path, layer="people", driver="GPKG")
    return path


def refused(*arguments: object) -> str:
    done = run(*arguments)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_layers_are_matched_as_geojson_is_and_gdal_reads_the_answer(layers, tmp_path):
    out, expected = tmp_path / "out.gpkg", tmp_path / "out.geojson"
    chosen = ("--points-layer", "people", "--layer", "zones")
    run_ok("match", layers, layers, *chosen, *MATCH, "-o", out)
    for name, frame in (("p.geojson", points()), ("z.geojson", polygons())):
        frame.to_file(tmp_path / name, driver="GeoJSON")
    run_ok("match", tmp_path / "p.geojson", tmp_path / "z.geojson", *MATCH, "-o", expected)
    got, expected = geopandas.read_file(out), geopandas.read_file(expected)
    assert pyogrio.list_layers(out).tolist() == [["out", "Unknown"]]
    assert got.crs == points().crs
    assert [*got.columns] == [
        "id", "code", "value", "flag", "polygon", "polygon_id", "zone", "distance", "geometry",
    ]  # fmt: skip
    for column in ("id", "code", "value", "flag", "polygon", "zone", "distance"):
        ours, theirs = (frame[column].astype(object) for frame in (got, expected))
        assert (
            ours.where(ours.notna(), None).tolist() == theirs.where(theirs.notna(), None).tolist()
        )
    assert (
        shapely.get_coordinates(got.geometry) == shapely.get_coordinates(points().geometry)
    ).all()
    assert np.allclose(got.total_bounds, pyogrio.read_info(out)["total_bounds"])
    connection = sqlite3.connect(out)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    # The ids of the polygons are those of their layer, from 1.
    assert (got["polygon_id"].dropna() == got["polygon"].dropna() + 1).all()


def test_a_layer_must_be_named_among_several(layers, tmp_path):
    zones = tmp_path / "zones.geojson"
    polygons().to_file(zones, driver="GeoJSON")
    listed = 'got the layers "zones" (MULTIPOLYGON), "people" (POINT)'
    error = refused("match", layers, zones, *MATCH)
    assert error.startswith(f"poly-match: {layers}: expected one layer or its name, {listed}; ")
    assert "name it with --points-layer" in error
    for command in (("check",), ("index", "-o", tmp_path / "a.plym", "--near", "covers")):
        assert "name it with --layer" in refused(*command, layers)
        assert f'expected a layer "x", {listed}' in refused(*command, layers, "--layer", "x")
        run_ok(*command, layers, "--layer", "zones")
        assert "--layer is for GeoPackage, got GeoJSON" in refused(*command, zones, "--layer", "x")


def test_from_a_pipe_to_a_pipe(layers, tmp_path):
    only, out = tmp_path / "only.gpkg", tmp_path / "out.gpkg"
    points().to_file(only, driver="GPKG")
    command = [
        program(),
        "match",
        "-",
        layers,
        "--layer",
        "zones",
        *MATCH,
        "--output-format",
        "gpkg",
    ]
    done = subprocess.run(command, input=only.read_bytes(), capture_output=True, check=True)
    out.write_bytes(done.stdout)
    assert len(geopandas.read_file(out)) == len(points())


def test_rows_that_repeat_keep_their_ids(layers, tmp_path):
    out = tmp_path / "out.gpkg"
    chosen = ("--points-layer", "people", "--layer", "zones")
    run_ok("match", layers, layers, *chosen, *MATCH, "--k", "3", "-o", out)
    got = geopandas.read_file(out)
    assert got["fid_2"].is_monotonic_increasing
    assert not got["fid_2"].is_unique


def test_points_of_attributes_have_columns_of_coordinates(layers, tmp_path):
    table = tmp_path / "table.gpkg"
    frame = points().assign(x=points().geometry.x, y=points().geometry.y)
    pyogrio.write_dataframe(frame.drop(columns="geometry"), table, driver="GPKG")
    out = run_ok("match", table, layers, "--layer", "zones", *MATCH, "--planar")
    assert len(out.stdout.splitlines()) == 1 + len(points())


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
@pytest.mark.parametrize("crs", ["EPSG:25832", "ESRI:102003", None])
def test_the_system_is_kept(tmp_path, crs):
    zones, people, out = (tmp_path / name for name in ("z.gpkg", "p.gpkg", "o.gpkg"))
    polygons().set_crs(crs, allow_override=True).to_file(zones)
    points().set_crs(crs, allow_override=True).to_file(people)
    run_ok("match", people, zones, *MATCH, "-o", out)
    assert geopandas.read_file(out).crs == crs


def test_other_databases_are_told(tmp_path):
    plain = tmp_path / "plain.sqlite"
    connection = sqlite3.connect(plain)
    connection.execute("CREATE TABLE a (x)")
    connection.commit()
    error = refused("check", plain)
    assert "a plain SQLite database is not read; convert it: ogr2ogr " in error
    plain.write_bytes(b"")
    assert "expected a GeoPackage, got an empty file" in refused("check", plain, "--format", "gpkg")
