"""The benchmark of the other rules runs, tiny but whole; a wrong answer is never timed."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bench.reference import WrongAnswerError
from bench.rules import covers, measure, nearest, report, sides, targets
from bench.rules.inputs import districts

if TYPE_CHECKING:
    from pathlib import Path

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("rules")
    assert measure.main(["--quick", "--output", str(folder)]) == 0
    return json.loads((folder / "rules.json").read_text(encoding="utf-8")), folder


def test_every_side_answers_rightly(run: tuple[dict[str, Any], Path]) -> None:
    questions = {question["name"]: question for question in run[0]["questions"]}
    absent = {gone["name"] for gone in run[0]["absent"]}
    assert absent <= {"covers-counties", "boundary-counties"}  # their data lives elsewhere
    assert set(questions) | absent == {question.name for question in measure.questions(quick=True)}
    for question in questions.values():
        for row in question["rows"]:
            assert "wrong" not in row, row
            if "failed" in row and "ImportError" in row["failed"] and not IN_CI:
                continue
            assert row["ns"] > 0.0, row


def test_everything_is_in_the_tables(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    text = (folder / "rules.md").read_text(encoding="utf-8")
    assert text == report.PAGE.text(result) + "\n"
    for title in ("covers × smallest area", "kiddo, nearest_one", "in the calls", "loading"):
        assert title in text
    assert {line["verdict"] for line in result["targets"]} == {"not measured"}
    assert (len(result["asked"]), len(result["carried"])) == (2, 3)


def test_targets_are_judged(run: tuple[dict[str, Any], Path]) -> None:
    lines = targets.judge({**run[0], "quick": False})
    verdicts = {line["what"]: line["verdict"] for line in lines}
    assert verdicts["centre × nearest: scipy"] in {"pass", "falls short"}
    empty = {"quick": False, "questions": [], "asked": [], "carried": []}
    assert all(line["got"] is None for line in targets.judge(empty))


def liar(zones: Any) -> sides.Answer:
    answer = covers.prepared(zones)

    def wrong(points: Any) -> Any:
        index = answer(points).copy()
        index[-1] = (index[-1] + 1) % len(zones.shapes)
        return index

    return wrong


def test_a_wrong_side_is_caught_and_not_timed() -> None:
    right = sides.Side("poly_match", "right", covers.prepared)
    question = sides.Question(
        "q",
        "q",
        partial(districts, 5, 200),
        (right, sides.Side("liar", "a liar", liar)),
        covers.excuse,
    )
    row = sides.measure(question, 2)["rows"][1]
    assert "answered otherwise" in row["wrong"]
    assert "ns" not in row
    reverse = dataclasses.replace(question, sides=(sides.Side("broken", "b", lambda _: 1 / 0),))
    with pytest.raises(ZeroDivisionError):
        sides.measure(reverse, 2)


def test_only_equally_good_answers_are_excused() -> None:
    zones = districts(2, 10)
    corner = np.array(zones.shapes[0].exterior.coords)[2:3]  # of all four
    inside = np.array([zones.shapes[0].centroid.coords[0]])
    zero, one = np.array([0]), np.array([1])
    assert covers.excuse(zones)(corner, zero, one).all()
    assert nearest.boundary_excuse(zones)(corner, zero, one).all()
    assert not covers.excuse(zones)(inside, zero, one).any()
    assert not covers.excuse(zones)(inside, zero, np.array([-1])).any()
    assert not nearest.boundary_excuse(zones)(inside, zero, one).any()
    with pytest.raises(WrongAnswerError, match="answers for"):
        sides.check("s", zero, np.array([0, 1]), inside, lambda *_: True)
