"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from bench.cluster.kills import KINDS, WAYS
from bench.cluster.targets import shared
from bench.page import Page, Result, body, times
from ladder.report import markdown

ENDS = {
    "python": "a Python worker",
    "executor": "the JVM of an executor",
    "node": "a node, which starts anew",
}


def job_table(question: Result) -> str:
    """Lay out every side of one job."""
    first = question["rows"][0]
    rows, notes = [], []
    for row in question["rows"]:
        if "seconds" not in row:
            trouble = "wrong" if "wrong" in row else "failed"
            rows.append([row["title"], trouble, *[""] * 3])
            notes.append(f"- {row['title']}: {row[trouble]}")
            continue
        rate = f"{question['points'] / row['seconds'] / 1e6:,.2f}"
        rows.append([row["title"], *_timed(row), rate, times(row["seconds"] / first["seconds"])])
    header = ["", "s", "quartiles", "million points a second", "of the first"]
    head = (
        f"**{question['title']}**, {question['input']}; {question['answer_rows']:,} rows, "
        f"{question['answer_matched']:,} matched; checksum `{question['checksum']}`:"
    )
    return "\n\n".join([head, markdown(header, rows), *(["\n".join(notes)] if notes else [])])


def adapter_table(part: Result) -> str:
    """Lay out what the adapter costs."""
    seconds = {row["side"]: row["seconds"] for row in part["rows"]}
    rows = [
        [
            row["title"],
            *_timed(row),
            times(row["seconds"] / seconds["identity"]),
            times(row["seconds"] / seconds["in-arrow"]),
        ]
        for row in part["rows"]
    ]
    header = ["", "s", "quartiles", "of arrow_udf", "of mapInArrow"]
    head = f"**What the adapter of Spark costs**, covers × smallest, {part['input']}:"
    return "\n\n".join([head, markdown(header, rows)])


def pages_table(part: Result) -> str:
    """Lay out loads and memory of Python processes."""
    rows = [
        [row["title"], f"failed: {row['failed']}", *[""] * 5]
        if "failed" in row
        else [
            row["title"],
            str(row["tasks"]),
            " + ".join(map(str, row["loads"])),
            _megabytes(max(one["Size"] for one in row["memory"])),
            " + ".join(_megabytes(one["Rss"]) for one in row["memory"]),
            " + ".join(_megabytes(one["Pss"]) for one in row["memory"]),
            f"{shared(row):.2f}",
        ]
        for row in part["rows"]
    ]
    header = ["", "tasks", "loads", "file, MB", "resident, MB", "PSS, MB", "copies"]
    head = f"**Loaded once a process, and shared**, {part['input']}; a figure for each process:"
    return "\n\n".join([head, markdown(header, rows)])


def skew_table(part: Result) -> str:
    """Lay out joins of crowded points."""
    first = part["rows"][0]
    rows = [
        [row["title"], *_timed(row), times(row["seconds"] / first["seconds"])]
        for row in part["rows"]
    ]
    head = f"**Crowded points**, {part['title']}, Spark by cells:"
    return "\n\n".join([head, markdown(["", "s", "quartiles", "of the first"], rows)])


def kills_table(part: Result) -> str:
    """Lay out what was killed, and how the jobs ended."""
    rows = []
    for kind in KINDS:
        for way in WAYS:
            each = [one for one in part["kills"] if (one["kind"], one["way"]) == (kind, way)]
            if not each:
                continue
            seconds = [one["seconds"] for one in each]
            rows.append(
                [
                    f"{ENDS[kind]}, by {way}",
                    f"{sum(one['is_right'] for one in each)} of {len(each)}",
                    f"{part['usual'][way]:.1f}",
                    f"{min(seconds):.1f} – {max(seconds):.1f}",
                    str(sum(one["failed_tasks"] for one in each)),
                ]
            )
    header = ["SIGKILL to", "right", "s without", "s with", "tasks that failed"]
    settings = ", ".join(f"`{key}={value}`" for key, value in part["settings"].items())
    head = f"**Killed in the middle of a join**, {part['title']}, {part['input']}; {settings}:"
    return "\n\n".join([head, markdown(header, rows)])


def _timed(row: Result) -> list[str]:
    low, high = (f"{seconds:,.2f}" for seconds in row["quartiles"])
    return [f"{row['seconds']:,.2f}", f"{low} – {high}"]


def _megabytes(value: int) -> str:
    return f"{value / 1e6:,.0f}"


PARTS = {
    "adapter": adapter_table,
    "pages": pages_table,
    "skew": skew_table,
    "kills": kills_table,
}


def _body(result: Result) -> str:
    parts = (lay_out(result[name]) for name, lay_out in PARTS.items() if name in result)
    return body(result, *map(job_table, result.get("questions", [])), *parts)


PAGE = Page("cluster", "Clusters, measured", _body)
