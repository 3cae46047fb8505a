"""Arrays that are resized under a call: the memory goes, and nothing may read it.

Each case runs in a process of its own, which a fault would end. Arrays are so large that the system
takes their pages back at once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import numpy as np
import poly_match

N = 1_000_000
points = np.random.default_rng(0).uniform(0.0, 9.0, (N, 2))
copy = points.copy()
zones = [poly_match.Polygon([0, s, s, 0], [0, 0, s, s]) for s in (9, 5, 7)]
radii = np.full(N, 5.0)
groups = np.tile([1, 2], N // 2).copy()

def gone(array):
    array.resize((1, *array.shape[1:]), refcheck=False)

def best(points_, indptr, indices):
    for array in (points, radii, groups):
        if len(array) > 1:
            gone(array)
    return -indices
"""

COVERS = "matcher = poly_match.Matcher(zones, near='covers', best=best)"
CENTER = (
    "matcher = poly_match.Matcher(zones, max_dist=1.0, best=best, groups=[1, 2, 1]);"
    "rule = {'max_dist': radii, 'point_groups': groups};"
    "again = {'max_dist': radii.copy(), 'point_groups': groups.copy()}"
)
SAME = "assert (got.index == expected.index).all() and len(points) == 1"

CASES = {
    "match": f"{COVERS}; got = matcher.match(points); expected = matcher.match(copy); {SAME}",
    "k": f"{COVERS}; got = matcher.match(points, k=2); expected = matcher.match(copy, k=2); {SAME}",
    "each": f"{CENTER}; got = matcher.match(points, **rule);"
    f"expected = matcher.match(copy, **again); {SAME}",
    # A point that is gone cannot be given back.
    "pairs": f"{COVERS}\ntry:\n    matcher.pairs(points)\nexcept IndexError:\n    done = True\n"
    "assert done",
    "candidates": f"{CENTER}; got = matcher.candidates(points, order='best', **rule);"
    "expected = matcher.candidates(copy, order='best', **again);"
    "assert (got.indices == expected.indices).all() and len(points) == 1",
    "pieces": f"{CENTER}; got = list(matcher.iter_candidates(points, order='best', **rule));"
    "expected = list(matcher.iter_candidates(copy, order='best', **again));"
    "assert len(got) == len(expected) > 1 and len(points) == 1\n"
    "for (a, one), (b, other) in zip(got, expected):\n"
    "    assert a == b and (one.indices == other.indices).all()",
    "between pieces": """
matcher = poly_match.Matcher(zones, near="covers")
expected = matcher.candidates(copy)
got = []
for start, piece in matcher.iter_candidates(points, batch=100_000):
    got.append(piece.indices)
    if len(points) > 1:
        gone(points)
assert (np.concatenate(got) == expected.indices).all() and len(got) > 3
""",
    "vertices": """
class Offsets:
    def __array__(self, dtype=None, copy=None):
        gone(points)
        return np.arange(0, N + 1, 4)
try:
    poly_match.Matcher.from_rings(points, Offsets(), np.arange(N // 4 + 1), near="covers")
except ValueError as error:
    assert "ring offsets" in str(error)
""",
    "areas": """
class Zone(poly_match.Polygon):
    def area(self):
        if len(points) > 1:
            gone(points)
        return 1.0
zone = Zone([0, 9, 9, 0], [0, 0, 9, 9])
assert len(poly_match.main([zone], points)) <= 1
""",
    "attributes": """
class Zone:
    @property
    def x(self):
        for array in (points, centers, keys, labels):
            if len(array) > 1:
                gone(array)
        return [0.0, 9.0, 9.0, 0.0]
    y = [0.0, 0.0, 9.0, 9.0]
centers, keys, labels = points.copy(), np.zeros(N), np.zeros(N, dtype=np.int64)
zones = [Zone()] + [poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9])] * (N - 1)
matcher = poly_match.Matcher(zones, max_dist=0.01, best=keys, center=centers, groups=labels)
assert len(keys) == len(centers) == len(labels) == 1
assert matcher.match(copy[:9], point_groups=[0] * 9).index.tolist() == list(range(9))
""",
    "keys": """
keys = []
def best(points, indptr, indices):
    for array in keys:
        gone(array)
    keys[:] = [np.zeros(len(indices))]
    return keys[0]
matcher = poly_match.Matcher(zones, near="covers", best=best)
assert matcher.match(copy).index.min() == 0
""",
    "answers": """
import signal
index = np.zeros(N * 10, dtype=np.int64)
def handler(*_):
    if len(index) > 1:
        gone(index)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
found = poly_match.MatchResult(index, np.zeros(1), zones).objects
signal.setitimer(signal.ITIMER_REAL, 0.0)
assert len(found) == N * 10
""",
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_an_array_that_is_resized_does_no_harm(code):
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", BEGIN + code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert ended.returncode == 0, ended.stderr
