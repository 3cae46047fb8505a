"""The table of what each path gains runs, tiny but whole; a wrong answer is never timed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bench.ablate import measure, report
from bench.ablate.inputs import Question
from bench.ablate.shortcuts import ROWS, Row
from bench.reference import WrongAnswerError
from bench.rust_paths import ABLATE, library

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not library(ABLATE).exists() and not os.environ.get("CI"),
    reason="python -m bench.build ablate was not run",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("ablation")
    assert measure.main(["--quick", "--output", str(folder)]) == 0
    return json.loads((folder / "ablation.json").read_text(encoding="utf-8")), folder


def test_paths_of_each_room_have_rows(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    taken = {line["row"] for line in result["measured"]}
    assert taken <= {row.title for row in ROWS}
    assert {row.title.split(":")[0] for row in ROWS} == {title.split(":")[0] for title in taken}
    assert {line["chosen"] for line in result["ways"]} <= {"walk", "blocks", "lists"}
    text = (folder / "ablation.md").read_text(encoding="utf-8")
    assert text == report.text(result) + "\n"
    assert all(row.title in text for row in ROWS)


def test_the_largest_gain_counts() -> None:
    row = ROWS[0]
    lines = [{"row": row.title, "times": gain} for gain in (1.1, 3.0, 0.9)]
    most = report.best({"measured": lines}, row)
    assert most is not None
    assert most["times"] == 3.0
    assert report.best({"measured": lines}, ROWS[-1]) is None


def test_another_answer_is_never_timed() -> None:
    class Job:
        def prepare(self, off: list[str]) -> Any:
            del off
            return type("Prepared", (), {"asked": []})

        def answer(self, _: Any, points: Any, off: list[str], __: int) -> Any:
            distance = np.zeros(len(points))
            return np.full(len(points), len(off)), distance, ["Blocks"]

    question = Question("it", Job(), np.zeros((3, 2)))
    with pytest.raises(WrongAnswerError, match="without Blocks"):
        measure.measure_question("it", question, (Row("blocks", ("Blocks",)),), 1e-4)
