"""Points that are crowded: a join by cells, with 90% of the points in one place, and without."""

from __future__ import annotations

import sys
from typing import Any

from bench.cluster import inputs
from bench.cluster.jobs import JOBS, QUICK_SHAPES
from bench.cluster.sides import by_cells, table
from bench.cluster.turns import times
from bench.reference import WrongAnswerError

ROUNDS, QUICK_ROUNDS = 3, 1
SPREAD = 0.5
"""Standard deviation of a small place; a shape is about as large."""
(JOB,) = (job for job in JOBS if job.name == "center")


def measure(session: Any, points: int, is_quick: bool) -> dict[str, Any]:  # noqa: ANN401
    """Compare each answer with that of one process, then time all in turns."""
    count = QUICK_SHAPES if is_quick else inputs.SHAPES
    made = {
        "uniform": inputs.shapes(points, count),
        "place": inputs.crowded(points, SPREAD, count),
        "position": inputs.crowded(points, 0.0, count),
    }
    calls = {}
    for name, of in made.items():
        print(f"skew: {of.title}", file=sys.stderr)
        expected, opened = table(JOB, of).check(), by_cells(session, JOB, of)
        found = opened.check()
        if found != expected:
            raise WrongAnswerError(f"skew, {of.title}: checksum {found}, expected {expected}")
        calls[name] = opened.run
    measured = times(calls, QUICK_ROUNDS if is_quick else ROUNDS)
    rows = [{"side": name, "title": of.title, **measured[name]} for name, of in made.items()]
    return {"title": JOB.title, "points": points, "rows": rows}
