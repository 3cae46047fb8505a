"""`join`: the points of a DataFrame, and the polygons that match them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pyspark.sql import DataFrame

from poly_match._joined import Wanted, chosen
from poly_match._prepared import Rule
from poly_match.spark import _by_cells, _by_file
from poly_match.spark._cells import Cells

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._by import By
    from poly_match._joined import Chosen, How
    from poly_match._rule import Best, Center, Near, OnInvalid, Tie


def join(
    points: DataFrame,
    polygons: Any,  # noqa: ANN401 - a table of any library, a matcher, or the path of one
    *,
    near: Near | None = None,
    best: Best | None = None,
    max_dist: float | str | None = None,
    columns: Chosen = None,
    how: How = "left",
    x: str | None = None,
    y: str | None = None,
    geometry: str | None = None,
    polygon_geometry: str | None = None,
    by: By | None = None,
    k: int | None = None,
    distance_col: str | None = "distance",
    position_col: str | None = None,
    label_col: str | None = None,
    tie: Tie = "index",
    nulls_last: bool = False,
    with_distances: bool = False,
    inclusive: bool = False,
    center: Center | npt.ArrayLike = "vertex_mean",
    on_invalid: OnInvalid = "raise",
    planar: bool = False,
    workers: int | None = 1,
    allow_pickle: bool = False,
    partition: Literal["cells"] | Cells | None = None,
    order_by: str | None = None,
) -> DataFrame:
    """Return a DataFrame of points with columns of the polygons that match them by a rule.

    Answers equal those of `poly_match.join`, bit for bit.

    Parameters
    ----------
    points : pyspark.sql.DataFrame
        Of a local session, a cluster, or Spark Connect. Its rows are matched when they are asked
        for.
    polygons : table, Matcher, str or path-like
        A table of any kind that `poly_match.join` takes, or a DataFrame of Spark, with a rule. Or
        a `Matcher`, or the path of a saved one, which has its rule.
    near : {"center", "boundary", "contains", "covers"}, optional
        What makes a polygon a candidate; see `Matcher`. A table of polygons needs it.
    best : str, array_like, sequence of these, or callable, optional
        What makes a candidate the match; see `Matcher`. By default ``"smallest"``.
    max_dist : float or str, optional
        How far *center* and *boundary* reach, in the units of the coordinates; or the column of
        the points that has a distance for each. It replaces that of a matcher.
    columns : sequence of str or mapping, optional
        Columns of the polygons: names, or names as keys and new names as values. By default, all
        that are not geometry.
    how : {"left", "inner"}, default "left"
        Which rows to return: all, with nulls where nothing matches; or the matched.
    x, y : str, optional
        The points' columns of coordinates; by default, found as for `Matcher.join`.
    geometry : str, optional
        The points' column of geometry, instead of `x` and `y`: WKB, EWKB, WKT or EWKT. Of Spark's
        type GEOMETRY, give ``ST_AsBinary``.
    polygon_geometry : str, optional
        The polygons' column of geometry; see `Matcher.from_table`.
    by : str, sequence of str, or mapping, optional
        Columns of labels that must be equal; see `poly_match.join`.
    k : int, optional
        Return the k best matches of each point, in rows of their own, with their ``rank``.
    distance_col : str, optional
        The name of the column of distances, for *center* and *boundary*. None leaves it out.
    position_col : str, optional
        The name of a column of the polygons' positions; without it, there is none.
    label_col : str, optional
        The name of a column of the polygons' index labels, if they are in a table of pandas.
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
        What to do with an invalid point, and with a row that holds no polygon.
    planar : bool, default False
        Whether degrees may be taken as lengths on a plane; see `Matcher`.
    workers : int, optional
        Number of threads of a task. By default 1: Spark runs a task on each core.
    allow_pickle : bool, default False
        Whether to unpickle pickled parts of a saved matcher; see `Matcher.load`.
    partition : {"cells"} or Cells, optional
        How to divide the polygons, if they are too many for the memory of a worker. By default,
        all polygons are sent to each worker. ``"cells"`` sends points and polygons to cells of the
        plane; both are DataFrames then. `cells` makes cells for several joins. See Notes.
    order_by : str, optional
        A column of polygons in a DataFrame of Spark, whose values are all different. They come in
        its order, which decides between equally good candidates. ``partition="cells"`` needs it.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of the points, and then the new ones: ``rank`` (with `k`), the position, the
        label, `columns`, and the distance, as far as they are asked for. One that the points have
        already gets the prefix ``polygon_``, whatever its case.

    Raises
    ------
    ValueError
        If a column is not there, or if it is not clear which is meant; if the rule is not sound; or
        as `Matcher` and `Matcher.load`.
    TypeError
        If `points` is no DataFrame of Spark; if a column is of the wrong type, or of one that Spark
        does not have; if `near` is missing, or a rule is given beside a matcher.

    See Also
    --------
    poly_match.join : Join tables of one machine.

    Notes
    -----
    The matcher is built here, and saved to a file. `SparkContext.addFile` (over Spark Connect,
    `SparkSession.addArtifacts`) sends it to the workers; a Python process maps it once, and keeps
    it. Only the points' columns that the join reads are sent to Python, by PySpark 4.1 or later.

    An invalid point, such as one whose x is NaN, is found when its row is matched. Spark then
    raises a ``PythonException``. Its last line is the error, with the partition and the row.

    With ``partition="cells"``, both are counted and sampled here. The cells are those of a
    quadtree that splits where there are many points or polygons. A point is sent to one cell, and a
    polygon to all that its search bounds touch: its bounding box, grown by `max_dist`, or its
    centre. So *center* and *boundary* need a finite `max_dist`. There are no positions:
    ``columns=[order_by]`` returns what stands for them.

    Examples
    --------
    >>> import poly_match.spark
    >>> from pyspark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> points = spark.sql("select * from values (5d, 5d), (50d, 5d) as points(x, y)")
    >>> zones = {"name": ["hall"], "wkt": ["POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))"]}
    >>> poly_match.spark.join(points, zones, near="covers").show()
    +----+---+----+
    |   x|  y|name|
    +----+---+----+
    | 5.0|5.0|hall|
    |50.0|5.0|NULL|
    +----+---+----+
    <BLANKLINE>
    """
    if not isinstance(points, DataFrame):
        kind = type(points)
        got = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        way = (
            "call its to_spark()" if hasattr(points, "to_spark") else "poly_match.join takes others"
        )
        raise TypeError(f"points must be a DataFrame of Spark, got {got}: {way}")
    if not (partition in (None, "cells") or isinstance(partition, Cells)):
        raise ValueError(f"partition must be 'cells', Cells or None, got {partition!r}")
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
    rule = Rule(
        near,
        best,
        max_dist,
        tie,
        nulls_last,
        with_distances,
        inclusive,
        center,
        planar,
        polygon_geometry,
        on_invalid,
    )
    if partition is None:
        return _by_file.joined(points, polygons, rule, wanted, order_by, allow_pickle)
    made = partition if isinstance(partition, Cells) else None
    return _by_cells.joined(points, polygons, rule, wanted, order_by, made)
