"""Measures what each shortcut of the engine gains: `python -m bench.ablate.measure`.

One thread, the Rust engine alone. For each question the engine is asked with all its shortcuts, and
with each of those that it takes switched off. The answers must be the same to the last bit. Only
then are they timed, in turns, by the processor time of the thread. Results go to
`bench/results/ablation.*`. Nothing is built here (`python -m bench.build ablate`).
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

# Before anything below loads NumPy: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bench import cores, rust
from bench.ablate import report, ways
from bench.ablate.inputs import Question, questions
from bench.ablate.shortcuts import ROWS, Row
from bench.ablate.timing import answer
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rust_paths import ABLATE
from bench.workloads import AbsentError
from ladder import machine
from ladder.report import stamp

ROUNDS = 5
TURN = 0.02
"""Seconds that one turn lasts at least; a short call is repeated in it."""
CLEAR = 0.5
"""Seconds from which on a call that takes three times as long without a shortcut is asked once."""


def _same(a: Any, b: Any) -> bool:  # noqa: ANN401
    """Whether two arrays have the same bits."""
    return a.shape == b.shape and bool((a.view(np.int64) == b.view(np.int64)).all())


def _pairs(
    question: Question,
    with_all: Any,  # noqa: ANN401
    without: Any,  # noqa: ANN401
    off: tuple[str, ...],
    turn: float,
) -> tuple[list[float], list[float]]:
    """Seconds of a call with all shortcuts and without some, in turns; the answers are compared."""
    job, points = question.job, question.points
    plain, index, distance, _ = answer(job, with_all, points)
    slow, other_index, other_distance, _ = answer(job, without, points, off)
    if not (_same(index, other_index) and _same(distance, other_distance)):
        raise WrongAnswerError(f"{question.title}: without {', '.join(off)} the answer differs")
    if slow > CLEAR and slow > 3 * plain:
        return [plain], [slow]
    repeat, repeat_slow = (max(1, round(turn / max(taken, 1e-9))) for taken in (plain, slow))
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS if plain + slow < 1.0 else 3):
        seconds[0].append(answer(job, with_all, points, (), repeat)[0])
        seconds[1].append(answer(job, without, points, off, repeat_slow)[0])
    return seconds


def measure_question(
    name: str, question: Question, rows: tuple[Row, ...], turn: float
) -> list[dict[str, Any]]:
    """Measure every row that switches off a shortcut that is taken here."""
    with_all = question.job.prepare([])
    *_, asked = answer(question.job, with_all, question.points)
    taken = set(asked) | set(with_all.asked)
    measured = []
    for row in rows:
        if not taken & set(row.off):
            continue
        off = row.off
        # A matcher of its own, since a call may leave a grid for the next.
        without = question.job.prepare(list(off))
        plain, slow = _pairs(question, with_all, without, off, turn)
        ns = [statistics.median(seconds) / len(question.points) * 1e9 for seconds in (plain, slow)]
        ratios = [b / a for a, b in zip(plain, slow, strict=True)]
        measured.append(
            {
                "row": row.title,
                "question": name,
                "title": question.title,
                "points": len(question.points),
                "ns": ns[0],
                "ns_without": ns[1],
                "times": statistics.median(ratios),
                "range": [min(ratios), max(ratios)],
            }
        )
    return measured


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, write the files."""
    made = argparse.ArgumentParser(prog="python -m bench.ablate.measure", description=__doc__)
    made.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    made.add_argument("--only", default="*", metavar="QUESTIONS", help="a pattern; printed only")
    made.add_argument("--output", type=Path, metavar="FOLDER", help="default: bench/results")
    options = made.parse_args(arguments)
    start = time.perf_counter()
    engine = rust.load(ABLATE)
    known = {name for row in ROWS for name in row.off}
    if known != set(engine.shortcuts()):
        raise RuntimeError(f"rows and shortcuts differ: {known ^ set(engine.shortcuts())}")
    result: dict[str, Any] = {
        **stamp(machine.describe() | {"versions": versions()}),
        "quick": options.quick,
        "measured": [],
        "absent": [],
        "ways": [],
    }
    try:
        with cores.at_most(1):
            for name, make in questions(options.quick).items():
                if not fnmatch.fnmatch(name, options.only):
                    continue
                print(f"  {name}", file=sys.stderr)
                try:
                    question = make(engine)
                except AbsentError as reason:
                    result["absent"].append({"name": name, "why": str(reason)})
                    continue
                turn = 1e-4 if options.quick else TURN
                result["measured"] += measure_question(name, question, ROWS, turn)
            if fnmatch.fnmatch("ways", options.only):
                result["ways"] = ways.measure(engine, options.quick)
    except WrongAnswerError as wrong:
        print(f"\npoly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
        return 1
    result["seconds"] = round(time.perf_counter() - start, 1)
    print(report.text(result))
    is_whole = not options.quick and options.only == "*"
    folder = options.output or (report.RESULTS if is_whole else None)
    if folder is not None:
        report.write(result, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
