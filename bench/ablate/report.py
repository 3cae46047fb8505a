"""Turns a result into text: what each shortcut gains, and the ways side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.ablate.shortcuts import ROWS, Row
from bench.page import RESULTS, figure, times, versions_line, write_page
from bench.workloads import short
from ladder.report import markdown

__all__ = ["ENOUGH", "RESULTS", "text", "write"]

Result = dict[str, Any]

ENOUGH = 1.2
"""What a shortcut must gain on some question, or it goes."""


def best(result: Result, row: Row) -> Result | None:
    """Find the question on which a row gains most."""
    measured = [line for line in result["measured"] if line["row"] == row.title]
    return max(measured, key=lambda line: float(line["times"]), default=None)


def gains_table(result: Result) -> str:
    """Lay out what each row gains at most."""
    rows = []
    for row in ROWS:
        line = best(result, row)
        if line is None:
            rows.append([row.title, "not taken", "", "", "", ""])
            continue
        verdict = "" if line["times"] >= ENOUGH else row.kept or "too little"
        numbers = [figure(line["ns"]), figure(line["ns_without"]), times(line["times"])]
        rows.append([row.title, *numbers, line["title"], verdict])
    return markdown(["at most", "ns a point", "without", "gain", "question", ""], rows)


def row_table(result: Result, row: Row) -> str:
    """Lay out one row on all questions where it is taken."""
    most = best(result, row)
    rows = []
    for line in result["measured"]:
        if line["row"] != row.title:
            continue
        low, high = map(times, line["range"])
        rows.append(
            [
                line["title"] + (" ←" if line is most else ""),
                figure(line["ns"]),
                figure(line["ns_without"]),
                times(line["times"]),
                f"{low} – {high}",
            ]
        )
    header = ["question", "ns a point", "without", "gain", "range of gains"]
    return f"### {row.title}\n\nOff: {', '.join(row.off)}.\n\n{markdown(header, rows)}"


def ways_table(result: Result) -> str:
    """Lay out the ways side by side; the chosen one is marked."""
    rows = []
    for line in result["ways"]:
        cells = []
        for way in ("walk", "blocks", "lists"):
            ns = line["ns"].get(way)
            cell = "" if ns is None else figure(ns)
            cells.append(f"**{cell}**" if way == line["chosen"] else cell)
        sizes = [short(line["polygons"]), short(line["points"]), f"{line['candidates']:,}"]
        rows.append([*sizes, *cells, times(line["times"])])
    header = ["polygons", "points", "candidates", "walk", "blocks", "lists", "chosen, of the best"]
    return markdown(header, rows)


def text(result: Result) -> str:
    """Lay out everything."""
    taken = {line["row"] for line in result["measured"]}
    parts = [
        "# What each path gains",
        "One thread, the engine alone: a path switched off, beside the engine as it is. ns a "
        "point; an index that is built before is not in it (“once”: it is).",
        gains_table(result),
        versions_line(result),
        *(f"`{gone['name']}` was left out: {gone['why']}." for gone in result["absent"]),
    ]
    if result["ways"]:
        parts += [
            "## Ways to match by centres, side by side",
            "ns a point; the chosen way is bold. Centres and points anywhere in a square.",
            ways_table(result),
        ]
    parts += ["## Every question", "The row with the largest gain has an arrow."]
    parts += [row_table(result, row) for row in ROWS if row.title in taken]
    return "\n\n".join(parts)


def write(result: Result, folder: Path) -> None:
    """Write JSON and Markdown."""
    write_page(result, text(result), folder, "ablation")
