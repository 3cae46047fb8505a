"""Search bounds: where a point must be to match a polygon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from poly_match_rs import _native
from pyspark.sql import functions as F  # noqa: N812 - the usual name

from poly_match.spark._columns import numbered

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from poly_match._result import Floats
    from poly_match._rule import Center, Near, OnInvalid
    from poly_match.spark._cells import Declared
    from poly_match.tables._arrow import Arrow


def bounded(points: DataFrame, near: Near, max_dist: float | str | None) -> float | None:
    # Return how far a polygon reaches at most; None for a rule that does not measure.
    if near not in ("center", "boundary"):
        return None if max_dist is None or isinstance(max_dist, str) else max_dist
    if isinstance(max_dist, str):
        plain, numbers = numbered(points, [max_dist])
        distance = F.col(numbers[max_dist]).cast("double")
        known = F.when(~F.isnan(distance), distance)
        [[largest]] = plain.agg(F.max(known)).collect()
        max_dist = 0.0 if largest is None else float(largest)
    if max_dist is None or max_dist == float("inf"):
        raise ValueError(
            f"by cells, near={near!r} needs a finite max_dist: without one, a polygon may be the "
            "nearest of a point in any cell, and each cell would need them all. Without "
            "partition=, every worker has all polygons, and max_dist may be left out"
        )
    return max_dist


def boxes_of(
    polygons: Arrow,
    geometry: Any,  # noqa: ANN401 - the name of a column
    near: Near,
    max_dist: float | None,
    center: Center,
    on_invalid: OnInvalid,
) -> tuple[Floats, Declared]:
    # Return the search bounds of polygons, shape (M, 4), and the system that they declare.
    rule = _native.Rule(near, max_dist, False, ["first"], "index", False)
    skip = "skip" if on_invalid == "skip" else "raise"
    column = polygons.geometry(geometry)
    boxes = _native.reach(column, rule, center, skip)
    crs = column.crs()
    return boxes, None if np.isnan(boxes).all() else (None if crs is None else crs[0],)
