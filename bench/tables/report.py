"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from bench.page import Page, Result, body, milliseconds, times
from ladder.report import markdown


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


def _body(result: Result) -> str:
    return body(result, *map(question_table, result["questions"]))


PAGE = Page("tables", "Tables, measured", _body)
