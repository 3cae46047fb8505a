"""Counts points in bins of a few pixels, where there are too many to draw them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm

from poly_match._drawing import palette

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from poly_match._result import Floats, Positions

# Points that are counted together, so that they stay in the cache.
TOGETHER = 1 << 18


class Bins(NamedTuple):
    """The points of a picture, counted in bins.

    Attributes
    ----------
    matched : numpy.ndarray of int64, shape (rows, columns)
        How many matched points each bin has.
    unmatched : numpy.ndarray of int64, shape (rows, columns)
        How many others.
    size : tuple of (float, float)
        Width and height of a bin, in the units of the coordinates.
    """

    matched: Positions
    unmatched: Positions
    size: tuple[float, float]


def count(
    points: Floats, is_matched: npt.NDArray[np.bool_], view: Floats, pixels: tuple[float, float]
) -> Bins:
    """Count points in bins.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        Points that are NaN or out of view are left out.
    is_matched : numpy.ndarray of bool, shape (N,)
        Which are matched.
    view : numpy.ndarray of float64, shape (4,)
        The least x and y, and the most.
    pixels : tuple of (float, float)
        Width and height of the view on the screen.

    Returns
    -------
    Bins
        Of 1 to 3 pixels: smaller if there are many points, which then still fill them.
    """
    width, height = pixels
    side = float(np.clip((4 * width * height / max(len(points), 1)) ** 0.5, 1.0, 3.0))
    columns, rows = (max(int(np.ceil(length / side)), 1) for length in (width, height))
    low, high = view[:2], view[2:]
    scale = np.array([columns, rows]) / (high - low)
    found = np.zeros(2 * columns * rows, dtype=np.int64)
    for start in range(0, len(points), TOGETHER):
        some = slice(start, start + TOGETHER)
        places = (points[some] - low) * scale
        is_seen = ((places >= 0) & (places <= (columns, rows))).all(axis=1)
        x, y = np.minimum(places[is_seen].astype(np.int64), (columns - 1, rows - 1)).T
        bins = (is_matched[some][is_seen] * rows + y) * columns + x
        found += np.bincount(bins, minlength=len(found))
    unmatched, matched = found.reshape(2, rows, columns)
    wide, high_ = (high - low) / (columns, rows)
    return Bins(matched, unmatched, (float(wide), float(high_)))


def draw(ax: Axes, bins: Bins, view: Floats, level: float) -> ScalarMappable:
    """Draw bins, and return the scale of their colours.

    A bin has the colour of its matched points, or a grey if more of its points are unmatched.
    """
    most = max(int(bins.matched.max(initial=1)), int(bins.unmatched.max(initial=1)), 2)
    norm = LogNorm(1, most)
    is_unmatched = bins.unmatched > bins.matched
    shown = np.maximum(bins.matched, bins.unmatched)
    share = np.log(np.maximum(shown, 1)) / np.log(most)
    rgba = np.zeros((*shown.shape, 4))
    rgba[..., :3] = palette.of_counts(share)
    rgba[is_unmatched, :3] = palette.of_unmatched_counts(share[is_unmatched])
    rgba[..., 3] = shown > 0
    ax.imshow(
        rgba,
        extent=(view[0], view[2], view[1], view[3]),
        origin="lower",
        interpolation="nearest",
        aspect="auto",
        zorder=level,
    )
    colors = ListedColormap(palette.of_counts(np.linspace(0, 1, 256)))
    return ScalarMappable(norm, colors)
