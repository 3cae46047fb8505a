"""Puts polygons, points, title and legend on the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from poly_match._drawing import density, dots, legend, palette
from poly_match._drawing.classes import Classes, Scale
from poly_match._names import Names

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from poly_match._drawing.outlines import Outlines
    from poly_match._result import Floats, Positions

# With more points than this, they are counted in bins.
DOTS = 50_000
# Unmatched points up to this number are dots even then, so that none is overlooked.
FEW = 2_000
# Polygons without a match are in view unless one side of it gets longer by more than this factor.
STRETCH = 1.4
# Room around the data, as a share of the longer side: bins need some width. The axes add their own
# margins.
ROOM = 0.005

# The legend is below a picture that is wider, compared with the figure.
WIDE = 1.15

# What lies above what.
POLYGONS, BINS, EDGES, UNMATCHED, MATCHED = 1.0, 1.5, 1.6, 2.0, 2.1

# How opaque faces and edges of polygons are. Of many, the edges would hide the faces.
FAINT, FAINTER, MANY = (0.25, 0.9), (0.35, 0.5), 1000
EDGE = (0.15, 0.15, 0.17, 0.35)


class Scene:
    """What is drawn, and how it is coloured.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        NaN or infinite where a point has no place.
    outlines : Outlines
        The polygons.
    index : numpy.ndarray of int64, shape (N,), optional
        Position of the polygon that each point matches, -1 if there is none.
    look : Classes or Scale, optional
        How polygons are coloured. None draws them in grey.
    """

    def __init__(
        self,
        points: Floats,
        outlines: Outlines,
        index: Positions | None,
        look: Classes | Scale | None,
    ) -> None:
        self.points = points
        self.outlines = outlines
        self.index = index
        self.look = look
        self.is_placed = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
        self.is_matched = np.zeros(len(points), dtype=bool) if index is None else index >= 0
        matched = np.empty(0, dtype=np.int64) if index is None else index[self.is_matched]
        self.counts = np.bincount(matched, minlength=len(outlines)).astype(np.int64, copy=False)
        self.is_dense = int(np.count_nonzero(self.is_placed)) > DOTS
        self.rgb: tuple[Floats, Floats] | None = None
        if look is not None:
            self.rgb = look.colors(self.counts)

    def title(self) -> str:
        """Say how many points and polygons there are, and how many are matched."""
        count, polygons = len(self.points), len(self.outlines)
        if self.index is None:
            said = f"{counted(count, 'point')}, {counted(polygons, 'polygon')}"
        else:
            used = np.count_nonzero(self.counts)
            said = (
                f"{np.count_nonzero(self.is_matched):,} of {counted(count, 'point')} matched\n"
                f"to {used:,} of {counted(polygons, 'polygon')}"
            )
        nowhere = count - np.count_nonzero(self.is_placed)
        return said if not nowhere else f"{said} ({nowhere:,} without a place)"

    def view(self) -> Floats:
        """Choose what is seen: the points and their polygons; all polygons if they are not far."""
        points = self._box() if self.is_placed.any() else None
        every = self.outlines.bounds
        boxes = [every, every[self.counts > 0]]
        whole, near = (around(box if points is None else np.vstack([points, box])) for box in boxes)
        if points is None or not (spans(whole) > STRETCH * spans(near)).any():
            near = whole
        # A single place gets some room, too.
        room = max(ROOM * spans(near).max(), 1e-9 * np.abs(near).max()) or ROOM
        view: Floats = near + np.array([-room, -room, room, room])
        return view

    def _box(self) -> Floats:
        # The box of the points, (1, 4).
        x, y = self.points.T if self.is_placed.all() else self.points[self.is_placed].T
        return np.array([[x.min(), y.min(), x.max(), y.max()]])

    def draw(self, ax: Axes, view: Floats) -> None:
        """Draw the polygons, and the points above them."""
        self._draw_polygons(ax, view)
        if not self.is_dense:
            self._draw_dots(ax)

    def _draw_polygons(self, ax: Axes, view: Floats) -> None:
        order = self.outlines.largest_first
        bounds = self.outlines.bounds[order]
        is_seen = (bounds[:, :2] <= view[2:]).all(axis=1) & (bounds[:, 2:] >= view[:2]).all(axis=1)
        order = order[is_seen]
        if not len(order):
            return
        color = np.tile(palette.IDLE, (len(order), 1))
        face, edge = np.full(len(order), 0.12), np.full(len(order), 0.6)
        is_colored = self._are_colored(order)
        if self.rgb is not None:
            color[is_colored] = self.rgb[0][order[is_colored]]
            face[is_colored], edge[is_colored] = FAINT if len(order) < MANY else FAINTER
        width = float(np.clip(16 / len(order) ** 0.5, 0.3, 0.9))
        paths = self.outlines.paths(order)
        collection = PathCollection(
            paths,
            facecolors=np.column_stack([color, face]),
            edgecolors=np.column_stack([color, edge]),
            linewidths=width,
            zorder=POLYGONS,
        )
        ax.add_collection(collection, autolim=False)
        if self.is_dense:  # the bins hide the polygons
            above = PathCollection(
                paths, facecolors="none", edgecolors=EDGE, linewidths=width / 2, zorder=EDGES
            )
            ax.add_collection(above, autolim=False)

    def _are_colored(self, positions: Positions) -> npt.NDArray[np.bool_]:
        # Which polygons have a colour: without a column, those with points. Bins have no colours of
        # polygons, so these would mean nothing.
        has_column = isinstance(self.look, Scale) or not is_by_polygon(self.look)
        if self.look is None or (self.is_dense and not has_column):
            return np.full(len(positions), False)
        return np.full(len(positions), True) if has_column else self.counts[positions] > 0

    def _draw_dots(self, ax: Axes) -> None:
        size = dots.radius(ax, len(self.points))
        others = self.is_placed & ~self.is_matched
        plain = palette.PLAIN if self.index is None else palette.UNMATCHED
        if others.any():
            dots.draw(ax, self.points[others], plain, 0.7, size, UNMATCHED)
        those = self.is_placed & self.is_matched
        if those.any() and self.index is not None and self.rgb is not None:
            colors = self.rgb[1][self.index[those]]
            dots.draw(ax, self.points[those], colors, 0.85, size, MATCHED)

    def draw_density(self, ax: Axes, view: Floats, aspect: float, unit: str) -> tuple[Any, str]:
        """Count the points in bins and draw these. Returns their colours, and what these mean."""
        box = ax.get_window_extent()
        wide, high = spans(view)
        scale = min(box.width / wide, box.height / (high * aspect))
        pixels = (wide * scale, high * aspect * scale)
        is_blue = self.is_matched if self.index is not None else np.ones_like(self.is_matched)
        bins = density.count(self.points, is_blue, view, pixels)
        mappable = density.draw(ax, bins, view, BINS)
        others = self.is_placed & ~is_blue
        if 0 < np.count_nonzero(others) <= FEW:
            dots.draw(ax, self.points[others], palette.UNMATCHED, 1.0, 1.0, UNMATCHED)
        wide, high = bins.size
        return mappable, f"points per bin of {wide:.2g}{unit} × {high:.2g}{unit}"


def is_by_polygon(look: Classes | Scale | None) -> bool:
    """Whether every polygon has a colour of its own."""
    return isinstance(look, Classes) and isinstance(look.names, Names)


def around(boxes: Floats) -> Floats:
    """Find the box around boxes, which may be NaN; the unit square around none."""
    boxes = boxes[~np.isnan(boxes[:, 0])]
    if not len(boxes):
        return np.array([0.0, 0.0, 1.0, 1.0])
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def spans(box: Floats) -> Floats:
    """Return width and height of a box."""
    return box[2:] - box[:2]


def counted(count: int, what: str) -> str:
    """Say a number of things."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def settle(figure: Figure | SubFigure) -> None:
    """Lay a new figure out, several times: a pass does not know how high the axes will be then."""
    engine = figure.get_layout_engine()
    if isinstance(figure, Figure) and engine is not None:
        for _ in range(2):
            engine.execute(figure)


def draw(
    scene: Scene,
    ax: Axes | None,
    is_degrees: bool,
    name: str | None,
    has_legend: bool,
    figsize: tuple[float, float] | None,
) -> Axes:
    """Draw a scene on axes, or on new ones.

    Parameters
    ----------
    scene : Scene
        What is drawn.
    ax : matplotlib.axes.Axes, optional
        Where.
    is_degrees : bool
        Whether the coordinates are longitude and latitude.
    name : str, optional
        The title of the legend or of the colour bar of the polygons.
    has_legend : bool
        Whether to say what the colours mean.
    figsize : tuple of (float, float), optional
        Width and height of a new figure in inches.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    is_own = ax is None
    if ax is None:
        import matplotlib.pyplot as plt  # chooses how to show figures, so only if there is one

        _, ax = plt.subplots(figsize=figsize, layout="constrained")
    view = scene.view()
    ax.update_datalim(view.reshape(2, 2))
    ax.autoscale_view(tight=True)
    y = (view[1] + view[3]) / 2
    # As GeoPandas: a degree of longitude is as long as it is in the middle. At the poles, not so.
    aspect = 1 / np.cos(np.radians(np.clip(y, -80, 80))) if is_degrees else 1.0
    ax.set_aspect(aspect)
    scene.draw(ax, view)
    entries, bars = [], []
    if scene.is_dense:
        bars.append(scene.draw_density(ax, view, aspect, "°" if is_degrees else ""))
        ax.set_aspect(aspect)
    look = scene.look
    if isinstance(look, Scale):
        bars.append((look.mappable, name or ""))
    elif look is not None and scene.rgb is not None:
        if scene.index is None or (scene.is_dense and name):
            entries = legend.of_colors(look, scene.rgb[0])
        elif not scene.is_dense:
            entries = legend.of_classes(look, scene.counts, scene.rgb[1])
    unmatched = len(scene.points) - int(np.count_nonzero(scene.is_matched))
    if scene.index is not None and unmatched:
        entries.append(legend.of_unmatched(unmatched))
    if has_legend:
        for place, (mappable, label) in enumerate(bars):
            legend.bar(ax, mappable, label, 0.02 + 0.25 * place)
        wide, high = spans(view)
        is_below = bool(bars) or wide / (high * aspect) > WIDE * np.divide(*ax.figure.bbox.size)
        if entries:
            legend.draw(ax, entries, name if not bars else None, bool(is_below), is_own)
    ax.set_title(scene.title(), fontsize="medium", loc="left")
    x_name, y_name = ("longitude", "latitude") if is_degrees else ("x", "y")
    ax.set_xlabel(ax.get_xlabel() or x_name)
    ax.set_ylabel(ax.get_ylabel() or y_name)
    if is_own:
        settle(ax.figure)
    return ax
