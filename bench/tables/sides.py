"""The questions, and the sides that answer them: from a table to a table.

A side opens a source and returns what is timed. What came back is read as positions of polygons
after the clock stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bench.reference import WrongAnswerError
from bench.rules import covers, nearest
from bench.rules.sides import Excuse
from bench.tables import ways
from bench.tables.inputs import Source
from bench.workloads import Floats, Positions

Call = Callable[[], Any]
"""What is timed."""


@dataclass(frozen=True, eq=False)
class Found:
    """An answer: the position of each point's polygon, -1 for none, and its distance."""

    index: Positions
    distance: Floats | None = None


@dataclass(frozen=True)
class Side:
    """One row of a table."""

    name: str
    title: str
    open: Callable[[Source], Call]
    read: Callable[[Source, Any], Found]
    """Reads the answer from what came back."""
    code: tuple[Callable[..., Any], ...] = ()
    """The user's code, whose lines are counted."""


@dataclass(frozen=True)
class Question:
    """What is asked, and who answers; the first side is what the others are compared with."""

    name: str
    title: str
    excuse: Callable[[Any], Excuse]
    sides: tuple[Side, ...]


def answer(source: Source, table: Any) -> Found:  # noqa: ANN401
    """Read a table that has every point once, in order."""
    ids = np.asarray(table["id"])
    if not np.array_equal(ids, source.ids):
        raise WrongAnswerError(f"{len(ids)} rows for {len(source.ids)} points, or out of order")
    has_distance = "distance" in getattr(table, "column_names", table)
    distance = np.asarray(table["distance"], dtype=np.float64) if has_distance else None
    return Found(positions(table["name"], source.names), distance)


def _unordered(source: Source, table: Any) -> Found:  # noqa: ANN401
    return answer(source, table.sort_by("id"))


def _relation(source: Source, relation: Any) -> Found:  # noqa: ANN401
    return answer(source, relation.to_arrow_table())


def _pairs(source: Source, pairs: Any) -> Found:  # noqa: ANN401
    # Of every pair, the smallest polygon of each point.
    matched = pairs[pairs["name"].notna()]
    polygons = positions(matched["name"], source.names)
    owner = matched["id"].to_numpy()
    return Found(covers.least(source.zones, len(source.ids), owner, polygons))


def positions(column: Any, values: Any) -> Positions:  # noqa: ANN401
    """Find each text of a column among the values, which differ; -1 where it is missing."""
    import pyarrow
    import pyarrow.compute

    text = pyarrow.large_string()
    if hasattr(column, "to_arrow"):  # Polars
        column = column.to_arrow()
    elif not isinstance(column, pyarrow.Array | pyarrow.ChunkedArray):
        column = pyarrow.array(column, from_pandas=True)
    if not isinstance(values, pyarrow.ChunkedArray):
        values = pyarrow.array(values, text)
    found = pyarrow.compute.index_in(column.cast(text), value_set=values.cast(text))
    if found.null_count != column.null_count:
        raise WrongAnswerError("a text that no polygon has")
    return found.fill_null(-1).to_numpy().astype(np.int64)


def _renewed(way: Callable[..., Any]) -> Callable[[Source], Call]:
    """Let GeoPandas build the index of the zones in each call."""

    def opened(source: Source) -> Call:
        def call() -> Any:  # noqa: ANN401
            source.renew()
            return way(source.geo_points, source.geo_zones)

        return call

    return opened


def _joined(way: Callable[..., Any], points: str, zones: str) -> Callable[[Source], Call]:
    """Join two tables of a source."""
    return lambda source: partial(way, getattr(source, points), getattr(source, zones))


def _prepared(build: Callable[..., Any]) -> Callable[[Source], Call]:
    """Join with a matcher that is built before."""
    return lambda source: partial(ways.join_prepared, source.geo_points, build(source.geo_zones))


def _polars_st(source: Source) -> Call:
    import polars_st  # noqa: F401 - registers what it adds to a DataFrame

    return partial(ways.polars_st, source.polars_shapes, source.polars_zones)


def _from_duckdb(source: Source) -> Call:
    connection = source.connection

    def call() -> Any:  # noqa: ANN401
        return ways.join(connection.table("points"), connection.table("zones"))

    return call


_PREPARED = (ways.prepare, ways.join_prepared)

COVERS = Question(
    "covers",
    "covers × smallest area, one column of names",
    covers.excuse,
    (
        Side(
            "join",
            "poly_match.join, GeoPandas",
            _joined(ways.join, "geo_points", "geo_zones"),
            answer,
            (ways.join,),
        ),
        Side(
            "prepared",
            "Matcher.join, GeoPandas, prepared",
            _prepared(ways.prepare),
            answer,
            _PREPARED,
        ),
        Side(
            "pandas",
            "poly_match.join, pandas",
            _joined(ways.join, "pandas_points", "geo_zones"),
            answer,
            (ways.join,),
        ),
        Side(
            "polars",
            "poly_match.join, Polars",
            _joined(ways.join, "polars_points", "polars_zones"),
            answer,
            (ways.join,),
        ),
        Side(
            "pyarrow",
            "poly_match.join, pyarrow",
            _joined(ways.join, "arrow_points", "arrow_zones"),
            answer,
            (ways.join,),
        ),
        Side("relation", "poly_match.join, DuckDB", _from_duckdb, _relation, (ways.join,)),
        Side("sjoin", "geopandas sjoin, every pair", _renewed(ways.sjoin), _pairs),
        Side(
            "geopandas",
            "geopandas sjoin, duplicates dropped",
            _renewed(ways.sjoin_smallest),
            answer,
            (ways.sjoin_smallest,),
        ),
        Side(
            "polars-st",
            "polars-st sjoin, duplicates dropped",
            _polars_st,
            answer,
            (ways.polars_st,),
        ),
        Side(
            "duckdb",
            "DuckDB spatial, ST_Intersects + arg_min",
            lambda source: partial(ways.duckdb, source.connection),
            _unordered,
            (ways.duckdb,),
        ),
    ),
)

NEAREST = Question(
    "nearest",
    "boundary × nearest, one column of names and the distance",
    nearest.boundary_excuse,
    (
        Side(
            "join",
            "poly_match.join, GeoPandas",
            _joined(ways.join_nearest, "geo_points", "geo_zones"),
            answer,
            (ways.join_nearest,),
        ),
        Side(
            "prepared",
            "Matcher.join, GeoPandas, prepared",
            _prepared(ways.prepare_nearest),
            answer,
            (ways.prepare_nearest, ways.join_prepared),
        ),
        Side(
            "geopandas",
            "geopandas sjoin_nearest, duplicates dropped",
            _renewed(ways.sjoin_nearest),
            answer,
            (ways.sjoin_nearest,),
        ),
    ),
)
