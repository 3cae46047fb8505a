"""What is wrong with tables is said with what was got, what was expected, and what there is."""

from __future__ import annotations

from typing import Any

import geopandas
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import KINDS, Wrapped, rows

each_kind = pytest.mark.parametrize("kind", KINDS)

POINTS: dict[str, list[Any]] = {"x": [5.0, 1.0], "y": [5.0, 1.0], "name": ["p", "q"]}
ZONES: dict[str, list[Any]] = {"name": ["hall"], "geometry": [shapely.box(0, 0, 9, 9)]}


def join(kind: str, points: Any = POINTS, zones: Any = ZONES, **asked: Any) -> Any:
    asked = {"near": "covers", **asked}
    return rows(poly_match.join(KINDS[kind](points), KINDS[kind](zones), **asked))


@each_kind
def test_a_column_that_is_not_there(kind: str):
    for asked, message in (
        ({"columns": ["nam"]}, r"polygons have no column 'nam': did you mean 'name'\? There are"),
        ({"columns": {"NAME": "n"}}, "polygons have no column 'NAME': did you mean 'name'"),
        ({"x": "xx", "y": "y"}, "points have no column 'xx': .*There are 'x', 'y', 'name'"),
        ({"geometry": "geom"}, "points have no column 'geom'"),
        ({"polygon_geometry": "geom"}, "polygons have no column 'geom': did you mean 'geometry'"),
        ({"by": "floor"}, "polygons have no column 'floor'"),
        ({"near": "center", "max_dist": "reach"}, "points have no column 'reach'"),
    ):
        with pytest.raises(ValueError, match=message):
            join(kind, **asked)
    matcher = Matcher.from_table(KINDS[kind](ZONES), near="covers")
    with pytest.raises(ValueError, match="matcher keeps no column 'nam': did you mean 'name'"):
        rows(matcher.join(KINDS[kind](POINTS), columns=["nam"]))


@each_kind
def test_a_column_of_the_wrong_type(kind: str):
    for asked, message in (
        (
            {"x": "name", "y": "y"},
            r"column 'name' of points must hold numbers, got .*, such as 'p'",
        ),
        ({"geometry": "x"}, r"column 'x' of points must hold geometry.*, got .*, such as 5.0"),
        ({"polygon_geometry": "kind"}, r"column 'kind' of polygons must hold geometry.*such as 7"),
    ):
        if kind in ("lazy", "reader") and "of points" in message:
            message = message[: message.index(", got")]  # no row was read yet
        with pytest.raises(TypeError, match=message):
            join(kind, zones=ZONES | {"kind": [7]}, **asked)
    with pytest.raises((ValueError, Wrapped), match=r"position 0|row 0|point 0|geometry 0"):
        join(kind, geometry="name")
    with pytest.raises(ValueError, match=r"position 0|row 0|polygon 0|geometry 0"):
        join(kind, polygon_geometry="name")


@each_kind
def test_points_in_place_of_polygons(kind: str):
    zones = {"name": ["a"], "geometry": [shapely.Point(1, 2)]}
    with pytest.raises((TypeError, ValueError), match=r"(position|polygon|row) 0"):
        join(kind, zones=zones)
    points = {"geometry": [shapely.Point(1, 2), shapely.box(0, 0, 1, 1)]}
    if kind != "geopandas":
        points["name"] = ["a", "b"]
    with pytest.raises((TypeError, ValueError, Wrapped), match=r"(position|point|row) 1"):
        join(kind, points=points)


@each_kind
def test_coordinates_that_nobody_can_tell(kind: str):
    bare = {"name": ["p", "q"], "a": [1.0, 2.0]}
    if kind != "geopandas":
        with pytest.raises(
            ValueError, match=r"no column of points looks like.*x= and y=.*'name', 'a'"
        ):
            join(kind, points=bare)
        both = POINTS | {"lon": [1.0, 2.0], "lat": [1.0, 2.0]}
        with pytest.raises(
            ValueError, match=r"more than one pair.*'x' and 'y'.*'lon' and 'lat'.*x= and"
        ):
            join(kind, points=both)
        assert join(kind, points=both, x="x", y="y")["polygon_name"] == ["hall", "hall"]
        with pytest.raises(
            ValueError, match=r"no column of polygons looks like.*polygon_geometry="
        ):
            join(kind, zones={"name": ["hall"]})
        with pytest.raises(ValueError, match=r"no column of polygons looks like.*with geometry="):
            Matcher.from_table(KINDS[kind]({"name": ["hall"]}), near="covers")
    for asked in ({"x": "x"}, {"y": "y"}, {"x": "x", "geometry": "geometry"}):
        with pytest.raises(TypeError, match="expected x and y"):
            join(kind, **asked)
    with pytest.raises(TypeError, match="expected x and y, or geometry"):
        join(kind, x="x", y="y", geometry="geometry")


@pytest.mark.parametrize("kind", ["pandas", "mapping", "table", "polars"])
def test_two_columns_of_geometry(kind: str):
    zones = ZONES | {"shape": ZONES["geometry"]}
    if kind in ("pandas", "mapping"):
        theirs: Any = KINDS[kind](zones)
        if kind == "mapping":
            theirs["shape"] = list(theirs["geometry"])
        message = "polygons have 2 columns of geometry, 'geometry' and 'shape': name one with"
    else:
        wkb = shapely.to_wkb(ZONES["geometry"])
        frame = pl.DataFrame({"geometry": wkb, "wkb": wkb})
        theirs = frame if kind == "polars" else pa.table({"geometry": wkb, "wkb": wkb})
        zones = {"wkb": []}
        message = "more than one column of polygons looks like .*'geometry', 'wkb'"
    with pytest.raises(ValueError, match=message):
        poly_match.join(POINTS, theirs, near="covers")
    name = [*zones][-1]
    got = poly_match.join(POINTS, theirs, near="covers", polygon_geometry=name, position_col="at")
    assert got["at"].tolist() == [0, 0]


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "points.csv",
        [(1.0, 2.0)],
        np.zeros((3, 2)),
        pd.Series([1.0]),
        pl.Series([1.0]),
        pa.array([1.0]),
        pa.chunked_array([[1.0]]),
        geopandas.GeoSeries([shapely.Point(1, 2)]),
        shapely.Point(1, 2),
        {"type": "FeatureCollection", "features": []},
        pd.DataFrame({"x": [1], "y": [2]}).groupby("x"),
        pd.DataFrame,
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_is_no_table(data: Any):
    name = type(data).__name__
    with pytest.raises(TypeError, match=f"points must be a table .*, got {name}"):
        poly_match.join(data, ZONES, near="covers")
    with pytest.raises(TypeError, match=f"polygons must be a table .*, got {name}"):
        poly_match.join(POINTS, data, near="covers")
    with pytest.raises(TypeError, match=f"polygons must be a table .*, got {name}"):
        Matcher.from_table(data, near="covers")
    matcher = Matcher.from_table(ZONES, near="covers")
    with pytest.raises(TypeError, match=f"points must be a table .*, got {name}"):
        matcher.join(data)


@each_kind
def test_wrong_points_are_told_by_position(kind: str):
    points = POINTS | {"x": [5.0, float("nan")]}
    if kind == "geopandas":
        return  # made of geometry, which is empty there
    position = "point 1|starts with row 1: .* point 0" if kind == "lazy" else "point 1"
    with pytest.raises((ValueError, Wrapped), match=position):
        join(kind, points=points)
    assert join(kind, points=points, on_invalid="skip")["polygon_name"] == ["hall", None]
    points = POINTS | {"x": [5.0, None]}
    with pytest.raises((ValueError, Wrapped), match=position):
        join(kind, points=points)
    assert join(kind, points=points, on_invalid="skip")["polygon_name"] == ["hall", None]


def test_words_that_are_unknown():
    for asked in ({"how": "outer"}, {"on_invalid": "ignore"}, {"tie": "x"}, {"near": "within"}):
        with pytest.raises(ValueError, match=repr(next(iter(asked.values())))):
            poly_match.join(POINTS, ZONES, **({"near": "covers"} | asked))  # type: ignore[type-var]
    with pytest.raises(TypeError, match="near"):
        poly_match.join(POINTS, ZONES)  # type: ignore[call-arg, type-var]


def test_columns_of_unlike_lengths():
    with pytest.raises(ValueError, match=r"points must have columns of one length|one length"):
        poly_match.join({"x": [1.0], "y": [1.0, 2.0]}, ZONES, near="covers")
    with pytest.raises(TypeError, match="column 'x' must be an array or a list, got float"):
        poly_match.join({"x": 1.0, "y": [1.0]}, ZONES, near="covers")  # type: ignore[type-var]


def test_a_matcher_without_a_table_has_no_columns():
    matcher = Matcher(ZONES["geometry"], near="covers")
    got = matcher.join(POINTS, position_col="at")
    assert list(got) == ["x", "y", "name", "at"]
    with pytest.raises(ValueError, match=r"keeps no columns.*Matcher.from_table"):
        matcher.join(POINTS, columns=["name"])
    with pytest.raises(ValueError, match="label_col needs"):
        matcher.join(POINTS, label_col="label")
