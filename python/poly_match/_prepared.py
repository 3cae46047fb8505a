"""What a cluster joins its points with: a matcher, a saved one, or a table and a rule."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from poly_match import _coordinates, tables
from poly_match._matcher import Matcher

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._by import By
    from poly_match._rule import Best, Center, Near, OnInvalid, Tie


class Rule(NamedTuple):
    """The arguments of `poly_match.join` that are about the rule, and about the polygons."""

    near: Near | None = None
    best: Best | None = None
    max_dist: float | str | None = None
    tie: Tie = "index"
    nulls_last: bool = False
    with_distances: bool = False
    inclusive: bool = False
    center: Center | npt.ArrayLike = "vertex_mean"
    planar: bool = False
    polygon_geometry: str | None = None
    on_invalid: OnInvalid = "raise"

    def arguments(self) -> dict[str, Any]:
        # Return the rule as `Matcher.from_table` takes it.
        if self.near is None:
            raise TypeError(
                "near is missing: a table of polygons needs a rule; only a matcher has one already"
            )
        return {
            "near": self.near,
            "best": "smallest" if self.best is None else self.best,
            # A point may have any distance, if each has its own.
            "max_dist": float("inf") if isinstance(self.max_dist, str) else self.max_dist,
            "tie": self.tie,
            "nulls_last": self.nulls_last,
            "with_distances": self.with_distances,
            "inclusive": self.inclusive,
            "center": self.center,
            "on_invalid": "skip" if self.on_invalid == "skip" else "raise",
            "planar": self.planar,
        }

    def check_is_not_given(self) -> None:
        # Refuse a rule beside a matcher, which has its own.
        others = Rule(max_dist=self.max_dist, on_invalid=self.on_invalid)
        pairs = zip(self._fields, self, others, strict=True)
        given = [
            name
            for name, value, default in pairs
            if value is not default and not (isinstance(value, str) and value == default)
        ]
        if given:
            raise TypeError(
                f"a matcher has its rule already: leave out {', '.join(given)}, or give the table "
                "of its polygons instead"
            )


class Prepared(NamedTuple):
    """A matcher, and what a join asks it for.

    Attributes
    ----------
    matcher : poly_match.Matcher
        With the columns of the polygons that the join returns.
    max_dist : float or str or None
        The distance that replaces the matcher's, or the points' column of distances.
    may_unpickle : bool
        Whether pickled parts of the saved matcher may be unpickled.
    """

    matcher: Matcher[Any]
    max_dist: float | str | None
    may_unpickle: bool


def prepared(
    polygons: Any,  # noqa: ANN401 - a table of any library, a matcher, or the path of one
    rule: Rule,
    by: By | None,
    columns: dict[Any, Any] | None,
    allow_pickle: bool,
) -> Prepared:
    # Build the matcher of a table, or load it. `columns` are those of the polygons to return.
    if isinstance(polygons, (str, os.PathLike)):
        rule.check_is_not_given()
        matcher: Matcher[Any] = Matcher.load(polygons, allow_pickle=allow_pickle)
        return Prepared(matcher, rule.max_dist, allow_pickle)
    if isinstance(polygons, Matcher):
        rule.check_is_not_given()
        return Prepared(polygons, rule.max_dist, True)
    arguments = rule.arguments()
    table = tables.in_memory(polygons, "polygons")
    name = _coordinates.geometry_of_polygons(table, rule.polygon_geometry, "polygon_geometry")
    kept = None if columns is None else list(columns)
    built = Matcher._of_table(table, name, by, kept, arguments)
    return Prepared(built, rule.max_dist if isinstance(rule.max_dist, str) else None, True)
