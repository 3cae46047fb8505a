"""Streams of Arrow: record batch readers and `match_batches`."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import Stream

ZONES = {
    "name": ["hall", "shelf"],
    "level": [1, 2],
    "geometry": [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)],
}
SCHEMA = pa.schema([("x", pa.float64()), ("y", pa.float64())], metadata={"source": "here"})
WAYS = ["match_batches", "join"]


def matcher(**rule: Any) -> Matcher[Any]:
    return Matcher.from_table(ZONES, **({"near": "boundary", "max_dist": 1.0} | rule))


def batch(x: list[Any]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(x, pa.float64())] * 2, schema=SCHEMA)


def stream(*batches: list[Any]) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(SCHEMA, map(batch, batches))


def matched(way: str, one: Matcher[Any], points: Any, **asked: Any) -> Iterator[pa.RecordBatch]:
    if way == "match_batches":
        return one.match_batches(points, **asked)
    return iter(one.join(points, **asked))


@pytest.mark.parametrize("way", WAYS)
def test_batches_are_those_of_the_stream(way: str):
    cuts = [[5.0, 1.0], [], [50.0, 50.0], [1.0], []]
    found = list(matched(way, matcher(), stream(*cuts), position_col="at"))
    assert [one["x"].to_pylist() for one in found] == cuts
    assert [one["at"].to_pylist() for one in found] == [[1, 0], [], [None, None], [0], []]
    assert {type(one) for one in found} == {pa.RecordBatch}
    schema = found[0].schema
    assert all(one.schema.equals(schema, check_metadata=True) for one in found)
    assert schema.metadata == SCHEMA.metadata
    assert schema.names == ["x", "y", "at", "name", "level", "distance"]
    assert schema.field("at").type == schema.field("level").type == pa.int64()
    for one in found:
        one.validate(full=True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asked", [{}, {"how": "inner"}, {"k": 2}, {"k": 2, "how": "inner"}])
def test_streams_give_what_tables_give(way: str, asked: dict[str, Any]):
    x = np.random.default_rng(0).uniform(-1, 12, 1000).round(1)
    table = pa.table({"x": x, "y": x}, schema=SCHEMA)
    one = matcher()
    expected = one.join(table, **asked)
    for size in (1, 7, 999, 1000):
        found = list(matched(way, one, table.to_reader(max_chunksize=size), **asked))
        assert len(found) == -(-1000 // size)
        assert pa.Table.from_batches(found) == expected


@pytest.mark.parametrize("way", WAYS)
def test_a_stream_without_batches(way: str):
    assert list(matched(way, matcher(), stream())) == []
    reader = matcher().join(stream())
    assert reader.schema.names == ["x", "y", "name", "level", "distance"]
    assert reader.read_all().num_rows == 0


def test_any_stream_will_do():
    table = pa.Table.from_batches([batch([5.0]), batch([1.0, 50.0])])
    frame = pl.from_arrow(table)
    if not hasattr(frame, "__arrow_c_stream__"):  # before Polars 1.3
        frame = table
    for points in (table, table.to_reader(), Stream(table), frame):
        found = pa.Table.from_batches(list(matcher().match_batches(points)))
        assert found["name"].to_pylist() == ["shelf", "hall", None]
    for points in ([batch([5.0])], {"x": [1.0], "y": [1.0]}, None, "points.parquet"):
        with pytest.raises(TypeError, match=f"expected a stream of Arrow.*{type(points).__name__}"):
            matcher().match_batches(points)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_wrong_with_all_batches_is_said_at_once(way: str):
    for asked, message in (
        ({"columns": ["nam"]}, "did you mean 'name'"),
        ({"x": "lon", "y": "y"}, "points have no column 'lon'"),
        ({"by": "level"}, "needs labels of the polygons"),
        ({"k": 0}, "k"),
        ({"how": "outer"}, "how must be"),
    ):
        with pytest.raises(ValueError, match=message):
            matched(way, matcher(), stream([1.0]), **asked)
    with pytest.raises(ValueError, match="level"):
        matched(way, matcher(by="level"), stream([1.0]))


@pytest.mark.parametrize("way", WAYS)
def test_an_error_says_which_batch(way: str):
    def fails(batches: Iterator[Any]) -> tuple[int, Exception]:
        count = 0
        try:
            for _ in batches:
                count += 1
        except (ValueError, TypeError, pa.ArrowException) as error:
            return count, error
        raise AssertionError

    count, error = fails(
        matched(way, matcher(), stream([1.0], [2.0, 3.0], [4.0, None, 5.0], [6.0]))
    )
    assert count == 2
    assert "in the batch that starts with row 3" in str(error)
    assert "point 1" in str(error)
    count, error = fails(matched(way, matcher(), stream([1.0, None])))
    assert count == 0
    assert "batch" not in str(error)
    asked = {"on_invalid": "skip"}
    found = list(matched(way, matcher(), stream([1.0, None], [5.0]), **asked))
    assert [one["name"].to_pylist() for one in found] == [["hall", None], ["shelf"]]


class OddError(ValueError):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{text} ({code})")
        self.code = code


def test_an_error_of_a_callable_stays():
    def best(points: Any, indptr: Any, indices: Any) -> Any:  # noqa: ARG001
        raise OddError(7, "mine")

    one = Matcher.from_table(ZONES, near="covers", best=best)
    batches = one.match_batches(stream([50.0], [1.0]))
    next(batches)
    with pytest.raises(OddError, match="mine") as caught:
        next(batches)
    assert caught.value.code == 7


class BrokenError(Exception):
    pass


@pytest.mark.parametrize(
    "error", [BrokenError("no more"), ValueError("no more"), OSError(5, "no more")]
)
def test_an_error_of_the_producer_stays(error: Exception):
    def batches() -> Iterator[pa.RecordBatch]:
        yield batch([1.0])
        yield batch([5.0])
        raise error

    found = matcher().match_batches(pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    assert next(found)["name"].to_pylist() == ["hall"]
    assert next(found)["name"].to_pylist() == ["shelf"]
    with pytest.raises(type(error), match="no more") as caught:
        next(found)
    assert "batch" not in str(caught.value)
    assert list(found) == []


def readers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("poly_match")]


def test_one_batch_is_read_ahead():
    read: list[int] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for i in range(100):
            read.append(i)
            yield batch([float(i)])

    found = matcher().match_batches(pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    for i in range(5):
        next(found)
        deadline = time.monotonic() + 10
        while len(read) < i + 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        assert len(read) == i + 2
    found.close()  # type: ignore[attr-defined]
    assert not readers()
    assert len(read) <= 7


def test_a_stream_that_is_dropped_ends_its_thread():
    found = matcher().match_batches(stream([1.0], [2.0], [3.0]))
    next(found)
    del found
    gc.collect()
    deadline = time.monotonic() + 10
    while readers() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert not readers()
    # One that is never asked has no thread.
    matcher().match_batches(stream([1.0]))
    assert not readers()


def test_memory_is_bounded():
    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(60):
            yield batch(np.full(100_000, 5.0))

    pa.default_memory_pool().release_unused()
    before, most = pa.total_allocated_bytes(), 0
    for way in WAYS:
        points = pa.RecordBatchReader.from_batches(SCHEMA, batches())
        for one in matched(way, matcher(), points, columns=["level"]):
            assert one.num_rows == 100_000
            most = max(most, pa.total_allocated_bytes() - before)
    assert most < 20 << 20  # all batches are 96 MB


def test_a_reader_of_polygons_is_read_once():
    zones = pa.table({"name": ["hall"], "geometry": shapely.to_wkb([shapely.box(0, 0, 9, 9)])})
    points = pa.table({"x": [1.0], "y": [1.0]})
    got = poly_match.join(points, zones.to_reader(), near="covers")
    assert got["name"].to_pylist() == ["hall"]
