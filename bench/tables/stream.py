"""Measures the join of a LazyFrame over a large Parquet file: `python -m bench.tables.stream`.

10^8 points are joined with the counties while they are read and written. Each job runs in a process
of its own, on all cores, whose peak of memory is read at the end; every row of the answer is
compared. The points are written once, to `out/`. Results go to `bench/results/tables_stream.*` and
into `bench/README.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench import memory, targets
from bench.command import Command
from bench.page import Page, Result, body
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.rust_paths import ROOT
from bench.tables import inputs, ways
from bench.tables.inputs import Source
from bench.tables.sides import positions
from bench.targets import NotMeasuredError, Target
from bench.workloads import short
from ladder.report import markdown

ROWS, QUICK_ROWS = 100_000_000, 200_000
BATCH = 1_000_000
"""Rows of a row group, and of a batch that is compared."""
OUT = ROOT / "out" / "tables"
PACKAGES = ("poly-match", "numpy", "polars", "pyarrow")


def scan_and_write(points: str, _: Any, output: str) -> None:  # noqa: ANN401
    """Copy the points, without a join: what reading and writing cost."""
    import polars as pl

    pl.scan_parquet(points).sink_parquet(output)


def join_lazily(points: str, zones: Any, output: str) -> None:  # noqa: ANN401
    """Join while the points are read and written."""
    import polars as pl

    ways.join(pl.scan_parquet(points), zones).sink_parquet(output)


JOBS: dict[str, tuple[str, Callable[..., None]]] = {
    "copy": ("scan_parquet, sink_parquet", scan_and_write),
    "join": ("the same, with poly_match.join between", join_lazily),
}


def source(quick: bool, points: int) -> Source:
    """Zones, and this many points."""
    return inputs.districts(30, points) if quick else inputs.counties(points)


def write_points(path: Path, quick: bool, rows: int) -> None:
    """Write the points, unless they were written before."""
    import pyarrow
    import pyarrow.parquet

    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    base = source(quick, min(rows, BATCH)).zones.points
    schema = pyarrow.schema({"x": pyarrow.float64(), "y": pyarrow.float64()})
    with pyarrow.parquet.ParquetWriter(part, schema) as writer:
        for piece in inputs.pieces(base, rows):
            x, y = piece.T
            writer.write_table(pyarrow.table({"x": x.copy(), "y": y.copy()}, schema))
    part.rename(path)


def child(job: str, quick: bool, points: str, output: str) -> Result:
    """Do one job, and say how long it took and how much memory the process ever held."""
    zones = source(quick, 1).polars_zones
    start = time.perf_counter()
    JOBS[job][1](points, zones, output)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak_bytes": memory.status("VmHWM")}


def compare(source: Source, points: Path, output: Path) -> None:
    """Hold every row of what was written against the answer to the same row of the points."""
    import polars as pl
    import poly_match

    matcher = poly_match.Matcher(source.zones.shapes, near="covers")
    asked, answered = pl.scan_parquet(points), pl.scan_parquet(output)
    counts = [frame.select(pl.len()).collect().item() for frame in (asked, answered)]
    if counts[0] != counts[1]:
        raise WrongAnswerError(f"{counts[1]} rows for {counts[0]} points")
    for start in range(0, counts[0], BATCH):
        batch, answer = (frame.slice(start, BATCH).collect() for frame in (asked, answered))
        if not batch.equals(answer.select("x", "y")):
            raise WrongAnswerError(f"from row {start} on: other points")
        expected = matcher.match(batch.to_numpy()).index
        wrong = np.flatnonzero(positions(answer["name"], source.names) != expected)
        if len(wrong):
            raise WrongAnswerError(f"row {start + wrong[0]} has the name of another polygon")


def measure(quick: bool, rows: int) -> Result:
    """Write the points, do every job in a process of its own, and compare what it wrote."""
    kind = "districts" if quick else "counties"
    points = OUT / f"{kind}-{short(rows)}.parquet"
    write_points(points, quick, rows)
    zones = source(quick, 1)
    done = []
    for job, (title, _) in JOBS.items():
        output = OUT / f"{points.stem}-{job}.parquet"
        print(f"{job}: {rows:,} rows", file=sys.stderr)
        command = [sys.executable, "-m", "bench.tables.stream", "--child", job]
        command += [str(points), str(output), *(["--quick"] if quick else [])]
        run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        if job == "join":
            compare(zones, points, output)
        output.unlink()
        done.append({"job": job, "title": title, **json.loads(run.stdout)})
    return {"zones": f"{len(zones.names):,} {kind}", "rows": rows, "jobs": done}


def peak(result: Result) -> float:
    """Read off the peak of the join, in GiB."""
    if result["quick"] or result["rows"] < ROWS:
        raise NotMeasuredError("few rows")
    (join,) = (job for job in result["jobs"] if job["job"] == "join")
    return join["peak_bytes"] / 2**30  # type: ignore[no-any-return]


TARGETS = (Target("10^8 rows, a LazyFrame: peak of memory", 2.0, peak, True, " GiB"),)


def _body(result: Result) -> str:
    rows = [
        [
            job["title"],
            f"{job['seconds']:,.1f}",
            f"{result['rows'] / job['seconds'] / 1e6:,.1f}",
            f"{job['peak_bytes'] / 2**20:,.0f}",
        ]
        for job in result["jobs"]
    ]
    header = ["", "s", "million rows a second", "peak, MiB"]
    head = f"**A Parquet file of {result['rows']:,} points**, {result['zones']}, all cores:"
    return body(result, head, markdown(header, rows))


PAGE = Page("tables_stream", "Tables, streamed", _body)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    result |= measure(options.quick, QUICK_ROWS if options.quick else options.rows)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, write the files."""
    command = Command("bench.tables.stream", __doc__, PAGE, judge)
    command.add_part("--rows", "how many points", type=int, default=ROWS, metavar="N")
    command.parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = command.parser.parse_args(arguments)
    if options.child:
        job, points, output = options.child
        print(json.dumps(child(job, options.quick, points, output)))
        return 0
    return command.run(options, versions((), PACKAGES), fill)


if __name__ == "__main__":
    sys.exit(main())
