"""Measures the program beside databases, from files to files: `python -m bench.files.measure`.

10^7 points are matched with counties and with 10^5 districts, from CSV to CSV and from Parquet to
Parquet. Each side is a process of its own with two threads on two cores. Its answer is compared
before it is timed; then the sides take turns.

The inputs are in the page cache. The outputs go to a file system in memory, if there is one: fsync,
which the program calls and the databases do not, takes no time there. What it takes on the disk is
reported apart, for a fresh file with the same bytes.

Results go to `bench/results/files.*` and into the tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bench.command import Command, ask_each
from bench.files import inputs, report, targets
from bench.files.answers import Asked
from bench.files.inputs import Input
from bench.files.sides import SIDES, Job, Side
from bench.page import Result
from bench.peers.catalog import versions
from bench.process import Ran
from bench.reference import WrongAnswerError
from bench.rules.sides import check
from bench.timing import quartiles
from bench.workloads import Positions

ROWS, QUICK_ROWS = 10_000_000, 2_000
ROUNDS, SLOW_ROUNDS = 5, 3
SLOW = 15.0
"""Seconds of a run, from which on a side takes fewer turns."""
KINDS = ("csv", "parquet")
MEMORY = Path("/dev/shm")
CRATES = ("arrow-array", "parquet")
PACKAGES = (
    "poly-match",
    "numpy",
    "shapely",
    "geopandas",
    "pyarrow",
    "duckdb",
    "duckdb-extension-spatial",
    "sedonadb",
)


@dataclass(frozen=True)
class Question:
    """One input in one format."""

    input: str
    kind: str
    make: Callable[[], Asked]

    @property
    def name(self) -> str:
        """What `--only` looks at."""
        return f"{self.input}-{self.kind}"


@dataclass
class Opened:
    """A side that answered rightly, and its runs."""

    side: Side
    job: Job
    row: dict[str, Any]
    first: Ran
    ran: list[Ran] = field(default_factory=list)

    def take_turn(self, turn: int, rounds: int) -> None:
        """Time it once more, unless it is slow and had enough turns."""
        if turn < (min(rounds, SLOW_ROUNDS) if self.first.seconds > SLOW else rounds):
            self.ran.append(self.side.run(self.job))
            self.job.output.unlink()

    def finish(self) -> None:
        """Put the figures into the row."""
        low, median, high = quartiles([ran.seconds for ran in self.ran])
        self.row |= {
            "seconds": median,
            "quartiles": [low, high],
            "user": statistics.median(ran.user for ran in self.ran),
            "peak_bytes": max(ran.peak_bytes for ran in self.ran),
            "rounds": len(self.ran),
        }


def fsync_seconds(output: Path, folder: Path) -> float:
    """Write the same bytes to a fresh file on the disk, and time its fsync."""
    fresh = folder / "fsync"
    try:
        shutil.copyfile(output, fresh)
        with fresh.open("rb+") as file:
            start = time.perf_counter()
            os.fsync(file.fileno())
            return time.perf_counter() - start
    finally:
        fresh.unlink()


def ask(question: Question, folder: Path, sides: tuple[Side, ...], rounds: int) -> dict[str, Any]:
    """Check every side, then let them take turns; what fails says why in its row."""
    asked = question.make()
    points = asked.input.points_file(folder, question.kind)
    zones = asked.input.zones_file(folder)
    rows: list[dict[str, Any]] = []
    opened: list[Opened] = []
    expected: Positions | None = None
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else folder) as outputs:
        matches = Path(outputs, f"matches.{question.kind}")
        for side in sides:
            if question.kind not in side.kinds:
                continue
            row: dict[str, Any] = {"side": side.name, "title": side.title}
            rows.append(row)
            job = Job(points, zones, Path(outputs, f"{side.name}.{question.kind}"), matches)
            try:
                first = side.run(job)
                found = side.read(asked, job.output)
                if expected is None:
                    expected = found
                    shutil.copyfile(job.output, matches)
                if found is not None and expected is not None:
                    where = asked.points
                    row["differ"] = check(side.title, found, expected, where, asked.excuse)
                row["output_bytes"] = job.output.stat().st_size
                row["fsync"] = fsync_seconds(job.output, folder)
            except Exception as failure:
                if expected is None:
                    raise
                kind = "wrong" if isinstance(failure, WrongAnswerError) else "failed"
                row[kind] = f"{type(failure).__name__}: {failure}"
                print(f"  {side.title}: {row[kind]}", file=sys.stderr)
                continue
            finally:
                job.output.unlink(missing_ok=True)
            opened.append(Opened(side, job, row, first))
            print(f"  {side.title}: {first.seconds:.2f} s", file=sys.stderr)
        for turn in range(rounds):
            for one in opened:
                one.take_turn(turn, rounds)
    for one in opened:
        one.finish()
    assert expected is not None
    return {
        "name": question.name,
        "kind": question.kind,
        "input": asked.input.title,
        "input_bytes": points.stat().st_size,
        "matched": float((expected >= 0).mean()),
        "rows": rows,
    }


def questions(makes: dict[str, Callable[[], Input]]) -> list[Question]:
    """Every input in every format; an input is made once."""
    return [
        Question(name, kind, asked)
        for name, make in makes.items()
        for asked in [cache(lambda make=make: Asked(make()))]
        for kind in KINDS
    ]


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    rounds = 2 if options.quick else ROUNDS
    makes = inputs.makes(options.quick, QUICK_ROWS if options.quick else options.rows)
    with inputs.folder("files", options.keep) as folder:
        ask_each(
            questions(makes),
            options.only,
            result,
            lambda question: ask(question, folder, SIDES, rounds),
        )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    command = Command("bench.files.measure", __doc__, report.PAGE, targets.judge)
    command.add_part("--only", "questions whose name has it", default="", metavar="TEXT")
    command.add_part("--rows", "how many points", type=int, default=ROWS, metavar="N")
    command.parser.add_argument("--keep", action="store_true", help="keep the input files")
    options = command.parser.parse_args(arguments)
    return command.run(options, versions(CRATES, PACKAGES), fill)


if __name__ == "__main__":
    sys.exit(main())
