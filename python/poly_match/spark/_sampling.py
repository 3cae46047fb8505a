"""`cells`: makes cells from samples of points and of polygons."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from poly_match_rs import _native

from poly_match import _coordinates
from poly_match._streams import telling_where
from poly_match.spark._bounds import bounded, boxes_of
from poly_match.spark._cells import Cells
from poly_match.spark._columns import numbered, without_rows
from poly_match.spark._types import check_are_sent
from poly_match.tables._arrow import Arrow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from poly_match._rule import Center, Near, OnInvalid

# About as many rows are sampled.
POINTS = 200_000
POLYGONS = 100_000

LOG = logging.getLogger("poly_match.spark")


def cells(
    points: DataFrame,
    polygons: DataFrame,
    *,
    near: Near,
    max_dist: float | str | None = None,
    x: str | None = None,
    y: str | None = None,
    geometry: str | None = None,
    polygon_geometry: str | None = None,
    center: Center = "vertex_mean",
    on_invalid: OnInvalid = "raise",
    partitions: int | None = None,
) -> Cells:
    """Make cells of the plane for `join`, which hold about equally many points.

    It counts and samples points and polygons.

    Parameters
    ----------
    points : pyspark.sql.DataFrame
        As for `join`, and so are the other arguments.
    polygons : pyspark.sql.DataFrame
        The polygons.
    near : {"center", "boundary", "contains", "covers"}
        What makes a polygon a candidate.
    max_dist : float or str, optional
        How far *center* and *boundary* reach; or the column of the points that has a distance for
        each.
    x, y : str, optional
        The points' columns of coordinates.
    geometry : str, optional
        The points' column of geometry.
    polygon_geometry : str, optional
        The polygons' column of geometry.
    center : {"vertex_mean", "centroid", "bbox"}, default "vertex_mean"
        Which point is the centre, for ``near="center"``.
    on_invalid : {"raise", "skip"}, default "raise"
        What to do with a row that holds no polygon.
    partitions : int, optional
        The number of partitions to divide the cells among. By default, as
        ``spark.sql.shuffle.partitions`` has it.

    Returns
    -------
    Cells
        Printed, it says how many cells and copies there are, and how full the fullest are.

    Raises
    ------
    ValueError, TypeError
        As `join`.

    See Also
    --------
    join : ``partition="cells"`` makes them itself, and logs what they are.

    Examples
    --------
    >>> import poly_match.spark
    >>> from pyspark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> points = spark.range(8000).selectExpr("id % 80 + 0.5d as x", "id div 80 + 0.5d as y")
    >>> box = "concat('POLYGON((', id, ' 0, ', id + 1, ' 0, ', id, ' 100, ', id, ' 0))') as wkt"
    >>> zones = spark.range(80).selectExpr("id", box)
    >>> cells = poly_match.spark.cells(points, zones, near="covers", partitions=4)
    >>> cells.cells, cells.partitions, round(cells.copies, 1)
    (10, 4, 3.1)
    >>> rule = {"near": "covers", "partition": cells, "order_by": "id"}
    >>> poly_match.spark.join(points, zones, **rule).where("id is not null").count()
    4000
    """
    session = points.sparkSession
    if partitions is None:
        partitions = int(session.conf.get("spark.sql.shuffle.partitions") or 200)
    if partitions < 1:
        raise ValueError(f"partitions must be 1 or more, got {partitions}")
    ours, theirs = without_rows(points, "points"), without_rows(polygons, "polygons")
    names = _coordinates.columns_of_points(ours, x, y, geometry)
    check_are_sent(points.schema, names)
    shape = _coordinates.geometry_of_polygons(theirs, polygon_geometry, "polygon_geometry")
    check_are_sent(polygons.schema, [shape])
    reach = bounded(points, near, max_dist)

    all_points, some = _sampled(points, names, POINTS)
    spots = _native.read_points(_coordinates.of_points(some, x, y, geometry), "skip")
    all_polygons, few = _sampled(polygons, [shape], POLYGONS)
    with telling_where("a sample of the polygons", few.row):
        boxes, crs = boxes_of(few, shape, near, reach, center, on_invalid)
    made = Cells.of_samples(spots, boxes, (all_points, all_polygons), partitions, crs)
    LOG.info("%s", made)
    return made


def _sampled(table: DataFrame, names: list[str], rows: int) -> tuple[int, Arrow]:
    # Return the number of rows, and about this many of them.
    count = table.count()
    chosen, numbers = numbered(table, names)
    if count > rows:
        chosen = chosen.sample(fraction=rows / count, seed=1)
    return count, Arrow(chosen.toArrow().rename_columns(list(numbers)))
