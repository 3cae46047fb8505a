"""Results as tables: the same columns in pyarrow, pandas and Polars."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest

CENTERS = [(0.0, 0.0), (1.0, 0.0), (9.0, 0.0)]
POINTS = [(1.0, 0.0), (50.0, 0.0), (9.0, 1.0)]
POLYGONS, DISTANCES = [1, None, 2], [0.0, None, 1.0]
# Of the points, the k best: (point, rank, polygon, distance).
RANKED = [(0, 1, 1, 0.0), (0, 2, 0, 1.0), (2, 1, 2, 1.0)]


@pytest.fixture(scope="module")
def matcher():
    return poly_match.Matcher.from_arrays(CENTERS, [5, 3, 4], max_dist=2)


def test_one_row_a_point_in_pyarrow(matcher):
    table = matcher.match(POINTS).to_arrow()
    assert table.schema == pa.schema([("polygon", pa.int64()), ("distance", pa.float64())])
    assert table.to_pydict() == {"polygon": POLYGONS, "distance": DISTANCES}


def test_one_row_a_point_in_pandas(matcher):
    table = matcher.match(POINTS).to_pandas()
    expected = pd.DataFrame(
        {
            "polygon": pd.array(POLYGONS, dtype="Int64"),
            "distance": np.array(DISTANCES, dtype=float),
        }
    )
    pd.testing.assert_frame_equal(table, expected)


def test_one_row_a_point_in_polars(matcher):
    table = matcher.match(POINTS).to_polars()
    assert table.schema == {"polygon": pl.Int64, "distance": pl.Float64}
    assert table.to_dict(as_series=False) == {"polygon": POLYGONS, "distance": DISTANCES}


def test_the_k_best_are_in_long_form(matcher):
    result = matcher.match(POINTS, k=2)
    names = ["point", "rank", "polygon", "distance"]
    arrow = result.to_arrow()
    assert arrow.column_names == names
    assert arrow.schema.types == [pa.int64()] * 3 + [pa.float64()]
    assert list(zip(*arrow.to_pydict().values(), strict=True)) == RANKED
    pandas = result.to_pandas()
    assert [str(dtype) for dtype in pandas.dtypes] == ["Int64"] * 3 + ["float64"]
    assert list(pandas.itertuples(index=False, name=None)) == RANKED
    polars = result.to_polars()
    assert polars.dtypes == [pl.Int64] * 3 + [pl.Float64]
    assert polars.rows() == RANKED


@pytest.mark.parametrize("k", [None, 2])
def test_no_points_give_a_table_without_rows(matcher, k):
    result = matcher.match(np.empty((0, 2)), k=k)
    names = ["polygon", "distance"] if k is None else ["point", "rank", "polygon", "distance"]
    assert result.to_arrow().column_names == names
    assert result.to_arrow().num_rows == 0
    assert list(result.to_pandas().columns) == names
    assert result.to_pandas()["polygon"].dtype == "Int64"
    assert result.to_polars().columns == names
    assert result.to_polars()["polygon"].dtype == pl.Int64


@pytest.mark.parametrize("k", [None, 2])
@pytest.mark.parametrize("points", [POINTS, POINTS[:1], np.empty((0, 2))])
def test_a_stream_of_arrow_has_the_same_columns(matcher, points, k):
    result = matcher.match(points, k=k)
    table = pa.table(result)
    assert table.schema == result.to_arrow().schema
    assert table.to_pydict() == result.to_arrow().to_pydict()
    assert pl.DataFrame(result).equals(result.to_polars())


def test_a_stream_can_be_read_again_and_later(matcher):
    result = matcher.match(POINTS)
    readers = [pa.RecordBatchReader.from_stream(result) for _ in range(2)]
    del result
    assert [reader.read_all().column("polygon").to_pylist() for reader in readers] == [POLYGONS] * 2


def test_a_stream_has_the_types_that_are_asked_for(matcher):
    schema = pa.schema([("polygon", pa.int32()), ("distance", pa.float32())])
    table = pa.table(matcher.match(POINTS), schema=schema)
    assert table.schema == schema
    assert table.column("polygon").to_pylist() == POLYGONS


def test_a_result_built_by_hand_with_columns_of_two_lengths():
    result = poly_match.MatchResult(np.zeros(2, dtype=np.int64), np.zeros(3), count=1)
    with pytest.raises(ValueError, match="length"):
        pa.table(result)


def test_a_stream_needs_no_pyarrow():
    code = """
import sys
sys.modules["pyarrow"] = None
import polars
import poly_match
result = poly_match.match([[(0, 0), (9, 0), (9, 9)]], [(2.0, 1.0), (99.0, 0.0)], near="covers")
assert polars.DataFrame(result).rows() == [(0, 0.0), (None, None)]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_change_to_a_table_does_not_change_the_result(matcher):
    result = matcher.match([POINTS[0]])
    table = result.to_pandas()
    table.loc[0, "polygon"] = 7
    table.loc[0, "distance"] = 9.0
    assert (result.index.tolist(), result.distance.tolist()) == ([1], [0.0])


@pytest.mark.parametrize(
    ("library", "method"),
    [("pyarrow", "to_arrow"), ("pandas", "to_pandas"), ("polars", "to_polars")],
)
def test_a_library_that_is_missing_is_named(matcher, monkeypatch, library, method):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf"{method}\(\) needs {library}: pip install {library}"):
        getattr(matcher.match(POINTS), method)()


def test_no_library_is_loaded_before_it_is_asked_for():
    code = """
import sys
import poly_match
result = poly_match.match([[(0, 0), (9, 0), (9, 9)]], [(1.0, 0.5)], near="covers")
loaded = {"matplotlib", "pandas", "polars", "pyarrow", "tqdm"} & set(sys.modules)
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True)
