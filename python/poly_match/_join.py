"""`join`: build a matcher from a table of polygons, join a table of points once, and drop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from poly_match import _coordinates, tables
from poly_match._joined import Wanted, chosen, joined, joined_at, radii
from poly_match._matcher import Matcher
from poly_match._once import fewer_points, largest

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._by import By
    from poly_match._joined import Chosen, How
    from poly_match._rule import Best, Center, Near, OnInvalid, Tie

# A table of points.
T = TypeVar("T")


def join(
    points: T,
    polygons: Any,  # noqa: ANN401 - a table of any library
    *,
    near: Near,
    best: Best = "smallest",
    max_dist: float | str | None = None,
    columns: Chosen = None,
    how: How = "left",
    x: str | None = None,
    y: str | None = None,
    geometry: str | None = None,
    polygon_geometry: str | None = None,
    by: By | None = None,
    k: int | None = None,
    distance_col: str | None = "distance",
    position_col: str | None = None,
    label_col: str | None = None,
    tie: Tie = "index",
    nulls_last: bool = False,
    with_distances: bool = False,
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    on_invalid: OnInvalid = "raise",
    planar: bool = False,
    workers: int | None = None,
    progress: bool = False,
) -> T:
    """Return a table of points with columns of the polygons that match them by a rule.

    Parameters
    ----------
    points : table
        A DataFrame of pandas, GeoPandas or Polars, a LazyFrame, a Table, RecordBatch or
        RecordBatchReader of pyarrow, a relation of DuckDB, a mapping of arrays, or another object
        with ``__arrow_c_stream__``. It is not changed.
    polygons : table
        Of any of these kinds, whatever kind the points are.
    near : {"center", "boundary", "contains", "covers"}
        What makes a polygon a candidate; see `Matcher`.
    best : str, array_like, sequence of these, or callable, default "smallest"
        What makes a candidate the match; see `Matcher`. ``"min:COLUMN"`` and ``"max:COLUMN"`` name
        a column of the polygons.
    max_dist : float or str, optional
        How far *center* and *boundary* reach, in the units of the coordinates; or the column of
        the points that has a distance for each.
    columns : sequence of str or mapping, optional
        Columns of the polygons: names, or names as keys and new names as values. By default, all
        that are not geometry.
    how : {"left", "inner"}, default "left"
        Which rows to return: all, in order, with nulls where nothing matches; or the matched.
    x, y : str, optional
        The points' columns of coordinates; by default, found as for `Matcher.join`.
    geometry : str, optional
        The points' column of geometry, instead of `x` and `y`.
    polygon_geometry : str, optional
        The polygons' column of geometry; see `Matcher.from_table`.
    by : str, sequence of str, or mapping, optional
        Columns of labels that must be equal: of one name in both tables, or the names of the
        points' columns as keys, and those of the polygons' as values.
    k : int, optional
        Return the k best matches of each point, in rows of their own, with their ``rank``.
    distance_col : str, optional
        The name of the column of distances, for *center* and *boundary*. None leaves it out.
    position_col : str, optional
        The name of a column of the polygons' positions; without it, there is none.
    label_col : str, optional
        The name of a column of the polygons' index labels, if they are in a table of pandas.
    tie : {"index", "distance"}, default "index"
        Which of several equally good candidates wins.
    nulls_last : bool, default False
        Whether a polygon whose key is missing comes after all others.
    with_distances : bool, default False
        Whether a callable for *best* also gets the distances of its candidates.
    inclusive : bool, default False
        Whether a centre or a boundary at exactly `max_dist` is near.
    center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
        Which point is the centre, for ``near="center"``.
    on_invalid : {"raise", "skip"}, default "raise"
        What to do with an invalid point, and with a row that holds no polygon.
    planar : bool, default False
        Whether degrees may be taken as lengths on a plane; see `Matcher`.
    workers : int, optional
        Number of threads. None uses all cores; 1 uses only the calling thread.
    progress : bool, default False
        Whether to show how long building takes, and how many points are matched; see
        `Matcher.match`. A stream shows nothing.

    Returns
    -------
    table
        Of the type of `points`, with new columns at its end; see `Matcher.join`.

    Raises
    ------
    ValueError, TypeError, ImportError
        As `Matcher.from_table` and `Matcher.join`.

    Warns
    -----
    CoordinateWarning
        As `Matcher` and `Matcher.match`.

    See Also
    --------
    Matcher.from_table : Build a matcher once, to join many tables.

    Examples
    --------
    >>> import pandas as pd
    >>> import poly_match
    >>> zones = pd.DataFrame({
    ...     "name": ["hall", "shelf"],
    ...     "wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))", "POLYGON((4 4, 6 4, 6 6, 4 6, 4 4))"],
    ... })
    >>> points = pd.DataFrame({"x": [5.0, 1.0, 10.0], "y": [5.0, 1.0, 5.0]}, index=["a", "b", "c"])
    >>> poly_match.join(points, zones, near="boundary", max_dist=2.0)
          x    y   name  distance
    a   5.0  5.0  shelf       0.0
    b   1.0  1.0   hall       0.0
    c  10.0  5.0   hall       1.0
    """
    ours = tables.of(points, "points")
    theirs = tables.in_memory(polygons, "polygons")
    name = _coordinates.geometry_of_polygons(theirs, polygon_geometry, "polygon_geometry")
    wanted = Wanted(
        chosen(columns),
        how,
        x,
        y,
        geometry,
        by,
        max_dist if isinstance(max_dist, str) else None,
        k,
        distance_col,
        position_col,
        label_col,
        on_invalid,
        workers,
        progress,
    )
    reach = max_dist
    if isinstance(max_dist, str):
        # The rule's distance: no point has a larger one.
        reach = float("inf") if ours.is_stream else largest(radii(ours, max_dist))
    rule = {
        "near": near,
        "best": best,
        "max_dist": reach,
        "tie": tie,
        "nulls_last": nulls_last,
        "with_distances": with_distances,
        "inclusive": inclusive,
        "center": center,
        # "unmatched", the older word, is about points alone.
        "on_invalid": "skip" if on_invalid == "skip" else "raise",
        "planar": planar,
    }
    kept = None if wanted.columns is None else list(wanted.columns)
    if ours.is_stream or near == "center" or len(ours) > len(theirs):
        matcher = Matcher._of_table(theirs, name, by, kept, rule, progress=progress)
        return joined(matcher, ours, wanted)  # type: ignore[no-any-return]
    # Polygons that are far from all points may be left out.
    coordinates = _coordinates.of_points(ours, x, y, geometry)
    few, points_crs, failure = fewer_points(coordinates, on_invalid)
    matcher = Matcher._of_table(theirs, name, by, kept, rule, few, k, points_crs, progress)
    if failure is not None:
        raise failure
    # They are not read again: the matcher knows what system they declare.
    return joined_at(matcher, ours, coordinates if few is None else few, wanted)  # type: ignore[no-any-return]
