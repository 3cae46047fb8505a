"""The prepared matcher: build once, match many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from poly_match_rs import _native

from poly_match import _rule
from poly_match._build import Buildable
from poly_match._candidates import Listing
from poly_match._groups import numbered
from poly_match._query import per_point
from poly_match._result import MatchResult, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._rule import Best, Center, Near, OnInvalid, Tie

P = TypeVar("P")


class Matcher(Buildable[P], Listing[P]):
    """Polygons, prepared to be matched to any number of points.

    The polygons *near* a point are its candidates, and the *best* of them is its match. They are
    read once, here: a matcher does not change, and another set of polygons is another matcher.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``. Where they have a ``center`` or an ``area()`` of
        their own, as a subclass may, those count; ``area()`` is asked once for each polygon.
    max_dist : float, optional
        In the units of the coordinates: how far *center* and *boundary* reach. 0 is near nothing,
        infinity near everything. The other rules know no distance.
    near : {"center", "boundary", "contains", "covers"}, default "center"
        What makes a polygon a candidate: its centre is closer than `max_dist`, or its boundary is
        (a point inside is at distance 0, one in a hole is not inside); or it contains the point,
        without its boundary or, by *covers*, with it.
    best : {"area", "nearest", "first"}, array_like of shape (M,), or callable, default "area"
        What makes a candidate the match: the smallest area, the smallest distance, the lowest
        position, the smallest of the keys that are given, one for each polygon, or the smallest of
        those that the callable gives; see Notes.
    tie : {"index", "distance"}, default "index"
        Which of the candidates that are equally good wins: the one that comes first, or the nearest
        of them, and of the nearest the first.
    inclusive : bool, default False
        Whether a centre or a boundary at exactly `max_dist` is near.
    center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
        Where *near* is *center*: what the centre is. The mean of the vertices by default, the
        centroid of the area, the middle of the bounds, or a point given for each polygon.
    groups : array_like or iterable of hashable, length M, optional
        A label for each polygon, such as its floor or its store. Each point then has one too, and
        only polygons of an equal label are its candidates; a missing one (None, NaN) equals none.

    Raises
    ------
    ValueError
        For a rule that is not known, a coordinate that is NaN or infinite, an area or a key that
        is NaN, a `max_dist` that is negative or NaN, or has no meaning, and for keys, centres or
        labels that are more or fewer than the polygons.
    TypeError
        For an object without ``x`` and ``y``, with its position and type, or where `max_dist` is
        missing.

    See Also
    --------
    match : The same in one shot.
    main : The same with the article's arguments and answer.

    Notes
    -----
    The centre is the mean of the vertices, bit for bit that of ``np.array([x, y]).mean(axis=1)``,
    the distance is ``sqrt(dx*dx + dy*dy)``, the area the shoelace formula, all in float64. Whether
    a point is inside is decided exactly, by the even-odd rule. The answer does not depend on the
    number of workers. Threads may share a matcher.

    A callable is asked as ``best(points, indptr, indices)``, in batches of some ten thousand
    candidates or more: `points` is of float64 and shape (n, 2), `indptr` and `indices` are their
    candidates as in `Candidates`. It returns a key for each candidate, an array_like of shape
    (len(indices),); the smallest is best. Points come in an order of the matcher's, which keeps
    together what is close together, and so do the candidates of each; only where all candidates
    are asked for with ``order="best"`` do both come in the order of the input. How points are cut
    into batches should not matter to it, and a batch without candidates it is not asked of. What
    it is given is its own to change, what it raises reaches the caller as it was raised, and it
    runs in the thread that called the matcher.

    Examples
    --------
    >>> import numpy as np
    >>> import poly_match
    >>> big = poly_match.Polygon([0, 10, 10, 0], [0, 0, 10, 10])
    >>> small = poly_match.Polygon([4, 6, 6, 4], [4, 4, 6, 6])
    >>> matcher = poly_match.Matcher([big, small], max_dist=3.0)
    >>> result = matcher.match([(5.0, 6.0), (90.0, 90.0)])
    >>> result.index
    array([ 1, -1])
    >>> result.distance
    array([ 1., nan])
    >>> result.objects[0] is small
    True

    The polygon that covers a point and has the lowest priority of its own:

    >>> matcher = poly_match.Matcher([big, small], near="covers", best=[1, 2])
    >>> matcher.match([(5.0, 6.0)]).index
    array([0])

    A rule in Python, here the least area for its distance:

    >>> areas = np.array([big.area(), small.area()])
    >>> centers = np.array([big.center, small.center])
    >>> def best(points, indptr, indices):
    ...     of_candidate = np.repeat(points, np.diff(indptr), axis=0)
    ...     distances = np.linalg.norm(centers[indices] - of_candidate, axis=1)
    ...     return areas[indices] / (1 + distances)
    >>> poly_match.Matcher([big, small], max_dist=3.0, best=best).match([(5.0, 6.0)]).index
    array([1])
    """

    def __init__(
        self,
        polygons: Iterable[P],
        *,
        max_dist: float | None = None,
        near: Near = "center",
        best: Best = "area",
        tie: Tie = "index",
        inclusive: bool = False,
        center: Center | npt.ArrayLike = "vertex_mean",
        groups: npt.ArrayLike | Iterable[Any] | None = None,
    ) -> None:
        rule, ask = _rule.read(near, max_dist, inclusive, best, tie)
        labels, codes = numbered(groups)
        native, objects = _native.Matcher.from_polygons(polygons, rule, center, codes)
        said = _rule.said(near, max_dist, inclusive, best, tie, center)
        self._set(native, objects, labels, ask, said)

    @overload
    def match(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        k: None = None,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
    ) -> MatchResult[P | None]: ...
    @overload
    def match(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        k: int,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
    ) -> MatchResult[list[P | None]]: ...
    def match(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        k: int | None = None,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
    ) -> MatchResult[Any]:
        """Match every point.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            In the units of the polygons' coordinates. A C-contiguous float64 array is read in
            place, without a copy, unless *best* is a callable; while the call lasts, no other
            thread and no signal handler should write to it or resize it.
        workers : int, optional
            How many threads work: all cores where None, the calling thread alone where 1. The
            answer is the same.
        k : int, optional
            How many of the best candidates to give for each point, in rows of k, the best first.
        max_dist : array_like of float, shape (N,), optional
            A distance for each point, in place of the matcher's.
        groups : array_like or iterable of hashable, length N, optional
            A label for each point, where the polygons have such. It is that of a polygon where the
            two are equal and have the same hash, as 1, 1.0 and True.
        on_invalid : {"raise", "unmatched"}, default "raise"
            What to do with a point that is NaN or infinite.

        Returns
        -------
        MatchResult
            One row for every point, in the order of the points.

        Raises
        ------
        ValueError
            For points of another shape, or a point that is NaN or infinite, with its position; a
            distance that is negative or NaN; more or fewer distances or labels than points; a k
            below 1; labels where the polygons have none, or none where they have some.
        TypeError
            For points or distances that are not numeric, and labels that are not hashable.

        Warns
        -----
        UserWarning
            Where no label of a point could be equal to one of a polygon, as 7 and ``"7"`` are not.

        Examples
        --------
        >>> import poly_match
        >>> floors = ["ground", "first"]
        >>> shops = [poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9]) for _ in floors]
        >>> matcher = poly_match.Matcher(shops, near="covers", groups=floors)
        >>> matcher.match([(1, 1), (1, 1), (1, 1)], groups=["first", "ground", "attic"]).index
        array([ 1,  0, -1])
        """
        native, ask = self._native, self._ask
        if k is max_dist is groups is ask is None:
            # For few points, every argument counts.
            index, distance = native.match(points, workers, on_invalid)
            return MatchResult(index, distance, self._objects)
        distances, codes = per_point(max_dist, groups, self._labels)
        if k is None:
            index, distance = native.match(points, workers, on_invalid, distances, codes, ask)
        else:
            index, distance = native.match_k(points, k, workers, on_invalid, distances, codes, ask)
        return MatchResult(index, distance, self._objects)

    def pairs(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
    ) -> list[tuple[Any, P]]:
        """Match every point, and give the points and polygons that belong together.

        The article's answer, as `main` gives it. For few points it is the fastest, since no array
        is made.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            As for `match`.
        workers : int, optional
            As for `match`.
        max_dist : array_like of float, shape (N,), optional
            As for `match`.
        groups : array_like or iterable of hashable, length N, optional
            As for `match`.
        on_invalid : {"raise", "unmatched"}, default "raise"
            As for `match`.

        Returns
        -------
        list of (point, polygon)
            The caller's own points and polygons, in the order of the points; points with no match
            are left out.

        Raises
        ------
        ValueError
            As `match`.
        TypeError
            As `match`.
        AttributeError
            Where the matcher was built from arrays, or saved without its objects.

        Examples
        --------
        >>> import poly_match
        >>> square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
        >>> matcher = poly_match.Matcher([square], max_dist=2.0)
        >>> matcher.pairs([(9.0, 9.0), (0.5, 0.0)]) == [((0.5, 0.0), square)]
        True
        """
        objects = tuple(known(self._objects))
        distances, codes = per_point(max_dist, groups, self._labels)
        return self._native.pairs(objects, points, workers, on_invalid, distances, codes, self._ask)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<Matcher of {len(self)} polygons, {self._rule}>"
