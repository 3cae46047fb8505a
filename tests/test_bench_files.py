"""The benchmark of files runs, tiny but whole; a wrong answer is never timed."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import process
from bench.files import answers, inputs, measure, memory, report, targets
from bench.files.answers import Asked
from bench.files.sides import SIDES, Job, Side
from bench.process import CommandError, Ran
from bench.reference import WrongAnswerError

IN_CI = bool(os.environ.get("CI"))
BY_NAME = {side.name: side for side in SIDES}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "OUT", folder / "out")
        assert measure.main(["--quick", "--output", str(folder)]) == 0
        assert list(inputs.OUT.iterdir()) == []
    return json.loads((folder / "files.json").read_text(encoding="utf-8")), folder


def test_every_side_answers_rightly(run: tuple[dict[str, Any], Path]) -> None:
    questions = {question["name"]: question for question in run[0]["questions"]}
    absent = {gone["name"] for gone in run[0]["absent"]}
    assert absent <= {"counties-csv", "counties-parquet"}  # their data lives elsewhere
    assert {"districts-csv", "districts-parquet"} <= set(questions)
    assert len(questions) + len(absent) == 4
    for question in questions.values():
        assert 0.5 < question["matched"] < 1.0
        taking_part = [side.name for side in SIDES if question["kind"] in side.kinds]
        assert [row["side"] for row in question["rows"]] == taking_part
        for row in question["rows"]:
            assert "wrong" not in row, row
            if "failed" in row and "ImportError" in row["failed"] and not IN_CI:
                continue
            assert "failed" not in row, row
            assert row["seconds"] > 0.0, row
            assert row["peak_bytes"] > 2e6, row
            assert row["output_bytes"] > 1e4, row
            assert row["fsync"] > 0.0, row


def test_everything_is_in_the_tables(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    text = (folder / "files.md").read_text(encoding="utf-8")
    assert text == report.PAGE.text(result) + "\n"
    for title in ("CSV to CSV", "SedonaDB, join alone", "a copy of the points", "fsync, s"):
        assert title in text
    assert {line["verdict"] for line in result["targets"]} == {"not measured"}


def test_peaks_of_memory_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "OUT", tmp_path / "out")
    assert memory.main(["--quick", "--output", str(tmp_path)]) == 0
    assert list(inputs.OUT.iterdir()) == []
    result = json.loads((tmp_path / "files_memory.json").read_text(encoding="utf-8"))
    assert [question["kind"] for question in result["questions"]] == ["csv", "parquet"]
    for question in result["questions"]:
        assert [row["points"] for row in question["rows"]] == list(memory.QUICK_SIZES)
        assert all(row["peak_bytes"] > 2e6 for row in question["rows"])


def test_targets_are_ratios() -> None:
    def question(name: str, **seconds: float) -> dict[str, Any]:
        rows = [{"side": side.replace("_", "-"), "seconds": s} for side, s in seconds.items()]
        rows[0]["side"] = "poly_match"
        return {"name": name, "rows": rows}

    questions = [
        question("counties-csv", ours=2.0, duckdb=8.0, duckdb_smallest=10.0),
        question("counties-parquet", ours=1.0, copy=0.5, copy_matches=0.8, sedonadb=3.5),
    ]
    judged = targets.judge({"quick": False, "questions": questions})
    assert [(line["got"], line["verdict"]) for line in judged[:6]] == [
        (4.0, "pass"),
        (5.0, "falls short"),
        (None, "not measured"),
        (3.5, "pass"),
        (1.25, "pass"),
        (2.0, "falls short"),
    ]
    assert {line["verdict"] for line in judged[6:]} == {"not measured"}


def test_memory_is_judged_beyond_one_point() -> None:
    peaks = (50, 300, 400, 480)
    rows = [{"points": n, "peak_bytes": p << 20} for n, p in zip(memory.SIZES, peaks, strict=True)]
    judged = memory.judge({"quick": False, "questions": [{"name": "csv", "rows": rows}]})
    assert [(line["got"], line["verdict"]) for line in judged] == [
        (430.0, "pass"),
        (1.2, "falls short"),
        (None, "not measured"),
        (None, "not measured"),
    ]


def test_pieces_are_the_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "PIECE", 100)
    made = inputs.districts(250, side=5)
    assert [len(piece) for piece in made.pieces()] == [100, 100, 50]
    assert len(np.unique(made.points, axis=0)) == 250
    for kind in measure.KINDS:
        path = made.points_file(tmp_path, kind)
        answers.copied(Asked(made), path)
        written = path.stat()
        assert made.points_file(tmp_path, kind).stat() == written  # not written again
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".parquet"}


def test_a_folder_may_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "OUT", tmp_path)
    for keep in (True, False):
        with inputs.folder("files", keep) as folder:
            assert folder.is_dir()
        assert folder.exists() == keep


def written(table: Any, path: Path) -> Path:
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, path)
    return path


def test_wrong_rows_are_found(tmp_path: Path) -> None:
    import pyarrow

    asked = Asked(inputs.districts(100, side=3))
    found = answers.covers.prepared(asked.input.source.zones)(asked.points)
    rows = pyarrow.array(found, mask=found < 0)
    x, y = asked.points.T
    right = {
        "id": np.arange(100),
        "x": x.copy(),
        "y": y.copy(),
        "polygon": rows,
        "name": pyarrow.array(asked.input.source.names).take(rows),
        "distance": pyarrow.array(np.zeros(100), mask=found < 0),
    }
    table = pyarrow.table(right)
    matched, alone = int(np.argmax(found >= 0)), int(np.argmax(found < 0))
    backwards, twice = table.take([*range(99, -1, -1)]), table.take([*range(100), matched])
    moved = pyarrow.table(right | {"x": x + np.eye(100)[7]})
    other = np.where(np.arange(100) == matched, (found + 1) % 9, found)
    elsewhere = pyarrow.table(right | {"polygon": pyarrow.array(other, mask=found < 0)})
    near = pyarrow.table(right | {"distance": pyarrow.array(np.eye(100)[matched])})
    path = tmp_path / "rows.parquet"
    for read, them in (
        (answers.in_order, table),
        (answers.one_each, table),
        (answers.one_each, backwards),
        (answers.every_pair, backwards),
        (answers.every_pair, twice),
    ):
        assert np.array_equal(read(asked, written(them, path)), found)
    for read, them, says in (
        (answers.in_order, backwards, "out of order"),
        (answers.in_order, table.slice(1), "point 0 is missing"),
        (answers.in_order, elsewhere, f"row {matched} has position"),
        (answers.in_order, near, "another distance than 0"),
        (answers.one_each, twice, "101 rows for 100 points"),
        (answers.copied, twice, "101 rows for 100 points"),
        (answers.copied, moved, "row 7: x is not that of point 7"),
        (answers.every_pair, table.filter(np.arange(100) != alone), f"point {alone} is missing"),
        (answers.copied, pyarrow.table(right | {"id": np.arange(1, 101)}), "ids from 1 to 100"),
    ):
        with pytest.raises(WrongAnswerError, match=says):
            read(asked, written(them, path))


def test_a_wrong_side_is_caught_and_not_timed(tmp_path: Path) -> None:
    def copies(job: Job) -> Ran:
        shutil.copyfile(job.points, job.output)
        return Ran(0.1, 0.1, 1, [])

    def reads(asked: Asked, path: Path) -> Any:
        answers.copied(asked, path)
        return answers.covers.prepared(asked.input.source.zones)(asked.points)

    def lies(asked: Asked, path: Path) -> Any:
        index = reads(asked, path).copy()
        index[-1] = (index[-1] + 1) % 25
        return index

    def fails(job: Job) -> Ran:
        raise CommandError(f"no {job.output.name}")

    right = Side("right", "r", copies, reads)
    sides = (right, replace(right, name="liar", read=lies), replace(right, name="no", run=fails))
    question = measure.Question("q", "csv", lambda: Asked(inputs.districts(200, side=5)))
    rows = measure.ask(question, tmp_path, sides, 2)["rows"]
    assert rows[0]["rounds"] == 2
    assert "answered otherwise" in rows[1]["wrong"]
    assert rows[2]["failed"] == "CommandError: no no.csv"
    assert "seconds" not in rows[1] | rows[2]
    with pytest.raises(CommandError):
        measure.ask(question, tmp_path, sides[2:], 2)


def test_a_process_says_what_it_took() -> None:
    shell = shutil.which("sh")
    assert shell is not None
    ran = process.run([shell, "-c", "echo one; sleep 0.05; echo two"], cores=1)
    assert ran.lines == ["one", "two"]
    assert 0.05 <= ran.seconds < 5.0
    held = np.ones(8_000_000)  # what this process holds is not counted
    assert 1e6 < ran.peak_bytes < 3e7 < held.nbytes
    with pytest.raises(CommandError, match="sh: oh"):
        process.run([shell, "-c", "echo oh >&2; exit 3"], cores=2)
    with pytest.raises(CommandError, match="sh: exit status 1"):
        process.run([shell, "-c", "kill -9 $$"], cores=2)
