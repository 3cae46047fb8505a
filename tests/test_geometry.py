"""Geometry in: holes, multipolygons, and the polygons of other libraries and of flat arrays."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import subprocess
import sys
import textwrap
import weakref
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import poly_match
import poly_match_rs
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import MultiPolygon, Polygon
from poly_match_rs._native import measure_polygons, measure_rings
from shapely.geometry import mapping

from tests import naive

# Those of many geometries each: as many cases as elsewhere would take minutes.
A_QUARTER = settings(max_examples=settings().max_examples // 4)
CENTERS = ["vertex_mean", "centroid", "bbox"]
SQUARE = ([0.0, 8.0, 8.0, 0.0], [0.0, 0.0, 8.0, 8.0])
HOLE = ([1.0, 3.0, 3.0], [1.0, 1.0, 2.0])


class Zone(Polygon):
    """A subclass with a name, and holes where it is called with such."""

    def __init__(self, x, y, name="", *, holes=()):
        super().__init__(x, y, holes=holes)
        self.name = name


class Islands(MultiPolygon):
    """A subclass at module level, so that it can be pickled."""

    def __init__(self, polygons, name=""):
        super().__init__(polygons)
        self.name = name


@dataclass
class Bare:
    """No more than coordinates."""

    x: Any
    y: Any
    holes: Any = None


@dataclass
class Shape:
    """No more than an interface."""

    __geo_interface__: Any


def found(polygons):
    """What comes back of polygons that are all near."""
    return poly_match.find_close_polygons(polygons, (0.0, 0.0), math.inf)


def same(got, expected):
    assert list(map(id, got)) == list(map(id, expected))


def star(random, x, y, radius):
    """A ring around a place, whichever way it runs; never nearer than a fourth."""
    corners = random.integers(4, 12)
    step = 2 * np.pi / corners
    angles = step * (np.arange(corners) + random.uniform(0.0, 0.4, corners))
    far = radius * random.uniform(0.8, 1.0, corners)
    ring = np.array([x + far * np.cos(angles), y + far * np.sin(angles)]).T
    return ring[:: random.choice([1, -1])]


def areal(random):
    """A shapely polygon with or without a hole, or a multipolygon of up to three."""
    offset = random.choice([0.0, 1e3, -1e5])
    parts = []
    for i in range(random.integers(1, 4)):
        x = offset + 10.0 * i
        holes = [star(random, x, offset, 0.5)] if random.random() < 0.5 else []
        parts.append(shapely.Polygon(star(random, x, offset, 4.0), holes))
    is_one = len(parts) == 1 and random.random() < 0.5
    return parts[0] if is_one else shapely.MultiPolygon(parts)


@st.composite
def several(draw):
    """Up to five of them, from a seed."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return [areal(random) for _ in range(draw(st.integers(1, 5)))]


def polygons_of(geometry):
    return [geometry] if geometry.geom_type == "Polygon" else list(geometry.geoms)


def rings_of(polygon):
    """The rings of a shapely polygon, with every vertex once."""
    rings = [polygon.exterior, *polygon.interiors]
    return [(np.array(ring.xy[0])[:-1], np.array(ring.xy[1])[:-1]) for ring in rings]


def native_of(geometry):
    parts = []
    for polygon in polygons_of(geometry):
        outer, *holes = rings_of(polygon)
        parts.append(Polygon(*outer, holes=holes))
    return parts[0] if geometry.geom_type == "Polygon" else MultiPolygon(parts)


def collected(geometry):
    """The parts in a collection, with other members between them."""
    line = shapely.LineString([(0, 0), (1, 1)])
    members = [member for part in polygons_of(geometry) for member in (line, part)]
    return shapely.GeometryCollection(members)


def nested(geometry):
    inner = shapely.GeometryCollection([shapely.Point(0, 0), geometry, shapely.Polygon()])
    return shapely.GeometryCollection([shapely.MultiPoint([(1, 1)]), inner])


# The same geometry in every form in which it may come.
FORMS = {
    "shapely": lambda g: g,
    "mapping": mapping,
    "GeoJSON": lambda g: {"type": g.geom_type, "coordinates": lists(mapping(g)["coordinates"])},
    "feature": lambda g: {"type": "Feature", "properties": {}, "geometry": mapping(g)},
    "interface": lambda g: Shape(mapping(g)),
    "feature's interface": lambda g: Shape({"type": "Feature", "geometry": mapping(g)}),
    "three dimensions": lambda g: mapping(shapely.force_3d(g, 7.0)),
    "shapely, three dimensions": lambda g: shapely.force_3d(g, 7.0),
    "native": native_of,
    "collection": collected,
    "nested collection": nested,
    "collection, three dimensions": lambda g: shapely.force_3d(collected(g), 7.0),
    "collection's mapping": lambda g: mapping(collected(g)),
    "nested collection's interface": lambda g: Shape(mapping(nested(g))),
    "feature of a collection": lambda g: {"type": "Feature", "geometry": mapping(nested(g))},
}


def lists(coordinates):
    return [lists(c) if isinstance(c, tuple) else c for c in coordinates]


def expected_measures(geometry, kind):
    """What shapely and NumPy have for it."""
    rings = [ring for polygon in polygons_of(geometry) for ring in rings_of(polygon)]
    x, y = np.concatenate([x for x, _ in rings]), np.concatenate([y for _, y in rings])
    center = {
        "vertex_mean": lambda: np.array([x, y]).mean(axis=1),
        "centroid": lambda: np.array(geometry.centroid.coords[0]),
        "bbox": lambda: np.array([x.min() + x.max(), y.min() + y.max()]) / 2,
    }[kind]()
    return center, geometry.area


@A_QUARTER
@given(kind=st.sampled_from(CENTERS), geometries=several())
def test_centres_and_areas_are_those_of_shapely(kind, geometries):
    centers, areas = measure_polygons(geometries, kind)[0]
    for geometry, got, area in zip(geometries, centers, areas, strict=True):
        center, expected = expected_measures(geometry, kind)
        # Far from the origin, the shoelace formula loses bits that the coordinates take.
        scale = np.abs(geometry.bounds).max() ** 2
        assert math.isclose(area, expected, rel_tol=1e-9, abs_tol=1e-13 * scale)
        assert np.allclose(got, center, rtol=1e-9, atol=1e-12)


@A_QUARTER
@given(kind=st.sampled_from(CENTERS), geometries=several(), data=st.data())
def test_every_form_of_a_polygon_has_the_same_bits(kind, geometries, data):
    expected = bits(measure_polygons(map(native_of, geometries), kind))
    for form in FORMS.values():
        assert bits(measure_polygons(map(form, geometries), kind)) == expected
    count = len(geometries)
    forms = data.draw(st.lists(st.sampled_from(list(FORMS)), min_size=count, max_size=count))
    mixed = [FORMS[form](geometry) for form, geometry in zip(forms, geometries, strict=True)]
    assert bits(measure_polygons(mixed, kind)) == expected
    same(found(mixed), mixed)


@A_QUARTER
@given(kind=st.sampled_from(CENTERS), geometries=several())
def test_flat_arrays_are_measured_as_objects_are(kind, geometries):
    multi = [shapely.MultiPolygon(polygons_of(geometry)) for geometry in geometries]
    _, vertices, offsets = shapely.to_ragged_array(multi)
    got = measure_rings(vertices, *offsets, kind)
    assert bits([got]) == bits(measure_polygons(geometries, kind)[1:])


def bits(measures):
    return [values.tobytes() for measure in measures for values in measure]


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint32", ">i4", "int16"])
def test_offsets_may_be_any_integers(dtype):
    vertices = [(0, 0), (2, 0), (2, 2), (0, 0), (5, 5), (7, 5), (7, 7)]
    rings, polygons = np.array([0, 4, 7], dtype), np.array([0, 1, 2], dtype)
    centers, areas = measure_rings(vertices, rings, None, polygons, "bbox")
    assert centers.tolist() == [[1.0, 1.0], [6.0, 6.0]]
    assert areas.tolist() == [2.0, 2.0]
    strided = np.repeat(rings, 2)[::2]
    again = measure_rings(vertices, strided, polygons, polygons.tolist(), "bbox")
    assert again[0].tolist() == centers.tolist()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"vertices": np.zeros((7, 3))}, ValueError, r"vertices must have shape \(N, 2\), got"),
        ({"rings": [0.0, 7.0]}, TypeError, "ring_offsets must be integers, .* dtype float64"),
        ({"rings": [[0, 7]]}, ValueError, r"ring_offsets must be one-dimensional, got .*\(1, 2\)"),
        ({"rings": [0, 8]}, ValueError, "ring offsets must rise from 0 to 7, got 8 at 1"),
        ({"rings": [0, 5, 4, 7]}, ValueError, "ring offsets must rise from 0 to 7, got 4 at 2"),
        ({"rings": [1, 7]}, ValueError, "ring offsets must rise from 0 to 7, got 1 at 0"),
        ({"rings": [0, 6]}, ValueError, "ring offsets must rise from 0 to 7, got 6 at 1"),
        ({"rings": np.array([], int)}, ValueError, "ring offsets must begin with 0, got none"),
        ({"polygons": [0, 3]}, ValueError, "polygon offsets must rise from 0 to 2, got 3 at 1"),
        ({"parts": [0, 3]}, ValueError, "part offsets must rise from 0 to 2, got 3 at 1"),
        ({"polygons": [0, 2, 2]}, ValueError, "polygon 1 must have at least one vertex"),
        ({"rings": [0, 7, 7]}, ValueError, "polygon 1 must have at least one vertex"),
    ],
)
def test_unsound_arrays_are_refused(change, error, message):
    arrays = {
        "vertices": np.arange(14.0).reshape(7, 2),
        "rings": [0, 4, 7],
        "parts": None,
        "polygons": [0, 1, 2],
    }
    with pytest.raises(error, match=message):
        measure_rings(*(arrays | change).values(), "bbox")


def test_a_vertex_of_an_array_is_named():
    vertices = np.ones((7, 2))
    vertices[5, 1] = np.nan
    with pytest.raises(ValueError, match=r"vertex 1 of polygon 1 must be finite, got \(1, NaN\)"):
        measure_rings(vertices, [0, 4, 7], None, [0, 1, 2], "bbox")


def test_a_polygon_with_holes():
    polygon = Polygon(*SQUARE, holes=[HOLE, np.array(HOLE, dtype=np.float32) + 3.0])
    assert polygon.x.tolist() == SQUARE[0]
    assert [[ring.tolist() for ring in hole] for hole in polygon.holes] == [
        [HOLE[0], HOLE[1]],
        [[4.0, 6.0, 6.0], [4.0, 4.0, 5.0]],
    ]
    assert polygon.area() == 64.0 - 1.0 - 1.0
    assert polygon.center.tolist() == [39.0 / 10, 33.0 / 10]
    assert repr(polygon) == "<Polygon: 10 vertices, 2 holes, center=(3.9, 3.3), area=62>"
    assert Polygon(*SQUARE).holes == Polygon(*SQUARE, holes=[]).holes == ()
    assert polygon.holes is polygon.holes


def test_holes_are_read_only_and_the_polygons_own():
    x = np.array(HOLE[0])
    polygon = Polygon(*SQUARE, holes=iter([(x, HOLE[1])]))
    x[:] = 99.0
    assert polygon.holes[0][0].tolist() == HOLE[0]
    with pytest.raises(ValueError, match="read-only"):
        polygon.holes[0][1][0] = 1.0


def test_vertices_of_holes_count_as_given():
    closed = [[*values, values[0]] for values in HOLE]
    polygon = Polygon(*SQUARE, holes=[closed])
    rings = [np.array(SQUARE), np.array(closed)]
    assert polygon.center.tobytes() == np.hstack(rings).mean(axis=1).tobytes()
    assert polygon.area() == 63.0


@pytest.mark.parametrize(
    ("holes", "error", "message"),
    [
        (3, TypeError, r"^holes must be an iterable of pairs \(x, y\), got int"),
        ([HOLE, 3], TypeError, r"^hole 1 must be a pair \(x, y\), got int"),
        ([[(0, 0), (1, 0), (1, 1)]], TypeError, r"^hole 0 must be a pair \(x, y\), got 3 values"),
        ([HOLE, (1, 2)], ValueError, r"^x of hole 1 must be one-dimensional, got shape \(\)"),
        ([([1], ["a"])], TypeError, "^y of hole 0 must be numeric .* got list of dtype <U1"),
        ([HOLE, ([1], [1, 2])], ValueError, "^hole 1: .* same length, got 1 and 2"),
        ([([], [])], ValueError, "^hole 0: .* at least one vertex, got none"),
        ([([0, np.nan], [1, 2])], ValueError, r"^hole 0: vertex 1 must be finite, got \(NaN, 2\)"),
    ],
)
def test_bad_holes_are_refused(holes, error, message):
    with pytest.raises(error, match=message):
        Polygon(*SQUARE, holes=holes)
    with pytest.raises(error, match=r"of polygon 1[ :]"):
        found([Polygon(*SQUARE), Bare(*SQUARE, holes)])


def test_holes_are_given_by_name():
    zone = Zone(*SQUARE, "shop", holes=[HOLE])
    assert (zone.name, zone.area()) == ("shop", 63.0)
    with pytest.raises(TypeError, match="x and y only, and holes by name"):
        Polygon(*SQUARE, [HOLE])

    class Placed(Polygon):
        def __init__(self, x, y, holes):
            super().__init__(x, y, holes=holes)

    assert Placed(*SQUARE, holes=[HOLE]).area() == 63.0
    assert Placed(*SQUARE, []).area() == 64.0
    assert Placed(*SQUARE, [HOLE]).area() == 63.0


def test_a_multipolygon():
    parts = [Polygon(*SQUARE, holes=[HOLE]), Zone([10, 14, 10], [0, 0, 4], "east")]
    islands = MultiPolygon(iter(parts))
    same(islands.parts, parts)
    assert islands.area() == 64.0 - 1.0 + 8.0
    assert islands.center.tolist() == [57.0 / 10, 24.0 / 10]
    assert repr(islands) == "<MultiPolygon: 2 parts, 10 vertices, center=(5.7, 2.4), area=71>"
    assert repr(MultiPolygon(parts[1:])).startswith("<MultiPolygon: 1 part, 3 vertices")
    assert islands.center is islands.center
    with pytest.raises(ValueError, match="read-only"):
        islands.center[0] = 1.0
    with pytest.raises(AttributeError):
        islands.parts = ()
    assert poly_match.MultiPolygon is poly_match_rs.MultiPolygon


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ([[]], ValueError, "a MultiPolygon must have at least one part, got none"),
        ([3], TypeError, "polygons must be an iterable, got int"),
        ([[Polygon(*SQUARE), None]], TypeError, "must be Polygon .* got NoneType at position 1"),
        ([[shapely.box(0, 0, 1, 1)]], TypeError, "got Polygon at position 0"),
        ([[Polygon(*SQUARE)], "name"], TypeError, "takes polygons only, in one iterable"),
        ([], TypeError, "polygons"),
    ],
)
def test_bad_parts_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        MultiPolygon(*arguments)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_keeps_holes_and_parts(protocol):
    zone = Zone(*SQUARE, "shop", holes=[HOLE, HOLE])
    islands = Islands([zone, Polygon([10, 14, 10], [0, 0, 4])], name="both")
    again = pickle.loads(pickle.dumps(islands, protocol))
    assert (type(again), again.name) == (Islands, "both")
    assert (again.center.tobytes(), again.area()) == (islands.center.tobytes(), islands.area())
    part = again.parts[0]
    assert (type(part), part.name, part.area()) == (Zone, "shop", 62.0)
    assert [np.array(hole).tolist() for hole in part.holes] == [list(HOLE), list(HOLE)]
    assert copy.copy(Polygon(*SQUARE, holes=[HOLE])).area() == 63.0
    assert copy.deepcopy(zone).area() == copy.copy(zone).area() == 62.0


def test_a_subclass_may_say_how_it_is_made_again():
    class Square(Polygon):
        def __new__(cls, side):
            return super().__new__(cls, [0, side, side, 0], [0, 0, side, side])

        def __init__(self, side):
            pass

        def __getnewargs__(self):
            return (self.x[1],)

    assert copy.copy(Square(3.0)).area() == 9.0


def test_a_cycle_through_a_multipolygon_is_collected():
    class Part(Polygon):
        pass

    part = Part(*SQUARE)
    part.whole = MultiPolygon([part])
    gone = weakref.ref(part)
    del part
    gc.collect()
    assert gone() is None


def test_a_multipolygon_that_says_its_own():
    class Odd(MultiPolygon):
        center = (7.0, 8.0)

        def area(self):
            return 5.0

    odd = Odd([Polygon(*SQUARE)])
    (centers, areas), (_, of_shape) = measure_polygons([odd], "vertex_mean")
    assert (centers.tolist(), areas.tolist(), of_shape.tolist()) == ([[7.0, 8.0]], [5.0], [64.0])
    assert measure_polygons([odd], "bbox")[0][0].tolist() == [[4.0, 4.0]]


def test_what_an_object_says_of_itself_counts():
    box = {"type": "Polygon", "coordinates": [list(zip(*SQUARE, strict=True))]}
    own = SimpleNamespace(__geo_interface__=box, center=(1.0, 2.0), area=3.0)
    called = SimpleNamespace(__geo_interface__=box, area=lambda: 4.0)
    centers, areas = measure_polygons([own, called], "vertex_mean")[0]
    assert centers.tolist() == [[1.0, 2.0], [4.0, 4.0]]
    assert areas.tolist() == [3.0, 4.0]


def test_members_of_a_mapping_are_not_its_own():
    class Members(dict):
        """As geojson's dictionaries: their members look like attributes."""

        def __getattr__(self, name):
            try:
                return self[name]
            except KeyError:
                raise AttributeError(name) from None

    class Own(Members):
        def area(self):
            return 5.0

    box = {"type": "Polygon", "coordinates": [list(zip(*SQUARE, strict=True))]}
    box |= {"center": (9.0, 9.0), "area": 9.0}
    centers, areas = measure_polygons([Members(box), Own(box)], "vertex_mean")[0]
    assert centers.tolist() == [[4.0, 4.0], [4.0, 4.0]]
    assert areas.tolist() == [64.0, 5.0]


def test_a_property_is_asked_once():
    class Asked(Bare):
        asked = 0

        @property
        def area(self):
            self.asked += 1
            return 5.0

    asked = Asked(*SQUARE)
    assert measure_polygons([asked], "vertex_mean")[0][1].tolist() == [5.0]
    assert asked.asked == 1


def test_x_and_y_come_before_an_interface():
    both = SimpleNamespace(x=[0, 4, 4], y=[0, 0, 4], __geo_interface__={"type": "Point"})
    assert measure_polygons([both], "bbox")[0][1].tolist() == [8.0]


def test_holes_of_any_object():
    bare = Bare(*SQUARE, [HOLE])
    assert measure_polygons([bare, Bare(*SQUARE)], "bbox")[0][1].tolist() == [63.0, 64.0]


BOX = shapely.box(0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("polygon", "error", "message"),
    [
        (shapely.Point(0, 0), TypeError, "Polygon or MultiPolygon, got Point at position 2"),
        (shapely.LineString([(0, 0), (1, 1)]), TypeError, "got LineString at position 2"),
        (shapely.LinearRing([(0, 0), (1, 1), (1, 0)]), TypeError, "got LinearRing at position 2"),
        (
            shapely.GeometryCollection([shapely.Point(0, 0)]),
            ValueError,
            "GeometryCollection at position 2 must have at least one polygon",
        ),
        (shapely.Polygon(), ValueError, "polygon 2 must have at least one vertex, got none"),
        (shapely.MultiPolygon(), ValueError, "polygon 2 must have at least one vertex, got none"),
        (
            shapely.Polygon([(0, 0), (math.inf, 0), (1, 1)]),
            ValueError,
            r"vertex 1 of polygon 2 must be finite, got \(inf, 0\)",
        ),
        (None, TypeError, "got NoneType at position 2"),
        (mapping(shapely.Point(0, 0)), TypeError, "MultiPolygon, got Point at position 2"),
        (Shape(mapping(shapely.Point(0, 0))), TypeError, "got Point at position 2"),
        (Shape(None), TypeError, "got NoneType at position 2"),
        ({"type": "FeatureCollection", "features": []}, TypeError, "got FeatureCollection at pos"),
        ({"type": "Feature", "geometry": None}, TypeError, "a Feature without one at position 2"),
        ({"type": "Feature"}, TypeError, "a Feature without one at position 2"),
        ({"type": "Feature", "geometry": {}}, TypeError, "a Feature without one at position 2"),
        ({"type": "Polygon"}, ValueError, "polygon 2 must have at least one"),
        ({"name": "shop"}, TypeError, "or have x and y, got dict at position 2"),
        ({"type": "Polygon", "coordinates": []}, ValueError, "polygon 2 must have at least one"),
        ({"type": "MultiPolygon", "coordinates": []}, ValueError, "polygon 2 must have at least"),
        ({"type": "Polygon", "coordinates": [[]]}, ValueError, "polygon 2 must have at least one"),
        (
            {"type": "Polygon", "coordinates": 3},
            TypeError,
            "^rings of polygon 2 must be .* got int",
        ),
        ({"type": "Polygon", "coordinates": [3]}, TypeError, "^vertices of polygon 2 .* got int"),
        ({"type": "Polygon", "coordinates": [[3]]}, TypeError, "^vertices of polygon 2 .* got int"),
        (
            {"type": "Polygon", "coordinates": [[(0, "1")]]},
            TypeError,
            r"^vertices of polygon 2 must be two numbers, x and y, got \(0, '1'\)",
        ),
        ({"type": "Polygon", "coordinates": [[(0,)]]}, TypeError, r"two numbers, .* got \(0,\)"),
        ({"type": "MultiPolygon", "coordinates": [7]}, TypeError, "^rings of polygon 2 .* got int"),
        (
            {"type": "Polygon", "coordinates": [[(0, 0), (1, 0), (1, math.nan)]]},
            ValueError,
            r"vertex 2 of polygon 2 must be finite, got \(1, NaN\)",
        ),
    ],
)
@pytest.mark.parametrize("before", [[BOX, BOX], [BOX, Polygon(*SQUARE)], [mapping(BOX)] * 2])
def test_bad_geometry_is_named_by_its_position(before, polygon, error, message):
    with pytest.raises(error, match=message):
        found([*before, polygon, BOX])


def nested_in(geometry, depth):
    for _ in range(depth):
        geometry = shapely.GeometryCollection([geometry])
    return geometry


@pytest.mark.parametrize("form", [lambda g: g, mapping], ids=["shapely", "mapping"])
def test_collections_may_be_nested_but_not_without_end(form):
    found([BOX, form(nested_in(BOX, 64))])
    with pytest.raises(ValueError, match="of polygon 1 must be nested at most 64 deep"):
        found([BOX, form(nested_in(BOX, 65))])


def test_a_collection_that_holds_itself_is_an_error():
    itself = {"type": "GeometryCollection", "geometries": [mapping(BOX)]}
    itself["geometries"] += [itself, itself]
    with pytest.raises(ValueError, match="of polygon 1 must be nested at most 64 deep"):
        found([BOX, itself])


def test_parts_of_a_collection_are_a_union():
    overlapping = shapely.GeometryCollection([BOX, shapely.box(0.5, 0.5, 2.0, 2.0)])
    for form in (overlapping, mapping(overlapping)):
        matcher = poly_match.Matcher([form], near="contains")
        assert matcher.match([(0.75, 0.75), (1.5, 1.5), (1.5, 0.25)]).index.tolist() == [0, 0, -1]


@pytest.mark.parametrize(
    ("members", "error", "message"),
    [
        ([mapping(BOX), {"type": "Polygon", "coordinates": 3}], TypeError, "^rings of polygon 1"),
        (3, TypeError, "^geometries of polygon 1 must be an iterable, got int"),
    ],
)
def test_wrong_members_of_a_collection_are_named(members, error, message):
    with pytest.raises(error, match=message):
        found([BOX, {"type": "GeometryCollection", "geometries": members}])


def test_an_exception_in_an_interface_arrives_as_it_was_raised():
    class Broken:
        @property
        def __geo_interface__(self):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        found([Broken()])


@pytest.mark.parametrize(
    "collect",
    [
        list,
        tuple,
        iter,
        lambda shapes: np.array(shapes, dtype=object),
        lambda shapes: geopandas.GeoSeries(shapes, index=range(7, 7 + len(shapes))),
        lambda shapes: geopandas.GeoSeries(shapes).values,
        lambda shapes: geopandas.GeoDataFrame({"name": "a"}, geometry=shapes, index=[3, 3]),
        lambda shapes: geopandas.GeoDataFrame({"b": shapes}, geometry="b"),
        lambda shapes: pd.Series(shapes, dtype=object),
        dict.fromkeys,
    ],
)
def test_any_collection_of_shapely_gives_the_callers_own_back(collect):
    shapes = [BOX, shapely.MultiPolygon([shapely.box(4, 4, 5, 5)])]
    same(found(collect(shapes)), shapes)


def test_a_feature_collection_is_its_features():
    features = [{"type": "Feature", "geometry": mapping(BOX), "id": i} for i in range(3)]
    collection = {"type": "FeatureCollection", "features": features}
    same(found(collection), features)
    same(found(Shape(collection)), features)


@pytest.mark.parametrize("polygons", [BOX, mapping(BOX), Shape(mapping(BOX)), Polygon(*SQUARE)])
def test_a_single_polygon_is_no_collection(polygons):
    with pytest.raises(TypeError, match=r"must be an iterable, got .*Polygon"):
        found(polygons)


def test_many_shapely_polygons_between_others():
    many = list(shapely.box(*np.random.default_rng(3).uniform(0, 9, (4, 70_000))))
    mixed = [Polygon(*SQUARE), *many, Bare(*SQUARE), *many[:3]]
    centers, areas = measure_polygons(mixed, "bbox")[1]
    assert areas[1:70_001] == pytest.approx(shapely.area(many))
    assert areas[[0, 70_001]].tolist() == [64.0, 64.0]
    assert areas[70_002:].tolist() == areas[1:4].tolist()
    assert centers[[0, 70_001]].tolist() == [[4.0, 4.0]] * 2
    many[69_000] = shapely.Polygon()
    with pytest.raises(ValueError, match="polygon 69001 must have at least one vertex"):
        found([Polygon(*SQUARE), *many])


def test_no_library_is_loaded_that_the_caller_has_not_loaded():
    program = textwrap.dedent("""
        import sys, poly_match
        box = {"type": "Polygon", "coordinates": [[(0, 0), (1, 0), (1, 1), (0, 0)]]}
        assert poly_match.find_close_polygons([box], (0, 0), 9.0) == [box]
        print([name for name in ("shapely", "geopandas", "pandas") if name in sys.modules])
    """)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "[]\n", run.stderr


@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_holes_keep_the_bits_of_the_mean_and_the_sum(n, seed):
    random = np.random.default_rng(seed)
    outer, *holes = random.normal(size=(3, 2, n))
    polygon = Polygon(*outer, holes=holes)
    expected = np.hstack([outer, *holes]).mean(axis=1)
    assert polygon.center.tobytes() == expected.tobytes()
    area = naive.area(*outer.tolist())
    for hole in holes:
        area -= naive.area(*hole.tolist())
    assert polygon.area() == area
