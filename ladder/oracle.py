"""The judge of every rung: small enough to trust by eye, and strict where strictness is possible.

Which points match is decided by plain IEEE arithmetic, `sqrt(dx*dx + dy*dy) < max_dist` over the
NumPy mean of the vertices, so it must be exact. Which polygon wins depends on how an area is
summed: of polygons whose areas are equal but for rounding any may win, no other.

NumPy's ufuncs round after each operation. Its `dot`, and so `np.linalg.norm` of a vector, goes
through BLAS, and some BLAS kernels fuse the multiplication with the addition; a rung that uses
them may differ in the last bit for a point exactly at the limit. That is no excuse here: such
examples run under a kernel that does not fuse (`ladder/environment.py`), and `dot_is_plain` shows
that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

import numpy as np

from ladder.example import Example
from ladder.rungs.shared import Match, Point, Polygon

AREA_TOLERANCE = 1e-9
"""Relative; an area summed in any order is far closer, and different areas are far apart."""

Pair = tuple[int, int]
"""Position of a point, position of its polygon."""


class WrongAnswer(AssertionError):  # noqa: N818 - it is a verdict
    """A rung's answer broke the rule; the message says where and how."""


def area(x: np.ndarray, y: np.ndarray) -> float:
    """Shoelace area with an exact sum, so that no order of summation is preferred."""
    terms = np.concatenate([x * np.roll(y, 1), -(y * np.roll(x, 1))])
    return 0.5 * abs(fsum(terms.tolist()))


def distances(example: Example) -> np.ndarray:
    """Distance of every point (row) to every polygon's centre (column)."""
    centers = np.array([np.array([x, y]).mean(axis=1) for x, y in example.shapes])
    points = np.array(example.points)
    dx = points[:, np.newaxis, 0] - centers[:, 0]
    dy = points[:, np.newaxis, 1] - centers[:, 1]
    result: np.ndarray = np.sqrt(dx * dx + dy * dy)
    return result


def positions(points: Sequence[Point], polygons: Sequence[Polygon], matches: Match) -> list[Pair]:
    """Turn a rung's answer into positions; it must consist of the very objects that went in."""
    point_at = {id(point): i for i, point in enumerate(points)}
    polygon_at = {id(polygon): j for j, polygon in enumerate(polygons)}
    pairs = []
    for row, (point, polygon) in enumerate(matches):
        if id(point) not in point_at:
            raise WrongAnswer(f"row {row}: {point!r} is not one of the points that went in")
        if id(polygon) not in polygon_at:
            raise WrongAnswer(f"row {row}: {polygon!r} is not one of the polygons that went in")
        pairs.append((point_at[id(point)], polygon_at[id(polygon)]))
    return pairs


def check(example: Example, pairs: Iterable[Pair]) -> int:
    """Raise `WrongAnswer` unless `pairs` answer the example; return how many points match."""
    pairs = list(pairs)
    close = distances(example) < example.max_dist
    areas = np.array([area(x, y) for x, y in example.shapes])

    matched = [point for point, _ in pairs]
    expected = np.flatnonzero(close.any(axis=1)).tolist()
    if sorted(matched) != expected:
        lost = sorted(set(expected) - set(matched))
        extra = sorted(set(matched) - set(expected))
        raise WrongAnswer(
            f"{example.name}: {len(matched)} points matched, {len(expected)} expected; "
            f"lost {lost}, not to be matched {extra}"
        )
    if matched != expected:
        raise WrongAnswer(f"{example.name}: the points are not in the order that they came in")
    for point, polygon in pairs:
        if not close[point, polygon]:
            raise WrongAnswer(f"{example.name}: polygon {polygon} is not near point {point}")
        least = float(areas[close[point]].min())
        if areas[polygon] > least * (1.0 + AREA_TOLERANCE):
            raise WrongAnswer(
                f"{example.name}: point {point} got polygon {polygon} "
                f"of area {float(areas[polygon])}, "
                f"but a near one has {least}"
            )
    return len(pairs)


def dot_is_plain(n: int = 20_000) -> bool:
    """Tell whether this process's BLAS computes a two-element `dot` without fusing."""
    vectors = np.random.RandomState(0).uniform(-1.0, 1.0, (n, 2))
    dots = np.array([vector.dot(vector) for vector in vectors])
    return bool((dots == vectors[:, 0] * vectors[:, 0] + vectors[:, 1] * vectors[:, 1]).all())
