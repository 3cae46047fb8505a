"""`match` builds from the polygons that a point can be near: its answer is that of a matcher."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas
import numpy as np
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match_rs import _native

SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]

_whole = st.integers(-30, 30).map(float)
_corner = st.tuples(_whole, _whole)
# So far apart that many polygons have no point near them; and scaled to where doubles round.
_scales = st.sampled_from([1.0, 1.0, 1 / 3, 1e-60, 1e40, 1e120])


def ring(x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    """A polygon, with a hole or of several parts, or an object that holds none."""
    (x, y), size = draw(_corner), draw(st.integers(1, 8))
    outer = ring(x, y, size, draw(st.integers(1, 8)))
    hole = ring(x + size / 4, y + 0.25, size / 4, 0.5)
    one = shapely.Polygon(outer)
    return draw(
        st.sampled_from(
            [
                one,
                one,
                shapely.Polygon(outer, [hole]),
                shapely.MultiPolygon([one, shapely.Polygon(ring(-y, x, 2, 1))]),
                shapely.GeometryCollection([shapely.Point(x, y), one]),
                shapely.Polygon([*outer, (x, y - 1)]),  # it may cross itself
                shapely.force_3d(one, 7.0),
                None,
                shapely.Polygon(),
                shapely.Point(x, y),
            ]
        )
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Any, Any, dict[str, Any]]:
    """Polygons, points and a rule."""
    scale = draw(_scales)

    def scaled(shape):
        return shape and shapely.transform(shape, lambda places: places * scale)

    polygons = [scaled(shape) for shape in draw(st.lists(shapes(), min_size=1, max_size=25))]
    places = np.array(draw(st.lists(_corner, max_size=len(polygons)))).reshape(-1, 2)
    points = places * scale
    near = draw(st.sampled_from(["covers", "contains", "boundary", "boundary", "center"]))
    keys = draw(st.permutations(range(len(polygons))))
    best = ["smallest", "largest", "first", keys, ("nearest", "largest"), _by_position]
    rule: dict[str, Any] = {"near": near, "best": draw(st.sampled_from(best))}
    rule |= {"on_invalid": "skip", "workers": draw(st.sampled_from([1, 2]))}
    if near in ("boundary", "center"):
        rule["max_dist"] = draw(st.integers(0, 9)) * scale
        rule["inclusive"] = draw(st.booleans())
        if draw(st.booleans()):
            radii = st.lists(st.integers(0, 9), min_size=len(points), max_size=len(points))
            rule["max_dist"] = np.array(draw(radii), dtype=float) * scale
    if draw(st.booleans()):
        label = st.sampled_from(["a", "b", "c"])
        rule["groups"] = draw(st.lists(label, min_size=len(polygons), max_size=len(polygons)))
        rule["point_groups"] = draw(st.lists(label, min_size=len(points), max_size=len(points)))
    if draw(st.booleans()):
        rule["k"] = draw(st.integers(1, 4))
    return polygons, points, rule


def _by_position(_points, _indptr, indices):
    return (indices * 7) % 11


def with_a_matcher(polygons: Any, points: Any, **rule: Any) -> Any:
    asked = {name: rule.pop(name) for name in ("workers", "k", "point_groups") if name in rule}
    reach = rule.get("max_dist")
    if isinstance(reach, np.ndarray):
        asked["max_dist"] = reach
        rule["max_dist"] = float(reach.max(initial=0.0))
    on_invalid = rule.get("on_invalid", "raise")
    return poly_match.Matcher(polygons, **rule).match(points, on_invalid=on_invalid, **asked)


def own(shape: Any) -> Any:
    """The same polygon as an object of our own classes; any other object as it is."""
    if not isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)) or shape.is_empty:
        return shape

    def polygon(part):
        (x, y), *holes = (
            shapely.get_coordinates(ring)[:-1].T for ring in (part.exterior, *part.interiors)
        )
        return poly_match.Polygon(x, y, holes=holes)

    parts = [polygon(part) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else poly_match.MultiPolygon(parts)


def told(call: Any) -> Any:
    """The answer of a call, or its error."""
    try:
        found = call()
    except (TypeError, ValueError) as error:
        return type(error), str(error)
    return found.index.tolist(), [repr(distance) for distance in found.distance.ravel().tolist()]


@settings(max_examples=settings.default.max_examples * 3)
@given(questions(), st.sampled_from(["shapely", "own", "mixed"]), st.booleans())
def test_match_is_what_a_matcher_answers(question, kind, raises):
    polygons, points, rule = question
    if kind != "shapely":
        polygons = [
            own(shape) if kind == "own" or i % 3 else shape for i, shape in enumerate(polygons)
        ]
    if raises:
        rule = {**rule, "on_invalid": "raise"}
    expected = told(lambda: with_a_matcher(polygons, points, **rule))
    assert told(lambda: poly_match.match(polygons, points, **rule)) == expected
    if kind == "shapely" and not raises:
        there = shapely.points(points)
        assert told(lambda: poly_match.match(np.array(polygons, object), there, **rule)) == expected


_longitude = st.integers(-40, 40).map(lambda tens: tens * 10.0)
_place = st.tuples(_longitude, st.integers(-10, 10).map(lambda tens: tens * 10.0))


@settings(max_examples=settings.default.max_examples // 8)
@given(
    polygons=st.lists(st.tuples(_place, _place), min_size=1, max_size=20),
    points=st.lists(_place, max_size=4),
    near=st.sampled_from(["covers", "contains", "boundary", "center"]),
    best=st.sampled_from(["smallest", "nearest"]),
    of_points=st.sampled_from([None, "EPSG:4326", "EPSG:3857"]),
    kind=st.sampled_from(["GeoSeries", "FeatureCollection"]),
)
def test_warnings_of_degrees_do_not_depend_on_the_points(
    polygons, points, near, best, of_points, kind
):
    shapes = [shapely.box(*west, *east) for west, east in polygons]
    zones: Any = geopandas.GeoSeries(shapes, crs="EPSG:4326")
    if kind == "FeatureCollection":
        crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
        zones = {"type": "FeatureCollection", "features": list(map(own, shapes)), "crs": crs}
    places = geopandas.GeoSeries([shapely.Point(*point) for point in points], crs=of_points)
    rule: dict[str, Any] = {"near": near, "best": best, "planar": True}
    if near in ("boundary", "center") and best != "nearest":
        rule["max_dist"] = 5.0

    def asked(call):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            answer = told(lambda: call(zones, places, **rule))
        return answer, [(one.category, str(one.message)) for one in warned]

    assert asked(poly_match.match) == asked(with_a_matcher)


FAR = [(500.0, 500.0)]


with np.errstate(invalid="ignore"):
    WRONG = [
        None,
        shapely.Point(1, 1),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 0), (float("nan"), 1)]),
        shapely.Polygon([(0, 0), (1, 0), (float("inf"), 1)]),
        shapely.Polygon(ring(0, 0, 9, 9), [[(1, 1), (2, 1), (2, float("nan"))]]),
        shapely.MultiPolygon([shapely.Polygon([(0, 0), (1, 0), (float("nan"), 1)])]),
        shapely.Polygon([(-1e200, -1e200), (1e200, -1e200), (1e200, 1e200), (-1e200, 1e200)]),
        shapely.Polygon([(0, 1e300), (1e300, 0), (-1e300, 1e300), (1e300, 1e300)]),
        7,
    ]


@pytest.mark.parametrize("near", ["covers", "boundary"])
@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_errors_do_not_depend_on_the_points(near, wrong):
    polygons = [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6), wrong, shapely.box(0, 0, 9, 9)]
    rule = {"near": near} | ({"max_dist": 1.0} if near == "boundary" else {})
    with warnings.catch_warnings(record=True) as expected_warnings:
        warnings.simplefilter("always")
        expected = told(lambda: with_a_matcher(polygons, FAR, **rule))
    with warnings.catch_warnings(record=True) as got_warnings:
        warnings.simplefilter("always")
        assert told(lambda: poly_match.match(polygons, FAR, **rule)) == expected
    assert list(map(str, got_warnings)) == list(map(str, expected_warnings))
    skipping = {**rule, "on_invalid": "skip"}
    expected = told(lambda: with_a_matcher(polygons, FAR, **skipping))
    assert told(lambda: poly_match.match(polygons, FAR, **skipping)) == expected


def test_a_missing_key_of_a_far_polygon_is_an_error():
    polygons = [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]
    with pytest.raises(ValueError, match="polygon 1"):
        poly_match.match(polygons, [(0.5, 0.5)], near="covers", best=[1.0, np.nan])


def test_area_is_asked_of_every_polygon_however_far():
    asked = []

    class Asked(poly_match.Polygon):
        def area(self) -> float:
            asked.append(self.x[0])
            return super().area()

    polygons = [Asked([x, x + 1, x], [0.0, 0.0, 1.0]) for x in (0.0, 50.0, 100.0)]
    assert poly_match.match(polygons, [(0.1, 0.1)], near="covers").index.tolist() == [0]
    assert asked == [0.0, 50.0, 100.0]


def test_what_is_no_polygon_does_not_bound_the_nearest():
    line, point = shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)
    polygons = [line, point, shapely.GeometryCollection([point]), None, shapely.box(9, 9, 10, 10)]
    rule: dict[str, Any] = {"near": "boundary", "best": "nearest", "on_invalid": "skip"}
    assert poly_match.match(polygons, [(0.0, 0.0)], **rule).index.tolist() == [4]


def test_errors_of_polygons_come_before_those_of_points():
    with pytest.raises(TypeError, match="position 1"):
        poly_match.match([shapely.box(0, 0, 1, 1), None], [None], near="covers")
    with pytest.raises(ValueError, match="point 0"):
        poly_match.match([shapely.box(0, 0, 1, 1)], [None], near="covers")
    with pytest.raises(ValueError, match="on_invalid"):
        poly_match.match([SQUARE], [(0, 0)], near="covers", on_invalid="wrong")  # type: ignore[call-overload]


def test_points_are_read_once():
    class Once:
        """A sized iterable that can be read a single time."""

        def __init__(self, points):
            self.points = iter(points)

        def __len__(self):
            return 1

        def __iter__(self):
            return self.points

    assert poly_match.match([SQUARE], Once([(0.5, 0.5)]), near="covers").index.tolist() == [0]


@pytest.mark.parametrize("kind", [list, np.array, lambda shapes: [own(shape) for shape in shapes]])
def test_polygons_far_from_all_points_are_left_out(kind):
    polygons = kind([shapely.box(x, 0, x + 1, 1) for x in range(0, 40, 2)])
    points = np.array([(4.5, 0.5), (20.5, 0.5)])

    def left_out(*rule: Any, k: int | None = None) -> int:
        read = _native.Rule(*rule, "index", False)
        native, _ = _native.Matcher.from_polygons(
            polygons, read, "vertex_mean", None, "raise", points, k
        )
        return native.skipped()

    assert left_out("covers", None, False, ["smallest"]) == 18
    assert left_out("contains", None, False, ["first"]) == 18
    assert left_out("boundary", 2.0, False, ["nearest"]) == 14
    assert left_out("boundary", None, False, ["nearest"]) == 18
    # Where the box does not tell, and where all keys must be looked at.
    assert left_out("boundary", None, False, ["nearest"], k=2) == 0
    assert left_out("center", 1.0, False, ["smallest"]) == 0
    keys = (np.arange(20.0), None, False)
    assert left_out("covers", None, False, [keys]) == 0
