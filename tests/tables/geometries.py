"""Columns of geometry in Arrow, in all the encodings that a matcher reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import geoarrow.pyarrow as ga
import geopandas
import numpy as np
import pyarrow as pa
import shapely

Geometries = list[Any]


def wkb(kind: Any) -> Callable[[Geometries], pa.Array]:
    def made(shapes: Geometries) -> pa.Array:
        return pa.array([None if one is None else shapely.to_wkb(one) for one in shapes], kind)

    return made


def wkt(kind: Any) -> Callable[[Geometries], pa.Array]:
    def made(shapes: Geometries) -> pa.Array:
        return pa.array([None if one is None else one.wkt for one in shapes], kind)

    return made


def encoded(array: pa.Array) -> pa.Array:
    return array.dictionary_encode()


def native(interleaved: bool, multi: bool = False) -> Callable[[Geometries], pa.Array]:
    def made(shapes: Geometries) -> pa.Array:
        if interleaved and isinstance(shapes[0], shapely.Point) and None in shapes:
            return _interleaved_points(shapes)
        series = geopandas.GeoSeries([_multi(one) if multi else one for one in shapes])
        return pa.array(series.to_arrow(geometry_encoding="geoarrow", interleaved=interleaved))

    return made


def _interleaved_points(points: Geometries) -> pa.Array:
    # GeoPandas cannot write nulls among them with pyarrow 14.
    pairs = [
        None if one is None else [math.nan] * 2 if one.is_empty else [one.x, one.y]
        for one in points
    ]
    kind = ga.point().with_coord_type(ga.CoordType.INTERLEAVED)
    return kind.wrap_array(pa.array(pairs, kind.storage_type))


def storage(function: Callable[[Geometries], pa.Array]) -> Callable[[Geometries], pa.Array]:
    # Without the type that says what it is.
    return lambda shapes: function(shapes).storage


def _multi(shape: Any) -> Any:
    if isinstance(shape, shapely.Polygon):
        return shapely.MultiPolygon([] if shape.is_empty else [shape])
    return shape


def ewkb(shapes: Geometries) -> pa.Array:
    known = [None if one is None else shapely.set_srid(one, 32632) for one in shapes]
    return pa.array(
        [None if one is None else shapely.to_wkb(one, include_srid=True) for one in known]
    )


def ewkt(shapes: Geometries) -> pa.Array:
    return pa.array([None if one is None else f"SRID=32632;{one.wkt}" for one in shapes])


# For polygons and for points.
ENCODINGS: dict[str, Callable[[Geometries], pa.Array]] = {
    "wkb": wkb(pa.binary()),
    "large wkb": wkb(pa.large_binary()),
    "wkb dictionary": lambda shapes: encoded(wkb(pa.binary())(shapes)),
    "wkt": wkt(pa.string()),
    "large wkt": wkt(pa.large_string()),
    "wkt dictionary": lambda shapes: encoded(wkt(pa.string())(shapes)),
    "ewkb": ewkb,
    "ewkt": ewkt,
    "geoarrow.wkb": lambda shapes: ga.wkb().wrap_array(wkb(pa.binary())(shapes)),
    "geoarrow.wkt": lambda shapes: ga.wkt().wrap_array(wkt(pa.string())(shapes)),
    "separated": native(interleaved=False),
    "interleaved": native(interleaved=True),
}
if hasattr(pa, "binary_view"):
    ENCODINGS["wkb view"] = wkb(pa.binary_view())
    ENCODINGS["wkt view"] = wkt(pa.string_view())

OF_POLYGONS = {
    **ENCODINGS,
    "separated multi": native(interleaved=False, multi=True),
    "interleaved multi": native(interleaved=True, multi=True),
}


def cut(column: pa.Array, sizes: list[int]) -> pa.ChunkedArray:
    """Cut a column into chunks of these sizes, some of which may be empty."""
    bounds = np.minimum(np.cumsum([0, *sizes]), len(column)).tolist()
    pieces = [column[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]
    return pa.chunked_array([*pieces, column[bounds[-1] :]], column.type)
