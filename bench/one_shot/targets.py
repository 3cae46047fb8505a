"""What the figures should reach, as data; and the comparison with what was reached.

A ratio over several sizes is the worst of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bench import targets
from bench.targets import NotMeasuredError, Result, Target

MILLION = 1_000_000


def best(question: Result, side: str, size: str) -> float | None:
    """Milliseconds of a side, or of the fastest of a family; None if there are none."""
    cells = (
        row["sizes"].get(size, {})
        for row in question["rows"]
        if side in (row["side"], row["family"])
    )
    return min((cell["ms"] for cell in cells if "ms" in cell), default=None)


def _pairs(
    result: Result, name: str, mine: str, other: str, sizes: tuple[int, int]
) -> Iterator[tuple[float, float]]:
    """Milliseconds of both at every size in a range at which both were measured."""
    if result["quick"]:
        raise NotMeasuredError("tiny inputs")
    for question in result["questions"]:
        if question["name"] != f"{name}-end-to-end":
            continue
        for size in question["sizes"]:
            if sizes[0] <= size <= sizes[1]:
                ours, theirs = (best(question, side, str(size)) for side in (mine, other))
                if ours is not None and theirs is not None:
                    yield ours, theirs


def times(
    name: str, mine: str, other: str, sizes: tuple[int, int] = (1, MILLION)
) -> Callable[[Result], float]:
    """Read off how many times faster we are than the other, at least."""

    def figure(result: Result) -> float:
        ratios = [theirs / ours for ours, theirs in _pairs(result, name, mine, other, sizes)]
        if not ratios:
            raise NotMeasuredError(f"{other} at {name}")
        return min(ratios)

    return figure


def slower(name: str, mine: str, other: str, sizes: tuple[int, int]) -> Callable[[Result], float]:
    """Read off by how many milliseconds we are slower than the other, at most."""

    def figure(result: Result) -> float:
        more = [ours - theirs for ours, theirs in _pairs(result, name, mine, other, sizes)]
        if not more:
            raise NotMeasuredError(f"{other} at {name}")
        return max(more)

    return figure


def _covers(at: str) -> Iterator[Target]:
    name = f"covers-{at}"
    frames = f"covers, {at}, from GeoDataFrames:"
    yield Target(f"{frames} sjoin, every size", 1.0, times(name, "frames", "geopandas"))
    more = (10_000, MILLION)
    yield Target(f"{frames} sjoin, from 10k points", 2.0, times(name, "frames", "geopandas", more))
    all_of_it = (MILLION, MILLION)
    yield Target(f"{frames} sjoin, 1M points", 5.0, times(name, "frames", "geopandas", all_of_it))
    more = (1_000, MILLION)
    yield Target(f"{frames} STRtree, from 1k points", 1.0, times(name, "frames", "shapely", more))
    yield Target(
        f"{frames} STRtree, ms slower below",
        0.3,
        slower(name, "frames", "shapely", (1, 999)),
        at_most=True,
        unit=" ms",
    )
    for mine, title in (("objects", "Polygon objects"), ("arrays", "arrays")):
        what = f"covers, {at}, from {title}: STRtree, every size"
        yield Target(what, 2.0, times(name, mine, "shapely"))


def _boundary(at: str) -> Iterator[Target]:
    name = f"boundary-{at}"
    for mine, title in (
        ("frames", "GeoDataFrames"),
        ("objects", "Polygon objects"),
        ("arrays", "arrays"),
    ):
        for other, called in (("geopandas", "sjoin_nearest"), ("shapely", "query_nearest")):
            what = f"boundary, {at}, from {title}: {called}, every size"
            yield Target(what, 2.0, times(name, mine, other))


TARGETS: tuple[Target, ...] = (
    *(target for at in ("counties", "districts") for target in _covers(at)),
    *(target for at in ("counties", "districts") for target in _boundary(at)),
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)
