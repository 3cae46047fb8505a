"""Which polygon covers a point: of those that do, the one of the smallest area."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from bench import engines
from bench.rules.inputs import Zones
from bench.rules.sides import Answer, Side
from bench.workloads import Floats, Positions


def ours(zones: Zones) -> Answer:
    """Build from the geometries themselves."""
    from poly_match import Matcher

    matcher = Matcher(zones.shapes, near="covers", best="area")
    matcher.prepare()
    return lambda points: matcher.match(points, workers=1).index


def least(zones: Zones, points: int, owner: Any, polygon: Any) -> Positions:  # noqa: ANN401
    """Reduce pairs to the polygon of the least rank of every point."""
    ranks = np.full(points, len(zones.rank), dtype=np.int64)
    np.minimum.at(ranks, owner, zones.rank[polygon])
    by_rank = np.append(np.argsort(zones.rank), -1)
    return by_rank[ranks]


def strtree(zones: Zones) -> Answer:
    """Take `STRtree.query` with a predicate; it prepares the points, which are the ones asked."""
    import shapely

    tree = shapely.STRtree(zones.shapes)

    def answer(points: Floats) -> Positions:
        owner, polygon = tree.query(shapely.points(points), predicate="covered_by")
        return least(zones, len(points), owner, polygon)

    return answer


def prepared(zones: Zones) -> Answer:
    """Take `STRtree.query` for the boxes, then ask the prepared polygons."""
    import shapely

    tree = shapely.STRtree(zones.shapes)
    shapely.prepare(zones.shapes)

    def answer(points: Floats) -> Positions:
        owner, polygon = tree.query(shapely.points(points))
        near = shapely.intersects_xy(zones.shapes[polygon], points[owner, 0], points[owner, 1])
        return least(zones, len(points), owner[near], polygon[near])

    return answer


def sjoin(zones: Zones) -> Answer:
    """Take `geopandas.sjoin`, then the least of every group."""
    import geopandas

    frame = geopandas.GeoDataFrame({"rank": zones.rank}, geometry=zones.shapes)
    assert frame.sindex is not None  # built here, kept with the frame
    by_rank = np.argsort(zones.rank)

    def answer(points: Floats) -> Positions:
        left = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T))
        pairs = geopandas.sjoin(left, frame, predicate="intersects")
        best = pairs["rank"].groupby(level=0).min()
        index = np.full(len(points), -1, dtype=np.int64)
        index[best.index.to_numpy()] = by_rank[best.to_numpy()]
        return index

    return answer


Tables = tuple[Any, Callable[[Floats], Any]]
"""The polygons by rank, and a function that makes the points."""


def tables(zones: Zones) -> Tables:
    """Make the tables of the databases, the polygons in WKB."""
    import pyarrow
    import shapely

    order = np.argsort(zones.rank)
    polygons = pyarrow.table({"i": np.arange(len(order)), "g": shapely.to_wkb(zones.shapes[order])})

    def points(where: Floats) -> Any:  # noqa: ANN401
        columns = {"i": np.arange(len(where)), "x": where[:, 0].copy(), "y": where[:, 1].copy()}
        return pyarrow.table(columns)

    return polygons, points


_SQL = (
    "SELECT p.i AS at, min(z.i) AS best FROM (SELECT i, ST_Point(x, y) AS g FROM points) AS p "
    "JOIN zones AS z ON ST_Intersects(z.g, p.g) GROUP BY p.i"
)


def _index(zones: Zones, points: int, at: Any, best: Any) -> Positions:  # noqa: ANN401
    index = np.full(points, -1, dtype=np.int64)
    index[np.asarray(at)] = np.argsort(zones.rank)[np.asarray(best)]
    return index


@cache
def connect() -> Any:  # noqa: ANN401
    """Connect to DuckDB once, on one thread."""
    return engines.duckdb(threads=1)


def duckdb(zones: Zones, made: Tables | None = None) -> Answer:
    """Join in DuckDB; its spatial join builds its index in every query."""
    connection = connect().cursor()
    polygons, table = made or tables(zones)
    connection.register("polygons", polygons)
    create = "CREATE OR REPLACE TEMP TABLE zones AS SELECT i, ST_GeomFromWKB(g) AS g FROM polygons"
    connection.execute(create)

    def answer(points: Floats) -> Positions:
        connection.register("points", table(points))
        found = connection.execute(_SQL).fetchnumpy()
        return _index(zones, len(points), found["at"], found["best"])

    return answer


def sedonadb(zones: Zones, made: Tables | None = None) -> Answer:
    """Join in SedonaDB; its spatial join builds its index in every query."""
    context = engines.sedonadb(threads=1)
    polygons, table = made or tables(zones)
    context.create_data_frame(polygons).to_view("polygons")
    loaded = context.sql("SELECT i, ST_GeomFromWKB(g) AS g FROM polygons").to_memtable()
    loaded.to_view("zones")

    def answer(points: Floats) -> Positions:
        context.create_data_frame(table(points)).to_view("points", overwrite=True)
        found = context.sql(_SQL).to_arrow_table()
        return _index(zones, len(points), found["at"], found["best"])

    return answer


def excuse(zones: Zones) -> Any:  # noqa: ANN401
    """Excuse a point that is on a boundary, as far as doubles tell."""
    import shapely

    outlines = shapely.boundary(zones.shapes)

    def on_boundary(points: Floats, found: Positions, expected: Positions) -> Any:  # noqa: ANN401
        at = shapely.points(points)
        away = [
            np.where(index >= 0, shapely.distance(outlines[index], at), np.inf)
            for index in (found, expected)
        ]
        return np.minimum(*away) < 1e-12

    return on_boundary


SIDES = (
    Side("poly_match", "poly_match", ours),
    Side("shapely", "shapely STRtree, predicate + reduce", strtree, "shapely"),
    Side("shapely-prepared", "shapely STRtree, prepared polygons + reduce", prepared, "shapely"),
    Side("geopandas", "geopandas sjoin + groupby", sjoin),
    Side("duckdb", "DuckDB spatial, ST_Intersects + GROUP BY", duckdb),
    Side("sedonadb", "SedonaDB, ST_Intersects + GROUP BY", sedonadb),
)
