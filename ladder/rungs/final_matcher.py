"""Rung "poly_match, prepared": the matcher is built once, only `match` is in the measured loop.

One thread, so that it is compared with the other rungs core for core.
"""

from collections.abc import Callable, Sequence

from poly_match import Matcher, Polygon

from ladder.rungs.shared import Match, Point

__all__ = ["Polygon", "main", "prepare"]


def prepare(polygons: Sequence[Polygon], max_dist: float) -> Callable[[Sequence[Point]], Match]:
    """Build the matcher; the function returned answers as `main` does."""
    matcher = Matcher(polygons, max_dist=max_dist)

    def match(points: Sequence[Point]) -> Match:
        objects = matcher.match(points, workers=1).objects
        return [
            (point, polygon)
            for point, polygon in zip(points, objects, strict=True)
            if polygon is not None
        ]

    return match


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return prepare(polygons, max_dist)(points)
