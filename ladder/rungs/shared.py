"""What the rungs share: the types, the choice of the best polygon, the loop over the points.

Kept to Python 3.9, because the PyPy rung runs it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import numpy as np

Point = np.ndarray
Polygon = Any
"""Anything with `x`, `y`, `center` and `area()`; each rung brings its own class."""

Match = list[tuple[Point, Polygon]]


def shoelace(x: np.ndarray, y: np.ndarray) -> float:
    """Area of the polygon with vertices (x, y), as NumPy computes it."""
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def select_best_polygon(polygon_sets: Sequence[tuple[Point, Sequence[Polygon]]]) -> Match:
    """Give each point the smallest of its polygons; the first one wins a tie.

    The least area so far is kept, so that each polygon is asked once: on the faster rungs this
    call from Python to Python is a good part of what is left.
    """
    best_polygons = []
    for point, close in polygon_sets:
        best, least = close[0], inf
        for polygon in close:
            area = polygon.area()
            if area < least:
                best, least = polygon, area
        best_polygons.append((point, best))
    return best_polygons


def match_each_point(
    find_close_polygons: Callable[[Sequence[Polygon], Point, float], list[Polygon]],
    polygons: Sequence[Polygon],
    points: Sequence[Point],
    max_dist: float,
) -> Match:
    """Loop over the points in Python; a point with no close polygon is left out."""
    polygon_sets = []
    for point in points:
        close = find_close_polygons(polygons, point, max_dist)
        if close:
            polygon_sets.append((point, close))
    return select_best_polygon(polygon_sets)
