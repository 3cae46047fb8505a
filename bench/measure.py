"""Measures poly_match and its peers on the same arrays, in one run: `python -m bench.measure`.

For each workload, poly_match answers first and brute force judges; then every peer's answer is
compared with that one, and only a right answer is timed. Nothing is built here (`python -m
bench.build`). Results go to `bench/results/` and into the tables of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
import time
from pathlib import Path
from typing import Any

# Before anything below loads NumPy: one thread means one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench import article, busy, chart, cores, memory, report, targets
from bench.peers import catalog
from bench.peers.ours import OURS
from bench.peers.shared import Peer
from bench.reference import WrongAnswerError
from bench.timing import Effort, Entry, head, open_entry, run
from bench.workloads import AbsentError, Make, Positions, Workload
from bench.workloads import catalog as workloads
from ladder import machine

EFFORTS = {
    "main": Effort(),
    "shape": Effort(rounds=5, slow_rounds=2, seconds=0.3),
}
SWEEP = Effort(rounds=5, slow_rounds=2, seconds=0.25, builds=2)
QUICK = Effort(rounds=2, slow_rounds=2, seconds=0.01, batch=0.0002, builds=1)


def wanted(peers: tuple[Peer, ...], patterns: list[str]) -> list[Peer]:
    """Choose peers by name or family; poly_match is always there, to hold the others against."""
    return [
        peer
        for peer in peers
        if peer is OURS
        or not patterns
        or any(fnmatch.fnmatch(name, p) for p in patterns for name in (peer.name, peer.family))
    ]


def trouble(failure: Exception) -> dict[str, str]:
    """Say in a row why it has no time."""
    if isinstance(failure, WrongAnswerError):
        return {"wrong": str(failure)}
    if isinstance(failure, ImportError):
        return {"missing": str(failure)}
    return {"failed": f"{type(failure).__name__}: {failure}"}


def measure_workload(work: Workload, peers: list[Peer], effort: Effort) -> dict[str, Any]:
    """Check, then time in turns; what cannot be measured says why in its row."""
    sweep = work.group.startswith("sweep")
    entries: list[Entry] = []
    rows: list[dict[str, Any]] = []
    places: list[tuple[int, Entry]] = []
    expected: Positions | None = None
    for peer in peers:
        if sweep and not (peer.in_sweeps or peer is OURS):
            continue
        if peer.slow and not work.slow_peers:
            continue
        for threads in [1] if sweep else [1 if t == "one" else cores.count() for t in peer.threads]:
            if threads == 1 and "one" not in peer.threads:
                continue
            row = head(peer, threads)
            try:
                entry = open_entry(peer, work, threads, effort, expected)
            except Exception as failure:  # a peer may fail in any way; it is reported
                if peer is OURS:
                    raise
                row |= trouble(failure)
                reason = " ".join(f"{kind}: {why}" for kind, why in trouble(failure).items())
                print(f"  {peer.title}: {reason}", file=sys.stderr)
            else:
                if expected is None:
                    expected = entry.answer(work.points)
                places.append((len(rows), entry))
                entries.append(entry)
            rows.append(row)
    assert expected is not None
    run(entries, effort)
    for place, entry in places:
        rows[place] = entry.row()
    return {
        "name": work.name,
        "title": work.title,
        "group": work.group,
        "polygons": len(work.centers),
        "points": len(work.points),
        "candidates": work.candidates,
        "asked": work.asked,
        "max_dist": work.max_dist,
        "matched": float((expected >= 0).mean()),
        "rows": rows,
    }


def measure(
    makes: dict[str, Make], peers: list[Peer], quick: bool
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Measure every workload, one after the other; and say which could not be made."""
    measured, absent = [], []
    cores.start_pools()
    for name, make in makes.items():
        start = time.perf_counter()
        print(f"{name}: ", file=sys.stderr)
        try:
            work = make()
        except AbsentError as reason:
            print(f"  left out: {reason}", file=sys.stderr)
            absent.append({"name": name, "why": str(reason)})
            continue
        effort = EFFORTS.get(work.group, SWEEP)
        result = measure_workload(work, peers, QUICK if quick else effort)
        result["seconds"] = round(time.perf_counter() - start, 1)
        print(f"  {result['seconds']} s", file=sys.stderr)
        measured.append(result)
    return measured, absent


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    text = "names or patterns, separated by commas"
    made = argparse.ArgumentParser(prog="python -m bench.measure", description=__doc__)
    made.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    made.add_argument("--only", default="", metavar="WORKLOADS", help=f"workloads: {text}")
    made.add_argument("--peers", default="", metavar="PEERS", help=f"peers or families: {text}")
    made.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where to write; by default a whole run goes to bench/results and the README, and "
        "any other is printed only",
    )
    made.add_argument("--list", action="store_true", help="list workloads and peers")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables, write the files."""
    options = parser().parse_args(arguments)
    only, names = (
        [part.strip() for part in text.split(",") if part.strip()]
        for text in (options.only, options.peers)
    )
    makes: dict[str, Any] = workloads(options.quick)
    extras = ("memory", "example")
    if options.list:
        print("workloads:", *makes, *extras, sep="\n  ")
        print("peers:", *catalog.BY_NAME, sep="\n  ")
        return 0

    def chosen(name: str) -> bool:
        return not only or any(fnmatch.fnmatch(name, pattern) for pattern in only)

    start = time.perf_counter()
    described = machine.describe()
    busy.warn(described)
    stamp = report.stamp(described | {"versions": catalog.versions()})
    try:
        measured, absent = measure(
            {name: make for name, make in makes.items() if chosen(name)},
            wanted(catalog.PEERS, names),
            options.quick,
        )
        result: dict[str, Any] = {**stamp, "quick": options.quick, "workloads": measured}
        result["absent"] = absent
        if chosen("memory"):
            result["memory"] = memory.measure(options.quick)
        if chosen("example"):
            result["example"] = article.measure(options.quick)
    except WrongAnswerError as wrong:
        print(f"\npoly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
        return 1
    result["seconds"] = round(time.perf_counter() - start, 1)
    result["targets"] = targets.judge(result)
    print(report.text(result))
    whole = not (options.quick or only or names)
    folder = options.output or (report.RESULTS if whole else None)
    if folder is not None:
        report.write(result, folder)
        chart.write(result, folder)
    if whole and options.output is None:
        report.write_readme(result)
    wrong_rows = [row for work in measured for row in work["rows"] if "wrong" in row]
    return 1 if wrong_rows else 0


if __name__ == "__main__":
    sys.exit(main())
