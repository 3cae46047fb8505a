"""What the commands that measure have in common: their options, the stamp, and the end.

A command fills a result. Then its targets are judged and its page is printed. Only a whole run goes
to `bench/results` and into the README; one that leaves something out goes where `--output` says.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bench import busy
from bench.page import RESULTS, Page, Result
from bench.reference import WrongAnswerError
from bench.workloads import AbsentError
from ladder import machine
from ladder.report import stamp

Fill = Callable[[argparse.Namespace, Result], None]
"""Measures as the options say, and puts what it finds into the result."""


class Named(Protocol):
    """A question."""

    @property
    def name(self) -> str:
        """What `--only` looks at."""


Question = TypeVar("Question", bound=Named)


@dataclass
class Command:
    """One command, `python -m MODULE`."""

    module: str
    about: str | None
    page: Page
    judge: Callable[[Result], list[dict[str, Any]]]
    parser: argparse.ArgumentParser = field(init=False)
    _parts: list[argparse.Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser = argparse.ArgumentParser(
            prog=f"python -m {self.module}", description=self.about
        )
        self.parser.add_argument(
            "--quick", action="store_true", help="tiny sizes: does everything run?"
        )
        self.parser.add_argument(
            "--output", type=Path, metavar="FOLDER", help="where to write; bench/results by default"
        )

    def add_part(self, flag: str, what: str, **more: Any) -> None:  # noqa: ANN401
        """Add an option for a part of a run, which is printed only."""
        self._parts.append(self.parser.add_argument(flag, help=f"{what}; printed only", **more))

    def is_whole(self, options: argparse.Namespace) -> bool:
        """Whether the options leave nothing out."""
        given = (getattr(options, part.dest) != part.default for part in self._parts)
        return not (options.quick or any(given))

    def run(self, options: argparse.Namespace, versions: dict[str, Any], fill: Fill) -> int:
        """Measure, print the page, write the files; the exit status says whether all is right."""
        start = time.perf_counter()
        described = machine.describe()
        busy.warn(described)
        head = stamp(described | {"versions": versions})
        result: Result = {**head, "quick": options.quick, "absent": []}
        try:
            fill(options, result)
        except AbsentError as reason:
            print(f"left out: {reason}", file=sys.stderr)
            return 0
        except WrongAnswerError as wrong:
            print(f"\npoly_match is wrong, nothing is printed: {wrong}", file=sys.stderr)
            return 1
        result["seconds"] = round(time.perf_counter() - start, 1)
        result["targets"] = self.judge(result)
        print(self.page.text(result))
        questions = result.get("questions", [])
        # Where the data of all questions is absent, there is nothing to record.
        whole = self.is_whole(options) and bool(questions or not result["absent"])
        folder = options.output or (RESULTS if whole else None)
        if folder is not None:
            self.page.write(result, folder)
        if whole and options.output is None:
            self.page.write_readme(result)
        rows = [row for question in questions for row in question["rows"]]
        return 1 if any("wrong" in row for row in rows) else 0


def ask_each(
    questions: Iterable[Question], only: str, result: Result, ask: Callable[[Question], Any]
) -> None:
    """Ask every question whose name has this text; say which have no data here."""
    asked = result.setdefault("questions", [])
    for question in questions:
        if only not in question.name:
            continue
        print(question.name, file=sys.stderr)
        try:
            asked.append(ask(question))
        except AbsentError as reason:
            print(f"  left out: {reason}", file=sys.stderr)
            result["absent"].append({"name": question.name, "why": str(reason)})
