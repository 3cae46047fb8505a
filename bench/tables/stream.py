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

from bench import busy, memory
from bench.one_shot.report import targets_table
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.report import README, RESULTS, versions_line, write_page
from bench.rust_paths import ROOT
from bench.tables import inputs, ways
from bench.tables.inputs import Source
from bench.tables.sides import positions
from bench.targets import NotMeasuredError, Target, judge
from bench.workloads import AbsentError, short
from ladder import machine
from ladder.report import between_markers, markdown, stamp

Result = dict[str, Any]

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
        for start in range(0, rows, BATCH):
            moved = base + np.random.default_rng(start).normal(0.0, 0.05, base.shape)
            x, y = moved[: rows - start].T
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


def readme_text(result: Result) -> str:
    """Lay out what the README holds."""
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
    parts = [head, markdown(header, rows), targets_table(result), versions_line(result)]
    return "\n\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, write the files."""
    made = argparse.ArgumentParser(prog="python -m bench.tables.stream", description=__doc__)
    made.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    made.add_argument(
        "--rows", type=int, default=ROWS, metavar="N", help="how many points; printed only"
    )
    made.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where to write; bench/results by default"
    )
    made.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = made.parse_args(arguments)
    if options.child:
        job, points, output = options.child
        print(json.dumps(child(job, options.quick, points, output)))
        return 0
    described = machine.describe()
    busy.warn(described)
    rows = QUICK_ROWS if options.quick else options.rows
    try:
        measured = measure(options.quick, rows)
    except AbsentError as reason:
        print(f"left out: {reason}", file=sys.stderr)
        return 0
    except WrongAnswerError as wrong:
        print(f"poly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
        return 1
    head = stamp(described | {"versions": versions((), PACKAGES)})
    result: Result = {**head, "quick": options.quick, **measured}
    result["targets"] = judge(result, TARGETS)
    text = readme_text(result)
    print(text)
    whole = not options.quick and rows == ROWS
    folder = options.output or (RESULTS if whole else None)
    if folder is not None:
        write_page(result, f"# Tables, streamed\n\n{text}", folder, "tables_stream")
    if whole and options.output is None:
        between_markers("tables-stream", text, README)
    return 0


if __name__ == "__main__":
    sys.exit(main())
