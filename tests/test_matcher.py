"""`Matcher` and `match`: arrays in, arrays and the caller's objects out."""

from __future__ import annotations

import functools
import importlib.metadata
import inspect

import numpy as np
import pandas as pd
import poly_match
import pytest

from tests import naive

POINTS = np.random.default_rng(1).uniform(0.0, 100.0, (500, 2))


def misaligned(values):
    """Copy to an address that is no multiple of eight."""
    copy = np.frombuffer(b"-" + values.tobytes(), dtype=np.uint8)[1:].view(values.dtype)
    return copy.reshape(values.shape)


@pytest.fixture(scope="module")
def polygons():
    random = np.random.default_rng(0)
    made = []
    for _ in range(300):
        x, y = random.uniform(0.0, 100.0, 2)
        made.append(poly_match.Polygon(x + random.normal(size=5), y + random.normal(size=5)))
    return made


@pytest.fixture(scope="module")
def expected(polygons):
    centers = [p.center for p in polygons]
    return naive.match(centers, [p.area() for p in polygons], POINTS, 5.0)


@pytest.mark.parametrize("workers", [None, 1])
def test_pairs_are_the_callers_points_and_polygons(polygons, expected, workers):
    matcher = poly_match.Matcher(polygons, max_dist=5.0)
    points = list(POINTS)
    pairs = matcher.pairs(points, workers=workers)
    matched = [(point, polygons[i]) for point, i in zip(points, expected, strict=True) if i >= 0]
    assert [(id(a), id(b)) for a, b in pairs] == [(id(a), id(b)) for a, b in matched]
    assert all(row.base is POINTS for row, _ in matcher.pairs(POINTS, workers=workers))
    assert matcher.pairs([], workers=workers) == []
    nowhere = (float("nan"), 0.0)
    with pytest.raises(ValueError, match="point 0"):
        matcher.pairs([nowhere], workers=workers)
    assert matcher.pairs([nowhere], workers=workers, on_invalid="unmatched") == []


def test_result(polygons, expected):
    matcher = poly_match.Matcher(polygons, max_dist=5.0, near="center", best="area")
    result = matcher.match(POINTS)
    assert -1 in expected
    assert result.index.dtype == np.int64
    assert result.index.tolist() == expected
    assert result.distance.dtype == np.float64
    for point, i, distance, polygon in zip(
        POINTS, expected, result.distance.tolist(), result.objects, strict=True
    ):
        if i < 0:
            assert np.isnan(distance)
            assert polygon is None
        else:
            assert distance == naive.distance(polygons[i].center, point)
            assert polygon is polygons[i]
    assert len(matcher) == 300
    assert len(result) == 500
    assert repr(matcher) == (
        "<Matcher of 300 polygons, max_dist=5.0, near='center', best='area', inclusive=False>"
    )
    matched = sum(i >= 0 for i in expected)
    assert repr(result) == f"<MatchResult: {matched} of 500 points matched>"


def test_one_shot(polygons, expected):
    assert poly_match.match(polygons, POINTS, max_dist=5.0).index.tolist() == expected


@pytest.mark.parametrize(
    "convert",
    [
        list,
        np.ndarray.tolist,
        lambda p: [tuple(row) for row in p.tolist()],
        lambda p: tuple(map(tuple, p.tolist())),
        lambda p: iter(list(p)),
        np.asfortranarray,
        lambda p: np.repeat(p, 2, axis=0)[::2],
        lambda p: np.hstack([p, p])[:, 2:],
        lambda p: p[::-1][::-1],
        lambda p: p.astype(">f8"),
        misaligned,
        lambda p: pd.DataFrame(p, columns=["x", "y"]),
    ],
)
def test_points_in_any_form_give_the_same(polygons, expected, convert):
    assert poly_match.match(polygons, convert(POINTS), max_dist=5.0).index.tolist() == expected


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.uint8, np.float16])
def test_points_of_other_types_are_converted(polygons, dtype):
    points = POINTS.round().astype(dtype)
    matcher = poly_match.Matcher(polygons, max_dist=5.0)
    expected = matcher.match(points.astype(float)).index.tolist()
    assert matcher.match(points).index.tolist() == expected
    assert matcher.match(list(points)).index.tolist() == expected


def test_read_only_points_are_accepted(polygons, expected):
    points = POINTS.copy()
    points.flags.writeable = False
    assert poly_match.match(polygons, points, max_dist=5.0).index.tolist() == expected


def test_candidates(polygons):
    matcher = poly_match.Matcher(polygons, max_dist=5.0)
    found = matcher.candidates(POINTS)
    assert found.indptr.dtype == found.indices.dtype == np.int64
    assert found.indptr[0] == 0
    assert len(found.indptr) == len(POINTS) + 1
    centers = [p.center for p in polygons]
    for i, point in enumerate(POINTS):
        row = slice(found.indptr[i], found.indptr[i + 1])
        expected = naive.candidates(centers, point, 5.0)
        assert found.indices[row].tolist() == expected
        distances = [naive.distance(centers[j], point) for j in expected]
        assert found.distances[row].tolist() == distances


def test_from_arrays(polygons, expected):
    centers = np.array([p.center for p in polygons])
    areas = [p.area() for p in polygons]
    matcher = poly_match.Matcher.from_arrays(centers, areas, max_dist=5.0)
    result = matcher.match(POINTS)
    assert result.index.tolist() == expected
    with pytest.raises(AttributeError, match="built from arrays"):
        _ = result.objects
    with pytest.raises(AttributeError, match="built from arrays"):
        matcher.pairs([(0.0, 0.0)])
    assert repr(matcher) == "<Matcher of 300 polygons, max_dist=5.0, inclusive=False>"


def test_from_arrays_takes_any_key():
    centers = [(0, 0), (1, 0), (2, 0)]
    for keys, winner in [([3, 1, 2], 1), ([-np.inf, 0, 0], 0), ([0.0, -0.0, 1.0], 0)]:
        matcher = poly_match.Matcher.from_arrays(centers, keys, max_dist=5)
        assert matcher.match([(1, 1)]).index.tolist() == [winner]


def test_the_boundary_belongs_to_the_inclusive_rule_only():
    square = poly_match.Polygon([-1, 1, 1, -1], [-1, -1, 1, 1])
    points = [(3.0, 4.0), (2.999999999, 4.0)]
    match = poly_match.match
    assert match([square], points, max_dist=5.0).index.tolist() == [-1, 0]
    assert match([square], points, max_dist=5.0, inclusive=True).index.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("max_dist", "inclusive", "expected"),
    [(0.0, False, -1), (0.0, True, 0), (5e-324, False, 0), (np.inf, False, 0), (1e308, False, 0)],
)
def test_extreme_distances_are_legal(max_dist, inclusive, expected):
    matcher = poly_match.Matcher.from_arrays([(7, 7)], [1], max_dist=max_dist, inclusive=inclusive)
    assert matcher.match([(7, 7)]).index.tolist() == [expected]


def test_infinity_means_all_even_where_the_distance_overflows():
    matcher = poly_match.Matcher.from_arrays([(1e300, 0)], [1], max_dist=np.inf)
    result = matcher.match([(-1e300, 0)])
    assert result.index.tolist() == [0]
    assert result.distance.tolist() == [np.inf]


def test_workers_do_not_change_the_answer():
    random = np.random.default_rng(3)
    centers, keys = random.integers(0, 300, (5000, 2)), random.integers(0, 9, 5000)
    points = random.integers(0, 300, (30_000, 2)).astype(float)
    matcher = poly_match.Matcher.from_arrays(centers, keys, max_dist=5)
    one = matcher.match(points, workers=1)
    candidates = matcher.candidates(points, workers=1)
    for workers in (None, 2, 3, 16):
        result = matcher.match(points, workers=workers)
        assert result.index.tobytes() == one.index.tobytes()
        assert result.distance.tobytes() == one.distance.tobytes()
        for got, expected in zip(
            matcher.candidates(points, workers=workers), candidates, strict=True
        ):
            assert got.tobytes() == expected.tobytes()
    batches = [matcher.match(batch).index for batch in np.split(points, range(7, 30_000, 997))]
    assert np.concatenate(batches).tobytes() == one.index.tobytes()


def test_the_matcher_keeps_its_own_list(polygons):
    mine = list(polygons)
    matcher = poly_match.Matcher(mine, max_dist=np.inf)
    winner = min(polygons, key=poly_match.Polygon.area)
    mine.clear()
    assert matcher.match([(0.0, 0.0)]).objects == [winner]


def test_no_polygons_and_no_points():
    assert poly_match.match([], [(0, 0)], max_dist=1).index.tolist() == [-1]
    assert poly_match.match([], [], max_dist=1).index.tolist() == []
    assert poly_match.match([], np.empty((0, 2)), max_dist=1).objects == []


USES = ["match", "pairs", "candidates", "iter_candidates"]


@pytest.mark.parametrize("name", USES)
def test_workers_are_named(polygons, name):
    use = getattr(poly_match.Matcher(polygons, max_dist=5.0), name)
    with pytest.raises(TypeError, match="positional argument"):
        use(POINTS, 1)
    use(POINTS, workers=1)


@pytest.mark.parametrize("name", USES)
def test_the_older_name_of_the_labels_of_points(polygons, name):
    labels = ["a"] * len(polygons)
    use = getattr(poly_match.Matcher(polygons, max_dist=5.0, groups=labels), name)
    asked = ["a", "b"] * 250
    expected = use(POINTS, point_groups=asked)
    with pytest.warns(DeprecationWarning, match="are now called point_groups") as caught:
        got = use(POINTS, groups=asked)
    assert caught[0].filename == __file__
    if name == "match":
        assert got.index.tolist() == expected.index.tolist()
        assert got.index.max() >= 0 == got.index[1::2].max() + 1
    with pytest.raises(TypeError, match="expected point_groups, got groups too"):
        use(POINTS, point_groups=asked, groups=asked)


def test_one_call_takes_what_two_take():
    of_matcher = inspect.signature(poly_match.Matcher).parameters
    of_match = inspect.signature(poly_match.Matcher.match).parameters
    of_both = inspect.signature(poly_match.match).parameters
    # There, `groups` are the labels of polygons.
    assert set(of_both) == (set(of_matcher) | set(of_match)) - {"self"}


@pytest.mark.parametrize(
    "convert", [list, np.array, pd.Series, lambda radii: tuple(radii.tolist())]
)
@pytest.mark.parametrize("near", ["center", "boundary"])
def test_a_distance_for_each_point_in_one_call(polygons, near, convert):
    radii = np.random.default_rng(2).uniform(0.0, 9.0, len(POINTS))
    matcher = poly_match.Matcher(polygons, near=near, max_dist=1.0)
    for more in ({}, {"k": 3}):
        expected = matcher.match(POINTS, max_dist=radii, **more)
        got = poly_match.match(polygons, POINTS, near=near, max_dist=convert(radii), **more)
        assert got.index.tolist() == expected.index.tolist()
        assert got.distance.tobytes() == expected.distance.tobytes()


def test_bad_distances_in_one_call(polygons):
    match = functools.partial(poly_match.match, polygons)
    with pytest.raises(ValueError, match="max_dist of point 1 must be zero or more, got -1"):
        match(POINTS[:2], max_dist=[0.0, -1.0])
    with pytest.raises(ValueError, match="expected one max_dist for each of 2 points, got 1"):
        match(POINTS[:2], max_dist=[1.0])
    with pytest.raises(ValueError, match="max_dist has no meaning where near='covers'"):
        match(POINTS[:2], near="covers", max_dist=[1.0, 2.0])
    with pytest.raises(ValueError, match=r"max_dist must be one-dimensional, got shape \(1, 2\)"):
        match(POINTS[:2], max_dist=[[1.0, 2.0]])
    assert match([], max_dist=[]).index.tolist() == []
    assert (
        match(POINTS, max_dist=np.float64(5.0)).index.tolist()
        == match(POINTS, max_dist=5.0).index.tolist()
    )


def test_the_version():
    assert poly_match.__version__ == importlib.metadata.version("poly-match")


def test_one_word_for_invalid_polygons_and_points():
    square = poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9])
    match = functools.partial(poly_match.match, [None, square], [(1, 1), None], near="covers")
    assert match(on_invalid="skip").index.tolist() == [1, -1]
    for word in ("raise", "unmatched"):
        with pytest.raises(TypeError, match="NoneType at position 0"):
            match(on_invalid=word)
