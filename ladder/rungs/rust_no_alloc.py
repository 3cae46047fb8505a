"""Rung "no allocations": the same class; no list of references, no copy of a centre."""

from collections.abc import Sequence

from ladder.rungs.rust_polygon import Polygon
from ladder.rungs.shared import Match, Point, match_each_point
from ladder.rust import ladder_rs

__all__ = ["Polygon", "main"]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return match_each_point(ladder_rs.no_alloc.find_close_polygons, polygons, points, max_dist)
