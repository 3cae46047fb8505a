"""What the Python workers of Spark do where points and polygons are sent to cells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from poly_match_rs import _native

from poly_match import _coordinates
from poly_match._joined import matched
from poly_match._matcher import Matcher
from poly_match._streams import telling_where
from poly_match.spark._bounds import boxes_of
from poly_match.spark._matching import lists, sent, telling, where
from poly_match.spark._polygons import check_order
from poly_match.spark._types import new_names, numbered_names
from poly_match.tables._arrow import Arrow, Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from poly_match._joined import Wanted
    from poly_match._rule import Center, Near, OnInvalid
    from poly_match.spark._cells import Cells
    from poly_match.spark._polygons import Polygons
    from poly_match.spark._types import Added

# The columns of the rows that are sent to cells. In each cell, the polygons come first.
CELL = "cell"
IS_POINT = "is_point"
POLYGON = "polygon"
POINT = "point"


@dataclass(frozen=True)
class CellOfPoint:
    """Finds the cell of each point. After its columns, there may be one with a number to spread by.

    Attributes
    ----------
    cells : Cells
        The cells.
    names : list of str
        The names of the columns that have the coordinates.
    wanted : Wanted
        What the join is asked for.
    """

    cells: Cells
    names: list[str]
    wanted: Wanted

    def __call__(self, batches: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        wanted, start = self.wanted, 0
        on_invalid = "raise" if wanted.on_invalid == "raise" else "skip"
        for arrays in batches:
            columns = list(arrays)
            spread = columns.pop().to_numpy() if len(columns) > len(self.names) else None
            batch = Batch(pa.RecordBatch.from_arrays(columns, names=self.names))
            with telling(batch, start):
                coordinates = _coordinates.of_points(batch, wanted.x, wanted.y, wanted.geometry)
                points = _native.read_points(coordinates, on_invalid)
            yield pa.array(self.cells.of_points(points, spread))
            start += len(batch)


@dataclass(frozen=True)
class CellsOfPolygon:
    """Finds the cells that each polygon is sent to.

    Attributes
    ----------
    cells : Cells
        The cells.
    geometry : str
        The name of the column of polygons.
    near, max_dist, center, on_invalid
        As in `poly_match.spark.cells`.
    """

    cells: Cells
    geometry: str
    near: Near
    max_dist: float | None
    center: Center
    on_invalid: OnInvalid

    def __call__(self, batches: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        start = 0
        for arrays in batches:
            batch = Batch(pa.RecordBatch.from_arrays(list(arrays), names=[self.geometry]))
            with telling(batch, start):
                boxes, crs = boxes_of(
                    batch,
                    self.geometry,
                    self.near,
                    self.max_dist,
                    self.center,
                    self.on_invalid,
                )
                self.cells.check_crs(crs)
            cells, offsets = self.cells.of_boxes(boxes)
            yield lists(offsets, pa.array(cells))
            start += len(batch)


@dataclass(frozen=True)
class Joining:
    """Joins the points and the polygons of each cell.

    Attributes
    ----------
    rule : dict
        The arguments of `Matcher.from_table`.
    polygons : Polygons
        The columns of the polygons.
    order_by : str
        The column that they are sorted by.
    wanted : Wanted
        What the join is asked for.
    points : list of str
        The names of the points' columns.
    added : list of Added
        The columns that the join adds.
    """

    rule: dict[str, Any]
    polygons: Polygons
    order_by: str
    wanted: Wanted
    points: list[str]
    added: list[Added]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # Rows come sorted by the cell, polygons before points, and polygons by their order.
        cell: int | None = None
        polygons: list[pa.RecordBatch] = []
        matcher: Matcher[Any] | None = None
        for batch in batches:
            for here, is_point, rows in _runs(batch):
                if here != cell:
                    cell, polygons, matcher = here, [], None
                if not is_point:
                    polygons.append(_records(rows.column(POLYGON), self.polygons.schema.names))
                    continue
                if matcher is None:
                    matcher = self.built(polygons, cell)
                    polygons = []
                yield self._joined(matcher, _records(rows.column(POINT), self.points))

    def built(self, parts: list[pa.RecordBatch], cell: int | None) -> Matcher[Any]:
        # Build the matcher of a cell, which may have no polygons.
        table = pa.Table.from_batches(parts) if parts else self.polygons.schema.empty_table()
        polygons = Arrow(table)
        polygons.side = "polygons"
        geometry, kept, _ = self.polygons
        with telling_where(None if cell is None else f"{where()}cell {cell}", polygons.row):
            check_order(table.column(self.order_by), self.order_by)
            return Matcher._of_table(polygons, geometry, self.wanted.by, kept, self.rule)

    def _joined(self, matcher: Matcher[Any], batch: pa.RecordBatch) -> pa.RecordBatch:
        points = Batch(batch)
        # Which row of the partition a point was in is not known any more.
        with telling_where(f"{where()}a cell", points.row):
            rows, columns = matched(matcher, points, self.wanted)
        taken = points.take(rows.of_points)
        names = [*numbered_names(len(self.points)), *new_names(self.added)]
        arrays = [*taken.columns, *sent(columns, self.added)]
        return pa.RecordBatch.from_arrays(arrays, names=names)


def _runs(batch: pa.RecordBatch) -> Iterator[tuple[int, bool, pa.RecordBatch]]:
    # Return the slices of a batch that are of one cell, and points or polygons alone.
    cells: npt.NDArray[np.int64] = batch.column(CELL).to_numpy()
    is_point = batch.column(IS_POINT).to_numpy(zero_copy_only=False)
    changes = (cells[1:] != cells[:-1]) | (is_point[1:] != is_point[:-1])
    starts = [0, *(np.flatnonzero(changes) + 1).tolist(), len(cells)]
    for start, end in pairwise(starts):
        if end > start:
            yield int(cells[start]), bool(is_point[start]), batch.slice(start, end - start)


def _records(structs: Any, names: list[str]) -> pa.RecordBatch:  # noqa: ANN401 - of Arrow
    return pa.RecordBatch.from_arrays(structs.flatten(), names=names)
