"""The benchmark of clusters: its checksum, its tables, and a tiny job on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bench.cluster import checksum, inputs, jobs, kills, measure, report, sessions, targets
from bench.cluster.checksum import Checksum
from bench.cluster.sides import LOCAL, Opened, Side
from bench.cluster.turns import figures
from bench.page import README
from bench.rust_paths import ROOT
from tests.optional import lacks

if TYPE_CHECKING:
    from pathlib import Path

    from bench.cluster.inputs import Input
    from bench.cluster.jobs import Job

ROWS = 1000


# The checksum.


def rows(seed: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "points": np.arange(ROWS),
        "polygons": rng.integers(-1, 50, ROWS),
        "distances": rng.random(ROWS),
        "ranks": rng.integers(1, 4, ROWS),
    }


def taken(of: dict[str, Any], where: Any) -> dict[str, Any]:
    return {name: values[where] for name, values in of.items()}


def test_order_and_parts_do_not_count() -> None:
    one = rows()
    whole = checksum.of_arrays(**one)
    assert (whole.rows, whole.matched) == (ROWS, int((one["polygons"] >= 0).sum()))
    shuffled = np.random.default_rng(2).permutation(ROWS)
    assert checksum.of_arrays(**taken(one, shuffled)) == whole
    parts = (checksum.of_arrays(**taken(one, part)) for part in np.array_split(shuffled, 7))
    assert sum(parts, Checksum()) == whole
    assert checksum.of_arrays([], [], [], []) == Checksum()


@pytest.mark.parametrize("name", ["points", "polygons", "distances", "ranks"])
def test_every_value_counts(name: str) -> None:
    one = rows()
    at = int(np.flatnonzero(one["polygons"] >= 0)[5])
    other = {key: values.copy() for key, values in one.items()}
    if name == "distances":
        other[name][at] = np.nextafter(other[name][at], 2.0)
    else:
        other[name][at] += 1
    assert checksum.of_arrays(**other).value != checksum.of_arrays(**one).value
    # Two rows that exchange a value are other rows.
    other = {key: values.copy() for key, values in one.items()}
    differ = (one["polygons"] >= 0) & (one[name] != one[name][at])
    to = int(np.flatnonzero(differ)[0])
    other[name][[at, to]] = one[name][[to, at]]
    assert checksum.of_arrays(**other).value != checksum.of_arrays(**one).value


def test_tables_and_frames_are_read_as_arrays() -> None:
    one = rows()
    missing = one["polygons"] < 0
    columns = {
        "rank": pa.array(one["ranks"].astype(np.int32), mask=missing),
        "point": one["points"],
        "distance": pa.array(one["distances"], mask=missing),
        "name": ["x"] * ROWS,
        "polygon": pa.array(one["polygons"], mask=missing),
    }
    table = pa.table(columns)
    expected = checksum.of_arrays(**one)
    assert checksum.of_table(table) == expected
    for frame in (table.to_pandas(), table.to_pandas(types_mapper=pd.ArrowDtype)):
        assert checksum.added(checksum.of_frame(frame).to_dict("list")) == expected
    parts = [list(checksum.of_batches([batch])) for batch in table.to_batches(max_chunksize=300)]
    sums = pa.Table.from_batches([batch for part in parts for batch in part])
    assert len(sums) == 4
    assert checksum.added(sums.to_pydict()) == expected
    assert checksum.added(checksum.as_row(Checksum(2**64 - 1, 3, 2))) == Checksum(2**64 - 1, 3, 2)


def test_a_row_is_mixed_by_splitmix64() -> None:
    # The first numbers of the generator with the seeds 0 and 1234567.
    words = checksum.mixed(np.array([0, 1234567], dtype=np.uint64))
    assert words.tolist() == [16294208416658607535, 6457827717110365317]


# The jobs.


@pytest.fixture(autouse=True)
def _points_are_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "OUT", tmp_path)


@pytest.mark.parametrize("job", [jobs.quick(job) for job in jobs.JOBS[1:]], ids=lambda j: j.name)
def test_arrays_and_tables_answer_alike(job: Job) -> None:
    asked = measure.ask(job, 300, 1, LOCAL)
    assert [row["side"] for row in asked["rows"]] == ["arrays", "table"]
    assert all(row["seconds"] > 0.0 for row in asked["rows"])
    assert asked["answer_rows"] >= 300
    assert asked["answer_matched"] / asked["answer_rows"] > 0.3


def test_a_wrong_side_is_caught_and_not_timed() -> None:
    right = LOCAL[1]

    def liar(job: Job, of: Input) -> Opened:
        opened = right.open(job, of)
        return Opened(lambda: replace(opened.check(), value=7), opened.run)

    def broken(*_: object) -> Opened:
        raise OSError("no cluster\nand more")

    sides = (*LOCAL, Side("liar", "a liar", liar), Side("broken", "a broken one", broken))
    asked = measure.ask(jobs.quick(jobs.BOUNDARY), 300, 1, sides)
    assert asked["rows"][2]["wrong"].startswith("WrongAnswerError: checksum 0000000000000007 of")
    assert asked["rows"][3]["failed"] == "OSError: no cluster"
    assert not any("seconds" in row for row in asked["rows"][2:])
    text = report.job_table(asked)
    assert "a liar" in text
    assert "wrong" in text


SPARK = """
import json, sys, warnings
from pathlib import Path
from bench.cluster import inputs, jobs, measure, sessions, sides
warnings.simplefilter("ignore")
inputs.OUT = Path(sys.argv[1])
with sessions.classic("local[2]") as session:
    job = jobs.quick(next(job for job in jobs.JOBS if job.name == "k-best"))
    asked = measure.ask(job, 300, 1, (*sides.LOCAL, *sides.of_session(session)))
    print(json.dumps(asked))
"""


def test_spark_answers_a_tiny_job(tmp_path: Path) -> None:
    lacks("java")
    command = [sys.executable, "-c", SPARK, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    asked = json.loads(run.stdout.splitlines()[-1])
    assert [row["side"] for row in asked["rows"]] == ["arrays", "table", "file", "cells"]
    assert all(row.get("seconds", 0.0) > 0.0 for row in asked["rows"]), asked["rows"]


# What is said of them.


def result() -> dict[str, Any]:
    def part(**seconds: float) -> dict[str, Any]:
        timed = [
            {"side": side.replace("_", "-"), "title": side, **figures([value])}
            for side, value in seconds.items()
        ]
        return {"title": "t", "input": "i", "points": ROWS, "rows": timed}

    memory = [{"Size": 100, "Rss": 100, "Pss": 50}, {"Size": 100, "Rss": 100, "Pss": 55}]
    dead = [
        {
            "kind": kind,
            "way": way,
            "at": 1.0,
            "seconds": 9.0,
            "is_right": way == "file",
            "failed_tasks": 2,
        }
        for kind in kills.KINDS
        for way in kills.WAYS
    ]
    machine = {"load": 0.1, "processor": "p", "cores": 2, "system": "s", "python": "3"}
    return {
        "date": "today",
        "machine": {**machine, "rustc": None, "versions": {"pyspark": "4"}},
        "quick": False,
        "adapter": part(identity=2.0, position=2.2, name=2.4, in_arrow=4.0),
        "skew": part(uniform=1.0, place=1.5, position=2.5),
        "pages": {
            "input": "i",
            "rows": [{"title": "t", "tasks": 8, "loads": [1, 2], "memory": memory}],
        },
        "kills": {
            "title": "t",
            "input": "i",
            "usual": {"file": 1.0, "cells": 2.0},
            "kills": dead,
            "right": 3,
            "settings": sessions.PATIENT,
        },
    }


def test_targets_are_read_off() -> None:
    judged = targets.judge(result())
    assert [(line["got"], line["verdict"]) for line in judged] == [
        (pytest.approx(1.1), "pass"),
        (2, "falls short"),
        (pytest.approx(1.05), "pass"),
        (1.5, "pass"),
        (2.5, "falls short"),
        (3, "falls short"),
    ]
    for left_out in ({"quick": True}, result() | {"quick": True}):
        assert {line["verdict"] for line in targets.judge(left_out)} == {"not measured"}


def test_a_replaced_process_is_no_figure() -> None:
    whole = result()
    whole["pages"]["rows"] = [{"title": "Spark", "failed": "saw 1 and 2 processes instead of 2"}]
    judged = targets.judge(whole)
    assert [line["got"] for line in judged[1:3]] == [None, None]
    assert "failed: saw 1 and 2 processes" in report.pages_table(whole["pages"])


def test_everything_is_in_the_tables() -> None:
    whole = result()
    whole["targets"] = targets.judge(whole)
    text = report.PAGE.text(whole)
    for title in ("arrow_udf", "Loaded once", "Crowded points", "1 of 1", "maxFailures=8", "1 + 2"):
        assert title in text
    readme = README.read_text(encoding="utf-8")
    assert all(f"<!-- {marker}: begin -->" in readme for marker in report.PAGE.parts(whole))
