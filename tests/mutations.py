"""Changes to saved matchers that a checksum would find, and checksums that say that all is well.

A change is made by a `random.Random`, so that its seed tells all of it.
"""

from __future__ import annotations

import datetime
import json
import math
import random
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import poly_match
import pyarrow as pa

from tests.sealed import (
    ATTACHED,
    COUNT,
    ENTRY,
    HEADER,
    SIZE,
    START,
    Section,
    entry_at,
    put_together,
    sealed,
    taken_apart,
)

WHOLE = [0, 1, 2, 3, 7, 8, 15, 16, 63, 64, 255, 256, 65535, 2**29, 2**30, 2**31 - 1, 2**31]
WHOLE += [2**32 - 2, 2**32 - 1, 3 * 2**30, 7 * 2**29, 2**53, 2**63 - 1, 2**63, 2**64 - 1]
REAL = [0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-308, 1e300, -1e300, 1.7e308]
REAL += [math.inf, -math.inf, math.nan]


def lowest_first(points, indptr, indices):  # noqa: ARG001
    return -indices


LABELS = [
    None,
    lambda i: "abc"[i % 3],
    None,
    lambda i: i % 4 - 1,
    lambda i: [b"a", datetime.date(2020, 1, 1), (1, "a"), math.inf, 2**70][i % 5],
    None,
    lambda i: np.datetime64("2020-01-01", "D") + i % 3,
    lambda i: [None, "a", "b"][i % 3],
    lambda i: Fraction(1, 1 + i % 2),
]


def bases() -> list[bytes]:
    """Give saved matchers of every rule, small, with labels and objects of every kind."""
    made = random.Random(0)
    found = []
    for near in ("center", "boundary", "contains", "covers"):
        reach = {"max_dist": 3.0} if near in ("center", "boundary") else {}
        for best in ("area", "nearest", "first", "keys"):
            for tie in ("index", "distance"):
                for count in (made.randrange(1, 8), 70 if near == "center" else 16):
                    label = LABELS[len(found) % len(LABELS)]
                    rule: dict[str, Any] = {"near": near, "tie": tie, **reach}
                    rule["best"] = best if best != "keys" else _keys(made, count)
                    rule["groups"] = label and [label(i) for i in range(count)]
                    found.append(poly_match.Matcher(_polygons(made, count), **rule))
    # A tree by rank, boxes in place of cells, a callable, and nothing at all.
    many = [(made.uniform(0, 20), made.uniform(0, 20)) for _ in range(1100)]
    found.append(poly_match.Matcher.from_arrays(many, _keys(made, 1100), max_dist=0.5))
    found.append(poly_match.Matcher.from_arrays(many[:700], max_dist=0.5, best="nearest"))
    wide = [*_polygons(made, 9), poly_match.Polygon([1e-250, 1e250, 1.0], [0.0, 0.0, 1.0])]
    found += [poly_match.Matcher(wide, near=near, best="first") for near in ("covers", "contains")]
    found.append(poly_match.Matcher(wide, near="boundary", max_dist=1.0, best="nearest"))
    found.append(poly_match.Matcher(_polygons(made, 3), near="covers", best=lowest_first))
    found.append(poly_match.Matcher([], near="covers", groups=[]))
    for best, count in (("smallest", 5), ("nearest", 700), ("first", 70)):
        radii = [float(made.randrange(4)) for _ in range(count)]
        found.append(poly_match.Matcher.from_circles(many[:count], radii, best=best))
    # With a coordinate system.
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    degrees = {"type": "FeatureCollection", "features": _polygons(made, 5), "crs": crs}
    found.append(poly_match.Matcher(degrees, near="covers"))
    found.append(poly_match.Matcher(degrees, near="boundary", max_dist=3.0, planar=True))
    found += _of_tables(made)
    return [
        matcher.to_bytes(with_objects=matcher._objects is not None and i % 3 == 0)
        for i, matcher in enumerate(found)
    ]


def _of_tables(made: random.Random) -> list[poly_match.Matcher[Any]]:
    # With columns of several types, and labels in some of them.
    day = datetime.date(2020, 1, 1)
    frame = pd.DataFrame(
        {
            "name": ["ä", None, "b" * 40, "", "c"],
            "level": pd.array([1, None, 2**62 + 1, -1, 0], dtype="Int64"),
            "share": [0.5, math.nan, math.inf, -0.0, 1.0],
            "kind": pd.Categorical(["b", None, "a", "b", "b"], categories=["c", "b", "a"]),
            "since": pd.to_datetime([day, None, day, day, day]).tz_localize("Europe/Rome"),
            "tags": [["a"], None, [], ["a", "b"], []],
            "size": pd.array([1.5, None, 2.0, 0.0, 1.0], dtype="Float32"),
            "shape": _polygons(made, 5),
        },
        index=pd.Index(list("vwxyz"), name="key"),
    )
    table = pa.table({"flag": [True, None, False], "part": [{"a": 1}, None, {"a": 2}]})
    shapes = {**{name: table[name] for name in table.column_names}, "shape": _polygons(made, 3)}
    rule: dict[str, Any] = {"near": "covers", "geometry": "shape"}
    return [
        poly_match.Matcher.from_table(frame, **rule),
        poly_match.Matcher.from_table(frame, by=["kind", "level"], **rule),
        poly_match.Matcher.from_table(frame, best="max:size", nulls_last=True, **rule),
        poly_match.Matcher.from_table(shapes, **rule),
    ]


def _keys(made: random.Random, count: int) -> list[float]:
    return [float(made.randrange(4)) for _ in range(count)]


def _polygons(made: random.Random, count: int) -> list[Any]:
    polygons = []
    for i in range(count):
        x, y, side = made.randrange(20), made.randrange(20), made.randrange(1, 8)
        ring = [x, x + side, x + side, x], [y, y, y + side, y + side]
        middle = (
            [x + side / 3, x + side / 2, x + side / 2],
            [y + side / 3, y + side / 3, y + side / 2],
        )
        polygons.append(poly_match.Polygon(*ring, holes=[middle] if i % 3 == 0 else []))
        if i % 5 == 0:
            polygons[-1] = poly_match.MultiPolygon([polygons[-1], poly_match.Polygon(*middle)])
    return polygons


def mutated(made: random.Random, data: bytes) -> tuple[bytes, list[str]]:
    """Give a saved matcher that was changed in one to four ways, sealed, and what was done."""
    steps: list[str] = []
    for _ in range(made.choice([0, 0, 1, 1, 2])):
        sections = taken_apart(data)
        change = made.choice(OF_SECTIONS)
        steps.append(change.__name__)
        data = put_together(change(made, sections))
    for _ in range(made.choice([0, 1, 1, 2]) if steps else made.choice([1, 1, 1, 2, 4])):
        change = made.choice(OF_BYTES)
        steps.append(change.__name__)
        raw = bytearray(data)
        change(made, raw)
        data = bytes(raw)
    # A file that is not sealed is refused: of these, few are enough.
    if made.random() < 0.98:
        data = sealed(data)
    return data, steps


# Of the bytes.


def bit(made: random.Random, data: bytearray) -> None:
    if data:
        data[made.randrange(len(data))] ^= 1 << made.randrange(8)


def byte(made: random.Random, data: bytearray) -> None:
    if data:
        data[made.randrange(len(data))] = made.choice([0, 1, 127, 128, 255, made.randrange(256)])


def number(made: random.Random, data: bytearray) -> None:
    # Of a section, so that small ones are as likely as large ones.
    place = _of_a_section(made, data)
    if place is None:
        return
    width = made.choice([4, 4, 8])
    at = made.choice(place) // width * width
    if at + width > len(data):
        return
    [old] = struct.unpack_from({4: "=I", 8: "=Q"}[width], data, at)
    if width == 8 and made.random() < 0.5:
        struct.pack_into("=d", data, at, made.choice(REAL))
        return
    new = made.choice([made.choice(WHOLE), old + 1, old - 1, old * 2, made.getrandbits(32)])
    struct.pack_into({4: "=I", 8: "=Q"}[width], data, at, new % 2 ** (8 * width))


def copy_within(made: random.Random, data: bytearray) -> None:
    place = _of_a_section(made, data)
    if place is None or len(place) < 8:
        return
    width = made.choice([4, 8, 16, 64])
    source, target = (made.choice(place) // width * width for _ in range(2))
    piece = data[source : source + width]
    if target + len(piece) <= len(data):
        data[target : target + len(piece)] = piece


def table(made: random.Random, data: bytearray) -> None:
    count = _count(data)
    if not count:
        return
    at = entry_at(made.randrange(count))
    offset, size = made.choice([START, START, COUNT, COUNT, COUNT, SIZE, ATTACHED, (0, 8)])
    [old] = struct.unpack_from("=Q" if size == 8 else "=I", data, at + offset)
    other = made.randrange(count)
    [start] = struct.unpack_from("=Q", data, entry_at(other) + START[0])
    near = [old + 1, old - 1, old + 64, old - 64, old * 2, old // 2, start, len(data)]
    new = made.choice([made.choice(WHOLE), made.choice(near)]) % 2 ** (8 * size)
    struct.pack_into("=Q" if size == 8 else "=I", data, at + offset, new)


def header(made: random.Random, data: bytearray) -> None:
    if len(data) < HEADER.size:
        return
    offset, size = made.choice([(0, 4), (8, 4), (12, 4), (16, 8), (24, 8), (24, 8), (36, 4)])
    [old] = struct.unpack_from("=Q" if size == 8 else "=I", data, offset)
    new = made.choice([made.choice(WHOLE), old + 1, old - 1]) % 2 ** (8 * size)
    struct.pack_into("=Q" if size == 8 else "=I", data, offset, new)


def length(made: random.Random, data: bytearray) -> None:
    # Cut short, or with more behind it; the header may know.
    if made.random() < 0.5:
        del data[made.randrange(len(data) + 1) :]
    else:
        data.extend(made.randbytes(made.choice([1, 64, 100])))
    if made.random() < 0.7 and len(data) >= HEADER.size:
        struct.pack_into("=Q", data, 16, len(data))


OF_BYTES: list[Callable[[random.Random, bytearray], None]] = [
    *(bit, byte, byte, number, number, number, number, number, copy_within, copy_within),
    *(table, table, header, length),
]


def _count(data: bytearray) -> int:
    if len(data) < HEADER.size:
        return 0
    count = HEADER.unpack_from(data)[4]
    return count if entry_at(count) <= len(data) else 0


def _of_a_section(made: random.Random, data: bytearray) -> range | None:
    count = _count(data)
    if not count:
        return None
    _, start, number, size, *_ = ENTRY.unpack_from(data, entry_at(made.randrange(count)))
    end = min(start + number * size, len(data))
    return range(start, end) if start < end else None


# Of the sections.


def swap(made: random.Random, sections: list[Section]) -> list[Section]:
    if len(sections) > 1:
        i, j = made.sample(range(len(sections)), 2)
        sections[i], sections[j] = sections[j], sections[i]
    return sections


def swap_contents(made: random.Random, sections: list[Section]) -> list[Section]:
    if len(sections) > 1:
        i, j = made.sample(range(len(sections)), 2)
        one, other = sections[i], sections[j]
        sections[i] = replace(one, data=other.data, size=made.choice([one.size, other.size]))
        sections[j] = replace(other, data=one.data, size=made.choice([one.size, other.size]))
    return sections


def leave_out(made: random.Random, sections: list[Section]) -> list[Section]:
    if sections:
        del sections[made.randrange(len(sections))]
    return sections


def repeat(made: random.Random, sections: list[Section]) -> list[Section]:
    if sections:
        one = made.choice(sections)
        sections.insert(made.randrange(len(sections) + 1), one)
    return sections


def resize(made: random.Random, sections: list[Section]) -> list[Section]:
    if not sections:
        return sections
    i = made.randrange(len(sections))
    one = sections[i]
    count = len(one.data) // one.size if one.size else 0
    new = made.choice([0, 1, count // 2, max(count - 1, 0), count + 1, 2 * count, count + 64])
    more = one.data[::-1] if made.random() < 0.2 else one.data * 3 + bytes(64 * max(one.size, 1))
    sections[i] = replace(one, data=(one.data + more)[: new * one.size])
    return sections


def fill(made: random.Random, sections: list[Section]) -> list[Section]:
    if sections:
        i = made.randrange(len(sections))
        one = sections[i]
        some = made.choice([b"\0", b"\xff", b"\x01\0\0\0", made.randbytes(8)])
        sections[i] = replace(one, data=(some * (len(one.data) + 1))[: len(one.data)])
    return sections


def facts(made: random.Random, sections: list[Section]) -> list[Section]:
    return _json(made, sections, "python")


def labels(made: random.Random, sections: list[Section]) -> list[Section]:
    return _json(made, sections, "labels")


def columns(made: random.Random, sections: list[Section]) -> list[Section]:
    # The stream of Arrow, of which the core has no checks but the checksum.
    places = [i for i, section in enumerate(sections) if section.name == "columns"]
    if not places:
        return sections
    i = made.choice(places)
    data = bytearray(sections[i].data)
    for _ in range(made.choice([1, 1, 2, 4])):
        change = made.choice([bit, byte, byte, _word, _word, _word, _piece])
        change(made, data)
    if made.random() < 0.1:
        del data[made.randrange(len(data) + 1) :]
    sections[i] = replace(sections[i], data=bytes(data))
    return sections


def _word(made: random.Random, data: bytearray) -> None:
    # A number of the stream: most are offsets, lengths and counts.
    width = made.choice([2, 4, 4, 8])
    if len(data) < width:
        return
    at = made.randrange(len(data) - width + 1) // width * width
    old = int.from_bytes(data[at : at + width], "little")
    new = made.choice([made.choice(WHOLE), old + 1, old - 1, old * 2, len(data)])
    data[at : at + width] = (new % 2 ** (8 * width)).to_bytes(width, "little")


def _piece(made: random.Random, data: bytearray) -> None:
    width = made.choice([4, 8, 16, 64])
    if len(data) > width:
        source, target = (made.randrange(len(data) - width) // 4 * 4 for _ in range(2))
        data[target : target + width] = data[source : source + width]


OF_SECTIONS: list[Callable[[random.Random, list[Section]], list[Section]]] = [
    *(swap, swap_contents, leave_out, repeat, resize, resize, fill),
    *(facts, facts, facts, labels, labels, labels, columns, columns, columns),
]


# Of JSON.

VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2**31,
        2**64,
        10**30,
        0.5,
        1e300,
        -0.0,
        "",
        "a",
        "json",
        "pickle",
    ),
    *([], {}, [[]], ["a", "b", "c"], {"a": {}}, "\ud800", "\0", "ä" * 100),
    *({"int": "0x1"}, {"int": hex(2**70)}, {"float": "inf"}, {"float": "nan"}, {"bytes": "00"}),
    *({"bytes": "0"}, {"date": "2020-01-01"}, {"date": "2020-02-30"}, {"tuple": [1, "a"]}),
    *({"datetime": "2020-01-01T00:00:00"}, {"datetime64": [7, "D"]}, {"datetime64": [7, "as"]}),
    *({"tuple": [[]]}, {"tuple": {"tuple": []}}, {"unknown": 7}),
]
TEXTS = [
    *(
        b"",
        b"null",
        b"NaN",
        b"[NaN]",
        b"[Infinity]",
        b"[1e999]",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ),
    *(
        b"[" * 5000,
        b'{"a":' * 5000,
        b"[" + b"9" * 5000 + b"]",
        b'{"rule": "", "rule": ""}',
        b"[\0]",
    ),
]


def _json(made: random.Random, sections: list[Section], name: str) -> list[Section]:
    places = [i for i, section in enumerate(sections) if section.name == name]
    if not places:
        return [*sections, Section(name, made.choice(TEXTS), 1, is_attached=True)]
    i = made.choice(places)
    try:
        value = json.loads(sections[i].data)
    except (ValueError, RecursionError):
        return sections
    if made.random() < 0.1:
        new = made.choice(TEXTS)
    else:
        new = json.dumps(_changed(made, value)).encode()
        if made.random() < 0.1:
            new = bytearray(new)
            byte(made, new)
    sections[i] = replace(sections[i], data=bytes(new))
    return sections


def _changed(made: random.Random, value: Any) -> Any:
    # One thing somewhere in it is another, is missing, or is new.
    if isinstance(value, dict) and value and made.random() < 0.9:
        name = made.choice(list(value))
        way = made.random()
        if way < 0.15:
            return {key: one for key, one in value.items() if key != name}
        if way < 0.3:
            new = made.choice(
                [
                    *("labels", "ask", "has_objects", "rule", "more", "int", "bytes", "crs"),
                    *("planar", "has_columns", "by"),
                ]
            )
            return value | {new: made.choice(VALUES)}
        return value | {name: _changed(made, value[name])}
    if isinstance(value, list) and value and made.random() < 0.9:
        at = made.randrange(len(value))
        way = made.random()
        if way < 0.2:
            return value[:at] + value[at + 1 :]
        if way < 0.4:
            return [*value, made.choice([made.choice(VALUES), value[at]])]
        if way < 0.5:
            return made.sample(value, len(value))
        return [*value[:at], _changed(made, value[at]), *value[at + 1 :]]
    return made.choice(VALUES)
