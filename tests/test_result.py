"""What a result can be asked: values by match, counts, and its rows one by one."""

from __future__ import annotations

import datetime
import pickle

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest

ZONES = [poly_match.Polygon([x, x + 9, x + 9, x], [0, 0, 9, 9]) for x in (0, 20, 4)]
POINTS = [(21.0, 1.0), (50.0, 50.0), (5.0, 1.0), (5.0, 2.0)]
INDEX = [1, -1, 0, 0]


@pytest.fixture(scope="module")
def matcher():
    return poly_match.Matcher(ZONES, near="covers", best="first")


@pytest.fixture(scope="module")
def result(matcher):
    return matcher.match(POINTS)


@pytest.fixture(scope="module")
def ranked(matcher):
    return matcher.match(POINTS, k=2)


def as_list(answer):
    """As Python objects; None where values are masked or missing."""
    values = answer.to_pylist() if hasattr(answer, "to_pylist") else list(answer)
    if isinstance(answer, np.ma.MaskedArray):
        values = answer.tolist()
    return [
        None if value is None or value is pd.NA or value != value else value for value in values
    ]


DATES = ["2026-01-01", "2026-01-02", "2026-01-03"]
UTC = pd.Series(pd.to_datetime(DATES, utc=True))

# Values, and the type and dtype of the answer.
VALUES = [
    (["a", "b", "c"], np.ndarray, object),
    (("a", "b", "c"), np.ndarray, object),
    (np.array(["a", "b", "c"]), np.ndarray, object),
    ([b"a", b"b", b"c"], np.ndarray, object),
    (["a", 1, None], np.ndarray, object),
    ([1, None, 2], np.ndarray, object),
    ([(1, 2), (3, 4), (5,)], np.ndarray, object),
    ([{"a": 1}, {"b": 2}, {}], np.ndarray, object),
    ([1, 2, 3], np.ma.MaskedArray, np.int64),
    (range(3), np.ma.MaskedArray, np.int64),
    (np.array([1, 2, 3], dtype=np.uint8), np.ma.MaskedArray, np.uint8),
    ([2**53 + 1, 2**53, 3], np.ma.MaskedArray, np.int64),
    ([True, False, True], np.ma.MaskedArray, bool),
    ([True, 2, 3.5], np.ndarray, object),
    ([1.5, 2, 3], np.ndarray, np.float64),
    (np.array([1, 2, 3], dtype=np.float32), np.ndarray, np.float32),
    ([1j, 2j, 3j], np.ndarray, np.complex128),
    (np.array(DATES, dtype="M8[D]"), np.ndarray, "M8[D]"),
    (np.array([1, 2, 3], dtype="m8[s]"), np.ndarray, "m8[s]"),
    (ZONES, np.ndarray, object),
    (pd.Series([1, 2, 3]), pd.arrays.IntegerArray, "Int64"),
    (pd.Series([1, 2, 3], index=[2, 1, 0]), pd.arrays.IntegerArray, "Int64"),
    (pd.Index([1, 2, 3]), pd.arrays.IntegerArray, "Int64"),
    (pd.RangeIndex(3), pd.arrays.IntegerArray, "Int64"),
    (pd.Series([1, 2, 3], dtype="uint8"), pd.arrays.IntegerArray, "UInt8"),
    (pd.Series([True, False, True]), pd.arrays.BooleanArray, "boolean"),
    (pd.Series([1, 2, 3], dtype="Int32"), pd.arrays.IntegerArray, "Int32"),
    (pd.array([1, 2, 3], dtype="Float64"), pd.arrays.FloatingArray, "Float64"),
    (pd.array([1, 2, 3], dtype="int64[pyarrow]"), pd.arrays.ArrowExtensionArray, "int64[pyarrow]"),
    (pd.Series([1.5, 2, 3]), np.ndarray, np.float64),
    (pd.Series(["a", 1, None], dtype=object), np.ndarray, object),
    (pd.Series(["a", "b", "c"], dtype="category"), pd.Categorical, "category"),
    (UTC, pd.arrays.DatetimeArray, UTC.dtype),
    (UTC.dt.tz_localize(None), np.ndarray, UTC.dt.tz_localize(None).dtype),
    (pa.array([1, 2, 3]), pa.Int64Array, pa.int64()),
    (pa.chunked_array([["a", "b"], ["c"]]), pa.ChunkedArray, pa.string()),
    (pl.Series([1, 2, 3]), pl.Series, pl.Int64),
    (pl.Series(["a", "b", "c"]), pl.Series, pl.String),
]


@pytest.mark.parametrize(("values", "kind", "dtype"), VALUES, ids=lambda value: str(value)[:40])
def test_values_by_match(result, values, kind, dtype):
    answer = result.lookup(values)
    assert type(answer) is kind
    assert (answer.type if hasattr(answer, "type") else answer.dtype) == dtype
    values = as_list(values)
    assert as_list(answer) == [None if i < 0 else values[i] for i in INDEX]


@pytest.mark.parametrize(("values", "_kind", "_dtype"), VALUES, ids=lambda value: str(value)[:40])
def test_values_by_match_of_the_k_best(ranked, values, _kind, _dtype):
    answer = ranked.lookup(values)
    assert isinstance(answer, np.ndarray)
    assert answer.shape == (4, 2)
    values = as_list(values)
    expected = [[None if i < 0 else values[i] for i in row] for row in ranked.index]
    assert [as_list(row) for row in answer] == expected


def test_a_mask_hides_no_value_of_a_polygon(result, ranked):
    for found in (result, ranked):
        answer = found.lookup([7, 8, 9])
        assert not np.ma.getdata(answer)[found.index < 0].any()
    # Without a match missing either way, the answer is a masked array.
    assert isinstance(result.lookup([1, 2, 3])[:1], np.ma.MaskedArray)


def test_string_dtypes_of_pandas(result):
    for dtype in ("string", "str", "string[pyarrow]"):
        values = pd.Series(["a", "b", "c"], dtype=dtype)
        answer = result.lookup(values)
        assert answer.dtype == values.dtype
        assert as_list(answer) == ["b", None, "a", "a"]


FILLS = [
    (["a", "b", "c"], "-", "<U1"),
    (["a", "b", "c"], "outside", "<U7"),
    (["a", "b", "c"], 0, object),
    ([1, 2, 3], -1, np.int64),
    ([1, 2, 3], 0.5, np.float64),
    ([1, 2, 3], "none", object),
    ([2**53 + 1, 2, 3], 0.5, object),
    (np.array([1, 2, 3], dtype=np.uint8), 255, np.uint8),
    (np.array([1, 2, 3], dtype=np.uint8), 256, np.int64),
    (np.array([1, 2, 3], dtype=np.uint8), -1, np.int64),
    ([True, False, True], False, bool),
    ([True, False, True], 0, object),
    ([1.5, 2.5, 3.5], 0, np.float64),
    (np.array([1, 2, 3], dtype=np.float32), 0.25, np.float32),
    (np.array(DATES, dtype="M8[D]"), np.datetime64("1999-01-01"), "M8[D]"),
    (np.array(DATES, dtype="M8[D]"), datetime.date(1999, 1, 1), "M8[D]"),
    (np.array(DATES, dtype="M8[D]"), datetime.datetime(1999, 1, 1, 5), "M8[us]"),
    (np.array(DATES, dtype="M8[D]"), "never", object),
    ([ZONES[0], "b", None], [1, 2], object),
    (pd.Series([1, 2, 3]), 0, np.int64),
    (pd.Series([1, None, 3], dtype="Int64"), 0, "Int64"),
    (pd.Series(["a", "b", "c"], dtype="category"), "c", "category"),
    (pa.array([1, None, 3]), 0, pa.int64()),
    (pa.chunked_array([[1], [None, 3]]), 0, pa.int64()),
    (pl.Series([1, None, 3]), 0, pl.Int64),
    (np.ma.array([1, 2, 3], mask=[0, 1, 0]), 0, np.int64),
]


@pytest.mark.parametrize(("values", "fill", "dtype"), FILLS, ids=lambda value: str(value)[:40])
def test_a_fill_decides_the_dtype(result, values, fill, dtype):
    answer = result.lookup(values, fill)
    assert (answer.type if hasattr(answer, "type") else answer.dtype) == dtype
    # A missing value that was matched stays missing.
    values = as_list(values)
    assert as_list(answer) == [fill if i < 0 else values[i] for i in INDEX]


def test_nan_as_fill(result):
    answer = result.lookup([1, 2, 3], np.nan)
    assert answer.dtype == np.float64
    assert as_list(answer) == [2.0, None, 1.0, 1.0]


def test_what_is_missing_stays_missing(result, ranked):
    for values in (
        np.ma.array([1, 2, 3], mask=[0, 1, 0]),
        pd.array([1, None, 3], dtype="Int64"),
        pa.array([1, None, 3]),
        pl.Series([1, None, 3]),
    ):
        assert as_list(result.lookup(values)) == [None, None, 1, 1]
        assert as_list(ranked.lookup(values)[:, 0]) == [None, None, 1, 1]
    large = ranked.lookup(pa.array([2**53 + 1, None, 3]))
    assert large.dtype == np.int64
    assert large[2].tolist() == [2**53 + 1, 3]


def test_values_do_not_change(result):
    values = [np.array([1, 2, 3]), pl.Series([1, 2, 3]), pd.Series([1, 2, 3]), [1, 2, 3]]
    for one in values:
        result.lookup(one, fill=0)
        assert list(one) == [1, 2, 3]


def test_values_must_be_one_for_each_polygon(result):
    for values in (["a", "b"], np.arange(4), pd.Series([1]), pa.array([1]), pl.Series([1])):
        message = f"one value for each of 3 polygons, got {len(values)}"
        with pytest.raises(ValueError, match=message):
            result.lookup(values)
    for values in (
        np.zeros((3, 2)),
        pd.DataFrame({"a": [1, 2, 3]}),
        pl.DataFrame({"a": [1, 2, 3]}),
    ):
        with pytest.raises(ValueError, match="values must be one-dimensional, got shape"):
            result.lookup(values)
    for values in ("abc", b"abc", {"a": 1}, {1, 2, 3}, 7):
        with pytest.raises(TypeError, match="values must be a sequence, got"):
            result.lookup(values)


@pytest.mark.parametrize("points", [[], [(0.0, 0.0), (1.0, 1.0)]])
def test_no_polygons(points):
    result = poly_match.match([], points, near="covers")
    empty = [[], np.array([]), np.array([], int), np.array([], "U1"), pd.Series([], dtype="Int64")]
    for values in [
        *empty,
        pd.Series([], dtype=int),
        pa.array([], pa.int64()),
        pl.Series([], dtype=pl.Int64),
    ]:
        assert as_list(result.lookup(values)) == [None] * len(points)
        assert len(result.lookup(values, 0)) == len(points)
    assert result.counts().tolist() == []
    assert result.counts().dtype == np.int64


def test_counts(result, ranked):
    assert result.counts().tolist() == [2, 1, 0]
    assert result.counts().dtype == np.int64
    assert ranked.counts().tolist() == [2, 1, 2]


def test_a_result_of_any_matcher_knows_the_number_of_polygons(matcher, tmp_path):
    path = tmp_path / "zones.plym"
    matcher.save(path, with_objects=False)
    vertices = [vertex for zone in ZONES for vertex in zip(zone.x, zone.y, strict=True)]
    rings = poly_match.Matcher.from_rings(
        vertices, [0, 4, 8, 12], [0, 1, 2, 3], near="covers", best="first"
    )
    centers = [zone.center for zone in ZONES]
    for other in (
        poly_match.Matcher.load(path),
        poly_match.Matcher.from_bytes(matcher.to_bytes()),
        pickle.loads(pickle.dumps(matcher)),
        rings,
        poly_match.Matcher.from_arrays(centers, [1, 2, 3], max_dist=5.0),
    ):
        result = other.match(POINTS)
        assert result.lookup(["a", "b", "c"]).tolist() == ["b", None, "a", "a"]
        assert result.counts().tolist() == [2, 1, 0]
        assert pickle.loads(pickle.dumps(result)).counts().tolist() == [2, 1, 0]
    assert poly_match.MatchResult(result.index, result.distance, ZONES).counts().tolist() == [
        2,
        1,
        0,
    ]


def test_iteration(result, ranked):
    matches = list(result)
    assert len(matches) == len(result) == 4
    assert matches == [(1, 0.0), None, (0, 0.0), (0, 0.0)]
    assert isinstance(matches[0], poly_match.Match)
    assert (matches[0].index, matches[0].distance) == (1, 0.0)
    assert type(matches[0].index) is int
    rows = list(ranked)
    assert len(rows) == len(ranked) == 4
    assert rows == [[(1, 0.0)], [], [(0, 0.0), (2, 0.0)], [(0, 0.0), (2, 0.0)]]
    assert list(poly_match.match([], [], near="covers")) == []
