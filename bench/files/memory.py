"""Measures the peak of the program's memory, for ever more points: `python -m bench.files.memory`.

10^6, 10^7 and 10^8 points and the counties, from CSV to CSV and from Parquet to Parquet. A run with
one point shows what the program and the polygons take; the cells of the index are built for many
points only. The files of 10^8 points need 12 GB on the disk. Results go to
`bench/results/files_memory.*` and into `bench/README.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import targets
from bench.command import Command, ask_each
from bench.files import inputs, sides
from bench.files.report import KINDS
from bench.files.sides import Job
from bench.page import Page, Result, body
from bench.peers.catalog import versions
from bench.reference import WrongAnswerError
from bench.targets import NotMeasuredError, Target
from bench.workloads import short
from ladder.report import markdown

SIZES = 1, 1_000_000, 10_000_000, 100_000_000
QUICK_SIZES = 1, 100, 1_000
PACKAGES = ("poly-match", "pyarrow")
MIB = 2**20


class Question:
    """One format."""

    def __init__(self, kind: str) -> None:
        self.name = self.kind = kind


def ask(question: Question, quick: bool, sizes: tuple[int, ...], folder: Path) -> dict[str, Any]:
    """Match every number of points; the files of one are removed before the next are written."""
    rows = []
    for size in sizes:
        of = inputs.makes(quick, size)["districts" if quick else "counties"]()
        points = of.points_file(folder, question.kind)
        job = Job(points, of.zones_file(folder), folder / f"output.{question.kind}", Path())
        print(f"  {size:,} points", file=sys.stderr)
        try:
            ran = sides.match(job)
            written = count(job.output)
        finally:
            points.unlink()
            job.output.unlink(missing_ok=True)
        if written != size:
            raise WrongAnswerError(f"{written} rows for {size} points")
        rows.append({"points": size, "peak_bytes": ran.peak_bytes})
    return {"name": question.name, "kind": question.kind, "rows": rows}


def count(path: Path) -> int:
    """Count the rows of a file."""
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_metadata(path).num_rows  # type: ignore[no-any-return]
    with path.open("rb") as file:  # no name has a line break in it
        return sum(part.count(b"\n") for part in iter(lambda: file.read(MIB), b"")) - 1


def _peaks(result: Result, kind: str) -> dict[int, int]:
    if result["quick"]:
        raise NotMeasuredError("few points")
    for question in result["questions"]:
        if question["name"] == kind and len(question["rows"]) == len(SIZES):
            return {row["points"]: row["peak_bytes"] for row in question["rows"]}
    raise NotMeasuredError(kind)


def beyond(kind: str) -> Callable[[Result], float]:
    """Read off the most MiB beyond a run with one point."""

    def figure(result: Result) -> float:
        peaks = _peaks(result, kind)
        return (max(peaks.values()) - peaks[1]) / MIB

    return figure


def growth(kind: str) -> Callable[[Result], float]:
    """Read off the peak with the most points, over that with a tenth of them."""

    def figure(result: Result) -> float:
        *_, fewer, most = _peaks(result, kind).values()
        return most / fewer

    return figure


TARGETS = tuple(
    target
    for kind, title in KINDS.items()
    for target in (
        Target(f"{title}: beyond one point", 500.0, beyond(kind), at_most=True, unit=" MiB"),
        Target(f"{title}: 10^8 points over 10^7", 1.1, growth(kind), at_most=True),
    )
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)


def _body(result: Result) -> str:
    if not result["questions"]:
        return body(result)
    sizes = [short(row["points"]) for row in result["questions"][0]["rows"]]
    rows = [
        [KINDS[one["kind"]], *(f"{row['peak_bytes'] / MIB:,.0f}" for row in one["rows"])]
        for one in result["questions"]
    ]
    header = ["peak, MiB; points:", *sizes]
    return body(result, "**Memory of `poly-match match`**, counties:", markdown(header, rows))


PAGE = Page("files_memory", "Files, memory measured", _body)


def fill(options: argparse.Namespace, result: Result) -> None:
    """Measure what the options ask for."""
    sizes = tuple(n for n in (QUICK_SIZES if options.quick else SIZES) if n <= options.most)
    with inputs.folder("files-memory") as folder:
        ask_each(
            map(Question, KINDS),
            options.only,
            result,
            lambda question: ask(question, options.quick, sizes, folder),
        )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, write the files."""
    command = Command("bench.files.memory", __doc__, PAGE, judge)
    command.add_part("--only", "one format, csv or parquet", default="", metavar="TEXT")
    command.add_part("--most", "most points", type=int, default=max(SIZES), metavar="N")
    options = command.parser.parse_args(arguments)
    return command.run(options, versions((), PACKAGES), fill)


if __name__ == "__main__":
    sys.exit(main())
