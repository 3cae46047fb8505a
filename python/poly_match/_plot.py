"""`plot`: look at points, polygons and matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from poly_match_rs import _native
from poly_match_rs._crs import declared
from poly_match_rs._geometry import column as geometries

from poly_match import _coordinates, tables
from poly_match._names import Names, column_of_names
from poly_match._source import Sourced, known
from poly_match.tables._needs import library

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from poly_match_rs._crs import System

    from poly_match._result import MatchResult, Positions
    from poly_match._rule import Points
    from poly_match.tables._table import Table


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
    x: str | None = None,
    y: str | None = None,
    geometry: str | None = None,
    polygon_geometry: str | None = None,
) -> Axes:
    r"""Draw points and polygons with matplotlib, and which point matches which polygon.

    Parameters
    ----------
    points : array_like of float, shape (N, 2), iterable of points, or table
        As for `Matcher.match` or `join`.
    polygons : iterable of Polygon, or table
        As for `Matcher` or `join`.
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
    x, y : str, optional
        The columns of the coordinates, if points are a table; by default, found as for `join`.
    geometry : str, optional
        The column of points, instead of `x` and `y`.
    polygon_geometry : str, optional
        The column of polygons, if polygons are a table.

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
    points = _of_table(points, "points", x, y, geometry)
    table = tables.find(polygons)
    if table is not None:
        table = table.materialized()
        table.side = "polygons"
        name = _coordinates.geometry_of_polygons(table, polygon_geometry, "polygon_geometry")
        polygons = table.geometry(name)
    elif isinstance(polygons, Iterator):
        polygons = list(polygons)
    systems = (declared(points), declared(polygons))
    look = Look(column, cmap, legend, figsize)
    return _picture(points, polygons, table, systems, result, ax, look)


def _of_table(points: Any, side: str, x: Any, y: Any, geometry: Any) -> Any:  # noqa: ANN401
    # The points of a table, as a matcher reads them; any other points as they are.
    table = tables.find(points)
    if table is None:
        return points
    table.side = side
    return _coordinates.of_points(table.materialized(), x, y, geometry)


class Look(NamedTuple):
    # How a picture looks; see `plot`.
    column: Any
    cmap: str | Colormap | None
    legend: bool
    figsize: tuple[float, float] | None


class Plotted(Sourced):
    """The part of `MatchResult` that draws it."""

    index: Positions
    _points: Points | None = None  # a result that an earlier release pickled has none

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
            If the matcher was built from arrays or from a table, or saved without its objects.
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
        if source.polygons is None:
            raise AttributeError(
                "the result has no polygons to draw, since its matcher was built from arrays or "
                "from a table, or saved without its objects: "
                "use poly_match.plot(points, polygons, result)"
            )
        if points is None or isinstance(points, Iterator):
            why = (
                "it was copied, pickled or built by hand" if points is None else "they are used up"
            )
            raise ValueError(
                f"the result has no points to draw, since {why}: "
                "use poly_match.plot(points, polygons, result)"
            )
        systems = (declared(points), source.crs)
        look = Look(column, cmap, legend, figsize)
        return _picture(points, known(source.polygons), None, systems, self, ax, look)


def _picture(
    points: Points,
    polygons: Iterable[Any],
    table: Table | None,
    systems: tuple[System | None, System | None],
    result: Plotted | None,
    ax: Axes | None,
    look: Look,
) -> Axes:
    # Reads the arguments, and draws them. `systems` are what points and polygons declare, and
    # `table` has the columns of the polygons.
    library("matplotlib", "plot()")
    from poly_match._drawing import classes
    from poly_match._drawing.outlines import Outlines
    from poly_match._drawing.scene import Scene, draw

    outlines = Outlines(polygons)
    coordinates = _native.read_points(geometries(points), "skip")
    index = None if result is None else _best(result, len(coordinates), len(outlines))
    objects = polygons if isinstance(polygons, (list, tuple)) else None
    colors: classes.Classes | classes.Scale | None = None
    name, column = None, look.column
    if column is not None:
        name = column if isinstance(column, str) else getattr(column, "name", None)
        values = _column(column, table, objects) if isinstance(column, str) else column
        colors = classes.of_column(values, len(outlines), look.cmap)
    elif index is not None:
        called = None if table is None else column_of_names(table.names)
        values = None if table is None or called is None else table.column(called)
        names = Names(len(outlines), objects, values)
        colors = classes.Classes(np.arange(len(outlines)), names)
    is_degrees = any(system is not None and system.is_geographic for system in systems)
    scene = Scene(coordinates, outlines, index, colors)
    return draw(scene, ax, is_degrees, name, look.legend, look.figsize)


def _column(name: str, table: Table | None, objects: Sequence[Any] | None) -> Any:  # noqa: ANN401
    # A column of a table; else the attribute of all objects.
    if table is not None:
        table.check_name(name)
        return table.column(name)
    if objects is None:
        raise ValueError(
            f"the polygons have no column {name!r}: give an array with a value of each"
        )
    for position, one in enumerate(objects):
        if one is not None and not hasattr(one, name):
            raise ValueError(
                f"column must name an attribute of the polygons, or be an array: polygon "
                f"{position}, of type {type(one).__name__}, has no {name!r}"
            )
    return np.array([getattr(one, name, None) for one in objects], dtype=object)


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
