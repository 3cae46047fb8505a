"""A callable that repeats *smallest area*, beside the rule itself."""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import numpy as np

from bench import cores
from bench.reference import WrongAnswerError
from bench.rules.inputs import Sites, sites
from bench.timing import timed

CANDIDATES = 3, 31
ROUNDS = 5


def measure(quick: bool) -> list[dict[str, Any]]:
    """Time the rule, the callable, and what is spent in the callable itself; in turns."""
    count = (1_000, 10_000) if quick else (100_000, 1_000_000)
    print("a callable that repeats area", file=sys.stderr)
    return [_measure(sites(*count), candidates) for candidates in CANDIDATES]


def _measure(work: Sites, candidates: int) -> dict[str, Any]:
    from poly_match import Matcher

    max_dist = float(np.sqrt(candidates / (np.pi * len(work.centers))))
    spent = [0.0]

    def repeat(points: Any, indptr: Any, indices: Any) -> Any:  # noqa: ANN401, ARG001
        start = time.perf_counter()
        keys = work.keys[indices]
        spent[0] += time.perf_counter() - start
        return keys

    built_in = Matcher.from_arrays(work.centers, work.keys, max_dist=max_dist)
    asked = Matcher.from_arrays(work.centers, best=repeat, max_dist=max_dist)
    times: dict[str, list[float]] = {"built-in": [], "callable": [], "inside": []}
    with cores.at_most(1):
        for _ in range(ROUNDS):
            seconds, expected = timed(lambda: built_in.match(work.points, workers=1))
            times["built-in"].append(seconds)
            spent[0] = 0.0
            seconds, found = timed(lambda: asked.match(work.points, workers=1))
            times["callable"].append(seconds)
            times["inside"].append(spent[0])
            if not (found.index == expected.index).all():
                raise WrongAnswerError("a callable that repeats area answers otherwise")
    ns = {
        name: statistics.median(seconds) / len(work.points) * 1e9 for name, seconds in times.items()
    }
    beyond = ns["callable"] - ns["inside"]
    return {
        "input": f"{work.title}, {candidates} candidates",
        "candidates": candidates,
        "ns": ns,
        "times": beyond / ns["built-in"],
    }
