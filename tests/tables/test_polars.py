"""DataFrames of Polars: types of columns, chunks, and nulls."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import polars as pl
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from poly_match import Matcher

from tests.tables.kinds import POLARS

SQUARES = shapely.to_wkb(
    [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6), shapely.box(20, 0, 29, 9)]
)
X, Y = [5.0, 1.0, 50.0, 21.0, 5.5], [5.0, 1.0, 50.0, 3.0, 4.5]
MATCHES = [1, 0, -1, 2, 1]

day, hour = datetime.date(2020, 1, 1), datetime.timedelta(hours=1)
when = datetime.datetime(2020, 1, 1, 12)
COLUMNS: dict[str, pl.Series] = {
    **{
        str(dtype): pl.Series([1, None, 3], dtype=dtype)
        for dtype in (
            *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
            *(pl.Float32, pl.Float64),
        )
    },
    "large": pl.Series([2**62 + 1, None, -(2**62) - 1]),
    "bool": pl.Series([True, None, False]),
    "text": pl.Series(["a", None, "ä" * 40]),
    "binary": pl.Series([b"a", None, b"c" * 40]),
    "categories": pl.Series(["b", None, "a"], dtype=pl.Categorical),
    "enum": pl.Series(["b", None, "a"], dtype=pl.Enum(["c", "b", "a"])),
    "date": pl.Series([day, None, day]),
    "datetime": pl.Series([when, None, when], dtype=pl.Datetime("ms")),
    "zoned": pl.Series([when, None, when]).dt.replace_time_zone("Europe/Rome"),
    "duration": pl.Series([hour, None, hour], dtype=pl.Duration("ns")),
    "time": pl.Series([datetime.time(12), None, datetime.time(1)]),
    "decimal": pl.Series([decimal.Decimal("1.50"), None, decimal.Decimal("3.00")]),
    "lists": pl.Series([[1, 2], None, []]),
    "arrays": pl.Series([[1, 2], None, [3, 4]], dtype=pl.Array(pl.Int64, 2)),
    "structs": pl.Series([{"a": 1}, None, {"a": None}]),
    "nulls": pl.Series([None, None, None]),
    "objects": pl.Series([{1}, None, {2}], dtype=pl.Object),
}


if POLARS < (1, 20):  # which do not keep them
    for kind in ("enum", "decimal", "structs", "objects"):
        del COLUMNS[kind]


def points(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({"x": X, "y": Y, **columns})


def zones(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({**columns, "geometry": SQUARES})


def join(ours: pl.DataFrame, theirs: pl.DataFrame, **asked: Any) -> pl.DataFrame:
    return poly_match.join(ours, theirs, near="covers", **asked)


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_points_stay(kind: str):
    values = COLUMNS[kind]
    five = values if values.dtype == pl.Object else values.gather([0, 1, 2, 1, 0])
    ours = (
        points().with_columns(value=five)
        if len(five) == 5
        else points()[:3].with_columns(value=five)
    )
    got = join(ours, zones(name=["a", "b", "c"]), position_col="at")
    assert got.columns == [*ours.columns, "at", "name"]
    assert got.schema["value"] == values.dtype
    assert got["value"].to_list() == ours["value"].to_list()
    assert got.schema["at"] == pl.Int64
    if values.dtype != pl.Object:
        inner = join(ours, zones(name=["a", "b", "c"]), how="inner")
        assert_frame_equal(inner[["x", "y", "value"]], ours[[0, 1, 3, 4]])


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_polygons_keep_values_and_types(kind: str):
    theirs = zones(value=COLUMNS[kind])
    got = join(points(), theirs)["value"]
    values = COLUMNS[kind].to_list()
    assert got.dtype == COLUMNS[kind].dtype
    assert got.to_list() == [None if m < 0 else values[m] for m in MATCHES]


@pytest.mark.parametrize("kind", [kind for kind in COLUMNS if kind != "objects"])
def test_saved_columns_keep_values_and_types(kind: str):
    matcher = Matcher.from_table(zones(value=COLUMNS[kind]), near="covers")
    got = Matcher.from_bytes(matcher.to_bytes()).join(points())["value"]
    values = COLUMNS[kind].to_list()
    assert got.to_list() == [None if m < 0 else values[m] for m in MATCHES]
    assert got.dtype == COLUMNS[kind].dtype


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=6), st.lists(st.integers(0, 2), max_size=4))
def test_chunks_of_any_cut(ours_cut: list[int], theirs_cut: list[int]):
    ours, theirs = points(id=range(5)), zones(name=["a", "b", "c"])

    def cut(frame: pl.DataFrame, sizes: list[int]) -> pl.DataFrame:
        pieces, start = [frame[:0]], 0
        for size in sizes:
            pieces.append(frame[start : start + size])
            start += size
        return pl.concat([*pieces, frame[start:]], rechunk=False)

    assert_frame_equal(join(cut(ours, ours_cut), cut(theirs, theirs_cut)), join(ours, theirs))


def test_the_tables_stay():
    ours, theirs = points(name=list("pqrst")), zones(name=["a", "b", "c"])
    before = ours.clone(), theirs.clone()
    join(ours, theirs, k=2)
    assert_frame_equal(ours, before[0])
    assert_frame_equal(theirs, before[1])


def test_no_rows():
    full = join(points(), zones(name=["a", "b", "c"], level=[1, 2, 3]), position_col="at", k=1)
    got = join(points()[:0], zones(name=["a", "b", "c"], level=[1, 2, 3]), position_col="at", k=1)
    assert got.schema == full.schema
    assert got.height == 0
    got = join(points(), zones(name=["a", "b", "c"], level=[1, 2, 3])[:0], position_col="at", k=1)
    assert got.schema == full.schema
    assert got["at"].null_count() == got["name"].null_count() == 5
