"""The benchmark of one shot runs, tiny but whole; a wrong answer is never timed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bench import busy
from bench.one_shot import measure, report, sides, targets
from bench.rules import covers
from bench.rules.inputs import districts

if TYPE_CHECKING:
    from pathlib import Path

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("one-shot")
    assert measure.main(["--quick", "--output", str(folder)]) == 0
    return json.loads((folder / "one_shot.json").read_text(encoding="utf-8")), folder


def test_every_side_answers_rightly(run: tuple[dict[str, Any], Path]) -> None:
    questions = {question["name"]: question for question in run[0]["questions"]}
    absent = {gone["name"] for gone in run[0]["absent"]}
    assert all("counties" in name or "urban" in name for name in absent)  # data from elsewhere
    assert set(questions) | absent == {question.name for question in measure.questions(quick=True)}
    for question in questions.values():
        for row in question["rows"]:
            assert "wrong" not in row, row
            if "failed" in row and "ImportError" in row["failed"] and not IN_CI:
                continue
            assert [cell["ms"] > 0.0 for cell in row["sizes"].values()] == [True] * 3, row


def test_everything_is_in_the_tables(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    text = (folder / "one_shot.md").read_text(encoding="utf-8")
    assert text == report.PAGE.text(result) + "\n"
    for title in ("end to end", "built before", "from GeoDataFrames", "duplicates dropped"):
        assert title in text
    assert {line["verdict"] for line in result["targets"]} == {"not measured"}


def test_targets_take_the_worst_size() -> None:
    def row(side: str, family: str, *ms: float) -> dict[str, Any]:
        sizes = {str(size): {"ms": value} for size, value in zip((1, 1000), ms, strict=True)}
        return {"side": side, "family": family, "sizes": sizes}

    rows = [row("frames", "poly_match", 1.0, 2.0), row("prepared", "shapely", 0.5, 9.0)]
    question = {"name": "covers-counties-end-to-end", "sizes": [1, 1000], "rows": rows}
    judged = targets.judge({"quick": False, "questions": [question]})
    lines = {line["what"]: line for line in judged}
    frames = "covers, counties, from GeoDataFrames: STRtree,"
    assert lines[f"{frames} from 1k points"]["got"] == 4.5
    assert lines[f"{frames} ms slower below"]["got"] == 0.5
    assert lines[f"{frames} ms slower below"]["verdict"] == "falls short"
    assert lines["covers, counties, from arrays: STRtree, every size"]["got"] is None


def test_a_wrong_side_is_caught_and_not_timed() -> None:
    def liar(source: Any) -> sides.Answer:
        right = sides.covering()[0].open(source)
        return lambda points: (right(points) + 1) % len(source.zones.shapes)

    def both() -> tuple[sides.Side, ...]:
        return sides.covering()[0], sides.Side("liar", "a liar", liar)

    question = measure.Question(
        "q", "q", partial(districts, 5, 200), covers.excuse, both, "end to end"
    )
    right, wrong = measure.ask(question, (1, 100), 2)["rows"]
    assert "answered otherwise" in wrong["wrong"]
    assert not any("ms" in cell for cell in wrong["sizes"].values())
    assert [cell["ms"] > 0.0 for cell in right["sizes"].values()] == [True, True]
    broken = (sides.Side("broken", "b", lambda _: lambda _: 1 / 0),)  # type: ignore[arg-type,return-value]
    with pytest.raises(ZeroDivisionError):
        measure.ask(replace(question, sides=lambda: broken), (1,), 2)


def test_a_slow_side_is_not_asked_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "LONGEST", 0.0)
    question = measure.questions(quick=True)[4]
    rows = measure.ask(replace(question, sides=lambda: sides.covering()[:2]), (1, 10), 1)["rows"]
    assert [list(row["sizes"]) for row in rows] == [["1"], ["1"]]


def test_a_busy_machine_is_marked(run: tuple[dict[str, Any], Path]) -> None:
    result = run[0]
    for load, is_marked in ((0.2, False), (0.7, False), (1.5, True)):
        machine = {**result["machine"], "load": load}
        text = report.PAGE.body({**result, "machine": machine})
        assert ("the machine was busy: its load was 1.5" in text) == is_marked
        assert busy.is_busy(machine) == is_marked
