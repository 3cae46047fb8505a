"""Asks the engine, and takes the time of the thread: another process on the core does not count."""

from __future__ import annotations

import time
from typing import Any

from bench.workloads import Floats, Positions


def answer(
    job: Any,  # noqa: ANN401
    prepared: Any,  # noqa: ANN401
    points: Floats,
    off: tuple[str, ...] = (),
    repeat: int = 1,
) -> tuple[float, Positions, Floats, list[str]]:
    """Seconds of a call without some shortcuts, its answer, and the shortcuts that it asked for."""
    start = time.thread_time()
    index, distance, asked = job.answer(prepared, points, list(off), repeat)
    return (time.thread_time() - start) / repeat, index, distance, asked
