"""Every rung of the ladder answers all fifty examples as the oracle does; the oracle can say no.

Each rung runs in a process of its own, under a BLAS kernel that does not fuse multiplication and
addition, so that points exactly at the limit are compared exactly.
"""

from __future__ import annotations

import json
import math
import os
import platform
import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import poly_match
import pytest
from hypothesis import given

from ladder import chart, corpus, flamegraph, measure, oracle, report
from ladder.catalog import BY_NAME, RUNGS, Rung
from ladder.environment import EXACT
from ladder.example import Example, article, save
from ladder.processes import Remote, Unavailable, open_rung
from ladder.rungs import baseline, numpy_fully
from tests.strategies import Case, cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IN_CI = bool(os.environ.get("CI"))
FLAMEGRAPHS = ["baseline", "naive", "polygon", "final"]


# Every rung, every example.


@cache
def example(name: str) -> Example:
    return article() if name == "article" else corpus.BY_NAME[name]()


@pytest.fixture(scope="module", params=RUNGS, ids=lambda rung: rung.name)
def rung(request: pytest.FixtureRequest) -> Iterator[tuple[Rung, Remote]]:
    try:
        remote = open_rung(request.param, EXACT)
    except Unavailable as reason:
        if IN_CI:
            pytest.fail(f"{request.param.name} must not be missing here: {reason}")
        pytest.skip(str(reason))
    assert isinstance(remote, Remote)
    yield request.param, remote
    remote.close()


@pytest.fixture(scope="session")
def random_examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Example]]:
    """Random cases as a file, so that every rung's process answers the same ones."""
    found: list[Example] = []

    @given(cases(any_area=False))
    def collect(case: Case) -> None:
        if case.shapes and case.points:
            shapes = [(np.array(x), np.array(y)) for x, y in case.shapes]
            points = [np.array(point) for point in case.points]
            found.append(Example(f"random {len(found)}", shapes, points, case.max_dist))

    collect()
    path = str(tmp_path_factory.mktemp("ladder") / "random.json")
    save(found, path)
    return path, found


def test_rung_agrees_with_the_oracle_on_random_examples(
    rung: tuple[Rung, Remote], random_examples: tuple[str, list[Example]]
) -> None:
    path, examples = random_examples
    for one, pairs in zip(examples, rung[1].answer_all(path), strict=True):
        oracle.check(one, pairs)


@pytest.mark.parametrize("name", [*corpus.BY_NAME, "article"])
def test_rung_agrees_with_the_oracle(rung: tuple[Rung, Remote], name: str) -> None:
    one, remote = rung
    answer = remote.answer(name, 1 if one.process == "pypy" else 2)
    assert answer["digest"] == example(name).digest(), "the process made another example"
    oracle.check(example(name), answer["pairs"])


def test_rung_runs_under_the_exact_kernel(rung: tuple[Rung, Remote]) -> None:
    if platform.machine() not in {"x86_64", "AMD64"}:
        pytest.skip("the kernel is chosen by its x86 name")
    assert rung[1].dot_is_plain()


def test_rung_runs_in_the_process_it_names(rung: tuple[Rung, Remote]) -> None:
    versions = rung[1].versions()
    assert (versions["implementation"] == "PyPy") == (rung[0].process == "pypy")


# The corpus.


def test_there_are_fifty_different_examples() -> None:
    digests = {example(name).digest() for name in corpus.BY_NAME}
    assert len(corpus.BY_NAME) == len(digests) == 50


def test_examples_are_the_same_every_time() -> None:
    for name, make in corpus.BY_NAME.items():
        assert make().digest() == example(name).digest()


@pytest.mark.parametrize("name", [name for name in corpus.BY_NAME if "lattice, limit" in name])
def test_lattices_put_points_exactly_at_the_limit(name: str) -> None:
    assert (oracle.distances(example(name)) == example(name).max_dist).sum() > 100


def test_a_fused_distance_would_be_noticed() -> None:
    """On the circle, one rounding less changes which points match, so no rung gets by with it."""
    one = example("on the circle of the limit")
    fused = [
        (k, 1)
        for k, (x, y) in enumerate(np.array(one.points).tolist())
        if math.sqrt(Fraction(x) ** 2 + Fraction(y * y)) < one.max_dist
    ]
    assert 0 < len(fused) < len(one.points)
    with pytest.raises(oracle.WrongAnswer):
        oracle.check(one, fused)


def test_corpus_holds_points_without_and_with_many_candidates() -> None:
    candidates = [
        (oracle.distances(one) < one.max_dist).sum(axis=1) for one in map(example, corpus.BY_NAME)
    ]
    assert sum((each == 0).any() for each in candidates) > 10
    assert sum((each > 1).any() for each in candidates) > 30


def test_article_example_is_the_one_of_the_product() -> None:
    polygons, points = poly_match.generate_example()
    ours = article()
    assert np.array_equal(points, ours.points)
    for polygon, (x, y) in zip(polygons, ours.shapes, strict=True):
        assert np.array_equal(polygon.x, x)
        assert np.array_equal(polygon.y, y)


def test_article_example_has_nothing_near_the_limit() -> None:
    """So its answer is the same under every BLAS kernel, and `measure` may use the default."""
    assert np.abs(oracle.distances(article()) - article().max_dist).min() > 1e-3


# The oracle says no.


def small() -> Example:
    """Four points: at the small square, between both, far from both, at the large one."""
    square = corpus.square
    shapes = [corpus.placed(square(2.0), 10.0, 0.0), corpus.placed(square(1.0), 0.0, 0.0)]
    points = [np.array(p) for p in ((0.0, 0.0), (5.0, 0.0), (50.0, 0.0), (12.0, 0.0))]
    return Example("small", shapes, points, 6.0)


def test_oracle_accepts_the_right_answer() -> None:
    assert oracle.check(small(), [(0, 1), (1, 1), (3, 0)]) == 3


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([(0, 1), (1, 1)], r"lost \[3\]"),
        ([(0, 1), (1, 1), (2, 0), (3, 0)], r"not to be matched \[2\]"),
        ([(0, 1), (1, 0), (3, 0)], "a near one has 4.0"),
        ([(0, 0), (1, 1), (3, 0)], "polygon 0 is not near point 0"),
        ([(1, 1), (0, 1), (3, 0)], "order"),
        ([(0, 1), (1, 1), (1, 1), (3, 0)], "4 points matched, 3 expected"),
        ([], "0 points matched"),
    ],
    ids=["dropped", "extra", "larger", "far", "order", "twice", "nothing"],
)
def test_oracle_catches(pairs: list[oracle.Pair], why: str) -> None:
    with pytest.raises(oracle.WrongAnswer, match=why):
        oracle.check(small(), pairs)


def test_oracle_limit_is_strict_and_exact() -> None:
    """Three and four make five: out at 5, in one step above."""
    at_limit = Example("345", [corpus.square(1.0)], [np.array([3.0, 4.0])], 5.0)
    assert oracle.check(at_limit, []) == 0
    with pytest.raises(oracle.WrongAnswer):
        oracle.check(at_limit, [(0, 0)])
    above = Example("345", at_limit.shapes, at_limit.points, float(np.nextafter(5.0, 6.0)))
    assert oracle.check(above, [(0, 0)]) == 1


def test_oracle_lets_a_tie_go_either_way_and_nothing_else() -> None:
    twice = [corpus.square(1.0), corpus.square(1.0), corpus.square(1.001)]
    tie = Example("tie", twice, [np.zeros(2)], 1.0)
    assert oracle.check(tie, [(0, 0)]) == oracle.check(tie, [(0, 1)]) == 1
    with pytest.raises(oracle.WrongAnswer):
        oracle.check(tie, [(0, 2)])


@pytest.mark.parametrize("wrong", ["point", "polygon"])
def test_oracle_wants_the_very_objects(wrong: str) -> None:
    polygons = small().polygons(baseline.Polygon)
    points = small().points
    point, polygon = points[0], polygons[1]
    assert oracle.positions(points, polygons, [(point, polygon)]) == [(0, 1)]
    answer = (
        (point.copy(), polygon)
        if wrong == "point"
        else (point, baseline.Polygon(*corpus.square(1.0)))
    )
    with pytest.raises(oracle.WrongAnswer, match="not one of"):
        oracle.positions(points, polygons, [answer])


def test_oracle_catches_the_known_full_vectorization() -> None:
    """`argmin` over masked areas gives polygon 0 to a point that has no candidate."""
    one = example("half of them far")
    close = oracle.distances(one) < one.max_dist
    areas = np.array([oracle.area(x, y) for x, y in one.shapes])
    unmasked = np.where(close, areas, np.inf).argmin(axis=1)
    with pytest.raises(oracle.WrongAnswer, match="not to be matched"):
        oracle.check(one, list(enumerate(unmasked.tolist())))
    polygons = one.polygons(numpy_fully.Polygon)
    matches = numpy_fully.main(polygons, one.points, one.max_dist)
    oracle.check(one, oracle.positions(one.points, polygons, matches))


def test_a_wrong_answer_is_never_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar:
        def answer(self, name: str) -> dict[str, object]:
            return {"digest": example(name).digest(), "pairs": [(0, 0)]}

        def time(self, *_: object) -> float:
            raise AssertionError("timed")

    monkeypatch.setattr(measure, "open_rung", lambda _: Liar())
    with pytest.raises(oracle.WrongAnswer):
        measure.measure(rounds=4)


# The Rust rungs' arithmetic.


def test_rust_centre_is_numpys_bit_for_bit() -> None:
    try:
        from ladder.rust import ladder_rs
    except ImportError:
        if IN_CI:
            raise
        pytest.skip("the Rust rungs are not built: run python -m ladder.build")
    random = np.random.RandomState(7)
    for n in [*range(1, 300), 1023, 1024, 1025, 5000]:
        x, y = random.uniform(-1e3, 1e3, (2, n))
        center = ladder_rs.polygon.Polygon(x, y).center
        assert center.tolist() == np.array([x, y]).mean(axis=1).tolist(), n


# What is committed says what was measured.


def result(name: str) -> report.Result:
    loaded: report.Result = json.loads((report.RESULTS / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ladder", report.ladder_text),
        ("observe", report.observed_text),
        *((f"flamegraph-{rung}", report.shares_text) for rung in FLAMEGRAPHS),
    ],
)
def test_readme_holds_the_results(name: str, text: Callable[[report.Result], str]) -> None:
    readme = report.README.read_text(encoding="utf-8")
    expected = f"<!-- {name}: begin -->\n{text(result(name))}\n<!-- {name}: end -->"
    assert expected in readme
    if name == "ladder":
        assert expected in report.FRONT_PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("rung", FLAMEGRAPHS)
def test_flamegraph_shows_what_its_result_says(rung: str) -> None:
    svg = (report.RESULTS / f"flamegraph-{rung}.svg").read_text(encoding="utf-8")
    boxes = flamegraph.frames(svg)
    assert flamegraph.total(boxes) == result(f"flamegraph-{rung}")["samples"] >= 500
    assert flamegraph.shares(rung, boxes) == result(f"flamegraph-{rung}")["shares"]
    assert flamegraph.has_native(boxes)


def test_results_name_every_rung_and_no_place() -> None:
    assert [row["name"] for row in result("ladder")["rungs"]] == list(BY_NAME)
    for path in report.RESULTS.iterdir():
        if path.suffix != ".png":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(home|root|tmp|work|Users)/|site-packages|\.cargo", text), path


def test_shares_count_nested_frames_once() -> None:
    box = flamegraph.Frame
    boxes = [box("all", 0, 10), box("a", 0, 4), box("a", 1, 2), box("b", 4, 1), box("a", 6, 1)]
    assert flamegraph.share(boxes, "^a$") == 50.0


def test_frames_are_made_legible() -> None:
    raw = (
        "<title>_$LT$T$u20$as$u20$core..clone..Clone$GT$::clone::h0123456789abcdef "
        "(/home/me/.cargo/registry/src/x-1/y/src/z.rs:1) (3 samples, 60.00%)</title>"
        '<rect x="0" y="1" width="2" height="15" fill="red" fg:x="0" fg:w="3"/>'
    )
    (frame,) = flamegraph.frames(flamegraph.tidy(raw, "t"))
    assert frame == flamegraph.Frame("<T as core::clone::Clone>::clone (z.rs:1)", 0, 3)


def test_a_missing_rung_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partial = result("ladder")
    row = partial["rungs"][5]
    partial["rungs"][5] = {key: row[key] for key in ("name", "title", "article_ms", "product")} | {
        "missing": "it is not there"
    }
    text = report.table(partial)
    assert re.search(r"\| PyPy[^|]*\|[^|]*\|[^|]*\| +not measured \|", text)
    assert text.endswith("was not measured: it is not there.")
    monkeypatch.setattr(chart, "RESULTS", tmp_path)
    chart.write(partial)
    assert "not measured" in (tmp_path / "ladder.svg").read_text(encoding="utf-8")
    assert (tmp_path / "ladder.png").stat().st_size > 10_000
