"""Ctrl-C is heard in every loop that goes through the caller's objects and holds the GIL.

Nothing else in these calls takes long, or looks for signals: a signal that comes while the core
matches would prove nothing here.
"""

from __future__ import annotations

import itertools

import numpy as np
import poly_match
import pytest
import shapely
from poly_match_rs import _native

from tests.turns import interrupted

SQUARE = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
MANY = 10_000_000


class Sized(poly_match.Polygon):
    def area(self):
        return 1.0


class Foreign:
    x, y = np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])


def test_while_pairs_are_made():
    # The callable is the last to be asked before the pairs are made.
    def best(_points, _indptr, indices):
        begin()
        return indices

    matcher = poly_match.Matcher([SQUARE], max_dist=9.0, best=best)
    points = [(0.5, 0.5)] * 2_000_000
    with interrupted(start=False) as begin:
        matcher.pairs(points)
    with interrupted(start=False) as begin:
        matcher.pairs(np.array(points))


def test_while_pairs_of_main_are_made():
    class Last(poly_match.Polygon):
        def area(self):
            begin()
            return 1.0

    points = np.full((2_000_000, 2), 0.5)
    with interrupted(start=False) as begin:
        poly_match.main([Last([0, 1, 1], [0, 0, 1])], points)


def test_while_objects_are_looked_up():
    objects, index = (SQUARE,), np.zeros(3 * MANY, dtype=np.int64)
    with interrupted():
        _native.objects_at(objects, index)


def test_while_points_are_read():
    with interrupted():
        _native.read_points([(0.5, 0.5)] * MANY, "raise")


def test_while_an_iterator_is_read():
    # One that runs no Python code, in which the interpreter would look for signals.
    with interrupted():
        _native.read_points(itertools.repeat((0.5, 0.5), MANY), "raise")


@pytest.mark.parametrize(
    "polygons",
    [
        lambda: [SQUARE] * (3 * MANY),
        lambda: [SQUARE, poly_match.MultiPolygon([SQUARE])] * MANY,
        lambda: [Foreign()] * 1_000_000,
        # Not at a round position.
        lambda: [SQUARE, *[shapely.box(0, 0, 1, 1)] * 1_000_000],
        lambda: [{"type": "Polygon", "coordinates": [[(0, 0)] * MANY]}],
        lambda: [{"type": "Polygon", "coordinates": [[(0, 0)]] * 5_000_000}],
    ],
    ids=["own", "parts", "foreign", "shapely", "vertices", "rings"],
)
def test_while_polygons_are_read(polygons):
    given = polygons()
    with interrupted():
        poly_match.find_close_polygons(given, (0.5, 0.5), 0.0)


def test_while_rings_are_read():
    # Its last triangle is none, so that what comes after is not reached.
    count = 5_000_000
    vertices = np.zeros((3 * count, 2))
    vertices[-1] = np.nan
    rings = np.arange(0, 3 * count + 1, 3)
    with interrupted():
        poly_match.Matcher.from_rings(vertices, rings, np.arange(count + 1), near="covers")


def test_while_areas_are_read():
    # By `areas` itself, which is Python code, they are asked for first.
    with interrupted():
        poly_match.main([Sized([0, 1, 1], [0, 0, 1])] * MANY, [])


def test_while_close_polygons_are_listed():
    class Last(poly_match.Polygon):
        @property
        def center(self):
            begin()
            return 0.5, 0.5

    points = np.full((1_000_000, 2), 0.5)
    with interrupted(start=False) as begin:
        poly_match.find_all_close_polygons([Last([0, 1, 1], [0, 0, 1])], points, 9.0)


def test_while_sets_are_read():
    sets = [((0.5, 0.5), [SQUARE])] * 3_000_000
    with interrupted():
        poly_match.select_best_polygon(sets)
