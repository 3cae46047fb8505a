"""Cells of the plane that hold about equally many points: the leaves of a quadtree.

The tree does not divide lengths but ranks: the place of a coordinate is the share of the cuts that
are not above it, and the cuts are quantiles of samples of points and of boxes. So a point far away
does not push all others into one leaf, and coordinates may be of any size.

A leaf is known by the Morton code of its lowest corner: the bits of its column and row,
interleaved. Sorted by these codes, the leaves follow each other along the curve, and each ends
where the next one starts.

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

# How often an axis may be halved.
DEPTH = 13

# Polygons alone split a node only if no child has more than this share of them.
MOST_LEFT = 0.8

# The columns and rows of the four children of a node at the origin.
_CORNERS = np.array([[0, 1, 0, 1], [0, 0, 1, 1]])


@dataclass(frozen=True)
class Quadtree:
    """The leaves of a quadtree.

    Attributes
    ----------
    cuts : tuple of two numpy.ndarray of float64
        The quantiles of x and of y, in increasing order, fewer than 2^DEPTH.
    starts : numpy.ndarray of int64, shape (L,)
        The code of the lowest corner of each leaf, in increasing order. The first is 0.
    """

    cuts: tuple[Floats, Floats]
    starts: Integers

    def leaves_of_points(self, points: Floats) -> Integers:
        # Return the leaf of each point, shape (N, 2). A point that is NaN belongs to some leaf.
        codes = _interleaved(*_places(points, self.cuts))
        return np.searchsorted(self.starts, codes, side="right") - 1

    def leaves_of_boxes(self, boxes: Floats) -> tuple[Integers, Integers]:
        # Return pairs of a box, shape (M, 4), and a leaf that it touches. A box with NaN has none.
        low, high = _places(boxes[:, :2], self.cuts), _places(boxes[:, 2:], self.cuts)
        nodes = _Nodes.roots(np.flatnonzero(~np.isnan(boxes).any(axis=1)))
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

    @classmethod
    def roots(cls, boxes: Integers) -> _Nodes:
        # Return the pairs of these boxes with the root.
        return cls(boxes, np.zeros((2, len(boxes)), np.int64))

    def chosen(self, which: npt.NDArray[Any]) -> _Nodes:
        return _Nodes(self.boxes[which], self.places[:, which])

    def children(self, low: Integers, high: Integers, shift: int) -> _Nodes:
        # Return the pairs with the four children of each node, where the box touches the child.
        # `low` and `high` are the places of the corners of all boxes.
        boxes = np.repeat(self.boxes, 4)
        places = np.repeat(self.places * 2, 4, axis=1) + np.tile(_CORNERS, len(self.boxes))
        touches = (low[:, boxes] >> shift <= places) & (places <= high[:, boxes] >> shift)
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
        Its leaves cover the whole plane.
    """
    points = points[np.isfinite(points).all(axis=1)]
    boxes = boxes[~np.isnan(boxes).any(axis=1)]
    cuts = _cuts(points[:, 0], boxes[:, 0]), _cuts(points[:, 1], boxes[:, 1])
    codes = np.sort(_interleaved(*_places(points, cuts)))
    low, high = _places(boxes[:, :2], cuts), _places(boxes[:, 2:], cuts)
    starts: list[int] = []
    nodes = [(0, np.zeros((2, 1), np.int64), _Nodes.roots(np.arange(len(boxes))))]
    while nodes:
        depth, place, touched = nodes.pop()
        shift = DEPTH - depth
        start = int(_interleaved(*place)[0]) << (2 * shift)
        first, last = np.searchsorted(codes, [start, start + (1 << (2 * shift))])
        is_full = last - first > most_points
        if depth < DEPTH and (is_full or len(touched.boxes) > most_boxes):
            children = touched.children(low, high, shift - 1)
            places = [place * 2 + _CORNERS[:, [child]] for child in range(4)]
            of_each = [children.chosen((children.places == it).all(axis=0)) for it in places]
            most = max(len(one.boxes) for one in of_each)
            if is_full or most <= MOST_LEFT * len(touched.boxes):
                pairs = zip(places, of_each, strict=True)
                nodes += [(depth + 1, at, one) for at, one in pairs]
                continue
        starts.append(start)
    return Quadtree(cuts, np.sort(np.array(starts, np.int64)))


def _cuts(*samples: Floats) -> Floats:
    # Return values that divide each sample into equal parts, fewer than there are places.
    most = ((1 << DEPTH) - 1) // len(samples)
    return np.unique(np.concatenate([_quantiles(values, most) for values in samples]))


def _quantiles(values: Floats, most: int) -> Floats:
    values = np.sort(values)
    if len(values) <= most:
        return values
    return values[np.linspace(0, len(values) - 1, most).astype(np.int64)]


def _places(points: Floats, cuts: tuple[Floats, Floats]) -> Integers:
    # Return the column and row of each point (N, 2), in an array of shape (2, N). They rise with x
    # and y, so a point in a box is not outside its places.
    ranks = [np.searchsorted(of, points[:, axis], side="right") for axis, of in enumerate(cuts)]
    return np.stack([(it << DEPTH) // (len(of) + 1) for it, of in zip(ranks, cuts, strict=True)])


def _interleaved(column: Integers, row: Integers) -> Integers:
    return _spread(column) | _spread(row) << 1


def _spread(values: Integers) -> Integers:
    # Put a zero before each of the lowest 16 bits.
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | values << shift) & mask
    return values
