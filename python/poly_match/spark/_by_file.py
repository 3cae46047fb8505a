"""A join of points with polygons that every worker has, in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the usual name
from pyspark.sql.types import ArrayType, StructField, StructType

from poly_match import _coordinates
from poly_match._joined import found, named, needed, settled
from poly_match._prepared import prepared
from poly_match._shipped import Shipped
from poly_match.spark import _files
from poly_match.spark._columns import column, free_name, with_computed
from poly_match.spark._matching import Matching
from poly_match.spark._types import Added, check_are_sent, schema_of
from poly_match.tables._arrow import Batch, empty, field_of

if TYPE_CHECKING:
    from poly_match._joined import Wanted
    from poly_match._matcher import Matcher
    from poly_match._prepared import Rule


def joined(
    points: DataFrame,
    polygons: Any,  # noqa: ANN401 - a table of any library, a matcher, or the path of one
    rule: Rule,
    wanted: Wanted,
    order_by: str | None,
    allow_pickle: bool,
) -> DataFrame:
    # Return the points with columns of their matches.
    polygons = collected(polygons, order_by)
    ready = prepared(polygons, rule, wanted.by, wanted.columns, allow_pickle)
    table = Batch(empty(schema_of(points.schema)))
    wanted = settled(table, replace(wanted, max_dist=ready.max_dist))
    names = needed(ready.matcher, table, wanted)
    check_are_sent(points.schema, names)
    added = added_columns(ready.matcher, table, wanted)
    if not added:  # a struct needs a field
        wanted = replace(wanted, position_col="position")
    # A worker returns the rows of the k best that matched, and Spark adds those that did not.
    asked = replace(wanted, how="left" if wanted.k is None else "inner")
    sent = added or added_columns(ready.matcher, table, wanted)
    shipped = Shipped.of(ready.matcher, ready.may_unpickle)
    _files.send(points.sparkSession, shipped)

    fields = [StructField(one.name, one.kind) for one in sent]
    kind = StructType(fields) if wanted.k is None else ArrayType(StructType(fields))
    match = free_name([*points.columns, *(one.name for one in added)], "match")
    matched = with_computed(points, match, kind, Matching(shipped, asked, names, sent), names)
    if wanted.k is not None:
        rows = F.inline if wanted.how == "inner" else F.inline_outer
        return matched.select("*", rows(column(match))).drop(match)
    if wanted.how == "inner":
        matched = matched.where(column(match).isNotNull())
    new = [column(match).getField(one.name).alias(one.name) for one in added]
    return matched.select("*", *new).drop(match)


def collected(polygons: Any, order_by: str | None) -> Any:  # noqa: ANN401 - of any library
    # Return polygons that are in a DataFrame of Spark as a table of this process.
    if isinstance(polygons, DataFrame):
        ordered = polygons if order_by is None else polygons.orderBy(column(order_by))
        return ordered.toArrow()
    if order_by is not None:
        got = type(polygons).__name__
        raise TypeError(f"order_by is for polygons in a DataFrame of Spark, got {got}")
    return polygons


def added_columns(matcher: Matcher[Any], points: Batch, wanted: Wanted) -> list[Added]:
    # Return the columns that a join adds, found with no points. Spark ignores the case of names.
    coordinates = _coordinates.of_points(points, wanted.x, wanted.y, wanted.geometry)
    _, columns = found(matcher, points, coordinates, wanted)
    new = named(points.names, columns, lambda name: str(name).lower())
    return [Added.of(field_of(name, values)[0]) for name, values in new.items()]
