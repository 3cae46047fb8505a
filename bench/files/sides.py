"""The sides: what reads the files and writes one, each in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import process
from bench.files import answers
from bench.files.answers import Asked
from bench.files.databases import THREADS
from bench.process import Ran
from bench.rust_paths import ROOT
from bench.workloads import Positions

PROGRAM = Path(os.environ.get("POLY_MATCH_BIN", ROOT / "target/release/poly-match"))
COPY = ROOT / "target/release/examples/copy"


@dataclass(frozen=True)
class Job:
    """From which files to which."""

    points: Path
    zones: Path
    output: Path
    matches: Path
    """What the program wrote."""


@dataclass(frozen=True)
class Side:
    """One row of a table."""

    name: str
    title: str
    run: Callable[[Job], Ran]
    read: Callable[[Asked, Path], Positions | None]
    """Reads the answer from the output; None if none is asked for."""
    kinds: tuple[str, ...] = ("csv", "parquet")
    """The formats that take part."""


def match(job: Job) -> Ran:
    """Match with the program."""
    rule = ["--near", "covers", "--best", "smallest", "--fields", "name"]
    files = [str(job.points), str(job.zones), "--output", str(job.output)]
    command = [str(PROGRAM), "match", *files, *rule, "--workers", str(THREADS), "--quiet"]
    return process.run(command, THREADS)


def copy(job: Job) -> Ran:
    """Copy the points with the crates that the program reads and writes with."""
    return process.run([str(COPY), str(job.points), str(job.output)], THREADS)


def copy_matches(job: Job) -> Ran:
    """Copy what the program wrote: as many columns as it writes."""
    return process.run([str(COPY), str(job.matches), str(job.output)], THREADS)


def _database(way: str) -> Callable[[Job], Ran]:
    def run(job: Job) -> Ran:
        module = [sys.executable, "-m", "bench.files.databases", way]
        ran = process.run([*module, *map(str, (job.points, job.zones, job.output))], THREADS)
        seconds, user = map(float, ran.lines[-1].split())
        return Ran(seconds, user, ran.peak_bytes, ran.lines)

    return run


SIDES = (
    Side("poly_match", "poly-match match", match, answers.in_order),
    Side("copy", "a copy of the points by the same crates", copy, answers.copied),
    Side("copy-matches", "a copy of the matches by the same crates", copy_matches, answers.copied),
    Side("duckdb", "DuckDB spatial, join alone", _database("duckdb"), answers.every_pair),
    Side(
        "duckdb-smallest",
        "DuckDB spatial, join and arg_min",
        _database("duckdb-smallest"),
        answers.one_each,
    ),
    Side("duckdb-copy", "DuckDB, a copy of the points", _database("duckdb-copy"), answers.copied),
    Side(
        "sedonadb", "SedonaDB, join alone", _database("sedonadb"), answers.every_pair, ("parquet",)
    ),
    Side(
        "sedonadb-copy",
        "SedonaDB, a copy of the points",
        _database("sedonadb-copy"),
        answers.copied,
        ("parquet",),
    ),
)
