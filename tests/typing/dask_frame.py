"""A DataFrame of Dask: a DataFrame out."""

import dask.dataframe as dd
import poly_match.dask

zones = {"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]}


def matched(points: dd.DataFrame) -> dd.DataFrame:
    near = poly_match.dask.join(points, zones, near="covers", columns=["name"], how="inner")
    return poly_match.dask.join(near, "zones.plym", max_dist=2.0)
