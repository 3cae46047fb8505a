"""Lists all candidates of every point, at once or piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from poly_match._query import per_point
from poly_match._result import Candidates
from poly_match._store import Storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from poly_match._groups import Codes
    from poly_match._result import Floats
    from poly_match._rule import OnInvalid, Order, Points

P = TypeVar("P")


class Listing(Storable[P]):
    """The part of `Matcher` that lists all candidates."""

    def candidates(
        self,
        points: Points,
        *,
        workers: int | None = None,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
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
        point_groups : array_like or iterable of hashable, length N, optional
            As for `match`.
        groups : array_like or iterable of hashable, optional
            The older name of `point_groups`.
        order : {"index", "best"}, default "index"
            Order of a point's candidates: by position of the polygon, or the best first.
        on_invalid : {"raise", "skip"}, default "raise"
            As for `match`. A point that is skipped has no candidate.

        Returns
        -------
        Candidates
            Compressed sparse rows, one row for every point.

        Raises
        ------
        ValueError
            As `match`.
        TypeError
            As `match`.

        See Also
        --------
        iter_candidates : Find candidates piece by piece, if all of them do not fit into memory.

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
        distances, codes = per_point(max_dist, point_groups, groups, self._labels, on_invalid)
        found = self._native.candidates(
            points, workers, on_invalid, distances, codes, order, self._ask
        )
        return Candidates(*found)

    def iter_candidates(
        self,
        points: Points,
        *,
        workers: int | None = None,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        order: Order = "index",
        batch: int = 1_000_000,
        on_invalid: OnInvalid = "raise",
    ) -> Iterator[tuple[int, Candidates]]:
        """Find all candidates of every point, piece by piece.

        Only one piece is in memory at a time, plus those that the caller keeps.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            As for `match`, but copied once: a change to them between two pieces has no effect.
        workers : int, optional
            As for `match`.
        max_dist : array_like of float, shape (N,), optional
            As for `match`.
        point_groups : array_like or iterable of hashable, length N, optional
            As for `match`.
        groups : array_like or iterable of hashable, optional
            The older name of `point_groups`.
        order : {"index", "best"}, default "index"
            As for `candidates`.
        batch : int, default 1_000_000
            About how many candidates to return in each piece. A piece has whole points only.
        on_invalid : {"raise", "skip"}, default "raise"
            As for `candidates`.

        Returns
        -------
        iterator of (int, Candidates)
            The position of the first point of a piece, and the candidates of its
            ``len(found.indptr) - 1`` consecutive points.

        Raises
        ------
        ValueError
            As `match`, or if batch is below 1.
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
        distances, codes = per_point(max_dist, point_groups, groups, self._labels, on_invalid)
        array, distances = self._native.read_points(points, distances, on_invalid)
        return self._pieces(array, workers, distances, codes, order, batch, on_invalid)

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
                # The first piece has already checked all points.
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
