"""A saved matcher whose columns were changed to deceive is refused, or harmless."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.sealed import put_together, taken_apart

ZONES = {"name": ["hall", None], "level": [1, 2], "geometry": [shapely.box(0, 0, 9, 9)] * 2}


def with_columns(columns: bytes) -> bytes:
    sections = taken_apart(Matcher.from_table(ZONES, near="covers").to_bytes())
    assert "columns" in [one.name for one in sections]
    return put_together(
        [replace(one, data=columns) if one.name == "columns" else one for one in sections]
    )


def stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


GOOD = stream(pa.table({"name": ["hall", None], "level": [1, 2]}))


def refused(columns: bytes, message: str = "unsound saved matcher") -> None:
    with pytest.raises(ValueError, match=message):
        Matcher.from_bytes(with_columns(columns))


def test_what_another_program_wrote():
    matcher = Matcher.from_bytes(with_columns(GOOD))
    assert matcher.join({"x": [1.0], "y": [1.0]})["level"].tolist() == [1]


def test_rows_that_are_not_as_many():
    refused(stream(pa.table({"name": ["a"]})), "a row for each of 2 polygons, got 1")
    refused(stream(pa.table({"name": ["a"] * 3})), "a row for each of 2 polygons, got 3")


def test_a_stream_that_is_cut_short():
    for end in range(0, len(GOOD) - 8, 5):
        refused(GOOD[:end])


def test_lengths_that_are_too_large():
    size = int.from_bytes(GOOD[4:8], "little")
    for length in (2**31 - 1, 2**32 - 1, size + 8, size - 8, 1):
        refused(GOOD[:4] + length.to_bytes(4, "little") + GOOD[8:])
    # Every number of 64 bits, one after another, becomes the size of a body, a buffer, or a count.
    for at in range(8, len(GOOD) - 8, 8):
        for number in (2**61, 2**63 - 1, 2**63, 2**64 - 1):
            changed = GOOD[:at] + number.to_bytes(8, "little") + GOOD[at + 8 :]
            try:
                matcher = Matcher.from_bytes(with_columns(changed))
            except ValueError:
                continue
            matcher.join(pa.table({"x": [1.0], "y": [1.0]}))


def test_types_that_are_pickled():
    name = {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": "x"}
    for field in (
        pa.field("name", pa.string(), metadata=name),
        pa.field("name", pa.list_(pa.field("item", pa.string(), metadata=name))),
        pa.field("name", pa.struct([pa.field("item", pa.string(), metadata=name)])),
    ):
        nulls = pa.nulls(2, field.type)
        refused(stream(pa.table([nulls], schema=pa.schema([field]))), "pickled")


def test_names_and_zones_that_c_cannot_hold():
    refused(stream(pa.table([pa.nulls(2)], names=["a\0b"])))
    zone = pa.timestamp("us", tz="Europe/\0Rome")
    refused(stream(pa.table([pa.nulls(2, zone)], names=["when"])))


def test_compressed_columns():
    sink = pa.BufferOutputStream()
    table = pa.table({"name": ["hall" * 100, None]})
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    refused(sink.getvalue().to_pybytes(), "compressed")
