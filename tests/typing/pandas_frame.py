"""pandas: a DataFrame in, a DataFrame out."""

import pandas as pd
import poly_match
from typing_extensions import assert_type

points = pd.DataFrame({"x": [0.5, 9.0], "y": [0.5, 9.0], "level": [1, 1]})
zones = pd.DataFrame(
    {"name": ["hall"], "level": [1], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]}
)

out = poly_match.join(points, zones, near="covers", best="smallest", columns=["name"])
assert_type(out, pd.DataFrame)
names: list[str | None] = out["name"].tolist()

renamed = poly_match.join(
    points,
    zones,
    near="boundary",
    best=("nearest", "smallest"),
    max_dist=2.0,
    columns={"name": "zone"},
    how="inner",
    x="x",
    y="y",
    polygon_geometry="wkt",
    by={"level": "level"},
    position_col="zone_position",
    label_col="zone_label",
)
assert_type(renamed, pd.DataFrame)

ranked = poly_match.join(points, zones, near="center", max_dist=2.0, by="level", k=3)
assert_type(ranked, pd.DataFrame)
