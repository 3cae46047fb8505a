"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from bench.page import Page, Result, body, figure, times
from bench.rules import targets
from ladder.report import markdown


def question_table(question: Result) -> str:
    """Lay out every side of one question."""
    try:
        ours = targets.best(question, "poly_match")["ns"]
    except targets.NotMeasuredError:
        ours = None
    rows, notes = [], []
    for row in question["rows"]:
        if "ns" not in row:
            trouble = "wrong" if "wrong" in row else "failed"
            rows.append([row["title"], trouble, *[""] * 5])
            notes.append(f"- {row['title']}: {row[trouble]}")
            continue
        low, high = map(figure, row["quartiles_ns"])
        rows.append(
            [
                row["title"],
                figure(row["ns"]),
                f"{low} – {high}",
                "" if ours is None else times(row["ns"] / ours),
                f"{row['build_ms']:,.1f}",
                "all" if row["points"] == question["points"] else f"{row['points']:,}",
                "yes" if row["differ"] == 0 else f"{row['differ']} in the last bits",
            ]
        )
    header = ["", "ns a point", "quartiles", "of ours", "build, ms", "points", "same answer"]
    head = (
        f"**{question['title']}**, {question['input']}; {question['matched']:.1%} of the points "
        "matched:"
    )
    return "\n\n".join([head, markdown(header, rows), *(["\n".join(notes)] if notes else [])])


def asked_table(result: Result) -> str:
    """Lay out what a callable costs."""
    rows = [
        [
            line["input"],
            *(figure(line["ns"][name]) for name in ("built-in", "callable", "inside")),
            times(line["times"]),
        ]
        for line in result["asked"]
    ]
    header = [
        "ns a point",
        "built in",
        "callable",
        "of it in the calls",
        "beyond them, of built in",
    ]
    return markdown(header, rows)


def carried_table(result: Result) -> str:
    """Lay out what building, saving and loading cost."""
    rows = [
        [
            line["input"],
            *(f"{line['ms'][name]:,.2f}" for name in ("build", "save", "load")),
            f"{line['bytes'] / 1e6:,.0f}",
            times(line["times"]),
        ]
        for line in result["carried"]
    ]
    header = ["ms", "building", "saving", "loading", "file, MB", "building over loading"]
    return markdown(header, rows)


def _body(result: Result) -> str:
    return body(
        result,
        *map(question_table, result["questions"]),
        "A callable that repeats *smallest area*, asked for all candidates in batches:",
        asked_table(result),
        "A matcher that was saved; the file is mapped into memory, not read:",
        carried_table(result),
    )


PAGE = Page("rules", "The other rules, measured", _body)
