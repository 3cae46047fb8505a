"""The inputs: polygons and points, the same for every side.

Counties are real, and in degrees that are taken as plane coordinates. Districts are made: the cells
of a lattice whose corners were moved, so that neighbours share their edges.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
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
    import shapely

    try:
        features = json.loads((DATA / "us-counties.geojson").read_text())["features"]
        with (DATA / "us-cities.csv").open(newline="") as file:
            cities = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    except OSError as error:
        raise AbsentError(f"{Path(error.filename).name} is not in {DATA.name}") from error
    shapes = np.array([shapely.geometry.shape(feature["geometry"]) for feature in features])
    rng = np.random.default_rng(points)
    where = np.array(cities)[rng.integers(0, len(cities), points)]
    where += rng.normal(0.0, 0.25, (points, 2))
    return Zones(
        "counties", f"{len(shapes):,} US counties × {short(points)} around cities", shapes, where
    )


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
