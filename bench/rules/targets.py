"""What the figures should reach, as data; and the comparison with what was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import targets
from bench.targets import NotMeasuredError, Result, Target


def best(question: Result, family: str) -> Result:
    """Row of the fastest side of a family."""
    rows = [row for row in question["rows"] if row["family"] == family and "ns" in row]
    if not rows:
        raise NotMeasuredError(f"{family} at {question['name']}")
    return min(rows, key=lambda row: row["ns"])


def _whole(result: Result) -> Result:
    """Refuse the figures of tiny inputs."""
    if result["quick"]:
        raise NotMeasuredError("tiny inputs")
    return result


def against(name: str, family: str) -> Callable[[Result], float]:
    """Read off how many times faster we are than the best side of a family."""

    def figure(result: Result) -> float:
        for question in _whole(result)["questions"]:
            if question["name"] == name:
                ours = best(question, "poly_match")["ns"]
                return best(question, family)["ns"] / ours  # type: ignore[no-any-return]
        raise NotMeasuredError(name)

    return figure


def line(kind: str, at: int) -> Callable[[Result], float]:
    """Read off the ratio of a line of the tables beside the questions."""

    def figure(result: Result) -> float:
        if len(_whole(result)[kind]) <= at:
            raise NotMeasuredError(kind)
        return result[kind][at]["times"]  # type: ignore[no-any-return]

    return figure


_COVERS = (("shapely", 20.0), ("geopandas", 20.0), ("sedonadb", 10.0), ("duckdb", 10.0))

TARGETS: tuple[Target, ...] = (
    *(
        Target(f"covers × smallest area, counties: {name}", n, against("covers-counties", name))
        for name, n in _COVERS
    ),
    Target("boundary × nearest, counties: shapely", 20.0, against("boundary-counties", "shapely")),
    Target("centre × nearest: kiddo", 1.0, against("nearest-centers", "kiddo")),
    Target("centre × nearest: scipy", 1.0, against("nearest-centers", "scipy")),
    Target("a callable beyond its calls, 3 candidates", 3.0, line("asked", 0), at_most=True),
    Target("a callable beyond its calls, 31 candidates", 3.0, line("asked", 1), at_most=True),
    Target("building over loading, 1M polygons, centre × area", 100.0, line("carried", 1)),
    Target("building over loading, 1M polygons, covers × area", 100.0, line("carried", 2)),
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)
