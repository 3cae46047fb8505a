"""A join of points with polygons that are sent to cells of the plane, as both may be too many."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the usual name
from pyspark.sql.types import ArrayType, LongType, StructType

from poly_match import _coordinates
from poly_match._joined import needed, settled
from poly_match.spark._bounds import bounded
from poly_match.spark._by_file import added_columns
from poly_match.spark._columns import mapped, numbered, with_computed, without_rows
from poly_match.spark._in_cells import (
    CELL,
    IS_POINT,
    POINT,
    POLYGON,
    CellOfPoint,
    CellsOfPolygon,
    Joining,
)
from poly_match.spark._polygons import Polygons, words
from poly_match.spark._sampling import cells
from poly_match.spark._types import check_are_sent, struct_of

if TYPE_CHECKING:
    from poly_match._joined import Wanted
    from poly_match._prepared import Rule
    from poly_match.spark._cells import Cells


CELLS = "cells"
SPREAD = "spread"


def joined(
    points: DataFrame,
    polygons: Any,  # noqa: ANN401 - it is checked here
    rule: Rule,
    wanted: Wanted,
    order_by: str | None,
    partition: Cells | None,
) -> DataFrame:
    # Return the points with columns of their matches. Without cells, they are made.
    arguments = rule.arguments()
    order = _checked(polygons, rule, wanted, order_by)
    theirs = Polygons.of(polygons, rule, wanted, order)
    ours = without_rows(points, "points")
    for name in points.columns:
        ours.check_name(name)  # none comes twice
    check_are_sent(points.schema, points.columns)

    each = rule.max_dist if isinstance(rule.max_dist, str) else None
    wanted = settled(ours, replace(wanted, max_dist=each))
    joining = Joining(arguments, theirs, order, wanted, points.columns, [])
    matcher = joining.built([], None)
    needed(matcher, ours, wanted)  # for its errors
    joining = replace(joining, added=added_columns(matcher, ours, wanted))

    near, center, on_invalid = (arguments[name] for name in ("near", "center", "on_invalid"))
    max_dist = bounded(points, near, rule.max_dist)
    if partition is None:
        partition = cells(
            points,
            polygons,
            near=near,
            max_dist=max_dist,
            x=wanted.x,
            y=wanted.y,
            geometry=wanted.geometry,
            polygon_geometry=theirs.geometry,
            center=center,
            on_invalid=on_invalid,
        )
    places = _coordinates.columns_of_points(ours, wanted.x, wanted.y, wanted.geometry)
    of_point = CellOfPoint(partition, list(dict.fromkeys(places)), wanted)
    of_polygon = CellsOfPolygon(partition, theirs.geometry, near, max_dist, center, on_invalid)
    plain, point_numbers = numbered(points)
    chosen, numbers = numbered(polygons, theirs.schema.names)
    rows = _points_by_cell(
        plain, of_point, [point_numbers[name] for name in of_point.names], chosen
    )
    others = _polygons_by_cell(chosen, of_polygon, numbers[theirs.geometry], plain)
    rows = _divided(rows.unionByName(others), partition.partitions)
    rows = rows.sortWithinPartitions(CELL, IS_POINT, F.col(POLYGON).getField(numbers[order]))
    schema = StructType([*plain.schema.fields, *struct_of(joining.added).fields])
    names = [*points.columns, *(one.name for one in joining.added)]
    return mapped(rows, joining, schema).toDF(*names)


def _checked(polygons: Any, rule: Rule, wanted: Wanted, order_by: str | None) -> str:  # noqa: ANN401
    # Refuse what needs all polygons in one place. Return the column that orders them.
    if not isinstance(polygons, DataFrame):
        got = type(polygons).__name__
        raise TypeError(f"by cells, polygons must be a DataFrame of Spark, got {got}")
    if order_by is None:
        raise TypeError(
            "by cells, order_by is missing: name a column of the polygons whose values are all "
            "different; it decides between equally good candidates"
        )
    for name in ("position_col", "label_col"):
        if getattr(wanted, name) is not None:
            raise ValueError(
                f"by cells, polygons have no positions, so leave out {name}, and take "
                f"columns=[{order_by!r}] instead"
            )
    if not all(isinstance(word, str) for word in words(rule)):
        raise TypeError(
            "by cells, best must be words, such as 'smallest' or 'max:COLUMN', got "
            f"{type(rule.best).__name__}"
        )
    if not isinstance(rule.center, str):
        raise TypeError(f"by cells, center must be a word, got {type(rule.center).__name__}")
    return order_by


def _points_by_cell(
    points: DataFrame, find: CellOfPoint, places: list[str], polygons: DataFrame
) -> DataFrame:
    # Return the points with their cells, in the columns that polygons have, too.
    inputs, sent = places, points
    if find.cells.share_places:
        # Equal rows have equal numbers, whenever Spark computes them again.
        has_hash = [(name, not re.search("map<|variant", kind)) for name, kind in sent.dtypes]
        sent = sent.withColumn(SPREAD, F.xxhash64(*(name for name, it in has_hash if it)))
        inputs = [*places, SPREAD]
    return with_computed(sent, CELL, LongType(), find, inputs).select(
        CELL,
        F.lit(True).alias(IS_POINT),
        F.lit(None).cast(polygons.schema).alias(POLYGON),
        F.struct(*points.columns).alias(POINT),
    )


def _polygons_by_cell(
    polygons: DataFrame, find: CellsOfPolygon, geometry: str, points: DataFrame
) -> DataFrame:
    # Return the polygons, once for each of their cells, in the columns that points have, too.
    found = with_computed(polygons, CELLS, ArrayType(LongType()), find, [geometry])
    # With an outer explode, cells are computed once; see `_by_file`.
    rows = found.select("*", F.explode_outer(CELLS).alias(CELL)).where(F.col(CELL).isNotNull())
    return rows.select(
        CELL,
        F.lit(False).alias(IS_POINT),
        F.struct(*polygons.columns).alias(POLYGON),
        F.lit(None).cast(points.schema).alias(POINT),
    )


def _divided(rows: DataFrame, partitions: int) -> DataFrame:
    # Send each cell to its partition: the remainder of its number. Before Spark 4.1, to any one.
    if not hasattr(rows, "repartitionById"):
        return rows.repartition(partitions, CELL)
    return rows.repartitionById(partitions, F.pmod(CELL, F.lit(partitions)).cast("int"))
