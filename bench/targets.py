"""What the figures should reach, as data; and the comparison with what was reached.

Every target is a ratio within one run, or bytes. A target without its figures is "not measured".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Result = dict[str, Any]

SMALL = "uniform-1k-100k-31"
MIDDLE = "uniform-100k-1M-31"
MANY = "uniform-100k-1M-1000"
CROWDED = "uniform-100k-1M-30000"
LARGE = "uniform-1M-2M-3"
MAIN = (SMALL, MIDDLE, MANY, CROWDED, LARGE)
SHAPES = ("clustered-0.05", "clustered-0.01", "clustered-0.001", "collinear")


class NotMeasuredError(Exception):
    """A figure that a target needs is not in the result."""


@dataclass(frozen=True)
class Target:
    """One line of the table: what, how much at least (or at most), and how it is read off."""

    what: str
    wanted: float
    figure: Callable[[Result], float]
    at_most: bool = False
    unit: str = "×"


def _work(result: Result, name: str) -> Result:
    works: list[Result] = result["workloads"]
    for work in works:
        if work["name"] == name:
            return work
    raise NotMeasuredError(name)


def measured(work: Result, threads: str = "one") -> list[Result]:
    """Rows that have a time, on one thread or on all."""
    return [
        row
        for row in work["rows"]
        if "ns" in row and (row["threads"] == 1 if threads == "one" else row["threads"] > 1)
    ]


def best(work: Result, family: str, threads: str = "one") -> Result:
    """Row of the fastest mode of a family, or of the peer of that name."""
    rows = [row for row in measured(work, threads) if family in (row["family"], row["peer"])]
    if not rows:
        raise NotMeasuredError(f"{family} at {work['name']}")
    return min(rows, key=lambda row: row["ns"])


def against(name: str, family: str, mine: str = "poly_match") -> Callable[[Result], float]:
    """Read off how many times faster we are than the best mode of a family, one thread each."""

    def figure(result: Result) -> float:
        work = _work(result, name)
        return best(work, family)["ns"] / best(work, mine)["ns"]  # type: ignore[no-any-return]

    return figure


def cost(name: str, than: str) -> Callable[[Result], float]:
    """Read off the cost of a point in one workload over that in another."""

    def figure(result: Result) -> float:
        mine = [best(_work(result, work), "poly_match")["ns"] for work in (name, than)]
        return mine[0] / mine[1]  # type: ignore[no-any-return]

    return figure


def build(name: str) -> Callable[[Result], float]:
    """Read off kiddo's build, of the mode that answers fastest, over ours; one core each."""

    def figure(result: Result) -> float:
        work = _work(result, name)
        ours = best(work, "poly_match")["build_ms"]
        return best(work, "kiddo")["build_ms"] / ours  # type: ignore[no-any-return]

    return figure


def threads(name: str) -> Callable[[Result], float]:
    """Read off what all threads gain over one."""

    def figure(result: Result) -> float:
        work = _work(result, name)
        all_threads = best(work, "poly_match", "all")["ns"]
        return best(work, "poly_match")["ns"] / all_threads  # type: ignore[no-any-return]

    return figure


def example(rung: str) -> Callable[[Result], float]:
    """Read off how many times faster than the Python baseline a rung of the ladder is."""

    def figure(result: Result) -> float:
        if "example" not in result:
            raise NotMeasuredError("the article's example")
        return result["example"][rung]["times"]  # type: ignore[no-any-return]

    return figure


def beyond(result: Result) -> float:
    """Read off the megabytes beyond input and output."""
    if result["quick"] or "beyond_bytes" not in result.get("memory", {}):
        raise NotMeasuredError("memory")
    return result["memory"]["beyond_bytes"] / 1e6  # type: ignore[no-any-return]


_KIDDO = ((SMALL, 5.0), (MIDDLE, 8.0), (MANY, 25.0), (CROWDED, 60.0), (LARGE, 8.0))
_OTHERS = (
    ("scipy", 300.0),
    ("shapely", 300.0),
    ("duckdb", 300.0),
    ("sedonadb", 300.0),
    ("numba-grid", 12.0),
)

TARGETS: tuple[Target, ...] = (
    *(Target(f"{name}: kiddo's best mode", n, against(name, "kiddo")) for name, n in _KIDDO),
    *(Target(f"{MIDDLE}: {peer}", n, against(MIDDLE, peer)) for peer, n in _OTHERS),
    Target("30,000 candidates a point over 31", 1.2, cost(CROWDED, MIDDLE), at_most=True),
    *(Target(f"{name} over uniform", 3.0, cost(name, MIDDLE), at_most=True) for name in SHAPES),
    *(
        Target(
            f"{name}: one point at a time, kiddo's best", 1.0, against(name, "kiddo", "one-point")
        )
        for name in MAIN
    ),
    *(Target(f"{name}: build, kiddo's over ours", 1.0, build(name)) for name in MAIN),
    *(
        Target(f"{name}: all threads over one", 1.7, threads(name))
        for name in (MIDDLE, MANY, CROWDED, LARGE)
    ),
    Target("the article's example: one shot, over the baseline", 10_000.0, example("final")),
    Target("the same, prepared Matcher, its arrays", 25_000.0, example("final-match")),
    Target("the same, prepared Matcher, as pairs", 25_000.0, example("final-matcher")),
    Target("the same, area() in Python", 1_500.0, example("final-python-area")),
    Target("10M points × 1M polygons: memory beyond", 400.0, beyond, at_most=True, unit=" MB"),
)


def judge(result: Result, of: tuple[Target, ...] = TARGETS) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    lines = []
    for target in of:
        line: dict[str, Any] = {
            "what": target.what,
            "wanted": target.wanted,
            "at_most": target.at_most,
            "unit": target.unit,
        }
        try:
            got = target.figure(result)
        except NotMeasuredError as missing:
            line |= {"got": None, "verdict": "not measured", "missing": str(missing)}
        else:
            reached = got <= target.wanted if target.at_most else got >= target.wanted
            line |= {"got": got, "verdict": "pass" if reached else "falls short"}
        lines.append(line)
    return lines
