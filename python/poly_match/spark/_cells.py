"""Divides points and polygons among cells of the plane, and cells among partitions of Spark."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

import numpy as np

from poly_match.spark._quadtree import Quadtree, grown

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]
    # The coordinate system of some polygons, and None if they declare none; not known without any.
    Declared = tuple[str | None] | None

# Most polygons that a cell should have, as they are in the memory of a worker.
MOST_POLYGONS = 1_000_000


@dataclass(frozen=True)
class Cells:
    """Cells of the plane, to which a join sends points and polygons.

    A point belongs to one cell, and a polygon to every cell that its search bounds touch. Where
    many points lie at one place, several cells share the place and its polygons.

    Attributes
    ----------
    points, polygons : int
        How many there are.
    cells : int
        The number of cells.
    partitions : int
        The number of partitions of Spark that the cells are divided among.
    copies : float
        The cells that a polygon is sent to, on average of a sample.
    largest_cell : float
        The points of the fullest cell, in multiples of the mean, in a sample. Rows that are equal
        in all columns share a cell.
    largest_partition : float
        The points of the fullest partition, in multiples of the mean, in a sample.

    See Also
    --------
    poly_match.spark.cells : Make them from points and polygons.
    """

    points: int
    polygons: int
    partitions: int
    copies: float
    largest_cell: float
    largest_partition: float
    _tree: Quadtree
    # Of each leaf: where its cells start in `_ids`, and where they end.
    _firsts: Integers
    _ids: Integers
    # The coordinate system of the polygons in the sample.
    _crs: Declared

    @property
    def cells(self) -> int:
        """The number of cells.

        Returns
        -------
        int
            At least 1.
        """
        return len(self._ids)

    @property
    def share_places(self) -> bool:
        # Whether several cells share a place.
        return len(self._ids) > len(self._tree.starts)

    def __str__(self) -> str:
        return (
            f"{self.points:,} points and {self.polygons:,} polygons in {self.cells:,} cells of "
            f"{self.partitions:,} partitions; {self.copies:.2f} copies of a polygon; the fullest "
            f"cell has {self.largest_cell:.1f} times the mean of points, and the fullest partition "
            f"{self.largest_partition:.1f} times"
        )

    @classmethod
    def of_samples(
        cls,
        points: Floats,
        boxes: Floats,
        counts: tuple[int, int],
        partitions: int,
        crs: Declared = None,
    ) -> Cells:
        # Make cells of a sample of points (N, 2) and of the search bounds of polygons (M, 4), which
        # stand for this many points and polygons.
        most = max(len(points) / partitions, 1.0)
        most_boxes = MOST_POLYGONS * len(boxes) / max(counts[1], 1)
        tree = grown(points, boxes, most, max(most_boxes, 1.0))
        leaves = tree.leaves_of_points(points[np.isfinite(points).all(axis=1)])
        held = np.bincount(leaves, minlength=len(tree.starts))
        shared = np.maximum(np.ceil(held / (2 * most)).astype(np.int64), 1)
        loads = np.repeat(held / shared, shared)
        numbers, of_partitions = _divided(loads, partitions)
        touched = tree.leaves_of_boxes(boxes)[1]
        copies = shared[touched].sum() / len(boxes) if len(boxes) else 0.0
        return cls(
            *counts,
            partitions,
            float(copies),
            _over_mean(loads),
            _over_mean(of_partitions),
            tree,
            np.concatenate([[0], np.cumsum(shared)]),
            numbers,
            crs,
        )

    def check_crs(self, crs: Declared) -> None:
        # Refuse polygons of another coordinate system than those that the cells were made of.
        if None in (crs, self._crs) or crs == self._crs:
            return
        known, other = (one[0] or "none" for one in (self._crs, crs) if one is not None)
        raise ValueError(
            f"polygons must have one coordinate system, got {known} and {other}: transform them to "
            "one"
        )

    def of_points(self, points: Floats, spread: Integers | None) -> Integers:
        # Return the cell of each point (N, 2). Points of one place are spread by these numbers.
        leaves = self._tree.leaves_of_points(points)
        firsts = self._firsts[leaves]
        if spread is not None:
            firsts = firsts + spread % (self._firsts[leaves + 1] - firsts)
        return self._ids[firsts]

    def of_boxes(self, boxes: Floats) -> tuple[Integers, Integers]:
        # Return the cells of each box (M, 4), and where those of each start and end (M + 1,).
        of, leaves = self._tree.leaves_of_boxes(boxes)
        counts = self._firsts[leaves + 1] - self._firsts[leaves]
        starts = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(starts, counts)
        cells = self._ids[np.repeat(self._firsts[leaves], counts) + within]
        ends = np.cumsum(np.bincount(of, weights=counts, minlength=len(boxes)).astype(np.int64))
        return cells, np.concatenate([[0], ends])


def _divided(loads: Floats, partitions: int) -> tuple[Integers, Floats]:
    # Give the heaviest cells first to the partition that has least. The number of a cell leaves its
    # partition as the remainder. Returns the numbers, and the loads of the partitions.
    heap = [(0.0, 0, partition) for partition in range(partitions)]
    heapify(heap)
    numbers = np.empty(len(loads), np.int64)
    sums = np.zeros(partitions)
    for cell in np.argsort(-loads, kind="stable").tolist():
        load, cells, partition = heap[0]
        numbers[cell] = partition + partitions * cells
        sums[partition] = load + loads[cell]
        heapreplace(heap, (sums[partition], cells + 1, partition))
    return numbers, sums


def _over_mean(loads: Floats) -> float:
    mean = loads.mean()
    return float(loads.max() / mean) if mean else 1.0
