"""Builds a matcher from arrays of centres or of rings, without polygon objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

from poly_match_rs import _native

from poly_match import _rule
from poly_match._groups import numbered
from poly_match._progress import busy
from poly_match._store import Storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._groups import Labels
    from poly_match._matcher import Matcher
    from poly_match._rule import Ask, Best, Center, Near, Points, Tie

P = TypeVar("P")

# What to do with an object that holds no polygon.
OnNoPolygon: TypeAlias = Literal["raise", "skip"]


class Buildable(Storable[P]):
    """The part of `Matcher` that builds one from arrays."""

    @classmethod
    def from_arrays(
        cls,
        centers: npt.ArrayLike,
        keys: npt.ArrayLike | None = None,
        *,
        max_dist: float | None = None,
        best: Best | None = None,
        tie: Tie = "index",
        nulls_last: bool = False,
        with_distances: bool = False,
        inclusive: bool = False,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
    ) -> Matcher[Any]:
        """Build a matcher from the centres of polygons.

        Parameters
        ----------
        centers : array_like of float, shape (M, 2)
            Finite.
        keys : array_like, shape (M,), optional
            Numbers, booleans or dates. The smallest key is best; of equal keys, the first.
        max_dist : float, optional
            In the units of the centres. It may be left out where *nearest* is the first criterion.
        best : str, array_like, sequence of these, or callable, optional
            Instead of `keys`; see `Matcher`. Centres have no area.
        tie : {"index", "distance"}, default "index"
            Which of several equally good candidates wins.
        nulls_last : bool, default False
            Whether a polygon whose key is missing comes after all others.
        with_distances : bool, default False
            Whether a callable for *best* also gets the distances of its candidates; see `Matcher`.
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
            If an array has another shape or a value that is not allowed, or if the rule needs more
            than centres.
        TypeError
            If an array is not numeric, or if keys and best are both given or both missing.

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
        rule, ask = _rule.read(
            "center",
            max_dist,
            inclusive,
            best,
            tie,
            nulls_last,
            keys=keys,
            with_distances=with_distances,
        )
        labels, codes = numbered(groups)
        native = _native.Matcher.from_arrays(centers, rule, codes)
        said = _rule.said(None, max_dist, inclusive, best, tie, with_distances=with_distances)
        return cls._built(native, labels, ask, said)

    @classmethod
    def from_circles(
        cls,
        centers: Points,
        radii: npt.ArrayLike,
        *,
        best: Best = "smallest",
        tie: Tie = "index",
        nulls_last: bool = False,
        with_distances: bool = False,
        inclusive: bool = False,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnNoPolygon = "raise",
        planar: bool = False,
    ) -> Matcher[Any]:
        """Build a matcher from circles: zones with a centre and a radius of their own.

        A zone is a candidate if the point is closer to its centre than its radius. So there is no
        `max_dist`, neither here nor for the points.

        Parameters
        ----------
        centers : array_like of float, shape (M, 2), or iterable of points
            In the form that `Matcher.match` takes points, such as an array or a GeoSeries.
        radii : array_like of float, shape (M,)
            Zero or more, in the units of the centres. With 0 nothing is near, with infinity
            everything.
        best : str, array_like, sequence of these, or callable, default "smallest"
            What makes a candidate the match; see `Matcher`. The smallest area is the smallest
            radius, and the distance is that to the centre. ``"min:COLUMN"`` names a column of
            `centers`, if this is a GeoDataFrame.
        tie : {"index", "distance"}, default "index"
            Which of several equally good candidates wins.
        nulls_last : bool, default False
            Whether a zone whose key is missing comes after all others.
        with_distances : bool, default False
            Whether a callable for *best* also gets the distances of its candidates; see `Matcher`.
        inclusive : bool, default False
            Whether a point at exactly the radius is near.
        groups : array_like or iterable of hashable, length M, optional
            A label for each zone; see `Matcher`.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with a zone whose centre or radius is missing (None, NaN, NA, null or
            masked). With "skip" it keeps its position, matches nothing, and is counted in
            `Matcher.skipped`. A radius below 0 is always an error.
        planar : bool, default False
            Whether degrees may be taken as lengths on a plane; see `Matcher`.

        Returns
        -------
        Matcher
            Its results have no `MatchResult.objects`.

        Raises
        ------
        ValueError
            If there is not one radius for each centre, if a centre is missing or infinite, if a
            radius is missing or negative (the message names its position), or for the reasons that
            `Matcher` lists.
        TypeError
            If an array is not numeric.

        Examples
        --------
        >>> import poly_match
        >>> home, town = (0, 0), (2, 0)
        >>> matcher = poly_match.Matcher.from_circles([home, town], [1.5, 10])
        >>> result = matcher.match([(1, 0), (5, 0), (50, 0)])
        >>> result.index
        array([ 0,  1, -1])
        >>> result.distance
        array([ 1.,  3., nan])
        """
        rule, ask = _rule.read(
            None,
            None,
            inclusive,
            best,
            tie,
            nulls_last,
            table=centers,
            with_distances=with_distances,
        )
        labels, codes = numbered(groups)
        lengths = _native.read_numbers(radii, "radii")
        native = _native.Matcher.from_circles(centers, lengths, rule, codes, on_invalid, planar)
        said = _rule.said(
            "circle",
            None,
            inclusive,
            best,
            tie,
            with_distances=with_distances,
            planar=planar,
        )
        return cls._built(native, labels, ask, said)

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
        nulls_last: bool = False,
        with_distances: bool = False,
        inclusive: bool = False,
        center: Center | npt.ArrayLike = "vertex_mean",
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnNoPolygon = "raise",
    ) -> Matcher[Any]:
        """Build a matcher from the vertices of polygons, in flat arrays as in GeoArrow.

        Parameters
        ----------
        vertices : array_like of float, shape (V, 2)
            The vertices of all rings, one ring after the other. A ring may repeat its first vertex
            at its end or not; that vertex counts once.
        ring_offsets : array_like of int, shape (R + 1,)
            Ring ``i`` is ``vertices[ring_offsets[i]:ring_offsets[i + 1]]``.
        polygon_offsets : array_like of int, shape (M + 1,)
            Where the rings of each polygon start and end: its outer ring first, then its holes.
            With `part_offsets`, where its parts start and end.
        part_offsets : array_like of int, shape (Q + 1,), optional
            Where the rings of each part start and end: its outer ring first, then its holes.
        keys : array_like, shape (M,), optional
            The smallest key is best. Instead of `best`.
        max_dist : float, optional
            See `Matcher`, also for the arguments below.
        near : {"center", "boundary", "contains", "covers"}, default "center"
            What makes a polygon a candidate.
        best : str, array_like, sequence of these, or callable, default "area"
            What makes a candidate the match.
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
            A label for each polygon.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with a polygon that has no vertices at all, as a null or empty one in
            GeoArrow. With "skip" it keeps its position, matches nothing, and is counted in
            `Matcher.skipped`. A vertex that is NaN or infinite is always an error.

        Returns
        -------
        Matcher
            Its results have no `MatchResult.objects`.

        Raises
        ------
        ValueError
            If an array has another shape or a value that is not allowed, if offsets do not fit, or
            for the reasons that `Matcher` lists.
        TypeError
            If an array is not numeric, or offsets are not integers.

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
        if keys is None and best is None:
            best = "area"
        rule, ask = _rule.read(
            near,
            max_dist,
            inclusive,
            best,
            tie,
            nulls_last,
            keys=keys,
            with_distances=with_distances,
        )
        labels, codes = numbered(groups)
        offsets = (ring_offsets, part_offsets, polygon_offsets)
        native = _native.Matcher.from_rings(vertices, offsets, rule, center, codes, on_invalid)
        said = _rule.said(
            near, max_dist, inclusive, best if keys is None else keys, tie, center, with_distances
        )
        return cls._built(native, labels, ask, said)

    @property
    def skipped(self) -> int:
        """The number of polygons that were skipped, by ``on_invalid="skip"``.

        Returns
        -------
        int
            They keep their positions, and match nothing. A saved matcher knows it, too.

        Examples
        --------
        >>> import poly_match
        >>> square = [(0, 0), (4, 0), (4, 4), (0, 4)]
        >>> matcher = poly_match.Matcher([None, square], near="covers", on_invalid="skip")
        >>> matcher.skipped
        1
        >>> matcher.match([(1, 1)]).index
        array([1])
        """
        return self._native.skipped()

    @property
    def crs(self) -> str | None:
        """The coordinate system of the polygons, if they declare one.

        Returns
        -------
        str or None
            Authority and code, such as ``"EPSG:4326"``; well-known text (WKT) if the system has no
            code. A saved matcher knows it, too.

        Examples
        --------
        >>> import geopandas
        >>> import poly_match
        >>> import shapely
        >>> parishes = geopandas.GeoSeries([shapely.box(8, 47, 9, 48)], crs="EPSG:4326")
        >>> poly_match.Matcher(parishes, near="covers").crs
        'EPSG:4326'
        """
        system = self._native.crs()
        return None if system is None else system.text

    def prepare(self, *, workers: int | None = None, progress: bool = False) -> None:
        """Build everything at once that makes searches fast.

        A matcher for *contains*, *covers* and *boundary* is ready after a quick index of bounding
        boxes. It builds a faster one by itself, in the first call whose points, together with those
        of the calls before, pay for it. Call this if you know that many points will come, or if no
        later call should take longer than usual. No answer changes. For *center* there is nothing
        to build. A saved matcher is always complete.

        Parameters
        ----------
        workers : int, optional
            Number of threads. None uses all cores; 1 uses only the calling thread.
        progress : bool, default False
            Whether to show the seconds that pass, in a line on stderr.

        Raises
        ------
        ValueError
            If `workers` is less than 1.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher([[(0, 0), (4, 0), (4, 4), (0, 4)]], near="covers")
        >>> matcher.prepare()
        >>> matcher.match([(1, 1)]).index
        array([0])
        """
        with busy(progress, "preparing"):
            self._native.prepare(workers)

    @classmethod
    def _built(
        cls, native: _native.Matcher, labels: Labels | None, ask: Ask | None, rule: str
    ) -> Matcher[Any]:
        matcher = cls.__new__(cls)
        matcher._set(native, None, labels, ask, rule)
        return cast("Matcher[Any]", matcher)

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
        self._found = None
        self._rule = rule if labels is None else f"{rule}, groups=<{len(labels)} labels>"
