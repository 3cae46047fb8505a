"""The prepared matcher: build once, match many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy.typing as npt
from poly_match_rs import _native

from poly_match import _rule
from poly_match._groups import numbered
from poly_match._result import Candidates, MatchResult, known
from poly_match._store import Storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from poly_match._groups import Codes, Labels
    from poly_match._result import Floats
    from poly_match._rule import Ask, Best, Center, Near, OnInvalid, Order, Tie

P = TypeVar("P")


class Matcher(Storable[P]):
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

    @classmethod
    def from_arrays(
        cls,
        centers: npt.ArrayLike,
        keys: npt.ArrayLike | None = None,
        *,
        max_dist: float,
        best: Best | None = None,
        tie: Tie = "index",
        inclusive: bool = False,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
    ) -> Matcher[Any]:
        """Prepare polygons that are known by their centres alone.

        Parameters
        ----------
        centers : array_like of float, shape (M, 2)
            Finite.
        keys : array_like of float, shape (M,), optional
            The smallest key is best, and of equal keys the first. Not NaN.
        max_dist : float
            In the units of the centres.
        best : {"nearest", "first"}, array_like or callable, optional
            In place of `keys`; see `Matcher`.
        tie : {"index", "distance"}, default "index"
            Which of the candidates that are equally good wins.
        inclusive : bool, default False
            Whether a centre at exactly `max_dist` is near.
        groups : array_like or iterable of hashable, length M, optional
            A label for each polygon; see `Matcher`.

        Returns
        -------
        Matcher
            Its results have no `MatchResult.objects`.

        Raises
        ------
        ValueError
            For arrays of other shapes, values that are not allowed, or a rule that asks for more
            than centres.
        TypeError
            For arrays that are not numeric, or where keys and best are both given or both missing.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> matcher.match([(0, 0)]).index
        array([1])
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], max_dist=2, best="nearest")
        >>> matcher.match([(0, 0)]).index
        array([0])
        """
        if (keys is None) == (best is None):
            what = "neither" if keys is None else "both"
            raise TypeError(f"from_arrays() needs keys or best, got {what}")
        which = best if keys is None else keys
        rule, ask = _rule.read("center", max_dist, inclusive, which, tie)
        labels, codes = numbered(groups)
        native = _native.Matcher.from_arrays(centers, rule, codes)
        matcher = cls.__new__(cls)
        said = _rule.said(None, max_dist, inclusive, best, tie)
        matcher._set(native, None, labels, ask, said)
        return matcher

    @classmethod
    def from_rings(
        cls,
        vertices: npt.ArrayLike,
        ring_offsets: npt.ArrayLike,
        polygon_offsets: npt.ArrayLike,
        part_offsets: npt.ArrayLike | None = None,
        *,
        keys: npt.ArrayLike | None = None,
        max_dist: float | None = None,
        near: Near = "center",
        best: Best | None = None,
        tie: Tie = "index",
        inclusive: bool = False,
        center: Center | npt.ArrayLike = "vertex_mean",
        groups: npt.ArrayLike | Iterable[Any] | None = None,
    ) -> Matcher[Any]:
        """Prepare polygons that are given as flat arrays, as GeoArrow lays them out.

        Parameters
        ----------
        vertices : array_like of float, shape (V, 2)
            Of all rings, one after the other. The closing vertex of a ring, equal to its first, may
            be there or not; it counts once.
        ring_offsets : array_like of int, shape (R + 1,)
            Ring ``i`` has the vertices ``ring_offsets[i]:ring_offsets[i + 1]``.
        polygon_offsets : array_like of int, shape (M + 1,)
            Likewise the rings of each polygon, the outer one first and then its holes; or its
            parts, where there are `part_offsets`.
        part_offsets : array_like of int, shape (Q + 1,), optional
            The rings of each part of the polygons, the outer one first and then its holes.
        keys : array_like of float, shape (M,), optional
            The same as `best`.
        max_dist : float, optional
            As in `Matcher`, like all that follows.
        near : {"center", "boundary", "contains", "covers"}, default "center"
            What makes a polygon a candidate.
        best : {"area", "nearest", "first"}, array_like or callable, default "area"
            What makes a candidate the match.
        tie : {"index", "distance"}, default "index"
            Which of the candidates that are equally good wins.
        inclusive : bool, default False
            Whether a centre or a boundary at exactly `max_dist` is near.
        center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
            What the centre is.
        groups : array_like or iterable of hashable, length M, optional
            A label for each polygon.

        Returns
        -------
        Matcher
            Its results have no `MatchResult.objects`.

        Raises
        ------
        ValueError
            For arrays of other shapes, offsets that do not fit, values that are not allowed, and as
            in `Matcher`.
        TypeError
            For arrays that are not numeric, or offsets that are no integers.

        Examples
        --------
        A square with a square hole:

        >>> import poly_match
        >>> outer, hole = [(0, 0), (9, 0), (9, 9), (0, 9)], [(3, 3), (6, 3), (6, 6), (3, 6)]
        >>> matcher = poly_match.Matcher.from_rings(outer + hole, [0, 4, 8], [0, 2], near="covers")
        >>> matcher.match([(1, 1), (4, 4), (3, 4)]).index
        array([ 0, -1,  0])
        """
        if keys is not None and best is not None:
            raise TypeError("from_rings() needs keys or best, got both")
        if keys is not None:
            best = keys
        elif best is None:
            best = "area"
        rule, ask = _rule.read(near, max_dist, inclusive, best, tie)
        labels, codes = numbered(groups)
        offsets = (ring_offsets, part_offsets, polygon_offsets)
        native = _native.Matcher.from_rings(vertices, offsets, rule, center, codes)
        matcher = cls.__new__(cls)
        said = _rule.said(near, max_dist, inclusive, best, tie, center)
        matcher._set(native, None, labels, ask, said)
        return matcher

    def _set(
        self,
        native: _native.Matcher,
        objects: tuple[P, ...] | None,
        labels: Labels | None,
        ask: Ask | None,
        rule: str,
    ) -> None:
        self._native = native
        self._objects = objects
        self._labels = labels
        self._ask = ask
        self._rule = rule if labels is None else f"{rule}, groups=<{len(labels)} labels>"

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
        if max_dist is not None:
            max_dist = _native.read_numbers(max_dist, "max_dist")
        codes = None if groups is None else self._codes(groups)
        if k is None:
            index, distance = native.match(points, workers, on_invalid, max_dist, codes, ask)
        else:
            index, distance = native.match_k(points, k, workers, on_invalid, max_dist, codes, ask)
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
        if max_dist is not None:
            max_dist = _native.read_numbers(max_dist, "max_dist")
        codes = None if groups is None else self._codes(groups)
        return self._native.pairs(objects, points, workers, on_invalid, max_dist, codes, self._ask)

    def candidates(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        order: Order = "index",
        on_invalid: OnInvalid = "raise",
    ) -> Candidates:
        """Find all candidates of every point.

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
        order : {"index", "best"}, default "index"
            The order of the candidates of a point: that of the polygons, or the best first.
        on_invalid : {"raise", "unmatched"}, default "raise"
            What to do with a point that is NaN or infinite; it has no candidate.

        Returns
        -------
        Candidates
            In compressed sparse rows, a row for every point.

        Raises
        ------
        ValueError
            As `match`.
        TypeError
            As `match`.

        See Also
        --------
        iter_candidates : The same piece by piece, where all do not fit into memory.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> found = matcher.candidates([(0, 0), (9, 9)])
        >>> found.indptr, found.indices, found.distances
        (array([0, 2, 2]), array([0, 1]), array([0., 1.]))
        >>> matcher.candidates([(0, 0), (9, 9)], order="best").indices
        array([1, 0])
        """
        if max_dist is not None:
            max_dist = _native.read_numbers(max_dist, "max_dist")
        codes = None if groups is None else self._codes(groups)
        found = self._native.candidates(
            points, workers, on_invalid, max_dist, codes, order, self._ask
        )
        return Candidates(*found)

    def iter_candidates(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        max_dist: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        order: Order = "index",
        batch: int = 1_000_000,
        on_invalid: OnInvalid = "raise",
    ) -> Iterator[tuple[int, Candidates]]:
        """Find all candidates of every point, piece by piece.

        There is never more than one piece in memory, beside those that the caller keeps.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            As for `match`, and copied once: what is done to them between two pieces has no effect.
        workers : int, optional
            As for `match`.
        max_dist : array_like of float, shape (N,), optional
            As for `match`.
        groups : array_like or iterable of hashable, length N, optional
            As for `match`.
        order : {"index", "best"}, default "index"
            As for `candidates`.
        batch : int, default 1_000_000
            About how many candidates a piece has: as many points are in it as it takes for so many.
        on_invalid : {"raise", "unmatched"}, default "raise"
            As for `candidates`.

        Returns
        -------
        iterator of (int, Candidates)
            The position of a piece's first point, and the candidates of the piece's points: of
            ``len(found.indptr) - 1`` points that follow each other.

        Raises
        ------
        ValueError
            As `match`, and for a batch below 1.
        TypeError
            As `match`.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> points = [(0, 0), (9, 9)] * 1000
        >>> sum(len(found.indices) for start, found in matcher.iter_candidates(points, batch=100))
        2000
        """
        if batch < 1:
            raise ValueError(f"batch must be at least 1, got {batch}")
        array = _native.read_points(points)
        if max_dist is not None:
            max_dist = _native.read_numbers(max_dist, "max_dist")
        codes = None if groups is None else self._codes(groups)
        return self._pieces(array, workers, max_dist, codes, order, batch, on_invalid)

    def _pieces(
        self,
        points: Floats,
        workers: int | None,
        max_dist: Floats | None,
        codes: Codes | None,
        order: Order,
        batch: int,
        on_invalid: OnInvalid,
    ) -> Iterator[tuple[int, Candidates]]:
        start = 0
        while start < len(points):
            found = self._native.candidates(
                points[start:],
                workers,
                # The first piece has looked at every point there is.
                on_invalid if start == 0 else "unmatched",
                None if max_dist is None else max_dist[start:],
                None if codes is None else codes[start:],
                order,
                self._ask,
                batch,
            )
            piece = Candidates(*found)
            yield start, piece
            start += len(piece.indptr) - 1

    def _codes(self, groups: npt.ArrayLike | Iterable[Any]) -> Codes:
        if self._labels is None:
            raise ValueError("the points have groups, but the polygons have none")
        return self._labels.of_points(groups)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<Matcher of {len(self)} polygons, {self._rule}>"


@overload
def match(
    polygons: Iterable[P],
    points: npt.ArrayLike | Iterable[npt.ArrayLike],
    *,
    max_dist: float | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: None = None,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
) -> MatchResult[P | None]: ...
@overload
def match(
    polygons: Iterable[P],
    points: npt.ArrayLike | Iterable[npt.ArrayLike],
    *,
    max_dist: float | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: int,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
) -> MatchResult[list[P | None]]: ...
def match(
    polygons: Iterable[P],
    points: npt.ArrayLike | Iterable[npt.ArrayLike],
    *,
    max_dist: float | None = None,
    near: Near = "center",
    best: Best = "area",
    tie: Tie = "index",
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    groups: npt.ArrayLike | Iterable[Any] | None = None,
    point_groups: npt.ArrayLike | Iterable[Any] | None = None,
    k: int | None = None,
    workers: int | None = None,
    on_invalid: OnInvalid = "raise",
) -> MatchResult[Any]:
    """Match every point in one shot.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``; see `Matcher`.
    points : array_like of float, shape (N, 2), or iterable of points
        In the units of the polygons' coordinates.
    max_dist : float, optional
        How far *center* and *boundary* reach, in the units of the coordinates.
    near : {"center", "boundary", "contains", "covers"}, default "center"
        What makes a polygon a candidate.
    best : {"area", "nearest", "first"}, array_like or callable, default "area"
        What makes a candidate the match.
    tie : {"index", "distance"}, default "index"
        Which of the candidates that are equally good wins.
    inclusive : bool, default False
        Whether a centre or a boundary at exactly `max_dist` is near.
    center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
        What the centre is.
    groups : array_like or iterable of hashable, length M, optional
        A label for each polygon; see `Matcher`.
    point_groups : array_like or iterable of hashable, length N, optional
        A label for each point; see `Matcher.match`.
    k : int, optional
        How many of the best candidates to give for each point.
    workers : int, optional
        How many threads work: all cores where None, the calling thread alone where 1.
    on_invalid : {"raise", "unmatched"}, default "raise"
        What to do with a point that is NaN or infinite.

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

    Examples
    --------
    >>> import poly_match
    >>> square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
    >>> poly_match.match([square], [(0.5, 0.0), (9.0, 9.0)], max_dist=2.0).index
    array([ 0, -1])
    >>> poly_match.match([square], [(0.5, 0.0), (0.5, -0.1)], near="covers").index
    array([ 0, -1])
    """
    matcher = Matcher(
        polygons,
        max_dist=max_dist,
        near=near,
        best=best,
        tie=tie,
        inclusive=inclusive,
        center=center,
        groups=groups,
    )
    find: Callable[..., MatchResult[Any]] = matcher.match
    return find(points, workers, k=k, groups=point_groups, on_invalid=on_invalid)
