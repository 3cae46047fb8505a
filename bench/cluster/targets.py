"""What the figures should reach, as data; and the comparison with what was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import targets
from bench.cluster.kills import KILLS
from bench.targets import NotMeasuredError, Result, Target


def part(result: Result, name: str) -> Result:
    """Return a part of the result, unless it was left out, or made of tiny inputs."""
    if result["quick"] or name not in result:
        raise NotMeasuredError(name)
    return result[name]  # type: ignore[no-any-return]


def over(name: str, side: str, base: str) -> Callable[[Result], float]:
    """Read off the time of a side over that of another, in one part."""

    def figure(result: Result) -> float:
        seconds = {row["side"]: row["seconds"] for row in part(result, name)["rows"]}
        return seconds[side] / seconds[base]  # type: ignore[no-any-return]

    return figure


def most_loads(result: Result) -> float:
    """Read off the most loads of a process."""
    return max(max(row["loads"]) for row in _pages(result))  # type: ignore[no-any-return]


def copies(result: Result) -> float:
    """Read off the copies of a matcher in memory, where there are most."""
    return max(map(shared, _pages(result)))


def _pages(result: Result) -> list[Result]:
    rows: list[Result] = part(result, "pages")["rows"]
    for row in rows:
        if "failed" in row:
            raise NotMeasuredError(f"{row['title']}: {row['failed']}")
    return rows


def shared(row: Result) -> float:
    """Return the copies of a file that its processes hold together."""
    memory = row["memory"]
    return sum(one["Pss"] for one in memory) / max(one["Size"] for one in memory)  # type: ignore[no-any-return]


def right(result: Result) -> float:
    """Read off the jobs that ended with the right checksum."""
    return part(result, "kills")["right"]  # type: ignore[no-any-return]


TARGETS = (
    Target(
        "Spark, the position: of an arrow_udf that returns x and y",
        1.15,
        over("adapter", "position", "identity"),
        at_most=True,
    ),
    Target("loads of a matcher, of a process", 1.0, most_loads, at_most=True, unit=""),
    Target("copies of a matcher in memory", 1.1, copies, at_most=True, unit=""),
    Target("90% in one small place: of uniform", 2.0, over("skew", "place", "uniform"), True),
    Target("90% at one position: of uniform", 2.0, over("skew", "position", "uniform"), True),
    Target("jobs that ended rightly after a SIGKILL", KILLS, right, unit=f" of {KILLS}"),
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)
