"""Saved matchers as their sections, to be changed and sealed again: checksums and all.

This module knows the layout of a file (`bytes/container.rs`), and is not part of the package: it
makes changes that a checksum cannot find.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace

# magic, byte order, version, length, number of sections, checksum, unused
HEADER = struct.Struct("=8sIIQQI28s")
# name, start, count, size of an element, checksum, whether it is attached, unused
ENTRY = struct.Struct("=16sQQIII20s")
LINE = 64
VERSION = 5

# Where a table has its numbers: offset and size of each.
START, COUNT, SIZE, CHECKSUM, ATTACHED = (16, 8), (24, 8), (32, 4), (36, 4), (40, 4)


@dataclass(frozen=True)
class Section:
    """An array, or bytes of Python's own."""

    name: str
    data: bytes
    size: int
    is_attached: bool


def taken_apart(data: bytes) -> list[Section]:
    """Give the sections of a saved matcher."""
    _, _, _, _, count, _, _ = HEADER.unpack_from(data)
    sections = []
    for i in range(count):
        name, start, number, size, _, is_attached, _ = ENTRY.unpack_from(data, entry_at(i))
        piece = bytes(data[start : start + number * size])
        sections.append(Section(name.rstrip(b"\0").decode(), piece, size, bool(is_attached)))
    return sections


def put_together(sections: list[Section]) -> bytes:
    """Give a saved matcher of these sections, as the core would write it."""
    entries, body = [], bytearray()
    begin = entry_at(len(sections))
    for section in sections:
        start = up_to_a_line(begin + len(body))
        body.extend(bytes(start - begin - len(body)) + section.data)
        size = section.size if section.data else 0
        number = len(section.data) // size if size else 0
        name = section.name.encode().ljust(16, b"\0")
        entries.append(ENTRY.pack(name, start, number, size, 0, section.is_attached, b""))
    header = HEADER.pack(
        b"\x89PLY\r\n\x1a\n", 0x01020304, VERSION, begin + len(body), len(sections), 0, b""
    )
    return sealed(header + b"".join(entries) + body)


def sealed(data: bytes | bytearray) -> bytes:
    """Put in the checksums that such bytes should have, as far as they have a table."""
    data = bytearray(data)
    if len(data) < HEADER.size:
        return bytes(data)
    magic, order, version, length, count, _, unused = HEADER.unpack_from(data)
    if entry_at(count) <= len(data):
        for i in range(count):
            _, start, number, size, *_ = ENTRY.unpack_from(data, entry_at(i))
            if start + number * size <= len(data):
                checksum = zlib.crc32(data[start : start + number * size])
                struct.pack_into("=I", data, entry_at(i) + CHECKSUM[0], checksum)
    HEADER.pack_into(data, 0, magic, order, version, length, count, 0, unused)
    checksum = zlib.crc32(data[: min(entry_at(count), len(data))])
    HEADER.pack_into(data, 0, magic, order, version, length, count, checksum, unused)
    return bytes(data)


def with_section(data: bytes, name: str, change: bytes | None) -> bytes:
    """Give the same matcher with another content of a section, or without it."""
    sections = taken_apart(data)
    if change is None:
        return put_together([section for section in sections if section.name != name])
    if all(section.name != name for section in sections):
        sections.append(Section(name, change, 1, is_attached=True))
    return put_together(
        [replace(one, data=change) if one.name == name else one for one in sections]
    )


def section_of(data: bytes, name: str) -> bytes:
    """Give what a section holds."""
    [section] = [section for section in taken_apart(data) if section.name == name]
    return section.data


def entry_at(i: int) -> int:
    """Give where an entry of the table starts."""
    return HEADER.size + ENTRY.size * i


def up_to_a_line(at: int) -> int:
    """Give where a section starts, at or after a place."""
    return -(-at // LINE) * LINE
