"""Holds a peer to one core while it is measured as one thread, whatever its own settings do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench import rust
from bench.rust_paths import BUILDS


def count() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _place(cores: set[int]) -> None:
    # Each thread has a place of its own; new ones inherit it from the thread that starts them.
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it may have ended meanwhile
            os.sched_setaffinity(int(task.name), cores)


def start_pools() -> None:
    """Let the libraries count the cores and start their threads, before any of it is on one core.

    A pool that is first used there would take the machine for one of a single core, for good.
    """
    import numpy as np

    points = np.random.default_rng(0).random((100_000, 2))
    with suppress(ImportError):
        for build in BUILDS:
            rust.load(build).stream(points, True)
    with suppress(ImportError):
        import numba

        numba.set_num_threads(count())
    with suppress(ImportError):
        from poly_match import Matcher

        Matcher.from_arrays(points, points[:, 0], max_dist=0.01).match(points)


@contextmanager
def at_most(threads: int) -> Iterator[None]:
    """Put every thread of the process on one core, if `threads` is one; undo it afterwards."""
    if threads > 1 or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    _place({max(before)})
    try:
        yield
    finally:
        _place(before)
