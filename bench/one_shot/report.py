"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.one_shot import targets
from bench.report import README, RESULTS, ROOT, times, versions_line, write_page
from bench.workloads import short
from ladder.report import between_markers, markdown

__all__ = ["README", "RESULTS", "readme_text", "targets_table", "text", "write", "write_readme"]

Result = dict[str, Any]

FRONT = ROOT / "README.md"
"""The project's README, which shows one of the tables."""

SHOWN = "covers-counties-end-to-end"
LEAD = "Polygons and points that are matched once; what building costs is in these figures."


def milliseconds(value: float) -> str:
    """Write milliseconds with the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def question_table(question: Result) -> str:
    """Lay out every side of one question: a column for each number of points."""
    rows, notes = [], []
    for row in question["rows"]:
        cells = []
        for size in map(str, question["sizes"]):
            cell = row["sizes"].get(size, {})
            cells.append(_cell(cell, targets.best(question, "poly_match", size)))
        rows.append([row["title"], *cells])
        notes += [
            f"- {row['title']}: {kind}: {row[kind]}" for kind in ("wrong", "failed") if kind in row
        ]
        differ = sum(cell.get("differ", 0) for cell in row["sizes"].values())
        if differ:
            notes.append(f"- {row['title']}: {differ} points differ in the last bits")
    header = ["ms, and times our best", *(short(size) for size in question["sizes"])]
    head = f"**{question['title']}**, {question['input']}, {question['moment']}:"
    return "\n\n".join([head, markdown(header, rows), *(["\n".join(notes)] if notes else [])])


def _cell(cell: Result, ours: float | None) -> str:
    if "ms" not in cell:
        return ""
    ratio = "" if ours is None else f" ({times(cell['ms'] / ours)})"
    return f"{milliseconds(cell['ms'])}{ratio}"


def targets_table(result: Result) -> str:
    """Lay out what should be reached beside what was."""
    rows = []
    for line in result["targets"]:

        def write(value: float, unit: str = line["unit"]) -> str:
            return times(value) if unit == "×" else f"{value:.2f}{unit}"

        sign = "≤" if line["at_most"] else "≥"
        got = "" if line["got"] is None else write(line["got"])
        rows.append([line["what"], f"{sign} {write(line['wanted'])}", got, line["verdict"]])
    return markdown(["target", "wanted", "got", "verdict"], rows)


def readme_text(result: Result) -> str:
    """Lay out what the README holds."""
    parts = [
        *map(question_table, result["questions"]),
        *(f"`{gone['name']}` was left out: {gone['why']}." for gone in result["absent"]),
        versions_line(result),
    ]
    return "\n\n".join(part for part in parts if part)


def text(result: Result) -> str:
    """Lay out everything."""
    parts = ["# One shot, measured", readme_text(result), "## Targets", targets_table(result)]
    return "\n\n".join(parts)


def write(result: Result, folder: Path) -> None:
    """Write JSON and Markdown."""
    write_page(result, text(result), folder, "one_shot")


def write_readme(result: Result) -> None:
    """Write the tables of the bench's README, and the one of the project's."""
    between_markers("one-shot", readme_text(result), README)
    between_markers("one-shot-targets", targets_table(result), README)
    for question in result["questions"]:
        if question["name"] == SHOWN:
            shown = [LEAD, question_table(question), versions_line(result)]
            between_markers("one-shot", "\n\n".join(shown), FRONT)
