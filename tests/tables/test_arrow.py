"""Tables and record batches of pyarrow: types, metadata and chunks."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import poly_match
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import Matcher, tables

SQUARES = shapely.to_wkb(
    [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6), shapely.box(20, 0, 29, 9)]
)
X, Y = [5.0, 1.0, 50.0, 21.0, 5.5], [5.0, 1.0, 50.0, 3.0, 4.5]
MATCHES = [1, 0, -1, 2, 1]

day, hour = datetime.date(2020, 1, 1), datetime.timedelta(hours=1)
when = datetime.datetime(2020, 1, 1, 12)
TYPES: dict[str, tuple[pa.DataType, list[Any]]] = {
    **{
        str(kind): (kind, [1, None, 3])
        for kind in (
            *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
            *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
            *(pa.float32(), pa.float64()),
        )
    },
    "large": (pa.int64(), [2**62 + 1, None, -(2**62) - 1]),
    "bool": (pa.bool_(), [True, None, False]),
    "string": (pa.string(), ["a", None, "ä" * 40]),
    "large_string": (pa.large_string(), ["a", None, "ä" * 40]),
    "binary": (pa.binary(), [b"a", None, b"c"]),
    "large_binary": (pa.large_binary(), [b"a", None, b"c"]),
    "fixed": (pa.binary(2), [b"ab", None, b"cd"]),
    "categories": (pa.dictionary(pa.int8(), pa.string()), ["b", None, "a"]),
    "ordered": (pa.dictionary(pa.int32(), pa.string(), ordered=True), ["b", None, "a"]),
    "date32": (pa.date32(), [day, None, day]),
    "date64": (pa.date64(), [day, None, day]),
    "timestamp": (pa.timestamp("ms"), [when, None, when]),
    "zoned": (pa.timestamp("us", tz="Europe/Rome"), [when, None, when]),
    "duration": (pa.duration("ns"), [hour, None, hour]),
    "time": (pa.time64("us"), [datetime.time(12), None, datetime.time(1)]),
    "decimal": (pa.decimal128(5, 2), [decimal.Decimal("1.50"), None, decimal.Decimal("3.00")]),
    "lists": (pa.list_(pa.int64()), [[1, 2], None, []]),
    "fixed lists": (pa.list_(pa.int64(), 2), [[1, 2], None, [3, 4]]),
    "structs": (pa.struct([("a", pa.int64())]), [{"a": 1}, None, {"a": None}]),
    "maps": (pa.map_(pa.string(), pa.int64()), [[("a", 1)], None, []]),
    "nulls": (pa.null(), [None] * 3),
}
if hasattr(pa, "string_view"):
    TYPES["string_view"] = (pa.string_view(), ["a", None, "ä" * 40])
    TYPES["binary_view"] = (pa.binary_view(), [b"a", None, b"c" * 40])
    TYPES["lists of views"] = (pa.list_(pa.string_view()), [["a"], None, []])


def array(kind: str, rows: list[int]) -> pa.Array:
    of, values = TYPES[kind]
    made = [values[row] if row >= 0 else None for row in rows]
    if pa.types.is_dictionary(of):
        codes = pa.array(
            [None if v is None else ["c", "b", "a"].index(v) for v in made], of.index_type
        )
        return pa.DictionaryArray.from_arrays(codes, pa.array(["c", "b", "a"]), ordered=of.ordered)
    return pa.array(made, of)


def points(**columns: Any) -> pa.Table:
    return pa.table({"x": X, "y": Y, **columns})


def zones(**columns: Any) -> pa.Table:
    return pa.table({**columns, "geometry": SQUARES})


def join(ours: Any, theirs: Any, **asked: Any) -> Any:
    return poly_match.join(ours, theirs, near="covers", **asked)


@pytest.mark.parametrize("kind", TYPES)
def test_columns_of_points_stay(kind: str):
    rows = [0, 1, 2, 1, 0]
    ours = points(value=array(kind, rows))
    theirs = zones(name=["a", "b", "c"])
    for table in (ours, ours.to_batches()[0]):
        got = join(table, theirs, position_col="at")
        assert type(got) is type(table)
        assert got.select(["x", "y", "value"]) == table.select(["x", "y", "value"])
        assert got.schema.field("at").type == pa.int64()
        inner = join(table, theirs, how="inner")
        inner.validate(full=True)
        assert inner.schema.field("value") == table.schema.field("value")
        assert inner["value"].to_pylist() == array(kind, [0, 1, 1, 0]).to_pylist()


@pytest.mark.parametrize("kind", TYPES)
def test_columns_of_polygons_keep_values_and_types(kind: str):
    theirs = zones(value=array(kind, [0, 1, 2]))
    matcher = Matcher.from_table(theirs, near="covers")
    again = Matcher.from_bytes(matcher.to_bytes())
    batch = points().to_batches()[0]
    for one in (matcher, again):
        for got in (one.join(points()), one.join(batch)):
            got.validate(full=True)
            assert got["value"].to_pylist() == array(kind, MATCHES).to_pylist()
            # Views are what Polars saves, and become plain for pyarrow.
            if one is matcher or "view" not in kind:
                assert got.schema.field("value").type == TYPES[kind][0]


def test_metadata_stays():
    field = pa.field("x", pa.float64(), nullable=False, metadata={"unit": "m"})
    schema = pa.schema([field, ("y", pa.float64())], metadata={"source": "here", "pandas": "{}"})
    ours = pa.table({"x": X, "y": Y}, schema=schema)
    theirs = zones(name=["a", "b", "c"])
    tables = ours, ours.to_batches()[0], ours.to_reader()
    for table in tables:
        for asked in ({}, {"how": "inner"}, {"k": 2}):
            if isinstance(table, pa.RecordBatchReader):
                table = ours.to_reader()
            got = join(table, theirs, **asked)
            assert got.schema.metadata == schema.metadata
            assert got.schema.field("x").equals(field, check_metadata=True)


def test_metadata_of_a_polygons_column_stays():
    name = pa.field("name", pa.string(), metadata={"language": "en"})
    theirs = pa.table(
        {"name": ["a", "b", "c"], "geometry": SQUARES},
        schema=pa.schema([name, ("geometry", pa.binary())], metadata={"source": "there"}),
    )
    matcher = Matcher.from_table(theirs, near="covers")
    for one in (matcher, Matcher.from_bytes(matcher.to_bytes())):
        for table in (points(), points().to_batches()[0]):
            got = one.join(table, columns={"name": "zone"})
            assert got.schema.field("zone").metadata == {b"language": b"en"}
            assert got.schema.metadata is None


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), max_size=6),
    st.lists(st.integers(0, 2), max_size=4),
    st.sampled_from(list(TYPES)),
)
def test_chunks_of_any_cut(ours_cut: list[int], theirs_cut: list[int], kind: str):
    def cut(table: pa.Table, sizes: list[int]) -> pa.Table:
        columns = []
        for column in table.columns:
            pieces, start = [column.slice(0, 0)], 0
            for size in sizes:
                pieces.append(column.slice(start, size))
                start += size
            chunks = [c for piece in [*pieces, column.slice(start)] for c in piece.chunks]
            columns.append(pa.chunked_array(chunks, column.type))
            sizes = sizes[::-1]
        return pa.Table.from_arrays(columns, schema=table.schema)

    ours, theirs = points(id=range(5)), zones(value=array(kind, [0, 1, 2]))
    got = join(cut(ours, ours_cut), cut(theirs, theirs_cut))
    got.validate(full=True)
    assert got.to_pydict() == join(ours, theirs).to_pydict()


def test_dictionaries_that_differ_from_chunk_to_chunk():
    names = pa.chunked_array(
        [pa.array(["a", "b"]).dictionary_encode(), pa.array(["z"]).dictionary_encode()]
    )
    level = pa.chunked_array(
        [pa.array(list(some)).dictionary_encode() for some in ("ab", "az", "b")]
    )
    ours, theirs = points(level=level), zones(name=names, level=names)
    got = join(ours, theirs)
    assert got["name"].to_pylist() == ["b", "a", None, "z", "b"]
    got = join(ours, theirs, by="level")
    assert got["name"].to_pylist() == ["a", None, None, "z", "b"]


@pytest.mark.parametrize("kind", TYPES)
def test_no_rows(kind: str):
    rows = [0, 1, 2]
    full = join(points(), zones(value=array(kind, rows)), position_col="at", k=2)
    for ours, theirs in (
        (points()[:0], zones(value=array(kind, rows))),
        (points(), zones(value=array(kind, rows))[:0]),
        (points()[:0], zones(value=array(kind, rows))[:0]),
        (points().schema.empty_table(), zones(value=array(kind, rows)).schema.empty_table()),
    ):
        got = join(ours, theirs, position_col="at", k=2)
        assert got.schema == full.schema
        assert got.num_rows == ours.num_rows
        assert got["value"].null_count == got.num_rows


def test_columns_without_a_match_are_of_one_schema():
    theirs = zones(name=["a", "b", "c"])
    far = pa.table({"x": np.full(3, 90.0), "y": np.full(3, 90.0)})
    assert join(far, theirs, k=3).schema == join(points(), theirs, k=3).schema


def test_a_name_that_comes_twice():
    ours = pa.Table.from_arrays([pa.array(X), pa.array(Y), pa.array(X)], names=["x", "y", "y2"])
    ours = ours.rename_columns(["x", "y", "twice"]).append_column("twice", pa.array(Y))
    got = join(ours, zones(name=["a", "b", "c"]), how="inner")
    assert got.schema.names == ["x", "y", "twice", "twice", "name"]
    theirs = zones(name=["a", "b", "c"]).append_column("name", pa.array([1, 2, 3]))
    with pytest.raises(ValueError, match="polygons have 2 columns 'name'"):
        join(points(), theirs)


def test_decimals_are_read_as_the_closest_floats():
    # A cast of pyarrow's makes 3.9000000000000004 of 3.9.
    values = [decimal.Decimal(number) / 10 for number in range(1, 200)]
    points = pa.table({"x": pa.array(values, pa.decimal128(20, 1)), "y": [0.0] * len(values)})
    read = tables.of(points, "points").read_numbers("x")
    assert read.tolist() == [float(value) for value in values]
