"""Degrees that cannot be right: a warning with their number, and with the caller's line."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import poly_match
import poly_match_rs
import pytest
import shapely
from poly_match import CoordinateWarning, Matcher

from tests.test_crs import (
    BOX,
    DECLARING,
    PLACES,
    series,
)

STRAIT = shapely.Polygon([(170, 60), (-170, 60), (-170, 66), (170, 66)])
CUT = shapely.MultiPolygon([shapely.box(170, 60, 180, 66), shapely.box(-180, 60, -170, 66)])
OVER = shapely.box(170.0, 60.0, 190.0, 66.0)
SWAPPED = shapely.box(47.0, 100.0, 48.0, 101.0)
# Round the globe in steps of less than 180 degrees; and a hole with a wide edge.
RING = shapely.Polygon([(-180, 60), (0, 60), (180, 60), (180, 70), (0, 70), (-180, 70)])
HOLED = shapely.Polygon(RING.exterior, [[(-170, 62), (170, 62), (0, 64)]])

WIDE = (
    "{} an edge that spans more than 180 degrees of longitude, the first at position {}: cut "
    "polygons at the antimeridian"
)
BEYOND = (
    "{} a longitude beyond ±180 or a latitude beyond ±90 degrees, the first at position {}: x must "
    "be the longitude, y the latitude"
)


def warned_of(call):
    """The answer of a call, and its warnings, which must be of our category."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        answer = call()
    assert {one.category for one in warned} <= {CoordinateWarning}
    return answer, [str(one.message) for one in warned]


RULES_OF_POLYGONS: list[dict[str, Any]] = [
    {"near": "covers"},
    {"near": "boundary", "max_dist": 1.0, "planar": True},
    {"near": "boundary", "best": "nearest", "planar": True},
    {"near": "center", "max_dist": 1.0, "planar": True},
    {"near": "center", "max_dist": 1.0, "planar": True, "center": "bbox"},
    {"near": "center", "max_dist": 1.0, "planar": True, "best": [1, 2, 3, 4, 5, 6, 7, 8]},
]


@pytest.mark.parametrize("rule", RULES_OF_POLYGONS, ids=str)
@pytest.mark.parametrize("source", ["GeoSeries", "GeoDataFrame", "FeatureCollection"])
def test_polygons_that_cannot_be_right_in_degrees(rule, source):
    shapes = [None, BOX, CUT, STRAIT, OVER, SWAPPED, RING, HOLED]
    if source == "FeatureCollection":
        shapes[0] = shapely.Polygon()
    expected = [BEYOND.format("2 polygons have", 4), WIDE.format("2 polygons have", 3)]
    rule = {**rule, "on_invalid": "skip"}
    for crs, of_it in ((4326, expected), (3857, []), (None, [])):
        polygons = DECLARING[source](shapes, crs)
        assert warned_of(lambda: Matcher(polygons, **rule))[1] == of_it  # noqa: B023
        for points in ([], [(2.0, 2.0)], [(2.0, 2.0)] * 20):
            once = warned_of(lambda: poly_match.match(polygons, points, **rule))  # noqa: B023
            assert once[1] == of_it
            assert once[0].index.tolist() == [1] * len(points) or rule["near"] == "center"


def test_the_articles_functions_warn_of_polygons():
    polygons = series([STRAIT], 4326)
    for call in (
        lambda: poly_match.main(polygons, [], planar=True),
        lambda: poly_match.find_close_polygons(polygons, (0.0, 0.0), 1.0, planar=True),
        lambda: poly_match.find_all_close_polygons(polygons, PLACES, 1.0, planar=True),
    ):
        assert warned_of(call)[1] == [WIDE.format("1 polygon has", 0)]


ODD = [(2.0, 2.0), (47.0, 98.5), (np.nan, 98.5), (-180.5, 0.0), (180.0, -90.0)]
ODD_SERIES = series([shapely.Point(*place) for place in ODD], 4326)


@pytest.mark.parametrize(
    ("crs", "points", "is_warned"),
    [
        (4326, np.array(ODD), True),
        (4326, ODD, True),
        (4326, ODD_SERIES, True),
        (None, ODD_SERIES, True),
        (None, ODD, False),
        (3857, np.array(ODD), False),
    ],
)
@pytest.mark.parametrize("count", [1, 9])  # fewer polygons than points, and more
def test_points_that_cannot_be_right_in_degrees(crs, points, is_warned, count):
    polygons = series([BOX] * count, crs)
    matcher = Matcher(polygons, near="covers")
    asked = {"on_invalid": "skip"}
    for call in (
        lambda: matcher.match(points, **asked),
        lambda: matcher.match(points, k=2, **asked),
        lambda: matcher.pairs(points, **asked),
        lambda: matcher.candidates(points, **asked),
        lambda: list(matcher.iter_candidates(points, batch=1, **asked)),
        lambda: poly_match.match(polygons, points, near="covers", **asked),
        lambda: poly_match.match(polygons, points, max_dist=1.0, planar=True, **asked),
    ):
        assert warned_of(call)[1] == [BEYOND.format("2 points have", 1)] * is_warned


def test_the_articles_functions_warn_of_points():
    polygons = series([BOX], 4326)
    for call in (
        lambda: poly_match.main(polygons, ODD[:2], planar=True),
        lambda: poly_match.find_all_close_polygons(polygons, ODD[:2], 1.0, planar=True),
    ):
        assert warned_of(call)[1] == [BEYOND.format("1 point has", 1)]


def test_warnings_point_to_the_callers_line():
    polygons, points = series([STRAIT], 4326), series(shapely.points([(200.0, 0.0)]), 4326)
    matcher = Matcher.from_bytes(warned_of(lambda: Matcher(polygons, near="covers"))[0].to_bytes())
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        here = inspect.currentframe().f_lineno
        Matcher(polygons, near="covers")
        poly_match.match(polygons, [], near="covers")
        poly_match.main(polygons, [], planar=True)
        poly_match_rs.find_all_close_polygons(polygons, [], 1.0, planar=True)
        matcher.match(points)
        matcher.iter_candidates(points)
    assert [(one.filename, one.lineno - here) for one in warned] == [
        (__file__, line) for line in range(1, 7)
    ]


def test_a_warning_may_be_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error", CoordinateWarning)
        with pytest.raises(CoordinateWarning, match="antimeridian"):
            Matcher(series([STRAIT], 4326), near="covers")


# What is kept.
