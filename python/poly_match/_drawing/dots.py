"""Draws points one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.collections import PathCollection
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from poly_match._result import Floats


def radius(ax: Axes, count: int) -> float:
    """Choose the radius of a dot, in points of print; smaller if there are many."""
    box = ax.get_window_extent()
    room = (box.width * box.height) ** 0.5 * 72 / ax.figure.dpi
    return float(min(max(0.17 * room / max(count, 1) ** 0.5, 0.55), 3.0))


def draw(ax: Axes, points: Floats, colors: Floats, alpha: float, size: float, level: float) -> None:
    """Draw dots.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    points : numpy.ndarray of float64, shape (N, 2)
        Finite.
    colors : numpy.ndarray of float64, shape (N, 3) or (3,)
        One for each, or one for all.
    alpha : float
        How opaque they are.
    size : float
        Their radius, in points of print.
    level : float
        Above what they are drawn: the `zorder`.
    """
    dots = PathCollection(
        [Path.unit_circle()],
        sizes=[size**2],
        facecolors=colors,
        linewidths=0,
        alpha=alpha,
        offsets=points,
        offset_transform=ax.transData,
        zorder=level,
    )
    dots.set_transform(IdentityTransform())  # the size is on paper, not in coordinates
    ax.add_collection(dots, autolim=False)
