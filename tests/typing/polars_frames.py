"""Polars: a DataFrame stays one, a LazyFrame stays lazy."""

import polars as pl
import poly_match
from typing_extensions import assert_type

points = pl.DataFrame({"x": [0.5, 9.0], "y": [0.5, 9.0], "radius": [1.0, 20.0]})
square = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"
zones = pl.DataFrame({"name": ["hall"], "priority": [1], "wkt": [square]})

out = poly_match.join(points, zones, near="covers", columns=["name"])
assert_type(out, pl.DataFrame)

lazy = poly_match.join(
    points.lazy(), zones, near="boundary", max_dist="radius", best="min:priority", columns=["name"]
)
assert_type(lazy, pl.LazyFrame)
assert_type(lazy.collect()["name"], pl.Series)
