"""Rung "outer loop in Rust": one call for all points; only the choice of the best is in Python."""

from collections.abc import Sequence

from ladder.rungs.rust_polygon import Polygon
from ladder.rungs.shared import Match, Point, select_best_polygon
from ladder.rust import ladder_rs

__all__ = ["Polygon", "main"]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return select_best_polygon(
        ladder_rs.outer_loop.find_all_close_polygons(polygons, points, max_dist)
    )
