"""The prepared matcher: build once, match many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from poly_match_rs import _native

from poly_match import _rule
from poly_match._build import Buildable
from poly_match._candidates import Listing
from poly_match._groups import numbered
from poly_match._in_pieces import match_in_pieces
from poly_match._joining import Joining
from poly_match._query import per_point
from poly_match._result import MatchResult
from poly_match._source import Source, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    from poly_match_rs._crs import System

    from poly_match._build import OnNoPolygon
    from poly_match._result import Floats
    from poly_match._rule import Best, Center, Near, OnInvalid, Points, Tie
    from poly_match.tables._table import Table

P = TypeVar("P")


class Matcher(Buildable[P], Listing[P], Joining[P]):
    """Polygons, prepared to be matched to any number of points.

    The polygons *near* a point are its candidates, and the *best* of them is its match. Polygons
    are read once, here. A matcher never changes: for other polygons, build another one.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``. If they define ``center`` or ``area()``, as a
        subclass may, these values are used; ``area()`` is called once for each polygon. Also
        shapely polygons, GeoJSON and objects with a ``__geo_interface__``, GeoSeries and
        GeoDataFrames, and polygons as vertices: arrays of shape (n, 2) or (n, 1, 2), or lists of
        pairs. See Notes.
    max_dist : float, optional
        How far *center* and *boundary* reach, in the units of the coordinates. With 0 nothing is
        near, with infinity everything. It may be left out where *nearest* is the first criterion:
        then it is infinity. The other rules take no distance.
    near : {"center", "boundary", "contains", "covers"}, default "center"
        What makes a polygon a candidate. *center* and *boundary*: its centre or its boundary is
        closer than `max_dist`; a point inside is at distance 0 from the boundary, and a point in a
        hole is not inside. *contains*: the point is inside. *covers*: it is inside or on the
        boundary.
    best : str, array_like, sequence of these, or callable, default "area"
        What makes a candidate the match: a criterion, or several that are compared in order. Of
        candidates that are equal by all, the one with the lowest position wins. A criterion is a
        word or an array of keys:

        - ``"smallest"`` (also ``"area"``) or ``"largest"``: the smallest or largest area,
        - ``"nearest"``: the smallest distance,
        - ``"first"``: the lowest position,
        - an array with one key for each polygon: the smallest key,
        - ``"min:COLUMN"`` or ``"max:COLUMN"``: the smallest or largest value of a column, if
          `polygons` is a table, such as a GeoDataFrame.

        Several criteria are a tuple or list, or a text such as ``"nearest,smallest"``. Keys are
        numbers, booleans or dates; integers of any size are compared exactly. A callable stands
        alone; see Notes.
    tie : {"index", "distance"}, default "index"
        ``"distance"`` appends *nearest* to the criteria. With a callable, it lets the nearest of
        equally good candidates win.
    nulls_last : bool, default False
        Whether a polygon whose key is missing (None, NA, NaN, NaT or masked) comes after all
        others. Otherwise a missing key is an error.
    with_distances : bool, default False
        Whether a callable for *best* also gets the distances of its candidates; see Notes.
    inclusive : bool, default False
        Whether a centre or a boundary at exactly `max_dist` is near.
    center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
        Which point is the centre, for ``near="center"``: the mean of the vertices, the centroid of
        the area, the middle of the bounding box, or a given point for each polygon.
    groups : array_like or iterable of hashable, length M, optional
        A label for each polygon, such as its floor or its store. Each point then needs a label
        too, and only polygons with an equal label are its candidates. A missing label (None, NaN)
        equals no other.
    on_invalid : {"raise", "skip"}, default "raise"
        What to do with an object that holds no polygon: None, NaN, an empty geometry, or an object
        of another type, such as a point or a line. With "skip" it matches nothing and is counted in
        `skipped`; it keeps its position, so give a label for it too. Its key and its given centre
        are not looked at. Wrong coordinates, such as a vertex that is NaN, are always an error.
    planar : bool, default False
        Whether degrees may be taken as lengths on a plane. Without it, *center* and *boundary*
        refuse polygons and points that declare a geographic coordinate system. *contains* and
        *covers* need no distance, and no permission.

    Attributes
    ----------
    crs : str or None
        The coordinate system that the polygons declare.
    skipped : int
        The number of polygons that were skipped.

    Raises
    ------
    ValueError
        If a polygon is empty (the message names its position); if the rule is unknown; if a
        coordinate is NaN or infinite; if an area or a key is NaN; if
        `max_dist` is negative, NaN, or given for a rule that takes none; if there is not one
        key, centre or label for each polygon; or if the rule measures a distance, the polygons are
        in degrees, and `planar` is False.
    TypeError
        If an object is no polygon (the message names its position and type), or if `max_dist` is
        missing.

    Warns
    -----
    CoordinateWarning
        If the polygons are in degrees, and some have a longitude beyond ±180, a latitude beyond
        ±90, or an edge that spans more than 180 degrees of longitude. The message has their number
        and the position of the first.

    See Also
    --------
    match : Build a matcher, use it once and drop it.
    main : Match with the article's arguments, and get a list of pairs.

    Notes
    -----
    A GeometryCollection counts as one polygon of all parts of its polygons; points, lines and other
    members are ignored. In a polygon given as vertices, every vertex counts; in a ring of shapely
    or GeoJSON, a last vertex that repeats the first does not. An array of shape (M, n, 2) is M
    polygons of n vertices each; put a single (n, 2) array into a list.

    Coordinates have a system or they do not. The ``crs`` of a GeoSeries or GeoDataFrame declares
    one, and so does the old member ``crs`` of a GeoJSON FeatureCollection. Arrays, lists and all
    other objects declare none, and are compared with nothing. If polygons and points both declare a
    system, it must be the same: the order of axes and heights do not count.

    The centre is the mean of the vertices, bit for bit equal to
    ``np.array([x, y]).mean(axis=1)``. The distance is ``sqrt(dx*dx + dy*dy)``. The area comes from
    the shoelace formula. All are float64. Whether a point is inside is decided exactly. A point is
    inside a polygon of several parts if it is inside one of them; within a part, an outer ring and
    its holes, the even-odd rule decides. The answer does not depend on the number of workers.
    Threads may share a matcher.

    A callable is called as ``best(points, indptr, indices)``, in batches of about ten thousand
    candidates or more. `points` is float64 of shape (n, 2); `indptr` and `indices` are their
    candidates, as in `Candidates`. It returns a key for each candidate, an array_like of shape
    (len(indices),); the smallest key is best. With ``with_distances=True`` it is called as
    ``best(points, indptr, indices, distances)``: `distances` is float64 of shape (len(indices),),
    the distance of each candidate as `candidates` returns it. It is 0 for *contains* and *covers*,
    and for *boundary* inside a polygon.

    The matcher chooses the order of points and of the candidates of each point: it keeps
    neighbours together. Only `candidates` with ``order="best"`` calls with both in input order. The
    callable must not depend on how points are cut into batches. It is never called with an empty
    batch. It may change the arrays that it is given. An exception that it raises reaches the caller
    unchanged. It runs in the thread that called the matcher.

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

    Of the polygons that cover a point, the one with the lowest priority:

    >>> matcher = poly_match.Matcher([big, small], near="covers", best=[1, 2])
    >>> matcher.match([(5.0, 6.0)]).index
    array([0])

    The smallest polygon that contains a point, or else the nearest one:

    >>> matcher = poly_match.Matcher([big, small], near="boundary", best="nearest,smallest")
    >>> matcher.match([(5.0, 6.0), (1.0, 1.0), (50.0, 5.0)]).index
    array([1, 0, 0])

    A rule in Python: the smallest area, divided by one plus the distance:

    >>> areas = np.array([big.area(), small.area()])
    >>> def best(points, indptr, indices, distances):
    ...     return areas[indices] / (1 + distances)
    >>> matcher = poly_match.Matcher([big, small], max_dist=3.0, best=best, with_distances=True)
    >>> matcher.match([(5.0, 6.0)]).index
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
        nulls_last: bool = False,
        with_distances: bool = False,
        inclusive: bool = False,
        center: Center | npt.ArrayLike = "vertex_mean",
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnNoPolygon = "raise",
        planar: bool = False,
    ) -> None:
        self._read(
            polygons,
            max_dist,
            near,
            best,
            tie,
            nulls_last,
            with_distances,
            inclusive,
            center,
            groups,
            on_invalid,
            planar,
        )

    def _read(
        self,
        polygons: Iterable[P],
        max_dist: float | None,
        near: Near,
        best: Best,
        tie: Tie,
        nulls_last: bool,
        with_distances: bool,
        inclusive: bool,
        center: Center | npt.ArrayLike,
        groups: npt.ArrayLike | Iterable[Any] | None,
        on_invalid: OnNoPolygon,
        planar: bool,
        points: Floats | None = None,
        k: int | None = None,
        points_crs: System | None = None,
        table: Table | None = None,
    ) -> None:
        # A matcher that is asked once, for the k best of `points`, may leave out polygons that
        # cannot be among them. `points_crs` is what the points declare. The rule may name columns
        # of `table`, by default of `polygons`.
        rule, ask = _rule.read(
            near,
            max_dist,
            inclusive,
            best,
            tie,
            nulls_last,
            table=polygons if table is None else table,
            with_distances=with_distances,
        )
        labels, codes = numbered(groups)
        native, objects = _native.Matcher.from_polygons(
            polygons,
            rule,
            center,
            codes,
            on_invalid,
            points,
            k,
            planar,
            points_crs,
        )
        said = _rule.said(near, max_dist, inclusive, best, tie, center, with_distances, planar)
        self._set(native, objects, labels, ask, said)

    @overload
    def match(
        self,
        points: Points,
        *,
        workers: int | None = None,
        k: None = None,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
        progress: bool = False,
    ) -> MatchResult[P | None]: ...
    @overload
    def match(
        self,
        points: Points,
        *,
        workers: int | None = None,
        k: int,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
        progress: bool = False,
    ) -> MatchResult[list[P | None]]: ...
    def match(
        self,
        points: Points,
        *,
        workers: int | None = None,
        k: int | None = None,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
        progress: bool = False,
    ) -> MatchResult[Any]:
        """Match every point.

        Parameters
        ----------
        points : array_like of float, shape (N, 2), or iterable of points
            In the units of the polygons' coordinates. A point is two numbers, a shapely Point, a
            GeoJSON mapping, or an object with a ``__geo_interface__``; a GeoSeries or GeoDataFrame
            of points will do, too. A C-contiguous float64 array is read in place, without a copy,
            unless *best* is a callable. During the call, no other thread and no signal handler
            should write to it or resize it.
        workers : int, optional
            Number of threads. None uses all cores; 1 uses only the calling thread. The answer does
            not depend on it.
        k : int, optional
            Return the k best candidates of each point, in rows of k, the best first.
        max_dist : array_like of float, shape (N,), optional
            A distance for each point, which replaces the matcher's.
        point_groups : array_like or iterable of hashable, length N, optional
            A label for each point, required if the polygons have labels. Two labels match if they
            are equal and have the same hash, as 1, 1.0 and True do.
        groups : array_like or iterable of hashable, optional
            The older name of `point_groups`.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with an invalid point: one that is infinite, that misses a coordinate, its
            distance or its label (None, NaN, NA, null, masked, an empty geometry), or that is a
            geometry of another type. *skip* leaves it unmatched; "unmatched" is the older word.
        progress : bool, default False
            Whether to show how many points are done: by tqdm if it is installed, or else in a line
            on stderr. Points are then copied, and matched in pieces.

        Returns
        -------
        MatchResult
            One row for every point, in the order of the points.

        Raises
        ------
        ValueError
            If the points have another shape; if a point is infinite or misses something (the
            message names its position); if a distance is negative; if there is not one distance or
            label for each point; if k is below 1; if only the points or only the polygons have
            labels; if points and polygons declare different coordinate systems; or if the points
            declare degrees, the rule measures a distance, and the matcher is not `planar`.
        TypeError
            If points or distances are not numeric, if a geometry is not a point, or if a label is
            not hashable.

        Warns
        -----
        UserWarning
            If no label of a point can equal any label of a polygon, as with 7 and ``"7"``.
        CoordinateWarning
            If points or polygons are in degrees, and points have a longitude beyond ±180 or a
            latitude beyond ±90. The message has their number and the position of the first. Also if
            both declare a coordinate system, and it cannot be decided whether it is the same.
        DeprecationWarning
            For `groups`.

        Examples
        --------
        >>> import poly_match
        >>> floors = ["ground", "first"]
        >>> shops = [poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9]) for _ in floors]
        >>> matcher = poly_match.Matcher(shops, near="covers", groups=floors)
        >>> points = [(1, 1), (1, 1), (1, 1)]
        >>> matcher.match(points, point_groups=["first", "ground", "attic"]).index
        array([ 1,  0, -1])
        >>> matcher.match(points, point_groups=["first", None, "attic"], on_invalid="skip").index
        array([ 1, -1, -1])
        """
        native, ask = self._native, self._ask
        if k is max_dist is point_groups is groups is ask is None and not progress:
            # Fast path: with few points, each further argument costs measurable time.
            index, distance = native.match(points, workers, on_invalid)
            source = self._found or self._source
            return MatchResult(index, distance, source, None, points)
        distances, codes = per_point(max_dist, point_groups, groups, self._labels, on_invalid)
        if progress:
            index, distance = match_in_pieces(
                native, points, k, workers, on_invalid, distances, codes, ask
            )
        elif k is None:
            index, distance = native.match(points, workers, on_invalid, distances, codes, ask)
        else:
            index, distance = native.match_k(points, k, workers, on_invalid, distances, codes, ask)
        return MatchResult(index, distance, self._source, None, points)

    def pairs(
        self,
        points: Points,
        *,
        workers: int | None = None,
        max_dist: npt.ArrayLike | None = None,
        point_groups: npt.ArrayLike | Iterable[Any] | None = None,
        groups: npt.ArrayLike | Iterable[Any] | None = None,
        on_invalid: OnInvalid = "raise",
    ) -> list[tuple[Any, P]]:
        """Match every point, and return (point, polygon) pairs.

        This is the article's answer, as `main` returns it. It is the fastest method for few points,
        since it makes no array.

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
        on_invalid : {"raise", "skip"}, default "raise"
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
            If the matcher was built from arrays, or saved without its objects.

        Examples
        --------
        >>> import poly_match
        >>> square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
        >>> matcher = poly_match.Matcher([square], max_dist=2.0)
        >>> matcher.pairs([(9.0, 9.0), (0.5, 0.0)]) == [((0.5, 0.0), square)]
        True
        """
        objects = tuple(known(self._objects))
        distances, codes = per_point(max_dist, point_groups, groups, self._labels, on_invalid)
        return self._native.pairs(objects, points, workers, on_invalid, distances, codes, self._ask)

    @property
    def _source(self) -> Source:
        # Kept in a plain attribute, which `match` finds faster than a cached property.
        if self._found is None:
            self._found = Source(self._objects, len(self._native), self._native.crs(), self._kept)
        return self._found

    def __len__(self) -> int:
        return self._source.count

    def _repr_html_(self) -> str:
        from poly_match import _repr  # only notebooks need it

        return _repr.of_matcher(self._rule, self._source, self.skipped)

    def __repr__(self) -> str:
        skipped = f" ({self.skipped} skipped)" if self.skipped else ""
        return f"<Matcher of {len(self)} polygons{skipped}, {self._rule}>"
