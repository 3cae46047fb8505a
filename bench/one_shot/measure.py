"""Measures one shot beside its peers, in one run: `python -m bench.one_shot.measure`.

Polygons and points are matched once, from one point to a million: end to end, from what the caller
has to a position for each point, and with the index built before. One thread each. Every answer is
compared with poly_match's before it is timed. Results go to `bench/results/one_shot.*` and into the
tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

# Before anything below loads NumPy: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench import cores
from bench.command import Command, ask_each
from bench.one_shot import report, sides, targets
from bench.one_shot.inputs import Points, Source
from bench.one_shot.sides import Answer, Side
from bench.page import Result
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rules import covers, inputs, nearest
from bench.rules.inputs import Zones
from bench.rules.sides import Excuse, check
from bench.timing import quartiles, timed
from bench.workloads import Positions

SIZES = 1, 100, 1_000, 10_000, 100_000, 1_000_000
QUICK_SIZES = 1, 50, 500

SLOW = 0.5
"""Seconds of a call, from which on a side takes fewer turns."""
LONGEST = 1.0
"""A side whose call takes longer than this is not asked for more points."""
BATCH = 0.005
"""Seconds of a turn, at least; a short call is repeated in it."""


@dataclass(frozen=True)
class Question:
    """What is asked of an input, and who answers."""

    name: str
    title: str
    make: Callable[[], Zones]
    excuse: Callable[[Zones], Excuse]
    sides: Callable[[], tuple[Side, ...]]
    moment: str
    """`end to end` or `built before`."""


@dataclass
class Opened:
    """A side that takes part, and what it did at the current size."""

    side: Side
    answer: Answer
    row: dict[str, Any]
    repeat: int = 1
    rounds: int = 0


def questions(quick: bool) -> tuple[Question, ...]:
    """Every question of a run; of tiny inputs for `--quick`."""
    most = max(QUICK_SIZES if quick else SIZES)
    makes = {
        "counties": partial(inputs.counties, most),
        "districts": partial(inputs.districts, 30 if quick else 300, most),
        "urban": partial(inputs.urban, most),
        "large": partial(inputs.large, most, 1_000 if quick else 100_000),
    }
    rules = (
        ("covers", "covers × smallest area", covers, sides.covering, covers.SIDES),
        ("boundary", "boundary × nearest", nearest, sides.nearing, nearest.BOUNDARY),
    )
    return tuple(
        Question(
            f"{rule}-{name}-{moment.replace(' ', '-')}",
            title,
            make,
            module.excuse if rule == "covers" else module.boundary_excuse,
            them,
            moment,
        )
        for name, make in makes.items()
        for rule, title, module, whole, built in rules
        for moment, them in (
            ("end to end", whole),
            ("built before", partial(sides.built_before, built)),
        )
    )


def ask(question: Question, sizes: tuple[int, ...], rounds: int) -> dict[str, Any]:
    """Let every side answer every number of points, until it becomes too slow."""
    source = Source(question.make())
    excuse = question.excuse(source.zones)
    opened: list[Opened] = []
    rows: list[dict[str, Any]] = []
    with cores.at_most(1):
        for side in question.sides():
            row: dict[str, Any] = {
                "side": side.name,
                "title": side.title,
                "family": side.family or side.name,
                "sizes": {},
            }
            rows.append(row)
            try:
                opened.append(Opened(side, side.open(source), row))
            except Exception as failure:
                _failed(row, failure)
        for size in sizes:
            _ask_for(opened, source, Points(source.zones.points[:size].copy()), excuse, rounds)
            print(f"  {size:,} points: {len(opened)} sides", file=sys.stderr)
            opened = [one for one in opened if "stopped" not in one.row and not _has_failed(one)]
    return {
        "name": question.name,
        "title": question.title,
        "input": source.zones.title,
        "moment": question.moment,
        "sizes": list(sizes),
        "rows": rows,
    }


def _ask_for(
    opened: list[Opened], source: Source, points: Points, excuse: Excuse, rounds: int
) -> None:
    """Check every side on these points, then let them take turns."""
    points.shapes  # noqa: B018 - made before timing
    expected: Positions | None = None
    times: dict[str, list[float]] = {}
    for one in opened:
        try:
            if not one.row["sizes"]:
                one.answer(points)  # a first call may import and compile
                one.side.close(source)
            took, found = timed(lambda: one.answer(points))  # noqa: B023
            one.side.close(source)
            if expected is None:
                expected = found
            differ = check(one.side.title, found, expected, points.array, excuse)
        except Exception as failure:
            if expected is None:
                raise
            _failed(one.row, failure)
            continue
        one.repeat = 1 if one.side.undo else max(1, int(BATCH / took))
        one.rounds = min(rounds, 2) if took > SLOW else rounds
        one.row["sizes"][str(len(points.array))] = {"differ": differ}
        if took > LONGEST:
            one.row["stopped"] = took
        times[one.side.name] = []
    gc.collect()
    gc.freeze()  # so that the collections between turns need not look at all polygons again
    for turn in range(rounds):
        for one in opened:
            if turn < one.rounds and not _has_failed(one):
                seconds, _ = timed(lambda: one.answer(points), one.repeat)  # noqa: B023
                one.side.close(source)
                times[one.side.name].append(seconds * 1e3)
    for one in opened:
        if not _has_failed(one):
            low, median, high = quartiles(times[one.side.name])
            cell = one.row["sizes"][str(len(points.array))]
            cell |= {"ms": median, "quartiles_ms": [low, high]}


def _has_failed(one: Opened) -> bool:
    return "wrong" in one.row or "failed" in one.row


def _failed(row: dict[str, Any], failure: Exception) -> None:
    """Say in a row why it has no more times."""
    kind = "wrong" if isinstance(failure, WrongAnswerError) else "failed"
    row[kind] = f"{type(failure).__name__}: {failure}"
    print(f"  {row['title']}: {row[kind]}", file=sys.stderr)


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    sizes = tuple(n for n in (QUICK_SIZES if options.quick else SIZES) if n <= options.most)
    rounds = 2 if options.quick else 7
    asked = questions(options.quick)
    ask_each(asked, options.only, result, partial(ask, sizes=sizes, rounds=rounds))


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    command = Command("bench.one_shot.measure", __doc__, report.PAGE, targets.judge)
    command.add_part("--only", "questions whose name has it", default="", metavar="TEXT")
    command.add_part("--most", "most points", type=int, default=max(SIZES), metavar="N")
    return command.run(command.parser.parse_args(arguments), versions(), fill)


if __name__ == "__main__":
    sys.exit(main())
