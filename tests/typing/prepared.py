"""A matcher that is built once joins tables of any kind, and streams."""

from collections.abc import Iterator

import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
from typing_extensions import assert_type

zones = pd.DataFrame({"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]})
matcher = poly_match.Matcher.from_table(zones, near="covers", best="smallest", geometry="wkt")

coordinates = {"x": [0.5, 9.0], "y": [0.5, 9.0]}
assert_type(matcher.join(pd.DataFrame(coordinates), columns=["name"]), pd.DataFrame)
assert_type(matcher.join(pl.DataFrame(coordinates), how="inner"), pl.DataFrame)
assert_type(matcher.join(pl.LazyFrame(coordinates), x="x", y="y"), pl.LazyFrame)
assert_type(matcher.join(pa.table(coordinates), position_col="zone"), pa.Table)

batches: Iterator[pa.RecordBatch] = matcher.match_batches(pa.table(coordinates).to_reader())
rows: int = sum(batch.num_rows for batch in batches)
