"""Measures the whole ladder in one run: `python -m ladder.measure`.

Every rung answers the article's example first, and the oracle judges the answer; only a right
answer is timed. The rungs then take turns, round after round, so that a slow minute of the machine
falls on all of them and the ratios stay fair. Nothing is built here (`python -m ladder.build`).

Results go to `ladder/results/` and into the table of `ladder/README.md`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from dataclasses import dataclass, field
from typing import Any

from ladder.environment import ONE_THREAD

os.environ.update(ONE_THREAD)  # before anything below loads NumPy

from ladder import chart, machine, oracle, report
from ladder.catalog import RUNGS, Rung
from ladder.example import article
from ladder.processes import Remote, Unavailable, open_rung
from ladder.runner import Local

ROUNDS = 25
BATCH_SECONDS = 0.04
"""How long one turn lasts at least; fast rungs run many times in it."""
WARM_UP_SECONDS = 0.5
PYPY_WARM_UP = 12
"""Runs before PyPy is measured; its compiler needs time, not a fraction of a second."""
SLOW_SECONDS = 0.4
SLOW_EVERY = 3
"""A rung that is slower than the baseline by far takes every third turn only."""


@dataclass
class Measured:
    """A rung with a right answer, and its times."""

    rung: Rung
    runner: Local | Remote
    matched: int
    versions: dict[str, str]
    repeat: int = 1
    every: int = 1
    seconds: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Let caches fill and compilers finish; then choose how many runs make one turn."""
        if self.rung.process == "pypy":
            once = self.runner.time("article", PYPY_WARM_UP)
        else:
            once = self.runner.time("article", 1)
            once = self.runner.time("article", max(1, int(WARM_UP_SECONDS / once)))
        self.repeat = max(1, round(BATCH_SECONDS / once))
        self.every = SLOW_EVERY if once > SLOW_SECONDS else 1

    def take_turn(self, turn: int) -> None:
        """Time one batch, if it is this rung's turn."""
        if turn % self.every == 0:
            self.seconds.append(self.runner.time("article", self.repeat))

    def row(self, baseline: Measured) -> dict[str, Any]:
        """One row of the results, in milliseconds."""
        low, median, high = quartiles(self.seconds)
        return {
            "name": self.rung.name,
            "title": self.rung.title,
            "article_ms": self.rung.article_ms,
            "product": self.rung.product,
            "median_ms": median * 1e3,
            "quartiles_ms": [low * 1e3, high * 1e3],
            "range_ms": [min(self.seconds) * 1e3, max(self.seconds) * 1e3],
            "times": quartiles(baseline.seconds)[1] / median,
            "rounds": len(self.seconds),
            "runs_a_round": self.repeat,
            "matched": self.matched,
            **self.versions,
        }


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def checked(rung: Rung) -> Measured:
    """Open a rung and let the oracle judge it; a wrong answer ends the run."""
    runner = open_rung(rung)
    example = article()
    answer = runner.answer("article")
    if answer["digest"] != example.digest():
        raise oracle.WrongAnswer(f"{rung.name}: its process makes another example")
    return Measured(rung, runner, oracle.check(example, answer["pairs"]), runner.versions())


def measure(rounds: int) -> dict[str, Any]:
    """Check, warm up, measure in turns; return what the result file holds."""
    before = machine.describe()
    measured: list[Measured] = []
    rows: dict[str, dict[str, Any]] = {}
    for rung in RUNGS:
        print(f"{rung.title}: ", end="", file=sys.stderr, flush=True)
        try:
            one = checked(rung)
        except Unavailable as reason:
            print(f"not measured: {reason}", file=sys.stderr)
            rows[rung.name] = {
                "name": rung.name,
                "title": rung.title,
                "article_ms": rung.article_ms,
                "product": rung.product,
                "missing": str(reason),
            }
            continue
        one.warm_up()
        print(f"answer right, {one.matched} points matched", file=sys.stderr)
        measured.append(one)
    for turn in range(rounds):
        print(f"\rround {turn + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        for one in measured:
            one.take_turn(turn)
    print(file=sys.stderr)
    for one in measured:
        rows[one.rung.name] = one.row(measured[0])
        if isinstance(one.runner, Remote):
            one.runner.close()
    return {
        **report.stamp(before),
        "example": "article: 1000 polygons, 100 points, max_dist 10",
        "rungs": [rows[rung.name] for rung in RUNGS],
    }


def main() -> int:
    """Measure, print the table, write the files."""
    parser = argparse.ArgumentParser(prog="python -m ladder.measure", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns that each rung takes")
    parser.add_argument("--dry-run", action="store_true", help="print only, write no file")
    arguments = parser.parse_args()
    if arguments.rounds <= SLOW_EVERY:
        parser.error(f"a spread needs more than {SLOW_EVERY} rounds")
    try:
        result = measure(arguments.rounds)
    except oracle.WrongAnswer as wrong:
        print(f"\nwrong answer, nothing is timed: {wrong}", file=sys.stderr)
        return 1
    print(report.table(result))
    if not arguments.dry_run:
        report.write(result)
        chart.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
