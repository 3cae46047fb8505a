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
    polygons = column(polygons)
    geopandas = sys.modules.get("geopandas")
    if geopandas is not None and isinstance(polygons, geopandas.GeoSeries):
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


def column(data: Any) -> Any:  # noqa: ANN401 - any object
    """Return the column of geometries of a GeoDataFrame, and any other object as it is."""
    geopandas = sys.modules.get("geopandas")
    is_table = geopandas is not None and isinstance(data, geopandas.GeoDataFrame)
    return data.geometry if is_table else data


def interface(data: Any) -> Any:  # noqa: ANN401 - any object
    """Return an iterable, such as a mapping, as it is, and the ``__geo_interface__`` of others."""
    return data if isinstance(data, Iterable) else getattr(data, "__geo_interface__", None)


# How deep collections may be nested, as in the native reader of GeoJSON.
DEEPEST = 64


def shapely_array(polygons: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Put shapely geometries and None into an array."""
    return np.fromiter(polygons, dtype=object, count=len(polygons))


def shapely_bounds(
    polygons: Sequence[Any],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Put shapely geometries and None into an array, and find where they are.

    Returns the array, the bounding box of each, NaN if it is empty, and whether it has a box and
    all of its coordinates are finite. This does not read the coordinates, which takes longer. The
    box alone does not tell: it leaves NaN out. A length does not.
    """
    shapely: Any = sys.modules["shapely"]
    array = shapely_array(polygons)
    bounds = shapely.bounds(array)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = shapely.length(array)
    return array, bounds, np.isfinite(lengths) & np.isfinite(bounds[:, 0])


def shapely_rings(
    array: npt.NDArray[np.object_], chosen: npt.NDArray[np.int64] | None, start: int
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    list[bytes | None],
]:
    """Read the coordinates of shapely geometries and None, without z.

    `chosen` are the positions in the array to read, by default all. `start` is the position of the
    first of the array, for error messages. Returns of the chosen the number of vertices of each,
    and the vertices; which of them are not a single ring, and each of these in little-endian WKB,
    None where there is no polygon.
    """
    shapely: Any = sys.modules["shapely"]
    kinds = shapely.GeometryType
    if chosen is not None:
        array = array[chosen]
    lengths = shapely.get_num_coordinates(array).astype(np.int64, copy=False)
    coordinates = shapely.get_coordinates(array)
    kind = shapely.get_type_id(array)
    is_ring = kind == kinds.POLYGON
    is_ring &= shapely.get_num_interior_rings(array) == 0
    is_ring &= lengths > 0
    found = np.flatnonzero(~is_ring)
    if len(found) == 0:
        return lengths, coordinates, found, []
    kind, others = kind[found], array[found]
    is_polygon = (kind == kinds.POLYGON) | (kind == kinds.MULTIPOLYGON)
    others[~(is_polygon & (lengths[found] > 0))] = None
    is_collection = kind == kinds.GEOMETRYCOLLECTION
    if is_collection.any():
        collections = found[is_collection]
        positions = collections if chosen is None else chosen[collections]
        others[is_collection] = _polygons_of(array[collections], start + positions)
    wkb = shapely.to_wkb(others, output_dimension=2, byte_order=1).tolist()
    return lengths, coordinates, found, wkb


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
