"""The prepared matcher: build once, match many."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

if TYPE_CHECKING:
    from collections.abc import Iterable

P = TypeVar("P")
Floats: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.int64]

NEAR = ("center",)
BEST = ("area",)


class Matcher(Generic[P]):
    """Polygons, prepared to be matched to any number of points.

    A polygon is a candidate for a point when its centre is closer than `max_dist`; the candidate
    of the smallest area is the match, and of equal areas the one that comes first. The polygons
    are read once, here: a matcher does not change, and another set of polygons is another matcher.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``. Where they have a ``center`` or an ``area()`` of
        their own, as a subclass may, those count; ``area()`` is asked once for each polygon.
    max_dist : float
        In the units of the coordinates. 0 is near nothing, infinity near everything.
    near : {"center"}, default "center"
        What makes a polygon a candidate.
    best : {"area"}, default "area"
        What makes a candidate the match.
    inclusive : bool, default False
        Whether a centre at exactly `max_dist` is near.

    Raises
    ------
    ValueError
        For a rule that is not known, a coordinate that is NaN or infinite, an area that is NaN,
        or a `max_dist` that is negative or NaN.
    TypeError
        For an object without ``x`` and ``y``, with its position and type.

    See Also
    --------
    match : The same in one shot.
    main : The same with the article's arguments and answer.

    Notes
    -----
    The centre is the mean of the vertices, bit for bit that of ``np.array([x, y]).mean(axis=1)``,
    the distance is ``sqrt(dx*dx + dy*dy)``, the area the shoelace formula, all in float64. The
    answer does not depend on the number of workers. Threads may share a matcher.

    Examples
    --------
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
    """

    def __init__(
        self,
        polygons: Iterable[P],
        *,
        max_dist: float,
        near: Literal["center"] = "center",
        best: Literal["area"] = "area",
        inclusive: bool = False,
    ) -> None:
        _check("near", near, NEAR)
        _check("best", best, BEST)
        self._objects: list[P] | None = list(polygons)
        self._native = _native.Matcher.from_polygons(self._objects, max_dist, inclusive)
        self._rule = f"max_dist={max_dist!r}, {near=}, {best=}, {inclusive=}"

    @classmethod
    def from_arrays(
        cls,
        centers: npt.ArrayLike,
        keys: npt.ArrayLike,
        *,
        max_dist: float,
        inclusive: bool = False,
    ) -> Matcher[Any]:
        """Prepare polygons that are known by their centres and keys alone.

        Parameters
        ----------
        centers : array_like of float, shape (M, 2)
            Finite.
        keys : array_like of float, shape (M,)
            The smallest key is best, and of equal keys the first. Not NaN.
        max_dist : float
            In the units of the centres.
        inclusive : bool, default False
            Whether a centre at exactly `max_dist` is near.

        Returns
        -------
        Matcher
            Its results have no `MatchResult.objects`.

        Raises
        ------
        ValueError
            For arrays of other shapes, or values that are not allowed.
        TypeError
            For arrays that are not numeric.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> matcher.match([(0, 0)]).index
        array([1])
        """
        matcher = cls.__new__(cls)
        matcher._objects = None
        matcher._native = _native.Matcher.from_arrays(centers, keys, max_dist, inclusive)
        matcher._rule = f"max_dist={max_dist!r}, {inclusive=}"
        return matcher

    def match(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        on_invalid: Literal["raise", "unmatched"] = "raise",
    ) -> MatchResult[P]:
        """Match every point.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            In the units of the polygons' coordinates. A C-contiguous float64 array is read in
            place, without a copy; while the call lasts, no other thread should write to it.
        workers : int, optional
            How many threads work: all cores where None, the calling thread alone where 1. The
            answer is the same.
        on_invalid : {"raise", "unmatched"}, default "raise"
            What to do with a point that is NaN or infinite.

        Returns
        -------
        MatchResult
            One row for every point, in the order of the points.

        Raises
        ------
        ValueError
            For points of another shape, or a point that is NaN or infinite, with its position.
        TypeError
            For points that are not numeric.
        """
        index, distance = self._native.match(points, workers, on_invalid)
        return MatchResult(index, distance, self._objects)

    def pairs(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        on_invalid: Literal["raise", "unmatched"] = "raise",
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
            For points of another shape, or a point that is NaN or infinite, with its position.
        TypeError
            For points that are not numeric.
        AttributeError
            Where the matcher was built from arrays.

        Examples
        --------
        >>> import poly_match
        >>> square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
        >>> matcher = poly_match.Matcher([square], max_dist=2.0)
        >>> matcher.pairs([(9.0, 9.0), (0.5, 0.0)]) == [((0.5, 0.0), square)]
        True
        """
        return self._native.pairs(_objects(self._objects), points, workers, on_invalid)

    def candidates(
        self,
        points: npt.ArrayLike | Iterable[npt.ArrayLike],
        workers: int | None = None,
        *,
        on_invalid: Literal["raise", "unmatched"] = "raise",
    ) -> Candidates:
        """Find all candidates of every point.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            As for `match`.
        workers : int, optional
            As for `match`.
        on_invalid : {"raise", "unmatched"}, default "raise"
            What to do with a point that is NaN or infinite; it has no candidate.

        Returns
        -------
        Candidates
            In compressed sparse rows, a row for every point.

        Raises
        ------
        ValueError
            For points of another shape, or a point that is NaN or infinite, with its position.
        TypeError
            For points that are not numeric.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> found = matcher.candidates([(0, 0), (9, 9)])
        >>> found.indptr, found.indices, found.distances
        (array([0, 2, 2]), array([0, 1]), array([0., 1.]))
        """
        return Candidates(*self._native.candidates(points, workers, on_invalid))

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<Matcher of {len(self)} polygons, {self._rule}>"


class MatchResult(Generic[P]):
    """One match, or none, for every point.

    Parameters
    ----------
    index : numpy.ndarray of int64, shape (N,)
        Position of the matched polygon, -1 where nothing is near.
    distance : numpy.ndarray of float64, shape (N,)
        Distance to it in the units of the coordinates, NaN where nothing is near.
    polygons : list, optional
        What the positions refer to, where the matcher was built from objects.
    """

    def __init__(self, index: Positions, distance: Floats, polygons: list[P] | None = None) -> None:
        self.index = index
        self.distance = distance
        self._polygons = polygons

    @cached_property
    def objects(self) -> list[P | None]:
        """The caller's own polygons, None where nothing is near.

        Returns
        -------
        list of length N
            In the order of the points.

        Raises
        ------
        AttributeError
            Where the matcher was built from arrays.
        """
        return _native.objects_at(_objects(self._polygons), self.index)

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        matched = np.count_nonzero(self.index >= 0)
        return f"<MatchResult: {matched} of {len(self)} points matched>"


class Candidates(NamedTuple):
    """All candidates of every point, as compressed sparse rows (CSR).

    Those of point ``i`` are at ``indptr[i]:indptr[i + 1]``, in the order of the polygons.

    Attributes
    ----------
    indptr : numpy.ndarray of int64, shape (N + 1,)
        Where the row of each point starts.
    indices : numpy.ndarray of int64, shape (C,)
        Positions of the polygons.
    distances : numpy.ndarray of float64, shape (C,)
        Their distances from the point, in the units of the coordinates.
    """

    indptr: Positions
    indices: Positions
    distances: Floats


def match(
    polygons: Iterable[P],
    points: npt.ArrayLike | Iterable[npt.ArrayLike],
    *,
    max_dist: float,
    near: Literal["center"] = "center",
    best: Literal["area"] = "area",
    inclusive: bool = False,
    workers: int | None = None,
    on_invalid: Literal["raise", "unmatched"] = "raise",
) -> MatchResult[P]:
    """Match every point in one shot.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``; see `Matcher`.
    points : array_like of float, shape (N, 2), or iterable of points
        In the units of the polygons' coordinates.
    max_dist : float
        A polygon is near when its centre is closer than this.
    near : {"center"}, default "center"
        What makes a polygon a candidate.
    best : {"area"}, default "area"
        What makes a candidate the match.
    inclusive : bool, default False
        Whether a centre at exactly `max_dist` is near.
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
    """
    matcher = Matcher(polygons, max_dist=max_dist, near=near, best=best, inclusive=inclusive)
    return matcher.match(points, workers, on_invalid=on_invalid)


def _objects(polygons: list[P] | None) -> list[P]:
    if polygons is None:
        raise AttributeError("this matcher was built from arrays: it has positions, no objects")
    return polygons


def _check(name: str, got: str, known: tuple[str, ...]) -> None:
    if got not in known:
        choices = ", ".join(map(repr, known))
        raise ValueError(f"{name} must be one of {choices}, got {got!r}")
