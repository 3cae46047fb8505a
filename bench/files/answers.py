"""Reads what a side wrote, as the position of each point's polygon.

Every row must have the coordinates of its point, and every point a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.files.inputs import Input
from bench.reference import WrongAnswerError
from bench.rules import covers
from bench.rules.sides import Excuse
from bench.tables.sides import positions
from bench.workloads import Floats, Positions

COLUMNS = {"id": "int64", "x": "double", "y": "double"}


@dataclass(frozen=True, eq=False)
class Asked:
    """What the answers are held against."""

    input: Input

    @property
    def points(self) -> Floats:
        """The points, in order."""
        return self.input.points

    @cached_property
    def excuse(self) -> Excuse:
        """Excuses points on a boundary."""
        return covers.excuse(self.input.source.zones)  # type: ignore[no-any-return]


def in_order(asked: Asked, path: Path) -> Positions:
    """Read what the program wrote: a row for each point, in order, with position and distance."""
    table = _read(path, {"polygon": "int64", "name": "string", "distance": "double"})
    ids = _ids(asked, table)
    if not np.array_equal(ids, np.arange(len(asked.points))):
        raise WrongAnswerError(f"{len(ids)} rows for {len(asked.points)} points, or out of order")
    found = positions(table["name"], asked.input.source.names)
    written = table["polygon"].fill_null(-1).to_numpy()
    distance = table["distance"].fill_null(-1.0).to_numpy()
    if not np.array_equal(written, found):
        at = int(np.argmax(written != found))
        raise WrongAnswerError(f"row {at} has position {written[at]}, and the name of {found[at]}")
    if not np.array_equal(distance, np.where(found < 0, -1.0, 0.0)):
        raise WrongAnswerError("a matched point has another distance than 0, or another has one")
    return found


def one_each(asked: Asked, path: Path) -> Positions:
    """Read a table with one row for each point, in any order."""
    table = _read(path, {"name": "string"})
    ids = _ids(asked, table)
    if len(ids) != len(asked.points):
        raise WrongAnswerError(f"{len(ids)} rows for {len(asked.points)} points")
    found = np.empty(len(ids), dtype=np.int64)
    found[ids] = positions(table["name"], asked.input.source.names)
    return found


def every_pair(asked: Asked, path: Path) -> Positions:
    """Read a table with a row for each pair; the smallest polygon of each point counts."""
    table = _read(path, {"name": "string"})
    ids = _ids(asked, table)
    polygons = positions(table["name"], asked.input.source.names)
    matched = polygons >= 0
    zones = asked.input.source.zones
    return covers.least(zones, len(asked.points), ids[matched], polygons[matched])


def copied(asked: Asked, path: Path) -> None:
    """Read a copy of the points, which has no answer."""
    ids = _ids(asked, _read(path, {}))
    if len(ids) != len(asked.points):
        raise WrongAnswerError(f"{len(ids)} rows for {len(asked.points)} points")


def _ids(asked: Asked, table: Any) -> npt.NDArray[np.int64]:  # noqa: ANN401
    """Read which point each row is about; each point must have one, with its own coordinates."""
    ids = table["id"].to_numpy()
    if len(ids) and not 0 <= ids.min() <= ids.max() < len(asked.points):
        raise WrongAnswerError(f"ids from {ids.min()} to {ids.max()}")
    rows = np.bincount(ids, minlength=len(asked.points))
    if rows.min() == 0:
        raise WrongAnswerError(f"point {np.argmin(rows)} is missing")
    for axis, name in enumerate(("x", "y")):
        wrong = np.flatnonzero(table[name].to_numpy() != asked.points[ids, axis])
        if len(wrong):
            raise WrongAnswerError(f"row {wrong[0]}: {name} is not that of point {ids[wrong[0]]}")
    return ids  # type: ignore[no-any-return]


def _read(path: Path, more: dict[str, str]) -> Any:  # noqa: ANN401
    columns = COLUMNS | more
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path, columns=list(columns))
    import pyarrow.csv

    options = pyarrow.csv.ConvertOptions(
        include_columns=list(columns), column_types=columns, strings_can_be_null=True
    )
    return pyarrow.csv.read_csv(path, convert_options=options)
