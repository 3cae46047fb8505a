"""Rung "NumPy, fully vectorized": one matrix of all pairs, one `argmin` over it.

Two things are easy to lose here. A column without a candidate still has an `argmin`, so the points
must be masked as well; and the result is a point with its polygon, not a position.
"""

from collections.abc import Sequence

import numpy as np

from ladder.rungs.baseline import Polygon
from ladder.rungs.shared import Match, Point

__all__ = ["Polygon", "main"]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    centers = np.array([polygon.center for polygon in polygons])
    areas = np.array([polygon.area() for polygon in polygons])
    distances = np.linalg.norm(centers[:, np.newaxis] - np.array(points), axis=2)
    close = distances < max_dist
    best = np.where(close, areas[:, np.newaxis], np.inf).argmin(axis=0)
    return [(points[i], polygons[best[i]]) for i in np.flatnonzero(close.any(axis=0)).tolist()]
