"""The sides, end to end: from the caller's polygons and points to a position for each point.

All start from objects that are there: shapely's from the arrays of the GeoDataFrames, the databases
from WKB, which is made before. What they leave out leans to the peers: the areas are ranked before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bench.one_shot.inputs import Points, Source
from bench.rules import covers, nearest
from bench.workloads import Positions

Answer = Callable[[Points], Positions]
"""What is timed."""


@dataclass(frozen=True)
class Side:
    """One row of a table."""

    name: str
    title: str
    open: Callable[[Source], Answer]
    family: str = ""
    """Sides of one family are modes of the same thing; the best of them counts."""
    undo: Callable[[Source], None] | None = None
    """Undoes what a call leaves behind; not timed. Such a call is not repeated within a turn."""

    def close(self, source: Source) -> None:
        """Leave everything as it was before a call."""
        if self.undo is not None:
            self.undo(source)


COVERS = {"near": "covers", "best": "area"}
BOUNDARY = {"near": "boundary", "best": "nearest", "max_dist": np.inf}


def _ours(rule: dict[str, Any]) -> tuple[Side, ...]:
    import poly_match

    def frames(source: Source) -> Answer:
        match = partial(poly_match.match, workers=1, **rule)
        return lambda points: match(source.frame, points.frame).index

    def objects(source: Source) -> Answer:
        match, polygons = partial(poly_match.match, workers=1, **rule), source.objects
        return lambda points: match(polygons, points.array).index

    def arrays(source: Source) -> Answer:
        rings = source.arrays

        def answer(points: Points) -> Positions:
            matcher = poly_match.Matcher.from_rings(*rings, **rule)
            return matcher.match(points.array, workers=1).index

        return answer

    return (
        Side("frames", "poly_match, from GeoDataFrames", frames, "poly_match"),
        Side("objects", "poly_match, from Polygon objects", objects, "poly_match"),
        Side("arrays", "poly_match, from arrays", arrays, "poly_match"),
    )


def _strtree(source: Source) -> Answer:
    import shapely

    shapes, zones = source.zones.shapes, source.zones

    def answer(points: Points) -> Positions:
        owner, polygon = shapely.STRtree(shapes).query(points.shapes, predicate="covered_by")
        return covers.least(zones, len(points.array), owner, polygon)

    return answer


def _prepared(source: Source) -> Answer:
    import shapely

    shapes, zones = source.zones.shapes, source.zones

    def answer(points: Points) -> Positions:
        owner, polygon = shapely.STRtree(shapes).query(points.shapes)
        shapely.prepare(shapes)
        near = shapely.intersects_xy(shapes[polygon], *points.array[owner].T)
        return covers.least(zones, len(points.array), owner[near], polygon[near])

    return answer


def _unprepare(source: Source) -> None:
    import shapely

    shapely.destroy_prepared(source.zones.shapes)


def _sjoin(source: Source) -> Answer:
    import geopandas
    import pandas as pd

    def answer(points: Points) -> Positions:
        pairs = geopandas.sjoin(points.frame, source.frame, predicate="intersects")
        pairs = pairs.sort_values("rank", kind="stable")
        best = pairs[~pairs.index.duplicated()]["index_right"]
        found = pd.Series(-1, index=points.frame.index)
        found[best.index] = best
        return found.to_numpy()

    return answer


def _sjoin_nearest(source: Source) -> Answer:
    import geopandas
    import pandas as pd

    def answer(points: Points) -> Positions:
        pairs = geopandas.sjoin_nearest(points.frame, source.frame).sort_values("index_right")
        best = pairs[~pairs.index.duplicated()]["index_right"]
        found = pd.Series(-1, index=points.frame.index)
        found[best.index] = best
        return found.to_numpy()

    return answer


def _query_nearest(source: Source) -> Answer:
    import shapely

    shapes = source.zones.shapes

    def answer(points: Points) -> Positions:
        owner, polygon = shapely.STRtree(shapes).query_nearest(points.shapes)
        return nearest.first(len(points.array), len(shapes), owner, polygon)

    return answer


def _database(build: Callable[..., Any]) -> Callable[[Source], Answer]:
    def open_it(source: Source) -> Answer:
        tables = covers.tables(source.zones)
        return lambda points: build(source.zones, tables)(points.array)

    return open_it


def covering() -> tuple[Side, ...]:
    """Sides that find the smallest polygon that covers a point."""
    title = "shapely STRtree, {} + reduce"
    return (
        *_ours(COVERS),
        Side("shapely", title.format("predicate"), _strtree, "shapely"),
        Side("prepared", title.format("prepared polygons"), _prepared, "shapely", undo=_unprepare),
        Side("geopandas", "geopandas sjoin, duplicates dropped", _sjoin, undo=Source.renew),
        Side("duckdb", "DuckDB spatial, ST_Intersects + GROUP BY", _database(covers.duckdb)),
        Side("sedonadb", "SedonaDB, ST_Intersects + GROUP BY", _database(covers.sedonadb)),
    )


def nearing() -> tuple[Side, ...]:
    """Sides that find the nearest polygon."""
    return (
        *_ours(BOUNDARY),
        Side("shapely", "shapely STRtree, query_nearest + reduce", _query_nearest),
        Side(
            "geopandas",
            "geopandas sjoin_nearest, duplicates dropped",
            _sjoin_nearest,
            undo=Source.renew,
        ),
    )


def built_before(sides: Any) -> tuple[Side, ...]:  # noqa: ANN401
    """Take the sides of the other rules' page, which build once and get points as an array."""

    def opened(build: Any) -> Callable[[Source], Answer]:  # noqa: ANN401
        def open_it(source: Source) -> Answer:
            answer = build(source.zones)
            return lambda points: answer(points.array)

        return open_it

    return tuple(Side(side.name, side.title, opened(side.build), side.family) for side in sides)
