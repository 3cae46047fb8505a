"""A saved matcher that was made to deceive runs no code, and is refused with the reason."""

from __future__ import annotations

import copy
import datetime
import json
import math
import pickle
import struct
from fractions import Fraction

import numpy as np
import poly_match
import pytest

from tests.sealed import (
    COUNT,
    START,
    entry_at,
    put_together,
    sealed,
    section_of,
    taken_apart,
    with_section,
)

RAN = []


class Canary:
    """Says when it is unpickled."""

    x, y = (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)

    def __init__(self, result="canary"):
        self.result = result

    def __reduce__(self):
        return _run, (self.result,)

    def __eq__(self, other):
        return type(other) is Canary

    def __hash__(self):
        return 7


def _run(result):
    RAN.append(result)
    return Canary() if result == "canary" else result


@pytest.fixture(autouse=True)
def _nothing_ran():
    RAN.clear()


def lowest_first(points, indptr, indices):  # noqa: ARG001
    return -indices


ZONES = [
    poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9]),
    poly_match.Polygon([4, 6, 6, 4], [4, 4, 6, 6]),
]
POINTS = [(5.0, 5.5), (1.0, 1.0), (50.0, 50.0)]


def matcher(zones=ZONES, **rule):
    return poly_match.Matcher(zones, near="covers", **rule)


def facts_of(data):
    return json.loads(section_of(data, "python"))


def with_facts(data, **facts):
    said = facts_of(data) | facts
    said = {name: value for name, value in said.items() if value is not ...}
    return with_section(data, "python", json.dumps(said).encode())


def load(data, **arguments):
    return poly_match.Matcher.from_bytes(data, **arguments)


# What is pickled.


def test_a_file_that_says_that_labels_are_pickled_runs_nothing():
    data = with_facts(matcher(groups=["a", "b"]).to_bytes(), labels="pickle")
    data = with_section(data, "labels", pickle.dumps(Canary(["a", "b"])))
    message = "labels of its groups are pickled.* runs code.* allow_pickle=True"
    for arguments in ({}, {"polygons": ZONES}, {"allow_pickle": False}):
        with pytest.raises(ValueError, match=message):
            load(data, **arguments)
    assert RAN == []
    assert load(data, allow_pickle=True).match(POINTS, point_groups=["b"] * 3).index[0] == 1
    assert RAN == [["a", "b"]]


def test_a_file_that_says_that_it_has_a_callable_runs_nothing():
    data = with_facts(matcher().to_bytes(with_objects=False), ask=True)
    data = with_section(data, "callable", pickle.dumps(Canary((lowest_first, "index", False))))
    message = "callable for best is pickled.* runs code.* allow_pickle=True"
    for arguments in ({}, {"polygons": ZONES}):
        with pytest.raises(ValueError, match=message):
            load(data, **arguments)
    assert RAN == []
    assert load(data, allow_pickle=True).match(POINTS).index.tolist() == [1, 0, -1]
    assert len(RAN) == 1


def test_objects_are_unpickled_only_where_that_is_allowed(tmp_path):
    path = tmp_path / "zones.plym"
    matcher([Canary(), Canary()]).save(path)
    data = path.read_bytes()
    again = poly_match.Matcher.load(path)
    result = again.match([(0.9, 0.1)])
    assert result.index.tolist() == [0]
    assert again.candidates([(0.9, 0.1)]).indices.tolist() == [0, 1]
    message = "objects .* are pickled.* runs code.* allow_pickle=True.* polygons="
    with pytest.raises(ValueError, match=message):
        result.objects  # noqa: B018 - it is the asking that raises
    with pytest.raises(ValueError, match=message):
        again.pairs([(0.9, 0.1)])
    mine = ["one", "two"]
    assert load(data, polygons=mine).match([(0.9, 0.1)]).objects == ["one"]
    assert load(data, polygons=mine, allow_pickle=True).pairs([(0.9, 0.1)])[0][1] == "one"
    assert RAN == []
    allowed = poly_match.Matcher.load(path, allow_pickle=True)
    assert RAN == []
    assert allowed.match([(0.9, 0.1)]).objects == [Canary()]
    assert len(RAN) == 2


def test_what_is_not_allowed_stays_so_wherever_it_goes(tmp_path):
    path = tmp_path / "zones.plym"
    data = matcher([Canary(), Canary()]).to_bytes()
    again = load(data)
    again.save(path)
    assert path.read_bytes() == again.to_bytes() == data
    for other in (pickle.loads(pickle.dumps(again)), copy.copy(again), copy.deepcopy(again)):
        assert other.match([(0.9, 0.1)]).index.tolist() == [0]
        with pytest.raises(ValueError, match="allow_pickle=True"):
            other.pairs([(0.9, 0.1)])
        assert other.to_bytes() == data
        result = pickle.loads(pickle.dumps(other.match([(0.9, 0.1)])))
        with pytest.raises(ValueError, match="allow_pickle=True"):
            result.objects  # noqa: B018 - it is the asking that raises
    # Nor does saving unpickle what was allowed, before it is asked for.
    assert load(data, allow_pickle=True).to_bytes() == data
    assert RAN == []
    assert load(again.to_bytes(), allow_pickle=True).match([(0.9, 0.1)]).objects == [Canary()]
    assert len(RAN) == 2


def test_pickle_asks_for_no_permission():
    mine = [Canary(), Canary()]
    for groups in (None, [Fraction(1, 3), Fraction(2, 3)]):
        matchers = [matcher(mine, groups=groups), matcher(mine, groups=groups, best=lowest_first)]
        for one in matchers:
            again = pickle.loads(pickle.dumps(one))
            asked = {} if groups is None else {"point_groups": groups[1:]}
            assert again.match([(0.9, 0.1)], **asked).objects == [Canary()]


# Labels.

PLAIN = [
    ["a", "ä\ud800\0"],
    [3, -5],
    [2**53 + 1, -(2**63)],
    [2**64 - 1, 2**64],
    [10**5000, -(10**5000)],
    [True, False],
    [True, 2.5],
    [0.1, math.inf],
    [-math.inf, 5e-324],
    [-0.0, 1e308],
    [None, 1],
    [b"\xff\0", b""],
    [("floor", 1), ("floor", 2.5, (b"x", True))],
    [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)],
    [datetime.datetime(2020, 1, 1, 2, 3, 4, 5), datetime.datetime(2020, 1, 1)],
    [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)],
    [datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), "a"],
    [datetime.timedelta(days=-1, microseconds=7), datetime.timedelta.max],
    np.array(["2026-01-01", "2026-01-02"], "datetime64[D]"),
    np.array(["1600-01-01", "NaT"], "datetime64[us]"),
    np.array([2**64 - 1, 3], dtype=np.uint64),
    np.array([3, 5]),
    [np.int8(-3), np.uint64(2**64 - 1)],
    [np.float32(0.1), np.float64(0.1)],
    [np.float16(0.1), np.bool_(True)],
    [np.str_("a"), np.bytes_(b"a")],
    [("floor", np.int64(1)), ()],
]
PICKLED = [
    [Fraction(1, 3), Fraction(2, 3)],
    [frozenset("a"), "a"],
    [("floor", Fraction(1, 3)), "a"],
    [datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1))), "a"],
    [np.datetime64("2020-01-01", "D"), np.datetime64("2020-01-02", "s")],
    [(((((((1,),),),),),),), "a"],
    [1j, "a"],
    [np.longdouble("0.1"), "a"],
]


@pytest.mark.parametrize("labels", PLAIN, ids=range(len(PLAIN)))
def test_plain_labels_need_no_pickle(labels):
    first = matcher(groups=labels)
    data = first.to_bytes(with_objects=False)
    again = load(data)
    points, few = [(5.0, 5.0)] * 2, list(labels)
    for groups in (labels, few, few[::-1]):
        asked = {"point_groups": groups, "on_invalid": "skip"}
        expected = first.match(points, **asked)
        assert again.match(points, **asked).index.tolist() == expected.index.tolist()
    assert again.to_bytes() == data
    assert set(again._labels.different()) == set(first._labels.different())


@pytest.mark.parametrize("labels", PICKLED, ids=range(len(PICKLED)))
def test_other_labels_are_pickled(labels):
    data = matcher(groups=labels).to_bytes()
    with pytest.raises(ValueError, match="labels of its groups are pickled"):
        load(data)
    found = load(data, allow_pickle=True).match([(5.0, 5.0)] * 2, point_groups=labels)
    assert found.index.tolist() == [0, 1]


BAD_LABELS = [
    *(b"", b"\xff", b"nothing", b"[", b"[1,]", b"['a', 'b']", b'{"a": 1}', b"null", b"7", b'"ab"'),
    *(b"[NaN, 1]", b"[Infinity, 1]", b"[-Infinity, 1]", b"[1e999, 1]", b"[-1e999, 1]"),
    b"[" + b"9" * 5000 + b", 1]",
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'[{"tuple": ' * 100_000,
    *(b"[]", b'["a", "b", "c"]', b'["a", "a"]', b"[1, 1.0]", b"[true, 1]", b"[0, -0.0]"),
    *(b'["a", null]', b'["a", []]', b'["a", ["b"]]', b'["a", {}]', b'["a", {"b": 1}]'),
    *(b'["a", {"int": 7}]', b'["a", {"int": "7"}]', b'["a", {"int": "0x7"}]', b'[1, {"int": ""}]'),
    *(b'[1, {"float": "nan"}]', b'[1, {"float": "1.0"}]', b'[1, {"float": []}]'),
    *(
        b'[1, {"bytes": "0"}]',
        b'[1, {"bytes": "zz"}]',
        b'[1, {"bytes": 1}]',
        b'[1, {"bytes": "0A"}]',
    ),
    *(b'[1, {"date": "now"}]', b'[1, {"date": 1}]', b'[1, {"date": "20200101"}]'),
    *(b'[1, {"datetime": "2020-01-01"}]', b'[1, {"datetime": "2020-01-01T00:00:00+01:00"}]'),
    *(b'[1, {"datetime64": [1, "x"]}]', b'[1, {"datetime64": [1]}]', b'[1, {"datetime64": 7}]'),
    b'[1, {"datetime64": [99999999999999999999, "D"]}]',
    b'[1, {"datetime64": [-9223372036854775808, "D"]}]',
    b'[1, {"datetime64": [1.5, "D"]}]',
    *(b'[1, {"timedelta": [1]}]', b'[1, {"timedelta": [0.5, 0, 0]}]'),
    *(b'[1, {"timedelta": [9999999999, 0, 0]}]', b'[1, {"timedelta": [0, 90000, 0]}]'),
    b'[1, {"datetime": "2020-01-01T00:00:00+01:00"}]',
    b'[1, {"datetime64": [1, ["D"]]}]',
    b'[{"datetime64": [1, "as"]}, {"datetime64": [1, "Y"]}]',
    *(b'[1, {"tuple": 7}]', b'[1, {"tuple": [[]]}]', b'[1, {"tuple": [null]}]'),
    b'[1, {"tuple": [{"datetime64": [1, "D"]}]}]',
    b'[{"tuple": [1]}, {"tuple": [true]}]',
    b'[1, {"bytes": "00", "bytes": "01"}]',
    b'[1, {"bytes": "00", "int": "0x10000000000000000"}]',
]


@pytest.mark.parametrize("labels", BAD_LABELS, ids=lambda labels: str(labels[:40]))
def test_odd_labels_are_refused(labels):
    data = with_section(matcher(groups=["a", "b"]).to_bytes(), "labels", labels)
    with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
        load(data)


@pytest.mark.parametrize(
    "labels",
    [7, None, "ab", ("a", "b"), {"a": 0, "b": 1}, ["a", "a"], ["a", []], ["a", ([],)]],
    ids=str,
)
def test_odd_pickled_labels_are_refused(labels):
    data = with_facts(matcher(groups=["a", "b"]).to_bytes(), labels="pickle")
    data = with_section(data, "labels", pickle.dumps(labels))
    with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
        load(data, allow_pickle=True)


@pytest.mark.parametrize(
    "ask",
    [
        *(None, lowest_first, (lowest_first,), (lowest_first, "index"), (7, "index", False)),
        *([lowest_first, "index", False], (lowest_first, "last", False)),
        *((lowest_first, 7, False), (lowest_first, ["index"], False), (lowest_first, "index", 1)),
    ],
    ids=str,
)
def test_odd_callables_are_refused(ask):
    data = matcher(best=lowest_first).to_bytes(with_objects=False)
    data = with_section(data, "callable", pickle.dumps(ask))
    with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
        load(data, allow_pickle=True)


# Facts.

BAD_FACTS = [
    *(b"", b"\xff\xfe", b"\xef\xbb\xbf{}", b"null", b"[]", b"7", b'"rule"', b"{", b"{}", b"NaN"),
    b'{"rule": "", "has_objects": false, "ask": false, "rule": ""}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"rule": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("facts", BAD_FACTS, ids=lambda facts: str(facts[:40]))
def test_facts_that_are_none_are_refused(facts):
    with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
        load(with_section(matcher().to_bytes(), "python", facts))


@pytest.mark.parametrize(
    "facts",
    [
        *({"rule": ...}, {"has_objects": ...}, {"ask": ...}, {"more": 1}),
        *({"rule": None}, {"rule": 7}, {"rule": ["covers"]}, {"rule": {}}, {"rule": True}),
        *({"has_objects": 1}, {"has_objects": None}, {"has_objects": "yes"}, {"has_objects": []}),
        *({"ask": 0}, {"ask": None}, {"ask": [1]}, {"ask": 1e300}, {"ask": 10**400}),
        *({"labels": None}, {"labels": 7}, {"labels": "json"}, {"labels": "pickle"}),
        # Of sections that are not there, or that nobody knows of.
        *({"ask": True}, {"has_objects": False}),
    ],
    ids=str,
)
def test_odd_facts_are_refused(facts):
    data = with_facts(matcher().to_bytes(), **facts)
    for arguments in ({}, {"allow_pickle": True}, {"polygons": ZONES}):
        with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
            load(data, **arguments)


@pytest.mark.parametrize(
    "facts",
    [{"labels": ...}, {"labels": "yaml"}, {"labels": ["json"]}, {"labels": "JSON"}],
    ids=str,
)
def test_odd_facts_of_groups_are_refused(facts):
    data = matcher(groups=["a", "b"]).to_bytes(with_objects=False)
    with pytest.raises(ValueError, match="an unsound saved matcher: expected"):
        load(with_facts(data, **facts))


@pytest.mark.parametrize("name", ["python", "labels", "objects", "callable"])
def test_a_section_that_is_missing_is_refused(name):
    data = matcher(groups=["a", "b"], best=lowest_first).to_bytes()
    with pytest.raises(ValueError, match=r"its facts are missing|an unsound saved matcher"):
        load(with_section(data, name, None), allow_pickle=True)


def test_objects_that_are_not_as_many_are_refused():
    for objects in ((), ("a",), ["a", "b"], 7):
        data = with_section(matcher().to_bytes(), "objects", pickle.dumps(objects))
        again = load(data, allow_pickle=True)
        with pytest.raises(ValueError, match="expected 2 objects beside the matcher, got"):
            again.pairs(POINTS)


# Sections.


def test_sections_that_overlap_are_refused_before_they_are_read():
    # One section of all bytes there are, many times, with a checksum that nobody has to make.
    data = matcher().to_bytes()
    sections = [one for one in taken_apart(data) for _ in range(50)]
    data = bytearray(put_together(sections))
    for i in range(len(sections)):
        struct.pack_into("=QQ", data, entry_at(i) + START[0], 0, len(data))
        struct.pack_into("=I", data, entry_at(i) + 32, 1)
    with pytest.raises(ValueError, match="expected sections that follow each other"):
        load(sealed(data))


@pytest.mark.parametrize("number", [0, 63, 65, 2**31, 2**32 - 1, 2**63, 2**64 - 1])
@pytest.mark.parametrize("where", [START, COUNT])
def test_numbers_of_the_table_that_make_no_sense_are_refused(number, where):
    data = bytearray(matcher().to_bytes())
    for i in range(len(taken_apart(data))):
        changed = bytearray(data)
        struct.pack_into("=Q", changed, entry_at(i) + where[0], number)
        changed = sealed(changed)
        if changed == bytes(data):
            continue
        with pytest.raises(ValueError, match="saved matcher"):
            load(changed, allow_pickle=True).pairs(POINTS)
