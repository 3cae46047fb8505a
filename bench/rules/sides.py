"""What is measured: a side answers a question; sides of one question take turns.

The first side is poly_match. Another side's answer must be the same for every point, or differ only
where the question's judge finds the two polygons equally good to the last bits.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import cores
from bench.reference import WrongAnswerError
from bench.timing import quartiles, timed
from bench.workloads import Floats, Positions

Answer = Callable[[Floats], Positions]
Excuse = Callable[[Floats, Positions, Positions], Any]
"""Whether two answers to some points are equally good, for each of the points."""

LONGEST = 2.0
"""Seconds that one call may take, about; a slow side gets a sample of the points."""
FIRST = 2000
EXPLAINED = 1000


@dataclass(frozen=True)
class Side:
    """One row of a table."""

    name: str
    title: str
    build: Callable[[Any], Answer]
    family: str = ""
    """Sides of one family are modes of the same thing; the best of them counts."""


@dataclass(frozen=True)
class Question:
    """What is asked of an input, and who answers."""

    name: str
    title: str
    make: Callable[[], Any]
    sides: tuple[Side, ...]
    excuse: Callable[[Any], Excuse]


@dataclass
class Open:
    """A side that is built and checked, and its times."""

    side: Side
    answer: Answer
    sample: Floats
    build_seconds: float
    differ: int
    seconds: list[float]


def _sample(answer: Answer, points: Floats) -> tuple[Floats, Positions]:
    """As many of the points as one call may take, and the answer to them."""
    size = min(FIRST, len(points))
    while True:
        took, found = timed(lambda: answer(points[:size]))  # noqa: B023
        if size == len(points) or took > LONGEST / 4.0:
            return points[:size], found
        size = min(len(points), int(size * min(16.0, LONGEST / max(took, 1e-6))))


def check(title: str, found: Positions, expected: Positions, points: Floats, excuse: Excuse) -> int:
    """Count the points that are answered otherwise; each must have an excuse."""
    if found.shape != expected.shape:
        raise WrongAnswerError(f"{title}: {found.shape} answers for {expected.shape} points")
    other = np.flatnonzero(found != expected)
    some = other[:EXPLAINED]
    if len(some):
        excused = np.asarray(excuse(points[some], found[some], expected[some]))
        if not excused.all() or len(other) > EXPLAINED:
            at = some[np.argmin(excused)]
            raise WrongAnswerError(
                f"{title}: {len(other)} of {len(points)} points are answered otherwise, "
                f"one is point {at}: {found[at]}, expected {expected[at]}"
            )
    return len(other)


def measure(question: Question, rounds: int) -> dict[str, Any]:
    """Build and check every side, then let them take turns; what fails says why in its row."""
    work = question.make()
    excuse = question.excuse(work)
    rows: list[dict[str, Any]] = []
    opened: list[Open] = []
    expected: Positions | None = None
    with cores.at_most(1):
        for side in question.sides:
            row = {"side": side.name, "title": side.title, "family": side.family or side.name}
            rows.append(row)
            try:
                seconds, answer = timed(lambda: side.build(work))  # noqa: B023
                sample, found = _sample(answer, work.points)
                if expected is None:
                    expected, differ = found, 0
                    if len(sample) < len(work.points):
                        expected = answer(work.points)
                else:
                    differ = check(side.title, found, expected[: len(sample)], sample, excuse)
            except Exception as failure:
                if expected is None:
                    raise
                kind = "wrong" if isinstance(failure, WrongAnswerError) else "failed"
                row[kind] = f"{type(failure).__name__}: {failure}"
                print(f"  {side.title}: {row[kind]}", file=sys.stderr)
                continue
            opened.append(Open(side, answer, sample, seconds, differ, []))
            print(f"  {side.title}: {len(sample)} points", file=sys.stderr)
        gc.collect()
        for _ in range(rounds):
            for one in opened:
                seconds, _ = timed(lambda: one.answer(one.sample))  # noqa: B023
                one.seconds.append(seconds / len(one.sample))
    by_name = {one.side.name: one for one in opened}
    for row in rows:
        if (one := by_name.get(row["side"])) is not None:
            low, median, high = quartiles([seconds * 1e9 for seconds in one.seconds])
            row |= {
                "ns": median,
                "quartiles_ns": [low, high],
                "build_ms": one.build_seconds * 1e3,
                "points": len(one.sample),
                "differ": one.differ,
                "rounds": len(one.seconds),
            }
    assert expected is not None
    return {
        "name": question.name,
        "title": question.title,
        "input": work.title,
        "points": len(work.points),
        "matched": float((expected >= 0).mean()),
        "rows": rows,
    }
