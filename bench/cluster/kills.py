"""Processes that are killed in the middle of a join: the job must end with the right checksum.

SIGKILL goes to a Python worker, to the JVM of an executor, or to a node: a worker of the standalone
cluster with its executor and its Python processes, which starts anew some seconds later. A kill
counts if tasks failed by it, which Spark then ran again.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, islice
from typing import Any

import numpy as np

from bench.cluster import sessions, standalone
from bench.cluster.checksum import Checksum
from bench.cluster.jobs import BOUNDARY, quick
from bench.cluster.sides import Opened, by_cells, by_file, table
from bench.cluster.standalone import Standalone
from bench.reference import WrongAnswerError

KILLS, QUICK_KILLS = 20, 3
SEED = 1
MOST_TRIES = 20
"""How often a kill is tried until it makes tasks fail."""
BACK = 3.0
"""Seconds until a killed node starts anew."""
WAYS = {"file": by_file, "cells": by_cells}
KINDS = ("python", "executor", "node")


class Job(threading.Thread):
    """A job that runs beside the one who kills."""

    def __init__(self, run: Callable[[], Checksum]) -> None:
        super().__init__(daemon=True)
        self._run = run
        self.found: Checksum | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        """Run to the end."""
        try:
            self.found = self._run()
        except Exception as failure:
            self.failure = failure


def kill(kind: str, cluster: Standalone, rng: np.random.Generator, job: Job) -> None:
    """Kill one process of this kind, if the job is running."""
    if kind == "node":
        number = int(rng.choice(sorted(cluster.nodes)))
        cluster.kill_node(number)
        time.sleep(BACK)
        cluster.start_node(number)
        return
    find = busy_workers if kind == "python" else standalone.executors
    import psutil

    while job.is_alive():  # a process may end between two looks
        with suppress(psutil.NoSuchProcess):
            if found := find():
                found[rng.integers(len(found))].kill()
                return
        time.sleep(0.02)


def busy_workers() -> list[Any]:
    """Return the Python workers that work now; some wait for a later task."""
    before = [(one, sum(one.cpu_times()[:2])) for one in standalone.python_workers()]
    time.sleep(0.1)
    return [one for one, seconds in before if sum(one.cpu_times()[:2]) > seconds]


def failed_tasks(session: Any) -> int:  # noqa: ANN401
    """Return how many tasks of the session have failed."""
    time.sleep(0.5)  # Spark counts a little later
    jobs = session.sparkContext._jsc.sc().statusStore().jobsList(None)
    return sum(jobs.apply(i).numFailedTasks() for i in range(jobs.size()))


def measure(cluster: Standalone, points: int, is_quick: bool) -> dict[str, Any]:
    """Kill, and count how many jobs end with the right checksum."""
    job = quick(BOUNDARY) if is_quick else BOUNDARY
    of, rng = job.make(points), np.random.default_rng(SEED)
    expected = table(job, of).check()
    kills: list[dict[str, Any]] = []
    with sessions.on(cluster, **sessions.PATIENT) as session:
        opened: dict[str, Opened] = {way: make(session, job, of) for way, make in WAYS.items()}
        usual = {way: _usual(one, expected) for way, one in opened.items()}
        pairs = cycle([(kind, way) for kind in KINDS for way in WAYS])
        for kind, way in islice(pairs, QUICK_KILLS if is_quick else KILLS):
            for _ in range(MOST_TRIES):
                sessions.wait_for_executors(session, cluster.workers)
                at = float(rng.uniform(0.05, 0.85)) * usual[way]
                before = failed_tasks(session)
                one = _killed(kind, way, at, cluster, rng, opened[way], expected)
                one["failed_tasks"] = failed_tasks(session) - before
                if one["failed_tasks"] or not one["is_right"]:
                    break
            else:
                raise RuntimeError(f"{MOST_TRIES} kills ({kind}, {way}) made no task fail")
            kills.append(one)
            print(f"  kills: {kills[-1]}", file=sys.stderr)
    return {
        "title": job.title,
        "input": of.title,
        "usual": usual,
        "kills": kills,
        "right": sum(one["is_right"] for one in kills),
    }


def _usual(opened: Opened, expected: Checksum) -> float:
    # Seconds of the job if nothing is killed; its second run, as the first starts processes.
    for _ in range(2):
        start = time.monotonic()
        found = opened.check()
        seconds = time.monotonic() - start
        if found != expected:
            raise WrongAnswerError(f"kills: checksum {found}, expected {expected}")
    return seconds


def _killed(
    kind: str,
    way: str,
    at: float,
    cluster: Standalone,
    rng: np.random.Generator,
    opened: Opened,
    expected: Checksum,
) -> dict[str, Any]:
    start = time.monotonic()
    job = Job(opened.check)
    job.start()
    time.sleep(at)
    kill(kind, cluster, rng, job)
    job.join()
    if job.found not in (None, expected):
        raise WrongAnswerError(f"kills: checksum {job.found}, expected {expected}")
    return {
        "kind": kind,
        "way": way,
        "at": round(at, 2),
        "seconds": round(time.monotonic() - start, 2),
        "is_right": job.found == expected,
        "failure": None if job.failure is None else str(job.failure).splitlines()[0],
    }
