"""Rung "poly_match, prepared": the matcher is built once, only `pairs` is in the measured loop.

`Matcher.pairs` gives what `main` gives. One thread, so that it is compared with the other rungs
core for core.
"""

from collections.abc import Callable, Sequence
from functools import partial

from poly_match import Matcher, Polygon

from ladder.rungs.shared import Match, Point

__all__ = ["Polygon", "main", "prepare"]


def prepare(polygons: Sequence[Polygon], max_dist: float) -> Callable[[Sequence[Point]], Match]:
    """Build the matcher; the function returned answers as `main` does."""
    return partial(Matcher(polygons, max_dist=max_dist).pairs, workers=1)


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return prepare(polygons, max_dist)(points)
