"""Cells of the plane that hold about equally many points: the leaves of a quadtree.

A cell is known by the Morton code of its lowest corner: the bits of x and y, interleaved. Sorted by
these codes, the leaves follow each other along the curve, and each ends where the next one starts.

G. M. Morton, "A computer oriented geodetic data base and a new technique in file sequencing", IBM,
1966. R. A. Finkel and J. L. Bentley, "Quad trees", Acta Informatica 4, 1974.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

# How often a side of the plane may be halved.
DEPTH = 20

# Polygons alone split a node only if no child has more than this share of them.
MOST_LEFT = 0.8


@dataclass(frozen=True)
class Quadtree:
    """The leaves of a quadtree.

    Attributes
    ----------
    low, high : numpy.ndarray of float64, shape (2,)
        The extent of the root. What lies outside belongs to the leaves at its sides.
    starts : numpy.ndarray of int64, shape (L,)
        The code of the lowest corner of each leaf, in increasing order. The first is 0.
    """

    low: Floats
    high: Floats
    starts: Integers

    def leaves_of_points(self, points: Floats) -> Integers:
        # Return the leaf of each point, shape (N, 2). A point that is NaN belongs to some leaf.
        column, row = self._places(points).T
        return np.searchsorted(self.starts, _interleaved(column, row), side="right") - 1

    def leaves_of_boxes(self, boxes: Floats) -> tuple[Integers, Integers]:
        # Return pairs of a box, shape (M, 4), and a leaf that it touches. A box with NaN has none.
        nodes = _Nodes(np.flatnonzero(~np.isnan(boxes).any(axis=1)), np.zeros((2, len(boxes)), int))
        nodes = nodes._replace(places=nodes.places[:, nodes.boxes])
        low, high = self._places(boxes[:, :2]), self._places(boxes[:, 2:])
        found: list[tuple[Integers, Integers]] = []
        for depth in range(DEPTH + 1):
            shift = DEPTH - depth
            first = _interleaved(*nodes.places) << (2 * shift)
            last = first + (1 << (2 * shift)) - 1
            leaves, ends = (
                np.searchsorted(self.starts, code, side="right") - 1 for code in (first, last)
            )
            is_leaf = leaves == ends
            found.append((nodes.boxes[is_leaf], leaves[is_leaf]))
            nodes = nodes.chosen(~is_leaf)
            if not len(nodes.boxes):
                break
            nodes = nodes.children(low, high, shift - 1)
        boxes_of, leaves_of = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((leaves_of, boxes_of))
        return boxes_of[order], leaves_of[order]

    def _places(self, points: Floats) -> Integers:
        # Return the column and row of each point, shape (N, 2). They rise with x and y: rounding
        # moves no point out of a box.
        return _places(points, self.low, self.high)


class _Nodes(NamedTuple):
    """Pairs of a box and a node of one depth that it touches.

    Attributes
    ----------
    boxes : numpy.ndarray of int64, shape (P,)
        Which box.
    places : numpy.ndarray of int64, shape (2, P)
        The column and row of the node.
    """

    boxes: Integers
    places: Integers

    def chosen(self, which: npt.NDArray[Any]) -> _Nodes:
        return _Nodes(self.boxes[which], self.places[:, which])

    def children(self, low: Integers, high: Integers, shift: int) -> _Nodes:
        # Return the pairs with the four children of each node, where the box touches the child.
        # `low` and `high` are the columns and rows of all boxes at the deepest level.
        boxes = np.repeat(self.boxes, 4)
        corners = np.array([[0, 1, 0, 1], [0, 0, 1, 1]])
        places = np.repeat(self.places * 2, 4, axis=1) + np.tile(corners, len(self.boxes))
        touches = (low[boxes].T >> shift <= places) & (places <= high[boxes].T >> shift)
        return _Nodes(boxes, places).chosen(touches.all(axis=0))


def grown(points: Floats, boxes: Floats, most_points: float, most_boxes: float) -> Quadtree:
    """Return a quadtree whose leaves have about as many points and boxes as they may.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        A sample of the points. Those that are not finite are ignored.
    boxes : numpy.ndarray of float64, shape (M, 4)
        A sample of boxes: their smallest x and y, and their largest.
    most_points, most_boxes : float
        How many of these points a leaf may hold, and how many of these boxes it may touch. Leaves
        of many points at one place hold more, and leaves inside many boxes touch more.

    Returns
    -------
    Quadtree
        Its root is the extent of the points.
    """
    points = points[np.isfinite(points).all(axis=1)]
    boxes = boxes[~np.isnan(boxes).any(axis=1)]
    if not len(points):
        return Quadtree(np.zeros(2), np.zeros(2), np.zeros(1, np.int64))
    low, high = points.min(axis=0), points.max(axis=0)
    codes = np.sort(_interleaved(*_places(points, low, high).T))
    first, last = _places(boxes[:, :2], low, high), _places(boxes[:, 2:], low, high)
    starts: list[int] = []
    all_boxes = np.arange(len(boxes))
    nodes = [(0, _Nodes(all_boxes, np.zeros((2, len(boxes)), int)), np.zeros((2, 1), int))]
    while nodes:
        depth, touched, place = nodes.pop()
        shift = DEPTH - depth
        start = int(_interleaved(*place)[0]) << (2 * shift)
        held = np.searchsorted(codes, [start, start + (1 << (2 * shift))])
        is_full = held[1] - held[0] > most_points
        if depth < DEPTH and (is_full or len(touched.boxes) > most_boxes):
            children = touched.children(first, last, shift - 1)
            corners = np.array([[0, 1, 0, 1], [0, 0, 1, 1]])
            places = [place * 2 + corners[:, [i]] for i in range(4)]
            of_each = [children.chosen((children.places == it).all(axis=0)) for it in places]
            most = max(len(one.boxes) for one in of_each)
            if is_full or most <= MOST_LEFT * len(touched.boxes):
                pairs = zip(of_each, places, strict=True)
                nodes += [(depth + 1, one, at) for one, at in pairs]
                continue
        starts.append(start)
    return Quadtree(low, high, np.sort(np.array(starts, np.int64)))


def _places(points: Floats, low: Floats, high: Floats) -> Integers:
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        scale = 2.0**DEPTH / (high - low)
    scale[~np.isfinite(scale)] = 0.0
    known = np.where(np.isnan(points), low, points)
    places: Integers = ((np.clip(known, low, high) - low) * scale).astype(np.int64)
    return np.minimum(places, (1 << DEPTH) - 1)


def _interleaved(column: Integers, row: Integers) -> Integers:
    return _spread(column) | _spread(row) << 1


def _spread(values: Integers) -> Integers:
    # Put a zero before each of the lowest 32 bits.
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | values << shift) & mask
    return values
