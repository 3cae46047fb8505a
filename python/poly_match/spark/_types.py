"""Types of Spark and of Arrow."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_type, to_arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql.types import DataType, StructType

# What a column is in Arrow if Spark cannot send it to Python.
UNKNOWN = pa.null()

# Integers without a sign, and what Spark has for them.
_SIGNED: dict[pa.DataType, pa.DataType] = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20),
}


class Added(NamedTuple):
    """A column that a join adds.

    Attributes
    ----------
    name : str
        Its name.
    kind : pyspark.sql.types.DataType
        Its type in Spark.
    arrow : pyarrow.DataType
        Its type when it is sent to Spark.
    """

    name: str
    kind: DataType
    arrow: pa.DataType

    @classmethod
    def of(cls, field: pa.Field[Any]) -> Added:
        # Read a column of a table, which may have types that Spark lacks.
        arrow = _plain(field.type)
        try:
            return cls(field.name, from_arrow_type(arrow), arrow)
        except TypeError:
            raise TypeError(
                f"column {field.name!r} of polygons holds {field.type}, which Spark does not have: "
                "convert it, or leave it out with columns="
            ) from None


def schema_of(table: StructType) -> pa.Schema:
    # Return the columns of a DataFrame as Spark sends them to Python.
    return pa.schema([pa.field(field.name, _sent(field.dataType)) for field in table.fields])


def check_are_sent(table: StructType, names: Iterable[str]) -> None:
    # Refuse columns that Spark cannot send to Python.
    for field in table.fields:
        if field.name not in names:
            continue
        kind = field.dataType.simpleString()
        if kind.startswith(("geometry", "geography")):
            raise TypeError(
                f"column {field.name!r} holds Spark's type {kind}: give its well-known binary, "
                f"st_asbinary({field.name})"
            )
        if _sent(field.dataType) == UNKNOWN and kind != "void":
            raise TypeError(
                f"column {field.name!r} holds {kind}, which Spark cannot send to Python"
            )


def _sent(kind: DataType) -> pa.DataType:
    # Spark 4.0 has no `timezone`, and later ones need it.
    options: dict[str, Any] = {}
    if "timezone" in signature(to_arrow_type).parameters:
        options["timezone"] = "UTC"
    try:
        return to_arrow_type(kind, **options)
    except TypeError:
        return UNKNOWN


def _plain(kind: pa.DataType) -> pa.DataType:
    types = pa.types
    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if kind in _SIGNED:
        return _SIGNED[kind]
    if types.is_float16(kind):
        return pa.float32()
    if types.is_timestamp(kind):
        return pa.timestamp("us", None if kind.tz is None else "UTC")
    if types.is_date64(kind):
        return pa.date32()
    if types.is_duration(kind):
        return pa.duration("us")
    if types.is_time(kind):
        return pa.time64("ns")
    if str(kind) in ("string_view", "large_string"):
        return pa.string()
    return pa.binary() if str(kind) in ("binary_view", "large_binary") else kind
