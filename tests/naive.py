"""The oracle: the meaning of a match in plain Python, one candidate after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Vertices = tuple[Sequence[float], Sequence[float]]


def center(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Mean of the vertices, as the article takes it."""
    mean = np.array([x, y], dtype=float).mean(axis=1)
    return float(mean[0]), float(mean[1])


def area(x: Sequence[float], y: Sequence[float]) -> float:
    """Shoelace formula, the terms added in order."""
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i - 1] - y[i] * x[i - 1]
    return 0.5 * abs(total)


def distance(a: Sequence[float], b: Sequence[float]) -> float:
    """Euclidean distance; `math.hypot` would be another number in the last bit."""
    dx, dy = float(a[0]) - float(b[0]), float(a[1]) - float(b[1])
    return math.sqrt(dx * dx + dy * dy)


def candidates(
    centers: Sequence[Sequence[float]], point: Any, max_dist: float, inclusive: bool = False
) -> list[int]:
    """Positions of all centres near the point, in input order."""
    found = []
    for i, c in enumerate(centers):
        d = distance(c, point)
        if d < max_dist or (inclusive and d == max_dist) or max_dist == math.inf:
            found.append(i)
    return found


def match(
    centers: Sequence[Sequence[float]],
    keys: Sequence[float],
    points: Any,
    max_dist: float,
    inclusive: bool = False,
) -> list[int]:
    """Position of the best near polygon for every point, -1 where there is none."""
    result = []
    for point in points:
        near = candidates(centers, point, max_dist, inclusive)
        result.append(min(near, key=lambda i: (keys[i], i)) if near else -1)
    return result
