"""A join of points with polygons that are sent to cells of the plane, as both may be too many."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from poly_match_rs import _native
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the usual name
from pyspark.sql.types import ArrayType, LongType, StructField, StructType

from poly_match import _by, _coordinates
from poly_match._joined import needed, settled
from poly_match.spark._bounds import bounded
from poly_match.spark._by_file import added_columns
from poly_match.spark._columns import column, free_name, mapped, with_computed
from poly_match.spark._in_cells import (
    CELL,
    IS_POINT,
    POINT,
    POLYGON,
    CellOfPoint,
    CellsOfPolygon,
    Joining,
)
from poly_match.spark._sampling import cells
from poly_match.spark._types import check_are_sent, schema_of
from poly_match.tables._arrow import Batch, empty

if TYPE_CHECKING:
    from poly_match._joined import Wanted
    from poly_match._prepared import Rule
    from poly_match.spark._cells import Cells


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
    ours, theirs = (Batch(empty(schema_of(table.schema))) for table in (points, polygons))
    theirs.side = "polygons"
    shape = _coordinates.geometry_of_polygons(theirs, rule.polygon_geometry, "polygon_geometry")
    all_columns = [name for name in theirs.names if name != shape]
    kept = all_columns if wanted.columns is None else list(wanted.columns)
    sent = list(dict.fromkeys([shape, order, *kept, *_asked_for(rule, wanted)]))
    for name in sent:
        theirs.check_name(name)
    check_are_sent(polygons.schema, sent)
    for name in points.columns:
        ours.check_name(name)  # none comes twice
    check_are_sent(points.schema, points.columns)

    each = rule.max_dist if isinstance(rule.max_dist, str) else None
    wanted = settled(ours, replace(wanted, max_dist=each))
    joining = Joining(arguments, shape, wanted.by, kept, order, wanted, [])
    schema = pa.schema([theirs.data.schema.field(name) for name in sent])
    matcher = joining.built([], schema, None)
    needed(matcher, ours, wanted)  # for its errors
    joining = replace(joining, added=added_columns(matcher, ours, wanted))

    near, center = arguments["near"], arguments["center"]
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
            polygon_geometry=shape,
            center=center,
            on_invalid=arguments["on_invalid"],
        )
    names = _coordinates.columns_of_points(ours, wanted.x, wanted.y, wanted.geometry)
    where = CellsOfPolygon(partition, shape, near, max_dist, center, arguments["on_invalid"])
    kinds = {field.name: field for field in polygons.schema.fields}
    rows = _points_by_cell(
        points, CellOfPoint(partition, names, wanted), StructType([kinds[name] for name in sent])
    ).unionByName(_polygons_by_cell(polygons, where, sent, points.schema))
    rows = _divided(rows, partition.partitions)
    rows = rows.sortWithinPartitions(CELL, IS_POINT, column(POLYGON).getField(order))
    added = [StructField(one.name, one.kind) for one in joining.added]
    return mapped(rows, joining, StructType([*points.schema.fields, *added]))


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
    if not all(isinstance(word, str) for word in _words(rule)):
        raise TypeError(
            "by cells, best must be words, such as 'smallest' or 'max:COLUMN', got "
            f"{type(rule.best).__name__}"
        )
    if not isinstance(rule.center, str):
        raise TypeError(f"by cells, center must be a word, got {type(rule.center).__name__}")
    return order_by


def _asked_for(rule: Rule, wanted: Wanted) -> list[str]:
    # Return the columns of the polygons that the rule compares.
    keys = [name for _, name in _native.criteria(_words(rule)) if name is not None]
    return keys if wanted.by is None else [*keys, *_by.pairs(wanted.by)[1]]


def _words(rule: Rule) -> list[Any]:
    # Return the words of the rule; keys and callables as they are.
    best: Any = "smallest" if rule.best is None else rule.best
    return list(best) if isinstance(best, (list, tuple)) else [best]


def _points_by_cell(points: DataFrame, find: CellOfPoint, polygon: StructType) -> DataFrame:
    cell, inputs, sent = free_name(points.columns, CELL), list(find.names), points
    if find.cells.share_places:
        # Equal rows have equal numbers, whenever Spark computes them again.
        spread = free_name(points.columns, "spread")
        has_hash = [(name, not re.search("map<|variant", kind)) for name, kind in points.dtypes]
        plain = [name for name, it in has_hash if it]
        sent = points.withColumn(spread, F.xxhash64(*map(column, plain)))
        inputs.append(spread)
    found = with_computed(sent, cell, LongType(), find, inputs)
    return found.select(
        column(cell).alias(CELL),
        F.lit(True).alias(IS_POINT),
        F.lit(None).cast(polygon).alias(POLYGON),
        F.struct(*map(column, points.columns)).alias(POINT),
    )


def _polygons_by_cell(
    polygons: DataFrame, find: CellsOfPolygon, sent: list[str], point: StructType
) -> DataFrame:
    cells_of = free_name(polygons.columns, "cells")
    found = with_computed(polygons, cells_of, ArrayType(LongType()), find, [find.geometry])
    return found.select(
        F.explode(column(cells_of)).alias(CELL),
        F.lit(False).alias(IS_POINT),
        F.struct(*map(column, sent)).alias(POLYGON),
        F.lit(None).cast(point).alias(POINT),
    )


def _divided(rows: DataFrame, partitions: int) -> DataFrame:
    # Send each cell to its partition: the remainder of its number. Before Spark 4.1, to any one.
    if not hasattr(rows, "repartitionById"):
        return rows.repartition(partitions, CELL)
    return rows.repartitionById(partitions, F.pmod(CELL, F.lit(partitions)).cast("int"))
