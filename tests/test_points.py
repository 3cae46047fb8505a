"""Points in any form: arrays, tables, shapely, GeoPandas, GeoJSON."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely

ZONES = gpd.GeoSeries([shapely.box(10, 0, 14, 4), shapely.box(0, 0, 1, 1)])
POINTS = [(12, 2), (50, 50), (0.5, 0.5)]
SERIES = gpd.GeoSeries(shapely.points(POINTS))
TABLE = {"x": [12.0, 50.0, 0.5], "y": [2.0, 50.0, 0.5]}


class Stop:
    """An object of another library."""

    def __init__(self, *position):
        self.__geo_interface__ = {"type": "Point", "coordinates": position}


@pytest.fixture(scope="module")
def matcher():
    return poly_match.Matcher(ZONES, near="covers")


FORMS = {
    "geoseries": SERIES,
    "geodataframe": gpd.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=SERIES),
    "shifted index": SERIES.set_axis([7, 5, 6]),
    "geometry array": SERIES.array,
    "objects": SERIES.to_numpy(),
    "list": list(SERIES),
    "tuple": tuple(SERIES),
    "iterator": iter(SERIES),
    "with z": list(shapely.points([(x, y, 9) for x, y in POINTS])),
    "multipoints of one": [shapely.MultiPoint([point]) for point in POINTS],
    "collections of one": [
        shapely.GeometryCollection([shapely.LineString([(0, 0), (9, 9)]), point])
        for point in SERIES
    ],
    "nested collections": [
        shapely.GeometryCollection(
            [shapely.box(3, 3, 4, 4), shapely.GeometryCollection([shapely.MultiPoint([point])])]
        )
        for point in SERIES
    ],
    "features": SERIES.__geo_interface__,
    "mappings": [shapely.geometry.mapping(point) for point in SERIES],
    "mappings of multipoints": [{"type": "MultiPoint", "coordinates": [p]} for p in POINTS],
    "mappings of collections": [
        {
            "type": "GeometryCollection",
            "geometries": [
                None,
                {"type": "MultiPoint", "coordinates": [[]]},
                {"type": "LineString", "coordinates": [(0, 0), (9, 9)]},
                {"type": "GeometryCollection", "geometries": [shapely.geometry.mapping(point)]},
            ],
        }
        for point in SERIES
    ],
    "interfaces": [Stop(*point) for point in POINTS],
    "mixed": [SERIES[0], POINTS[1], Stop(*POINTS[2])],
    "column of tuples": pd.Series(POINTS),
    "frame": pd.DataFrame(TABLE),
    "nullable frame": pd.DataFrame(TABLE).convert_dtypes(),
    "arrow frame": pd.DataFrame(TABLE).convert_dtypes(dtype_backend="pyarrow"),
    "arrow table": pa.table(TABLE),
    "polars": pl.DataFrame(TABLE),
    "lists": list(map(list, POINTS)),
    "object array": np.array(POINTS, dtype=object),
    "unmasked": np.ma.array(POINTS),
}


@pytest.mark.parametrize("points", FORMS.values(), ids=FORMS)
def test_points_of_any_library(matcher, points):
    assert matcher.match(points).index.tolist() == [0, -1, 1]


def test_pairs_are_the_callers_geometries(matcher):
    pairs = matcher.pairs(SERIES)
    assert [(id(point), id(zone)) for point, zone in pairs] == [
        (id(SERIES[0]), id(ZONES[0])),
        (id(SERIES[2]), id(ZONES[1])),
    ]


def test_every_function_reads_geometries(matcher):
    assert matcher.match(SERIES, k=2).index.tolist() == [[0, -1], [-1, -1], [1, -1]]
    assert matcher.candidates(SERIES).indices.tolist() == [0, 1]
    [(start, piece)] = matcher.iter_candidates(SERIES)
    assert (start, piece.indices.tolist()) == (0, [0, 1])
    assert poly_match.match(ZONES, SERIES, near="covers").index.tolist() == [0, -1, 1]
    assert poly_match.main(ZONES, SERIES, 1.0) == [(SERIES[0], ZONES[0]), (SERIES[2], ZONES[1])]


def test_many_shapely_points_are_read_in_batches():
    places = np.random.default_rng(0).uniform(0, 100, (10_000, 2))
    points = list(shapely.points(places))
    matcher = poly_match.Matcher.from_arrays(places[::7], max_dist=3.0, best="nearest")
    expected = matcher.match(places)
    assert matcher.match(points).distance.tobytes() == expected.distance.tobytes()
    points[4096] = points[9000] = None
    got = matcher.match(points, on_invalid="skip")
    assert np.flatnonzero(got.index != expected.index).tolist() == [4096, 9000]
    points[8000] = shapely.LineString([(0, 0), (1, 1)])
    with pytest.raises(TypeError, match="got LineString at position 8000"):
        matcher.match(points)


@pytest.mark.parametrize(
    ("other", "got"),
    [
        (shapely.LineString([(12, 2), (13, 2)]), "LineString"),
        (shapely.MultiPoint([(12, 2), (13, 2)]), "MultiPoint"),
        (shapely.box(12, 2, 13, 3), "Polygon"),
        (shapely.GeometryCollection([shapely.box(12, 2, 13, 3)]), "GeometryCollection"),
        (shapely.GeometryCollection([SERIES[0], SERIES[0]]), "GeometryCollection"),
        (shapely.GeometryCollection([shapely.MultiPoint([(1, 2), (3, 4)])]), "GeometryCollection"),
        (shapely.GeometryCollection(), "GeometryCollection"),
        ({"type": "GeometryCollection", "geometries": None}, "GeometryCollection"),
        (shapely.LineString(), "LineString"),
        ({"type": "MultiPoint", "coordinates": [(12, 2), (13, 2)]}, "MultiPoint"),
        ({"type": "Feature", "geometry": {"type": "LineString", "coordinates": []}}, "LineString"),
        ({"x": 12, "y": 2}, "dict"),
    ],
)
def test_other_geometries_are_refused_or_skipped(matcher, other, got):
    points = [(12, 2), other, SERIES[2]]
    with pytest.raises(TypeError, match=f"points must be of type Point, got {got} at position 1"):
        matcher.match(points)
    assert matcher.match(points, on_invalid="skip").index.tolist() == [0, -1, 1]


MISSING = {
    "None": None,
    "empty point": shapely.Point(),
    "empty multipoint": shapely.MultiPoint(),
    "empty mapping": {},
    "interface of nothing": SimpleNamespace(__geo_interface__=None),
    "feature without a geometry": {"type": "Feature", "geometry": None},
    "feature with an empty geometry": {"type": "Feature", "geometry": {}},
    "feature without the member": {"type": "Feature"},
    "null": {"type": "Point", "coordinates": None},
    "no coordinates": {"type": "Point", "coordinates": []},
    "no member coordinates": {"type": "Point"},
    "nulls": {"type": "Point", "coordinates": [None, None]},
    "x alone": {"type": "Point", "coordinates": [12]},
    "null y": {"type": "Point", "coordinates": [12, None]},
    "no positions": {"type": "MultiPoint", "coordinates": []},
    "an empty position": {"type": "MultiPoint", "coordinates": [[], None]},
}


@pytest.mark.parametrize("missing", MISSING.values(), ids=MISSING)
def test_points_without_coordinates_are_missing(matcher, missing):
    points = [(12, 2), missing, SERIES[2]]
    with pytest.raises(ValueError, match=r"of point 1 (is|are) missing"):
        matcher.match(points)
    assert matcher.match(points, on_invalid="skip").index.tolist() == [0, -1, 1]
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [12, 2]}}
    collection = {"type": "FeatureCollection", "features": [missing, feature]}
    assert matcher.match(collection, on_invalid="skip").index.tolist() == [-1, 0]


def test_collections_nested_too_deep_are_an_error(matcher):
    shape, geojson = SERIES[0], shapely.geometry.mapping(SERIES[0])
    for _ in range(70):
        shape = shapely.GeometryCollection([shape])
        geojson = {"type": "GeometryCollection", "geometries": [geojson]}
    with pytest.raises(ValueError, match="collections of point 1 must be nested at most 64 deep"):
        matcher.match([POINTS[0], shape])
    with pytest.raises(ValueError, match="must be nested at most 64 deep"):
        matcher.match([POINTS[0], geojson])


def test_a_single_geometry_is_no_collection(matcher):
    with pytest.raises(TypeError, match="points must be an iterable, got a single Point"):
        matcher.match(SERIES[0])


@pytest.mark.parametrize("point", [(12, 2), [12, 2], np.ma.array([12.0, 2.0]), (12.0, np.int8(2))])
def test_a_single_point(point):
    zone = poly_match.Polygon([11, 13], [2, 2])
    assert poly_match.find_close_polygons([zone], point, 1.0) == [zone]
