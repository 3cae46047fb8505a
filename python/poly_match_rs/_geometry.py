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

    import numpy.typing as npt


def elements(polygons: Any, name: str = "polygons") -> Any:  # noqa: ANN401 - any object
    """Return the geometries of a collection; a GeoDataFrame, for one, iterates over column names.

    `name` is used in error messages.
    """
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
        raise TypeError(f"{name} must be an iterable, got a single {kind}")
    return polygons


def read_shapely(
    polygons: Sequence[Any],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], list[bytes]]:
    """Read shapely polygons, without z: as coordinates if they have no holes, else as WKB.

    Returns the number of vertices of each polygon, which is 0 for those in WKB; the coordinates of
    the other polygons; and the polygons in little-endian WKB.
    """
    shapely: Any = sys.modules["shapely"]
    array = np.fromiter(polygons, dtype=object, count=len(polygons))
    lengths = shapely.get_num_coordinates(array).astype(np.int64)
    is_one_ring = shapely.get_type_id(array) == shapely.GeometryType.POLYGON
    is_one_ring &= shapely.get_num_interior_rings(array) == 0
    is_one_ring &= lengths > 0
    lengths[~is_one_ring] = 0
    coordinates = shapely.get_coordinates(array[is_one_ring])
    others = array[~is_one_ring]
    wkb: list[bytes] = shapely.to_wkb(others, output_dimension=2, byte_order=1).tolist()
    return lengths, coordinates, wkb
