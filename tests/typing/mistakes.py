"""Mistakes that a type checker finds: each line that has one says so."""

import pandas as pd
import polars as pl
import poly_match

points = pd.DataFrame({"x": [0.5, 9.0], "y": [0.5, 9.0]})
zones = pd.DataFrame({"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]})

poly_match.join(points, zones)  # mistake: no near
poly_match.join(points, zones, near="cover")  # mistake: no such near
poly_match.join(points, zones, "covers")  # mistake: near by position
poly_match.join(points, zones, near="covers", how="outer")  # mistake: no such how
poly_match.join(points, zones, near="covers", columns=[1.5])  # mistake: no name
poly_match.join(points, zones, near="covers", k="3")  # mistake: text for a number
poly_match.join(points, zones, near="center", max_dist=[1.0, 2.0])  # mistake: radii are a column
poly_match.join(points, zones, near="covers", on_invalid="ignore")  # mistake: no such word
poly_match.join(points, zones, near="covers", distance_column="d")  # mistake: no such argument
poly_match.join(points, zones, near="covers").collect()  # mistake: a DataFrame of pandas
other: pl.DataFrame = poly_match.join(points, zones, near="covers")  # mistake: another library

matcher = poly_match.Matcher.from_table(zones, near="covers")
poly_match.Matcher.from_table(zones)  # mistake: no near
matcher.join(points, near="covers")  # mistake: the matcher has the rule
matcher.join(points, how="right")  # mistake: no such how
table: pl.DataFrame = matcher.join(points)  # mistake: another library
matcher.match([(0.5, 0.5)]).to_table()  # mistake: no such method
