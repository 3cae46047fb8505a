"""Columns of geometry in Arrow, in all the encodings that a matcher reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import shapely

Geometries = list[Any]


@cache
def extension(name: str) -> Any:
    # A class of types of GeoArrow, as geoarrow-pyarrow has them. It is not registered.
    class Extension(pa.ExtensionType):
        def __init__(self, storage: pa.DataType, metadata: str) -> None:
            self._metadata = metadata
            super().__init__(storage, name)

        def __arrow_ext_serialize__(self) -> bytes:
            return self._metadata.encode()

        @classmethod
        def __arrow_ext_deserialize__(cls, storage: pa.DataType, serialized: bytes) -> Extension:
            return cls(storage, serialized.decode())

    return Extension


def typed(storage: pa.Array, name: str, metadata: str = "{}") -> pa.Array:
    """Give an array a type of GeoArrow."""
    return pa.ExtensionArray.from_storage(extension(name)(storage.type, metadata), storage)


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
        if interleaved and None in shapes and isinstance(shapes[0], shapely.Point):
            return typed(_pairs(shapes), "geoarrow.point")
        series = geopandas.GeoSeries([_multi(one) if multi else one for one in shapes])
        made = pa.array(series.to_arrow(geometry_encoding="geoarrow", interleaved=interleaved))
        if isinstance(made.type, pa.BaseExtensionType):  # if geoarrow-pyarrow is loaded
            made = made.storage
        names = {one.geom_type.lower() for one in series if one is not None}
        return typed(made, f"geoarrow.{'multipolygon' if multi else names.pop()}")

    return made


def _pairs(points: Geometries) -> pa.Array:
    # GeoPandas cannot write missing points with pyarrow 14.
    nowhere = [math.nan, math.nan]
    pairs = [None if p is None else nowhere if p.is_empty else [p.x, p.y] for p in points]
    return pa.array(pairs, pa.list_(pa.field("xy", pa.float64(), nullable=False), 2))


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


def text(write: Callable[[Any], str], kind: Any = None) -> Callable[[Geometries], pa.Array]:
    def made(shapes: Geometries) -> pa.Array:
        return pa.array(
            [None if one is None else write(one) for one in shapes], kind or pa.string()
        )

    return made


def hex_of_postgis(shape: Any) -> str:
    return shapely.to_wkb(shapely.set_srid(shape, 32632), hex=True, include_srid=True)


def geojson(shape: Any) -> str:
    """Write GeoJSON. Older shapely does not write empty points."""
    if shape.is_empty:
        return f'{{"type":"{shape.geom_type}","coordinates":[]}}'
    return shapely.to_geojson(shape)


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
    "hex wkb": text(lambda one: shapely.to_wkb(one, hex=True)),
    "hex wkb, large and big-endian": text(
        lambda one: shapely.to_wkb(one, hex=True, byte_order=0).lower(), pa.large_string()
    ),
    "hex ewkb": text(hex_of_postgis),
    "bytea": text(lambda one: rf"\x{shapely.to_wkb(one).hex()}"),
    "bytes of hex": lambda shapes: text(hex_of_postgis)(shapes).cast(pa.binary()),
    "bytes of wkt": lambda shapes: wkt(pa.string())(shapes).cast(pa.binary()),
    "geojson": text(geojson),
    "geojson dictionary": lambda shapes: encoded(text(geojson)(shapes)),
    "geoarrow.wkb": lambda shapes: typed(wkb(pa.binary())(shapes), "geoarrow.wkb"),
    "geoarrow.wkt": lambda shapes: typed(wkt(pa.string())(shapes), "geoarrow.wkt"),
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
    pieces = [column[a:b] for a, b in pairwise(bounds)]
    return pa.chunked_array([*pieces, column[bounds[-1] :]], column.type)
