"""Measures joins of tables beside their peers, in one run: `python -m bench.tables.measure`.

From the caller's table to the caller's table, one thread each. The first side of a question is
poly_match; every other side must give the same answer, and only then is it timed. Results go to
`bench/results/tables.*` and into the tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import Any

# Before anything below loads them: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np

from bench import cores
from bench.command import Command, ask_each
from bench.page import Result
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rules.sides import Excuse, check
from bench.tables import inputs, report, targets
from bench.tables.costs import COLUMNS, POSITIONS
from bench.tables.inputs import Source
from bench.tables.sides import COVERS, NEAREST, Call, Found, Question, Side
from bench.tables.ways import lines
from bench.timing import quartiles, timed

POINTS, QUICK_POINTS = 1_000_000, 500
ROUNDS, SLOW_ROUNDS = 7, 2
SLOW = 2.0
"""Seconds of a call, from which on a side takes fewer turns."""
BATCH = 0.01
"""Seconds of a turn, at least; a short call is repeated in it."""

QUESTIONS = (COVERS, NEAREST, *POSITIONS, COLUMNS)
PACKAGES = (
    "poly-match",
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "pyarrow",
    "polars",
    "polars-st",
    "duckdb",
    "duckdb-extension-spatial",
)


@dataclass
class Opened:
    """A side that answered rightly, and its times."""

    side: Side
    call: Call
    took: float
    row: dict[str, Any]
    seconds: list[float] = field(default_factory=list)

    def take_turn(self, turn: int, rounds: int) -> None:
        """Time it once more, unless it is slow and had enough turns."""
        if turn < (min(rounds, SLOW_ROUNDS) if self.took > SLOW else rounds):
            repeat = max(1, int(BATCH / self.took))
            self.seconds.append(timed(self.call, repeat)[0])


def ask(question: Question, source: Source, rounds: int) -> dict[str, Any]:
    """Check every side, then let them take turns; what fails says why in its row."""
    excuse = question.excuse(source.zones)
    rows: list[dict[str, Any]] = []
    opened: list[Opened] = []
    expected: Found | None = None
    with cores.at_most(1):
        for side in question.sides:
            row: dict[str, Any] = {"side": side.name, "title": side.title}
            if side.code:
                row["lines"] = sum(map(lines, side.code))
            rows.append(row)
            try:
                call = side.open(source)
                call()  # a first call may import and compile
                took, table = timed(call)
                found = side.read(source, table)
                expected = expected or found
                row["differ"] = compare(side.title, found, expected, source, excuse)
            except Exception as failure:
                if expected is None:
                    raise
                kind = "wrong" if isinstance(failure, WrongAnswerError) else "failed"
                row[kind] = f"{type(failure).__name__}: {failure}"
                print(f"  {side.title}: {row[kind]}", file=sys.stderr)
                continue
            opened.append(Opened(side, call, took, row))
            print(f"  {side.title}: {took * 1e3:.0f} ms", file=sys.stderr)
        gc.collect()
        gc.freeze()  # so that the collections between turns need not look at all shapes again
        for turn in range(rounds):
            for one in opened:
                one.take_turn(turn, rounds)
    for one in opened:
        low, median, high = quartiles([seconds * 1e3 for seconds in one.seconds])
        one.row |= {"ms": median, "quartiles_ms": [low, high], "rounds": len(one.seconds)}
    assert expected is not None
    return {
        "name": question.name,
        "title": question.title,
        "input": source.zones.title,
        "matched": float((expected.index >= 0).mean()),
        "rows": rows,
    }


def compare(title: str, found: Found, expected: Found, source: Source, excuse: Excuse) -> int:
    """Count the points that are answered otherwise; each must have an excuse, distances none."""
    differ = check(title, found.index, expected.index, source.zones.points, excuse)
    if found.distance is not None and expected.distance is not None:
        same = np.isclose(found.distance, expected.distance, 1e-9, 1e-12, equal_nan=True)
        if not same.all():
            at = int(np.argmin(same))
            raise WrongAnswerError(
                f"{title}: {(~same).sum()} distances differ, one is of point {at}: "
                f"{found.distance[at]}, expected {expected.distance[at]}"
            )
    return differ


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    rounds = 2 if options.quick else ROUNDS

    @cache
    def source() -> Source:
        if options.quick:
            return inputs.districts(30, QUICK_POINTS)
        return inputs.counties(options.points)

    ask_each(QUESTIONS, options.only, result, lambda question: ask(question, source(), rounds))


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    command = Command("bench.tables.measure", __doc__, report.PAGE, targets.judge)
    command.add_part("--only", "questions whose name has it", default="", metavar="TEXT")
    command.add_part("--points", "how many points", type=int, default=POINTS, metavar="N")
    return command.run(command.parser.parse_args(arguments), versions((), PACKAGES), fill)


if __name__ == "__main__":
    sys.exit(main())
