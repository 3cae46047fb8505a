"""The page of a result: its text, its files in `bench/results`, and its parts of the README.

What stands between the README's markers is only ever written here, so it cannot drift from the
result file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import busy
from bench.rust_paths import ROOT
from ladder.report import between_markers, markdown

RESULTS = ROOT / "bench" / "results"
README = ROOT / "bench" / "README.md"

Result = dict[str, Any]


def _nothing(_: Result) -> None:
    pass


@dataclass(frozen=True)
class Page:
    """Turns a result into text, and writes it."""

    name: str
    """Name of the result files; the README's markers have hyphens in it."""
    title: str
    body: Callable[[Result], str]
    write_elsewhere: Callable[[Result], None] = _nothing
    """Writes what other pages show of the result."""

    @property
    def path(self) -> Path:
        """The result that is recorded."""
        return RESULTS / f"{self.name}.json"

    def text(self, result: Result) -> str:
        """Lay out everything."""
        parts = [f"# {self.title}", self.body(result), "## Targets", targets_table(result)]
        return "\n\n".join(parts)

    def parts(self, result: Result) -> dict[str, str]:
        """Lay out what the README holds, by the names of the markers."""
        marker = self.name.replace("_", "-")
        return {marker: self.body(result), f"{marker}-targets": targets_table(result)}

    def write(self, result: Result, folder: Path) -> None:
        """Write JSON and Markdown."""
        write_page(result, self.text(result), folder, self.name)

    def write_readme(self, result: Result) -> None:
        """Write the README's parts, and what other pages show."""
        for marker, text in self.parts(result).items():
            between_markers(marker, text, README)
        self.write_elsewhere(result)


def write_page(result: Result, page: str, folder: Path, name: str) -> None:
    """Write a result as JSON, and its page as Markdown, under one name."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(result, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(content + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(page + "\n", encoding="utf-8")


def body(result: Result, *parts: str) -> str:
    """Join the parts of a page, then what was left out, and what was measured on what."""
    absent = (f"`{gone['name']}` was left out: {gone['why']}." for gone in result.get("absent", ()))
    return "\n\n".join(part for part in (*parts, *absent, versions_line(result)) if part)


def figure(ns: float) -> str:
    """Write nanoseconds with the digits that mean something."""
    return f"{ns:,.0f}" if ns >= 100 else f"{ns:.1f}"


def milliseconds(value: float) -> str:
    """Write milliseconds with the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float) -> str:
    """Write a ratio."""
    return f"{value:,.0f}×" if value >= 100 else f"{value:.1f}×" if value >= 10 else f"{value:.2f}×"


def _amount(value: float, unit: str) -> str:
    if unit == "×":
        return times(value)
    return f"{value:,.0f}{unit}" if value >= 10 else f"{value:.2f}{unit}"


def targets_table(result: Result) -> str:
    """Lay out what should be reached beside what was."""
    rows = []
    for line in result["targets"]:
        sign = "≤" if line["at_most"] else "≥"
        got = "" if line["got"] is None else _amount(line["got"], line["unit"])
        wanted = f"{sign} {_amount(line['wanted'], line['unit'])}"
        rows.append([line["what"], wanted, got, line["verdict"]])
    return markdown(["target", "wanted", "got", "verdict"], rows)


def versions_line(result: Result) -> str:
    """Say what was measured, and on what."""
    machine = result["machine"]
    named = [f"{k} {v or 'missing'}" for k, v in machine["versions"].items()]
    mark = busy.mark(machine)
    return (f"**Not to be trusted: {mark}.** " if mark else "") + (
        f"{result['date']}; {machine['processor']}, {machine['cores']} cores, load "
        f"{machine['load']:g} at the start; {machine['system']}, Python {machine['python']}, "
        f"rustc {machine['rustc']}; {', '.join(named)}."
    )
