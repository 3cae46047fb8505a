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
    collection = interface(polygons)
    if not isinstance(collection, Mapping):
        return polygons
    kind = collection.get("type")
    if kind == "FeatureCollection":
        return collection["features"]
    if isinstance(kind, str):
        raise TypeError(f"{name} must be an iterable, got a single {kind}")
    return polygons


def interface(data: Any) -> Any:  # noqa: ANN401 - any object
    """Return an iterable, such as a mapping, as it is, and the ``__geo_interface__`` of others."""
    return data if isinstance(data, Iterable) else getattr(data, "__geo_interface__", None)


# How deep collections may be nested, as in the native reader of GeoJSON.
DEEPEST = 64


def shapely_coordinates(
    polygons: Sequence[Any],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Read the coordinates of shapely geometries and None, without z.

    Returns the geometries in an array, the number of vertices of each, and the vertices.
    """
    shapely: Any = sys.modules["shapely"]
    array = np.fromiter(polygons, dtype=object, count=len(polygons))
    lengths = shapely.get_num_coordinates(array).astype(np.int64, copy=False)
    return array, lengths, shapely.get_coordinates(array)


def shapely_rings(
    array: npt.NDArray[np.object_],
    lengths: npt.NDArray[np.int64],
    chosen: npt.NDArray[np.int64] | None,
    start: int,
) -> tuple[npt.NDArray[np.int64], list[bytes | None]]:
    """Find the geometries that are not a single ring, and read their rings, without z.

    Returns their positions in the array, and each in little-endian WKB, None where there is no
    polygon. `lengths` are the numbers of vertices. `chosen` are the positions to look at, by
    default all. `start` is the position of the first of the array, for error messages.
    """
    shapely: Any = sys.modules["shapely"]
    kinds = shapely.GeometryType
    some, has_vertices = array, lengths > 0
    if chosen is not None:
        some, has_vertices = array[chosen], has_vertices[chosen]
    kind = shapely.get_type_id(some)
    is_ring = kind == kinds.POLYGON
    is_ring &= shapely.get_num_interior_rings(some) == 0
    is_ring &= has_vertices
    found = np.flatnonzero(~is_ring)
    if len(found) == 0:
        return found, []
    kind, others = kind[found], some[found]
    rest = found if chosen is None else chosen[found]
    is_polygon = (kind == kinds.POLYGON) | (kind == kinds.MULTIPOLYGON)
    others[~(is_polygon & has_vertices[found])] = None
    is_collection = kind == kinds.GEOMETRYCOLLECTION
    if is_collection.any():
        collections = rest[is_collection]
        others[is_collection] = _polygons_of(array[collections], start + collections)
    return rest, shapely.to_wkb(others, output_dimension=2, byte_order=1).tolist()


def _polygons_of(
    collections: npt.NDArray[np.object_], positions: npt.NDArray[np.intp]
) -> npt.NDArray[np.object_]:
    # The polygons of each collection, in their order, as one MultiPolygon; None if it has none.
    shapely: Any = sys.modules["shapely"]
    parts, owners = taken_apart(collections, positions, "polygon")
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    is_polygon &= ~shapely.is_empty(parts)
    found = np.full(len(collections), None)
    shapely.multipolygons(parts[is_polygon], indices=owners[is_polygon], out=found)
    return found


def taken_apart(
    geometries: npt.NDArray[np.object_], positions: npt.NDArray[np.intp], of: str
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.intp]]:
    """Take shapely geometries apart into points, lines and polygons, however nested they are.

    Returns the parts, and for each the index of the geometry that it is of. `positions` and `of`
    are used in error messages.
    """
    shapely: Any = sys.modules["shapely"]
    parts, owners = geometries, np.arange(len(geometries))
    for _ in range(DEEPEST):
        parts, index = shapely.get_parts(parts, return_index=True)
        owners = owners[index]
        is_nested = shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION
        if not is_nested.any():
            break
    else:
        position = positions[owners[is_nested][0]]
        raise ValueError(f"collections of {of} {position} must be nested at most {DEEPEST} deep")
    parts, index = shapely.get_parts(parts, return_index=True)  # of MultiPolygons and MultiPoints
    return parts, owners[index]
