"""Random cases that look for trouble: distances on the boundary, equal areas."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests import naive

Shape = tuple[list[float], list[float]]


@dataclass
class Case:
    """Polygons as vertices, points, the distance, and a key for each polygon."""

    shapes: list[Shape]
    points: list[tuple[float, float]]
    max_dist: float
    keys: list[float]


# On a lattice many distances are whole or roots of whole numbers; elsewhere they are anything.
# A large offset makes the rounding of centres and areas visible.
_lattice = st.integers(-12, 12).map(float)
_anywhere = st.floats(-12.0, 12.0)
_coordinates = st.sampled_from([_lattice, _lattice, _lattice | _anywhere])
_offsets = st.sampled_from([0.0, 0.0, 0.0, 1e6, -1e9])

_TEMPLATES: list[Shape] = [
    ([-1.0, 1.0, 1.0, -1.0], [-1.0, -1.0, 1.0, 1.0]),
    ([-0.5, 0.5, 0.5, -0.5], [-0.5, -0.5, 0.5, 0.5]),
    ([-2.0, 2.0, 0.0], [-1.0, -1.0, 2.0]),
    ([0.0], [0.0]),
    ([-1.0, 1.0], [2.0, -2.0]),
    ([math.cos(k) for k in range(11)], [math.sin(k) for k in range(11)]),
]


def _moved(template: Shape, x: float, y: float) -> Shape:
    return [x + v for v in template[0]], [y + v for v in template[1]]


@st.composite
def cases(draw: st.DrawFn, any_area: bool = True) -> Case:
    """Up to 30 polygons, congruent ones among them, and up to 12 points around them.

    Without `any_area`, areas are equal but for rounding or clearly different, however they are
    summed: there is no large offset to drown them, and no polygon without area.
    """
    coordinate = draw(_coordinates)
    offset = draw(_offsets) if any_area else 0.0
    place = st.tuples(coordinate, coordinate)
    template = st.sampled_from(
        _TEMPLATES if any_area else [shape for shape in _TEMPLATES if len(shape[0]) > 2]
    )
    shapes = [
        _moved(shape, x + offset, y + offset)
        for shape, (x, y) in draw(st.lists(st.tuples(template, place), max_size=30))
    ]
    points = [(x + offset, y + offset) for x, y in draw(st.lists(place, max_size=12))]
    legs = st.tuples(st.integers(0, 12), st.integers(0, 12))
    max_dist = draw(
        st.integers(0, 20).map(float)
        | legs.map(lambda leg: math.sqrt(leg[0] ** 2 + leg[1] ** 2))
        | st.floats(0.0, 30.0)
        | st.sampled_from([5e-324, 1e-9, 1e300])
    )
    key = st.sampled_from([0.0, -0.0, 1.0, 2.0, math.inf]) | st.floats(-1.0, 1.0)
    keys = draw(st.lists(key, min_size=len(shapes), max_size=len(shapes)))
    return Case(shapes, points, max_dist, keys)


@dataclass
class RuleCase:
    """A rule of any kind, polygons with holes and parts, and what belongs to each point."""

    polygons: list[list[list[list[tuple[float, float]]]]]
    points: list[tuple[float, float]]
    near: str
    best: str
    tie: str
    max_dist: float | None
    inclusive: bool
    keys: list[float]
    labels: list[str | None] | None
    point_labels: list[str | None]
    max_dists: list[float] | None
    k: int
    _found: dict[int, list[tuple[int, float]]] = field(default_factory=dict, repr=False)

    @property
    def rule(self) -> dict[str, Any]:
        """As arguments, all but keys and labels."""
        rule = {"near": self.near, "tie": self.tie, "inclusive": self.inclusive}
        return rule | ({} if self.max_dist is None else {"max_dist": self.max_dist})

    def candidates(self, point: int) -> list[tuple[int, float]]:
        """Those of a point, in input order, by the oracle."""
        if point not in self._found:
            self._found[point] = self._candidates(point)
        return self._found[point]

    def _candidates(self, point: int) -> list[tuple[int, float]]:
        max_dist = self.max_dist if self.max_dists is None else self.max_dists[point]
        at = self.points[point]
        found = naive.near_polygons(self.polygons, at, self.near, max_dist, self.inclusive)
        if self.labels is not None:
            label = self.point_labels[point]
            found = [c for c in found if label is not None and self.labels[c[0]] == label]
        return found

    def best_first(self, point: int) -> list[tuple[int, float]]:
        """The same, with the best first."""
        areas = [naive.area_of(polygon) for polygon in self.polygons]
        keys = areas if self.best == "area" else self.keys
        return naive.best_first(self.candidates(point), self.best, keys, self.tie)


# Quarters, so that products and their sums are exact, and small, so that much touches.
_fine = st.integers(-12, 12).map(lambda n: n / 4)
_place = st.tuples(_fine, _fine)


@st.composite
def _boxes(draw: st.DrawFn) -> list[tuple[float, float]]:
    (x, y), width, height = draw(_place), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return ring[:: draw(st.sampled_from([1, -1]))]


def _unclosed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    while len(ring) > 1 and ring[-1] == ring[0]:
        ring = ring[:-1]
    return ring


_ring = _boxes() | st.lists(_place, min_size=1, max_size=6).map(_unclosed)


@st.composite
def rule_cases(draw: st.DrawFn, parts: int = 2, holes: int = 1) -> RuleCase:
    """Up to 12 polygons, of up to so many parts with up to so many holes, and up to 10 points.

    Rings cross themselves and each other; points lie on them more often than not.
    """
    part = st.lists(_ring, min_size=1, max_size=1 + holes)
    polygons = draw(st.lists(st.lists(part, min_size=1, max_size=parts), max_size=12))
    points = draw(st.lists(_place, max_size=10))
    near = draw(st.sampled_from(["center", "boundary", "contains", "covers"]))
    is_measured = near in ("center", "boundary")
    reach = st.integers(0, 16).map(lambda n: n / 4) | st.just(math.inf)
    each = st.lists(reach, min_size=len(points), max_size=len(points))
    label = st.sampled_from(["a", "b", "c", None])
    labels = st.lists(label, min_size=len(polygons), max_size=len(polygons))
    return RuleCase(
        polygons=polygons,
        points=points,
        near=near,
        best=draw(st.sampled_from(["area", "nearest", "first", "keys"])),
        tie=draw(st.sampled_from(["index", "distance"])),
        max_dist=draw(reach) if is_measured else None,
        inclusive=is_measured and draw(st.booleans()),
        keys=draw(
            st.lists(
                st.sampled_from([0.0, -0.0, 1.0, 2.5, math.inf, -math.inf]),
                min_size=len(polygons),
                max_size=len(polygons),
            )
        ),
        labels=draw(st.none() | labels),
        point_labels=draw(st.lists(label, min_size=len(points), max_size=len(points))),
        max_dists=draw(st.none() | each) if is_measured else None,
        k=draw(st.integers(1, 4)),
    )
