"""GeoDataFrames: geometry, its name and the coordinate system come back as they were."""

from __future__ import annotations

from typing import Any

import geopandas
import pandas as pd
import poly_match
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from poly_match import Matcher

X, Y = [5.0, 1.0, 50.0], [5.0, 1.0, 50.0]
SQUARES = [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)]


def points(crs: Any = "EPSG:32632", **columns: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"id": [1, 2, 3], **columns}, geometry=geopandas.points_from_xy(X, Y), crs=crs
    )


def zones(crs: Any = "EPSG:32632", **columns: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"name": ["hall", "shelf"], **columns}, geometry=SQUARES, crs=crs)


@pytest.mark.parametrize("asked", [{}, {"how": "inner"}, {"k": 2}])
@pytest.mark.parametrize("crs", [None, "EPSG:32632", "OGC:CRS84", "ESRI:102009"])
def test_it_stays_a_geodataframe(asked: dict[str, Any], crs: Any):
    ours, theirs = points(crs), zones(crs)
    before = ours.copy(), theirs.copy()
    got = poly_match.join(ours, theirs, near="covers", **asked)
    assert type(got) is geopandas.GeoDataFrame
    assert got.active_geometry_name == "geometry"
    assert got.crs == ours.crs
    assert list(got.columns) == [*ours.columns, *(["rank"] if "k" in asked else []), "name"]
    assert_geodataframe_equal(got[["id", "geometry"]], ours.loc[got.index])
    assert_geodataframe_equal(ours, before[0])
    assert_geodataframe_equal(theirs, before[1])


def test_the_active_geometry_counts():
    ours = points(far=geopandas.points_from_xy([90] * 3, [90] * 3))
    ours["far"] = geopandas.GeoSeries(ours["far"], crs="EPSG:4326")
    theirs = zones(label_point=geopandas.points_from_xy([0, 0], [0, 0]))
    got = poly_match.join(ours, theirs, near="covers")
    assert got["name"].tolist()[:2] == ["shelf", "hall"]
    assert list(got.columns) == ["id", "far", "geometry", "name"]
    far = ours.set_geometry("far")
    with pytest.raises(ValueError, match="EPSG:4326"):
        poly_match.join(far, theirs, near="covers")
    assert poly_match.join(far, theirs, near="covers", geometry="geometry")["name"].tolist()[
        :2
    ] == [
        "shelf",
        "hall",
    ]
    found = poly_match.join(far, theirs, near="covers", geometry="geometry")
    assert found.active_geometry_name == "far"
    assert found.crs == "EPSG:4326"
    assert found["geometry"].crs == "EPSG:32632"


def test_geometry_by_another_name():
    ours, theirs = points().rename_geometry("where"), zones().rename_geometry("shape")
    got = poly_match.join(ours, theirs, near="covers")
    assert got.active_geometry_name == "where"
    assert list(got.columns) == ["id", "where", "name"]


def test_geometry_of_polygons_stays_geometry():
    got = poly_match.join(points(), zones(), near="covers", columns={"geometry": "zone"})
    assert got.active_geometry_name == "geometry"
    assert type(got["zone"]) is geopandas.GeoSeries
    assert got["zone"].crs == "EPSG:32632"
    assert got["zone"].tolist() == [SQUARES[1], SQUARES[0], None]


def test_coordinates_may_stand_beside_a_geometry():
    ours = points(x=[1.0, 1.0, 1.0], y=[1.0, 1.0, 1.0])
    assert (
        poly_match.join(ours, zones(), near="covers", x="x", y="y")["name"].tolist() == ["hall"] * 3
    )


def test_without_an_active_geometry():
    ours = geopandas.GeoDataFrame({"x": X, "y": Y})
    got = poly_match.join(ours, zones(), near="covers")
    assert got["name"].tolist()[:2] == ["shelf", "hall"]
    assert type(got) is geopandas.GeoDataFrame


def test_geometry_in_a_plain_frame():
    ours, theirs = pd.DataFrame(points()), pd.DataFrame(zones())
    got = poly_match.join(ours, theirs, near="covers")
    assert type(got) is pd.DataFrame
    assert got["name"].tolist()[:2] == ["shelf", "hall"]
    with pytest.raises(ValueError, match="EPSG:4326"):
        poly_match.join(ours, pd.DataFrame(zones("EPSG:4326")), near="covers")


class Places(geopandas.GeoDataFrame):
    @property
    def _constructor(self) -> Any:
        return Places


def test_a_subclass_stays():
    for asked in ({}, {"how": "inner"}):
        got = poly_match.join(Places(points()), zones(), near="covers", **asked)  # type: ignore[arg-type]
        assert type(got) is type(Places(points()).assign(more=1))
        assert got.crs == "EPSG:32632"


@pytest.mark.parametrize("n", [0, 3])
def test_no_rows(n: int):
    ours, theirs = points().iloc[:n], zones().iloc[: 2 * (n == 0)]
    got = poly_match.join(ours, theirs, near="boundary", max_dist=1.0)
    assert len(got) == n
    assert list(got.columns) == ["id", "geometry", "name", "distance"]
    assert got.crs == "EPSG:32632"
    full = poly_match.join(points(), zones(), near="boundary", max_dist=1.0)
    assert got.dtypes.equals(full.dtypes)
    assert got["name"].isna().all()


@pytest.mark.parametrize("place", [None, shapely.Point()])
def test_nulls_and_empties(place: Any):
    ours, theirs = points(), zones()
    ours.loc[1, "geometry"] = place
    theirs = pd.concat([theirs, theirs.iloc[:1].assign(name="last")], ignore_index=True)
    theirs.loc[1, "geometry"] = None if place is None else shapely.Polygon()
    with pytest.raises(ValueError, match="point 1"):
        poly_match.join(ours, theirs.drop(1), near="covers")
    with pytest.raises((ValueError, TypeError), match=r"(polygon|position) 1"):
        poly_match.join(points(), theirs, near="covers")
    for join in (
        lambda **asked: poly_match.join(ours, theirs, near="covers", **asked),
        lambda **asked: Matcher.from_table(theirs, near="covers", on_invalid="skip").join(
            ours, **asked
        ),
    ):
        got = join(on_invalid="skip", position_col="at")
        assert got["at"].tolist()[0] == 0
        assert got["at"].isna().tolist() == [False, True, True]
        assert_geodataframe_equal(got[["id", "geometry"]], ours)
