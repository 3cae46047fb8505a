"""The oracle: the meaning of a match in plain Python, one candidate after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
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


# Every rule, of polygons as parts, each an outer ring and its holes: lists of vertices.

Ring = Sequence[tuple[float, float]]
Parts = Sequence[Sequence[Ring]]


def rings(polygon: Parts) -> list[Ring]:
    """All rings of a polygon."""
    return [ring for part in polygon for ring in part]


def center_of(polygon: Parts) -> tuple[float, float]:
    """Mean of the vertices of all rings."""
    vertices = [vertex for ring in rings(polygon) for vertex in ring]
    return center([x for x, _ in vertices], [y for _, y in vertices])


def area_of(polygon: Parts) -> float:
    """Outer rings less holes."""
    total = 0.0
    for part in polygon:
        for i, ring in enumerate(part):
            of_ring = area([x for x, _ in ring], [y for _, y in ring])
            total += -of_ring if i else of_ring
    return total


def edges(polygon: Parts) -> list[tuple[Any, Any]]:
    """All edges, with those that close the rings."""
    return [(ring[i - 1], ring[i]) for ring in rings(polygon) for i in range(len(ring))]


def locate(polygon: Parts, point: Any) -> str:
    """Inside, boundary or outside of the union of the parts."""
    found = [locate_in_part(part, point) for part in polygon]
    return next((place for place in ("inside", "boundary") if place in found), "outside")


def locate_in_part(part: Sequence[Ring], point: Any) -> str:
    """Inside, boundary or outside, by the even-odd rule, in rational numbers."""
    px, py = Fraction(point[0]), Fraction(point[1])
    inside = False
    for a, b in edges([part]):
        ax, ay, bx, by = map(Fraction, (*a, *b))
        side = (ax - px) * (by - py) - (bx - px) * (ay - py)
        between_x = min(ax, bx) <= px <= max(ax, bx)
        between_y = min(ay, by) <= py <= max(ay, by)
        if side == 0 and between_x and between_y:
            return "boundary"
        if (ay > py) != (by > py):
            # Where the edge meets the level of the point.
            x = ax + (py - ay) * (bx - ax) / (by - ay)
            inside ^= x > px
    return "inside" if inside else "outside"


def boundary_distance(polygon: Parts, point: Any) -> float:
    """Zero inside and on the boundary; where sums of products are exact, so is the last bit."""
    if locate(polygon, point) != "outside":
        return 0.0
    return min(edge_distance(a, b, point) for a, b in edges(polygon))


def edge_distance(a: Any, b: Any, point: Any) -> float:
    """Distance to an edge: to its nearer end, or to the line where the foot lies on the edge."""
    a, b = sorted((tuple(a), tuple(b)))
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    place = (point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]
    from_a, from_b = ((e[0] - point[0]) ** 2 + (e[1] - point[1]) ** 2 for e in (a, b))
    if 0 < place < length:
        if max(from_a, from_b) <= length:
            area = (a[0] - point[0]) * (b[1] - point[1]) - (a[1] - point[1]) * (b[0] - point[0])
            return abs(area) / math.sqrt(length)
        end = a if from_a <= from_b else b
        area = (end[0] - point[0]) * along[1] - (end[1] - point[1]) * along[0]
        return abs(area) / math.sqrt(length)
    return math.sqrt(min(from_a, from_b))


def near_polygons(
    polygons: Sequence[Parts], point: Any, near: str, max_dist: float | None, inclusive: bool
) -> list[tuple[int, float]]:
    """Positions and distances of all candidates by any rule, in input order."""
    if near in ("contains", "covers"):
        is_in = {"contains": ("inside",), "covers": ("inside", "boundary")}[near]
        return [(i, 0.0) for i, p in enumerate(polygons) if locate(p, point) in is_in]
    assert max_dist is not None
    found = []
    for i, polygon in enumerate(polygons):
        if near == "center":
            d = distance(center_of(polygon), point)
        else:
            d = boundary_distance(polygon, point)
        if d < max_dist or (inclusive and d == max_dist) or max_dist == math.inf:
            found.append((i, d))
    return found


def best_first(
    found: list[tuple[int, float]], best: str, keys: Sequence[float], tie: str
) -> list[tuple[int, float]]:
    """The candidates with the best first; `keys` are areas where `best` is "area"."""
    if best == "first":
        return sorted(found)
    if best == "nearest":
        return sorted(found, key=lambda c: (c[1], c[0]))
    if tie == "distance":
        return sorted(found, key=lambda c: (keys[c[0]], c[1], c[0]))
    return sorted(found, key=lambda c: (keys[c[0]], c[0]))
