"""A polygon of several parts is the union of its parts, as shapely's `union_all` makes it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import poly_match
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

# A case is asked in four ways.
some = settings(max_examples=settings.default.max_examples // 4)

BOXES = [shapely.box(0, 0, 6, 6), shapely.box(3, 3, 9, 9), shapely.box(4, 4, 5, 5)]
HALVES = [shapely.box(0, 0, 3, 6), shapely.box(3, 0, 6, 6)]

on_lattice = st.integers(-8, 8).map(float)
anywhere = st.floats(-8.0, 8.0).map(lambda value: round(value, 6))


@st.composite
def parts(draw: st.DrawFn, coordinate: st.SearchStrategy[float]) -> Any:
    """A valid box or star, with a hole or without."""
    middle = np.array([draw(coordinate), draw(coordinate)])
    size = draw(st.sampled_from([1.0, 2.0, 4.0, 6.0]))
    if draw(st.booleans()):
        outer = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size
    else:
        outer = np.array([(-4, 0), (-1, -1), (0, -4), (1, -1), (4, 0), (1, 1), (0, 4), (-1, 1)])
        outer = outer * (size / 4)
    holes = [outer * 0.5 + middle] if draw(st.booleans()) else []
    return shapely.Polygon(outer + middle, holes)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[Any]], Any]:
    """Up to five polygons of up to five parts, and points."""
    coordinate = draw(st.sampled_from([on_lattice, anywhere]))
    part = parts(coordinate)
    polygons = draw(st.lists(st.lists(part, min_size=1, max_size=5), min_size=1, max_size=5))
    place = st.tuples(on_lattice | anywhere, on_lattice | anywhere)
    return polygons, np.array(draw(st.lists(place, min_size=1, max_size=12)))


def vertices(ring: Any) -> tuple[Any, Any]:
    x, y = shapely.get_coordinates(ring)[:-1].T
    return x, y


def as_objects(polygons: list[list[Any]]) -> list[Any]:
    return [
        poly_match.MultiPolygon(
            poly_match.Polygon(*vertices(part.exterior), holes=list(map(vertices, part.interiors)))
            for part in some
        )
        for some in polygons
    ]


def matchers(polygons: list[list[Any]], **rule: Any) -> list[poly_match.Matcher[Any]]:
    """A matcher by each way in which polygons may be given."""
    shapes = [shapely.MultiPolygon(some) for some in polygons]
    mappings = [shapely.geometry.mapping(shape) for shape in shapes]
    kind, coordinates, offsets = shapely.to_ragged_array(shapes)
    assert kind == shapely.GeometryType.MULTIPOLYGON
    rings, of_parts, of_polygons = offsets
    return [
        *(poly_match.Matcher(given, **rule) for given in (as_objects(polygons), shapes, mappings)),
        poly_match.Matcher.from_rings(coordinates, rings, of_polygons, of_parts, **rule),
    ]


def is_certain(polygons: list[list[Any]], points: Any) -> Any:
    """Which points are near no boundary of a part: their place is beyond doubt of rounding."""
    edges = shapely.union_all([part.boundary for some in polygons for part in some])
    return shapely.distance(edges, shapely.points(points)) > 1e-9


def is_on_shared_edge(polygons: list[list[Any]], points: Any) -> Any:
    """Which points lie on the boundaries of two parts of one polygon."""
    points = shapely.points(points)
    on = [[shapely.distance(part.boundary, points) == 0 for part in some] for some in polygons]
    return np.any([np.sum(some, axis=0) > 1 for some in on], axis=0)


def rows(found: poly_match.Candidates) -> list[list[int]]:
    return [found.indices[start:end].tolist() for start, end in pairwise(found.indptr.tolist())]


@some
@given(cases())
def test_what_is_inside_is_inside_the_union(case):
    polygons, points = case
    # The union of boxes has no vertex that is rounded, so points on its boundary are decided, too.
    all_parts = [part for some in polygons for part in some]
    if all(len(part.exterior.coords) == 5 for part in all_parts):
        points = points[~is_on_shared_edge(polygons, points)]
    else:
        points = points[is_certain(polygons, points)]
    unions = np.array([shapely.union_all(some) for some in polygons])
    for near, is_in in (("contains", shapely.contains), ("covers", shapely.covers)):
        at = is_in(unions[:, None], shapely.points(points)[None, :])
        expected = [np.flatnonzero(column).tolist() for column in at.T]
        for matcher in matchers(polygons, near=near, best="first"):
            assert rows(matcher.candidates(points)) == expected
            k_best = matcher.match(points, k=len(polygons) + 1).index
            assert [[i for i in row if i >= 0] for row in k_best.tolist()] == expected


@some
@given(cases())
def test_the_distance_to_the_boundary_is_that_of_the_union(case):
    polygons, points = case
    points = points[is_certain(polygons, points)]
    unions = np.array([shapely.union_all(some) for some in polygons])
    expected = shapely.distance(unions[None, :], shapely.points(points)[:, None])
    for matcher in matchers(polygons, near="boundary", max_dist=np.inf, best="first"):
        found = matcher.candidates(points)
        # Every polygon once, for every point.
        assert rows(found) == [list(range(len(polygons)))] * len(points)
        distances = found.distances.reshape(expected.shape)
        assert ((distances == 0) == (expected == 0)).all()
        np.testing.assert_allclose(distances, expected, rtol=1e-12, atol=1e-12)
        nearest = matcher.match(points, k=len(polygons)).index
        assert np.sort(nearest, axis=1).tolist() == rows(found)


def test_parts_that_overlap():
    points = [(1, 1), (3.5, 3.5), (4.5, 4.5), (3, 4), (4, 4.5), (6, 1), (8, 1)]
    for matcher in matchers([BOXES], near="contains"):
        assert matcher.match(points).index.tolist() == [0, 0, 0, 0, 0, -1, -1]
        assert rows(matcher.candidates(points)) == [[0]] * 5 + [[]] * 2
        assert matcher.match([(4.5, 4.5)], k=3).index.tolist() == [[0, -1, -1]]
    for matcher in matchers([BOXES], near="boundary", max_dist=9.0):
        assert matcher.match(points).distance.tolist() == [0, 0, 0, 0, 0, 0, 2]


def test_an_edge_that_two_parts_share_is_on_the_boundary():
    for near, expected in (("contains", -1), ("covers", 0)):
        for matcher in matchers([HALVES], near=near):
            assert matcher.match([(3, 3)]).index.tolist() == [expected]
        # A third part has it inside.
        for matcher in matchers([[*HALVES, shapely.box(2, 2, 4, 4)]], near=near):
            assert matcher.match([(3, 3)]).index.tolist() == [0]
