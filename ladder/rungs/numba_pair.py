"""Rung "numba, pair by pair": the baseline with its hot expression compiled, nothing moved.

It shows what a compiler can do while the objects stay where they are: every pair still crosses
from Python into compiled code.
"""

import math
from collections.abc import Sequence

from numba import njit

from ladder.rungs.baseline import Polygon
from ladder.rungs.shared import Match, Point, match_each_point

__all__ = ["Polygon", "find_close_polygons", "main"]


@njit
def is_close(center: Point, point: Point, max_dist: float) -> bool:
    """Tell whether the two are closer than `max_dist`; without fastmath, so never fused."""
    dx = center[0] - point[0]
    dy = center[1] - point[1]
    return math.sqrt(dx * dx + dy * dy) < max_dist


def find_close_polygons(
    polygons: Sequence[Polygon], point: Point, max_dist: float
) -> list[Polygon]:
    """List the polygons whose centre is closer to `point` than `max_dist`."""
    close = []
    for polygon in polygons:
        if is_close(polygon.center, point, max_dist):
            close.append(polygon)  # noqa: PERF401 - the loop of the baseline
    return close


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return match_each_point(find_close_polygons, polygons, points, float(max_dist))
