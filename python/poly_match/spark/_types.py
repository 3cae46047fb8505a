"""Types of Spark and of Arrow."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_type, to_arrow_type
from pyspark.sql.types import StructField, StructType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyspark.sql.types import DataType

# What a column is in Arrow if Spark cannot send it to Python.
UNKNOWN = pa.null()

# Integers without a sign, and what Spark has for them.
_SIGNED: dict[pa.DataType, pa.DataType] = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20),
}


# Most digits of a decimal.
MOST_DIGITS = 38


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
        try:
            arrow = _plain(field.type)
            return cls(field.name, from_arrow_type(arrow, prefer_timestamp_ntz=True), arrow)
        except TypeError:
            raise TypeError(
                f"column {field.name!r} of polygons holds {field.type}, which Spark does not have: "
                "convert it, or leave it out with columns="
            ) from None


def numbered_names(count: int) -> list[str]:
    # Return what columns of a table are called where their own names may mean something to Spark.
    return [f"column_{number}" for number in range(count)]


def new_names(added: Sequence[Added]) -> list[str]:
    # Return what the columns are called until they get their names.
    return [f"new_{number}" for number in range(len(added))]


def struct_of(added: Sequence[Added]) -> StructType:
    # Return a struct of the columns.
    pairs = zip(new_names(added), added, strict=True)
    return StructType([StructField(name, one.kind) for name, one in pairs])


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
    if types.is_decimal(kind):
        if kind.precision > MOST_DIGITS:
            raise TypeError(f"{kind} has more than {MOST_DIGITS} digits")
        return pa.decimal128(kind.precision, kind.scale)
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
