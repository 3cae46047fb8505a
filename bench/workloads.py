"""The inputs: centres, keys and points, the same arrays for every peer.

All random, with fixed seeds. Keys are like areas: of many sizes, few large, and rounded so that
some are equal. The rule is always *centre nearer than `max_dist`* × *smallest key, then first*.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.rust_paths import ROOT

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

DATA = ROOT.parent / "shared" / "data"
"""Real data lives beside the repository, not in it; the workload is left out where it is not."""
SAMPLE = 200
"""Points from which the candidates a point are counted, or the distance for a count is found."""


class AbsentError(Exception):
    """What a workload is made from is not here."""


@dataclass(frozen=True, eq=False)
class Workload:
    """One input."""

    name: str
    title: str
    centers: Floats
    keys: Floats
    points: Floats
    max_dist: float
    group: str = "main"
    """`main`, `shape` (not uniform), `sweep: …` (for the plots)."""
    slow_peers: bool = True
    """Whether the slow peers answer too; one kind of data is enough for them."""
    asked: float | None = None
    """Candidates a point that it was made for."""

    @cached_property
    def order(self) -> Positions:
        """Positions of the polygons in the order of key, then input: by rank."""
        return np.argsort(self.keys, kind="stable")

    @cached_property
    def sites(self) -> Floats:
        """Centres in rank order, so that the best candidate is the one of the lowest position."""
        return self.centers[self.order]

    def index(self, ranks: npt.NDArray[np.signedinteger]) -> Positions:
        """Input positions of the ranks, -1 where there is none."""
        found = ranks >= 0
        index = np.full(len(ranks), -1, dtype=np.int64)
        index[found] = self.order[ranks[found]]
        return index

    @cached_property
    def candidates(self) -> float:
        """Candidates a point, counted on a sample."""
        return float((_distances(self.centers, self.points) < self.max_dist).sum(axis=1).mean())


def _distances(centers: Floats, points: Floats) -> Floats:
    some = points[:: max(1, len(points) // SAMPLE)][:SAMPLE]
    delta = some[:, None, :] - centers[None, :, :]
    return np.sqrt(delta[..., 0] * delta[..., 0] + delta[..., 1] * delta[..., 1])


def _distance_for(centers: Floats, points: Floats, candidates: float) -> float:
    """Find the `max_dist` that gives so many candidates a point on average."""
    all_distances = _distances(centers, points)
    wanted = min(round(candidates * len(all_distances)), all_distances.size - 1)
    return float(np.partition(all_distances.ravel(), wanted)[wanted])


def _keys(rng: np.random.Generator, count: int) -> Floats:
    return np.round(rng.lognormal(0.0, 2.0, count), 2)


def uniform(polygons: int, points: int, candidates: float, group: str = "main") -> Workload:
    """Centres and points anywhere in the unit square."""
    rng = np.random.default_rng([polygons, points, round(candidates)])
    return Workload(
        f"{group.removeprefix('sweep: ').replace('main', 'uniform')}"
        f"-{short(polygons)}-{short(points)}-{candidates:g}",
        f"{short(polygons)} × {short(points)}, {candidates:,g}",
        rng.random((polygons, 2)),
        _keys(rng, polygons),
        rng.random((points, 2)),
        float(np.sqrt(candidates / (np.pi * polygons))),
        group,
        asked=candidates,
    )


def clustered(polygons: int, points: int, candidates: float, spread: float) -> Workload:
    """Centres and points in the same hundred Gaussian clusters."""
    rng = np.random.default_rng([polygons, points, round(spread * 1e6)])
    middles = rng.random((100, 2))

    def scatter(count: int) -> Floats:
        return middles[rng.integers(0, 100, count)] + rng.normal(0.0, spread, (count, 2))

    centers, where = scatter(polygons), scatter(points)
    return Workload(
        f"clustered-{spread:g}",
        f"clustered, spread {spread:g}: {short(polygons)} × {short(points)}, {candidates:,g}",
        centers,
        _keys(rng, polygons),
        where,
        _distance_for(centers, where, candidates),
        "shape",
        slow_peers=False,
        asked=candidates,
    )


def collinear(polygons: int, points: int, candidates: float) -> Workload:
    """All centres and points exactly on the line y = x / 2."""
    rng = np.random.default_rng([polygons, points])

    def on_line(count: int) -> Floats:
        x = rng.random(count)
        return np.stack([x, x / 2.0], axis=1)

    centers, where = on_line(polygons), on_line(points)
    return Workload(
        "collinear",
        f"collinear: {short(polygons)} × {short(points)}, {candidates:,g}",
        centers,
        _keys(rng, polygons),
        where,
        _distance_for(centers, where, candidates),
        "shape",
        slow_peers=False,
        asked=candidates,
    )


def real(points: int) -> Workload:
    """US counties, and points scattered around US cities; degrees taken as plane coordinates."""
    try:
        features = json.loads((DATA / "us-counties.geojson").read_text())["features"]
        with (DATA / "us-cities.csv").open(newline="") as file:
            cities = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    except OSError as error:
        raise AbsentError(f"{Path(error.filename).name} is not in {DATA.name}") from error
    centers, keys = [], []
    for feature in features:
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        ring = np.array(max((part[0] for part in parts), key=len))[:-1]
        x, y = ring.T
        centers.append(ring.mean(axis=0))
        keys.append(0.5 * abs((x * np.roll(y, 1) - y * np.roll(x, 1)).sum()))
    rng = np.random.default_rng(points)
    where = np.array(cities)[rng.integers(0, len(cities), points)]
    return Workload(
        "real",
        f"US counties × {short(points)} points around cities",
        np.array(centers),
        np.array(keys),
        where + rng.normal(0.0, 0.25, (points, 2)),
        0.5,
        "shape",
    )


def article() -> Workload:
    """Take the article's example, by its centres and areas."""
    import poly_match

    polygons, points = poly_match.generate_example()
    return Workload(
        "article",
        "the article's example: 1k × 100",
        np.array([polygon.center for polygon in polygons]),
        np.array([polygon.area() for polygon in polygons]),
        np.array(points),
        10.0,
        "shape",
    )


def short(count: int) -> str:
    """Write 1000 as 1k and 1000000 as 1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:g}{letter}"
    return f"{count:g}"


Make = Callable[[], Workload]


def catalog(quick: bool) -> dict[str, Make]:
    """Every workload of a run, to be made when its turn comes; tiny ones for `--quick`."""
    s = 100 if quick else 1  # divides the sizes
    main = [
        (1_000, 100_000, 31),
        (100_000, 1_000_000, 31),
        (100_000, 1_000_000, 1_000),
        (100_000, 1_000_000, 30_000),
        (1_000_000, 2_000_000, 3),
    ]
    if quick:
        main = main[:2]
    made: dict[str, Make] = {}
    for polygons, points, k in main:
        m, n = max(polygons // s, 100), points // s
        made[f"uniform-{short(m)}-{short(n)}-{k}"] = partial(uniform, m, n, k)
    big = (100_000 // s, 1_000_000 // s, 31)
    for spread in (0.05, 0.01, 0.001)[: 1 if quick else 3]:
        made[f"clustered-{spread:g}"] = partial(clustered, *big, spread)
    made |= {"collinear": partial(collinear, *big), "real": partial(real, big[1])}
    return made | {"article": article} | _sweeps(quick)


def _sweeps(quick: bool) -> dict[str, Make]:
    """One size changes, the others stay: what the plots show."""
    made: dict[str, Make] = {}

    def add(group: str, m: int, n: int, k: float) -> None:
        name = f"{group}-{short(m)}-{short(n)}-{k:g}"
        made[name] = partial(uniform, m, n, k, f"sweep: {group}")

    polygons, points = (1_000, 2_000) if quick else (100_000, 200_000)
    for k in (10, 100) if quick else (1, 3, 10, 31, 100, 300, 1_000, 3_000, 10_000, 30_000):
        add("candidates", polygons, points, k)
    for n in (100, 1_000) if quick else (100, 1_000, 10_000, 100_000, 1_000_000):
        add("points", polygons, n, 31)
    for m in (100, 1_000) if quick else (100, 1_000, 10_000, 100_000, 1_000_000):
        add("polygons", m, points, 31)
    return made
