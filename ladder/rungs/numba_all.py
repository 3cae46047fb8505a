"""Rung "numba, all pairs": the data moved into arrays first, then both loops compiled.

Numba at its best. The price is the design: centres and areas leave the objects, and the rule is
written over arrays.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from ladder.rungs.baseline import Polygon
from ladder.rungs.shared import Match, Point

__all__ = ["Polygon", "main"]


@njit
def best_of_each(
    centers: np.ndarray, areas: np.ndarray, points: np.ndarray, max_dist: float
) -> np.ndarray:
    """Position of the smallest close polygon of each point, -1 where there is none."""
    best = np.full(len(points), -1)
    for i in range(len(points)):
        for j in range(len(centers)):
            dx = centers[j, 0] - points[i, 0]
            dy = centers[j, 1] - points[i, 1]
            if math.sqrt(dx * dx + dy * dy) < max_dist and (
                best[i] < 0 or areas[j] < areas[best[i]]
            ):
                best[i] = j
    return best


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    centers = np.array([polygon.center for polygon in polygons])
    areas = np.array([polygon.area() for polygon in polygons])
    best = best_of_each(centers, areas, np.array(points), float(max_dist))
    return [(point, polygons[j]) for point, j in zip(points, best.tolist(), strict=True) if j >= 0]
