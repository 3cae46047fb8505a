"""The article's example: one shape moved a thousand times, and a hundred points.

`Example` is also what the corpus is made of: plain coordinates, of which each rung builds polygons
of its own class.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ladder.rungs.shared import Point, Polygon

SEED = 6
N_POLYGONS = 1000
N_POINTS = 100
SIDE = 100
MAX_DIST = 10.0


@dataclass(frozen=True, eq=False)
class Example:
    """Input of one run: vertices of the polygons, points, the distance limit."""

    name: str
    shapes: list[tuple[np.ndarray, np.ndarray]]
    points: list[Point]
    max_dist: float

    def polygons(self, make: Callable[[np.ndarray, np.ndarray], Polygon]) -> list[Polygon]:
        """Build the polygons with a rung's class, each from arrays of its own."""
        return [make(x.copy(), y.copy()) for x, y in self.shapes]

    def digest(self) -> str:
        """Hash of every bit of the input: two processes compare it before their answers."""
        total = hashlib.sha256(np.float64(self.max_dist).tobytes())
        for part in [*self.shapes, *self.points]:
            total.update(np.array(part).tobytes())
        return total.hexdigest()


def save(examples: Sequence[Example], path: str) -> None:
    """Write examples for another process; JSON keeps every bit of a finite double."""
    rows = [
        {
            "name": example.name,
            "shapes": [[x.tolist(), y.tolist()] for x, y in example.shapes],
            "points": [point.tolist() for point in example.points],
            "max_dist": example.max_dist,
        }
        for example in examples
    ]
    Path(path).write_text(json.dumps(rows), encoding="utf-8")


def load(path: str) -> list[Example]:
    """Read what `save` wrote."""
    return [
        Example(
            row["name"],
            [(np.array(x), np.array(y)) for x, y in row["shapes"]],
            [np.array(point) for point in row["points"]],
            row["max_dist"],
        )
        for row in json.loads(Path(path).read_text(encoding="utf-8"))
    ]


def article() -> Example:
    """Make the article's example: its seed, its sizes, its order of random draws."""
    random = np.random.RandomState(SEED)
    columns = []
    for _ in range(2):
        column = np.arange(0.0, SIDE)
        random.shuffle(column)
        columns.append(column)
    points = [point.copy() for point in np.stack(columns, axis=1)]

    # A quarter of the unit circle, without the chord's end on the x axis.
    x = np.arange(0.0, 1.0, 0.1)
    y = np.sqrt(1.0 - x * x)
    moves = [(random.randint(0, SIDE), random.randint(0, SIDE)) for _ in range(N_POLYGONS)]
    return Example("article", [(x + dx, y + dy) for dx, dy in moves], points, MAX_DIST)
