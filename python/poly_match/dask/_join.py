"""`join`: match the partitions of a Dask DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import dask.dataframe as dd

from poly_match._joined import Wanted, chosen
from poly_match._prepared import Rule, prepared
from poly_match._shipped import Shipped
from poly_match.dask import _cluster, _meta
from poly_match.dask._partition import Joining

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._by import By
    from poly_match._joined import Chosen, How
    from poly_match._rule import Best, Center, Near, OnInvalid, Tie

# A DataFrame of Dask, or a GeoDataFrame of dask-geopandas.
T = TypeVar("T")


def join(
    points: T,
    polygons: Any,  # noqa: ANN401 - a table of any library, a matcher, or the path of one
    *,
    near: Near | None = None,
    best: Best | None = None,
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
    workers: int | None = 1,
    allow_pickle: bool = False,
) -> T:
    """Return a Dask DataFrame of points with columns of the polygons that match them by a rule.

    The polygons are indexed now, and the partitions are matched when Dask computes them.

    Parameters
    ----------
    points : dask.dataframe.DataFrame or dask_geopandas.GeoDataFrame
        The points.
    polygons : table, Matcher, or path-like
        The polygons: a table that `poly_match.join` takes, or a Dask DataFrame, which is computed;
        a matcher of `Matcher.from_table`; or the path of a saved one. A matcher has its rule:
        leave out the arguments that are about the rule, except `max_dist`.
    near : {"center", "boundary", "contains", "covers"}, optional
        What makes a polygon a candidate; see `Matcher`. A table of polygons needs it.
    best : str, array_like, sequence of these, or callable, optional
        What makes a candidate the match; see `Matcher`. By default, ``"smallest"``.
    max_dist : float or str, optional
        How far *center* and *boundary* reach, in the units of the coordinates; or the column of
        the points that has a distance for each. It replaces the distance of a matcher.
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
        Number of threads for one partition. The default is 1, since Dask matches several
        partitions at the same time, one on each of its own threads. None uses all cores.
    allow_pickle : bool, default False
        Whether to unpickle pickled parts of a saved matcher; see `Matcher.load`.

    Returns
    -------
    dask.dataframe.DataFrame or dask_geopandas.GeoDataFrame
        Of the type of `points`, with new columns at its end; see `Matcher.join`. Index and
        divisions are those of `points`, and so are the coordinate system and the active geometry.
        When it is computed, its rows and values equal those of `poly_match.join` of the computed
        `points`.

    Raises
    ------
    ValueError, TypeError
        As `Matcher.from_table`, `Matcher.load` and `Matcher.join`, for what is wrong with the
        polygons, the arguments, or the columns and their types. What is wrong with the values of
        points is raised when Dask computes them; the message has the number of the partition.
    TypeError
        If `points` is no Dask DataFrame, if a table of polygons has no rule, or a matcher has two.
    ImportError
        If Dask is not installed.
    RuntimeError
        If the client of the cluster is asynchronous.
    FileNotFoundError
        When Dask computes the partitions, on a machine that did not get the matcher.
    pickle.PicklingError, TypeError, AttributeError
        If a callable for *best* cannot be pickled, as pickle raises it.

    See Also
    --------
    poly_match.join : Join tables in memory.
    poly_match.Matcher.from_table : Build a matcher once, to join many tables.

    Notes
    -----
    The index travels as a file, not in the graph. If there is a Client, a worker plugin brings it
    to all workers, and to those that join later. It is written once on each machine, mapped into
    memory, and loaded once in each worker process: the processes of a machine share its pages. It
    stays until the workers close. Without a Client, and for one that is made after the call, the
    tasks load a temporary file of this process, which other machines do not have.

    The scheduler and the workers need the same version of poly_match.

    Columns of coordinates are found by the names and types of `points`, without a look at its
    values: name a column of shapely objects in a frame without geometry types with `geometry`.

    Select columns and rows of `points` before the join: Dask does not look into it.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> import poly_match.dask
    >>> polygons = pd.DataFrame({
    ...     "name": ["hall", "shelf"],
    ...     "wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))", "POLYGON((4 4, 6 4, 6 6, 4 6, 4 4))"],
    ... })
    >>> points = pd.DataFrame({"x": [5.0, 1.0, 10.0], "y": [5.0, 1.0, 5.0]}, index=["a", "b", "c"])
    >>> points = dd.from_pandas(points, npartitions=2)
    >>> poly_match.dask.join(points, polygons, near="boundary", max_dist=2.0).compute()
          x    y   name  distance
    a   5.0  5.0  shelf       0.0
    b   1.0  1.0   hall       0.0
    c  10.0  5.0   hall       1.0
    """
    if not isinstance(points, dd.DataFrame):
        got = f"{type(points).__module__.partition('.')[0]}.{type(points).__name__}"
        got = got.removeprefix("builtins.")
        raise TypeError(
            "points must be a Dask DataFrame, or a GeoDataFrame of dask-geopandas, got "
            f"{got}; poly_match.join takes other tables"
        )
    if isinstance(polygons, dd.DataFrame):
        polygons = polygons.compute()  # type: ignore[no-untyped-call]
    names = chosen(columns)
    rule = Rule(
        near=near,
        best=best,
        max_dist=max_dist,
        tie=tie,
        nulls_last=nulls_last,
        with_distances=with_distances,
        inclusive=inclusive,
        center=center,
        planar=planar,
        polygon_geometry=polygon_geometry,
        on_invalid=on_invalid,
    )
    matcher, max_dist, may_unpickle = prepared(polygons, rule, by, names, allow_pickle)
    wanted = Wanted(
        columns=names,
        how=how,
        x=x,
        y=y,
        geometry=geometry,
        by=by,
        max_dist=max_dist,
        k=k,
        distance_col=distance_col,
        position_col=position_col,
        label_col=label_col,
        on_invalid=on_invalid,
        workers=workers,
    )
    shipped = Shipped.of(matcher, may_unpickle)
    ddf: Any = points
    joining = Joining(shipped, wanted).with_columns_of(ddf._meta)
    meta = _meta.of(joining, ddf._meta)
    _cluster.send(shipped)
    found = ddf.map_partitions(joining, meta=meta, enforce_metadata=False)
    if getattr(ddf, "spatial_partitions", None) is not None:
        found.spatial_partitions = ddf.spatial_partitions
    return found  # type: ignore[no-any-return]
