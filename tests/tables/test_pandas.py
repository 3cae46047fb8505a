"""Tables of pandas: indexes, dtypes, attributes and classes come back as they were."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal

# Zone 1 is inside zone 0.
SQUARES = [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6), shapely.box(20, 0, 29, 9)]
X, Y = [5.0, 1.0, 50.0, 21.0, 5.5], [5.0, 1.0, 50.0, 3.0, 4.5]
MATCHES = [1, 0, -1, 2, 1]


def points(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"x": X, "y": Y, **columns})


def zones(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({**columns, "geometry": SQUARES})


def join(ours: pd.DataFrame, theirs: pd.DataFrame, **asked: Any) -> pd.DataFrame:
    return poly_match.join(ours, theirs, near="covers", **asked)


day = datetime.date(2020, 1, 1)
VALUES: dict[str, Any] = {
    "float64": np.array([0.5, np.nan, 2.5]),
    "float32": np.array([0.5, np.nan, 2.5], dtype=np.float32),
    **{name: np.array([1, 2, 3], dtype=name) for name in ("int8", "int16", "int32", "int64")},
    **{name: np.array([1, 2, 3], dtype=name) for name in ("uint8", "uint16", "uint32")},
    "uint64": np.array([1, 2**64 - 1, 3], dtype=np.uint64),
    "large int64": np.array([2**62 + 1, -(2**62) - 1, 0]),
    "bool": np.array([True, False, True]),
    "Int64": pd.array([1, None, 2**62 + 1], dtype="Int64"),
    "UInt8": pd.array([1, None, 3], dtype="UInt8"),
    "Float32": pd.array([1.5, None, 3.5], dtype="Float32"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "objects of text": np.array(["a", None, "c"], dtype=object),
    "string": pd.array(["a", None, "c"], dtype="string"),
    "text by default": pd.Series(["a", None, "c"]),
    "category": pd.Categorical(["b", None, "a"], categories=["c", "b", "a"]),
    "ordered": pd.Categorical(["b", None, "a"], categories=["c", "b", "a"], ordered=True),
    "numbered": pd.Categorical([7, None, 9], categories=[9, 7]),
    "datetime": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
    "seconds": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).as_unit("s"),
    "zoned": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("Europe/Rome"),
    "timedelta": pd.to_timedelta(["1h", None, "3h"]),
    "period": pd.PeriodIndex(["2020-01", None, "2020-03"], freq="M").array,
    "interval": pd.arrays.IntervalArray.from_breaks([0.0, 1.0, 2.0, 3.0]),
    "sparse": pd.arrays.SparseArray([0.0, 0.0, 1.0]),
    "decimals": np.array([decimal.Decimal("1.50"), None, decimal.Decimal(3)], dtype=object),
    "bytes": np.array([b"a", None, b"c"], dtype=object),
    "dates": np.array([day, None, day], dtype=object),
    "mixed": np.array([1, "a", None], dtype=object),
    "lists": pd.Series([[1], None, [2, 3]], dtype=object),
    "dicts": pd.Series([{"a": 1}, None, {"a": 2}], dtype=object),
    "arrow text": pd.array(["a", None, "c"], dtype="string[pyarrow]"),
    "arrow int64": pd.array([1, None, 2**62 + 1], dtype="int64[pyarrow]"),
    "arrow bool": pd.array([True, None, False], dtype="bool[pyarrow]"),
    "complex": np.array([1j, 2, 3]),
}

# NumPy's types that hold no missing value, and pandas' that do.
NULLABLE = {
    **{
        f"{sign}int{bits}": f"{sign.upper()}Int{bits}" for sign in ("", "u") for bits in (8, 16, 32)
    },
    "int64": "Int64",
    "uint64": "UInt64",
    "bool": "boolean",
}


@pytest.mark.parametrize("kind", VALUES)
def test_columns_of_points_stay(kind: str):
    ours = points(value=pd.Series(VALUES[kind]).reindex([0, 1, 2, 1, 0]).reset_index(drop=True))
    if kind in ("lists", "dicts"):  # which reindex fills with NaN in no case
        ours["value"] = [*VALUES[kind], VALUES[kind][1], VALUES[kind][0]]
    before = ours.copy(deep=True)
    for asked in ({}, {"how": "inner"}, {"k": 2}):
        got = join(ours, zones(name=["a", "b", "c"]), **asked)
        assert list(got.columns[:3]) == ["x", "y", "value"]
        rows = got.index
        assert_frame_equal(got[["x", "y", "value"]], ours.loc[rows])
    assert_frame_equal(ours, before)


@pytest.mark.parametrize("kind", VALUES)
def test_columns_of_polygons_keep_values_and_types(kind: str):
    theirs = zones(value=VALUES[kind])
    before = theirs.copy(deep=True)
    dtype = theirs["value"].dtype
    got = join(points(), theirs)["value"]
    assert got.dtype == NULLABLE.get(str(dtype), dtype)
    for value, match in zip(got, MATCHES, strict=True):
        expected = theirs["value"].iloc[match] if match >= 0 else None
        if (
            match < 0
            or expected is None
            or (not isinstance(expected, (list, dict)) and pd.isna(expected))
        ):
            assert pd.isna(value)
        else:
            assert type(value) in (type(expected), bool, int) or expected == value
            assert value == expected
    assert_frame_equal(theirs, before)


INDEXES = st.sampled_from(
    [
        pd.RangeIndex(10, 15),
        pd.Index([3, 1, 3, 1, 3], name="number"),
        pd.Index(["a", "b", None, "a", "c"], dtype=object),
        pd.DatetimeIndex(["2020-01-05"] * 2 + ["2020-01-01"] * 3, name="when"),
        pd.MultiIndex.from_arrays([[1, 1, 2, 2, 1], list("ababa")], names=["n", None]),
        pd.CategoricalIndex(list("abcab")),
        pd.Index([0.5, np.nan, 2.5, 0.5, 1.5]),
        pd.interval_range(0, 5),
        pd.RangeIndex(4, -1, -1),
    ]
)


@settings(deadline=None)
@given(INDEXES, INDEXES, st.sampled_from(["left", "inner"]), st.sampled_from([None, 2]))
def test_rows_keep_their_labels(index: pd.Index, other: pd.Index, how: str, k: int | None):
    ours = points(id=range(5)).set_axis(index)
    theirs = zones(name=["a", "b", "c"]).set_axis(other[:3])
    got = join(ours, theirs, how=how, k=k)
    assert_index_equal(got.index, ours.index[got["id"]], exact="equiv")
    assert_frame_equal(got[["x", "y", "id"]], ours.iloc[got["id"]])
    if k is None:
        found = [m for m in MATCHES if m >= 0 or how == "left"]
        assert [None if pd.isna(n) else n for n in got["name"]] == [
            None if m < 0 else "abc"[m] for m in found
        ]


def test_a_filtered_frame_is_matched_by_position():
    ours = points()
    ours = pd.concat([ours] * 4, ignore_index=True)
    some = ours[ours.index % 3 == 1]
    theirs = zones(name=["a", "b", "c"])[::-1]
    got = join(some, theirs)
    assert got["name"].equals(join(ours, theirs)["name"][some.index])


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(10, 13),
        pd.Index([7, 2**62 + 1, -1]),
        pd.Index(["x", "y", "z"]),
        pd.DatetimeIndex(["2020-01-01", "2020-01-02", "2020-01-03"]),
        pd.CategoricalIndex(["p", "q", "p"]),
    ],
)
def test_the_label_of_a_polygon_is_that_of_its_index(index: pd.Index):
    got = join(points(), zones().set_axis(index), label_col="zone", position_col="at")
    assert list(got.columns) == ["x", "y", "at", "zone"]
    assert got["at"].dtype == "Int64"
    assert [None if pd.isna(v) else v for v in got["zone"]] == [
        None if m < 0 else index[m] for m in MATCHES
    ]
    assert got["zone"].dtype == NULLABLE.get(str(index.dtype), index.dtype)


def test_there_is_no_label_of_several_levels():
    theirs = zones().set_axis(pd.MultiIndex.from_product([[1], [1, 2, 3]]))
    assert len(join(points(), theirs)) == 5
    with pytest.raises(ValueError, match="one level"):
        join(points(), theirs, label_col="zone")


def test_attributes_and_flags_stay():
    ours = points()
    ours.attrs["source"] = {"file": "points.csv"}
    ours = ours.set_flags(allows_duplicate_labels=False)
    for asked in ({}, {"how": "inner"}):
        got = join(ours, zones(name=["a", "b", "c"]), **asked)
        assert got.attrs == ours.attrs
        assert not got.flags.allows_duplicate_labels


class Frame(pd.DataFrame):
    _metadata = ("note",)
    note: str

    @property
    def _constructor(self) -> type[Frame]:
        return Frame


@pytest.mark.filterwarnings("ignore:Passing a BlockManager:DeprecationWarning")
def test_a_subclass_stays():
    ours = Frame(points())
    ours.note = "mine"
    for asked in ({}, {"how": "inner"}, {"k": 2}):
        got = join(ours, zones(name=["a", "b", "c"]), **asked)
        assert type(got) is Frame
        assert got.note == "mine"


def test_many_columns_of_polygons():
    many = pd.DataFrame({f"c{i}": [i, 2, 3] for i in range(150)})
    got = join(points(), many.assign(geometry=SQUARES))
    assert list(got.columns) == ["x", "y", *many.columns]


def test_names_that_are_no_text():
    ours = pd.DataFrame({0: X, 1: Y, ("a", 1): range(5)})
    theirs = pd.DataFrame({0: [10, 20, 30], None: [1, 2, 3], 2.5: list("abc"), "geometry": SQUARES})
    got = join(ours, theirs, x=0, y=1)
    assert list(got.columns) == [0, 1, ("a", 1), "polygon_0", None, 2.5]
    assert got["polygon_0"].tolist()[:2] == [20, 10]
    assert list(join(ours, theirs, x=0, y=1, columns=[0]).columns)[3:] == ["polygon_0"]
    assert list(join(ours, theirs, x=0, y=1, columns={2.5: "name"}).columns)[3:] == ["name"]


def test_columns_with_several_levels():
    ours = pd.DataFrame({("at", "x"): X, ("at", "y"): Y})
    got = join(ours, zones(name=["a", "b", "c"]), x=("at", "x"), y=("at", "y"))
    assert got.columns[:2].tolist() == [("at", "x"), ("at", "y")]
    assert got["name", ""].tolist()[:2] == ["b", "a"]


def test_points_may_have_a_name_twice():
    ours = pd.DataFrame(np.column_stack([X, Y, X, Y]), columns=["x", "y", "twice", "twice"])
    got = join(ours, zones(name=["a", "b", "c"]))
    assert list(got.columns) == ["x", "y", "twice", "twice", "name"]
    with pytest.raises(ValueError, match="2 columns 'twice'"):
        join(ours, zones(), x="twice", y="y")


def test_numbers_may_be_misaligned():
    # As in frames that Dask sends from process to process.
    memory = np.zeros(8 * len(X) + 1, dtype=np.uint8)[1:]
    x = memory.view(np.float64)
    x[:] = X
    frame = pd.DataFrame({"x": pd.Series(x, copy=False), "y": Y}, copy=False)
    assert not frame["x"].to_numpy().flags.aligned
    found = join(frame, zones(), position_col="at")
    assert found["at"].fillna(-1).tolist() == MATCHES
