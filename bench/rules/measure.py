"""Measures the other rules and their peers, in one run: `python -m bench.rules.measure`.

One thread each. poly_match answers first; every other side must answer the same, and only then is
it timed. Results go to `bench/results/rules.*` and into the tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial

# Before anything below loads NumPy: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench.command import Command, ask_each
from bench.page import Result
from bench.peers.catalog import versions
from bench.rules import asked, carried, covers, nearest, report, targets
from bench.rules.inputs import counties, districts, sites
from bench.rules.sides import Question, measure


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


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    rounds = 2 if options.quick else 5
    result |= {"asked": [], "carried": []}
    ask_each(questions(options.quick), options.only, result, partial(measure, rounds=rounds))
    if options.only in ("", "asked"):
        result["asked"] = asked.measure(options.quick)
    if options.only in ("", "carried"):
        result["carried"] = carried.measure(options.quick)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    command = Command("bench.rules.measure", __doc__, report.PAGE, targets.judge)
    command.add_part(
        "--only", "questions whose name has it, asked or carried", default="", metavar="TEXT"
    )
    return command.run(command.parser.parse_args(arguments), versions(), fill)


if __name__ == "__main__":
    sys.exit(main())
