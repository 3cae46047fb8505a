"""Coordinate systems: what data declares, what is refused, and what is warned of."""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
import warnings
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import poly_match
import poly_match_rs
import pyproj
import pytest
import shapely
from poly_match import CoordinateWarning, Matcher
from poly_match_rs._crs import System
from shapely.geometry import mapping

BOX = shapely.box(1.0, 1.0, 4.0, 4.0)
PLACES = [(2.0, 2.0), (9.0, 9.0)]

SITE = 'LOCAL_CS["Site grid",UNIT["metre",1]]'
# As in a .prj file: the projection of no registry.
OWN_PROJECTION = pyproj.CRS.from_proj4(
    "+proj=tmerc +lat_0=7 +lon_0=7.77 +k=0.9 +ellps=GRS80"
).to_wkt()

SYSTEMS = {
    "nothing": None,
    "degrees": "EPSG:4326",
    "other degrees": "EPSG:4269",
    "metres": "EPSG:3857",
    "other metres": "EPSG:25832",
    "no code": OWN_PROJECTION,
    "a local grid": SITE,
}


def series(shapes, crs):
    return geopandas.GeoSeries(list(shapes), crs=crs)


def collection(shapes, crs):
    features = [{"type": "Feature", "geometry": mapping(shape)} for shape in shapes]
    found = {"type": "FeatureCollection", "features": features}
    if crs is None:
        return found
    return found | {"crs": {"type": "name", "properties": {"name": name_of(crs)}}}


@functools.cache
def name_of(crs):
    return pyproj.CRS(crs).to_string()


class Interface:
    """An object of another library, with a collection."""

    def __init__(self, collection):
        self.__geo_interface__ = collection


# The sources that may declare a system, and those that cannot.
DECLARING = {
    "GeoSeries": series,
    "GeoDataFrame": lambda shapes, crs: geopandas.GeoDataFrame(geometry=series(shapes, crs)),
    "GeometryArray": lambda shapes, crs: series(shapes, crs).array,
    "Series of pandas": lambda shapes, crs: pd.Series(series(shapes, crs).array),
    "FeatureCollection": collection,
    "__geo_interface__": lambda shapes, crs: Interface(collection(shapes, crs)),
}
PLAIN = {
    "list": lambda shapes, _: list(shapes),
    "array of objects": lambda shapes, _: np.array(list(shapes), dtype=object),
    "iterator": lambda shapes, _: iter(list(shapes)),
}
PLAIN_POINTS = PLAIN | {
    "array": lambda shapes, _: shapely.get_coordinates(list(shapes)),
    "list of pairs": lambda shapes, _: [(point.x, point.y) for point in shapes],
    "DataFrame": lambda shapes, _: pd.DataFrame(shapely.get_coordinates(list(shapes))),
}


def sources(state: str, plain: dict[str, Any] = PLAIN) -> dict[str, Any]:
    """Every source that can declare this."""
    return DECLARING | plain if SYSTEMS[state] is None else DECLARING


OK = "a match"
DEGREES = "degrees are not a distance"
TWO = "two systems"
UNDECIDED = "a warning"

# What polygons and points declare; what *contains* and *covers* do then, what *center* and
# *boundary* do, and what these do with planar=True.
TABLE = [
    ("nothing", "nothing", OK, OK, OK),
    ("nothing", "degrees", OK, DEGREES, OK),
    ("nothing", "metres", OK, OK, OK),
    ("nothing", "no code", OK, OK, OK),
    ("nothing", "a local grid", OK, OK, OK),
    ("degrees", "nothing", OK, DEGREES, OK),
    ("degrees", "degrees", OK, DEGREES, OK),
    ("degrees", "other degrees", TWO, DEGREES, TWO),
    ("degrees", "metres", TWO, DEGREES, TWO),
    ("degrees", "no code", TWO, DEGREES, TWO),
    ("degrees", "a local grid", UNDECIDED, DEGREES, UNDECIDED),
    ("metres", "nothing", OK, OK, OK),
    ("metres", "degrees", TWO, TWO, TWO),
    ("metres", "metres", OK, OK, OK),
    ("metres", "other metres", TWO, TWO, TWO),
    ("metres", "no code", UNDECIDED, UNDECIDED, UNDECIDED),
    ("metres", "a local grid", UNDECIDED, UNDECIDED, UNDECIDED),
    ("no code", "nothing", OK, OK, OK),
    ("no code", "degrees", TWO, TWO, TWO),
    ("no code", "metres", UNDECIDED, UNDECIDED, UNDECIDED),
    ("no code", "no code", OK, OK, OK),
    ("a local grid", "nothing", OK, OK, OK),
    ("a local grid", "degrees", UNDECIDED, DEGREES, UNDECIDED),
    ("a local grid", "metres", UNDECIDED, UNDECIDED, UNDECIDED),
]
RULES: dict[str, dict[str, Any]] = {
    "contains": {"near": "contains"},
    "covers": {"near": "covers"},
    "center": {"near": "center", "max_dist": 3.0},
    "boundary": {"near": "boundary", "best": "nearest"},
}
# The rules, the column of each in the table, and whether degrees are lengths.
CASES = {
    "contains": (RULES["contains"], 2, False),
    "covers": (RULES["covers"], 2, True),
    "center": (RULES["center"], 3, False),
    "boundary": (RULES["boundary"], 3, False),
    "center, planar": (RULES["center"], 4, True),
    "boundary, planar": (RULES["boundary"], 4, True),
}


def ways(rule: dict[str, Any], planar: bool) -> dict[str, Any]:
    """Every way to match polygons and points; each returns the positions of the first point."""

    def matcher(polygons):
        return Matcher(polygons, planar=planar, **rule)

    def pieces(polygons, points):
        [(_, found)] = matcher(polygons).iter_candidates(points)
        return found.indices[: found.indptr[1]]

    def loaded(polygons, points):
        data = matcher(polygons).to_bytes(with_objects=False)
        return Matcher.from_bytes(data).match(points).index[:1]

    def candidates(polygons, points):
        found = matcher(polygons).candidates(points)
        return found.indices[: found.indptr[1]]

    found: dict[str, Any] = {
        "match": lambda polygons, points: matcher(polygons).match(points).index[:1],
        "match, k": lambda polygons, points: matcher(polygons).match(points, k=1).index[0],
        "pairs": lambda polygons, points: [0][: len(matcher(polygons).pairs(points)[:1])],
        "candidates": candidates,
        "iter_candidates": pieces,
        "loaded": loaded,
        "once": lambda polygons, points: poly_match.match(
            polygons, points, planar=planar, **rule
        ).index[:1],
    }
    if rule["near"] == "center":
        found["main"] = lambda polygons, points: [0][
            : len(poly_match.main(polygons, points, 3.0, planar=planar)[:1])
        ]
        for module in (poly_match, poly_match_rs):
            close = module.find_all_close_polygons
            found[f"close, {module.__name__}"] = lambda polygons, points, close=close: [0][
                : len(close(polygons, points, 3.0, planar=planar)[:1])
            ]
    return found


def happens(ask, polygons, points):
    """What a match does, in the words of the table."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            assert list(ask(polygons, points)) == [0]
        except ValueError as error:
            assert not warned
            return (
                TWO
                if "convert one of them" in str(error)
                else DEGREES
                if DEGREES in str(error)
                else error
            )
    if not warned:
        return OK
    [one] = warned
    assert one.category is CoordinateWarning
    return UNDECIDED if "cannot be decided" in str(one.message) else one.message


@pytest.mark.parametrize(("rule", "column", "planar"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}, {row[1]}")
def test_what_happens(row, rule, column, planar):
    systems = SYSTEMS[row[0]], SYSTEMS[row[1]]
    boxes, places = [BOX], shapely.points(PLACES)
    every = ways(rule, planar)
    for way, ask in every.items():
        polygons, points = series(boxes, systems[0]), series(places, systems[1])
        assert happens(ask, polygons, points) == row[column], way
    for way in ("match", "once"):
        for source, polygons in sources(row[0]).items():
            points = series(places, systems[1])
            assert happens(every[way], polygons(boxes, systems[0]), points) == row[column], source
        for source, points in sources(row[1], PLAIN_POINTS).items():
            polygons = series(boxes, systems[0])
            assert happens(every[way], polygons, points(places, systems[1])) == row[column], source


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_called_lon_and_lat_are_degrees(library):
    module = importlib.import_module(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    points = make({"Lon": [2.0], "lat": [2.0]})
    degrees, metres = series([BOX], "EPSG:4269"), series([BOX], "EPSG:25832")
    local = series([BOX], SYSTEMS["a local grid"])
    covers, boundary = RULES["covers"], RULES["boundary"]
    for polygons, rule, planar, expected in [
        ([BOX], covers, False, OK),
        ([BOX], boundary, False, DEGREES),
        ([BOX], boundary, True, OK),
        (degrees, covers, False, OK),
        (metres, covers, False, TWO),
        (metres, boundary, True, TWO),
        (local, covers, False, UNDECIDED),
    ]:
        for way, ask in ways(rule, planar).items():
            if way not in ("pairs", "main"):
                assert happens(ask, polygons, points) == expected, (way, expected)
    with pytest.raises(
        ValueError, match=r"degrees \(columns \"Lon\" and \"lat\"\).*polygons.to_crs"
    ):
        poly_match.match(metres, points, near="covers")
    other = make({"x": [2.0], "lat": [2.0]})
    assert happens(ways(boundary, False)["match"], [BOX], other) == OK


def test_one_point_declares_nothing():
    for find in (poly_match.find_close_polygons, poly_match_rs.find_close_polygons):
        with pytest.raises(
            ValueError, match="polygons are in EPSG:4326, and degrees are not a distance"
        ):
            find(series([BOX], 4326), PLACES[0], 3.0)
        assert find(series([BOX], 4326), PLACES[0], 3.0, planar=True) == [BOX]
        assert find(series([BOX], 3857), PLACES[0], 3.0) == [BOX]


def test_messages_name_both_systems_and_the_ways_on():
    degrees, metres = series([BOX], 4326), series(shapely.points(PLACES), 3857)
    with pytest.raises(ValueError, match="convert one of them") as caught:
        poly_match.match(degrees, metres, near="covers")
    assert str(caught.value) == (
        "points are in EPSG:3857, polygons in EPSG:4326: convert one of them, e.g. "
        "points.to_crs(4326)"
    )
    with pytest.raises(ValueError, match=DEGREES) as caught:
        Matcher(degrees, max_dist=3.0)
    assert str(caught.value) == (
        "polygons are in EPSG:4326, and degrees are not a distance, which near='center' measures: "
        "project polygons and points first, e.g. polygons.to_crs(polygons.estimate_utm_crs()); or "
        "measure in degrees with planar=True. near='contains' and near='covers' need no distance"
    )
    plain = Matcher.from_arrays([(2.0, 2.0)], [1.0], max_dist=3.0)
    with pytest.raises(
        ValueError, match=r"points are in EPSG:4326.*points\.get_coordinates\(\)\. "
    ):
        plain.match(metres.to_crs(4326))
    assert plain.match(metres.to_crs(4326).get_coordinates()).index.tolist() == [0, 0]
    assert plain.match(metres).index.tolist() == [0, -1]
    own = series([BOX], OWN_PROJECTION)
    with pytest.raises(ValueError, match=r"polygons in unknown: .*points\.to_crs\(polygons\.crs\)"):
        poly_match.match(own, metres.to_crs(4326), near="covers")


SAME = [
    ("EPSG:4326", "OGC:CRS84"),
    ("EPSG:4326", "EPSG:4979"),
    ("EPSG:4326", "EPSG:9518"),  # with heights above the geoid
    ("EPSG:25832", "EPSG:25832"),
    ("EPSG:3857", "ESRI:102100"),
    ("EPSG:4326", pyproj.CRS(4326).to_wkt("WKT1_ESRI")),
    ("EPSG:25832", pyproj.CRS(25832).to_wkt("WKT1_ESRI")),
    ("EPSG:4326", pyproj.CRS(4326).to_json()),
    (OWN_PROJECTION, pyproj.CRS(OWN_PROJECTION).to_json()),
    (SITE, SITE),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_system_has_many_names(one, other):
    for a, b in ((one, other), (other, one)):
        for polygons in (pyproj.CRS(a), a):
            for points in (pyproj.CRS(b), b):
                assert System(points).compare(System(polygons)) == "same"


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:EPSG::3857", "http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:900913"],
)
def test_names_of_geojson_are_read_as_the_program_reads_them(name):
    crs = {"type": "name", "properties": {"name": name}}
    zones = collection([BOX], None) | {"crs": crs}
    assert Matcher(zones, near="covers").crs in ("EPSG:3857", "EPSG:900913")
    found = poly_match.match(zones, series(shapely.points(PLACES), 3857), max_dist=3.0)
    assert found.index.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        (None, None),
        ({"type": "EPSG", "properties": {"code": 4326}}, "EPSG:4326"),
        ({"type": "name", "properties": {"name": " epsg:4326 "}}, "EPSG:4326"),
        ({"type": "name", "properties": {"name": "+init=/etc/passwd:x"}}, "+init=/etc/passwd:x"),
        ({"type": "link", "properties": {}}, '{"type": "link", "properties": {}}'),
        ({"type": "name", "properties": None}, '{"type": "name", "properties": null}'),
        (7, "7"),
    ],
)
def test_any_member_crs_is_read(crs, expected):
    zones = collection([BOX], None) | {"crs": crs}
    matcher = Matcher(zones, near="covers")
    assert matcher.crs == expected
    if expected != "EPSG:4326" and expected is not None:
        with pytest.warns(CoordinateWarning, match="cannot be decided"):
            matcher.match(series(shapely.points(PLACES), 4326))


def test_a_table_without_geometry_is_an_error():
    for table in (geopandas.GeoDataFrame({"array": [1]}), geopandas.GeoDataFrame()):
        with pytest.raises(AttributeError, match="geometry"):
            Matcher(table, near="covers")
    table = geopandas.GeoDataFrame({"array": [BOX]}, geometry="array", crs=3857)
    assert Matcher(table, near="covers").crs == "EPSG:3857"


# Degrees that cannot be right.


def test_nothing_is_loaded_to_compare_systems(tmp_path):
    path = tmp_path / "zones.plym"
    Matcher(series([BOX], 4326), near="covers").save(path, with_objects=False)
    code = """
import json, sys, poly_match
matcher = poly_match.Matcher.load(sys.argv[1])
point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2, 2]}}
def points(name):
    crs = {"type": "name", "properties": {"name": name}}
    return {"type": "FeatureCollection", "features": [point], "crs": crs}
print(matcher.crs, matcher.match(points("urn:ogc:def:crs:OGC:1.3:CRS84")).index.tolist())
try:
    matcher.match(points("urn:ogc:def:crs:EPSG::3857"))
except ValueError as error:
    print(error)
print(poly_match.match([[(0, 0), (4, 0), (4, 4)]], points("EPSG:25832"), max_dist=9.0).index)
print([name for name in ("pyproj", "geopandas", "shapely") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "EPSG:4326 [0]",
        "points are in EPSG:3857, polygons in EPSG:4326: convert one of them, e.g. "
        "points.to_crs(4326)",
        "[0]",
        "[]",
    ]


# As people met it.


def test_a_collection_that_declares_metres():
    name = "urn:ogc:def:crs:EPSG::3857"
    zone = shapely.box(0, 0, 445277, 445640)
    zones = collection([zone], None) | {"crs": {"type": "name", "properties": {"name": name}}}
    degrees = series(shapely.points([(1, 1), (12, 2)]), 4326)
    with pytest.raises(ValueError, match="points are in EPSG:4326, polygons in EPSG:3857"):
        poly_match.match(zones, degrees, near="covers")
    assert poly_match.match(zones, degrees.to_crs(3857), near="covers").index.tolist() == [0, -1]
    metres = [(1000, 1000), (500000, 2)]
    rule = {"near": "boundary", "max_dist": 100000, "best": "nearest"}
    assert poly_match.match(zones, metres, **rule).index.tolist() == [0, 0]


def test_degrees_are_no_distance():
    # At 60 degrees north: 834 m to the east, and 1112 m to the north.
    parishes = series([shapely.box(4, 60.01, 6, 61), shapely.box(5.065, 59, 6, 60.005)], 4326)
    boat = series(shapely.points([(5.05, 60.0)]), 4326)
    rule = {"near": "boundary", "best": "nearest"}
    with pytest.raises(
        ValueError, match=r"degrees are not a distance.*estimate_utm_crs.*planar=True"
    ):
        poly_match.match(parishes.geometry, [(5.05, 60.0)], max_dist=500, **rule)
    assert poly_match.match(parishes, boat, planar=True, **rule).index.tolist() == [0]  # wrong
    utm = parishes.estimate_utm_crs()
    parishes, boat = parishes.to_crs(utm), boat.to_crs(utm)
    assert poly_match.match(parishes, boat, **rule).index.tolist() == [1]
    assert poly_match.match(parishes, boat, max_dist=500, **rule).index.tolist() == [-1]
