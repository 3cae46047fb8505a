"""What the commands that measure share: only a whole run is recorded, and pages do not drift."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bench import command
from bench.cluster import report as cluster
from bench.command import Command, ask_each
from bench.files import memory
from bench.files import report as files
from bench.one_shot import report as one_shot
from bench.page import README, Page, body
from bench.reference import WrongAnswerError
from bench.rules import report as rules
from bench.tables import report as tables
from bench.tables import stream
from bench.targets import Target, judge
from bench.workloads import AbsentError

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (one_shot.PAGE, rules.PAGE, tables.PAGE, stream.PAGE, files.PAGE, memory.PAGE, cluster.PAGE)
RECORDED = [page for page in PAGES if page.path.exists()]


@pytest.mark.parametrize("page", RECORDED, ids=lambda page: page.name)
def test_readme_holds_the_result(page: Page) -> None:
    result = json.loads(page.path.read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")
    for marker, text in page.parts(result).items():
        assert f"<!-- {marker}: begin -->\n{text}\n<!-- {marker}: end -->" in readme
    assert not result["quick"]


class Asked:
    """A question."""

    def __init__(self, name: str) -> None:
        self.name = name


def answer(question: Asked) -> dict[str, Any]:
    if question.name == "gone":
        raise AbsentError("no data")
    row = {"side": "s"} | ({"wrong": "by one"} if question.name == "wrong" else {})
    return {"name": question.name, "rows": [row]}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What a run writes of its own accord, as the names of files and of markers."""
    names: list[str] = []
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    monkeypatch.setattr(Page, "write_readme", lambda page, _: names.append(page.name))
    return names


def run(names: list[str], *arguments: str, fill: command.Fill | None = None) -> int:
    page = Page(
        "page", "A page", lambda result: body(result, *(q["name"] for q in result["questions"]))
    )
    target = Target("rows", 1.0, lambda result: len(result["questions"]))
    measured = Command("bench.page", "About.", page, lambda result: judge(result, (target,)))
    measured.add_part("--only", "one question", default="", metavar="TEXT")

    def ask(options: Any, result: dict[str, Any]) -> None:
        ask_each(map(Asked, names), options.only, result, answer)

    return measured.run(measured.parser.parse_args(arguments), {"peer": "1.0"}, fill or ask)


def test_a_whole_run_is_recorded(
    written: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["one", "gone"]) == 0
    assert written == ["page"]
    result = json.loads((tmp_path / "page.json").read_text(encoding="utf-8"))
    assert [question["name"] for question in result["questions"]] == ["one"]
    assert result["absent"] == [{"name": "gone", "why": "no data"}]
    assert result["targets"][0]["verdict"] == "pass"
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == text
    assert "`gone` was left out: no data." in text
    assert "peer 1.0." in text


@pytest.mark.parametrize("arguments", [["--quick"], ["--only", "one"]])
def test_a_part_is_printed_only(arguments: list[str], written: list[str], tmp_path: Path) -> None:
    assert run(["one", "two"], *arguments) == 0
    assert written == list(tmp_path.iterdir()) == []
    assert run(["one", "two"], *arguments, "--output", str(tmp_path / "here")) == 0
    assert written == []
    result = json.loads((tmp_path / "here" / "page.json").read_text(encoding="utf-8"))
    assert len(result["questions"]) == (1 if "--only" in arguments else 2)


def test_a_run_without_data_is_not_recorded(written: list[str], tmp_path: Path) -> None:
    assert run(["gone"]) == 0
    assert written == list(tmp_path.iterdir()) == []


def test_a_wrong_answer_is_an_exit_status(
    written: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["wrong"]) == 1
    capsys.readouterr()

    def lies(*_: Any) -> None:
        raise WrongAnswerError("by one")

    written.clear()
    assert run([], fill=lies) == 1
    shown = capsys.readouterr()
    assert (shown.out, written) == ("", [])
    assert "poly_match is wrong, nothing is printed: by one" in shown.err
