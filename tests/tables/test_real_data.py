"""Joins of real data, in every kind of table, against `Matcher` on arrays.

The data lives beside the repository, at ../shared/data, and is never part of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import KINDS, rows

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lives beside the repository, at ../shared/data"
)


def columns_of(frame: geopandas.GeoDataFrame, names: list[str]) -> dict[str, list[Any]]:
    return {**{n: frame[n].tolist() for n in names}, "geometry": frame.geometry.tolist()}


@pytest.fixture(scope="module")
def counties() -> dict[str, list[Any]]:
    frame = geopandas.read_file(DATA / "us-counties.geojson")
    return columns_of(frame, ["NAME", "STATE", "CENSUSAREA"])


@pytest.fixture(scope="module")
def cities() -> dict[str, list[Any]]:
    frame = pd.read_csv(DATA / "us-cities.csv")
    return {"x": frame["lon"].tolist(), "y": frame["lat"].tolist(), "city": frame["name"].tolist()}


@pytest.fixture(scope="module")
def areas() -> dict[str, list[Any]]:
    frame = geopandas.read_file(DATA / "ne-50m-urban-areas.geojson")
    return columns_of(frame, ["scalerank", "area_sqkm"])


@pytest.fixture(scope="module")
def places() -> dict[str, list[Any]]:
    frame = geopandas.read_file(DATA / "ne-50m-populated-places.geojson")
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    return {"x": xy[:, 0].tolist(), "y": xy[:, 1].tolist(), "city": frame["name"].tolist()}


def check(ours: Any, theirs: Any, points: Any, zones: Any, rule: dict[str, Any]):
    xy = np.column_stack([points["x"], points["y"]])
    result = Matcher(zones["geometry"], **({"best": "smallest"} | rule)).match(xy)
    assert (result.index >= 0).sum() > 0
    got = rows(poly_match.join(ours, theirs, position_col="at", **rule))
    assert got["at"] == [None if i < 0 else i for i in result.index.tolist()]
    assert got["city"] == points["city"]
    for name in zones.keys() - {"geometry"}:
        assert got[name] == [None if i < 0 else zones[name][i] for i in result.index.tolist()]
    if "distance" in got:
        assert got["distance"] == [None if d != d else d for d in result.distance.tolist()]


@pytest.mark.parametrize("ours", KINDS)
@pytest.mark.parametrize("theirs", KINDS)
def test_cities_in_counties(ours: str, theirs: str, cities: Any, counties: Any):
    check(KINDS[ours](cities), KINDS[theirs](counties), cities, counties, {"near": "covers"})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("near", ["covers", "boundary", "center"])
def test_places_in_urban_areas(kind: str, near: str, places: Any, areas: Any):
    rule: dict[str, Any] = {"near": near, "best": "nearest,smallest", "max_dist": 0.2}
    if near == "covers":
        rule = {"near": near, "best": "largest"}
    check(KINDS[kind](places), KINDS[kind](areas), places, areas, rule)


def test_geopandas_finds_the_same(cities: Any, counties: Any):
    points = geopandas.GeoDataFrame(
        {"city": cities["city"]},
        geometry=geopandas.points_from_xy(cities["x"], cities["y"]),
        crs="EPSG:4326",
    )
    zones = geopandas.GeoDataFrame(counties, geometry="geometry", crs="EPSG:4326")
    found = poly_match.join(points, zones, near="covers", position_col="at", how="inner")
    pairs = points.sjoin(zones, predicate="covered_by")
    assert set(zip(found.index, found["at"], strict=True)) <= set(
        zip(pairs.index, pairs["index_right"], strict=True)
    )
    assert set(found.index) == set(pairs.index)


def test_a_million_points(counties: Any):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"lon": rng.uniform(-125, -67, 10**6), "lat": rng.uniform(25, 49, 10**6)})
    matcher = Matcher.from_table(counties, near="covers")
    got = matcher.join(frame, columns=["NAME"])
    table = matcher.join(pa.table(frame), columns=["NAME"])
    assert got["NAME"].isna().sum() == table["NAME"].null_count > 0
