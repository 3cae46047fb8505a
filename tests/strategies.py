"""Random cases that look for trouble: distances on the boundary, equal areas."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import strategies as st

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
