"""One number for an answer, whatever the order of its rows.

Point, polygon, distance and rank of each row are mixed by splitmix64, and the rows are added modulo
2^64. So parts of an answer can be added where they are, and only numbers travel. A polygon has its
own number, and not its position; a row without a match has -1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

COLUMNS = ("point", "polygon", "distance", "rank")
"""What is mixed, as far as an answer has it."""
MODULUS = 2**64


def mixed(words: Words) -> Words:
    """Mix the bits of each word: one step of splitmix64."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


@dataclass(frozen=True)
class Checksum:
    """The checksum of some rows, how many they are, and how many of them matched."""

    value: int = 0
    rows: int = 0
    matched: int = 0

    def __add__(self, other: Checksum) -> Checksum:
        return Checksum(
            (self.value + other.value) % MODULUS,
            self.rows + other.rows,
            self.matched + other.matched,
        )

    def __str__(self) -> str:
        return f"{self.value:016x} of {self.rows:,} rows, {self.matched:,} matched"


def of_arrays(
    points: npt.ArrayLike,
    polygons: npt.ArrayLike,
    distances: npt.ArrayLike | None = None,
    ranks: npt.ArrayLike | None = None,
) -> Checksum:
    """Return the checksum of rows; where the polygon is -1, distance and rank do not count."""
    polygon = np.asarray(polygons, dtype=np.int64)
    is_found = polygon >= 0
    state = mixed(np.asarray(points, dtype=np.int64).view(np.uint64))
    state = mixed(state ^ polygon.view(np.uint64))
    if distances is not None:
        bits = np.ascontiguousarray(distances, dtype=np.float64).view(np.uint64)
        state = mixed(state ^ np.where(is_found, bits, np.uint64(0)))
    if ranks is not None:
        rank = np.asarray(ranks, dtype=np.int64).view(np.uint64)
        state = mixed(state ^ np.where(is_found, rank, np.uint64(0)))
    value = int(state.sum(dtype=np.uint64))
    return Checksum(value, len(polygon), int(is_found.sum()))


def of_table(table: Any) -> Checksum:  # noqa: ANN401 - of pyarrow
    """Return the checksum of a Table or a RecordBatch with these columns."""
    import pyarrow as pa

    def numbers(name: str) -> Any:  # noqa: ANN401 - an array
        if name not in table.schema.names:
            return None
        kind, missing = (pa.float64(), 0.0) if name == "distance" else (pa.int64(), -1)
        return table[name].cast(kind).fill_null(missing).to_numpy()

    return of_arrays(*map(numbers, COLUMNS))


def of_batches(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield one row with the checksum of all batches: for `mapInArrow`."""
    import pyarrow as pa

    total = sum(map(of_table, batches), Checksum())
    yield pa.RecordBatch.from_pydict(as_row(total))


def of_frame(frame: Any) -> Any:  # noqa: ANN401 - of pandas
    """Return one row with the checksum of a DataFrame: for `map_partitions`."""
    import pandas as pd
    import pyarrow as pa

    asked = frame[[name for name in COLUMNS if name in frame.columns]]
    return pd.DataFrame(as_row(of_table(pa.Table.from_pandas(asked, preserve_index=False))))


ROW_SCHEMA = "value long, rows long, matched long"
"""The columns of such a row, as Spark writes them."""


def as_row(total: Checksum) -> dict[str, list[int]]:
    """Return a checksum as columns; Spark has no integers without a sign."""
    signed = total.value - MODULUS if total.value >= MODULUS // 2 else total.value
    return {"value": [signed], "rows": [total.rows], "matched": [total.matched]}


def added(rows: dict[str, list[int]]) -> Checksum:
    """Add up the rows of all partitions."""
    each = zip(rows["value"], rows["rows"], rows["matched"], strict=True)
    return sum((Checksum(value % MODULUS, *counts) for value, *counts in each), Checksum())
