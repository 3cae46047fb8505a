"""Measures what it costs to look: the baseline plain, under py-spy, under cProfile.

`python -m ladder.observe` runs the same loop in a process of its own for each, in turns, and lets
the loop's own clock say how long a run took. Results go to `ladder/results/` and the README.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ladder import machine, report
from ladder.environment import ONE_THREAD, py_spy
from ladder.rust_paths import ROOT

ROUNDS = 5
RUNS = 10
"""Runs of the baseline in one process; the article's number."""

LOOP = ["-m", "ladder.loop", "baseline", "--runs", str(RUNS)]


def commands(folder: Path) -> list[tuple[str, float, list[str]]]:
    """Name each way of looking, with the article's figure and the command line."""
    svg, profile = str(folder / "profile.svg"), str(folder / "profile.out")
    spy = [str(py_spy()), "record", "--native", "--output", svg, "--", sys.executable]
    return [
        ("plain", 293.41, [sys.executable, *LOOP]),
        ("under py-spy, native frames", 365.43, [*spy, *LOOP]),
        ("under cProfile", 546.47, [sys.executable, "-m", "cProfile", "-o", profile, *LOOP]),
    ]


def run(command: list[str]) -> float:
    """Milliseconds of one run, as the loop prints them among a profiler's own lines."""
    output = subprocess.run(
        command, cwd=ROOT, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True
    ).stdout
    (line,) = (line for line in output.splitlines() if line.replace(".", "").isdigit())
    return float(line)


def main() -> int:
    """Measure in turns, print, write."""
    result: dict[str, Any] = report.stamp(machine.describe())
    with TemporaryDirectory() as folder:
        ways = commands(Path(folder))
        times = [[run(command) for _, _, command in ways] for _ in range(ROUNDS)]
    result["observed"] = [
        {
            "title": title,
            "article_ms": article_ms,
            "median_ms": statistics.median(column),
            "range_ms": [min(column), max(column)],
            "rounds": ROUNDS,
            "runs_a_round": RUNS,
        }
        for (title, article_ms, _), column in zip(ways, zip(*times, strict=True), strict=True)
    ]
    report.write_observed(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
