"""Progress of long calls: the answers are the same, and what is shown is true."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
import warnings

import geopandas
import numpy as np
import poly_match
import pytest
import shapely
from poly_match import _progress
from poly_match._progress import busy, pieces

RNG = np.random.default_rng(0)
CENTERS = RNG.uniform(0, 100, (200, 2))
SQUARES = [
    poly_match.Polygon([x, x + 9, x + 9, x], [y, y, y + 9, y + 9]) for x, y in CENTERS.tolist()
]
POINTS = RNG.uniform(0, 110, (3000, 2))
RADII = RNG.uniform(0, 9, 3000)
FLOORS = [position % 3 for position in range(200)]
POINT_FLOORS = RNG.integers(0, 4, 3000)
SKIPPED = POINTS.copy()
SKIPPED[[7, 2000]] = np.nan, np.inf


def last(_points, _indptr, indices):
    return -indices


@pytest.fixture
def small(monkeypatch):
    # So that a few thousand points are many pieces.
    monkeypatch.setattr(_progress, "FIRST", 64)
    monkeypatch.setattr(_progress, "PIECE", 1e-4)


@pytest.fixture
def plain(monkeypatch):
    # As if tqdm were not installed.
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)


def same(one, other):
    np.testing.assert_array_equal(one.index, other.index)
    np.testing.assert_array_equal(one.distance, other.distance)


CALLS = {
    "match": ({"near": "covers"}, {}, {}),
    "k": ({"max_dist": 20}, {"k": 3}, {}),
    "radii": ({"near": "boundary", "max_dist": 9}, {"max_dist": RADII}, {}),
    "groups": ({"max_dist": 20, "groups": FLOORS}, {"point_groups": POINT_FLOORS}, {}),
    "callable": ({"near": "covers", "best": last}, {}, {}),
    "callable, k": ({"near": "covers", "best": last}, {"k": 2}, {}),
    "skip": ({"max_dist": 20}, {"on_invalid": "skip"}, {"points": SKIPPED}),
    "objects": ({"max_dist": 20}, {}, {"points": list(map(shapely.Point, POINTS.tolist()))}),
    "none": ({"max_dist": 20}, {}, {"points": np.empty((0, 2))}),
    "none, k": ({"max_dist": 20}, {"k": 2}, {"points": np.empty((0, 2))}),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("rule", "query", "data"), CALLS.values(), ids=CALLS)
def test_the_answers_are_the_same(rule, query, data):
    points = data.get("points", POINTS)
    matcher = poly_match.Matcher(SQUARES, **rule)
    expected = matcher.match(points, **query)
    same(matcher.match(points, **query, progress=True), expected)
    max_dist = query.get("max_dist", rule.get("max_dist"))
    arguments = {**rule, **query, "max_dist": max_dist}
    same(poly_match.match(SQUARES, points, **arguments, progress=True), expected)


@pytest.mark.usefixtures("small", "plain")
def test_joins_show_it(capsys, monkeypatch):
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    monkeypatch.setattr(_progress, "EVERY", 0.0)
    points = {"x": POINTS[:, 0], "y": POINTS[:, 1]}
    zones = {"shape": SQUARES, "floor": FLOORS}
    asked = {"near": "covers", "polygon_geometry": "shape"}
    expected = poly_match.join(points, zones, **asked)
    assert capsys.readouterr().err == ""
    shown = poly_match.join(points, zones, **asked, progress=True)
    np.testing.assert_array_equal(shown["floor"], expected["floor"])
    assert "3,000" in capsys.readouterr().err
    matcher = poly_match.Matcher.from_table(zones, near="covers", progress=True)
    capsys.readouterr()
    matcher.join(points, progress=True)
    assert "3,000" in capsys.readouterr().err


ERRORS = [
    ({"max_dist": np.where(np.arange(3000) == 2000, -1.0, 5.0)}, r"point 2000"),
    ({"max_dist": np.where(np.arange(3000) == 2000, np.nan, 5.0)}, r"point 2000"),
    ({"max_dist": RADII[:5]}, r"got 5"),
    ({"point_groups": [1, 2]}, r"got 2"),
    ({"k": 0}, r"k must be .* at least 1, got 0"),
    ({"workers": 0}, r"workers must be .* at least 1, got 0"),
]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("query", "message"), ERRORS)
def test_errors_are_those_of_a_call_without_it(query, message):
    groups = FLOORS if "point_groups" in query else None
    matcher = poly_match.Matcher(SQUARES, max_dist=20, groups=groups)
    messages = []
    for progress in (False, True):
        with pytest.raises(ValueError, match=message) as raised:
            matcher.match(POINTS, **query, progress=progress)
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_invalid_point_is_named_by_its_position_among_all(value):
    points = POINTS.copy()
    points[2500, 1] = value
    with pytest.raises(ValueError, match="2500"):
        poly_match.Matcher(SQUARES, max_dist=20).match(points, progress=True)


@pytest.mark.usefixtures("small")
def test_a_warning_comes_once():
    parishes = geopandas.GeoSeries([shapely.box(8, 47, 9, 48)], crs="EPSG:4326")
    matcher = poly_match.Matcher(parishes, near="covers")
    points = np.where(np.arange(3000)[:, None] % 2, (8.5, 47.5), (200.0, 0.0))
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        matcher.match(points, progress=True)
    [warning] = found
    assert "1,500 points have a longitude beyond" in str(warning.message)


def test_pieces_cover_all_points_once(small, plain):  # noqa: ARG001
    cut = list(pieces(10_000, True, "matching"))
    assert len(cut) > 2
    assert np.concatenate([np.arange(10_000)[piece] for piece in cut]).tolist() == [*range(10_000)]
    assert list(pieces(10_000, False, "matching")) == [slice(0, 10_000)]
    assert list(pieces(0, True, "matching")) == [slice(0, 0)]


def test_pieces_take_about_the_time_that_they_should(plain, monkeypatch):  # noqa: ARG001
    now = [0.0]
    monkeypatch.setattr(_progress, "perf_counter", lambda: now[0])
    sizes = []
    for piece in pieces(50_000_000, True, "matching"):
        sizes.append(piece.stop - piece.start)
        now[0] += sizes[-1] * 1e-7
    assert sizes[0] == 1 << 16
    assert sizes[3:-1] == pytest.approx([1_000_000] * len(sizes[3:-1]), rel=0.01)


def test_a_plain_line_says_how_far_it_is(plain, capsys, monkeypatch):  # noqa: ARG001
    now = [0.0]
    monkeypatch.setattr(_progress, "perf_counter", lambda: now[0])
    sizes = []
    for piece in pieces(4 << 16, True, "matching"):
        now[0] += 1.0
        sizes.append(piece.stop - piece.start)
    assert min(sizes[:-1]) == 256  # however slow they are
    lines = capsys.readouterr().err.split("\r")[1:]
    assert lines[0] == "matching: 65,536 of 262,144 points (25%), 65,536/s, 3 s left"
    assert "(99%)" in lines[-3]
    assert re.fullmatch(r"matching: 262,144 of 262,144 points \(100%\), .* s *\n", lines[-1])


def test_short_work_shows_nothing(plain, capsys):  # noqa: ARG001
    matcher = poly_match.Matcher(SQUARES, near="covers")
    matcher.match(POINTS, progress=True)
    matcher.prepare(progress=True)
    poly_match.match(SQUARES, POINTS, near="covers", progress=True)
    assert capsys.readouterr().err == ""


def test_tqdm_is_used_where_it_is_installed(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "PATIENCE", 0)
    poly_match.Matcher(SQUARES, near="covers").match(POINTS, progress=True)
    shown = capsys.readouterr().err
    assert "matching: 100%" in shown
    assert "3.00k/3.00k" in shown


def test_a_build_shows_its_seconds(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "PATIENCE", 0.01)
    with busy(True, "building"):
        time.sleep(0.1)
    assert re.search(r"\rbuilding: 0 s\r.*building: 0\.\d s\n$", capsys.readouterr().err)
    assert not [one for one in threading.enumerate() if one.name == "poly_match-progress"]


class Slow(poly_match.Polygon):
    def area(self):
        time.sleep(0.1)
        return super().area()


def test_one_shot_shows_its_build(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "PATIENCE", 0.01)
    slow = Slow([0, 9, 9, 0], [0, 0, 9, 9])
    result = poly_match.match([slow], [(1, 1)], near="covers", progress=True)
    assert result.objects == [slow]
    assert re.search(r"\rbuilding: 0\.\d s\n", capsys.readouterr().err)


def test_the_clock_ends_with_an_exception(monkeypatch):
    monkeypatch.setattr(_progress, "PATIENCE", 0.01)
    with pytest.raises(KeyboardInterrupt), busy(True, "building"):
        raise KeyboardInterrupt
    assert not [one for one in threading.enumerate() if one.name == "poly_match-progress"]


INTERRUPTED = """
import sys
sys.modules.update(dict.fromkeys(["tqdm", "tqdm.auto"]{tqdm}))
import numpy as np
import poly_match

points = np.random.default_rng(0).uniform(0, 100, (2_000_000, 2))
centers = points[:100_000]
matcher = poly_match.Matcher.from_arrays(centers, best=lambda p, i, c: c, max_dist=3)
print("begun", flush=True)
try:
    matcher.match(points, progress=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("tqdm", ["", "[:0]"], ids=["plain", "tqdm"])
def test_an_interrupt_ends_it(tqdm):
    code = INTERRUPTED.format(tqdm=tqdm)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "begun\n"
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert out == "interrupted\n", err
        assert time.monotonic() - begun < 10
    assert "matching:" in err
    assert err.endswith("\n")
