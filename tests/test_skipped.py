"""Objects that hold no polygon: an error with their position, or skipped; all positions stay."""

from __future__ import annotations

import copy
import math
import pickle
import warnings
from types import SimpleNamespace

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import Matcher, MultiPolygon, Polygon
from shapely.geometry import mapping

from tests.strategies import RuleCase, rule_cases

some = settings(max_examples=settings.default.max_examples // 4)
BOX = shapely.box(0.0, 0.0, 4.0, 4.0)
SQUARE = Polygon([0.0, 4.0, 4.0, 0.0], [0.0, 0.0, 4.0, 4.0])
POINT = shapely.Point(1.0, 1.0)
INSIDE = [(1.0, 1.0)]


def interface(geometry):
    return SimpleNamespace(__geo_interface__=geometry)


EMPTY = {
    "empty polygon": shapely.Polygon(),
    "empty multipolygon": shapely.MultiPolygon(),
    "multipolygon of an empty one": shapely.MultiPolygon([shapely.Polygon()]),
    "empty collection": shapely.GeometryCollection(),
    "collection of a point": shapely.GeometryCollection([POINT]),
    "collection of an empty one": shapely.GeometryCollection([shapely.Polygon(), POINT]),
    "no coordinates": {"type": "Polygon", "coordinates": None},
    "no member coordinates": {"type": "MultiPolygon"},
    "no rings": {"type": "Polygon", "coordinates": []},
    "a ring without vertices": {"type": "Polygon", "coordinates": [[]]},
    "no parts": {"type": "MultiPolygon", "coordinates": []},
    "parts without vertices": {"type": "MultiPolygon", "coordinates": [[], [[]]]},
    "GeoJSON of an empty collection": {"type": "GeometryCollection", "geometries": []},
    "GeoJSON of a collection of null": {"type": "GeometryCollection", "geometries": None},
    "GeoJSON of a collection of nothing": {"type": "GeometryCollection", "geometries": [{}, None]},
    "GeoJSON of a collection of points": mapping(shapely.GeometryCollection([POINT])),
    "interface of an empty polygon": interface(mapping(shapely.Polygon())),
    "x and y without vertices": SimpleNamespace(x=[], y=[]),
    "array without vertices": np.zeros((0, 2)),
    "contour without vertices": np.zeros((0, 1, 2), np.int32),
    "list without vertices": [],
}
OTHERS = {
    "None": None,
    "NaN": math.nan,
    "NA": pd.NA,
    "number": 17,
    "text": "POLYGON ((0 0, 1 0, 1 1, 0 0))",
    "point": POINT,
    "line": shapely.LineString([(0, 0), (1, 1)]),
    "ring": shapely.LinearRing([(0, 0), (1, 1), (1, 0)]),
    "lines": shapely.MultiLineString([[(0, 0), (1, 1)]]),
    "points": shapely.MultiPoint([(0, 0), (1, 1)]),
    "GeoJSON of a point": mapping(POINT),
    "feature without a geometry": {"type": "Feature", "properties": {}, "geometry": None},
    "feature with an empty geometry": {"type": "Feature", "geometry": {}},
    "feature without the member": {"type": "Feature", "properties": {}},
    "empty mapping": {},
    "feature of a point": {"type": "Feature", "geometry": mapping(POINT)},
    "interface of a point": interface(mapping(POINT)),
    "interface of nothing": interface(None),
    "only x": SimpleNamespace(x=[1.0]),
}
NO_POLYGONS = EMPTY | OTHERS


def check_skipped(polygons, is_there, **rule):
    """Only those that are there match a point that all of them cover."""
    matcher = Matcher(polygons, on_invalid="skip", **rule)
    expected = [i for i, there in enumerate(is_there) if there]
    assert len(matcher) == len(is_there)
    assert matcher.skipped == len(is_there) - len(expected)
    assert matcher.candidates(INSIDE).indices.tolist() == expected
    assert matcher.match(INSIDE).index.tolist()[0] in (expected or [-1])
    return matcher


@pytest.mark.parametrize("no_polygon", NO_POLYGONS.values(), ids=NO_POLYGONS)
@pytest.mark.parametrize("sound", [BOX, SQUARE, mapping(BOX)], ids=["shapely", "own", "GeoJSON"])
@pytest.mark.parametrize("rule", [{"near": "covers"}, {"max_dist": 9.0}], ids=["covers", "center"])
@pytest.mark.parametrize("is_there", [[0, 1], [1, 0], [0], [0, 0, 1, 0, 1, 1, 0]], ids=str)
def test_what_holds_no_polygon_is_skipped_anywhere(no_polygon, sound, rule, is_there):
    polygons = [sound if there else no_polygon for there in is_there]
    matcher = check_skipped(polygons, is_there, **rule)
    objects = matcher.match(INSIDE).objects
    assert objects[0] is (sound if any(is_there) else None)


@pytest.mark.parametrize("no_polygon", NO_POLYGONS.values(), ids=NO_POLYGONS)
@pytest.mark.parametrize("before", [BOX, SQUARE, mapping(BOX)], ids=["shapely", "own", "GeoJSON"])
def test_without_skip_it_is_an_error_whatever_the_points(no_polygon, before):
    error = ValueError if any(no_polygon is empty for empty in EMPTY.values()) else TypeError
    for use in (
        lambda polygons: Matcher(polygons, near="covers"),
        lambda polygons: poly_match.match(polygons, [], near="covers"),
        lambda polygons: poly_match.match(polygons, [(99.0, 99.0)], max_dist=1.0),
    ):
        with pytest.raises(error, match=r"(position|polygon) 1\b.*; on_invalid='skip' skips it"):
            use([before, no_polygon, before])
    with pytest.raises(error, match=r"(position|polygon) 1\b") as caught:
        poly_match.main([before, no_polygon], INSIDE)
    assert "on_invalid" not in str(caught.value)  # `main` has no such argument


class Broken:
    """Raises in every attribute."""

    def __getattr__(self, name):
        raise ZeroDivisionError(name)


class BrokenMapping(dict):
    """Raises when a member is read."""

    def __getitem__(self, name):
        raise ZeroDivisionError(name)


NAN = math.nan
WRONG = {
    "vertex": (SimpleNamespace(x=[0, NAN, 1], y=[0, 0, 1]), ValueError, "vertex 1 of polygon 1"),
    "infinite": (shapely.Polygon([(0, 0), (math.inf, 0), (1, 1)]), ValueError, "of polygon 1"),
    "of GeoJSON": (
        {"type": "Polygon", "coordinates": [[(0, 0), (1, NAN), (1, 1)]]},
        ValueError,
        "vertex 1 of polygon 1",
    ),
    "of an array": (np.array([(0, 0), (1, 0), (1, NAN)]), ValueError, "vertex 2 of polygon 1"),
    "of a collection": (
        shapely.GeometryCollection([BOX, shapely.Polygon([(0, 0), (math.inf, 0), (1, 1)])]),
        ValueError,
        "of polygon 1 must be finite",
    ),
    "lengths": (SimpleNamespace(x=[0, 1], y=[0]), ValueError, "x and y of polygon 1"),
    "no vertices in y": (SimpleNamespace(x=[0], y=[]), ValueError, "x and y of polygon 1"),
    "text": (SimpleNamespace(x=["a"], y=["b"]), TypeError, "x of polygon 1 must be numeric"),
    "a hole without vertices": (
        {"type": "Polygon", "coordinates": [[(0, 0), (1, 0), (1, 1)], []]},
        ValueError,
        "polygon 1 must have at least one vertex",
    ),
    "coordinates": ({"type": "Polygon", "coordinates": 3}, TypeError, "of polygon 1 must be an"),
    "shape": (np.zeros((4, 3)), ValueError, r"polygon 1 must be .* \(n, 2\), got shape \(4, 3\)"),
    "raises": (Broken(), ZeroDivisionError, "^x$"),
    "mapping raises": (interface(BrokenMapping(type="Point")), ZeroDivisionError, "^type$"),
}


@pytest.mark.parametrize(("polygon", "error", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("on_invalid", ["raise", "skip"])
def test_wrong_coordinates_are_always_an_error(polygon, error, message, on_invalid):
    with pytest.raises(error, match=message):
        Matcher(
            [None if on_invalid == "skip" else BOX, polygon], near="covers", on_invalid=on_invalid
        )


def test_an_exception_in_an_overridden_area_is_never_skipped():
    class Zone(Polygon):
        def area(self):
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        Matcher([None, Zone([0, 1, 1], [0, 0, 1])], max_dist=1.0, on_invalid="skip")


@pytest.mark.parametrize("missing", [None, shapely.Polygon()], ids=repr)
def test_one_word_counts_for_polygons_and_points(missing):
    zones = geopandas.GeoSeries([missing, shapely.box(10, 0, 14, 4)])
    points = [(12, 2), (NAN, 2), (1, 1)]
    found = poly_match.match(zones, points, near="covers", on_invalid="skip")
    assert found.index.tolist() == [1, -1, -1]
    assert found.objects == [zones[1], None, None]
    # The older word is for points alone.
    with pytest.raises((TypeError, ValueError), match=r"(position|polygon) 0\b"):
        poly_match.match(zones, points, near="covers", on_invalid="unmatched")
    with pytest.raises(ValueError, match=r"'skip'.*got 'drop'"):
        poly_match.match(zones[1:], points, near="covers", on_invalid="drop")


HILL = mapping(shapely.box(10, 0, 14, 4))


def features(*geometries):
    found = [{"type": "Feature", "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", "features": found}


@pytest.mark.parametrize("missing", [None, {}, mapping(shapely.Polygon())], ids=str)
def test_a_feature_without_a_geometry_keeps_its_position(missing):
    zones = features(missing, HILL)
    with pytest.raises(
        (TypeError, ValueError), match=r"(position|polygon) 0\b.*; on_invalid='skip'"
    ):
        Matcher(zones, near="covers")
    matcher = Matcher(zones, near="covers", on_invalid="skip")
    assert (len(matcher), matcher.skipped) == (2, 1)
    assert matcher.match([(12, 2)]).index.tolist() == [1]


def test_the_polygons_of_a_collection_count():
    line = mapping(shapely.LineString([(4, 2), (9, 2)]))
    shore = {"type": "GeometryCollection", "geometries": [mapping(BOX), line]}
    for zones in (
        features(shore, HILL),
        geopandas.GeoSeries(map(shapely.geometry.shape, (shore, HILL))),
    ):
        found = poly_match.match(zones, [(2, 2), (12, 2), (6, 2)], near="covers")
        assert found.index.tolist() == [0, 1, -1]


def test_a_map_of_all_kinds_in_one_collection():
    point, line = mapping(shapely.Point(12, 2)), mapping(shapely.LineString([(4, 2), (9, 2)]))
    everything = features(HILL, point, line)
    found = poly_match.match(everything, everything, near="covers", on_invalid="skip")
    assert found.index.tolist() == [-1, 0, -1]


def test_an_unknown_word_is_refused():
    for build in (
        lambda word: Matcher([BOX], near="covers", on_invalid=word),
        lambda word: Matcher.from_rings([(0, 0)], [0, 1], [0, 1], max_dist=1, on_invalid=word),
    ):
        with pytest.raises(ValueError, match=r"on_invalid must be .*'raise'.*'skip', got 'drop'"):
            build("drop")


@pytest.mark.parametrize(
    "collect",
    [
        lambda shapes: np.array(shapes, dtype=object),
        geopandas.GeoSeries,
        lambda shapes: geopandas.GeoSeries(shapes, index=range(7, 7 + len(shapes))),
        lambda shapes: geopandas.GeoSeries(shapes).values,
        lambda shapes: geopandas.GeoDataFrame(
            {"name": "a"}, geometry=shapes, index=range(len(shapes))
        ),
        lambda shapes: pd.Series(shapes, dtype=object),
    ],
)
@pytest.mark.parametrize(
    "missing", [None, shapely.Polygon(), shapely.MultiPolygon(), POINT], ids=repr
)
@pytest.mark.parametrize("is_there", [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]], ids=str)
def test_collections_of_shapely_with_missing_ones(collect, missing, is_there):
    shapes = [BOX if there else missing for there in is_there]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_skipped(collect(shapes), is_there, near="covers")


def test_many_shapely_polygons_with_missing_ones_between():
    # More than one batch, and the ends of batches are missing.
    count = 10_000
    shapes = list(shapely.box(*np.random.default_rng(3).uniform(0.0, 0.5, (2, count)), 2.0, 2.0))
    missing = [0, 1, 4094, 4095, 4096, 4097, 8191, 8192, count - 1]
    for position in missing:
        shapes[position] = [None, shapely.Polygon(), POINT][position % 3]
    is_there = [position not in missing for position in range(count)]
    check_skipped(shapes, is_there, near="covers")


def test_labels_keys_and_centres_count_for_every_position():
    polygons = [None, SQUARE, shapely.Polygon(), SQUARE]
    labels = ["a", "b", "a", "a"]
    matcher = Matcher(polygons, near="covers", groups=labels, on_invalid="skip")
    result = matcher.match(INSIDE * 3, point_groups=["a", "b", "c"])
    assert result.index.tolist() == [3, 1, -1]
    of_skipped = [0, math.nan, None, np.ma.masked]
    for missing in of_skipped:
        keys = np.ma.array([9, 2, 9, 1], mask=[1, 0, 1, 0])
        keys = keys if missing is np.ma.masked else [missing, 2, missing, 1]
        for best in (keys, (keys, "first")):
            keyed = Matcher(polygons, near="covers", best=best, on_invalid="skip")
            assert keyed.match(INSIDE, k=3).index.tolist() == [[3, 1, -1]]
    centers = [(math.nan, math.nan), (9.0, 9.0), (1.0, 1.0), (1.0, 2.0)]
    placed = Matcher(polygons, max_dist=3.0, center=centers, on_invalid="skip")
    assert placed.match(INSIDE, k=2).index.tolist() == [[3, -1]]
    for wrong in ({"groups": ["b", "a"]}, {"best": [2, 1]}, {"center": centers[:2], "max_dist": 1}):
        near = {"near": "center" if "center" in wrong else "covers"}
        with pytest.raises(ValueError, match="4 polygons"):
            Matcher(polygons, on_invalid="skip", **wrong, **near)


def test_a_group_may_have_only_skipped_polygons():
    matcher = Matcher([None, BOX], near="covers", groups=["a", "b"], on_invalid="skip")
    assert matcher.match(INSIDE * 2, point_groups=["a", "b"]).index.tolist() == [-1, 1]


def test_every_polygon_may_be_skipped():
    for rule in ({"near": "covers"}, {"max_dist": 9.0}, {"near": "boundary", "max_dist": math.inf}):
        matcher = check_skipped([None, POINT], [0, 0], **rule)
        assert matcher.match(INSIDE, k=2).index.tolist() == [[-1, -1]]


def test_skipped_is_told_and_saved(tmp_path):
    polygons = [None, SQUARE, shapely.Polygon()]
    matcher = Matcher(polygons, max_dist=9.0, on_invalid="skip")
    assert repr(matcher).startswith("<Matcher of 3 polygons (2 skipped), ")
    assert repr(Matcher([SQUARE], max_dist=9.0)).startswith("<Matcher of 1 polygons, ")
    assert Matcher([SQUARE], max_dist=9.0).skipped == 0
    path = tmp_path / "zones.plym"
    matcher.save(path)
    for again in (
        Matcher.load(path, allow_pickle=True),
        Matcher.load(path, polygons),
        Matcher.from_bytes(matcher.to_bytes(with_objects=False)),
        pickle.loads(pickle.dumps(matcher)),
        copy.deepcopy(matcher),
    ):
        assert (len(again), again.skipped) == (3, 2)
        assert again.match(INSIDE).index.tolist() == [1]
    with pytest.raises(ValueError, match="expected 3 polygons"):
        Matcher.load(path, [SQUARE])


SQUARE_AND_TRIANGLE = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (4, 0), (4, 4)]


@pytest.mark.parametrize(
    ("rings", "polygons", "parts", "is_there"),
    [
        ([0, 4, 7], [0, 0, 1, 1, 2, 2], None, [0, 1, 0, 1, 0]),
        ([0, 4, 7], [0, 1, 2], None, [1, 1]),
        ([0, 0, 4, 4, 7], [0, 1, 2, 3, 4], None, [0, 1, 0, 1]),
        ([0, 0, 0, 4, 7], [0, 2, 3, 4], None, [0, 1, 1]),
        ([0, 4, 7], [0, 0, 1, 2, 2], [0, 1, 2], [0, 1, 1, 0]),
        ([0, 4, 7], [0, 1, 3, 4], [0, 0, 1, 2, 2], [0, 1, 0]),
        ([0, 4, 4, 7, 7], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [1, 0, 1, 0]),
    ],
)
@pytest.mark.parametrize("rule", [{"near": "covers"}, {"max_dist": 9.0}], ids=["covers", "center"])
def test_flat_arrays_with_polygons_without_vertices(rings, polygons, parts, is_there, rule):
    arrays = (SQUARE_AND_TRIANGLE, rings, polygons, parts)
    matcher = Matcher.from_rings(*arrays, on_invalid="skip", best="first", **rule)
    expected = [i for i, there in enumerate(is_there) if there]
    assert (len(matcher), matcher.skipped) == (len(is_there), is_there.count(0))
    assert matcher.candidates([(3.0, 1.0)]).indices.tolist() == expected
    if not all(is_there):
        with pytest.raises(ValueError, match=r"polygon \d must have at least one vertex"):
            Matcher.from_rings(*arrays, **rule)


@pytest.mark.parametrize(
    ("rings", "polygons", "parts", "message"),
    [
        ([0, 4, 7], [0, 0, 1], None, "polygon offsets must rise from 0 to 2, got 1"),
        ([0, 4, 7], [0, 2, 1, 2], None, "polygon offsets must rise from 0 to 2, got 1 at 2"),
        ([0, 4, 3, 7], [0, 1, 2, 3], None, "ring offsets must rise from 0 to 7, got 3 at 2"),
        ([0, 4, 7], [0, 2, 2, 3], [0, 1, 0, 2], "part offsets must rise from 0 to 2, got 0 at 2"),
        ([0, 4, 7], [0, 3], [0, 1, 0, 2], "part offsets must rise from 0 to 2, got 0 at 2"),
        ([0, 4, 4, 7], [0, 2, 3], None, "polygon 0 must have at least one vertex"),
    ],
)
def test_skip_excuses_no_other_error_of_flat_arrays(rings, polygons, parts, message):
    with pytest.raises(ValueError, match=message):
        Matcher.from_rings(
            SQUARE_AND_TRIANGLE, rings, polygons, parts, near="covers", on_invalid="skip"
        )


def test_a_wrong_vertex_of_flat_arrays_is_named_behind_skipped_polygons():
    vertices = [(0, 0), (4, 0), (4, NAN)]
    with pytest.raises(ValueError, match="vertex 2 of polygon 2 must be finite"):
        Matcher.from_rings(vertices, [0, 3], [0, 0, 0, 1], near="covers", on_invalid="skip")


def native(polygon):
    """A polygon of the oracle as an object."""
    parts = []
    for outer, *holes in polygon:
        holes = [tuple(zip(*hole, strict=True)) for hole in holes]
        parts.append(Polygon(*zip(*outer, strict=True), holes=holes))
    return MultiPolygon(parts)


def geojson(polygon):
    return {"type": "MultiPolygon", "coordinates": polygon}


def collection(polygon):
    """The same parts, with other members between them."""
    members = [{"type": "Polygon", "coordinates": part} for part in polygon]
    inner = {"type": "GeometryCollection", "geometries": [mapping(POINT), *members[1:]]}
    return {"type": "GeometryCollection", "geometries": [members[0], None, inner]}


def mapped(kept, index):
    """Positions among those kept as positions among all."""
    return np.where(index < 0, -1, np.array([*kept, -1])[index])


@some
@given(rule_cases(), st.data())
def test_skipping_equals_leaving_out_with_the_positions_mapped(case: RuleCase, data):
    forms = st.sampled_from([native, geojson, collection])
    bad = st.lists(st.sampled_from(list(NO_POLYGONS)), max_size=3)
    label = st.sampled_from(["a", "b", None])
    polygons, sound, kept, keys, labels = [], [], [], [], []
    own_labels = case.labels or [None] * len(case.polygons)
    for i in range(len(case.polygons) + 1):
        for name in data.draw(bad):
            polygons.append(NO_POLYGONS[name])
            keys.append(math.nan)
            labels.append(data.draw(label))
        if i < len(case.polygons):
            kept.append(len(polygons))
            sound.append(data.draw(forms)(case.polygons[i]))
            polygons.append(sound[-1])
            keys.append(case.keys[i])
            labels.append(own_labels[i])

    def built(polygons, keys, labels, **more):
        best = keys if case.best == "keys" else case.best
        groups = None if case.labels is None else labels
        return Matcher(polygons, best=best, groups=groups, **case.rule, **more)

    plain = built(sound, case.keys, own_labels)
    matcher = built(polygons, keys, labels, on_invalid="skip")
    assert matcher.skipped == len(polygons) - len(sound)
    groups = None if case.labels is None else case.point_labels
    asked = {"max_dist": case.max_dists, "point_groups": groups, "on_invalid": "skip"}
    for some in (matcher, Matcher.from_bytes(matcher.to_bytes(with_objects=False))):
        assert (len(some), some.skipped) == (len(polygons), matcher.skipped)
        for k in (None, case.k):
            got, expected = (
                some.match(case.points, k=k, **asked),
                plain.match(case.points, k=k, **asked),
            )
            assert got.index.tolist() == mapped(kept, expected.index).tolist()
            np.testing.assert_array_equal(got.distance, expected.distance)
        for order in ("index", "best"):
            got = some.candidates(case.points, order=order, **asked)
            expected = plain.candidates(case.points, order=order, **asked)
            assert got.indptr.tolist() == expected.indptr.tolist()
            assert got.indices.tolist() == mapped(kept, expected.indices).tolist()
            assert got.distances.tolist() == expected.distances.tolist()
    objects = matcher.match(case.points, **asked).objects
    assert list(map(id, objects)) == list(map(id, plain.match(case.points, **asked).objects))
