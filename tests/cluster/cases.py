"""Joins that every engine of a cluster must answer as one process does."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import pandas as pd
import poly_match
import pyarrow as pa
import shapely

POINTS, POLYGONS = 3000, 400

RULES = {
    "center": {"near": "center", "best": "max:level", "max_dist": 6.0},
    "boundary": {"near": "boundary", "best": "nearest,smallest", "max_dist": 3.0},
    "covers": {"near": "covers", "best": "max:level"},
    "contains": {"near": "contains", "best": "largest", "how": "inner"},
    "by": {"near": "covers", "by": "floor", "columns": ["name"]},
    "two labels": {"near": "covers", "by": {"floor": "floor", "day": "opened"}},
    "three best": {"near": "boundary", "max_dist": 2.0, "k": 3},
    "three best, inner": {
        "near": "center",
        "best": "nearest",
        "max_dist": 3.0,
        "k": 3,
        "how": "inner",
    },
    "a distance each": {"near": "center", "best": "nearest", "max_dist": "reach"},
    "inclusive": {"near": "boundary", "max_dist": 1.0, "inclusive": True, "tie": "distance"},
    "centroid": {"near": "center", "best": "first", "max_dist": 2.0, "center": "centroid"},
    "renamed": {"near": "covers", "columns": {"name": "zone", "id": "Level"}},
    "no columns": {"near": "covers", "columns": [], "how": "inner"},
    "no distance": {"near": "boundary", "max_dist": 1.0, "columns": ["id"], "distance_col": None},
}


@cache
def polygons() -> pd.DataFrame:
    """Boxes, rings of eight corners and polygons with a hole, by their ids."""
    random = np.random.default_rng(7)
    places, sizes = random.integers(0, 100, (POLYGONS, 2)), random.integers(1, 9, POLYGONS) / 2
    shapes = []
    for number, ((x, y), size) in enumerate(zip(places, sizes, strict=True)):
        box = shapely.box(x - size, y - size, x + size, y + size)
        round_one = shapely.Point(x, y).buffer(size, 2)
        ring = box.difference(shapely.box(x - 0.5, y - 0.5, x + 0.25, y + 0.5))
        shapes.append([box, round_one, ring][number % 3])
    days = [datetime.date(2026, 1, 1 + day) for day in random.integers(0, 3, POLYGONS)]
    return pd.DataFrame(
        {
            "id": np.arange(POLYGONS) * 7 - 100,
            "wkb": shapely.to_wkb(shapes),
            "level": random.integers(0, 5, POLYGONS),
            "floor": random.choice(["ground", "first", "Dächli"], POLYGONS),
            "opened": days,
            "name": [f"zone {number}" for number in range(POLYGONS)],
        }
    )


@cache
def points() -> pd.DataFrame:
    """Points on a lattice of quarters, so that many lie on boundaries and at distances."""
    random = np.random.default_rng(8)
    places = random.integers(-20, 420, (POINTS, 2)) / 4
    days = [datetime.date(2026, 1, 1 + day) for day in random.integers(0, 4, POINTS)]
    return pd.DataFrame(
        {
            "pid": np.arange(POINTS),
            "x": places[:, 0],
            "y": places[:, 1],
            "floor": random.choice(["ground", "first", "Dächli", "roof"], POINTS),
            "day": days,
            "reach": random.integers(0, 12, POINTS) / 2,
            "score": random.integers(0, 9, POINTS),
        }
    )


def rows(table: pa.Table) -> list[dict[str, object]]:
    """Return the rows in order."""
    keys = ["pid", "rank"] if "rank" in table.schema.names else ["pid"]
    return sorted(table.to_pylist(), key=lambda row: [row[key] or 0 for key in keys])


@cache
def expected(name: str) -> list[dict[str, object]]:
    """Return the rows of a join of one process."""
    return rows(poly_match.join(pa.table(points()), pa.table(polygons()), **RULES[name]))
