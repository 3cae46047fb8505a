"""The inputs: polygons and points, the same for every side.

Counties are real, and in degrees that are taken as plane coordinates. Districts are made: the cells
of a lattice whose corners were moved, so that neighbours share their edges.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.workloads import DATA, AbsentError, Floats, short

Shapes = npt.NDArray[np.object_]
"""shapely geometries."""


@dataclass(frozen=True, eq=False)
class Zones:
    """Polygons, and points in and around them."""

    name: str
    title: str
    shapes: Shapes
    points: Floats

    @cached_property
    def rank(self) -> npt.NDArray[np.int64]:
        """Position of each polygon in the order of area, then input."""
        import shapely

        rank = np.empty(len(self.shapes), dtype=np.int64)
        rank[np.argsort(shapely.area(self.shapes), kind="stable")] = np.arange(len(rank))
        return rank


@dataclass(frozen=True, eq=False)
class Sites:
    """Centres with keys, and points among them; anywhere in the unit square."""

    name: str
    title: str
    centers: Floats
    keys: Floats
    points: Floats
    more: dict[str, Any] = field(default_factory=dict)


def counties(points: int) -> Zones:
    """US counties, and points scattered around US cities."""
    shapes = _real("us-counties.geojson")
    try:
        with (DATA / "us-cities.csv").open(newline="") as file:
            cities = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    except OSError as error:
        raise AbsentError(f"us-cities.csv is not in {DATA.name}") from error
    where = _around(np.array(cities), points)
    title = f"{len(shapes):,} US counties × {short(points)} around cities"
    return Zones("counties", title, shapes, where)


def urban(points: int) -> Zones:
    """Urban areas of the world, and points scattered around them."""
    import shapely

    shapes = _real("ne-50m-urban-areas.geojson")
    where = _around(shapely.get_coordinates(shapely.centroid(shapes)), points)
    title = f"{len(shapes):,} urban areas × {short(points)} around them"
    return Zones("urban", title, shapes, where)


def large(points: int, vertices: int = 100_000) -> Zones:
    """20 polygons of many vertices that overlap, and points in and around them."""
    import shapely

    rng = np.random.default_rng([vertices, points])
    angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, (20, vertices)))
    radii = rng.uniform(0.1, 0.4, (20, 1)) * (
        1.0 + 0.2 * np.sin(7.0 * angles) + 0.02 * rng.uniform(-1.0, 1.0, angles.shape)
    )
    rings = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * radii[..., None]
    shapes = shapely.polygons(rings + rng.random((20, 1, 2)))
    where = rng.uniform(-0.3, 1.3, (points, 2))
    return Zones(
        "large", f"20 polygons of {short(vertices)} vertices × {short(points)}", shapes, where
    )


def _real(name: str) -> Shapes:
    """Read the geometries of a GeoJSON file."""
    import shapely

    return np.array([shapely.geometry.shape(feature["geometry"]) for feature in features(name)])


def features(name: str) -> list[dict[str, Any]]:
    """Read the features of a GeoJSON file."""
    try:
        read: list[dict[str, Any]] = json.loads((DATA / name).read_text())["features"]
    except OSError as error:
        raise AbsentError(f"{name} is not in {DATA.name}") from error
    return read


def _around(places: Floats, points: int) -> Floats:
    """Scatter points around places."""
    rng = np.random.default_rng(points)
    where = places[rng.integers(0, len(places), points)]
    return where + rng.normal(0.0, 0.25, (points, 2))


def districts(side: int, points: int) -> Zones:
    """`side` × `side` cells of a lattice with its corners moved, and points anywhere."""
    import shapely

    rng = np.random.default_rng([side, points])
    corners = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), axis=-1)
    corners = corners + rng.uniform(-0.35, 0.35, corners.shape)
    rings = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    shapes = shapely.polygons(np.stack(rings, axis=-2).reshape(-1, 4, 2))
    return Zones(
        f"districts-{short(side * side)}",
        f"{short(side * side)} districts × {short(points)}",
        shapes,
        rng.uniform(-0.02 * side, 1.02 * side, (points, 2)),
    )


def sites(centers: int, points: int) -> Sites:
    """Centres and points anywhere, with keys of which some are equal."""
    rng = np.random.default_rng([centers, points])
    return Sites(
        f"uniform-{short(centers)}-{short(points)}",
        f"{short(centers)} centres × {short(points)}",
        rng.random((centers, 2)),
        np.round(rng.lognormal(0.0, 2.0, centers), 2),
        rng.random((points, 2)),
    )
