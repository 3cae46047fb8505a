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
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

# Before anything below loads them: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np

from bench import busy, cores
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rules.sides import Excuse, check
from bench.tables import inputs, report, targets
from bench.tables.costs import COLUMNS, POSITIONS
from bench.tables.inputs import Source
from bench.tables.sides import COVERS, NEAREST, Call, Found, Question, Side
from bench.tables.ways import lines
from bench.timing import quartiles, timed
from bench.workloads import AbsentError
from ladder import machine
from ladder.report import stamp

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


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    made = argparse.ArgumentParser(prog="python -m bench.tables.measure", description=__doc__)
    made.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    made.add_argument(
        "--only", default="", metavar="TEXT", help="questions whose name has it; printed only"
    )
    made.add_argument(
        "--points", type=int, default=POINTS, metavar="N", help="how many points; printed only"
    )
    made.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where to write; bench/results by default"
    )
    options = made.parse_args(arguments)
    start = time.perf_counter()
    described = machine.describe()
    busy.warn(described)
    result: dict[str, Any] = {
        **stamp(described | {"versions": versions((), PACKAGES)}),
        "quick": options.quick,
        "questions": [],
        "absent": [],
    }
    make: Callable[[], Source] = partial(inputs.counties, options.points)
    if options.quick:
        make = partial(inputs.districts, 30, QUICK_POINTS)
    try:
        source = make()
        for question in QUESTIONS:
            if options.only in question.name:
                print(question.name, file=sys.stderr)
                result["questions"].append(ask(question, source, 2 if options.quick else ROUNDS))
    except AbsentError as reason:
        print(f"  left out: {reason}", file=sys.stderr)
        result["absent"].append({"name": "counties", "why": str(reason)})
    except WrongAnswerError as wrong:
        print(f"\npoly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
        return 1
    result["seconds"] = round(time.perf_counter() - start, 1)
    result["targets"] = targets.judge(result)
    print(report.text(result))
    whole = not (options.quick or options.only or options.points != POINTS or result["absent"])
    folder = options.output or (report.RESULTS if whole else None)
    if folder is not None:
        report.write(result, folder)
    if whole and options.output is None:
        report.write_readme(result)
    rows = [row for question in result["questions"] for row in question["rows"]]
    return 1 if any("wrong" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
