"""A matcher that was kept or carried answers as the one that it was."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
from fractions import Fraction

import numpy as np
import poly_match
import pytest
from hypothesis import given

from tests.strategies import rule_cases
from tests.test_rule_properties import asked, best_of, from_rings, rows


class Zone(poly_match.Polygon):
    def __init__(self, x, y, name):
        super().__init__(x, y)
        self.name = name

    def __reduce__(self):
        return Zone, (self.x, self.y, self.name)


UNPICKLED = []


class Loud:
    """Says when it is unpickled."""

    x, y = (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)

    def __reduce__(self):
        return _unpickle, ()


def _unpickle():
    UNPICKLED.append(1)
    return Loud()


def lowest_first(points, indptr, indices):  # noqa: ARG001
    return -indices


def nearest_first(_points, _indptr, _indices, distances):
    return distances


def zones():
    return [Zone([0, 9, 9, 0], [0, 0, 9, 9], "hall"), Zone([4, 6, 6, 4], [4, 4, 6, 6], "shelf")]


POINTS = [(5.0, 5.5), (1.0, 1.0), (50.0, 50.0)]


def carried(matcher, tmp_path):
    """By every way that there is."""
    path = tmp_path / "matcher.plym"
    matcher.save(path)
    yield poly_match.Matcher.load(path, allow_pickle=True)
    yield poly_match.Matcher.load(str(path), allow_pickle=True)
    data = matcher.to_bytes()
    assert data == path.read_bytes()
    yield poly_match.Matcher.from_bytes(data, allow_pickle=True)
    yield poly_match.Matcher.from_bytes(memoryview(bytearray(data)), allow_pickle=True)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.loads(pickle.dumps(matcher, protocol))
    yield copy.copy(matcher)
    yield copy.deepcopy(matcher)


@given(case=rule_cases())
def test_every_rule_answers_the_same(case, tmp_path_factory):
    matcher = from_rings(case, best_of(case))
    path = tmp_path_factory.getbasetemp() / "matcher.plym"
    matcher.save(path)
    for again in (poly_match.Matcher.load(path), pickle.loads(pickle.dumps(matcher))):
        assert repr(again) == repr(matcher)
        assert len(again) == len(matcher)
        for k in (None, case.k):
            expected = matcher.match(case.points, k=k, **asked(case))
            got = again.match(case.points, k=k, **asked(case))
            assert got.index.tobytes() == expected.index.tobytes()
            assert got.distance.tobytes() == expected.distance.tobytes()
        for order in ("index", "best"):
            expected = matcher.candidates(case.points, order=order, **asked(case))
            assert rows(again.candidates(case.points, order=order, **asked(case))) == rows(expected)


def test_a_large_one_answers_the_same(tmp_path):
    random = np.random.default_rng(5)
    centers, keys = random.random((30_000, 2)), random.integers(0, 50, 30_000)
    points = random.random((20_000, 2))
    for rule in ({"keys": keys}, {"keys": keys, "tie": "distance"}, {"best": "nearest"}):
        matcher = poly_match.Matcher.from_arrays(centers, max_dist=0.02, **rule)
        expected = matcher.match(points)
        for again in carried(matcher, tmp_path):
            result = again.match(points)
            assert result.index.tobytes() == expected.index.tobytes()
            assert result.distance.tobytes() == expected.distance.tobytes()


def test_objects_travel(tmp_path):
    matcher = poly_match.Matcher(zones(), near="covers")
    for again in carried(matcher, tmp_path):
        objects = again.match(POINTS).objects
        assert [zone and zone.name for zone in objects] == ["shelf", "hall", None]
        pairs = again.pairs(POINTS)
        assert [zone.name for _, zone in pairs] == ["shelf", "hall"]
        assert pairs[0][1] is objects[0]


def test_objects_stay_at_home(tmp_path):
    path = tmp_path / "matcher.plym"
    mine = zones()
    matcher = poly_match.Matcher(mine, near="covers")
    matcher.save(path, with_objects=False)
    assert b"hall" not in path.read_bytes()
    again = poly_match.Matcher.load(path)
    with pytest.raises(AttributeError, match="saved without its objects"):
        again.match(POINTS).objects  # noqa: B018 - it is the asking that raises
    with pytest.raises(AttributeError, match="saved without its objects"):
        again.pairs(POINTS)
    again = poly_match.Matcher.load(path, polygons=iter(mine))
    assert again.match(POINTS).objects[0] is mine[1]
    data = matcher.to_bytes(with_objects=False)
    assert poly_match.Matcher.from_bytes(data, mine).match(POINTS).objects[0] is mine[1]
    with pytest.raises(ValueError, match="expected 2 polygons, as many as were saved, got 1"):
        poly_match.Matcher.load(path, mine[:1])


def test_objects_are_unpickled_when_asked_for_and_once():
    UNPICKLED.clear()
    data = poly_match.Matcher([Loud()], near="covers").to_bytes()
    again = poly_match.Matcher.from_bytes(data, allow_pickle=True)
    result = again.match([(0.9, 0.1)])
    assert result.index.tolist() == [0]
    poly_match.Matcher.from_bytes(data, [Loud()]).match([(0.9, 0.1)]).objects  # noqa: B018
    assert not UNPICKLED
    assert result.objects[0] is again.match([(0.9, 0.1)]).objects[0]
    assert len(UNPICKLED) == 1


def test_pickle_keeps_objects_one():
    mine = zones()
    matcher, polygons = pickle.loads(pickle.dumps((poly_match.Matcher(mine, max_dist=9), mine)))
    assert matcher.match(POINTS).objects[0] is polygons[1]
    # As does one that was loaded, and whose objects nobody has asked for.
    again = poly_match.Matcher.from_bytes(matcher.to_bytes(), allow_pickle=True)
    again, same = pickle.loads(pickle.dumps((again, again)))
    assert again is same
    assert again.match(POINTS).objects[0].name == "shelf"


def test_copies():
    mine = zones()
    matcher = poly_match.Matcher(mine, max_dist=9)
    assert copy.copy(matcher) is matcher
    twin, polygons = copy.deepcopy((matcher, mine))
    assert twin.match(POINTS).objects[0] is polygons[1]
    assert matcher.match(POINTS).objects[0] is mine[1]


@pytest.mark.parametrize(
    "labels",
    [
        ["a", "b"],
        [3, 5],
        np.array([3, 5]),
        [True, 2.5],
        ["a", None],
        [("floor", 1), ("floor", 2)],
        [Fraction(1, 3), Fraction(2, 3)],
        np.array(["2026-01-01", "2026-01-02"], "datetime64[D]"),
    ],
    ids=str,
)
def test_labels_travel(labels, tmp_path):
    matcher = poly_match.Matcher(zones(), near="covers", groups=labels)
    points = [(5.0, 5.0)] * 2
    asked = {"point_groups": labels, "on_invalid": "skip"}
    expected = matcher.match(points, **asked)
    for again in carried(matcher, tmp_path):
        assert again.match(points, **asked).index.tolist() == expected.index.tolist()
        with pytest.raises(ValueError, match="groups"):
            again.match(points)


def test_a_callable_travels(tmp_path):
    matcher = poly_match.Matcher(zones(), near="covers", best=lowest_first)
    for again in carried(matcher, tmp_path):
        assert again.match(POINTS).index.tolist() == [1, 0, -1]
    rule = {"near": "boundary", "max_dist": 9.0, "best": nearest_first, "with_distances": True}
    matcher = poly_match.Matcher(zones(), **rule)
    expected = matcher.match(POINTS, k=2).index.tolist()
    for again in carried(matcher, tmp_path):
        assert again.match(POINTS, k=2).index.tolist() == expected
    local = poly_match.Matcher(zones(), near="covers", best=lambda *_: _[2])
    path = tmp_path / "local"
    with pytest.raises((AttributeError, pickle.PicklingError)):
        local.save(path)
    assert not path.exists()


def _match(matcher):
    return matcher.match(POINTS).index.tolist(), [
        z and z.name for z in matcher.match(POINTS).objects
    ]


@pytest.mark.parametrize("way", ["spawn", "fork"])
def test_other_processes(way):
    matcher = poly_match.Matcher(zones(), near="covers")
    matcher.match(POINTS)
    with multiprocessing.get_context(way).Pool(2) as pool:
        answers = pool.map(_match, [matcher] * 3)
    assert answers == [([1, 0, -1], ["shelf", "hall", None])] * 3


def test_a_file_is_replaced_and_what_was_loaded_lives_on(tmp_path):
    path = tmp_path / "matcher.plym"
    first = poly_match.Matcher.from_arrays([(0, 0)] * 5000, range(5000), max_dist=1)
    first.save(path)
    loaded = poly_match.Matcher.load(path)
    poly_match.Matcher(zones(), near="covers").save(path)
    assert len(poly_match.Matcher.load(path)) == 2
    assert loaded.match([(0, 0.5)]).index.tolist() == [0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["matcher.plym"]
    path.unlink()
    assert loaded.match([(0, 0.5)]).index.tolist() == [0]


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "matcher.plym"
    matcher = poly_match.Matcher(zones(), near="covers")
    matcher.save(path)
    before = path.read_bytes()
    with pytest.raises((AttributeError, pickle.PicklingError)):
        poly_match.Matcher([zones()[0], _local()], near="covers").save(path)
    assert path.read_bytes() == before
    for missing, error in [("no/such", FileNotFoundError), (".", IsADirectoryError)]:
        with pytest.raises(error) as caught:
            matcher.save(tmp_path / missing)
        assert os.fspath(tmp_path) in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["matcher.plym"]


def _local():
    class Local(poly_match.Polygon):
        pass

    return Local([0, 1, 1], [0, 0, 1])


def test_what_is_no_saved_matcher_is_refused(tmp_path):
    load = poly_match.Matcher.load
    path = tmp_path / "file"
    with pytest.raises(FileNotFoundError) as caught:
        load(path)
    assert caught.value.filename == os.fspath(path)
    with pytest.raises(IsADirectoryError):
        load(tmp_path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"file: not a saved matcher: .* got no bytes at all"):
        load(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n....")
    with pytest.raises(ValueError, match=r"not a saved matcher: .* got the bytes 89 50 4e 47"):
        load(path)
    with pytest.raises(TypeError, match="data must be bytes-like, got str"):
        poly_match.Matcher.from_bytes("text")
    with pytest.raises(TypeError):
        load(7)


def test_what_was_damaged_is_refused():
    matcher = poly_match.Matcher(zones(), near="covers", groups=["a", "b"])
    data = matcher.to_bytes()
    expected = matcher.match(POINTS, point_groups=["b", "a", "a"]).index.tolist()
    for end in range(0, len(data), 7):
        with pytest.raises(ValueError, match="saved matcher"):
            poly_match.Matcher.from_bytes(data[:end])
    with pytest.raises(ValueError, match="with trailing bytes"):
        poly_match.Matcher.from_bytes(data + b"\0")
    refused = 0
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 0x10
        try:
            again = poly_match.Matcher.from_bytes(damaged, allow_pickle=True)
            result = again.match(POINTS, point_groups=["b", "a", "a"])
            assert result.index.tolist() == expected
            assert result.objects[0].name == "shelf"
        except ValueError:
            refused += 1
    assert refused > len(data) // 2
    version = bytearray(data)
    version[12] = 200
    with pytest.raises(ValueError, match="saved in version 200 of the format"):
        poly_match.Matcher.from_bytes(version)
