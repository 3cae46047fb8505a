"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from bench.page import Page, Result, body, times
from ladder.report import markdown

KINDS = {"csv": "CSV to CSV", "parquet": "Parquet to Parquet"}


def question_table(question: Result) -> str:
    """Lay out every side of one question."""
    first = question["rows"][0]
    rows, notes = [], []
    for row in question["rows"]:
        if "seconds" not in row:
            trouble = "wrong" if "wrong" in row else "failed"
            rows.append([row["title"], trouble, *[""] * 6])
            notes.append(f"- {row['title']}: {row[trouble]}")
            continue
        low, high = (f"{seconds:,.2f}" for seconds in row["quartiles"])
        rows.append(
            [
                row["title"],
                f"{row['seconds']:,.2f}",
                f"{low} – {high}",
                times(row["seconds"] / first["seconds"]),
                f"{row['user']:,.2f}",
                f"{row['peak_bytes'] / 2**20:,.0f}",
                f"{row['output_bytes'] / 1e6:,.0f}",
                f"{row['fsync']:,.2f}",
            ]
        )
        if row.get("differ"):
            notes.append(f"- {row['title']}: {row['differ']} points on a boundary differ")
    header = [
        "",
        "s",
        "quartiles",
        "of the first",
        "user, s",
        "peak, MiB",
        "output, MB",
        "fsync, s",
    ]
    head = (
        f"**{KINDS[question['kind']]}**, {question['input']}, {question['input_bytes'] / 1e6:,.0f} "
        f"MB; {question['matched']:.1%} of the points matched:"
    )
    return "\n\n".join([head, markdown(header, rows), *(["\n".join(notes)] if notes else [])])


def _body(result: Result) -> str:
    return body(result, *map(question_table, result["questions"]))


PAGE = Page("files", "Files, measured", _body)
