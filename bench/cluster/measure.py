"""Runs the same joins on one process, on Spark and on Dask: `python -m bench.cluster.measure`.

A standalone Spark (a master and two workers, each a JVM) and a Dask cluster of two processes start
on this machine. All sides must give the same checksum over point, polygon and distance; only then
are they timed. Then: what the adapter costs, whether processes load a matcher once and share its
pages, points that are crowded, and processes that are killed.

Points and logs are in `out/cluster`. Results go to `bench/results/cluster.*` and into
`bench/README.md`.
"""

from __future__ import annotations

import argparse
import signal
import sys
import warnings
from functools import partial
from typing import Any

from bench.cluster import adapter, connect, kills, pages, report, sessions, skew, targets
from bench.cluster.jobs import JOBS, POINTS, QUICK_POINTS, Job, quick
from bench.cluster.sides import CONNECT, LOCAL, Side, dask_client, of_client, of_session
from bench.cluster.standalone import MASTER_OPTIONS, Standalone
from bench.cluster.turns import times
from bench.command import Command, ask_each
from bench.page import Result
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError

ROUNDS = 3
PACKAGES = ("poly-match", "numpy", "pandas", "pyarrow", "pyspark", "dask", "distributed")


def ask(job: Job, points: int, rounds: int, sides: tuple[Side, ...]) -> dict[str, Any]:
    """Compare the checksums of all sides, then let them take turns; what fails says why."""
    of = job.make(points)
    rows: list[dict[str, Any]] = []
    calls, expected = {}, None
    for side in sides:
        row: dict[str, Any] = {"side": side.name, "title": side.title}
        rows.append(row)
        try:
            opened = side.open(job, of)
            found = opened.check()
            expected = expected or found
            if found != expected:
                raise WrongAnswerError(f"checksum {found}, expected {expected}")
        except Exception as failure:
            if expected is None:
                raise
            kind = "wrong" if isinstance(failure, WrongAnswerError) else "failed"
            says = str(failure).strip().splitlines() or [""]
            row[kind] = f"{type(failure).__name__}: {says[0]}"
            print(f"  {side.title}: {row[kind]}", file=sys.stderr)
            continue
        calls[side.name] = opened.run
        print(f"  {side.title}: {found}", file=sys.stderr)
    measured = times(calls, rounds)
    for row in rows:
        row |= measured.get(row["side"], {})
    assert expected is not None
    return {
        "name": job.name,
        "title": job.title,
        "input": of.title,
        "points": points,
        "answer_rows": expected.rows,
        "answer_matched": expected.matched,
        "checksum": f"{expected.value:016x}",
        "rows": rows,
    }


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    only, is_quick = options.only, options.quick
    points = QUICK_POINTS if is_quick else options.points
    rounds = 1 if is_quick else ROUNDS
    jobs = tuple(map(quick, JOBS)) if is_quick else JOBS
    result |= {"settings": sessions.SETTINGS}

    def wants(part: str) -> bool:
        return only in ("", part)

    is_asked = any(only in job.name for job in jobs)
    with Standalone() as cluster:
        with sessions.on(cluster) as session:
            if is_asked:
                with dask_client() as client:
                    sides = (*LOCAL, *of_session(session), CONNECT, *of_client(client))
                    asked = partial(ask, points=points, rounds=rounds, sides=sides)
                    try:
                        ask_each(jobs, only, result, asked)
                    finally:
                        connect.close()
            if wants("adapter"):
                result["adapter"] = adapter.measure(session, points, is_quick)
            if wants("skew"):
                result["skew"] = skew.measure(session, points, is_quick)
        if wants("kills"):
            result["kills"] = kills.measure(cluster, points, is_quick)
            result["kills"]["settings"] = {**sessions.PATIENT, **MASTER_OPTIONS}
    if wants("pages"):
        result["pages"] = pages.measure(is_quick)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    # A process that is told to end leaves no other behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    warnings.filterwarnings("ignore", module="pyspark")
    command = Command("bench.cluster.measure", __doc__, report.PAGE, targets.judge)
    parts = "jobs whose name has it, or adapter, skew, kills or pages"
    command.add_part("--only", parts, default="", metavar="TEXT")
    command.add_part("--points", "how many points", type=int, default=POINTS, metavar="N")
    return command.run(command.parser.parse_args(arguments), versions((), PACKAGES), fill)


if __name__ == "__main__":
    sys.exit(main())
