"""The distance to a boundary, against exact arithmetic and beside what GEOS computes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import poly_match
import shapely


def exact_squared(a, b, point):
    """Square of the distance from a point to an edge."""
    (ax, ay), (bx, by), (px, py) = (map(Fraction, place) for place in (a, b, point))
    length = (bx - ax) ** 2 + (by - ay) ** 2
    place = (px - ax) * (bx - ax) + (py - ay) * (by - ay)
    if 0 < place < length:
        return ((px - ax) * (by - ay) - (py - ay) * (bx - ax)) ** 2 / length
    return min((px - ax) ** 2 + (py - ay) ** 2, (px - bx) ** 2 + (py - by) ** 2)


def units_off(distance, squared):
    """How many units in its last place a distance is off."""
    exact = Fraction(distance)
    return float(abs(exact**2 - squared) / (2 * exact) / Fraction(math.ulp(distance)))


def boundary_distance(a, b, point):
    edge = poly_match.Polygon([a[0], b[0]], [a[1], b[1]])
    matcher = poly_match.Matcher([edge], near="boundary", max_dist=math.inf, best="nearest")
    return float(matcher.match([tuple(point)]).distance[0])


def test_a_short_edge_far_away():
    assert boundary_distance((1e6, -3.0), (1e6, 3.0), (7.0, 0.0)) == 999_993.0


def test_the_distance_is_as_good_as_that_of_geos():
    random = np.random.default_rng(7)
    ours, theirs = [], []
    for _ in range(1500):
        a = random.choice([0.0, 1e6, 2e7]) + random.uniform(-4, 4, 2)
        along = random.uniform(-4, 4, 2) * 2.0 ** random.integers(-20, 3)
        aside = random.choice([-1, 1]) * 2.0 ** random.integers(-10, 30)
        b = a + along
        point = a + random.uniform(-0.5, 1.5) * along + aside * np.array([-along[1], along[0]])
        squared = exact_squared(a, b, point)
        ours.append(units_off(boundary_distance(a, b, point), squared))
        geos = shapely.distance(shapely.LineString([a, b]), shapely.Point(point))
        theirs.append(units_off(float(geos), squared))
    assert max(ours) <= max(theirs)
    assert np.mean(ours) <= np.mean(theirs)
    assert np.quantile(ours, 0.99) <= np.quantile(theirs, 0.99)
