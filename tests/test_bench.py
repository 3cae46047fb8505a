"""The benchmark runs, tiny but whole; a wrong answer is never timed, a missing peer is named."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bench import cores, measure, reference, report, targets, threshold, timing, workloads
from bench.peers import catalog, shared
from bench.peers.ours import OURS
from bench.reference import WrongAnswerError

if TYPE_CHECKING:
    from pathlib import Path

IN_CI = bool(os.environ.get("CI"))
NEAR_LIMIT = 1e-9


# The whole benchmark, tiny.


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("bench")
    assert measure.main(["--quick", "--output", str(folder)]) == 0
    return json.loads((folder / "bench.json").read_text(encoding="utf-8")), folder


def rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for work in result["workloads"] for row in work["rows"]]


def test_every_peer_answers_every_workload_rightly(run: tuple[dict[str, Any], Path]) -> None:
    assert {row["peer"] for row in rows(run[0])} == set(catalog.BY_NAME)
    for row in rows(run[0]):
        assert "wrong" not in row, row
        assert "failed" not in row, row
        if "missing" in row and not IN_CI:
            continue
        assert row["ns"] > 0.0, row
        assert row["right"] is not False, row
        assert row["rounds"] >= 2, row


def test_every_workload_is_there(run: tuple[dict[str, Any], Path]) -> None:
    names = {work["name"] for work in run[0]["workloads"]}
    absent = {gone["name"] for gone in run[0]["absent"]}
    assert names | absent == set(workloads.catalog(quick=True))
    assert absent <= {"real"}  # its data lives beside the repository


def test_every_version_is_known(run: tuple[dict[str, Any], Path]) -> None:
    unknown = {name for name, got in run[0]["machine"]["versions"].items() if got is None}
    assert not (unknown and IN_CI), unknown


def test_tables_and_plots_are_written(run: tuple[dict[str, Any], Path]) -> None:
    result, folder = run
    text = (folder / "bench.md").read_text(encoding="utf-8")
    assert text == report.text(result) + "\n"
    for title in ("kiddo, best mode", "DuckDB", "target", "## Sweep: polygons"):
        assert title in text
    for group in ("candidates", "points", "polygons"):
        assert (folder / f"{group}.png").stat().st_size > 10_000
        assert "</svg>" in (folder / f"{group}.svg").read_text(encoding="utf-8")


def test_targets_are_judged(run: tuple[dict[str, Any], Path]) -> None:
    verdicts = {line["what"]: line["verdict"] for line in run[0]["targets"]}
    assert len(verdicts) == len(targets.TARGETS)
    assert verdicts["the same, prepared Matcher, its arrays"] in {"pass", "falls short"}
    assert verdicts[f"{targets.LARGE}: kiddo's best mode"] == "not measured"


# A wrong answer.


def small() -> workloads.Workload:
    return workloads.uniform(200, 500, 10)


def off_by_one(work: workloads.Workload, threads: int) -> shared.Answer:
    answer = OURS.build(work, threads)

    def wrong(points: workloads.Floats) -> shared.Ranks:
        index = answer(points).copy()
        index[-1] = (index[-1] + 1) % len(work.centers)
        return index

    return wrong


def untimed(*_: object) -> object:
    raise AssertionError("timed")


def test_a_wrong_peer_is_caught_and_not_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    liar = dataclasses.replace(OURS, name="liar", title="a liar", build=off_by_one)
    monkeypatch.setattr(catalog, "PEERS", (OURS, liar))
    code = measure.main(["--quick", "--only", "collinear", "--peers", "liar"])
    assert code == 1
    (line, *_) = (x for x in capsys.readouterr().out.splitlines() if x.startswith("| a liar"))
    assert [cell.strip() for cell in line.split("|")[2:6]] == ["1", "wrong", "", ""]


def test_a_wrong_answer_of_ours_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    liar = dataclasses.replace(OURS, build=off_by_one)
    monkeypatch.setattr(catalog, "PEERS", (liar,))
    monkeypatch.setattr(measure, "OURS", liar)
    monkeypatch.setattr(measure, "run", untimed)
    assert measure.main(["--quick", "--only", "collinear"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "poly_match is wrong" in output.err


def test_wrong_lengths_are_caught() -> None:
    work = small()
    right = reference.brute_force(work, work.points)
    with pytest.raises(WrongAnswerError, match="answers for"):
        reference.check_sample(work, right[:-1])
    with pytest.raises(WrongAnswerError, match="answers for"):
        reference.differing(work, work.points, right[:-1], right)


def at_limit() -> workloads.Workload:
    """Three points at the one centre's limit, and three at half of it."""
    points = np.array([[0.3, 0.4]] * 3 + [[0.15, 0.2]] * 3)
    one = np.zeros((1, 2))
    return workloads.Workload("limit", "limit", one, np.ones(1), points, 0.5)


def test_only_the_last_bits_of_the_limit_excuse_a_difference() -> None:
    work = at_limit()
    right = reference.brute_force(work, work.points)
    assert right.tolist() == [-1] * 3 + [0] * 3
    fused = np.array([0, 0, -1, 0, 0, 0])
    assert reference.differing(work, work.points, fused, right) == 2
    with pytest.raises(WrongAnswerError, match="point 5"):
        reference.differing(work, work.points, np.array([0, -1, -1, 0, 0, -1]), right)


@pytest.mark.parametrize(("exact", "raises"), [(True, True), (False, False)])
def test_an_exact_peer_has_no_excuse(exact: bool, raises: bool) -> None:
    work = at_limit()
    right = reference.brute_force(work, work.points)
    peer = dataclasses.replace(
        OURS,
        build=lambda *_: lambda points: np.zeros(len(points), dtype=np.int64),
        inexact=lambda _: "" if exact else "it rounds",
    )
    if raises:
        with pytest.raises(WrongAnswerError, match="arithmetic is exact"):
            timing.open_entry(peer, work, 1, measure.QUICK, right)
    else:
        assert timing.open_entry(peer, work, 1, measure.QUICK, right).differ == 3


def test_brute_force_is_the_rule_word_for_word() -> None:
    work = small()
    expected = []
    for px, py in work.points[:100].tolist():
        near = [
            (key, at)
            for at, ((x, y), key) in enumerate(
                zip(work.centers.tolist(), work.keys.tolist(), strict=True)
            )
            if math.sqrt((px - x) * (px - x) + (py - y) * (py - y)) < work.max_dist
        ]
        expected.append(min(near)[1] if near else -1)
    assert reference.brute_force(work, work.points[:100]).tolist() == expected


def test_keys_have_ties_that_decide() -> None:
    work = workloads.uniform(1000, 1000, 100)
    assert len(np.unique(work.keys)) < 0.9 * len(work.keys)
    reverse = dataclasses.replace(work, centers=work.centers[::-1], keys=work.keys[::-1])
    one = reference.brute_force(work, work.points)
    other = len(work.centers) - 1 - reference.brute_force(reverse, work.points)
    assert (one != other).any()


# A peer that is not there, or fails.


def test_missing_and_failing_peers_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    def absent(*_: object) -> shared.Answer:
        raise ImportError("no module of this name")

    def broken(*_: object) -> shared.Answer:
        raise RuntimeError("out of order")

    peers = [
        OURS,
        dataclasses.replace(OURS, name="a", title="absent one", build=absent),
        dataclasses.replace(OURS, name="b", title="broken one", build=broken),
    ]
    result = measure.measure_workload(small(), peers, measure.QUICK)
    text = report.workload_table(result)
    assert "- absent one: missing: no module of this name" in text
    assert "- broken one: failed: RuntimeError: out of order" in text
    assert re.search(r"\| absent one +\| +1 \| +missing \|", text)
    assert "absent one: missing" in capsys.readouterr().err


# The rule in the words of each peer.


@pytest.mark.parametrize("seed", range(5))
def test_limits_decide_as_the_rule(seed: int) -> None:
    for max_dist in np.random.default_rng(seed).lognormal(0.0, 5.0, 200).tolist():
        limit = threshold.squared(max_dist)
        assert math.sqrt(limit) < max_dist <= math.sqrt(math.nextafter(limit, math.inf))
        assert math.nextafter(threshold.below(max_dist), math.inf) == max_dist
        root, exact = threshold.root(max_dist)
        assert exact == (root * root == limit)
        assert abs(root - max_dist) <= NEAR_LIMIT * max_dist


def test_one_thread_is_one_core_and_only_then() -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("the system has no way to ask")
    before = os.sched_getaffinity(0)
    with cores.at_most(1):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
    with cores.at_most(2):
        assert os.sched_getaffinity(0) == before


# What is committed says what was measured.


def test_readme_holds_the_results() -> None:
    result = json.loads((report.RESULTS / "bench.json").read_text(encoding="utf-8"))
    readme = report.README.read_text(encoding="utf-8")
    for name, text in (
        ("bench", report.readme_text(result)),
        ("targets", report.targets_table(result)),
    ):
        assert f"<!-- {name}: begin -->\n{text}\n<!-- {name}: end -->" in readme
    assert not result["quick"]
    for path in report.RESULTS.iterdir():
        if path.suffix != ".png":
            content = path.read_text(encoding="utf-8")
            assert not re.search(r"/(home|root|tmp|work|Users)/|site-packages", content), path
