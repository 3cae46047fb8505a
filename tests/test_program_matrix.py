"""Each format of geographic information systems goes to others, and others come to it.

The answer is always the same rows, and GDAL reads what is written.
"""

from __future__ import annotations

from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from tests.test_cli import run_ok

GIS = ["fgb", "gpkg", "shp"]
CRS = "EPSG:25832"
ZONES = geopandas.GeoDataFrame(
    {"zone": ["a", "b"]}, geometry=[shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)], crs=CRS
)
POINTS = geopandas.GeoDataFrame(
    {"id": [7, 8, 9], "name": ["\u00e4", "b", "c"]},
    geometry=shapely.points([[1, 1], [3.5, 1], [9, 9]]),
    crs=CRS,
)
EXPECTED = [(7, "\u00e4", 0, "a"), (8, "b", 1, "b"), (9, "c", None, None)]


def write(frame: geopandas.GeoDataFrame, path: Path) -> Path:
    """Write a table by GeoPandas, or as text."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".csv":
        table = pd.DataFrame(frame.drop(columns="geometry"))
        table.assign(geometry=frame.geometry.to_wkt()).to_csv(path, index=False)
    elif path.suffix == ".fgb":
        # An index would change the order of the rows.
        frame.to_file(path, SPATIAL_INDEX="NO")
    else:
        frame.to_file(path)
    return path


def read(path: Path, crs: str | None) -> pd.DataFrame:
    """Read a table by a library that knows its format, and compare its geometry."""
    if path.suffix == ".csv":
        return pd.read_csv(path)
    found = geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)
    assert found.crs == crs
    assert (found.geometry.x.tolist(), found.geometry.y.tolist()) == ([1, 3.5, 9], [1, 1, 9])
    return found


def matched(points: Path, zones: Path, out: Path, crs: str | None = CRS) -> None:
    """Match by the program, and compare what GDAL or pandas reads."""
    run_ok(
        *("match", points, zones, "--near", "covers", "--best", "first", "--fields", "zone"),
        *("-o", out, "-q"),
    )
    rows = read(out, crs)[["id", "name", "polygon", "zone"]].astype(object)
    rows = rows.where(rows.notna(), None).assign(id=rows["id"].astype(int))
    assert [tuple(row) for row in rows.itertuples(index=False)] == EXPECTED


@pytest.mark.parametrize("into", ["csv", "geojson", "parquet", *GIS])
@pytest.mark.parametrize("source", GIS)
def test_gis_formats_go_anywhere(tmp_path: Path, source: str, into: str) -> None:
    points = write(POINTS, tmp_path / f"points.{source}")
    zones = write(ZONES, tmp_path / f"zones.{source}")
    matched(points, zones, tmp_path / f"out.{into}")


@pytest.mark.parametrize("into", GIS)
@pytest.mark.parametrize("source", ["csv", "geojson", "parquet"])
def test_others_go_to_gis_formats(tmp_path: Path, source: str, into: str) -> None:
    points = write(POINTS, tmp_path / f"points.{source}")
    zones = write(ZONES, tmp_path / f"zones.{source}")
    # Well-known text in CSV declares no system, and its cells are text.
    matched(points, zones, tmp_path / f"out.{into}", None if source == "csv" else CRS)
