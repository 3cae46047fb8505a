"""The benchmark of tables runs, tiny but whole; a wrong answer is never timed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bench.reference import WrongAnswerError
from bench.tables import measure, report, stream, targets, ways
from bench.tables.inputs import districts
from bench.tables.sides import COVERS, NEAREST, Found, Side

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("tables")
    assert measure.main(["--quick", "--output", str(folder)]) == 0
    return json.loads((folder / "tables.json").read_text(encoding="utf-8")), folder


def test_every_side_answers_rightly(run: tuple[dict[str, Any], Path]) -> None:
    questions = run[0]["questions"]
    assert [question["name"] for question in questions] == [q.name for q in measure.QUESTIONS]
    for question, asked in zip(questions, measure.QUESTIONS, strict=True):
        is_infinite = "nearest" in question["title"]
        assert is_infinite or 0.5 < question["matched"] < 1.0, question["name"]
        assert [row["side"] for row in question["rows"]] == [side.name for side in asked.sides]
        for row in question["rows"]:
            assert row["ms"] > 0.0, row


def test_everything_is_in_the_tables(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    text = (folder / "tables.md").read_text(encoding="utf-8")
    assert text == report.PAGE.text(result) + "\n"
    for title in ("poly_match.join, DuckDB", "polars-st", "pyarrow's take", "lines of code"):
        assert title in text
    assert {line["verdict"] for line in result["targets"]} == {"not measured"}


def test_lines_of_code_are_the_bodies() -> None:
    counted = {way: ways.lines(way) for way in (ways.join, ways.sjoin, ways.sjoin_smallest)}
    assert counted == {ways.join: 1, ways.sjoin: 1, ways.sjoin_smallest: 5}

    def way() -> int:
        """Say something."""
        # a comment, and an empty line

        return sum(
            (1, 2),
        )

    assert ways.lines(way) == 3


def test_a_wrong_side_is_caught_and_not_timed() -> None:
    source = districts(5, 200)
    right = COVERS.sides[0]

    def wrong_names(source: Any, table: Any) -> Found:
        index = right.read(source, table).index
        return Found((index + 1) % len(source.names))

    def wrong_distances(source: Any, table: Any) -> Found:
        found = NEAREST.sides[0].read(source, table)
        assert found.distance is not None
        return Found(found.index, found.distance + 0.1)

    for question, read, says in (
        (COVERS, wrong_names, "answered otherwise"),
        (NEAREST, wrong_distances, "200 distances differ"),
    ):
        first = question.sides[0]
        liar = replace(first, name="liar", read=read)
        rows = measure.ask(replace(question, sides=(first, liar)), source, 2)["rows"]
        assert rows[0]["ms"] > 0.0
        assert says in rows[1]["wrong"]
        assert "ms" not in rows[1]
    broken = Side("broken", "b", lambda _: lambda: 1 / 0, right.read)
    with pytest.raises(ZeroDivisionError):
        measure.ask(replace(COVERS, sides=(broken,)), source, 2)


def test_targets_are_ratios() -> None:
    def rows(**ms: float) -> list[dict[str, Any]]:
        return [{"side": side, "ms": value} for side, value in ms.items()]

    questions = [
        {"name": "covers", "rows": rows(join=10.0, prepared=8.0, sjoin=44.0)},
        {"name": "texts", "rows": rows(name=5.0, texts=17.0, take=16.0)},
    ]
    judged = targets.judge({"quick": False, "questions": questions})
    assert [(line["got"], line["verdict"]) for line in judged] == [
        (4.4, "pass"),
        (5.5, "falls short"),
        (None, "not measured"),
        (None, "not measured"),
        (0.75, "pass"),
    ]


def test_a_stream_is_joined_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "OUT", tmp_path / "out")
    assert stream.main(["--quick", "--output", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "tables_stream.json").read_text(encoding="utf-8"))
    assert [job["job"] for job in result["jobs"]] == ["copy", "join"]
    assert all(job["peak_bytes"] > 1e7 for job in result["jobs"])
    assert [path.name for path in stream.OUT.iterdir()] == ["districts-200k.parquet"]


def test_a_wrong_stream_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import polars as pl

    monkeypatch.setattr(stream, "BATCH", 300)
    points, output = tmp_path / "points.parquet", tmp_path / "output.parquet"
    stream.write_points(points, quick=True, rows=1000)
    source = stream.source(quick=True, points=1)
    right = ways.join(pl.read_parquet(points), source.polars_zones)
    assert right.height == 1000
    last = pl.int_range(pl.len()) == 999
    for wrong, says in (
        (right, ""),
        (right.head(999), "999 rows for 1000 points"),
        (right.with_columns(x=pl.when(last).then(0.0).otherwise("x")), "from row 900 on"),
        (
            right.with_columns(name=pl.when(last).then(pl.lit(source.names[0])).otherwise("name")),
            "row 999 has the name of another polygon",
        ),
    ):
        wrong.write_parquet(output)
        if not says:
            stream.compare(source, points, output)
            continue
        with pytest.raises(WrongAnswerError, match=says):
            stream.compare(source, points, output)
