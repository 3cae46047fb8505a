"""Rung "NumPy, partly vectorized": one `norm` per polygon, over all points at once.

The polygons stay objects in a Python loop; only the points become an array.
"""

from collections.abc import Sequence

import numpy as np

from ladder.rungs.baseline import Polygon
from ladder.rungs.shared import Match, Point, select_best_polygon

__all__ = ["Polygon", "main"]


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    coordinates = np.array(points)
    close: list[list[Polygon]] = [[] for _ in points]
    for polygon in polygons:
        distances = np.linalg.norm(polygon.center - coordinates, axis=1)
        for position in np.flatnonzero(distances < max_dist):
            close[position].append(polygon)
    return select_best_polygon(
        [(point, some) for point, some in zip(points, close, strict=True) if some]
    )
