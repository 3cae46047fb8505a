"""What is asked: the bench's workloads, and the questions of `benches/paths.rs`, for the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bench.rules.inputs import Zones, counties, districts, sites
from bench.workloads import Floats, Workload, catalog, clustered, short, uniform


@dataclass(frozen=True, eq=False)
class Question:
    """A job for the engine, and the points it is asked about."""

    title: str
    job: Any
    points: Floats
    once: bool = False
    """Whether the index is built within the call."""


Make = Callable[[Any], Question]
"""Takes the module of the engine."""


def _of_workload(make: Callable[[], Workload], rust: Any) -> Question:  # noqa: ANN401
    work = make()
    job = rust.Job.centers(work.centers, work.keys, work.max_dist, "key", "match")
    return Question(f"centre × key, {work.title}", job, work.points)


def _centers(
    size: tuple[int, int, float],
    ask: str,
    rust: Any,  # noqa: ANN401
    best: str = "key",
) -> Question:
    work = uniform(*size)
    job = rust.Job.centers(work.centers, work.keys, work.max_dist, best, ask)
    return Question(f"centre × {best}, {work.title}: {ask}", job, work.points, ask == "once")


def _nearest(count: int, ask: str, rust: Any) -> Question:  # noqa: ANN401
    work = sites(count, count)
    job = rust.Job.centers(work.centers, work.keys, np.inf, "nearest", ask)
    return Question(f"centre × nearest, {work.title}: {ask}", job, work.points)


def _zones(make: Callable[[], Zones], near: str, best: str, ask: str, rust: Any) -> Question:  # noqa: ANN401
    import shapely

    work = make()
    kind, vertices, offsets = shapely.to_ragged_array(work.shapes)
    if kind == shapely.GeometryType.POLYGON:
        offsets = (*offsets, np.arange(len(work.shapes) + 1))
    arrays = tuple(np.asarray(array, dtype=np.int64) for array in offsets)
    reach = 0.2 if near == "boundary" and best == "first" else np.inf
    job = rust.Job.shapes(vertices, arrays, near, reach, best, ask)
    return Question(f"{near} × {best}, {work.title}: {ask}", job, work.points, ask == "once")


def _clustered(count: int, ask: str, best: str, rust: Any) -> Question:  # noqa: ANN401
    work = clustered(count // 2, count, 31, 0.001)
    reach = np.inf if best == "nearest" else work.max_dist
    job = rust.Job.centers(work.centers, work.keys, reach, best, ask)
    return Question(f"centre × {best}, {work.title}: {ask}", job, work.points)


def circles(polygons: int, covering: int, points: int) -> Zones:
    """Circles of 16 vertices, so large that some cover any place: zones of deliveries."""
    import shapely

    rng = np.random.default_rng([polygons, covering, points])
    angle = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    radius = np.sqrt(covering / polygons / np.pi) * rng.uniform(0.5, 1.3, (polygons, 1, 1))
    return Zones(
        "circles",
        f"{short(polygons)} circles, {covering} over a point × {short(points)}",
        shapely.polygons(rng.random((polygons, 1, 2)) + radius * unit),
        rng.random((points, 2)),
    )


def coasts(vertices: int, points: int) -> Zones:
    """20 polygons of very many vertices, with coasts as rough as a random walk."""
    import shapely

    rng = np.random.default_rng([vertices, points])
    angle = np.linspace(0.0, 2.0 * np.pi, vertices, endpoint=False)
    walk = rng.normal(0.0, 1.0, (20, vertices)).cumsum(axis=1)
    walk -= np.linspace(0.0, 1.0, vertices) * walk[:, -1:]
    radius = 0.45 * (1.0 + 0.3 * walk / np.abs(walk).max(axis=1, keepdims=True)) / 1.3
    middle = np.stack(np.meshgrid(np.arange(5), np.arange(4)), axis=-1).reshape(20, 1, 2)
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1) + middle + 0.5
    return Zones(
        "coasts",
        f"20 polygons of {short(vertices)} vertices × {short(points)}",
        shapely.polygons(ring),
        rng.random((points, 2)) * [5.0, 4.0],
    )


def questions(quick: bool) -> dict[str, Make]:
    """Every question of a run, to be made when its turn comes; tiny ones for `--quick`."""
    s = 100 if quick else 1  # divides the sizes
    made: dict[str, Make] = {
        name: partial(_of_workload, make) for name, make in catalog(quick).items()
    }
    for ask in ("find", "candidates", "five", "fifty"):
        few = 100 if ask == "find" else 1
        made[f"centers-{ask}"] = partial(_centers, (100_000 // s, 20_000 // s, 31), ask)
        made[f"few-centers-{ask}"] = partial(_centers, (1000, 20_000 // s // few, 31), ask)
    made["centers-five-1000"] = partial(_centers, (100_000 // s, 20_000 // s, 1000), "five")
    for k in (3, 31, 100):
        made[f"batches-{k}"] = partial(_centers, (100_000 // s, 1_000_000 // s, k), "batches")
    for polygons, points in ((100, 100), (1000, 1), (1000, 100), (2000, 500)):
        size = (polygons, points, 31)
        name = f"once-{short(polygons)}-{short(points)}"
        made[name] = partial(_centers, size, "once")
    made["once-far"] = partial(_centers, (2000, 500, 1), "once")
    made["build-centers"] = partial(_centers, (1_000_000 // s, 10, 3), "once")
    made["nearest"] = partial(_nearest, 1_000_000 // s, "match")
    made["nearest-find"] = partial(_nearest, 100_000 // s, "find")
    made["clustered-nearest"] = partial(_clustered, 200_000 // s, "match", "nearest")
    made["clustered-batches"] = partial(_clustered, 200_000 // s, "batches", "key")
    for points in (1000, 1_000_000):
        at = partial(circles, 10_000 // s, 30, points // s)
        ask = "match" if points == 1_000_000 else "once"
        made[f"covers-circles-{ask}"] = partial(_zones, at, "covers", "smallest", ask)
    large = 100_000 // s
    for points in (100, 10_000, 1_000_000):
        at = partial(coasts, large, max(10, points // s))
        ask = "match" if points == 1_000_000 else "once"
        made[f"covers-coasts-{ask}-{short(points)}"] = partial(
            _zones, at, "covers", "smallest", ask
        )
    few_at = partial(coasts, large, 1000 // s)
    made["boundary-coasts-once"] = partial(_zones, few_at, "boundary", "nearest", "once")
    for name, zones in (
        ("counties", counties),
        ("districts", partial(districts, 300 // (s // 10 or 1))),
    ):
        for points in (100, 10_000, 1_000_000):
            at = partial(zones, max(10, points // s))
            made[f"covers-{name}-{short(points)}"] = partial(
                _zones, at, "covers", "smallest", "match"
            )
            made[f"covers-{name}-once-{short(points)}"] = partial(
                _zones, at, "covers", "smallest", "once"
            )
        many, some = partial(zones, 1_000_000 // s), partial(zones, 20_000 // s)
        made[f"covers-{name}-find"] = partial(_zones, some, "covers", "smallest", "find")
        made[f"covers-{name}-candidates"] = partial(_zones, some, "covers", "first", "candidates")
        made[f"boundary-{name}-nearest"] = partial(_zones, many, "boundary", "nearest", "match")
        made[f"boundary-{name}-once"] = partial(_zones, some, "boundary", "nearest", "once")
        made[f"boundary-{name}-five"] = partial(_zones, some, "boundary", "nearest", "five")
        made[f"boundary-{name}-first"] = partial(_zones, some, "boundary", "first", "match")
    return made
