"""The jobs: an input, and the rule that all sides answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.cluster import inputs
from bench.cluster.inputs import Input

POINTS, QUICK_POINTS, QUICK_SHAPES = 4_000_000, 4_000, 500


@dataclass(frozen=True)
class Job:
    """A join. `arguments` are those of `poly_match.join`; `options` are not about the rule."""

    name: str
    title: str
    make: Callable[[int], Input]
    rule: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, Any]:
        """What a join is called with, whatever does it."""
        return {**self.rule, **self.options, "columns": ["polygon"]}


BOUNDARY = Job(
    "boundary",
    "boundary × nearest, then smallest",
    inputs.shapes,
    {"near": "boundary", "best": ["nearest", "smallest"], "max_dist": 0.5},
)

JOBS = (
    Job("counties", "covers × smallest", inputs.counties, {"near": "covers"}),
    Job(
        "center",
        "center × key",
        inputs.shapes,
        {"near": "center", "best": "min:key", "max_dist": 1.2},
    ),
    BOUNDARY,
    Job(
        "priority",
        "covers × max:priority",
        inputs.shapes,
        {"near": "covers", "best": "max:priority"},
    ),
    Job(
        "groups",
        "center × key, by kind",
        inputs.shapes,
        {"near": "center", "best": "min:key", "max_dist": 1.2},
        {"by": "kind"},
    ),
    Job(
        "k-best",
        "boundary × nearest, then smallest; the 3 best",
        inputs.shapes,
        BOUNDARY.rule,
        {"k": 3},
    ),
    Job(
        "article",
        "center × smallest, the article's rule",
        inputs.article,
        {"near": "center", "best": "smallest", "max_dist": 10.0},
    ),
)


def quick(job: Job) -> Job:
    """Return the job with few shapes."""
    from dataclasses import replace

    few = partial(inputs.shapes, count=QUICK_SHAPES)
    return replace(job, make=few) if job.make is inputs.shapes else job
