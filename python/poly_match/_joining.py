"""Joins tables of points with the columns of a matcher's polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from poly_match_rs import _native
from poly_match_rs._crs_checks import warn_of_edges

from poly_match import _by, _coordinates, tables
from poly_match._joined import Wanted, chosen, joined
from poly_match._kept import Kept
from poly_match._progress import busy
from poly_match._store import Storable
from poly_match._streams import ahead, reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from poly_match_rs._crs import System

    from poly_match._build import OnNoPolygon
    from poly_match._by import By
    from poly_match._joined import Chosen, How
    from poly_match._matcher import Matcher
    from poly_match._result import Floats
    from poly_match._rule import Best, Center, Near, OnInvalid, Tie
    from poly_match.tables._table import Table

P = TypeVar("P")
# A table of points.
T = TypeVar("T")


class Joining(Storable[P]):
    """The part of `Matcher` that is built from a table, and joins tables."""

    @classmethod
    def from_table(
        cls,
        polygons: Any,  # noqa: ANN401 - a table of any library
        *,
        near: Near,
        best: Best = "smallest",
        max_dist: float | None = None,
        geometry: str | None = None,
        by: By | None = None,
        columns: Chosen = None,
        tie: Tie = "index",
        nulls_last: bool = False,
        with_distances: bool = False,
        inclusive: bool = False,
        center: Center | npt.ArrayLike = "vertex_mean",
        on_invalid: OnNoPolygon = "raise",
        planar: bool = False,
        progress: bool = False,
    ) -> Matcher[Any]:
        """Build a matcher from a table of polygons, and keep the table's columns for `join`.

        Parameters
        ----------
        polygons : table
            Of pandas, GeoPandas, Polars, pyarrow or DuckDB, an Arrow stream, or a mapping of
            arrays. Its polygons are in one column; see `geometry`.
        near : {"center", "boundary", "contains", "covers"}
            What makes a polygon a candidate; see `Matcher`.
        best : str, array_like, sequence of these, or callable, default "smallest"
            What makes a candidate the match; see `Matcher`. ``"min:COLUMN"`` and ``"max:COLUMN"``
            name a column of the table.
        max_dist : float, optional
            How far *center* and *boundary* reach, in the units of the coordinates.
        geometry : str, optional
            The column of polygons: shapely geometries or other objects that a `Matcher` takes,
            WKB or EWKB, WKT or EWKT, or GeoArrow polygons. By default, the column that is geometry
            by its type, or else by its name.
        by : str, sequence of str, or mapping, optional
            Columns of labels, such as a floor or a store. A point is matched only to polygons with
            equal labels. A mapping has the names of the points' columns as keys, and those of the
            polygons' as values.
        columns : sequence of str or mapping, optional
            The columns to keep: names, or names as keys and new names as values. By default, all
            that are not geometry.
        tie : {"index", "distance"}, default "index"
            Which of several equally good candidates wins.
        nulls_last : bool, default False
            Whether a polygon whose key is missing comes after all others.
        with_distances : bool, default False
            Whether a callable for *best* also gets the distances of its candidates.
        inclusive : bool, default False
            Whether a centre or a boundary at exactly `max_dist` is near.
        center : {"vertex_mean", "centroid", "bbox"} or array_like of float, shape (M, 2)
            Which point is the centre, for ``near="center"``.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with a null, an empty geometry, or one of another type; see `Matcher`.
        planar : bool, default False
            Whether degrees may be taken as lengths on a plane; see `Matcher`.
        progress : bool, default False
            Whether to show for how long the matcher is being built.

        Returns
        -------
        Matcher
            With the columns. `save` writes them, too.

        Raises
        ------
        ValueError
            As `Matcher`; also if a column is not there, or if it is not clear which is meant.
        TypeError
            As `Matcher`; also if `polygons` is no table, or a column is of the wrong type.
        ImportError
            If a library is not installed that reading the table needs.

        See Also
        --------
        join : Join a table of points.
        poly_match.join : Build, join, and drop the matcher.

        Examples
        --------
        >>> import pandas as pd
        >>> import poly_match
        >>> zones = pd.DataFrame({
        ...     "name": ["hall", "shelf"],
        ...     "wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))", "POLYGON((4 4, 6 4, 6 6, 4 6, 4 4))"],
        ... })
        >>> matcher = poly_match.Matcher.from_table(zones, near="covers")
        >>> points = pd.DataFrame({"x": [5.0, 1.0, 50.0], "y": [5.0, 1.0, 50.0]})
        >>> matcher.join(points)["name"].fillna("none").tolist()
        ['shelf', 'hall', 'none']
        """
        rule = {
            "near": near,
            "best": best,
            "max_dist": max_dist,
            "tie": tie,
            "nulls_last": nulls_last,
            "with_distances": with_distances,
            "inclusive": inclusive,
            "center": center,
            "on_invalid": on_invalid,
            "planar": planar,
        }
        table = tables.in_memory(polygons, "polygons")
        name = _coordinates.geometry_of_polygons(table, geometry, "geometry")
        return cls._of_table(table, name, by, columns, rule, progress=progress)

    @classmethod
    def _of_table(
        cls,
        table: Table,
        geometry: Any,  # noqa: ANN401 - the name of a column
        by: By | None,
        columns: Chosen,
        rule: dict[str, Any],
        points: Floats | None = None,
        k: int | None = None,
        points_crs: System | None = None,
        progress: bool = False,
    ) -> Matcher[Any]:
        matcher: Any = cls.__new__(cls)
        labels = None
        if by is not None:
            names = _by.pairs(by)[1]
            matcher._by = names, _by.families(table, names)
            labels = _by.labels(table, names)
        geometries = {geometry, *table.geometry_names()}
        kept = chosen(columns)
        if kept is None:
            kept = {name: name for name in table.names if name not in geometries}
        for name in kept:
            table.check_name(name)
        if len(set(kept.values())) < len(kept):
            raise ValueError(f"columns must have different new names, got {list(kept.values())}")
        with busy(progress, "building"):
            shapes = table.geometry(geometry)
            if isinstance(shapes, _native.GeometryColumn) and (edges := shapes.edges()) is not None:
                warn_of_edges(edges)
            matcher._read(
                shapes,
                **rule,
                groups=labels,
                table=table,
                points=points,
                k=k,
                points_crs=points_crs,
            )
        if not isinstance(shapes, (np.ndarray, list)):
            matcher._objects = None  # a column of geometry has no objects of the caller's
        selected = table.select(kept)
        matcher._kept = Kept(selected) if selected.names else None
        return matcher  # type: ignore[no-any-return]

    def join(
        self,
        points: T,
        *,
        columns: Chosen = None,
        how: How = "left",
        x: str | None = None,
        y: str | None = None,
        geometry: str | None = None,
        by: By | None = None,
        max_dist: float | str | None = None,
        k: int | None = None,
        distance_col: str | None = "distance",
        position_col: str | None = None,
        label_col: str | None = None,
        on_invalid: OnInvalid = "raise",
        workers: int | None = None,
        progress: bool = False,
    ) -> T:
        """Return a table of points with columns of their matches.

        Parameters
        ----------
        points : table
            A DataFrame of pandas, GeoPandas or Polars, a LazyFrame, a Table, RecordBatch or
            RecordBatchReader of pyarrow, a relation of DuckDB, a mapping of arrays, or another
            object with ``__arrow_c_stream__``. It is not changed.
        columns : sequence of str or mapping, optional
            Columns of the polygons: names, or names as keys and new names as values. By default,
            all that the matcher keeps.
        how : {"left", "inner"}, default "left"
            Which rows to return: all, in order, with nulls where nothing matches; or the matched.
        x, y : str, optional
            The columns of the coordinates. By default, the column of geometry by its type; else a
            pair of columns called ``x`` and ``y``, ``lon`` and ``lat``, ``easting`` and
            ``northing``, and the like; else a column of geometry by its name.
        geometry : str, optional
            The column of points, instead of `x` and `y`: shapely geometries, WKB or EWKB, WKT or
            EWKT, or GeoArrow points.
        by : str, sequence of str, or mapping, optional
            The points' columns of labels, if the matcher has labels. By default, those of the same
            names.
        max_dist : float or str, optional
            A distance that replaces the matcher's, or the column of the points with one for each.
        k : int, optional
            Return the k best matches of each point, in rows of their own, the best first, with a
            column ``rank`` from 1.
        distance_col : str, optional
            The name of the column of distances, for *center* and *boundary*. None leaves it out.
        position_col : str, optional
            The name of a column of the polygons' positions; without it, there is none.
        label_col : str, optional
            The name of a column of the polygons' index labels, if they are in a table of pandas;
            without it, there is none.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with an invalid point; see `match`.
        workers : int, optional
            Number of threads. None uses all cores; 1 uses only the calling thread.
        progress : bool, default False
            Whether to show how many points are matched; see `match`. A stream shows nothing.

        Returns
        -------
        table
            Of the type of `points`; a mapping gives a dict, and an unknown object with
            ``__arrow_c_stream__`` a Table of pyarrow. The columns of the points keep their order
            and types, and so do index, metadata and coordinate system. The new columns are ``rank``
            (with `k`), the position, the label, `columns`, and the distance, as far as they are
            asked for. One that the points have already gets the prefix ``polygon_``, and a number
            if that name is taken, too. Integers become nullable, never floats. A LazyFrame and a
            RecordBatchReader are matched in batches, when they are read.

        Raises
        ------
        ValueError
            As `match`; also if a column is not there, or if it is not clear which is meant.
        TypeError
            As `match`; also if `points` is no table, a column is of the wrong type, or labels are
            of another type than the polygons'.
        ImportError
            If a library is not installed that a conversion needs.

        Warns
        -----
        CoordinateWarning
            As `match`.

        See Also
        --------
        from_table : Build a matcher from a table.
        match_batches : Match a stream of Arrow.

        Examples
        --------
        >>> import poly_match
        >>> zones = {"shape": [[(0, 0), (9, 0), (9, 9), (0, 9)]], "level": [7]}
        >>> matcher = poly_match.Matcher.from_table(zones, near="covers")
        >>> matcher.join({"x": [1.0, 50.0], "y": [1.0, 50.0]})["level"]
        masked_array(data=[7, --],
                     mask=[False,  True],
               fill_value=999999)
        """
        wanted = Wanted(
            chosen(columns),
            how,
            x,
            y,
            geometry,
            by,
            max_dist,
            k,
            distance_col,
            position_col,
            label_col,
            on_invalid,
            workers,
            progress,
        )
        return joined(cast("Matcher[P]", self), tables.of(points, "points"), wanted)  # type: ignore[no-any-return]

    def match_batches(
        self,
        stream: Any,  # noqa: ANN401 - an object with `__arrow_c_stream__`
        *,
        columns: Chosen = None,
        how: How = "left",
        x: str | None = None,
        y: str | None = None,
        geometry: str | None = None,
        by: By | None = None,
        max_dist: float | str | None = None,
        k: int | None = None,
        distance_col: str | None = "distance",
        position_col: str | None = None,
        label_col: str | None = None,
        on_invalid: OnInvalid = "raise",
        workers: int | None = None,
    ) -> Iterator[Any]:
        """Join a stream of Arrow, batch by batch, in bounded memory.

        The next batch is read, in another thread, while the last one is matched.

        Parameters
        ----------
        stream : object with ``__arrow_c_stream__``
            Such as a RecordBatchReader or a Table of pyarrow, or a relation of DuckDB. DuckDB
            blocks the connection of an open stream: use another cursor.
        columns : sequence of str or mapping, optional
            As for `join`, and so are the other arguments.
        how : {"left", "inner"}, default "left"
            Which rows to return.
        x, y : str, optional
            The columns of the coordinates.
        geometry : str, optional
            The column of points, instead of `x` and `y`.
        by : str, sequence of str, or mapping, optional
            The points' columns of labels.
        max_dist : float or str, optional
            A distance, or the column with one for each point.
        k : int, optional
            Return the k best matches of each point.
        distance_col : str, optional
            The name of the column of distances.
        position_col : str, optional
            The name of a column of the polygons' positions.
        label_col : str, optional
            The name of a column of the polygons' index labels.
        on_invalid : {"raise", "skip"}, default "raise"
            What to do with an invalid point.
        workers : int, optional
            Number of threads.

        Returns
        -------
        iterator of pyarrow.RecordBatch
            One for each batch of the stream, in order, all of one schema.

        Raises
        ------
        ValueError, TypeError, ImportError
            As `join`. The message says with which row the batch starts.

        Examples
        --------
        >>> import poly_match
        >>> import pyarrow as pa
        >>> zones = {"shape": [[(0, 0), (9, 0), (9, 9), (0, 9)]], "name": ["hall"]}
        >>> matcher = poly_match.Matcher.from_table(zones, near="covers")
        >>> points = pa.table({"x": [1.0, 50.0], "y": [1.0, 50.0]})
        >>> for batch in matcher.match_batches(points.to_reader(max_chunksize=1)):
        ...     print(batch.to_pydict())
        {'x': [1.0], 'y': [1.0], 'name': ['hall']}
        {'x': [50.0], 'y': [50.0], 'name': [None]}
        """
        from poly_match.tables._arrow import Batch, each, empty

        wanted = Wanted(
            chosen(columns),
            how,
            x,
            y,
            geometry,
            by,
            max_dist,
            k,
            distance_col,
            position_col,
            label_col,
            on_invalid,
            workers,
        )
        batches = reader(stream)
        matcher = cast("Matcher[P]", self)
        joined(matcher, Batch(empty(batches.schema)), wanted)  # for its errors: not later
        return each(ahead(batches), lambda batch: joined(matcher, batch, wanted))
