"""Rung "baseline": plain Python over NumPy arrays, one `np.linalg.norm` per pair.

The PyPy rung runs this same file, so it keeps to Python 3.9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ladder.rungs.shared import Match, Point, match_each_point, shoelace


@dataclass(eq=False)
class Polygon:
    """Vertices, with the centre and the area computed on first use."""

    x: np.ndarray
    y: np.ndarray
    _area: float | None = None

    @cached_property
    def center(self) -> Point:
        """Mean of the vertices."""
        center: Point = np.array([self.x, self.y]).mean(axis=1)
        return center

    def area(self) -> float:
        """Area by the shoelace formula, computed once."""
        if self._area is None:
            self._area = shoelace(self.x, self.y)
        return self._area


def find_close_polygons(
    polygons: Sequence[Polygon], point: Point, max_dist: float
) -> list[Polygon]:
    """List the polygons whose centre is closer to `point` than `max_dist`."""
    close = []
    for polygon in polygons:
        if np.linalg.norm(polygon.center - point) < max_dist:
            close.append(polygon)  # noqa: PERF401 - the loop that the Rust rungs translate
    return close


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return match_each_point(find_close_polygons, polygons, points, max_dist)
