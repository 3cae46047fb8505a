"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from bench.one_shot import targets
from bench.page import Page, Result, body, milliseconds, times, versions_line
from bench.rust_paths import ROOT
from bench.workloads import short
from ladder.report import between_markers, markdown

FRONT = ROOT / "README.md"
"""The project's README, which shows one of the tables."""

SHOWN = "covers-counties-end-to-end"
LEAD = "Polygons and points that are matched once; what building costs is in these figures."


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


def _body(result: Result) -> str:
    return body(result, *map(question_table, result["questions"]))


def _write_front(result: Result) -> None:
    for question in result["questions"]:
        if question["name"] == SHOWN:
            shown = [LEAD, question_table(question), versions_line(result)]
            between_markers("one-shot", "\n\n".join(shown), FRONT)


PAGE = Page("one_shot", "One shot, measured", _body, _write_front)
