"""Small files that claim, or become, very much: one maker for each way."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1 << 20
# Rows of doubles that are 256 MiB, which is more than a reader may take.
MANY = 1 << 25


def varint(number: int) -> bytes:
    """Give a number in the variable length of Thrift."""
    left = (number << 1 ^ number >> 31) & 0xFFFF_FFFF
    out = bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes(out) + bytes([left])


def with_page_header(
    path: Path, column: str, uncompressed: int, compressed: int, values: int
) -> None:
    """Write other sizes into the header of the only page of a column."""
    group = pq.ParquetFile(path).metadata.row_group(0)
    chunks = [group.column(i) for i in range(group.num_columns)]
    (chunk,) = [chunk for chunk in chunks if chunk.path_in_schema == column]
    header = b"\x15\x00\x15" + varint(uncompressed) + b"\x15" + varint(compressed)
    # Its values have three encodings.
    header += b"\x2c\x15" + varint(values) + b"\x15\x00\x15\x06\x15\x06\x00\x00"
    content = bytearray(path.read_bytes())
    content[chunk.data_page_offset : chunk.data_page_offset + len(header)] = header
    path.write_bytes(content)


def with_footer_length(path: Path, length: int) -> None:
    """Write another length of the footer."""
    content = path.read_bytes()
    path.write_bytes(content[:-8] + struct.pack("<I", length) + content[-4:])


def with_buffer_length(path: Path, before: int, after: int) -> None:
    """Write another length of a compressed buffer of Arrow."""
    content, old = path.read_bytes(), struct.pack("<q", before)
    assert old in content
    path.write_bytes(content.replace(old, struct.pack("<q", after)))


def zeros(**columns: Any) -> pa.Table:
    """Give a table of zeros that takes much memory."""
    return pa.table({"x": np.zeros(MANY), "y": np.zeros(MANY), **columns})


def one_page(table: pa.Table, path: Path) -> None:
    """Write each column as one page that is compressed 1000:1."""
    pq.write_table(
        table,
        path,
        compression="zstd",
        use_dictionary=False,
        data_page_size=1 << 30,
        max_rows_per_page=1 << 30,
        row_group_size=1 << 30,
        write_statistics=False,
    )


def one_batch(table: pa.Table, path: Path) -> None:
    """Write one record batch that is compressed 1000:1."""
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    new = pa.ipc.new_stream if path.suffix == ".arrows" else pa.ipc.new_file
    with new(path, table.schema, options=options) as out:
        out.write_batch(table.combine_chunks().to_batches()[0])


def text(path: Path, start: str, piece: str, mib: int, end: str) -> None:
    """Write a text that repeats a piece, compressed as the name says."""
    codec = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix)
    with pa.output_stream(path, compression=codec) as out:
        for part in pieces(start, piece, mib, end):
            out.write(part)


def pieces(start: str, piece: str, mib: int, end: str) -> Iterator[bytes]:
    yield start.encode()
    block = piece.encode() * (MIB // len(piece.encode()))
    for _ in range(mib):
        yield block
    yield end.encode()


def nested_wkb(depth: int, within: bytes) -> bytes:
    """Give a collection in a collection, and so on."""
    return struct.pack("<BII", 1, 7, 1) * depth + within


def nested_type(depth: int) -> pa.DataType:
    kind: pa.DataType = pa.int8()
    for _ in range(depth):
        kind = pa.list_(kind)
    return kind
