"""Results for many points: matches and candidates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

from poly_match._as_table import Tabular
from poly_match._lookup import lookup
from poly_match._plot import Plotted
from poly_match._source import Source, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poly_match._rule import Points

R = TypeVar("R")
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


class MatchResult(Tabular, Plotted, Generic[R]):
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
    points : array_like or iterable of points, optional
        The points, which `plot` draws.

    Notes
    -----
    `Matcher.match` gives the result a reference to the points, not a copy: they stay in memory as
    long as the result, and `plot` draws them as they are then. Pickling and copying leave them out.

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
        polygons: Sequence[Any] | Source | None = None,
        count: int | None = None,
        points: Points | None = None,
    ) -> None:
        self.index = index
        self.distance = distance
        self._polygons = polygons
        self._count = count
        self._points = points

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
        found = _native.objects_at(tuple(known(self._source.polygons)), self.index.ravel())
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
        return lookup(values, self.index, self._source.count, fill)

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
        return np.bincount(found, minlength=self._source.count).astype(np.int64, copy=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_points": None}

    def __iter__(self) -> Iterator[Match | None] | Iterator[list[Match]]:
        index, distance = self.index.tolist(), self.distance.tolist()
        if self.index.ndim == 1:
            return map(_match, index, distance)
        return map(_matches, index, distance)

    def __len__(self) -> int:
        return len(self.index)

    def _repr_html_(self) -> str:
        from poly_match import _repr  # only notebooks need it

        return _repr.of_result(self.index, self._source)

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
