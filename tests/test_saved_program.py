"""Matchers that the program saved are matchers of Python's: here as the program writes them."""

from __future__ import annotations

import json

import numpy as np
import poly_match
import pyarrow as pa
import pytest
from poly_match_rs import _native

SQUARE = "POLYGON(({0} 0, {1} 0, {1} 4, {0} 4, {0} 0))"
# Columns of CSV are text.
ZONES = pa.table({"code": ["01001", "7", None], "name": ["hall", "shelf", "attic"]})
RULE = "near='covers', best='smallest', groups=<2 labels>"


def saved(labels, family, facts=None):
    """Give the bytes of a matcher of three squares, of which the last one has no label."""
    shapes = [SQUARE.format(0, 4), SQUARE.format(0, 4), SQUARE.format(0, 4)]
    table = {"wkt": shapes, "floor": [0, 1, None]}
    matcher = poly_match.Matcher.from_table(pa.table(table), near="covers", by="floor")
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, ZONES.schema) as out:
        out.write_table(ZONES)
    all_facts = {
        "rule": RULE,
        "has_objects": False,
        "ask": False,
        "labels": "json",
        "has_columns": True,
        "by": [["floor", family]],
        **(facts or {}),
    }
    return _native.to_bytes(
        matcher._native,
        [
            ("python", json.dumps(all_facts).encode()),
            ("labels", labels.encode()),
            ("columns", stream.getvalue().to_pybytes()),
        ],
    )


def joined(matcher, floors, **options):
    count = len(floors)
    points = pa.table({"x": [1.0] * count, "y": [1.0] * count, "floor": floors})
    return matcher.join(points, **options)


def test_columns_are_joined_as_they_are_written():
    matcher = poly_match.Matcher.from_bytes(saved('["g", "roof"]', "text"))
    table = joined(matcher, ["roof", "g", "cellar", None], on_invalid="skip")
    assert table["name"].to_pylist() == ["shelf", "hall", None, None]
    assert table["code"].to_pylist() == ["7", "01001", None, None]
    assert repr(matcher) == f"<Matcher of 3 polygons, {RULE}>"
    with pytest.raises(
        TypeError, match="column 'floor' of points holds numbers, column 'floor' of"
    ):
        joined(matcher, [1, 2])


# As the program spells numbers: as the polygons do, if JSON has such numbers.
@pytest.mark.parametrize(
    ("labels", "floors", "names"),
    [
        ("[2.0,3]", [3, 2, 4], ["shelf", "hall", None]),
        ("[2e0,-0]", [0.0, 2.0, 0.5], ["shelf", "hall", None]),
        ("[9007199254740993,18446744073709551615]", [9007199254740993, 2], ["hall", None]),
        ('[{"int":"0x10000000000000000"},1e23]', [1e23, 2.0**64], ["shelf", "hall"]),
        ('[{"float":"inf"},0.10]', [0.1, float("inf")], ["shelf", "hall"]),
    ],
)
def test_numbers_are_equal_as_numbers(labels, floors, names):
    matcher = poly_match.Matcher.from_bytes(saved(labels, "numbers"))
    assert joined(matcher, floors)["name"].to_pylist() == names


def test_booleans_are_labels():
    matcher = poly_match.Matcher.from_bytes(saved("[false,true]", "booleans"))
    assert joined(matcher, [True, False])["name"].to_pylist() == ["shelf", "hall"]


def test_the_system_is_that_of_the_polygons():
    facts = {"crs": "EPSG:25832", "planar": True}
    matcher = poly_match.Matcher.from_bytes(saved("[2,3]", "numbers", facts))
    assert matcher.crs == "EPSG:25832"
    assert poly_match.Matcher.from_bytes(matcher.to_bytes()).crs == "EPSG:25832"
    labels = np.array([3, 2])
    assert matcher.match([(1, 1), (1, 1)], point_groups=labels).index.tolist() == [1, 0]
