"""Every way in, against the oracle, on random cases with many on the boundary and many ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import poly_match
import poly_match_rs
from hypothesis import example, given

from ladder import oracle
from tests import naive
from tests.strategies import Case, cases


class Keyed(poly_match_rs.Polygon):
    """A polygon whose area is whatever it was given."""

    def __init__(self, x, y, key):
        super().__init__(x, y)
        self.key = key

    def area(self):
        return self.key


@dataclass(eq=False)
class Foreign:
    """A polygon of the user's own, unknown to the library."""

    x: np.ndarray
    y: np.ndarray


def indices(pairs, points, polygons):
    """Positions from (point, polygon) pairs, which must hold the objects themselves."""
    found = [-1] * len(points)
    at = {id(point): i for i, point in enumerate(points)}
    position = {id(polygon): i for i, polygon in enumerate(polygons)}
    order = [at[id(point)] for point, _ in pairs]
    assert order == sorted(order)
    for i, (_, polygon) in zip(order, pairs, strict=True):
        found[i] = position[id(polygon)]
    return found


@given(cases())
@example(Case([], [(0.0, 0.0)], 1.0, []))
def test_every_way_in_agrees_with_the_oracle(case):
    shapes, points = case.shapes, [np.array(point) for point in case.points]
    centers = [naive.center(x, y) for x, y in shapes]
    areas = [naive.area(x, y) for x, y in shapes]
    expected = naive.match(centers, areas, points, case.max_dist)
    for make in (poly_match.Polygon, Foreign):
        polygons = [make(np.array(x), np.array(y)) for x, y in shapes]
        pairs = poly_match.main(polygons, points, case.max_dist)
        assert indices(pairs, points, polygons) == expected

        found = poly_match.find_all_close_polygons(polygons, points, case.max_dist)
        steps = poly_match.select_best_polygon(found)
        assert indices(steps, points, polygons) == expected
        position = {id(polygon): i for i, polygon in enumerate(polygons)}
        close = {id(point): [position[id(p)] for p in near] for point, near in found}
        for point in points:
            near = naive.candidates(centers, point, case.max_dist)
            assert close.get(id(point), []) == near
            one = poly_match.find_close_polygons(polygons, point, case.max_dist)
            assert [position[id(p)] for p in one] == near

        array = np.array(case.points, dtype=float).reshape(-1, 2)
        matcher = poly_match.Matcher(polygons, max_dist=case.max_dist)
        assert matcher.match(array).index.tolist() == expected
        assert matcher.match(points, workers=1).index.tolist() == expected
        inclusive = poly_match.match(polygons, array, max_dist=case.max_dist, inclusive=True)
        assert inclusive.index.tolist() == naive.match(
            centers, areas, points, case.max_dist, inclusive=True
        )


@given(cases())
def test_the_same_area_values_give_the_same_winner(case):
    points = [np.array(point) for point in case.points]
    centers = [naive.center(x, y) for x, y in case.shapes]
    expected = naive.match(centers, case.keys, points, case.max_dist)
    polygons = [Keyed(x, y, key) for (x, y), key in zip(case.shapes, case.keys, strict=True)]
    pairs = poly_match.main(polygons, points, case.max_dist)
    assert indices(pairs, points, polygons) == expected
    if case.shapes:
        matcher = poly_match.Matcher.from_arrays(centers, case.keys, max_dist=case.max_dist)
        assert matcher.match(points).index.tolist() == expected


@given(cases())
def test_distances_are_those_of_numpy_where_blas_does_not_fuse(case):
    assert oracle.dot_is_plain(), "the kernel fuses: OPENBLAS_CORETYPE was set too late"
    polygons = [poly_match.Polygon(x, y) for x, y in case.shapes]
    for point in map(np.array, case.points):
        expected = [p for p in polygons if np.linalg.norm(p.center - point) < case.max_dist]
        close = poly_match.find_close_polygons(polygons, point, case.max_dist)
        assert list(map(id, close)) == list(map(id, expected))
