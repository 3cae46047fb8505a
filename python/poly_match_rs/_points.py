"""Reads points of shapely and of GeoJSON in Python, for the native module.

A MultiPoint of one position is that point, and so is a collection with one. Empty points are
missing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from poly_match_rs._geometry import DEEPEST, taken_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt


def read_shapely(
    points: Sequence[Any], start: int
) -> tuple[npt.NDArray[np.float64], tuple[int, str] | None]:
    """Read shapely geometries and None, without z.

    Parameters
    ----------
    points : sequence
        The geometries.
    start : int
        Position of the first, for error messages.

    Returns
    -------
    coordinates : numpy.ndarray of float64, shape (N, 2)
        x and y of each point, NaN for those that are missing, empty, or of another type.
    foreign : tuple of (int, str), optional
        Position and type of the first geometry of another type.
    """
    shapely: Any = sys.modules["shapely"]
    array = np.fromiter(points, dtype=object, count=len(points))
    coordinates = np.empty((len(array), 2))
    if _read_points(shapely, array, coordinates):
        return coordinates, None
    _take_single_points(shapely, array, start)
    is_point = shapely.get_type_id(array) == shapely.GeometryType.POINT
    (foreign,) = np.nonzero(~is_point & ~shapely.is_missing(array))
    # get_coordinates leaves empty points out, so they are set apart before.
    is_point &= ~shapely.is_empty(array)
    coordinates = np.full((len(array), 2), np.nan)
    coordinates[is_point] = shapely.get_coordinates(array[is_point])
    if not len(foreign):
        return coordinates, None
    first = int(foreign[0])
    return coordinates, (first, array[first].geom_type)


def _take_single_points(
    shapely: Any,  # noqa: ANN401 - the module
    array: npt.NDArray[np.object_],
    start: int,
) -> None:
    # Puts the point of each MultiPoint and collection with exactly one into its place, and None
    # into that of a MultiPoint without any.
    kinds = shapely.GeometryType
    kind = shapely.get_type_id(array)
    places = np.flatnonzero((kind == kinds.MULTIPOINT) | (kind == kinds.GEOMETRYCOLLECTION))
    if not len(places):
        return
    parts, owners = taken_apart(array[places], start + places, "point")
    is_point = (shapely.get_type_id(parts) == kinds.POINT) & ~shapely.is_empty(parts)
    parts, owners = parts[is_point], owners[is_point]
    counts = np.bincount(owners, minlength=len(places))
    array[places[(counts == 0) & (kind[places] == kinds.MULTIPOINT)]] = None
    is_single = counts[owners] == 1
    array[places[owners[is_single]]] = parts[is_single]


# Points that are read together: they are read twice, and are still in the cache then.
TOGETHER = 1 << 12


def read_array(points: npt.NDArray[np.object_]) -> npt.NDArray[np.float64] | None:
    """Read an array of shapely Points, without z; None if it holds anything else."""
    shapely = sys.modules.get("shapely")
    if shapely is None:
        return None
    coordinates = np.empty((len(points), 2))
    for start in range(0, len(points), TOGETHER):
        some = slice(start, start + TOGETHER)
        try:
            if not _read_points(shapely, points[some], coordinates[some]):
                return None
        except TypeError:  # an object of another library
            return None
    return coordinates


def _read_points(
    shapely: Any,  # noqa: ANN401 - the module
    array: npt.NDArray[np.object_],
    coordinates: npt.NDArray[np.float64],
) -> bool:
    # Reads shapely geometries, and says whether all are points: x of any other is NaN, and that of
    # an empty point an exception.
    try:
        coordinates[:, 0] = shapely.get_x(array)
        coordinates[:, 1] = shapely.get_y(array)
    except shapely.errors.GEOSException:
        return False
    return not np.isnan(coordinates).any()


def read_geojson(point: Any) -> list[Any] | str | None:  # noqa: ANN401 - any object of the caller's
    """Read a GeoJSON Point or a Feature of one, or what has it as its ``__geo_interface__``.

    Returns x and y, None if they are missing, or the type of another geometry.
    """
    mapping = point if isinstance(point, Mapping) else point.__geo_interface__
    if mapping and mapping.get("type") == "Feature":
        mapping = mapping.get("geometry")
    if not mapping:
        return None
    kind = mapping.get("type")
    positions = list(_positions(mapping, DEEPEST))
    if len(positions) == 1:
        both = [*positions[0][:2], None][:2]  # a coordinate that is not there is missing,
        return [None if isinstance(value, str) else value for value in both]  # and text is none
    if not positions and kind in ("Point", "MultiPoint"):
        return None
    return kind if isinstance(kind, str) else type(point).__name__


def _positions(geometry: Any, deepest: int) -> Iterator[Any]:  # noqa: ANN401 - of the caller's
    # The positions of all points in a geometry; empty ones are left out.
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind == "GeometryCollection":
        if not deepest:
            raise ValueError(f"collections of points must be nested at most {DEEPEST} deep")
        for member in geometry.get("geometries") or ():
            yield from _positions(member, deepest - 1)
    elif kind in ("Point", "MultiPoint"):
        coordinates = geometry.get("coordinates")
        positions = [coordinates] if kind == "Point" or coordinates is None else coordinates
        yield from (one for one in positions if one is not None and len(one))
