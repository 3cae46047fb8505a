"""LazyFrames of Polars: matched when they are collected, in batches where they are streamed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import poly_match
import pytest
import shapely
from polars.testing import assert_frame_equal
from poly_match import Matcher

from tests.tables.kinds import POLARS, Wrapped

ZONES = {
    "name": ["hall", "shelf", "far"],
    "level": [1, 2, 3],
    "geometry": [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6), shapely.box(20, 20, 29, 29)],
}


def streamed(lazy: pl.LazyFrame) -> pl.DataFrame:
    return lazy.collect(engine="streaming") if POLARS >= (1, 23) else lazy.collect(streaming=True)


ENGINES = [pl.LazyFrame.collect, streamed]
each_engine = pytest.mark.parametrize("collect", ENGINES)


def points(count: int = 1000) -> pl.DataFrame:
    x = np.random.default_rng(0).uniform(-1, 30, count).round(1)
    return pl.DataFrame(
        {"id": np.arange(count), "x": x, "y": x[::-1], "word": ["a", "b"] * (count // 2)}
    )


def matcher() -> Matcher[Any]:
    return Matcher.from_table(ZONES, near="boundary", max_dist=1.0)


@each_engine
@pytest.mark.parametrize("asked", [{}, {"how": "inner"}, {"k": 2}, {"position_col": "at"}])
def test_it_gives_what_a_frame_gives(collect: Any, asked: dict[str, Any]):
    expected = matcher().join(points(), **asked)
    lazy = matcher().join(points().lazy(), **asked)
    assert type(lazy) is pl.LazyFrame
    assert lazy.collect_schema() == expected.schema
    assert_frame_equal(collect(lazy), expected)


@each_engine
def test_what_comes_after(collect: Any):
    frame, lazy = (
        matcher().join(points(), how="inner"),
        matcher().join(points().lazy(), how="inner"),
    )
    name = pl.col("name")
    for after in (
        lambda one: one.head(7),
        lambda one: one.tail(7),
        lambda one: one.slice(3, 5),
        lambda one: one.filter(name == "shelf"),
        lambda one: one.filter(pl.col("x") > 5),
        lambda one: one.filter((name == "hall") & (pl.col("id") % 2 == 0)).head(3),
        lambda one: one.select("name"),
        lambda one: one.select("id", "distance"),
        lambda one: one.select(pl.col("level").sum()),
        lambda one: one.drop("x"),
        lambda one: one.group_by("name").len().sort("name"),
        lambda one: one.with_columns(double=pl.col("level") * 2),
        lambda one: one.sort("distance", "id").select("id"),
    ):
        assert_frame_equal(collect(after(lazy)), after(frame))


@each_engine
def test_what_comes_before(collect: Any):
    for before in (
        lambda one: one.filter(pl.col("word") == "a"),
        lambda one: one.head(10),
        lambda one: one.filter(pl.col("x") > 1000),
        lambda one: one.with_columns(x=pl.col("x") + 1),
        lambda one: one.sort("x", "id"),
    ):
        expected = matcher().join(before(points()))
        assert_frame_equal(collect(matcher().join(before(points().lazy()))), expected)


@each_engine
def test_no_rows(collect: Any):
    got = collect(matcher().join(points()[:0].lazy(), position_col="at", k=1))
    assert got.height == 0
    assert got.schema == matcher().join(points(), position_col="at", k=1).schema


def test_files(tmp_path: Path):
    frame = points(100_000)
    frame.write_parquet(tmp_path / "points.parquet", row_group_size=7_000)
    lazy = matcher().join(pl.scan_parquet(tmp_path / "points.parquet"), columns=["name"])
    expected = matcher().join(frame, columns=["name"])
    for collect in ENGINES:
        assert_frame_equal(collect(lazy), expected)
    if POLARS < (1, 30):
        return  # functions in Python cannot be streamed into files
    lazy.sink_parquet(tmp_path / "matched.parquet")
    assert_frame_equal(pl.read_parquet(tmp_path / "matched.parquet"), expected)
    lazy = poly_match.join(
        pl.scan_parquet(tmp_path / "points.parquet"), ZONES, near="covers", how="inner"
    )
    lazy.sink_parquet(tmp_path / "inner.parquet")
    expected = poly_match.join(frame, ZONES, near="covers", how="inner")
    assert_frame_equal(pl.read_parquet(tmp_path / "inner.parquet"), expected)


def test_nothing_runs_before_it_is_collected():
    def fails(_: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError("it runs")

    frame = points()
    lazy = frame.lazy().map_batches(fails, schema=frame.schema)
    joined = poly_match.join(lazy, ZONES, near="covers")
    assert joined.collect_schema().names() == [*frame.columns, "name", "level"]
    with pytest.raises(Exception, match="it runs"):
        joined.collect()


@each_engine
def test_an_error_says_where_its_batch_starts(collect: Any):
    frame = points(100_000).with_columns(x=pl.when(pl.col("id") != 90_000).then("x"))
    with pytest.raises((ValueError, Wrapped), match="point") as caught:
        collect(matcher().join(frame.lazy()))
    start = re.search(r"starts with row (\d+)", str(caught.value))
    point = re.search(r"point (\d+)", str(caught.value))
    assert point is not None
    assert int(point[1]) + (0 if start is None else int(start[1])) == 90_000
    got = collect(matcher().join(frame.lazy(), on_invalid="skip"))
    assert got["name"][90_000] is None


def test_errors_of_all_batches_come_at_once():
    with pytest.raises(ValueError, match="did you mean 'name'"):
        matcher().join(points().lazy(), columns=["nam"])
    with pytest.raises(ValueError, match="points have no column 'lon'"):
        matcher().join(points().lazy(), x="lon", y="lat")


def test_names_of_rows_do_not_clash():
    frame = points().rename({"id": "row 0"})
    assert_frame_equal(matcher().join(frame.lazy()).collect(), matcher().join(frame))


@each_engine
def test_it_is_collected_twice(collect: Any):
    lazy = matcher().join(points().lazy())
    assert_frame_equal(collect(lazy), collect(lazy))
    both = pl.concat([lazy, lazy])
    assert collect(both).height == 2000


@each_engine
def test_polygons_may_be_lazy(collect: Any):
    zones = pl.DataFrame(
        {"name": ZONES["name"], "geometry": shapely.to_wkb(np.array(ZONES["geometry"]))}
    )
    got = poly_match.join(points().lazy(), zones.lazy(), near="covers")
    assert_frame_equal(collect(got), poly_match.join(points(), zones, near="covers"))
