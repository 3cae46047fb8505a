"""Reads geometry of geopandas and shapely in Python, for the native module.

It imports neither library: it uses them only if the caller has loaded them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def elements(polygons: Any) -> Any:  # noqa: ANN401 - any object of the caller's
    """Return the polygons of a collection; a GeoDataFrame, for one, iterates over column names."""
    geopandas = sys.modules.get("geopandas")
    if geopandas is not None:
        if isinstance(polygons, geopandas.GeoDataFrame):
            polygons = polygons.geometry
        if isinstance(polygons, geopandas.GeoSeries):
            return polygons.to_numpy()
    collection = polygons
    if not isinstance(polygons, Iterable):
        collection = getattr(polygons, "__geo_interface__", None)
    if not isinstance(collection, Mapping):
        return polygons
    kind = collection.get("type")
    if kind == "FeatureCollection":
        return collection["features"]
    if isinstance(kind, str):
        raise TypeError(f"polygons must be an iterable, got a single {kind}")
    return polygons


def wkb(polygons: Sequence[Any]) -> list[bytes]:
    """Write shapely polygons as little-endian well-known binary (WKB), without z."""
    shapely: Any = sys.modules["shapely"]
    array = np.fromiter(polygons, dtype=object, count=len(polygons))
    found: list[bytes] = shapely.to_wkb(array, output_dimension=2, byte_order=1).tolist()
    return found
