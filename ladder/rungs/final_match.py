"""Rung "poly_match, prepared, arrays only": the matcher is built once, `match` alone is measured.

`Matcher.match` gives positions and distances as arrays. The judge gets the article's pairs, which
`pairs` makes of them outside the measured loop. One thread, as in the other rungs.
"""

from collections.abc import Callable, Sequence
from functools import partial

from poly_match import Matcher, MatchResult, Polygon

from ladder.rungs.shared import Match, Point

__all__ = ["Polygon", "main", "pairs", "prepare"]


def prepare(
    polygons: Sequence[Polygon], max_dist: float
) -> Callable[[Sequence[Point]], MatchResult[Polygon | None]]:
    """Build the matcher; the function returned answers with arrays."""
    return partial(Matcher(polygons, max_dist=max_dist).match, workers=1)


def pairs(points: Sequence[Point], result: MatchResult[Polygon | None]) -> Match:
    """Make the article's pairs of the arrays."""
    matched = zip(points, result.objects, strict=True)
    return [(point, polygon) for point, polygon in matched if polygon is not None]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return pairs(points, prepare(polygons, max_dist)(points))
