"""Measures the other rules and their peers, in one run: `python -m bench.rules.measure`.

One thread each. poly_match answers first; every other side must answer the same, and only then is
it timed. Results go to `bench/results/rules.*` and into the tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

# Before anything below loads NumPy: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench import busy
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rules import asked, carried, covers, nearest, report, targets
from bench.rules.inputs import counties, districts, sites
from bench.rules.sides import Question, measure
from bench.workloads import AbsentError
from ladder import machine
from ladder.report import stamp


def questions(quick: bool) -> tuple[Question, ...]:
    """Every question of a run; of tiny inputs for `--quick`."""
    s = 100 if quick else 1  # divides the points
    real = partial(counties, 1_000_000 // s)
    made = partial(districts, 30 if quick else 300, 1_000_000 // s)
    area, near = "covers × smallest area", "boundary × nearest"
    return (
        Question("covers-counties", area, real, covers.SIDES, covers.excuse),
        Question("covers-districts", area, made, covers.SIDES, covers.excuse),
        Question("boundary-counties", near, real, nearest.BOUNDARY, nearest.boundary_excuse),
        Question("boundary-districts", near, made, nearest.BOUNDARY, nearest.boundary_excuse),
        Question(
            "nearest-centers",
            "centre × nearest",
            partial(sites, 1_000_000 // s, 1_000_000 // s),
            nearest.CENTER,
            nearest.center_excuse,
        ),
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    made = argparse.ArgumentParser(prog="python -m bench.rules.measure", description=__doc__)
    made.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    made.add_argument("--only", default="", metavar="QUESTION", help="one question; printed only")
    made.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where to write; bench/results by default"
    )
    options = made.parse_args(arguments)
    start = time.perf_counter()
    described = machine.describe()
    busy.warn(described)
    result: dict[str, Any] = {
        **stamp(described | {"versions": versions()}),
        "quick": options.quick,
        "questions": [],
        "absent": [],
        "asked": [],
        "carried": [],
    }
    try:
        for question in questions(options.quick):
            if options.only not in ("", question.name):
                continue
            print(question.name, file=sys.stderr)
            try:
                result["questions"].append(measure(question, 2 if options.quick else 5))
            except AbsentError as reason:
                print(f"  left out: {reason}", file=sys.stderr)
                result["absent"].append({"name": question.name, "why": str(reason)})
        if options.only in ("", "asked"):
            result["asked"] = asked.measure(options.quick)
        if options.only in ("", "carried"):
            result["carried"] = carried.measure(options.quick)
    except WrongAnswerError as wrong:
        print(f"\npoly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
        return 1
    result["seconds"] = round(time.perf_counter() - start, 1)
    result["targets"] = targets.judge(result)
    print(report.text(result))
    whole = not (options.quick or options.only)
    folder = options.output or (report.RESULTS if whole else None)
    if folder is not None:
        report.write(result, folder)
    if whole and options.output is None:
        report.write_readme(result)
    rows = [row for question in result["questions"] for row in question["rows"]]
    return 1 if any("wrong" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
