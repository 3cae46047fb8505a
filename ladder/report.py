"""Turns results into text: the table for terminal, Markdown file and README.

The README's tables stand between markers and are only ever written here, so they cannot drift from
the result files beside them.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ladder.rust_paths import ROOT

RESULTS = ROOT / "ladder" / "results"
README = ROOT / "ladder" / "README.md"
FRONT_PAGE = ROOT / "README.md"

Result = dict[str, Any]


def _milliseconds(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _times(value: float) -> str:
    if value < 1.0:
        return f"{value:.2f}×"
    return f"{value:.1f}×" if value < 100.0 else f"{value:,.0f}×"


def _cells(row: dict[str, Any], article_baseline: float) -> list[str]:
    article = row["article_ms"]
    cells = [
        row["title"],
        "" if article is None else f"{article:.2f}",
        "" if article is None else _times(article_baseline / article),
    ]
    if "missing" in row:
        return [*cells, "not measured", "", ""]
    low, high = map(_milliseconds, row["quartiles_ms"])
    return [*cells, _milliseconds(row["median_ms"]), f"{low} – {high}", _times(row["times"])]


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Lay out a Markdown table in aligned columns; figures to the right."""
    table = [header, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]

    def line(row: list[str]) -> str:
        first, *rest = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "| " + " | ".join([first, *rest]) + " |"

    left, *right = widths
    rule = "|".join(["", "-" * (left + 2), *("-" * (width + 1) + ":" for width in right), ""])
    return "\n".join([line(header), rule, *map(line, rows)])


def table(result: Result) -> str:
    """Lay out the ladder: the article's figures beside those measured here."""
    rows = result["rungs"]
    baseline = rows[0]["article_ms"]
    text = markdown(
        ["rung", "article, ms", "article", "here, ms (median)", "quartiles", "here"],
        [_cells(row, baseline) for row in rows],
    )
    missing = [
        f"{row['title']} was not measured: {row['missing']}." for row in rows if "missing" in row
    ]
    return "\n\n".join([text, *missing])


def machine_line(result: Result) -> str:
    """One sentence about what the figures were measured on."""
    machine = result["machine"]
    pypy = next((row["pypy"] for row in result.get("rungs", []) if row.get("pypy")), None)
    versions = [
        f"{title} {machine[key]}"
        for title, key in (
            ("Python", "python"),
            ("NumPy", "numpy"),
            ("numba", "numba"),
            ("rustc", "rustc"),
            ("py-spy", "py-spy"),
        )
        if machine.get(key) and (key != "py-spy" or "rungs" not in result)
    ]
    if "rungs" in result:
        versions.append(f"PyPy {pypy}" if pypy else "no PyPy")
    return (
        f"{result['date']}; {machine['processor']}, {machine['cores']} cores, "
        f"load {machine['load']:g} at the start; {', '.join(versions)}."
    )


def between_markers(name: str, text: str, page: Path = README) -> None:
    """Replace what a page holds between the markers of this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = page.read_text(encoding="utf-8")
    head, found, rest = old.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"{page.name} has no markers named {name!r}")
    page.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def stamp(machine: dict[str, object]) -> Result:
    """When and on what: the head of every result file."""
    now = datetime.now(timezone.utc)
    return {"date": now.strftime("%Y-%m-%d %H:%M UTC"), "machine": machine}


def write_json(name: str, result: Result) -> None:
    """Write one result file."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def ladder_text(result: Result) -> str:
    """Lay out what the README holds: the table, and what it was measured on."""
    return f"{table(result)}\n\n{machine_line(result)}"


def shares_text(result: Result) -> str:
    """Lay out what a flamegraph shows."""
    rows = [[label, f"{percent:.1f} %"] for label, percent in result["shares"].items()]
    return markdown([f"of {result['samples']} samples, with", "share"], rows)


def observed_text(result: Result) -> str:
    """Lay out the cost of observing."""
    header = ["the baseline", "article, ms", "article", "here, ms (median)", "range", "here"]
    first = result["observed"][0]
    rows = [
        [
            row["title"],
            f"{row['article_ms']:.2f}",
            f"{row['article_ms'] / first['article_ms']:.2f}×",
            _milliseconds(row["median_ms"]),
            " – ".join(map(_milliseconds, row["range_ms"])),
            f"{row['median_ms'] / first['median_ms']:.2f}×",
        ]
        for row in result["observed"]
    ]
    return f"{markdown(header, rows)}\n\n{machine_line(result)}"


def write(result: Result) -> None:
    """Write the ladder as JSON and Markdown, and into both READMEs."""
    write_json("ladder", result)
    text = ladder_text(result)
    (RESULTS / "ladder.md").write_text(f"# The ladder, measured\n\n{text}\n", encoding="utf-8")
    for page in (README, FRONT_PAGE):
        between_markers("ladder", text, page)


def write_shares(rung: str, result: Result) -> None:
    """Write what a flamegraph shows as JSON, and into the README."""
    write_json(f"flamegraph-{rung}", result)
    if result["shares"]:
        print(shares_text(result))
        between_markers(f"flamegraph-{rung}", shares_text(result))


def write_observed(result: Result) -> None:
    """Write the cost of observing as JSON and Markdown, and into the README."""
    write_json("observe", result)
    text = observed_text(result)
    print(text)
    (RESULTS / "observe.md").write_text(f"# The cost of observing\n\n{text}\n", encoding="utf-8")
    between_markers("observe", text)
