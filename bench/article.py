"""Measures the article's example as its readers would call it, against its Python baseline.

The rungs and their judge are the ladder's; here they only take turns in this run.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any

from ladder import oracle
from ladder.catalog import BY_NAME
from ladder.example import article
from ladder.runner import Local

BASELINE = "baseline"
RUNGS = (BASELINE, "final-python-area", "final", "final-matcher", "final-match")
BATCH_SECONDS = 0.02


def measure(quick: bool) -> dict[str, Any]:
    """Let the oracle judge each, then time them in turns; times over the baseline."""
    print("example: the article's, against its baseline", file=sys.stderr)
    runners = {}
    repeat = {}
    for name in RUNGS:
        runner = Local(BY_NAME[name].module)
        oracle.check(article(), runner.answer("article")["pairs"])
        once = min(runner.time("article", 1) for _ in range(3))
        runners[name], repeat[name] = runner, max(1, round(BATCH_SECONDS / once))
    seconds: dict[str, list[float]] = {name: [] for name in RUNGS}
    for _ in range(2 if quick else 15):
        for name, runner in runners.items():
            seconds[name].append(runner.time("article", repeat[name]))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return {
        name: {
            "title": BY_NAME[name].title,
            "median_us": medians[name] * 1e6,
            "range_us": [min(seconds[name]) * 1e6, max(seconds[name]) * 1e6],
            "times": medians[BASELINE] / medians[name],
        }
        for name in RUNGS
    }
