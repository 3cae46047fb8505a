"""How polygons show themselves: `__geo_interface__`, `_repr_svg_`, weak references."""

from __future__ import annotations

import gc
import re
import weakref
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from poly_match import MultiPolygon, Polygon
from poly_match_rs._native import measure_polygons

SQUARE = ([0.0, 4.0, 4.0, 0.0], [0.0, 0.0, 4.0, 4.0])
HOLE = ([1.0, 2.0, 2.0], [1.0, 1.0, 2.0])
SHELL = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0))
RING = ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0))


def test_a_polygon_as_a_mapping():
    polygon = Polygon(*SQUARE, holes=[HOLE])
    assert polygon.__geo_interface__ == {"type": "Polygon", "coordinates": (SHELL, RING)}
    islands = MultiPolygon([polygon, Polygon(*SQUARE)])
    assert islands.__geo_interface__ == {
        "type": "MultiPolygon",
        "coordinates": ((SHELL, RING), (SHELL,)),
    }
    assert shapely.geometry.shape(polygon).equals(shapely.Polygon(SHELL, [RING]))
    assert shapely.geometry.shape(islands).geom_type == "MultiPolygon"


def test_a_ring_that_is_closed_is_not_closed_again():
    closed = Polygon(*([*values, values[0]] for values in SQUARE))
    assert closed.__geo_interface__["coordinates"] == (SHELL,)
    assert Polygon([1], [2]).__geo_interface__["coordinates"] == (((1.0, 2.0), (1.0, 2.0)),)


def test_a_mapping_is_read_as_the_polygon():
    for polygon in (Polygon(*SQUARE, holes=[HOLE]), MultiPolygon([Polygon(*SQUARE)])):
        (own, _), (read, _) = (
            measure_polygons([one], "vertex_mean") for one in (polygon, polygon.__geo_interface__)
        )
        assert [values.tolist() for values in own] == [values.tolist() for values in read]


def paths(polygon):
    """The size of the picture, and the rings of each path."""
    root = ElementTree.fromstring(polygon._repr_svg_())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    rings = []
    for path in root:
        assert path.get("fill-rule") == "evenodd"
        drawn = re.fullmatch(r"(M[\d.,L]+Z)+", path.get("d"))
        assert drawn, path.get("d")
        rings.append(
            [
                [tuple(map(float, vertex.split(","))) for vertex in ring.split("L")]
                for ring in re.findall("M(.*?)Z", path.get("d"))
            ]
        )
    return [float(value) for value in root.get("viewBox").split()], rings


def test_a_picture_has_y_up_and_holes():
    view, [[shell, hole]] = paths(Polygon([0, 4, 4, 0], [0, 0, 2, 2], holes=[HOLE]))
    assert view == [0, 0, 210, 110]
    assert shell == [(5, 105), (205, 105), (205, 5), (5, 5)]
    assert hole == [(55, 55), (105, 55), (105, 5)]
    assert len(paths(MultiPolygon([Polygon(*SQUARE), Polygon(*HOLE)]))[1]) == 2


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([3.0], [4.0]),
        ([3.0, 5.0], [4.0, 4.0]),
        ([-1.7e308, 1.7e308, 0.0], [-1.7e308, 1.7e308, 1e308]),
        ([0.0, 5e-324, 0.0], [0.0, 0.0, 5e-324]),
        ([500000.0, 500000.1, 500000.0], [5e6, 5e6, 5e6 + 0.1]),
    ],
)
def test_a_picture_of_any_size(x, y):
    view, [[ring]] = paths(Polygon(x, y))
    assert np.min(ring) >= 5
    assert (np.max(ring, axis=0) <= np.array(view[2:]) - 4.9).all()


def test_a_picture_stays_small():
    angle = np.linspace(0, 2 * np.pi, 1_000_000)
    circle = Polygon(1e6 * np.cos(angle), 1e6 * np.sin(angle))
    assert len(circle._repr_svg_()) < 100_000


@pytest.mark.parametrize("make", [Polygon, lambda x, y: MultiPolygon([Polygon(x, y)])])
def test_weak_references(make):
    polygon = make(*SQUARE)
    names = weakref.WeakKeyDictionary({polygon: "hall"})
    assert names[polygon] == "hall"
    reference = weakref.ref(polygon)
    assert reference() is polygon
    del polygon
    gc.collect()
    assert reference() is None
    assert not names
