"""A thousand files of odd features through both faces: no panic, the same counts and matches."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import poly_match
import pytest

from tests.test_cli import run

if TYPE_CHECKING:
    from pathlib import Path

FILES = 1000
PLACES = [(x + 0.5, y + 0.5) for x in range(-1, 9) for y in range(-1, 9)]


class Oddities:
    """Draws geometries of every type: whole, empty, nested, flat or with heights."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one_of(self, *makes: Any) -> Any:
        make = self.random.choice(makes)
        return make() if callable(make) else make

    def rarely(self) -> bool:
        return self.random.random() < 0.01

    def position(self) -> Any:
        place: list[Any] = [self.random.randint(0, 8), self.random.randint(0, 8)]
        if self.rarely():
            return self.one_of([], [None, None], [1], ["1", 2], None)
        return place + self.one_of([], [], [], [400], [400, 7.5])

    def ring(self) -> Any:
        if self.rarely():
            return []
        ring = [self.position() for _ in range(self.random.randint(3, 6))]
        return ring + ring[:1] if self.random.random() < 0.7 else ring

    def rings(self) -> Any:
        return [self.ring() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]

    def coordinates(self, kind: str) -> Any:
        many = range(self.random.randint(1, 3))
        if self.random.random() < 0.1:
            return self.one_of([], None, [[]] if kind != "Point" else [])
        match kind:
            case "Point":
                return self.position()
            case "MultiPoint" | "LineString":
                return [self.position() for _ in many]
            case "Polygon":
                return self.rings()
            case "MultiLineString":
                return [[self.position() for _ in range(3)] for _ in many]
            case _:
                return [self.one_of(self.rings, self.rings, []) for _ in many]

    def geometry(self, depth: int = 3) -> Any:
        chance = self.random.random()
        if chance < 0.1:
            return self.one_of(None, {}, {"type": "Circle", "radius": 3}, {"type": "Polygon"})
        if chance < 0.25 and depth > 0:
            members = [self.geometry(depth - 1) for _ in range(self.random.randint(0, 3))]
            return {"type": "GeometryCollection", "geometries": members}
        kinds = ["Polygon"] * 8 + ["MultiPolygon"] * 4
        kinds += ["Point", "MultiPoint", "LineString", "MultiLineString"]
        kind = self.random.choice(kinds)
        return {"type": kind, "coordinates": self.coordinates(kind)}

    def file(self) -> dict[str, Any]:
        features = [
            {"type": "Feature", "properties": {"n": i}, "geometry": self.geometry()}
            for i in range(self.random.randint(1, 6))
        ]
        return {"type": "FeatureCollection", "features": features}


def in_shell(polygons: Path, on_invalid: str) -> Any:
    """Ask the program for the number of skipped polygons and the match of each place."""
    table = polygons.parent / "places.csv"
    if not table.exists():
        table.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in PLACES))
    ran = run("match", table, polygons, "--near", "covers", "--on-invalid", on_invalid)
    if ran.returncode == 1:
        assert len(ran.stderr.splitlines()) == 1, ran.stderr
        assert "panicked" not in ran.stderr
        return "error"
    assert ran.returncode == 0, ran.stderr
    skipped = re.search(r"\((\d+) skipped\)", ran.stderr)
    cells = [line.split(",")[2] for line in ran.stdout.splitlines()[1:]]
    return int(skipped[1]) if skipped else 0, [int(cell) if cell else -1 for cell in cells]


def in_python(collection: Any, on_invalid: Any) -> Any:
    try:
        matcher = poly_match.Matcher(collection, near="covers", on_invalid=on_invalid)
    except (TypeError, ValueError):
        return "error"
    return matcher.skipped, matcher.match(np.array(PLACES)).index.tolist()


@pytest.mark.parametrize("on_invalid", ["raise", "skip"])
def test_polygons_of_both_faces(on_invalid, tmp_path):
    seen: Counter[str] = Counter()
    for seed in range(FILES):
        collection = Oddities(seed).file()
        path = tmp_path / "zones.geojson"
        path.write_text(json.dumps(collection))
        answer = in_shell(path, on_invalid)
        assert answer == in_python(collection, on_invalid), (seed, collection)
        seen["error" if answer == "error" else "skipped" if answer[0] else "whole"] += 1
    least = {"raise": {"error": 300, "whole": 100}, "skip": {"error": 50, "skipped": 300}}
    assert all(seen[what] >= count for what, count in least[on_invalid].items()), seen


def test_points_of_both_faces(tmp_path):
    zone = {"type": "Polygon", "coordinates": [[[0, 0], [5, 0], [5, 5], [0, 5]]]}
    zones, table = tmp_path / "zone.geojson", tmp_path / "points.geojson"
    zones.write_text(json.dumps(zone))
    matched = 0
    for seed in range(FILES):
        collection = Oddities(seed).file()
        table.write_text(json.dumps(collection))
        ran = run("match", table, zones, "--near", "covers", "--on-invalid", "skip")
        try:
            result = poly_match.match([zone], collection, near="covers", on_invalid="skip")
        except (TypeError, ValueError):
            assert ran.returncode == 1, (seed, collection)
            continue
        assert ran.returncode == 0, (seed, collection, ran.stderr)
        cells = [line.split(",")[-2] for line in ran.stdout.splitlines()[1:]]
        assert [int(cell) if cell else -1 for cell in cells] == result.index.tolist(), seed
        matched += int((result.index == 0).sum())
    assert matched > 50
