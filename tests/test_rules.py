"""Rules in Python: what a rule may be made of, what is refused, and callables that misbehave."""

from __future__ import annotations

import datetime
import functools
import gc
import math
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pandas as pd
import poly_match
import pyarrow as pa
import pytest

from tests.turns import OtherThread, interrupted


def square(x, y, side):
    return poly_match.Polygon([x, x + side, x + side, x], [y, y, y + side, y + side])


# One within the other, around the same centre.
SQUARES = [square(0, 0, 9), square(3, 3, 3), square(4, 4, 1)]
INSIDE = [(4.5, 4.5), (3.5, 3.5), (0.5, 0.5), (-1.0, 4.5)]


def covers(best="area", **rule):
    return poly_match.Matcher(SQUARES, near="covers", best=best, **rule)


class Recorder:
    """A callable that remembers the batches that it was asked of."""

    def __init__(self, keys):
        self.keys = np.asarray(keys)
        self.batches = []

    def __call__(self, points, indptr, indices):
        self.batches.append((points.copy(), indptr.copy(), indices.copy()))
        return self.keys[indices]


@pytest.mark.parametrize(
    "keys",
    [
        [3, 1, 2],
        (3.0, 1.0, 2.0),
        np.array([3, 1, 2], dtype=np.uint8),
        np.array([0, 3, 0, 1, 0, 2])[1::2],
        np.array([3, 1, 2], dtype=">i4"),
        pd.Series([3, 1, 2], index=["c", "b", "a"]),
        pa.array([3, 1, 2]),
        [2**60 + 2, 2**60, 2**60 + 1],
        np.array([2**64 - 1, 2**64 - 3, 2**64 - 2], dtype=np.uint64),
        np.array([-(2**60), -(2**60) - 2, -(2**60) - 1]),
        [math.inf, -math.inf, 0],
    ],
)
def test_keys_of_any_kind(keys):
    assert covers(keys).match(INSIDE, k=3).index.tolist() == [
        [1, 2, 0],
        [1, 0, -1],
        [0, -1, -1],
        [-1, -1, -1],
    ]
    asked = covers(lambda _points, _indptr, indices: np.asarray(keys)[indices])
    assert asked.match(INSIDE, k=3).index.tolist() == covers(keys).match(INSIDE, k=3).index.tolist()
    centers = [polygon.center for polygon in SQUARES]
    arrays = poly_match.Matcher.from_arrays(centers, keys, max_dist=9)
    assert arrays.match([(4.5, 4.5)]).index.tolist() == [1]


@pytest.mark.parametrize(
    ("keys", "error", "message"),
    [
        ([1, 2], ValueError, "expected one key for each of 3 polygons, got 2"),
        ([1, 2, 3, 4], ValueError, "expected one key for each of 3 polygons, got 4"),
        ([1, math.nan, 3], ValueError, "key of polygon 1 is NaN"),
        (np.array(["a", "b", "c"]), TypeError, "keys must be numbers, .* of dtype <U1"),
        (["a", "b", "c"], ValueError, 'best: expected a criterion: .* got "a"'),
        (np.array([[1, 2, 3]]), ValueError, r"keys must be one-dimensional, got shape \(1, 3\)"),
        (7, ValueError, r"keys must be one-dimensional, got shape \(\)"),
        (None, ValueError, r"keys must be one-dimensional, got shape \(\)"),
        (pd.Series([1, None, 2]), ValueError, "key of polygon 1 is NaN"),
    ],
)
def test_bad_keys_are_refused(keys, error, message):
    with pytest.raises(error, match=message):
        covers(keys)


def test_what_does_not_go_together_is_refused():
    for near in ("center", "boundary"):
        with pytest.raises(TypeError, match=f"near='{near}' needs a max_dist"):
            poly_match.Matcher(SQUARES, near=near)
    for near in ("contains", "covers"):
        with pytest.raises(ValueError, match=f"max_dist has no meaning where near='{near}', got 5"):
            poly_match.Matcher(SQUARES, near=near, max_dist=5)
        with pytest.raises(ValueError, match=f"inclusive has no meaning where near='{near}'"):
            poly_match.Matcher(SQUARES, near=near, inclusive=True)
        matcher = poly_match.Matcher(SQUARES, near=near)
        with pytest.raises(ValueError, match="max_dist has no meaning"):
            matcher.match(INSIDE, max_dist=[1.0] * 4)
    for rule in ({"near": "boundary", "max_dist": 1.0}, {"near": "covers"}):
        for center in ("centroid", np.zeros((3, 2))):
            with pytest.raises(ValueError, match="center has a meaning where near='center' alone"):
                poly_match.Matcher(SQUARES, center=center, **rule)
    with pytest.raises(ValueError, match="best='smallest' needs polygons, got centres alone"):
        poly_match.Matcher.from_arrays([(0, 0)], max_dist=1, best="area")
    with pytest.raises(TypeError, match="needs keys or best, got neither"):
        poly_match.Matcher.from_arrays([(0, 0)], max_dist=1)
    with pytest.raises(TypeError, match="needs keys or best, got both"):
        poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=1, best="first")
    with pytest.raises(TypeError, match="needs keys or best, got both"):
        poly_match.Matcher.from_rings([(0, 0)], [0, 1], [0, 1], keys=[1], near="covers", best=[1])


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_at_least_one(k):
    with pytest.raises(ValueError, match=f"k must be None or at least 1, got {k}"):
        covers().match(INSIDE, k=k)
    with pytest.raises(ValueError, match=f"batch must be at least 1, got {k}"):
        covers().iter_candidates(INSIDE, batch=k)


def test_k_that_no_memory_has_is_an_exception():
    with pytest.raises((MemoryError, ValueError)):
        covers().match(INSIDE, k=2**60)
    with pytest.raises(TypeError):
        covers().match(INSIDE, k=1.5)


def test_the_k_best_as_a_result():
    result = covers().match(INSIDE, k=2)
    assert result.objects == [SQUARES[:0:-1], SQUARES[1::-1], [SQUARES[0], None], [None, None]]
    assert len(result) == 4
    assert repr(result) == "<MatchResult: 3 of 4 points matched, up to 2 each>"
    assert covers().match([], k=2).objects == []
    assert covers().match([], k=2).index.shape == (0, 2)
    # As many columns as were asked for, however few polygons there are.
    assert covers().match(INSIDE, k=5).index.shape == (4, 5)
    np.testing.assert_array_equal(result.index[:, 0], covers().match(INSIDE).index)


def test_a_rule_says_what_it_is():
    assert repr(covers()) == "<Matcher of 3 polygons, near='covers', best='area'>"
    assert repr(covers([3, 1, 2], tie="distance", groups=["a", "b", "a"])) == (
        "<Matcher of 3 polygons, near='covers', best=<3 keys>, tie='distance', groups=<2 labels>>"
    )
    assert repr(covers(Recorder.__call__)).endswith("best=Recorder.__call__>")
    matcher = poly_match.Matcher(SQUARES, max_dist=5, center=[(0, 0)] * 3)
    assert repr(matcher).endswith("inclusive=False, center=<3 points>>")
    matcher = poly_match.Matcher.from_arrays([(0, 0)], max_dist=1, best="nearest")
    assert repr(matcher) == "<Matcher of 1 polygons, max_dist=1, best='nearest', inclusive=False>"


def test_centres_of_every_kind():
    # The vertices are crowded on the left.
    ring = [0, 9, 9, 0, 0, 0], [0, 0, 9, 9, 6, 3]
    polygon = poly_match.Polygon(*ring)
    assert polygon.center.tolist() == [3.0, 4.5]

    def distance(center):
        matcher = poly_match.Matcher([polygon], max_dist=99, center=center)
        return matcher.match([(0.0, 4.5)]).distance.tolist()

    assert distance("vertex_mean") == [3.0]
    assert distance("centroid") == distance("bbox") == [4.5]
    assert distance([(-7, 4.5)]) == distance(np.array([[7, 4.5]])) == [7.0]
    with pytest.raises(ValueError, match="center must have one row for each of 1 polygons, got 2"):
        distance([(0, 0), (0, 0)])
    with pytest.raises(ValueError, match="centre of polygon 0 must be finite"):
        distance([(0, math.inf)])
    with pytest.raises(ValueError, match=r"center must have shape \(N, 2\), got \(2,\)"):
        distance(np.zeros(2))


def test_detail_that_is_fine_for_the_extent_is_told_apart():
    far = 2.0**30
    star = poly_match.Polygon(
        [far + 0.875, far + 1, far + 0.875, far + 0.125, far + 0.625], [0.75, 0.5, 1, 0.125, 0.125]
    )
    stray = poly_match.Polygon([0, 1, 0], [0, 0, 1])
    outside = poly_match.Matcher([star, stray], near="covers")
    assert outside.match([(far + 1, 0.75)]).index.tolist() == [-1]
    assert outside.candidates([(far + 1, 0.75)]).indices.tolist() == []

    place, origin = poly_match.Polygon([1 / 3] * 5, [-2 / 3] * 5), poly_match.Polygon([0], [0])
    on_it = poly_match.Matcher([place, origin], near="covers")
    assert on_it.match([(1 / 3, -2 / 3)]).index.tolist() == [0]
    assert on_it.candidates([(1 / 3, -2 / 3)]).indices.tolist() == [0]


def test_an_area_of_its_own_counts_by_every_near():
    class Keyed(poly_match.Polygon):
        def __init__(self, _x, _y, key):
            self.key = key

        def area(self):
            return self.key

    zones = [Keyed(p.x, p.y, key) for p, key in zip(SQUARES, (1, 3, 2), strict=True)]
    for rule in ({"near": "covers"}, {"near": "contains"}, {"near": "boundary", "max_dist": 1}):
        result = poly_match.match(zones, [(4.5, 4.5)], **rule, k=3)
        assert result.index.tolist() == [[0, 2, 1]]


# A distance for each point.


def test_a_distance_for_each_point():
    matcher = poly_match.Matcher(SQUARES[:1], max_dist=1)
    points = [(4.5, 6.5)] * 4
    for max_dist in ([1, 2, 3, math.inf], pd.Series([1, 2, 3, 4.0]), np.arange(1, 5, dtype="f4")):
        assert matcher.match(points, max_dist=max_dist).index.tolist() == [-1, -1, 0, 0]
    pairs = matcher.pairs(points, max_dist=[1, 2, 3, 4])
    assert pairs == [(points[2], SQUARES[0]), (points[3], SQUARES[0])]
    # The rule is otherwise the same.
    inclusive = poly_match.Matcher(SQUARES[:1], max_dist=1, inclusive=True)
    assert inclusive.match(points, max_dist=[1, 2, 3, 4]).index.tolist() == [-1, 0, 0, 0]


@pytest.mark.parametrize(
    ("max_dist", "error", "message"),
    [
        ([1, 2], ValueError, "expected one max_dist for each of 4 points, got 2"),
        ([1, 2, -1, 3], ValueError, "max_dist of point 2 must be zero or more, got -1"),
        ([1, 2, 3, math.nan], ValueError, "max_dist of point 3 is missing"),
        (5.0, ValueError, r"max_dist must be one-dimensional, got shape \(\)"),
        (["a"] * 4, TypeError, "max_dist must be numeric"),
    ],
)
def test_bad_distances_of_points_are_refused(max_dist, error, message):
    matcher = poly_match.Matcher(SQUARES, max_dist=1)
    for ask in (matcher.match, matcher.pairs, matcher.candidates, matcher.iter_candidates):
        with pytest.raises(error, match=message):
            list(ask(INSIDE, max_dist=max_dist))


# Groups.

LABELS = [
    ["ground", "first", "first"],
    [10, -20, -20],
    np.array([10, -20, -20], dtype=np.int16),
    np.array([2**62, -(2**62), -(2**62)]),
    np.array([2**64 - 1, 3, 3], dtype=np.uint64),
    [1.5, 2.0, 2.0],
    np.array(["ground", "first", "first"]),
    pd.Series(["ground", "first", "first"]),
    pd.Series(["ground", "first", "first"], dtype="category"),
    pa.array(["ground", "first", "first"]),
    [(1, "a"), (2, "b"), (2, "b")],
    [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1), datetime.date(2021, 1, 1)],
    np.array(["2020-01-01", "2021-01-01", "2021-01-01"], dtype="M8[ns]"),
    [True, False, False],
    (label for label in ("ground", "first", "first")),
]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: type(labels).__name__)
def test_labels_of_any_kind(labels):
    again = labels.to_pylist() if isinstance(labels, pa.Array) else list(labels)
    labels = labels if hasattr(labels, "__array__") else again
    matcher = covers(groups=labels)
    point = [(4.5, 4.5)]
    assert matcher.match(point * 3, point_groups=labels).index.tolist() == [0, 2, 2]
    assert matcher.match(point * 2, point_groups=again[:2]).index.tolist() == [0, 2]
    assert matcher.match(point, point_groups=again[:1]).index.tolist() == [0]
    once = poly_match.match(SQUARES, point, near="covers", groups=again, point_groups=again[1:2])
    assert once.index.tolist() == [2]
    found = matcher.candidates(point * 2, point_groups=again[1:])
    assert found.indices.tolist() == [1, 2, 1, 2]
    assert [p for _, p in matcher.pairs(point, point_groups=again[:1])] == SQUARES[:1]


def test_numbers_are_equal_whatever_their_type():
    for of_polygons in ([1, 2, 3], np.array([1, 2, 3], dtype=np.uint8), [1.0, 2.0, 3.0]):
        for of_points in ([3, 2, 7, 1.5], np.array([3, 2, 7, 0]), np.array([3, 2, 7, 2.5])):
            result = covers(groups=of_polygons).match([(4.5, 4.5)] * 4, point_groups=of_points)
            assert result.index.tolist() == [2, 1, -1, -1]
    # Beyond 2^53 doubles would take these for one.
    large = covers(groups=[2**53, 2**53 + 1, 0])
    assert large.match([(4.5, 4.5)], point_groups=np.array([2**53 + 1])).index.tolist() == [1]
    assert large.match([(4.5, 4.5)], point_groups=np.array([2.0**53])).index.tolist() == [0]


@pytest.mark.parametrize("labels", [np.array([-3, 5, 5]), np.array([2**40, 5, 5])])
def test_labels_that_no_polygon_has_match_nothing(labels):
    matcher = covers(groups=labels)
    asked = np.array([5, 6, -(2**63), 2**63 - 1, 0, -4])
    result = matcher.match([(4.5, 4.5)] * 6, point_groups=asked)
    assert result.index.tolist() == [2, -1, -1, -1, -1, -1]
    assert (
        covers(groups=[None, None, None]).match(INSIDE, point_groups=[1, 2, 3, 4]).index.max() == -1
    )
    nothing = poly_match.Matcher([], near="covers", groups=np.array([], dtype=int))
    assert nothing.match(INSIDE, point_groups=np.arange(4)).index.max() == -1
    assert nothing.match(INSIDE, point_groups=["a"] * 4).index.max() == -1


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT, np.datetime64("NaT")])
def test_a_missing_label_matches_nothing(missing):
    matcher = covers(groups=["a", missing, missing])
    points = [(4.5, 4.5)] * 3

    def match(labels):
        with pytest.raises(ValueError, match=r"the label of point [01] is missing, got"):
            matcher.match(points, point_groups=labels)
        return matcher.match(points, point_groups=labels, on_invalid="skip").index.tolist()

    assert match(["a", missing, "b"]) == [0, -1, -1]
    assert match([missing] * 3) == [-1, -1, -1]


@pytest.mark.parametrize(
    ("of_polygons", "of_points", "expected"),
    [
        ([True, False, False], [1], [0]),
        ([True, False, False], [1, True, 0, 1.0], [0, 0, 2, 0]),
        ([True, False, False], np.array([1, 0, 7]), [0, 2, -1]),
        (np.array([True, False, False]), np.array([1.0, 0.0, 0.5]), [0, 2, -1]),
        (np.array([1.0, 2.0, 2.0]), np.array([1, 2, 3]), [0, 2, -1]),
        (np.array([1, 2, 2]), [np.float32(2), np.uint8(1), True], [2, 0, 0]),
        (["a", 7, 7], ["a", 7], [0, 2]),
        (["a", 7, 7], [7], [2]),
        (["a", 7, 7], np.array([7, 8]), [2, -1]),
        (["a", 7, 7], np.array(["a", "7"]), [0, -1]),
        (np.array(["a", 7, 7], dtype=object), pd.Series(["a", 7]), [0, 2]),
        (pd.Series(["a", "b", "b"]), np.array(["b", "c"]), [2, -1]),
        (pd.Series([1, 2, 2], dtype="Int64"), [2.0, np.int8(1), None], [2, 0, -1]),
        (pd.Series([1, 2, 2], dtype="category"), pd.Series([2, None]), [2, -1]),
        (np.array([2**64 - 1, 3, 3], dtype=np.uint64), [3, 2**64 - 1, -1, 2.0**64], [2, 0, -1, -1]),
        ([2**64 - 1, 3, 3], np.array([3, 2**64 - 1], dtype=np.uint64), [2, 0]),
        (np.array([2**64 - 1, 3, 3], dtype=np.uint64), np.array([3, -1]), [2, -1]),
        ([Fraction(1, 2), 3, 3], [0.5, np.float32(3)], [0, 2]),
        ([(1, "a"), 1, 1], [(True, "a"), "a"], [0, -1]),
    ],
)
def test_labels_are_equal_as_python_has_it(of_polygons, of_points, expected):
    first = covers(groups=of_polygons)
    again = poly_match.Matcher.from_bytes(first.to_bytes(), allow_pickle=True)
    values = list(of_points)
    for matcher in (first, again, pickle.loads(pickle.dumps(first))):
        points = [(4.5, 4.5)] * len(values)
        match = functools.partial(matcher.match, on_invalid="skip")
        assert match(points, point_groups=of_points).index.tolist() == expected
        assert match(points, point_groups=values).index.tolist() == expected
        # Whatever comes with it, in any number; and alone, where that need not be a warning.
        for value, answer in zip(values, expected, strict=True):
            batch = [values[expected.index(max(expected))], value, None]
            assert match(points[:1] * 3, point_groups=batch).index.tolist()[1] == answer
            if answer >= 0:
                assert matcher.match(points[:1], point_groups=[value]).index.tolist() == [answer]


@pytest.mark.parametrize(
    ("of_polygons", "of_points", "shown"),
    [
        (["a", "b", "c"], [1, 2, 3, 4], ["'a' (str)", "1 (int)"]),
        ([1, 2, 3], ["1", "2", "3", "4"], ["1 (int)", "'1' (str)"]),
        (np.array([1, 2, 3]), np.array(["1", "2", "3", "4"]), ["1 (int)", "'1' (str)"]),
        (["1", "2", "3"], np.array([7, 2, 3, 4]), ["'1' (str)", "7 (int)"]),
        (["a", None, "b"], [1, None, 2, math.nan], ["'a' (str)", "1 (int)"]),
        (["a", "b", "c"], [b"a", b"b", b"c", b"d"], ["'a' (str)", "b'a' (bytes)"]),
        (["a", "b", "c"], [("a",)] * 4, ["'a' (str)", "('a',) (tuple)"]),
        ([1, 2.0, 3], ["a"] * 4, ["1 (int)", "'a' (str)"]),
        (["x" * 1000, "b", "c"], [1] * 4, ["...", "1 (int)"]),
    ],
)
def test_labels_of_other_kinds_are_warned_of(of_polygons, of_points, shown):
    matcher = covers(groups=of_polygons)
    for ask in (matcher.match, matcher.pairs, matcher.candidates, matcher.iter_candidates):
        with pytest.warns(UserWarning, match="no point has a label that is equal to") as caught:
            found = ask(INSIDE, point_groups=of_points, on_invalid="skip")
        assert caught[0].filename == __file__
        assert len(str(caught[0].message)) < 300
        assert all(words in str(caught[0].message) for words in shown)
        if ask == matcher.match:
            assert found.index.tolist() == [-1] * 4
    with pytest.warns(UserWarning, match="no point has a label") as caught:
        poly_match.match(
            SQUARES,
            INSIDE,
            near="covers",
            groups=of_polygons,
            point_groups=of_points,
            on_invalid="skip",
        )
    assert caught[0].filename == __file__


def test_labels_that_may_be_meant_are_not_warned_of():
    # pytest makes an error of every warning.
    for labels in (["a", "b", "c"], [1, 2, 3], np.array([1, 2, 3]), [b"a", b"b", b"c"]):
        matcher = covers(groups=labels)
        assert matcher.match([], point_groups=[]).index.tolist() == []
        for missing in (None, math.nan, pd.NA, pd.NaT):
            result = matcher.match(INSIDE, point_groups=[missing] * 4, on_invalid="skip")
            assert result.index.max() == -1
    assert covers(groups=["a", 7, 7]).match(INSIDE, point_groups=[8] * 4).index.max() == -1
    assert (
        covers(groups=["a", "b", "c"]).match(INSIDE, point_groups=[8, 8, "z", 8]).index.max() == -1
    )
    assert covers(groups=[None] * 3).match(INSIDE, point_groups=[8] * 4).index.max() == -1


def test_bad_labels_are_refused():
    with pytest.raises(
        ValueError, match="groups must have one label for each of 3 polygons, got 2"
    ):
        covers(groups=["a", "b"])
    matcher = covers(groups=["a", "b", "c"])
    with pytest.raises(
        ValueError, match="point_groups must have one label for each of 4 points, got 3"
    ):
        matcher.match(INSIDE, point_groups=["a", "b", "c"])
    with pytest.raises(ValueError, match="the polygons have groups, so each point must have one"):
        matcher.match(INSIDE)
    with pytest.raises(ValueError, match="the points have groups, but the polygons have none"):
        covers().match(INSIDE, point_groups=["a"] * 4)
    for groups in ("abc", b"abc", {"a": 1}, {"a", "b"}, 7):
        got = type(groups).__name__
        with pytest.raises(TypeError, match=f"groups must be a sequence of labels, got {got}"):
            covers(groups=groups)
        with pytest.raises(
            TypeError, match=f"point_groups must be a sequence of labels, got {got}"
        ):
            matcher.match(INSIDE, point_groups=groups)
    with pytest.raises(TypeError, match="the group of polygon 1 must be hashable, got list"):
        covers(groups=["a", ["b"], "c"])
    with pytest.raises(TypeError, match="the group of point 2 must be hashable, got dict"):
        matcher.match(INSIDE, point_groups=["a", "b", {}, "c"])
    with pytest.raises(ValueError, match=r"groups must be one-dimensional, got shape \(3, 1\)"):
        covers(groups=np.zeros((3, 1)))


# Flat arrays.

VERTICES = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0), (3, 3), (6, 3), (6, 6), (3, 6), (3, 3)]


def test_rings_as_geoarrow_lays_them_out():
    points = [(1, 1), (4, 4), (3, 4), (9, 9), (10, 1)]
    hole = poly_match.Matcher.from_rings(VERTICES, [0, 5, 10], [0, 2], near="covers")
    assert hole.match(points).index.tolist() == [0, -1, 0, 0, -1]
    two = poly_match.Matcher.from_rings(VERTICES, [0, 5, 10], [0, 1, 2], near="covers")
    assert two.match(points).index.tolist() == [0, 1, 1, 0, -1]
    keyed = poly_match.Matcher.from_rings(
        VERTICES, [0, 5, 10], [0, 1, 2], near="covers", keys=[1, 2], groups=["a", "b"]
    )
    assert keyed.match(points, point_groups=["a", "a", "b", "b", "b"]).index.tolist() == [
        0,
        0,
        1,
        -1,
        -1,
    ]
    # A polygon is the union of its parts.
    parts = poly_match.Matcher.from_rings(
        np.array(VERTICES), [0, 5, 10], [0, 2], part_offsets=[0, 1, 2], near="covers"
    )
    assert parts.match(points).index.tolist() == [0, 0, 0, 0, -1]
    near = poly_match.Matcher.from_rings(
        VERTICES,
        np.array([0, 5, 10], dtype=np.int32),
        pa.array([0, 1, 2]),
        max_dist=9,
        best="nearest",
    )
    assert near.match([(4.5, 4.5)]).distance.tolist() == [0.0]
    assert near.match([(4.5, 4.5)], k=2).index.tolist() == [[0, 1]]
    with pytest.raises(AttributeError, match="built from arrays"):
        near.pairs(points)
    none = poly_match.Matcher.from_rings(np.empty((0, 2)), [0], [0], near="covers")
    assert none.match(points).index.max() == -1


def test_rings_of_very_many_polygons():
    # They are read some at a time. Every third has a hole, and every fifth a second part.
    vertices, rings, parts, polygons = [], [0], [0], [0]
    count = 40_000
    for i in range(count):
        shape = [[(2 * i, 0, 1)]]
        shape[0] += [(2 * i + 0.25, 0.25, 0.5)] * (i % 3 == 0)
        shape += [[(2 * i, 5, 1)]] * (i % 5 == 0)
        for part in shape:
            for x, y, side in part:
                vertices += [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
                rings.append(len(vertices))
            parts.append(len(rings) - 1)
        polygons.append(len(parts) - 1)
    points = np.array([(2 * i + 0.5, y) for i in range(0, count, 7) for y in (0.5, 0.1, 5.5)])
    covered = poly_match.Matcher.from_rings(vertices, rings, polygons, parts, near="covers")
    found = covered.match(points).index.reshape(-1, 3)
    i = np.arange(0, count, 7)
    assert (
        found.tolist()
        == np.stack([np.where(i % 3, i, -1), i, np.where(i % 5, -1, i)], axis=1).tolist()
    )
    near = poly_match.Matcher.from_rings(vertices, rings, polygons, parts, max_dist=0.1)
    plain = i[(i % 3 > 0) & (i % 5 > 0)]
    assert near.match(np.stack([2 * plain + 0.5, np.full(len(plain), 0.5)], 1)).index.tolist() == (
        plain.tolist()
    )
    for position, error in [(30_000, "ring offsets must rise"), (5, "ring offsets must rise")]:
        wrong = [*rings[:position], rings[position] - 7, *rings[position + 1 :]]
        with pytest.raises(ValueError, match=f"{error} .* at {position}"):
            poly_match.Matcher.from_rings(vertices, wrong, polygons, parts, near="covers")
    vertices[-1] = (math.nan, 0.0)
    with pytest.raises(ValueError, match=f"of polygon {count - 1} must be finite"):
        poly_match.Matcher.from_rings(vertices, rings, polygons, parts, near="covers")


@pytest.mark.parametrize(
    ("rings", "polygons", "parts", "error", "message"),
    [
        ([0, 5, 9], [0, 2], None, ValueError, "ring offsets must rise from 0 to 10, got 9 at 2"),
        ([0, 5, 10], [0, 3], None, ValueError, "polygon offsets must rise from 0 to 2, got 3 at 1"),
        ([0, 5, 10], [0, 2], [0, 3], ValueError, "part offsets must rise from 0 to 2, got 3 at 1"),
        (
            [0, 5, 10],
            np.array([], dtype=int),
            None,
            ValueError,
            "polygon offsets must begin with 0, got none",
        ),
        ([0, 5, 10], [0, 0, 2], None, ValueError, "polygon 0 must have at least one vertex"),
        ([0.0, 5.0, 10.0], [0, 2], None, TypeError, "ring_offsets must be integers"),
        ([0, 5, 10], [[0, 2]], None, ValueError, r"polygon_offsets must be one-dimensional"),
    ],
)
def test_bad_offsets_are_refused(rings, polygons, parts, error, message):
    with pytest.raises(error, match=message):
        poly_match.Matcher.from_rings(VERTICES, rings, polygons, parts, near="covers")


# Callables.


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ([1.0], ValueError, r"best\(\) must return one key for each of 6 candidates, got 1"),
        (np.zeros((6, 1)), ValueError, r"best\(\) returns must be one-dimensional, got .*\(6, 1\)"),
        (5.0, ValueError, r"best\(\) returns must be one-dimensional, got shape \(\)"),
        (None, TypeError, r"best\(\) returns must be numeric .* got NoneType"),
        (["a"] * 6, TypeError, r"best\(\) returns must be numeric .* dtype <U1"),
    ],
)
def test_a_callable_must_give_a_key_for_each_candidate(answer, error, message):
    for ask in every_ask(covers(lambda *_: answer)):
        with pytest.raises(error, match=message):
            ask(INSIDE)


def every_ask(matcher):
    return [
        matcher.match,
        matcher.pairs,
        lambda points: matcher.match(points, k=2),
        lambda points: matcher.candidates(points, order="best"),
        lambda points: list(matcher.iter_candidates(points, order="best")),
    ]


def of_candidates(points, indptr):
    return np.repeat(points, np.diff(indptr), axis=0)


@pytest.mark.parametrize(("point", "polygon"), [(2, 0), (1, 1), (0, 2)])
def test_a_key_that_is_nan_is_named_by_its_polygon_and_point(point, polygon):
    def best(points, indptr, indices):
        is_bad = (of_candidates(points, indptr) == INSIDE[point]).all(axis=1)
        return np.where(is_bad & (indices == polygon), math.nan, -math.inf)

    for ask in every_ask(covers(best)):
        with pytest.raises(ValueError, match=f"key of polygon {polygon} for point {point} is NaN"):
            ask(INSIDE)


@pytest.mark.parametrize(
    "convert",
    [
        lambda keys: np.repeat(keys, 2)[::2],
        lambda keys: keys.astype(np.float32),
        lambda keys: keys.astype(">f8"),
        lambda keys: np.frombuffer(b"?" + keys.tobytes(), offset=1),
        np.ndarray.tolist,
        pd.Series,
    ],
)
def test_a_callable_may_answer_with_any_numbers(convert):
    # Read as they are, or copied where they lie otherwise in memory.
    for keys in ([3.0, 1.0, 2.0], [1.0, 1.0, 0.5]):
        asked = covers(lambda _points, _indptr, indices, keys=keys: convert(np.take(keys, indices)))
        expected = covers(keys).match(INSIDE * 50).index
        assert asked.match(INSIDE * 50).index.tolist() == expected.tolist()


class MyError(BaseException):
    """Not even an Exception."""


@pytest.mark.parametrize("error", [KeyError("mine"), MyError("mine"), KeyboardInterrupt()])
def test_an_exception_in_a_callable_arrives_as_it_was_raised(error):
    def best(_points, _indptr, _indices):
        raise error

    for ask in (covers(best).match, covers(best).pairs):
        with pytest.raises(type(error)) as caught:
            ask(INSIDE)
        assert caught.value is error
        assert caught.traceback[-1].name == "best"
    # Where the order does not matter, nobody is asked.
    assert covers(best).candidates(INSIDE).indices.tolist() == [0, 1, 2, 0, 1, 0]


def test_distances_need_a_callable():
    message = "with_distances=True needs a callable as best, got "
    for best, got in (("area", "str"), ([1, 2, 3], "list"), (5, "int")):
        with pytest.raises(TypeError, match=message + got):
            covers(best, with_distances=True)
        with pytest.raises(TypeError, match=message + got):
            poly_match.match(SQUARES, INSIDE, near="covers", best=best, with_distances=True)
    with pytest.raises(TypeError, match=message + "keys"):
        poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=1, with_distances=True)


def farthest_first(_points, _indptr, _indices, distances):
    return -distances


def test_a_callable_with_distances():
    rule = {"max_dist": 9.0, "near": "boundary", "best": farthest_first, "with_distances": True}
    matcher = poly_match.Matcher(SQUARES, **rule)
    assert repr(matcher).endswith("with_distances=True>")
    for found in (matcher.match([(0.5, 0.5)]), poly_match.match(SQUARES, [(0.5, 0.5)], **rule)):
        assert found.index.tolist() == [2]
    centers = {"max_dist": 9, "best": farthest_first, "with_distances": True}
    matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0), (2, 0)], **centers)
    assert matcher.match([(0.1, 0), (1.9, 0)]).index.tolist() == [2, 0]
    assert matcher.match([(50, 0)]).index.tolist() == [-1]


def test_a_callable_is_not_asked_of_nothing():
    best = Recorder([1, 2, 3])
    assert covers(best).match([(99.0, 99.0)] * 10).index.tolist() == [-1] * 10
    assert covers(best).match([], k=2).index.shape == (0, 2)
    assert list(covers(best).iter_candidates([(99.0, 99.0)], order="best")) != []
    assert best.batches == []


def test_a_callable_is_asked_in_batches_of_points_that_lie_together():
    random = np.random.default_rng(0)
    centers = random.uniform(0, 10, (2000, 2))
    keys = random.uniform(size=2000)
    best = Recorder(keys)
    asked = poly_match.Matcher.from_arrays(centers, max_dist=2, best=best)
    built_in = poly_match.Matcher.from_arrays(centers, keys, max_dist=2)
    points = random.uniform(0, 10, (20_000, 2))
    for workers in (1, 2):
        best.batches.clear()
        result = asked.match(points, workers=workers)
        assert result.index.tobytes() == built_in.match(points).index.tobytes()
        assert len(best.batches) > 5
        assert max(len(indices) for _, _, indices in best.batches) < 1_000_000
        asked_of = np.concatenate([batch for batch, _, _ in best.batches])
        assert sorted(map(tuple, asked_of)) == sorted(map(tuple, points))
        for batch, indptr, indices in best.batches[:: len(best.batches) // 5]:
            some = slice(0, len(batch), 100)
            expected = built_in.candidates(batch[some])
            rows = np.split(indices, indptr[1:-1])[some]
            assert np.concatenate([np.sort(row) for row in rows]).tolist() == (
                expected.indices.tolist()
            )
        # Of points anywhere, the median batch would be as wide as all of them.
        widths = [np.ptp(batch, axis=0).prod() for batch, _, _ in best.batches]
        assert np.median(widths) < 25


def test_a_bad_key_of_a_later_batch_is_named_among_all_points():
    matcher = poly_match.Matcher.from_arrays(
        np.zeros((2000, 2)),
        max_dist=1,
        best=lambda points, indptr, _: np.where(
            of_candidates(points, indptr)[:, 0] == 0.5, np.nan, 0.0
        ),
    )
    points = np.zeros((1000, 2))
    points[765] = 0.5, 0.0
    with pytest.raises(ValueError, match="key of polygon 0 for point 765 is NaN"):
        matcher.match(points)
    with pytest.raises(ValueError, match="key of polygon 0 for point 765 is NaN"):
        matcher.candidates(points, order="best")
    points[900] = math.nan, 0.0
    with pytest.raises(ValueError, match="point 900 must be finite"):
        matcher.match(points)


def test_points_that_are_not_finite_are_not_asked_about():
    best = Recorder([1, 2, 3])
    points = [(math.nan, 0.0), (4.5, 4.5), (math.inf, 4.5)]
    with pytest.raises(ValueError, match="point 0 must be finite"):
        covers(best).match(points)
    assert covers(best).match(points, on_invalid="unmatched").index.tolist() == [-1, 0, -1]
    [(_, indptr, _)] = best.batches
    assert indptr.tolist() == [0, 3]


def test_a_callable_may_use_the_library_itself():
    def best(points, _indptr, indices):
        again = poly_match.Matcher(SQUARES, near="covers").match(points, workers=2, k=3)
        assert again.index[0].tolist() == [2, 1, 0]
        assert matcher.candidates(points, workers=2).indices.tolist() == indices.tolist()
        return -indices

    matcher = covers(best)
    assert matcher.match([(4.5, 4.5)] * 100, workers=2).index.tolist() == [2] * 100


def test_threads_share_a_callable():
    random = np.random.default_rng(0)
    centers, keys = random.uniform(0, 10, (500, 2)), random.uniform(size=500)
    points = random.uniform(0, 10, (3000, 2))
    threads = set()

    def best(_points, _indptr, indices):
        threads.add(threading.get_ident())
        return keys[indices]

    matcher = poly_match.Matcher.from_arrays(centers, max_dist=3, best=best)
    expected = poly_match.Matcher.from_arrays(centers, keys, max_dist=3).match(points).index
    callers = set()

    def run(workers):
        callers.add(threading.get_ident())
        return matcher.match(points, workers=workers)

    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(run, [1, 2, None] * 8):
            assert result.index.tobytes() == expected.tobytes()
    assert threads == callers


def test_a_matcher_whose_callable_knows_it_is_let_go():
    class Rule:
        def __call__(self, _points, _indptr, indices):
            return indices

    gone = []
    rule = Rule()
    rule.matcher = covers(rule)
    rule.__class__.__del__ = lambda _: gone.append(1)
    del rule
    gc.collect()
    assert gone == [1]


@pytest.mark.parametrize("where", ["python", "native"])
def test_ctrl_c_while_a_callable_runs(where):
    # In Python code, where the interpreter raises it, and between two calls, in native code.
    def best(_points, _indptr, indices):
        if where == "python":
            return [float(i) for i in indices.tolist() for _ in range(100)][::100]
        return keys[indices]

    random = np.random.default_rng(0)
    centers, keys = random.uniform(0, 1, (100_000, 2)), np.zeros(100_000)
    matcher = poly_match.Matcher.from_arrays(centers, max_dist=0.05, best=best)
    points = random.uniform(0, 1, (1_000_000, 2))
    with interrupted():
        matcher.match(points)
    assert matcher.match(points[:2]).index.shape == (2,)


def test_other_threads_run_while_the_core_searches_for_a_callable():
    random = np.random.default_rng(0)
    centers = random.uniform(0, 10, (20_000, 2))
    points = random.uniform(0, 10, (3000, 2))
    turns = []

    def best(_points, _indptr, indices):
        turns.append(other.turns)
        return indices

    matcher = poly_match.Matcher.from_arrays(centers, max_dist=1, best=best)
    with OtherThread() as other:
        # More than once, since a fast machine may leave no time for a turn before the first batch.
        for _ in range(100):
            turns.clear()
            begin = other.turns
            matcher.match(points, workers=1)
            if begin < turns[0]:
                break
    assert begin < turns[0]


# Pieces.


def test_pieces_hold_about_as_many_candidates_as_they_should():
    random = np.random.default_rng(0)
    centers = random.uniform(0, 10, (1000, 2))
    points = random.uniform(0, 10, (5000, 2))
    matcher = poly_match.Matcher.from_arrays(centers, max_dist=1, best="first")
    whole = matcher.candidates(points)
    pieces = list(matcher.iter_candidates(points, batch=20_000))
    assert len(pieces) > 3
    assert [start for start, _ in pieces] == np.cumsum(
        [0] + [len(piece.indptr) - 1 for _, piece in pieces[:-1]]
    ).tolist()
    indices = np.concatenate([piece.indices for _, piece in pieces])
    assert indices.tobytes() == whole.indices.tobytes()
    sizes = [len(piece.indices) for _, piece in pieces]
    assert all(20_000 <= size < 40_000 for size in sizes[:-1])


def test_pieces_come_from_points_of_any_kind():
    matcher = covers()
    for points in (INSIDE, iter(INSIDE), np.array(INSIDE), pd.DataFrame(INSIDE, dtype="f4")):
        pieces = list(matcher.iter_candidates(points, batch=1, order="best"))
        assert sum(len(piece.indptr) - 1 for _, piece in pieces) == 4
        assert [i for _, piece in pieces for i in piece.indices.tolist()] == [2, 1, 0, 1, 0, 0]
    assert list(matcher.iter_candidates([])) == []


def test_a_bad_point_ends_the_pieces():
    points = [*INSIDE, (math.nan, 0.0)]
    with pytest.raises(ValueError, match="point 4 must be finite"):
        list(covers().iter_candidates(points))
    [(start, piece)] = covers().iter_candidates(points, on_invalid="unmatched")
    assert (start, piece.indptr.tolist()) == (0, [0, 3, 5, 6, 6, 6])
    with pytest.raises(ValueError, match=r"points must have shape \(N, 2\)"):
        covers().iter_candidates(np.zeros(3))
