"""What a user writes to get a table of points back, with the name of each point's polygon.

The bodies are what is timed, and their lines are counted (`lines`). Each takes and returns tables
of its own library. Where a library returns every pair, the rest of the lines finds the one that the
rule wants: the smallest polygon, or the first of the nearest.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import poly_match

Table = Any
"""A table of any library."""


def join(points: Table, zones: Table) -> Table:
    """Join in one shot; the same for every library."""
    return poly_match.join(points, zones, near="covers", columns=["name"])


def prepare(zones: Table) -> poly_match.Matcher[Any]:
    """Build once, for many tables of points."""
    return poly_match.Matcher.from_table(zones, near="covers")


def join_prepared(points: Table, matcher: poly_match.Matcher[Any]) -> Table:
    """Join with a matcher that was built before."""
    return matcher.join(points, columns=["name"])


def sjoin(points: Table, zones: Table) -> Table:
    """Take GeoPandas' `sjoin` alone, which returns every pair."""
    return points.sjoin(zones, how="left", predicate="intersects")


def sjoin_smallest(points: Table, zones: Table) -> Table:
    """Take GeoPandas' `sjoin`, then drop all but the smallest polygon of each point."""
    zones = zones.assign(area=zones.area)
    pairs = points.sjoin(zones, how="left", predicate="intersects")
    pairs = pairs.sort_values("area", kind="stable")
    best = pairs[~pairs.index.duplicated()].sort_index()
    return best.drop(columns=["index_right", "area"])


def polars_st(points: Table, zones: Table) -> Table:
    """Take `sjoin` of polars-st, then drop all but the smallest polygon of each point."""
    import polars_st as st

    zones = zones.with_columns(area=st.geom("geometry").st.area())
    pairs = points.st.sjoin(zones, on="geometry", how="left", predicate="intersects")
    best = pairs.sort("area").unique("id", keep="first", maintain_order=True)
    return best.sort("id").drop("area", "geometry_right")


def duckdb(connection: Any) -> Table:  # noqa: ANN401
    """Join in SQL, with `arg_min` for the smallest polygon; the points come back in any order."""
    return connection.sql("""
        SELECT p.id, p.x, p.y, arg_min(z.name, z.area) AS name
        FROM (SELECT *, ST_Point(x, y) AS geometry FROM points) AS p
        LEFT JOIN (SELECT *, ST_Area(geometry) AS area FROM zones) AS z
        ON ST_Intersects(z.geometry, p.geometry)
        GROUP BY ALL
    """).to_arrow_table()


def join_nearest(points: Table, zones: Table) -> Table:
    """Join with the polygon of the nearest boundary, with its distance."""
    return poly_match.join(points, zones, near="boundary", best="nearest", columns=["name"])


def prepare_nearest(zones: Table) -> poly_match.Matcher[Any]:
    """Build once, for many tables of points."""
    return poly_match.Matcher.from_table(zones, near="boundary", best="nearest")


def sjoin_nearest(points: Table, zones: Table) -> Table:
    """Take GeoPandas' `sjoin_nearest`, then drop all but the first polygon of each point."""
    pairs = points.sjoin_nearest(zones, how="left", distance_col="distance")
    pairs = pairs.sort_values("index_right", kind="stable")
    return pairs[~pairs.index.duplicated()].sort_index().drop(columns="index_right")


def lines(function: Callable[..., Any]) -> int:
    """Count the lines of code in the body of a function."""
    source = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef)
    body = definition.body[1 if ast.get_docstring(definition) else 0 :]
    text = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text)
