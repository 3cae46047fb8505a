"""Match points to polygons by a rule.

For every point, the polygons whose centre is closer than a distance are its candidates, and the
one of the smallest area is its match. Polygons are your own objects, and come back as they are.

- `Matcher`, `match`: arrays in, arrays (and your objects) out; prepared once, or used once.
- `join`, `Matcher.from_table`: tables in (pandas, GeoPandas, Polars, pyarrow, DuckDB), the same
  table out, with columns of the matches.
- `Polygon`, `MultiPolygon`: our polygon classes; shapely polygons and others work, too.
- `CoordinateWarning`: coordinates that cannot be right, or systems that cannot be compared.
- `plot`: points, polygons and matches as a picture.
- `check`: what is suspicious in polygons, and where.
- `main`, `find_close_polygons`, `find_all_close_polygons`, `select_best_polygon`: the
  article's names, with its lists of points and of (point, polygon) pairs.
- `generate_example`, `generate_one_polygon`: the article's data.

Two packages are imported on their own: ``poly_match.spark`` and ``poly_match.dask`` join the
DataFrames of Spark and of Dask.
"""

from poly_match_rs import MultiPolygon, Polygon, find_all_close_polygons, find_close_polygons
from poly_match_rs._crs_checks import CoordinateWarning
from poly_match_rs._native import VERSION, select_best_polygon

from poly_match._article import generate_example, generate_one_polygon, main
from poly_match._check import Finding, check
from poly_match._join import join
from poly_match._matcher import Matcher
from poly_match._once import match
from poly_match._plot import plot
from poly_match._result import Candidates, Match, MatchResult

__version__ = VERSION

__all__ = [
    "Candidates",
    "CoordinateWarning",
    "Finding",
    "Match",
    "MatchResult",
    "Matcher",
    "MultiPolygon",
    "Polygon",
    "check",
    "find_all_close_polygons",
    "find_close_polygons",
    "generate_example",
    "generate_one_polygon",
    "join",
    "main",
    "match",
    "plot",
    "select_best_polygon",
]
