"""Results for many points: matches, candidates, and objects loaded from a file."""

from __future__ import annotations

import pickle
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

from poly_match._lookup import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

R = TypeVar("R")
T = TypeVar("T")
Floats: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.int64]


class Match(NamedTuple):
    """The match of one point, as iterating over a `MatchResult` gives it.

    Attributes
    ----------
    index : int
        Position of the polygon.
    distance : float
        Distance to it in the units of the coordinates.
    """

    index: int  # type: ignore[assignment] # instead of the method of tuples
    distance: float


class MatchResult(Generic[R]):
    """One match, or none, for every point; or the k best, the best first.

    Iterating over it gives a `Match` or None for each point; with k, a list of those found.

    Parameters
    ----------
    index : numpy.ndarray of int64, shape (N,) or (N, k)
        Position of the matched polygon, -1 if there is none.
    distance : numpy.ndarray of float64, shape (N,) or (N, k)
        Distance to it in the units of the coordinates, NaN if there is none. For *contains* and
        *covers* it is 0.
    polygons : sequence, optional
        The objects that positions refer to, if the matcher was built from objects.
    count : int, optional
        Number of polygons, which `lookup` and `counts` need. By default, that of `polygons`.

    Examples
    --------
    >>> import poly_match
    >>> big = poly_match.Polygon([0, 10, 10, 0], [0, 0, 10, 10])
    >>> small = poly_match.Polygon([4, 6, 6, 4], [4, 4, 6, 6])
    >>> result = poly_match.Matcher([big, small], near="covers").match([(5, 5), (1, 1)], k=2)
    >>> result.index
    array([[ 1,  0],
           [ 0, -1]])
    >>> result.objects == [[small, big], [big, None]]
    True
    >>> for matches in result:
    ...     print(matches)
    [Match(index=1, distance=0.0), Match(index=0, distance=0.0)]
    [Match(index=0, distance=0.0)]
    """

    def __init__(
        self,
        index: Positions,
        distance: Floats,
        polygons: Sequence[Any] | Kept[Any] | None = None,
        count: int | None = None,
    ) -> None:
        self.index = index
        self.distance = distance
        self._polygons = polygons
        self._count = count

    @cached_property
    def objects(self) -> list[R]:
        """The caller's own polygons, None for points without a match.

        Returns
        -------
        list of length N
            In the order of the points. With k, a list of k for each point.

        Raises
        ------
        AttributeError
            If the matcher was built from arrays, or saved without its objects.
        ValueError
            If the matcher was loaded with pickled objects and without `allow_pickle`, or if the
            number of objects is not that of the polygons.
        """
        found = _native.objects_at(tuple(known(self._polygons)), self.index.ravel())
        if self.index.ndim == 1:
            return cast("list[R]", found)
        k = self.index.shape[1]
        return cast("list[R]", [found[at : at + k] for at in range(0, len(found), k)])

    def lookup(self, values: Any, fill: Any = None) -> Any:  # noqa: ANN401
        """Look up a value for every point by its match, and `fill` where there is none.

        Parameters
        ----------
        values : list or array, length M
            A value for each polygon: of NumPy, pandas, pyarrow, Polars, or any iterable. Values
            are taken by position, never by the labels of a pandas index.
        fill : object, optional
            The value of points without a match. By default, the missing value of the dtype.

        Returns
        -------
        array of shape (N,) or (N, k)
            In the order of the points. A list gives a NumPy array. pandas gives an array without
            index (NumPy's, or an extension array), and pyarrow and Polars give their own arrays;
            with k, all give NumPy arrays. See Notes for the dtype.

        Raises
        ------
        ValueError
            If values are not one for each polygon, or not one-dimensional.
        TypeError
            If values are not a sequence. pandas, pyarrow and Polars raise their own error for a
            fill value that their dtype does not hold.

        Notes
        -----
        In a NumPy array, `fill` decides the dtype:

        ============================  ==========================  =================================
        values                        no fill                     with a fill
        ============================  ==========================  =================================
        floats, complex               the dtype, NaN              the dtype
        dates, durations              the dtype, NaT              the dtype
        integers, booleans            masked array of the dtype   the dtype if it holds the fill
        text, objects, mixed lists    object, None                the dtype, longer for longer text
        ============================  ==========================  =================================

        If the dtype does not hold the fill, the answer has one that holds both, as float64 for
        integers and NaN, or object. Integers and booleans of pandas without a fill become its
        nullable Int64 and boolean; all other arrays have null or NA.

        Examples
        --------
        >>> import numpy as np
        >>> import poly_match
        >>> square = poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9])
        >>> result = poly_match.match([square], [(1, 1), (50, 50)], near="covers")
        >>> result.lookup(["hall"])
        array(['hall', None], dtype=object)
        >>> result.lookup(["hall"], fill="outside")
        array(['hall', 'outside'], dtype='<U7')
        >>> result.lookup(np.array([7]))
        masked_array(data=[7, --],
                     mask=[False,  True],
               fill_value=999999)
        >>> result.lookup(np.array([0.5]))
        array([0.5, nan])
        """
        return lookup(values, self.index, self._number_of_polygons(), fill)

    def counts(self) -> Positions:
        """Count the points of every polygon.

        Returns
        -------
        numpy.ndarray of int64, shape (M,)
            How many points have each polygon as their match; with k, among their k best.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (9, 0)], [5, 3], max_dist=2)
        >>> matcher.match([(0, 0), (1, 0), (50, 0)]).counts()
        array([2, 0])
        """
        found = self.index[self.index >= 0]
        return np.bincount(found, minlength=self._number_of_polygons()).astype(np.int64, copy=False)

    def _number_of_polygons(self) -> int:
        return len(known(self._polygons)) if self._count is None else self._count

    def __iter__(self) -> Iterator[Match | None] | Iterator[list[Match]]:
        index, distance = self.index.tolist(), self.distance.tolist()
        if self.index.ndim == 1:
            return map(_match, index, distance)
        return map(_matches, index, distance)

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        is_found = self.index >= 0
        if is_found.ndim == 1:
            return f"<MatchResult: {np.count_nonzero(is_found)} of {len(self)} points matched>"
        matched = np.count_nonzero(is_found.any(axis=1))
        k = is_found.shape[1]
        return f"<MatchResult: {matched} of {len(self)} points matched, up to {k} each>"


def _match(index: int, distance: float) -> Match | None:
    return None if index < 0 else Match(index, distance)


def _matches(index: list[int], distance: list[float]) -> list[Match]:
    return [Match(i, d) for i, d in zip(index, distance, strict=True) if i >= 0]


class Candidates(NamedTuple):
    """All candidates of every point, as compressed sparse rows (CSR).

    The candidates of point ``i`` are at ``indptr[i]:indptr[i + 1]``, in the requested order.

    Attributes
    ----------
    indptr : numpy.ndarray of int64, shape (N + 1,)
        Where the row of each point starts, and where the last one ends.
    indices : numpy.ndarray of int64, shape (C,)
        Positions of the polygons.
    distances : numpy.ndarray of float64, shape (C,)
        Their distances from the point, in the units of the coordinates.
    """

    indptr: Positions
    indices: Positions
    distances: Floats


class Kept(Generic[T]):
    # Pickled objects of a saved matcher. They are unpickled on first use.

    def __init__(self, read: Callable[[], bytes], count: int, allow_pickle: bool) -> None:
        self._read = read
        self._count = count
        self._allow_pickle = allow_pickle

    @cached_property
    def objects(self) -> tuple[T, ...]:
        if not self._allow_pickle:
            raise ValueError(
                "the objects that were saved with this matcher are pickled, and unpickling runs "
                "code that the file chooses: if you trust it, load it with allow_pickle=True; or "
                "load it with polygons=, and these come back instead"
            )
        objects = pickle.loads(self._read())
        if not isinstance(objects, tuple) or len(objects) != self._count:
            got = len(objects) if isinstance(objects, tuple) else type(objects).__name__
            raise ValueError(f"expected {self._count} objects beside the matcher, got {got}")
        # Drop the bytes. Another thread may hold them, and keeps its own reference.
        self.__dict__["objects"] = objects
        self._read = _nothing
        return objects

    def pickled(self) -> bytes:
        # The saved bytes as long as they were not unpickled, since unpickling runs code.
        read = self._read  # taken first: another thread may drop it after the check below
        return pickle.dumps(self.objects) if "objects" in self.__dict__ else read()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self._allow_pickle:
            return tuple, (self.objects,)
        return _not_allowed, (self._read(), self._count)


def _not_allowed(pickled: bytes, count: int) -> Kept[Any]:
    return Kept(lambda: pickled, count, allow_pickle=False)


def _nothing() -> bytes:
    return b""


def known(polygons: Sequence[T] | Kept[T] | None) -> Sequence[T]:
    if polygons is None:
        raise AttributeError(
            "this matcher was built from arrays or from a table, or saved without its objects: "
            "it has positions, no objects"
        )
    return polygons.objects if isinstance(polygons, Kept) else polygons
