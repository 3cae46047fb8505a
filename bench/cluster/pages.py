"""How often Python processes load a matcher, and whether they share its pages.

An executor with two cores has two Python workers. Each counts the matchers that it loads while
several jobs run. Then the kernel says how much of the file each has in memory: shared pages count
for each process in part (PSS), so that the sum is one copy if all are shared.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.cluster import inputs, sessions
from bench.cluster.inputs import Input
from bench.cluster.sides import dask_client
from bench.cluster.standalone import Standalone, python_workers

SHAPES, QUICK_SHAPES = 300_000, 2_000
POINTS, QUICK_POINTS = 1_000_000, 20_000
JOBS = 4
WAIT = 2.0
"""Seconds that a task of counting waits, so that each Python worker gets one."""
RULE = {"near": "covers"}
MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ ")


class Counting:
    """Stands for `Matcher` where matchers are loaded in a worker, and counts."""

    def __init__(self, matcher: Any) -> None:  # noqa: ANN401 - a class
        self._matcher = matcher
        self.loads = 0

    def load(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - a matcher
        """Load a matcher."""
        self.loads += 1
        return self._matcher.load(*arguments, **options)


def counted() -> int:
    """Return how many matchers this process has loaded since it was first asked."""
    from poly_match import _shipped

    holder: Any = _shipped
    if not isinstance(holder.Matcher, Counting):
        holder.Matcher = Counting(holder.Matcher)
    return int(holder.Matcher.loads)


def counted_in_task(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield this process and its loads: for `mapInArrow`."""
    import pyarrow as pa

    for _ in batches:  # Spark ends a process that leaves some of its input
        pass
    loads = counted()
    time.sleep(WAIT)
    yield pa.RecordBatch.from_pydict({"pid": [os.getpid()], "loads": [loads]})


def loads_of(session: Any) -> dict[int, int]:  # noqa: ANN401
    """Return the loads of each Python worker, one for each core."""
    tasks = session.range(0, 2, 1, 2).mapInArrow(counted_in_task, "pid long, loads long")
    rows = tasks.toArrow().to_pydict()
    return dict(zip(rows["pid"], rows["loads"], strict=True))


def memory_of(pid: int) -> dict[str, int]:
    """Return bytes of saved matchers that a process has mapped: size, resident, its part."""
    found = {"Size": 0, "Rss": 0, "Pss": 0}
    is_asked = False
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8").splitlines():
        if MAPPING.match(line):
            is_asked = ".plym" in line
            continue
        key, _, value = line.partition(":")
        if is_asked and key in found:
            found[key] += int(value.split()[0]) * 1024
    return found


def _shared(pids: Iterable[int]) -> list[dict[str, int]]:
    return [memory for memory in map(memory_of, pids) if memory["Size"]]


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    # Where a process was replaced meanwhile, its loads are not known: the row says why it failed.
    if len(row["loads"]) == len(row["memory"]) == 2:
        return row
    processes = f"{len(row['loads'])} and {len(row['memory'])}"
    return {"title": row["title"], "failed": f"saw {processes} processes instead of 2"}


def of_spark(of: Input) -> dict[str, Any]:
    """Join several times by an executor with two cores, and look at its Python workers."""
    import poly_match.spark

    with Standalone(workers=1, cores=2, memory="2g") as cluster, sessions.on(cluster) as session:
        before = loads_of(session)
        points = session.read.parquet(str(of.files))
        for _ in range(JOBS):
            sessions.computed(poly_match.spark.join(points, of.zones, columns=["name"], **RULE))
        tasks = points.rdd.getNumPartitions() * JOBS
        after = loads_of(session)
        memory = _shared(one.pid for one in python_workers())
    return {
        "title": "Spark, an executor with 2 cores",
        "tasks": tasks,
        "loads": [loads for pid, loads in after.items() if pid in before],
        "memory": memory,
    }


def of_dask(of: Input) -> dict[str, Any]:
    """Join several times by two processes, and look at them."""
    import dask.dataframe as dd
    import poly_match.dask

    with dask_client() as client:
        client.run(counted)
        points = dd.read_parquet(of.files)
        for _ in range(JOBS):
            joined = poly_match.dask.join(points, of.zones, columns=["name"], **RULE)
            joined.map_partitions(len).compute()
        loads = list(client.run(counted).values())
        memory = _shared(client.run(os.getpid).values())
    return {
        "title": "Dask, 2 processes",
        "tasks": points.npartitions * JOBS,
        "loads": loads,
        "memory": memory,
    }


def measure(is_quick: bool) -> dict[str, Any]:
    """Look at Spark and at Dask."""
    print("pages", file=sys.stderr)
    sizes = (QUICK_POINTS, QUICK_SHAPES) if is_quick else (POINTS, SHAPES)
    of = inputs.shapes(*sizes)
    return {"input": of.title, "rows": [_checked(of_spark(of)), _checked(of_dask(of))]}
