"""A mapping of arrays: a dict out."""

import numpy as np
import poly_match

points = {"x": np.array([0.5, 9.0]), "y": np.array([0.5, 9.0])}
zones = {"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]}

out = poly_match.join(points, zones, near="covers", columns=["name"])
names = list(out["name"])
