"""Adds a column to a DataFrame that Python computes from some of its columns."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql.pandas import functions as pandas_functions
from pyspark.sql.types import StructField, StructType

from poly_match.spark._types import numbered_names, schema_of
from poly_match.tables._arrow import Batch, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pyspark.sql import DataFrame
    from pyspark.sql.types import DataType

    # Takes a tuple of arrays for each batch, and returns an array for each.
    Compute = Callable[[Iterable[tuple[Any, ...]]], Iterator[Any]]


def numbered(
    table: DataFrame, names: Iterable[str] | None = None
) -> tuple[DataFrame, dict[str, str]]:
    # Return the table, or these columns of it, with numbers for names, and the new name of each
    # column. To Spark, dots in names mean something, and their case does not.
    every = numbered_names(len(table.columns))
    plain, numbers = table.toDF(*every), dict(zip(table.columns, every, strict=True))
    if names is None:
        return plain, numbers
    chosen = {name: numbers[name] for name in names}
    new = numbered_names(len(chosen))
    return plain.select(*chosen.values()).toDF(*new), dict(zip(chosen, new, strict=True))


def without_rows(table: DataFrame, side: str) -> Batch:
    # Return the columns of a DataFrame as a worker gets them, without rows.
    batch = Batch(empty(schema_of(table.schema)))
    batch.side = side
    return batch


def with_computed(
    table: DataFrame, name: str, kind: DataType, compute: Compute, inputs: Sequence[str]
) -> DataFrame:
    # Add a column. Only the inputs are sent to Python; by Spark 4.0, all columns.
    arrow_udf: Any = getattr(pandas_functions, "arrow_udf", None)
    if arrow_udf is None:
        schema = StructType([*table.schema.fields, StructField(name, kind)])
        return table.mapInArrow(_appended(name, compute, list(inputs)), schema)
    return table.withColumn(name, arrow_udf(_function(compute), kind)(*inputs))


def mapped(
    table: DataFrame,
    compute: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]],
    schema: StructType,
) -> DataFrame:
    # Return the rows of the batches that Python computes from batches of rows.
    return table.mapInArrow(lambda batches: compute(batches), schema)  # Spark takes functions alone


def _function(compute: Compute) -> Any:  # noqa: ANN401 - Spark's types are not right
    # Spark learns from the types what a function takes: an array, if there is one column.
    def computed(batches: Iterator[tuple[pa.Array, ...]]) -> Iterator[pa.Array]:  # type: ignore[type-arg]
        return compute(it if isinstance(it, tuple) else (it,) for it in batches)

    return computed


def _appended(name: str, compute: Compute, inputs: list[str]) -> Callable[..., Iterator[Any]]:
    def appended(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting: deque[pa.RecordBatch] = deque()

        def columns() -> Iterator[tuple[Any, ...]]:
            for batch in batches:
                waiting.append(batch)
                yield tuple(batch.column(one) for one in inputs)

        for array in compute(columns()):
            batch = waiting.popleft()
            names = [*batch.schema.names, name]
            yield pa.RecordBatch.from_arrays([*batch.columns, array], names=names)

    return appended
