"""Rung "naive Rust": the baseline with `find_close_polygons` translated line for line.

The debug-build rung runs this same file with the extension built without optimization.
"""

from collections.abc import Sequence

from ladder.rungs.baseline import Polygon
from ladder.rungs.shared import Match, Point, match_each_point
from ladder.rust import ladder_rs

__all__ = ["Polygon", "main"]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return match_each_point(ladder_rs.naive.find_close_polygons, polygons, points, max_dist)
