"""Criteria in order, and keys of every kind."""

import datetime
import decimal
import fractions
import itertools

import geopandas
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

# Nested squares around the origin and one beside them. All but the last cover the origin.
SIDES = [8.0, 4.0, 4.0, 6.0, 2.0]
PLACES = [0.0, 0.0, 0.0, 0.0, 50.0]
SQUARES = [
    poly_match.Polygon([x - s, x + s, x + s, x - s], [-s, -s, s, s])
    for s, x in zip(SIDES, PLACES, strict=True)
]
ORIGIN = [(0.0, 0.0)]


def ranked(best, near="covers", **rule):
    """Positions of the candidates of the origin, the best first."""
    matcher = poly_match.Matcher(SQUARES, near=near, best=best, **rule)
    return matcher.candidates(ORIGIN, order="best").indices.tolist()


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        ("smallest", [1, 2, 3, 0]),
        ("area", [1, 2, 3, 0]),
        ("largest", [0, 3, 1, 2]),
        ("first", [0, 1, 2, 3]),
        ("nearest", [0, 1, 2, 3]),
        ("nearest,largest", [0, 3, 1, 2]),
        (" nearest , smallest ", [1, 2, 3, 0]),
        (("smallest", [5, 2, 1, 0, 0]), [2, 1, 3, 0]),
        (([1, 0, 1, 0, 0], "largest"), [3, 1, 0, 2]),
        (["first", "smallest"], [0, 1, 2, 3]),
        (([0, 0, 0, 0, 0], [3, 2, 1, 0, 0]), [3, 2, 1, 0]),
        ((np.zeros(5), "largest", [3, 2, 1, 0, 0]), [0, 3, 2, 1]),
        ([3, 2, 1, 0, 0], [3, 2, 1, 0]),
        ((3, 2, 1, 0, 0), [3, 2, 1, 0]),
    ],
)
def test_criteria_are_compared_in_order(best, expected):
    assert ranked(best) == expected


def test_the_smallest_that_contains_or_else_the_nearest():
    for best in ("nearest,smallest", ("nearest", "smallest"), ["nearest", "area"]):
        matcher = poly_match.Matcher(SQUARES, near="boundary", best=best)
        points = [(0.0, 0.0), (7.0, 0.0), (20.0, 0.0), (40.0, 0.0), (50.0, 1.0)]
        assert matcher.match(points).index.tolist() == [1, 0, 0, 4, 4]
        within = poly_match.Matcher(SQUARES, near="boundary", best=best, max_dist=5.0)
        assert within.match(points).index.tolist() == [1, 0, -1, -1, 4]


def test_tie_appends_the_distance():
    random = np.random.default_rng(1)
    centers, keys = random.uniform(0, 9, (200, 2)), random.integers(0, 3, 200)
    points = random.uniform(0, 9, (50, 2))
    build = poly_match.Matcher.from_arrays
    tie = build(centers, best=keys, tie="distance", max_dist=4).match(points, k=3)
    listed = build(centers, best=(keys, "nearest"), max_dist=4).match(points, k=3)
    np.testing.assert_array_equal(tie.index, listed.index)
    nearest = build(centers, best="nearest").match(points)
    assert nearest.distance.max() < 9
    assert (nearest.distance <= listed.distance[:, 0]).all()


DAYS = [datetime.date(2024, 5, day) for day in (9, 2, 1, 3, 4)]
EQUAL_KEYS = {
    "integers beyond float64": [2**53 + 3, 2**53 + 1, 2**53, 2**53 + 2, 0],
    "integers beyond 64 bits": [2**80 + 3, 2**80 + 1, 2**80, 2**80 + 2, 0],
    "integers beside a fraction": [2**53 + 3, 2**53 + 1, 2**53, 2**53 + 2, 0.5],
    "negative and beyond 63 bits": [2**63 + 3, 2**63 + 1, -1, 2**63 + 2, 0],
    "unsigned": np.array([2**64 - 1, 2**64 - 3, 2**64 - 4, 2**64 - 2, 0], dtype=np.uint64),
    "signed": np.array([-1, -3, -4, -2, 0]) + 2**62,
    "float32": np.array([9, 2, 1, 3, 0], dtype=np.float32),
    "dates": DAYS,
    "datetime64": np.array(DAYS, dtype="datetime64[us]"),
    "timedelta64": np.array([9, 2, 1, 3, 0], dtype="timedelta64[s]"),
    "timestamps": pd.Series(pd.to_datetime(DAYS)),
    "timestamps with a zone": pd.Series(pd.to_datetime(DAYS)).dt.tz_localize("UTC"),
    "decimals": [decimal.Decimal(n) / 7 for n in (9, 2, 1, 3, 0)],
    "fractions": [fractions.Fraction(n, 7) for n in (9, 2, 1, 3, 0)],
    "pandas nullable": pd.Series([2**60 + 3, 2**60 + 1, 2**60, 2**60 + 2, 0], dtype="Int64"),
    "Polars": pl.Series([2**60 + 3, 2**60 + 1, 2**60, 2**60 + 2, 0]),
    "Arrow": pa.array([2**60 + 3, 2**60 + 1, 2**60, 2**60 + 2, 0]),
    "any index": pd.Series([9, 2, 1, 3, 0], index=[4, 3, 2, 1, 0]),
}


@pytest.mark.parametrize("keys", EQUAL_KEYS.values(), ids=EQUAL_KEYS)
def test_keys_are_compared_exactly(keys):
    assert ranked(keys) == [2, 1, 3, 0]
    assert ranked((keys,)) == [2, 1, 3, 0]
    assert ranked(("nearest", keys)) == [2, 1, 3, 0]


def test_booleans_are_keys():
    keys = np.array([True, False, True, False, True])
    assert ranked(keys) == ranked(keys.tolist()) == [1, 3, 0, 2]


MISSING_KEYS = {
    "None": [3, None, 1, 2, None],
    "NaN": [3.0, np.nan, 1.0, 2.0, np.nan],
    "masked": np.ma.array([3, 0, 1, 2, 0], mask=[0, 1, 0, 0, 1]),
    "masked floats": np.ma.array([3.0, 0.0, 1.0, 2.0, 0.0], mask=[0, 1, 0, 0, 1]),
    "NaT": np.array(["2024-03", "NaT", "2024-01", "2024-02", "NaT"], dtype="datetime64[M]"),
    "pandas timestamps": pd.to_datetime(pd.Series(["2024-03", None, "2024-01", "2024-02", None])),
    "pandas NA": pd.Series([3, None, 1, 2, None], dtype="Int64"),
    "pandas booleans": pd.Series([True, None, False, True, None], dtype="boolean"),
    "Polars null": pl.Series([2**60 + 3, None, 2**60 + 1, 2**60 + 2, None]),
    "Arrow null": pa.array([3, None, 1, 2, None]),
    "dates or None": [DAYS[3], None, DAYS[2], DAYS[1], None],
    "large or None": [2**70 + 3, None, 2**70 + 1, 2**70 + 2, None],
}


@pytest.mark.parametrize("keys", MISSING_KEYS.values(), ids=MISSING_KEYS)
def test_a_missing_key_is_an_error_or_last(keys):
    with pytest.raises(ValueError, match="key of polygon 1 is NaN or missing"):
        ranked(keys)
    expected = [2, 0, 3, 1] if ranked(keys, nulls_last=True)[1] == 0 else [2, 3, 0, 1]
    assert ranked(keys, nulls_last=True) == expected
    assert ranked(("nearest", keys), nulls_last=True) == expected
    # Among those without a key, the next criterion decides.
    assert ranked(([None] * 5, "largest"), nulls_last=True) == [0, 3, 1, 2]


def test_columns_of_a_table_are_keys():
    table = geopandas.GeoDataFrame(
        {"limit": [30, 50, 30, None, 0], "a,b": [1, 2, 3, 4, 5]},
        geometry=[shapely.box(-s, -s, s, s) for s in (8, 4, 5, 6, 2)],
    )

    def order(best, **rule):
        matcher = poly_match.Matcher(table, near="covers", best=best, **rule)
        return matcher.candidates(ORIGIN, order="best").indices.tolist()

    assert order("max:limit,smallest", nulls_last=True) == [1, 2, 0, 4, 3]
    assert order("min:limit", nulls_last=True) == [4, 0, 2, 1, 3]
    assert order(["max:a,b"]) == [4, 3, 2, 1, 0]
    assert order(("nearest", "key:a,b")) == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="key of polygon 3 is NaN or missing"):
        order("max:limit")
    with pytest.raises(ValueError, match=r"'max:limt' names no .*: did you mean 'limit'"):
        order("max:limt")
    with pytest.raises(ValueError, match="'max:limit' names a column, but the polygons are no tab"):
        ranked("max:limit")


@pytest.mark.parametrize(
    ("best", "error", "message"),
    [
        ("", ValueError, 'best: expected a criterion: .* got ""'),
        ("nearest,", ValueError, 'best: expected a criterion: .* got ""'),
        ("area,smallest", ValueError, "the criterion smallest comes twice"),
        (("nearest", ORIGIN), ValueError, r"best\[1\] must be one-dimensional"),
        (("nearest", len), TypeError, r"best\[1\] is a callable, which must stand alone"),
        (("nearest", [1, 2]), ValueError, "expected one key for each of 5 polygons, got 2"),
        (("nearest", ["a"] * 5), TypeError, r"best\[1\] must be numbers, booleans or dates"),
        (np.array(["a"] * 5), TypeError, "keys must be numbers, booleans or dates"),
        ([1, "a", 2, 3, 4], TypeError, "keys must be numbers, booleans or dates"),
        ([DAYS[0], 1, 2, 3, 4], TypeError, "keys must be comparable with each other"),
        (np.array([1j] * 5), TypeError, "keys must be numbers, booleans or dates"),
    ],
)
def test_what_is_no_criterion_is_refused(best, error, message):
    with pytest.raises(error, match=message):
        ranked(best)


def test_a_rule_says_its_criteria():
    matcher = poly_match.Matcher(SQUARES, near="covers", best=("nearest", [1, 2, 3, 4, 5]))
    assert "best=('nearest', <5 keys>)" in repr(matcher)
    again = poly_match.Matcher.from_bytes(matcher.to_bytes())
    assert repr(again) == repr(matcher)
    np.testing.assert_array_equal(again.match(ORIGIN, k=3).index, matcher.match(ORIGIN, k=3).index)


WORDS = ["smallest", "largest", "nearest", "first"]


@given(
    best=st.lists(st.sampled_from([*WORDS, "keys", "days"]), min_size=1, max_size=3, unique=True),
    keys=st.lists(st.sampled_from([2**60, 2**60 + 1, None]), min_size=5, max_size=5),
    days=st.lists(st.sampled_from([*DAYS[:2], None]), min_size=5, max_size=5),
    near=st.sampled_from(["covers", "boundary", "center"]),
)
def test_any_list_of_criteria(best, keys, days, near):
    points = [(0.0, 0.0), (10.0, 1.0), (49.0, 7.0)]
    rule = {} if near == "covers" else {"max_dist": 12.0}
    given_keys = {"keys": pd.array(keys, dtype="Int64"), "days": days}
    matcher = poly_match.Matcher(
        SQUARES,
        near=near,
        best=tuple(given_keys.get(word, word) for word in best),
        nulls_last=True,
        **rule,
    )

    def value(word, candidate):
        index, distance = candidate
        missing = {"keys": keys, "days": days}.get(word)
        if missing is not None:
            key = missing[index]
            return (key is None, 0 if key is None else key if word == "keys" else key.toordinal())
        area = SQUARES[index].area()
        return {"smallest": area, "largest": -area, "nearest": distance, "first": index}[word]

    found = matcher.candidates(points)
    ordered = matcher.candidates(points, order="best")
    for start, end in itertools.pairwise(found.indptr):
        row = zip(found.indices[start:end].tolist(), found.distances[start:end], strict=True)
        expected = sorted(row, key=lambda c: [*(value(word, c) for word in best), c[0]])
        assert ordered.indices[start:end].tolist() == [index for index, _ in expected]
