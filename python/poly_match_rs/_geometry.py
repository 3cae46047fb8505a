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


# How deep collections may be nested, as in the native reader of GeoJSON.
DEEPEST = 64


def read_shapely(
    polygons: Sequence[Any], start: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], list[bytes | None]]:
    """Read shapely polygons, without z: as coordinates if they have no holes, else as WKB.

    Returns the number of vertices of each polygon, which is 0 for those in WKB; the coordinates of
    the other polygons; and the polygons in little-endian WKB, None where there is no polygon.
    `start` is the position of the first of the polygons, for error messages.
    """
    shapely: Any = sys.modules["shapely"]
    kinds = shapely.GeometryType
    array = np.fromiter(polygons, dtype=object, count=len(polygons))
    kind = shapely.get_type_id(array)
    lengths = shapely.get_num_coordinates(array).astype(np.int64)
    is_one_ring = kind == kinds.POLYGON
    is_one_ring &= shapely.get_num_interior_rings(array) == 0
    is_one_ring &= lengths > 0
    coordinates = shapely.get_coordinates(array[is_one_ring])
    rest = np.flatnonzero(~is_one_ring)
    if len(rest) == 0:
        return lengths, coordinates, []
    kind = kind[rest]
    has_vertices = ((kind == kinds.POLYGON) | (kind == kinds.MULTIPOLYGON)) & (lengths[rest] > 0)
    lengths[rest] = 0
    others = array[rest]
    others[~has_vertices] = None
    is_collection = kind == kinds.GEOMETRYCOLLECTION
    if is_collection.any():
        collections = rest[is_collection]
        others[is_collection] = _polygons_of(array[collections], start + collections)
    wkb: list[bytes | None] = shapely.to_wkb(others, output_dimension=2, byte_order=1).tolist()
    return lengths, coordinates, wkb


def _polygons_of(
    collections: npt.NDArray[np.object_], positions: npt.NDArray[np.intp]
) -> npt.NDArray[np.object_]:
    # The polygons of each collection, in their order, as one MultiPolygon; None if it has none.
    shapely: Any = sys.modules["shapely"]
    kinds = shapely.GeometryType
    parts, owners = collections, np.arange(len(collections))
    for _ in range(DEEPEST):
        parts, index = shapely.get_parts(parts, return_index=True)
        owners = owners[index]
        is_nested = shapely.get_type_id(parts) == kinds.GEOMETRYCOLLECTION
        if not is_nested.any():
            break
    else:
        position = positions[owners[is_nested][0]]
        raise ValueError(f"collections of polygon {position} must be nested at most {DEEPEST} deep")
    parts, index = shapely.get_parts(parts, return_index=True)  # of MultiPolygons
    owners = owners[index]
    is_polygon = (shapely.get_type_id(parts) == kinds.POLYGON) & ~shapely.is_empty(parts)
    found = np.full(len(collections), None)
    shapely.multipolygons(parts[is_polygon], indices=owners[is_polygon], out=found)
    return found
