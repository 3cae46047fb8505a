"""`plot`: look at points, polygons and matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from poly_match_rs import _native
from poly_match_rs._crs import declared
from poly_match_rs._geometry import column as geometries

from poly_match._as_table import needed
from poly_match._source import Sourced, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from poly_match_rs._crs import System

    from poly_match._result import MatchResult, Positions
    from poly_match._rule import Points


def plot(
    points: Points,
    polygons: Iterable[Any],
    result: MatchResult[Any] | None = None,
    *,
    ax: Axes | None = None,
    column: str | npt.ArrayLike | None = None,
    cmap: str | Colormap | None = None,
    legend: bool = True,
    figsize: tuple[float, float] | None = None,
) -> Axes:
    r"""Draw points and polygons with matplotlib, and which point matches which polygon.

    Parameters
    ----------
    points : array_like of float, shape (N, 2), or iterable of points
        As for `Matcher.match`.
    polygons : iterable of Polygon
        As for `Matcher`.
    result : MatchResult, optional
        The matches of these points with these polygons. Points have the colour of their polygon,
        and are grey without a match. With k, the best match counts.
    ax : matplotlib.axes.Axes, optional
        Where to draw. By default, on a new figure.
    column : str or array_like, optional
        What polygons have in common: a column of the table, an attribute of the objects, or an
        array with one value for each polygon. Numbers colour the polygons by a scale; anything else
        gives all polygons of one value the same colour, and the legend its names.
    cmap : str or matplotlib.colors.Colormap, optional
        The colours of numbers.
    legend : bool, default True
        Whether to say what the colours mean.
    figsize : tuple of (float, float), optional
        Width and height of a new figure in inches.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If the result is not that of as many points and polygons, or if there is no such column, or
        not one value for each polygon.
    ImportError
        If matplotlib is not installed.

    See Also
    --------
    MatchResult.plot : Draw a result with its points and polygons.

    Notes
    -----
    More than 50,000 points are counted in bins of a few pixels, on a logarithmic scale. A bin is
    grey if more of its points are unmatched. A degree of longitude is drawn as long as it is at the
    middle latitude, if points or polygons declare degrees; all other coordinates have equal axes.
    Polygons that no point matches are out of view if they are far from all others.

    Examples
    --------
    >>> import poly_match
    >>> zones = [poly_match.Polygon([x, x + 9, x + 9, x], [0, 0, 9, 9]) for x in (0, 20)]
    >>> points = [(1, 1), (3, 5), (25, 5), (15, 5)]
    >>> result = poly_match.match(zones, points, near="covers")
    >>> ax = poly_match.plot(points, zones, result, column=["hall", "yard"])
    >>> ax.get_title(loc="left")
    '3 of 4 points matched\nto 2 of 2 polygons'
    """
    systems = (declared(points), declared(polygons))
    return _picture(points, polygons, systems, result, ax, column, cmap, legend, figsize)


class Plotted(Sourced):
    """The part of `MatchResult` that draws it."""

    index: Positions
    _points: Points | None

    def plot(
        self,
        *,
        ax: Axes | None = None,
        column: str | npt.ArrayLike | None = None,
        cmap: str | Colormap | None = None,
        legend: bool = True,
        figsize: tuple[float, float] | None = None,
    ) -> Axes:
        r"""Draw the points, coloured by their match, and the polygons.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw. By default, on a new figure.
        column : str or array_like, optional
            An attribute of the polygons, or an array with one value for each; see
            `poly_match.plot`.
        cmap : str or matplotlib.colors.Colormap, optional
            The colours of numbers.
        legend : bool, default True
            Whether to say what the colours mean.
        figsize : tuple of (float, float), optional
            Width and height of a new figure in inches.

        Returns
        -------
        matplotlib.axes.Axes
            The axes.

        Raises
        ------
        AttributeError
            If the matcher was built from arrays, or saved without its objects.
        ValueError
            If the result has no points, since it was copied, pickled or built by hand, or if they
            came from an iterator; or as `poly_match.plot`.
        ImportError
            If matplotlib is not installed.

        See Also
        --------
        poly_match.plot : Draw any points and polygons, with or without a result.

        Notes
        -----
        The points are those that were given to `Matcher.match`, as they are now.

        Examples
        --------
        >>> import poly_match
        >>> square = poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9])
        >>> result = poly_match.match([square], [(1, 1), (15, 5)], near="covers")
        >>> result.plot().get_title(loc="left")
        '1 of 2 points matched\nto 1 of 1 polygon'
        """
        points, source = self._points, self._source
        polygons = known(source.polygons)
        if points is None or isinstance(points, Iterator):
            why = (
                "it was copied, pickled or built by hand" if points is None else "they are used up"
            )
            raise ValueError(
                f"the result has no points to draw, since {why}: "
                "use poly_match.plot(points, polygons, result)"
            )
        systems = (declared(points), source.crs)
        return _picture(points, polygons, systems, self, ax, column, cmap, legend, figsize)


def _picture(
    points: Points,
    polygons: Iterable[Any],
    systems: tuple[System | None, System | None],
    result: Plotted | None,
    ax: Axes | None,
    column: str | npt.ArrayLike | None,
    cmap: str | Colormap | None,
    has_legend: bool,
    figsize: tuple[float, float] | None,
) -> Axes:
    # Reads the arguments, and draws them. `systems` are what points and polygons declare.
    needed("matplotlib", "plot()")
    from poly_match._drawing import classes
    from poly_match._drawing.outlines import Outlines
    from poly_match._drawing.scene import Scene, draw

    if isinstance(polygons, Iterator):
        polygons = list(polygons)
    outlines = Outlines(polygons)
    coordinates = _native.read_points(geometries(points), "skip")
    index = None if result is None else _best(result, len(coordinates), len(outlines))
    objects = polygons if isinstance(polygons, (list, tuple)) else None
    look: classes.Classes | classes.Scale | None = None
    name = None
    if column is not None:
        look = classes.of_column(column, polygons, objects, len(outlines), cmap)
        name = column if isinstance(column, str) else getattr(column, "name", None)
    elif index is not None:
        look = classes.named(objects, len(outlines))
    is_degrees = any(system is not None and system.is_geographic for system in systems)
    scene = Scene(coordinates, outlines, index, look)
    return draw(scene, ax, is_degrees, name, has_legend, figsize)


def _best(result: Plotted, points: int, polygons: int) -> Positions:
    # The best match of each point.
    index = result.index if result.index.ndim == 1 else result.index[:, 0]
    if len(index) != points:
        raise ValueError(f"expected {len(index)} points, as many as the result has, got {points}")
    if result._source.count != polygons:
        raise ValueError(
            f"expected {result._source.count} polygons, as many as the result knows, got {polygons}"
        )
    return index
