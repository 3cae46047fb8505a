"""The inputs: polygons as a table, and points in Parquet files, the same for every side.

A polygon has a number that is not its position, so that a mistake with one shows. Points have a
text, which a join must carry; it is also the label of the job with groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bench.rules import inputs
from bench.rust_paths import ROOT
from bench.workloads import Floats, Positions, short

OUT = ROOT / "out" / "cluster"
FILES = 8
"""Files of points, each of which Spark and Dask read as a partition."""
SHAPES = 20_000
KINDS = np.array(["shop", "hall", "stair", "office", "lift", "store", "yard", "dock"])


@dataclass(frozen=True, eq=False)
class Input:
    """Polygons, and points in and around them."""

    name: str
    title: str
    shapes: Any
    """shapely geometries, in an array."""
    points: Floats

    @cached_property
    def numbers(self) -> Positions:
        """Number of each polygon: neither its position nor in another order."""
        return np.arange(len(self.shapes)) * 7 + 1000

    @cached_property
    def zones(self) -> Any:  # noqa: ANN401 - of pyarrow
        """Polygons as a Table: number, name, two keys with ties, a label, and WKB."""
        import pyarrow as pa
        import shapely

        count = len(self.shapes)
        rng = np.random.default_rng(count)
        return pa.table(
            {
                "polygon": self.numbers,
                "name": [f"zone {number:08}" for number in self.numbers],
                "key": np.round(rng.lognormal(0.0, 2.0, count), 2),
                "priority": rng.integers(0, 5, count),
                "kind": KINDS[rng.integers(0, len(KINDS), count)],
                "geometry": shapely.to_wkb(self.shapes),
            }
        )

    @cached_property
    def kinds(self) -> Any:  # noqa: ANN401 - an array of texts
        """Label of each point."""
        rng = np.random.default_rng(len(self.points))
        return KINDS[rng.integers(0, len(KINDS), len(self.points))]

    @cached_property
    def files(self) -> Path:
        """The folder of Parquet files with the points; written once."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder = OUT / f"{self.name}-{short(len(self.points))}"
        if folder.exists():
            return folder
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        for number, rows in enumerate(np.array_split(np.arange(len(self.points)), FILES)):
            x, y = self.points[rows].T
            columns = {"point": rows, "x": x.copy(), "y": y.copy(), "kind": self.kinds[rows]}
            pq.write_table(pa.table(columns), part / f"{number}.parquet")
        part.rename(folder)
        return folder


Make = Callable[[int], Input]
"""Makes an input with this many points."""


def counties(points: int) -> Input:
    """US counties, and points around cities."""
    zones = inputs.counties(points)
    return Input("counties", zones.title, zones.shapes, zones.points)


def shapes(points: int, count: int = SHAPES) -> Input:
    """Polygons of 8 vertices anywhere in a square, of sizes that differ; about 3 cover a point."""
    side = scale(count)
    made = polygons(count)
    where = np.random.default_rng([count, points]).uniform(0.0, side, (points, 2))
    title = f"{count:,} shapes × {short(points)}"
    return Input(f"shapes-{short(count)}", title, made, where)


def scale(count: int) -> float:
    """Side of the square in which a polygon has 1 of area on average."""
    return float(np.sqrt(count))


def polygons(count: int) -> Any:  # noqa: ANN401 - an array of shapely
    """Polygons of 8 vertices anywhere in the square."""
    import shapely

    rng = np.random.default_rng(count)
    angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, (count, 8)))
    radii = rng.lognormal(0.0, 0.4, (count, 1)) * rng.uniform(0.7, 1.3, (count, 8)) * 1.2
    rings = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * radii[..., None]
    return shapely.polygons(rings + rng.uniform(0.0, scale(count), (count, 1, 2)))


def article(points: int) -> Input:
    """Take the article's 1,000 polygons, and more points among them."""
    import poly_match
    import shapely

    made, _ = poly_match.generate_example()
    rings = [np.stack([one.x, one.y], axis=1) for one in made]
    where = np.random.default_rng(points).uniform(0.0, 100.0, (points, 2))
    title = f"the article's {len(made):,} polygons × {short(points)}"
    return Input("article", title, shapely.polygons(np.stack(rings)), where)


def crowded(points: int, spread: float, count: int = SHAPES) -> Input:
    """Take the same shapes, with 9 of 10 points in one small place; at one position if it is 0."""
    plain = shapes(points, count)
    rng = np.random.default_rng([points, round(spread * 1e6)])
    is_there = rng.random(points) < 0.9
    place = rng.normal(0.0, spread, (points, 2)) + scale(count) / 3.0
    where = np.where(is_there[:, None], place, plain.points)
    how = f"within about {spread:g}" if spread else "at one position"
    title = f"{plain.title}, 90% of them {how}"
    return Input(f"crowded-{spread:g}-{short(count)}", title, plain.shapes, where)
