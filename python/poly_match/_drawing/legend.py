"""Says what the colours mean: a legend of the classes with most points, and colour bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from poly_match._drawing import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

    from poly_match._drawing.classes import Classes
    from poly_match._result import Floats, Positions

# Most classes in a legend, and most characters of a name.
MOST = 8
LONGEST = 28
# The average width of a character, in inches.
CHARACTER = 0.07


def of_classes(classes: Classes, counts: Positions, rgb: Floats) -> list[Line2D]:
    """Return the entries of the classes with most points, and one for all others.

    Parameters
    ----------
    classes : Classes
        Their names.
    counts : numpy.ndarray of int64, shape (M,)
        How many points match each polygon.
    rgb : numpy.ndarray of float64, shape (M, 3)
        The colour of the points of each polygon.

    Returns
    -------
    list of matplotlib.lines.Line2D
        Handles with labels.
    """
    points = classes.counted(counts)
    order = np.argsort(-points, kind="stable")
    order = order[points[order] > 0]
    # A single other class gets its own entry instead of "1 other".
    shown = order if len(order) <= MOST + 1 else order[:MOST]
    color = np.zeros((len(classes.names), 3))
    color[classes.of] = rgb
    entries = [
        _entry(color[one], f"{short(classes.names[one])} ({points[one]:,})")
        for one in shown.tolist()
    ]
    others = order[len(shown) :]
    if len(others):
        entries.append(_entry(None, f"… {len(others):,} others ({points[others].sum():,})"))
    return entries


def of_colors(classes: Classes, rgb: Floats) -> list[Line2D]:
    """Return the entries of the classes, where there are no matches: the first, and a rest."""
    color = np.zeros((len(classes.names), 3))
    color[classes.of] = rgb
    count = len(classes.names)
    shown = count if count <= MOST + 1 else MOST
    entries = [_entry(color[one], short(classes.names[one]), "s") for one in range(shown)]
    if count > shown:
        entries.append(_entry(None, f"… {count - shown:,} others"))
    return entries


def of_unmatched(count: int) -> Line2D:
    """Return the entry of the points without a match."""
    return _entry(palette.UNMATCHED, f"unmatched ({count:,})")


def draw(ax: Axes, entries: list[Line2D], title: str | None, is_below: bool, is_own: bool) -> None:
    """Draw the legend.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    entries : list of matplotlib.lines.Line2D
        Handles with labels.
    title : str, optional
        The title of the legend.
    is_below : bool
        Whether to draw it below the axes, as there is more room than beside them.
    is_own : bool
        Whether the figure was made for this picture: the legend then stands outside the axes.
    """
    look: dict[str, Any] = {
        "handles": entries,
        "title": title,
        "fontsize": "small",
        "title_fontsize": "small",
        "alignment": "left",
        "handlelength": 1.0,
        "handletextpad": 0.4,
    }
    if is_own and isinstance(ax.figure, Figure):
        where: Any = "outside lower center" if is_below else "outside right center"
        columns = 1
        if is_below:
            inches = CHARACTER * (5 + max(len(str(entry.get_label())) for entry in entries))
            columns = min(max(int(ax.figure.get_figwidth() / inches), 1), len(entries))
        ax.figure.legend(loc=where, ncols=columns, frameon=False, **look)
    else:
        ax.legend(loc="upper right", **look).set_zorder(9)


def bar(ax: Axes, mappable: ScalarMappable, label: str, offset: float) -> None:
    """Draw a colour bar beside the axes, as high as they are.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    mappable : matplotlib.cm.ScalarMappable
        The colours.
    label : str
        What they mean.
    offset : float
        How far from the axes, in widths of the axes.
    """
    beside = ax.inset_axes((1.0 + offset, 0.0, 0.025, 1.0))
    colors = ax.figure.colorbar(mappable, cax=beside, label=label)
    colors.outline.set_visible(False)
    beside.tick_params(labelsize="small")
    beside.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")


def short(name: str) -> str:
    """Cut a long name."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _entry(color: Floats | None, label: str, marker: str = "o") -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker="none" if color is None else marker,
        markersize=6,
        markeredgewidth=0,
        color="none" if color is None else tuple(color.tolist()),
        label=label,
    )
