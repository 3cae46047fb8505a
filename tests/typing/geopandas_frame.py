"""GeoPandas: a GeoDataFrame in, a GeoDataFrame out."""

import geopandas as gpd
import poly_match
import shapely
from typing_extensions import assert_type

points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0.5, 9.0], [0.5, 9.0]), crs="EPSG:25832")
zones = gpd.GeoDataFrame({"name": ["hall"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:25832")

out = poly_match.join(points, zones, near="covers", columns=["name"])
assert_type(out, gpd.GeoDataFrame)

nearest = poly_match.join(points, zones, near="boundary", best="nearest", distance_col="metres")
assert_type(nearest, gpd.GeoDataFrame)
