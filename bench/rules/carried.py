"""A matcher that was saved: loading it, beside building it."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench import cores
from bench.reference import WrongAnswerError
from bench.rules.inputs import Zones, districts, sites
from bench.timing import timed

ROUNDS = 5


def measure(quick: bool) -> list[dict[str, Any]]:
    """Time building, saving and loading a matcher of many polygons, of each kind; in turns."""
    print("saving and loading", file=sys.stderr)
    count = 10_000 if quick else 1_000_000
    work = districts(round(count**0.5), 10_000)
    return [_centers(count), _rings(work), _districts(work)]


def _centers(count: int) -> dict[str, Any]:
    from poly_match import Matcher

    work = sites(count, 10_000)
    max_dist = float(np.sqrt(3.0 / (np.pi * count)))
    return _measure(
        f"{work.title.split(' × ')[0]} and keys, from arrays",
        count,
        lambda: Matcher.from_arrays(work.centers, work.keys, max_dist=max_dist),
        work.points,
    )


def _rings(work: Zones) -> dict[str, Any]:
    import shapely
    from poly_match import Matcher

    vertices = shapely.get_coordinates(work.shapes)
    ends = np.cumsum(shapely.get_num_coordinates(work.shapes))
    offsets = np.concatenate(([0], ends))
    return _measure(
        f"{work.title.split(' × ')[0]} as arrays of rings, centre × area",
        len(work.shapes),
        lambda: Matcher.from_rings(vertices, offsets, np.arange(len(offsets)), max_dist=1.0),
        work.points,
    )


def _districts(work: Zones) -> dict[str, Any]:
    from poly_match import Matcher

    return _measure(
        f"{work.title.split(' × ')[0]} as geometries, covers × area",
        len(work.shapes),
        lambda: Matcher(work.shapes, near="covers", best="area"),
        work.points,
    )


def _measure(title: str, polygons: int, build: Any, points: Any) -> dict[str, Any]:  # noqa: ANN401
    from poly_match import Matcher

    times: dict[str, list[float]] = {"build": [], "save": [], "load": []}
    with tempfile.TemporaryDirectory() as folder, cores.at_most(1):
        path = Path(folder, "saved.plym")
        for turn in range(ROUNDS):
            if turn < 3:  # building is slow
                seconds, matcher = timed(build)
                times["build"].append(seconds)
                seconds, _ = timed(lambda: matcher.save(path, with_objects=False))  # noqa: B023
                times["save"].append(seconds)
            seconds, loaded = timed(lambda: Matcher.load(path))
            times["load"].append(seconds)
        if not (loaded.match(points).index == matcher.match(points).index).all():
            raise WrongAnswerError("a loaded matcher answers otherwise")
        size = path.stat().st_size
    ms = {name: statistics.median(seconds) * 1e3 for name, seconds in times.items()}
    return {
        "input": title,
        "polygons": polygons,
        "bytes": size,
        "ms": ms,
        "times": ms["build"] / ms["load"],
    }
