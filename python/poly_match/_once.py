"""`match`: build a matcher, use it once, and drop it."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

import numpy as np
from poly_match_rs import _native
from poly_match_rs._crs import PLAIN, declared
from poly_match_rs._geometry import column

from poly_match._matcher import Matcher
from poly_match._progress import timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt
    from poly_match_rs._crs import System

    from poly_match._result import Floats, MatchResult
    from poly_match._rule import Best, Center, Near, OnInvalid, Points, Tie

P = TypeVar("P")


@overload
def match(
    polygons: Iterable[P],
    points: Points,
    *,
    max_dist: float | npt.ArrayLike | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    nulls_last: bool = False,
    with_distances: bool = False,
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: None = None,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
    planar: bool = False,
    progress: bool = False,
) -> MatchResult[P | None]: ...
@overload
def match(
    polygons: Iterable[P],
    points: Points,
    *,
    max_dist: float | npt.ArrayLike | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    nulls_last: bool = False,
    with_distances: bool = False,
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: int,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
    planar: bool = False,
    progress: bool = False,
) -> MatchResult[list[P | None]]: ...
def match(
    polygons: Iterable[P],
    points: Points,
    *,
    max_dist: float | npt.ArrayLike | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    nulls_last: bool = False,
    with_distances: bool = False,
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: int | None = None,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
    planar: bool = False,
    progress: bool = False,
) -> MatchResult[Any]:
    """Build a matcher and match every point with it, once.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``; see `Matcher`.
    points : array_like of float, shape (N, 2), or iterable of points
        In the units of the polygons' coordinates; see `Matcher.match`.
    max_dist : float or array_like of float, shape (N,), optional
        How far *center* and *boundary* reach, in the units of the coordinates: one distance for
        all points, or an array with one for each.
    near : {"center", "boundary", "contains", "covers"}, default "center"
        What makes a polygon a candidate.
    best : str, array_like, sequence of these, or callable, default "area"
        What makes a candidate the match; see `Matcher`.
    tie : {"index", "distance"}, default "index"
        Which of several equally good candidates wins.
    nulls_last : bool, default False
        Whether a polygon whose key is missing comes after all others.
    with_distances : bool, default False
        Whether a callable for *best* also gets the distances of its candidates; see `Matcher`.
    inclusive : bool, default False
        Whether a centre or a boundary at exactly `max_dist` is near.
    center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
        Which point is the centre, for ``near="center"``.
    groups : array_like or iterable of hashable, length M, optional
        A label for each polygon; see `Matcher`.
    point_groups : array_like or iterable of hashable, length N, optional
        A label for each point; see `Matcher.match`.
    k : int, optional
        Return the k best candidates of each point.
    workers : int, optional
        Number of threads. None uses all cores; 1 uses only the calling thread.
    on_invalid : {"raise", "skip"}, default "raise"
        What to do with an invalid point, and with an object that holds no polygon; see `Matcher`
        and `Matcher.match`. The older word "unmatched" is about points alone.
    planar : bool, default False
        Whether degrees may be taken as lengths on a plane; see `Matcher`.
    progress : bool, default False
        Whether to show how far it is; see `Matcher.match`.

    Returns
    -------
    MatchResult
        One row for every point, in the order of the points.

    Raises
    ------
    ValueError
        As `Matcher` and `Matcher.match`.
    TypeError
        As `Matcher` and `Matcher.match`.

    Warns
    -----
    CoordinateWarning
        As `Matcher` and `Matcher.match`.

    Examples
    --------
    >>> import poly_match
    >>> square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
    >>> poly_match.match([square], [(0.5, 0.0), (9.0, 9.0)], max_dist=2.0).index
    array([ 0, -1])
    >>> poly_match.match([square], [(0.5, 0.0), (0.5, -0.1)], near="covers").index
    array([ 0, -1])
    >>> poly_match.match([square], [(0.5, -1.0)] * 2, near="boundary", max_dist=[2.0, 0.5]).index
    array([ 0, -1])
    """
    reach, radii = _reach(max_dist)
    few, points_crs, failure = None, None, None
    given = points
    if near != "center" and _are_fewer(points, polygons):
        if not isinstance(points, PLAIN):
            points = column(points)
        few, points_crs, failure = fewer_points(points, on_invalid)
        points = points if few is None else few
    matcher: Matcher[P] = Matcher.__new__(Matcher)
    read = matcher._read
    if progress:
        read = timed(read, "building")
    read(
        polygons,
        reach,
        near,
        best,
        tie,
        nulls_last,
        with_distances,
        inclusive,
        center,
        groups,
        # "unmatched", the older word, is about points alone.
        "skip" if on_invalid == "skip" else "raise",
        planar,
        few,
        k,
        points_crs,
    )
    if failure is not None:
        raise failure
    find: Callable[..., MatchResult[Any]] = matcher.match
    result = find(
        points,
        workers=workers,
        k=k,
        max_dist=radii,
        point_groups=point_groups,
        on_invalid=on_invalid,
        progress=progress,
    )
    result._points = given
    return result


def _are_fewer(points: Points, polygons: Iterable[Any]) -> bool:
    # Whether it may pay to leave out polygons that are far from all points.
    return (
        isinstance(points, Sized) and isinstance(polygons, Sized) and len(points) <= len(polygons)
    )


def fewer_points(
    points: Points, on_invalid: OnInvalid
) -> tuple[Floats | None, System | None, Exception | None]:
    # Reads the points before the polygons. Returns them, or None; the system that they declare; and
    # the error, which the caller raises after those of the polygons, as with a matcher.
    crs = None if isinstance(points, PLAIN) else declared(points)
    try:
        return _native.read_points(points, on_invalid), crs, None
    except Exception as error:
        return None, crs, error


def largest(radii: Floats | None) -> float:
    # A distance for the rule, if each point has its own.
    return 0.0 if radii is None else float(np.fmax.reduce(radii, initial=0.0))


def _reach(max_dist: float | npt.ArrayLike | None) -> tuple[float | None, Floats | None]:
    # The rule's distance, and one for each point: the rule's is then the largest.
    if max_dist is None or np.ndim(max_dist) == 0:
        return cast("float | None", max_dist), None
    radii = _native.read_numbers(max_dist, "max_dist")
    return largest(radii), radii
