"""Mappings of arrays: NumPy, masked arrays, lists, and arrays of other libraries."""

from __future__ import annotations

import collections
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely

SQUARES = [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6), shapely.box(20, 0, 29, 9)]
X, Y = np.array([5.0, 1.0, 50.0, 21.0, 5.5]), np.array([5.0, 1.0, 50.0, 3.0, 4.5])
MATCHES = [1, 0, -1, 2, 1]


def join(points: Any, zones: Any, **asked: Any) -> dict[str, Any]:
    return poly_match.join(points, zones, near="covers", **asked)


def test_columns_of_points_are_those_that_were_given():
    points = {
        "x": X,
        "y": Y,
        "pair": (1, 2, 3, 4, 5),
        "arrow": pa.array([1, 2, None, 4, 5]),
        "polars": pl.Series([1, 2, None, 4, 5]),
        "nullable": pd.array([1, 2, None, 4, 5]),
        "list": [1, "a", None, 2, 3],
        "series": pd.Series(range(5), index=range(5, 0, -1)),
    }
    got = join(points, {"geometry": SQUARES, "name": ["a", "b", "c"]})
    for name, values in points.items():
        assert got[name] is values
    assert list(got) == [*points, "name"]
    inner = join(points, {"geometry": SQUARES}, how="inner")
    assert inner["list"] == [1, "a", 2, 3]
    assert inner["pair"] == (1, 2, 4, 5)
    for name in ("arrow", "polars", "nullable"):
        assert type(inner[name]) is type(points[name])
        assert list(inner[name]) == list(pa.array([1, 2, 4, 5])) or list(inner[name]) == [
            1,
            2,
            4,
            5,
        ]
    assert inner["series"].tolist() == [0, 1, 3, 4]
    assert type(inner["x"]) is np.ndarray


COLUMNS: dict[str, Any] = {
    "float32": np.array([0.5, np.nan, 2.5], dtype=np.float32),
    "int8": np.array([1, 2, 3], dtype=np.int8),
    "uint64": np.array([1, 2**64 - 1, 3], dtype=np.uint64),
    "bool": np.array([True, False, True]),
    "masked": np.ma.array([1, 2, 3], mask=[False, True, False]),
    "text": np.array(["a", "bb", "c"]),
    "objects": np.array(["a", None, 3], dtype=object),
    "list": ["a", None, "c"],
    "numbers": [1, 2, 3],
    "datetime": np.array(["2020-01-01", "NaT", "2020-01-03"], dtype="M8[s]"),
    "timedelta": np.array([1, 2, 3], dtype="m8[ms]"),
    "complex": np.array([1j, 2, 3]),
    "nullable": pd.array([1, None, 3], dtype="Int64"),
    "series": pd.Series([1, 2, 3], index=[7, 8, 9]),
    "category": pd.Categorical(["a", None, "b"]),
    "pyarrow": pa.array([1, None, 3]),
    "polars": pl.Series([1, None, 3]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_polygons(kind: str):
    values = COLUMNS[kind]
    got = join({"x": X, "y": Y}, {"geometry": SQUARES, "value": values})["value"]
    listed = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    found = (
        got.to_pylist()
        if hasattr(got, "to_pylist")
        else got.tolist()
        if hasattr(got, "tolist")
        else list(got)
    )
    plain = [one.item() if isinstance(one, np.generic) else one for one in listed]
    for value, match in zip(found, MATCHES, strict=True):
        expected = None if match < 0 else plain[match]
        is_missing = expected is None or expected is np.ma.masked or pd.isna(expected)
        assert pd.isna(value) if is_missing else value == expected
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":
        assert type(got) is np.ma.MaskedArray
        assert got.dtype == values.dtype
    inner = join({"x": X, "y": Y}, {"geometry": SQUARES, "value": values}, how="inner")
    assert len(inner["value"]) == 4


@pytest.mark.parametrize(
    "make", [dict, collections.OrderedDict, MappingProxyType, collections.ChainMap]
)
def test_any_mapping_gives_a_dict(make: Any):
    got = join(make({"x": X, "y": Y}), make({"geometry": SQUARES, "n": [1, 2, 3]}))
    assert type(got) is dict
    assert got["n"].tolist() == [2, 1, None, 3, 2]


def test_no_rows():
    got = join({"x": X[:0], "y": Y[:0]}, {"geometry": SQUARES, "n": np.array([1, 2, 3])}, k=2)
    assert [len(values) for values in got.values()] == [0] * 4
    assert got["n"].dtype == got["rank"].dtype == np.int64
    for zones in (
        {"geometry": [], "n": []},
        {"geometry": np.array([], object), "n": np.array([], int)},
    ):
        got = join({"x": X, "y": Y}, zones, position_col="at")
        assert got["at"].tolist() == [None] * 5
        assert len(got["n"]) == 5


def test_masked_coordinates_are_missing():
    x = np.ma.array(X, mask=[False, True, False, False, False])
    with pytest.raises(ValueError, match="point 1"):
        join({"x": x, "y": Y}, {"geometry": SQUARES})
    got = join({"x": x, "y": Y}, {"geometry": SQUARES}, position_col="at", on_invalid="skip")
    assert got["at"].tolist() == [1, None, None, 2, 1]
