"""The ways to match many points by centres, side by side, and the one that is chosen."""

from __future__ import annotations

import statistics
import sys
from typing import Any

import numpy as np

from bench.ablate.timing import answer
from bench.reference import WrongAnswerError
from bench.workloads import uniform

WAYS = {
    "walk": ("SiteLists", "Blocks", "KeptGrid"),
    "blocks": ("SiteLists", "Walk", "KeptGrid"),
    "lists": ("Blocks", "Walk", "KeptGrid"),
}
"""What is switched off so that only this way is left."""

NAMES = {"Walk": "walk", "Blocks": "blocks", "SiteLists": "lists"}


def measure(rust: Any, quick: bool) -> list[dict[str, Any]]:  # noqa: ANN401
    """Time all ways for every size; each round has other points, as a branch predictor learns."""
    counts = (1_000, 10_000, 100_000, 1_000_000)
    points = (10_000, 50_000, 200_000, 1_000_000)
    sizes = [(m, n, k) for m in counts for n in points for k in (3, 31, 100, 1000)]
    rows = []
    for m, n, k in [(1_000, 2_000, 31)] if quick else sizes:
        print(f"\r  ways: {m} × {n}, {k}   ", end="", file=sys.stderr, flush=True)
        rows.append(_measure(rust, m, n, k))
    print(file=sys.stderr)
    return rows


def _measure(rust: Any, polygons: int, points: int, candidates: int) -> dict[str, Any]:  # noqa: ANN401
    rounds = max(3, min(7, 1_000_000 // points))
    work = uniform(polygons, points * (rounds + 1), candidates)
    job = rust.Job.centers(work.centers, work.keys, work.max_dist, "key", "match")
    prepared = job.prepare([])
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    chosen = ""
    # One more than the rounds: the first is not counted.
    for turn, some in enumerate(np.split(work.points, rounds + 1)):
        _, expected, _, asked = answer(job, prepared, some, ("KeptGrid",))
        chosen = next(NAMES[name] for name in asked if name in NAMES)
        for way, off in WAYS.items():
            seconds, found, _, asked = answer(job, prepared, some, off)
            if not (found == expected).all():
                raise WrongAnswerError(f"{way} answers otherwise")
            last = [NAMES[name] for name in asked if name in NAMES]
            if turn > 0 and way in last:
                times[way].append(seconds / points * 1e9)
    ns = {way: statistics.median(seconds) for way, seconds in times.items() if seconds}
    return {
        "polygons": polygons,
        "points": points,
        "candidates": candidates,
        "ns": ns,
        "chosen": chosen,
        "times": ns[chosen] / min(ns.values()),
    }
