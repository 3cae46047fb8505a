"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.one_shot.report import milliseconds, targets_table
from bench.report import README, RESULTS, times, versions_line, write_page
from ladder.report import between_markers, markdown

__all__ = ["README", "RESULTS", "readme_text", "targets_table", "text", "write", "write_readme"]

Result = dict[str, Any]


def question_table(question: Result) -> str:
    """Lay out every side of one question."""
    first = question["rows"][0]
    rows, notes = [], []
    for row in question["rows"]:
        if "ms" not in row:
            trouble = "wrong" if "wrong" in row else "failed"
            rows.append([row["title"], trouble, *[""] * 3])
            notes.append(f"- {row['title']}: {row[trouble]}")
            continue
        low, high = map(milliseconds, row["quartiles_ms"])
        rows.append(
            [
                row["title"],
                milliseconds(row["ms"]),
                f"{low} – {high}",
                times(row["ms"] / first["ms"]),
                str(row.get("lines", "")),
            ]
        )
        if row["differ"]:
            notes.append(f"- {row['title']}: {row['differ']} points differ in the last bits")
    header = ["", "ms", "quartiles", "of the first", "lines of code"]
    keep = range(5 if any(row[4] for row in rows) else 4)
    table = markdown([header[i] for i in keep], [[row[i] for i in keep] for row in rows])
    head = (
        f"**{question['title']}**, {question['input']}; {question['matched']:.1%} of the points "
        "matched:"
    )
    return "\n\n".join([head, table, *(["\n".join(notes)] if notes else [])])


def readme_text(result: Result) -> str:
    """Lay out what the README holds."""
    parts = [
        *map(question_table, result["questions"]),
        *(f"`{gone['name']}` was left out: {gone['why']}." for gone in result["absent"]),
        versions_line(result),
    ]
    return "\n\n".join(parts)


def text(result: Result) -> str:
    """Lay out everything."""
    parts = ["# Tables, measured", readme_text(result), "## Targets", targets_table(result)]
    return "\n\n".join(parts)


def write(result: Result, folder: Path) -> None:
    """Write JSON and Markdown."""
    write_page(result, text(result), folder, "tables")


def write_readme(result: Result) -> None:
    """Write the README's tables."""
    between_markers("tables", readme_text(result), README)
    between_markers("tables-targets", targets_table(result), README)
