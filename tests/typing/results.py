"""A result as a table, and as a picture."""

import matplotlib as mpl
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
from matplotlib.axes import Axes
from typing_extensions import assert_type

mpl.use("agg")

square = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
points = [(0.5, 0.5), (9.0, 9.0)]
result = poly_match.match([square], points, near="covers")

assert_type(result.to_arrow(), pa.Table)
assert_type(result.to_pandas(), pd.DataFrame)
assert_type(result.to_polars(), pl.DataFrame)
assert_type(pa.table(result), pa.Table)
assert_type(result.plot(), Axes)
assert_type(poly_match.plot(points, [square], result), Axes)
