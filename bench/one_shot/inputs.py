"""An input of one shot: polygons and points in every form that a side takes, made before timing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bench.rules.inputs import Zones
from bench.workloads import Floats


@dataclass(frozen=True, eq=False)
class Points:
    """Some points as an array, as shapely objects, and as a GeoDataFrame."""

    array: Floats

    @cached_property
    def frame(self) -> Any:  # noqa: ANN401
        """A GeoDataFrame."""
        import geopandas

        return geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*self.array.T))

    @cached_property
    def shapes(self) -> Any:  # noqa: ANN401
        """The shapely objects of the GeoDataFrame."""
        return self.frame.geometry.to_numpy()


@dataclass(frozen=True, eq=False)
class Source:
    """Polygons in every form."""

    zones: Zones

    @cached_property
    def frame(self) -> Any:  # noqa: ANN401
        """A GeoDataFrame with the rank of each polygon by area."""
        import geopandas

        return geopandas.GeoDataFrame({"rank": self.zones.rank}, geometry=self.zones.shapes)

    def renew(self) -> None:
        """Forget the index that GeoPandas keeps with the GeoDataFrame."""
        self.__dict__["frame"] = self.frame.copy()

    @cached_property
    def objects(self) -> list[Any]:
        """Objects of `poly_match.Polygon` and `poly_match.MultiPolygon`."""
        import poly_match
        import shapely

        def polygon(shape: Any) -> poly_match.Polygon:  # noqa: ANN401
            rings = [shape.exterior, *shape.interiors]
            (x, y), *holes = (shapely.get_coordinates(ring)[:-1].T for ring in rings)
            return poly_match.Polygon(x, y, holes=holes)

        def one(shape: Any) -> Any:  # noqa: ANN401
            parts = [polygon(part) for part in shapely.get_parts(shape)]
            return parts[0] if len(parts) == 1 else poly_match.MultiPolygon(parts)

        return [one(shape) for shape in self.zones.shapes]

    @cached_property
    def arrays(self) -> tuple[Any, Any, Any, Any]:
        """Vertices, and offsets of rings, polygons and parts, for `Matcher.from_rings`."""
        import shapely

        parts, part_of = shapely.get_parts(self.zones.shapes, return_index=True)
        rings, ring_of = shapely.get_rings(parts, return_index=True)
        return (
            shapely.get_coordinates(rings),
            _offsets(shapely.get_num_coordinates(rings)),
            _offsets(np.bincount(part_of, minlength=len(self.zones.shapes))),
            _offsets(np.bincount(ring_of, minlength=len(parts))),
        )


def _offsets(counts: Any) -> Any:  # noqa: ANN401
    return np.concatenate(([0], np.cumsum(counts)))
