"""The polygons of a picture: their vertices as paths, their boxes and their areas."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.path import Path
from poly_match_rs import _native

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._result import Floats, Positions


class Outlines:
    """The vertices of polygons of any class, in flat arrays.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects that a `Matcher` takes. What holds no polygon has no vertices.
    """

    def __init__(self, polygons: Iterable[Any]) -> None:
        self._vertices, self._rings, parts, polygons_ = _native.outlines(polygons)
        self._is_outer = np.zeros(len(self._rings) - 1, dtype=bool)
        self._is_outer[parts[:-1]] = True
        # Where the rings of each polygon start and end.
        self._of_polygon: Positions = parts[polygons_]

    def __len__(self) -> int:
        return len(self._of_polygon) - 1

    @cached_property
    def bounds(self) -> Floats:
        """The box of each polygon, (M, 4): the least x and y, the most; NaN where it is empty."""
        starts = self._rings[self._of_polygon]
        bounds = np.full((len(self), 4), np.nan)
        has_any = starts[:-1] < starts[1:]
        if has_any.any():
            firsts = starts[:-1][has_any]
            bounds[has_any, :2] = np.minimum.reduceat(self._vertices, firsts)
            bounds[has_any, 2:] = np.maximum.reduceat(self._vertices, firsts)
        return bounds

    @cached_property
    def _turns(self) -> Floats:
        # Twice the signed area of each ring: positive if it turns left. Vertices are taken relative
        # to the first of the ring, for the sake of small rings that are far from the origin.
        lengths = np.diff(self._rings)
        firsts = self._rings[:-1]
        x, y = (self._vertices - np.repeat(self._vertices[firsts], lengths, axis=0)).T
        after = np.arange(1, len(x) + 1)
        after[self._rings[1:] - 1] = firsts
        return np.add.reduceat(x * y[after] - x[after] * y, firsts) if len(x) else np.empty(0)

    @cached_property
    def largest_first(self) -> Positions:
        """The positions of the polygons with vertices, so that none hides a smaller one."""
        areas = np.abs(self._turns) * np.where(self._is_outer, 1, -1)
        sums = np.concatenate([[0.0], np.cumsum(areas)])
        each = sums[self._of_polygon[1:]] - sums[self._of_polygon[:-1]]
        order = np.argsort(-each, kind="stable")
        seen: Positions = order[~np.isnan(self.bounds[order, 0])]
        return seen

    def paths(self, positions: Positions) -> list[Path]:
        """Make a path of each polygon: outer rings turn left, and holes turn right.

        A path is filled where it winds around at least once, so that holes stay empty, and parts
        that overlap are a union.
        """
        vertices, codes, starts = self._closed()
        starts = starts[self._of_polygon]
        return [
            Path(vertices[start:end], codes[start:end], readonly=True)
            for start, end in zip(starts[positions], starts[positions + 1], strict=True)
        ]

    def _closed(self) -> tuple[Floats, npt.NDArray[np.uint8], Positions]:
        # Vertices, with one more that closes each ring; what each is to a path; and
        # where the rings start and end.

        lengths = np.diff(self._rings)
        starts = self._rings + np.arange(len(self._rings))
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths + 1)
        codes = np.full(starts[-1], Path.LINETO, dtype=np.uint8)
        codes[within == 0] = Path.MOVETO
        codes[starts[1:] - 1] = Path.CLOSEPOLY
        # A ring that turns the wrong way is read from its end.
        is_wrong = np.repeat((self._turns > 0) != self._is_outer, lengths + 1)
        long = np.repeat(lengths, lengths + 1)
        place = np.where(is_wrong, long - within, within) % np.maximum(long, 1)
        return self._vertices[np.repeat(self._rings[:-1], lengths + 1) + place], codes, starts
