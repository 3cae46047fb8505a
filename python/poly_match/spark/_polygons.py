"""The columns of a DataFrame of polygons that a join reads, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from poly_match_rs import _native

from poly_match import _by, _coordinates
from poly_match.spark._columns import without_rows
from poly_match.spark._types import check_are_sent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from poly_match._joined import Wanted
    from poly_match._prepared import Rule


class Polygons(NamedTuple):
    """The columns of polygons.

    Attributes
    ----------
    geometry : str
        The column of geometry.
    kept : list of str
        The columns that the join returns.
    schema : pyarrow.Schema
        All columns that it reads, as Spark sends them.
    """

    geometry: str
    kept: list[str]
    schema: pa.Schema

    @classmethod
    def of(cls, polygons: DataFrame, rule: Rule, wanted: Wanted, order_by: str | None) -> Polygons:
        # Find the columns of polygons, and check that they are there, and sent.
        table = without_rows(polygons, "polygons")
        shape = _coordinates.geometry_of_polygons(table, rule.polygon_geometry, "polygon_geometry")
        others = [name for name in table.names if name != shape]
        kept = others if wanted.columns is None else list(wanted.columns)
        names = [shape, *([] if order_by is None else [order_by]), *kept, *_asked_for(rule, wanted)]
        names = list(dict.fromkeys(names))
        for name in names:
            table.check_name(name)
        check_are_sent(polygons.schema, names)
        schema = pa.schema([table.data.schema.field(name) for name in names])
        if order_by is not None and pa.types.is_nested(schema.field(order_by).type):
            got = polygons.schema[order_by].dataType.simpleString()
            raise TypeError(f"order_by={order_by!r} must be a column of plain values, got {got}")
        return cls(shape, kept, schema)


def words(rule: Rule) -> list[Any]:
    # Return the words of the rule; keys and callables as they are.
    best: Any = "smallest" if rule.best is None else rule.best
    return list(best) if isinstance(best, (list, tuple)) else [best]


def check_order(values: Any, order_by: str) -> None:  # noqa: ANN401 - a column of Arrow
    # Refuse an order that leaves open which of two polygons comes first.
    if values.null_count:
        raise ValueError(f"order_by={order_by!r} must have no null, got one")
    if pc.count_distinct(values).as_py() < len(values):
        counts = pc.value_counts(values).to_pylist()
        twice = next(it["values"] for it in counts if it["counts"] > 1)
        raise ValueError(
            f"order_by={order_by!r} must have different values, got {twice!r} more than once"
        )


def _asked_for(rule: Rule, wanted: Wanted) -> list[str]:
    # Return the columns that the rule compares.
    texts = [word for word in words(rule) if isinstance(word, str)]
    keys = [name for _, name in _native.criteria(texts) if name is not None] if texts else []
    return keys if wanted.by is None else [*keys, *_by.pairs(wanted.by)[1]]
