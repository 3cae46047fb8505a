"""What a table costs beside the match itself: coordinates in, positions and distances out, texts.

All matchers are built before.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from poly_match import Matcher

from bench.reference import WrongAnswerError
from bench.rules import covers
from bench.rules.nearest import boundary_excuse
from bench.tables.inputs import TEXTS, Source
from bench.tables.sides import Call, Found, Question, Side, answer, positions
from bench.workloads import Floats, Positions

REACH = 0.5
"""How far a centre may be, in degrees."""

RULES: dict[str, dict[str, Any]] = {
    "center": {"near": "center", "best": "smallest", "max_dist": REACH},
    "boundary": {"near": "boundary", "best": "nearest"},
}


def _arrays(rule: dict[str, Any], source: Source) -> Call:
    matcher, points = Matcher(source.zones.shapes, **rule), source.zones.points
    return lambda: matcher.match(points)


def _joined(rule: dict[str, Any], points: str, source: Source) -> Call:
    matcher, table = Matcher.from_table(source.geo_zones, **rule), getattr(source, points)
    return lambda: matcher.join(table, columns=[], position_col="polygon")


def _result(_: Source, result: Any) -> Found:  # noqa: ANN401
    return Found(result.index, result.distance)


def _columns(_: Source, table: Any) -> Found:  # noqa: ANN401
    def numbers(name: str) -> Floats:
        column = table[name]
        to_numpy = getattr(column, "to_numpy", None)
        return np.asarray(to_numpy() if to_numpy else column, dtype=np.float64)

    position = numbers("polygon")
    index: Positions = np.where(np.isnan(position), -1, position).astype(np.int64)
    return Found(index, numbers("distance"))


def _sides(rule: dict[str, Any]) -> tuple[Side, ...]:
    tables = (("pyarrow", "arrow_points"), ("Polars", "polars_points"), ("pandas", "pandas_points"))
    return (
        Side("arrays", "Matcher.match, arrays", partial(_arrays, rule), _result),
        *(
            Side(title.lower(), f"Matcher.join, {title}", partial(_joined, rule, points), _columns)
            for title, points in tables
        ),
    )


def _same_center(source: Any) -> Any:  # noqa: ANN401, ARG001
    """Excuse nothing: all sides are poly_match."""
    return lambda points, found, expected: np.zeros(len(points), dtype=bool)  # noqa: ARG005


POSITIONS = tuple(
    Question(
        f"position-{near}",
        f"{near} × {rule['best']}, position and distance out of x and y",
        boundary_excuse if near == "boundary" else _same_center,
        _sides(rule),
    )
    for near, rule in RULES.items()
)

TEXT_NAMES = [f"text{i}" for i in range(TEXTS)]


def _with(columns: list[str], source: Source) -> Call:
    matcher = Matcher.from_table(source.arrow_zones, near="covers")
    return lambda: matcher.join(source.arrow_points, columns=columns)


def _take(source: Source) -> Call:
    import pyarrow

    index = Matcher(source.zones.shapes, near="covers").match(source.zones.points).index
    rows = pyarrow.array(index, mask=index < 0)
    zones = source.arrow_zones
    return lambda: pyarrow.table({name: zones[name].take(rows) for name in TEXT_NAMES})


def _texts(source: Source, table: Any) -> Found:  # noqa: ANN401
    first, *others = (positions(table[name], source.arrow_zones[name]) for name in TEXT_NAMES)
    if not all(np.array_equal(first, other) for other in others):
        raise WrongAnswerError("columns of different polygons in one row")
    return Found(first)


COLUMNS = Question(
    "texts",
    f"covers × smallest area, {TEXTS} columns of text",
    covers.excuse,
    (
        Side("name", "Matcher.join, pyarrow, only the name", partial(_with, ["name"]), answer),
        Side(
            "texts",
            f"the same, and {TEXTS} columns of text",
            partial(_with, ["name", *TEXT_NAMES]),
            _texts,
        ),
        Side("take", f"pyarrow's take alone, {TEXTS} columns of text", _take, _texts),
    ),
)
