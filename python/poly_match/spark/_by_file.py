"""A join of points with polygons that every worker has, in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the usual name
from pyspark.sql.types import ArrayType, LongType

from poly_match._joined import matched, named, needed, settled
from poly_match._prepared import prepared
from poly_match._shipped import Shipped
from poly_match.spark import _files
from poly_match.spark._columns import numbered, with_computed, without_rows
from poly_match.spark._matching import Matching
from poly_match.spark._polygons import Polygons, check_order
from poly_match.spark._types import Added, check_are_sent, new_names, struct_of
from poly_match.tables._arrow import field_of

if TYPE_CHECKING:
    from poly_match._joined import Wanted
    from poly_match._matcher import Matcher
    from poly_match._prepared import Rule
    from poly_match.tables._arrow import Batch

MATCHES = "matches"
POSITION = Added("position", LongType(), pa.int64())


def joined(
    points: DataFrame,
    polygons: Any,  # noqa: ANN401 - a table of any library, a matcher, or the path of one
    rule: Rule,
    wanted: Wanted,
    order_by: str | None,
    allow_pickle: bool,
) -> DataFrame:
    # Return the points with columns of their matches.
    polygons = _collected(polygons, rule, wanted, order_by)
    ready = prepared(polygons, rule, wanted.by, wanted.columns, allow_pickle)
    table = without_rows(points, "points")
    wanted = settled(table, replace(wanted, max_dist=ready.max_dist))
    names = needed(ready.matcher, table, wanted)
    check_are_sent(points.schema, names)
    added = added_columns(ready.matcher, table, wanted)
    # A worker returns the rows that matched, with their position, and Spark adds the others.
    asked = replace(wanted, how="inner", position_col=wanted.position_col or "position")
    at = 0 if wanted.k is None else 1  # after the rank
    is_hidden = wanted.position_col is None
    sent = [*added[:at], POSITION, *added[at:]] if is_hidden else added
    shipped = Shipped.of(ready.matcher, ready.may_unpickle)
    _files.send(points.sparkSession, shipped)

    # Spark copies a function into filters of its values, and runs it twice. It does not look into a
    # list that is exploded with nulls.
    plain, numbers = numbered(points)
    new = new_names(sent)
    matching, inputs = Matching(shipped, asked, names, sent), [numbers[name] for name in names]
    rows = with_computed(plain, MATCHES, ArrayType(struct_of(sent)), matching, inputs)
    rows = rows.select(*plain.columns, F.inline_outer(MATCHES))
    if wanted.how == "inner":
        rows = rows.where(F.col(new[at]).isNotNull())
    shown = [name for name in new if not (is_hidden and name == new[at])]
    names = [*points.columns, *(one.name for one in added)]
    return rows.select(*plain.columns, *shown).toDF(*names)


def _collected(
    polygons: Any,  # noqa: ANN401 - of any library
    rule: Rule,
    wanted: Wanted,
    order_by: str | None,
) -> Any:  # noqa: ANN401
    # Return polygons that are in a DataFrame of Spark as a table of this process.
    if not isinstance(polygons, DataFrame):
        if order_by is not None:
            got = type(polygons).__name__
            raise TypeError(f"order_by is for polygons in a DataFrame of Spark, got {got}")
        return polygons
    names = Polygons.of(polygons, rule, wanted, order_by).schema.names
    chosen, numbers = numbered(polygons, names)
    if order_by is None:
        return chosen.toArrow().rename_columns(names)
    table = chosen.orderBy(numbers[order_by]).toArrow().rename_columns(names)
    check_order(table.column(order_by), order_by)
    return table


def added_columns(matcher: Matcher[Any], points: Batch, wanted: Wanted) -> list[Added]:
    # Return the columns that a join adds, found with no points. Spark ignores the case of names.
    _, columns = matched(matcher, points, wanted)
    new = named(points.names, columns, lambda name: str(name).lower())
    return [Added.of(field_of(name, values)[0]) for name, values in new.items()]
