"""Results for many points: matches, candidates, and objects loaded from a file."""

from __future__ import annotations

import pickle
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

R = TypeVar("R")
T = TypeVar("T")
Floats: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.int64]


class MatchResult(Generic[R]):
    """One match, or none, for every point; or the k best, the best first.

    Parameters
    ----------
    index : numpy.ndarray of int64, shape (N,) or (N, k)
        Position of the matched polygon, -1 if there is none.
    distance : numpy.ndarray of float64, shape (N,) or (N, k)
        Distance to it in the units of the coordinates, NaN if there is none. For *contains* and
        *covers* it is 0.
    polygons : sequence, optional
        The objects that positions refer to, if the matcher was built from objects.

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
    """

    def __init__(
        self,
        index: Positions,
        distance: Floats,
        polygons: Sequence[Any] | Kept[Any] | None = None,
    ) -> None:
        self.index = index
        self.distance = distance
        self._polygons = polygons

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

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        is_found = self.index >= 0
        if is_found.ndim == 1:
            return f"<MatchResult: {np.count_nonzero(is_found)} of {len(self)} points matched>"
        matched = np.count_nonzero(is_found.any(axis=1))
        k = is_found.shape[1]
        return f"<MatchResult: {matched} of {len(self)} points matched, up to {k} each>"


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
            "this matcher was built from arrays, or saved without its objects: "
            "it has positions, no objects"
        )
    return polygons.objects if isinstance(polygons, Kept) else polygons
