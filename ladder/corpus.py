"""Fifty different examples, each the same on every run, on which every rung must be right.

An example is a name, a way to lay out polygons, a way to lay out points, and a distance limit; the
table `_EXAMPLES` below is the corpus. Random draws come from `RandomState`, whose streams NumPy
keeps as they are, and trigonometry from `math`, so that another NumPy (PyPy's) makes the same bits.

Areas in one example are either equal but for rounding or clearly different, as the oracle demands;
polygons without area have small integer vertices, where every order of summation gives 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from ladder.example import Example

Random = np.random.RandomState
Shape = tuple[np.ndarray, np.ndarray]
Layout = Callable[[Random], list[Shape]]
Scatter = Callable[[Random], np.ndarray]

SIDE = 100.0


# Shapes, around the origin.


def ring(n: int, radius: float = 1.0, squash: float = 1.0, star: float = 1.0) -> Shape:
    """Make an n-gon; `squash` flattens it, `star` pulls every other vertex in."""
    x, y = np.empty(n), np.empty(n)
    for k in range(n):
        reach = radius * (star if k % 2 else 1.0)
        angle = 2.0 * math.pi * k / n
        x[k], y[k] = reach * math.cos(angle), reach * math.sin(angle) * squash
    return x, y


def square(half: float) -> Shape:
    """Make a square; with a dyadic half side its centre is exact wherever a lattice puts it."""
    return np.array([-half, half, half, -half]), np.array([-half, -half, half, half])


def line(n: int, step: float) -> Shape:
    """Make n vertices on a slope: no area."""
    return np.arange(n) * step, np.arange(n) * step


def closed(shape: Shape) -> Shape:
    """Repeat the first vertex at the end, as files do."""
    x, y = shape
    return np.append(x, x[0]), np.append(y, y[0])


# Layouts of polygons.


def placed(shape: Shape, x: float, y: float) -> Shape:
    """Move a shape."""
    return shape[0] + x, shape[1] + y


def field(
    n: int,
    vertices: tuple[int, ...] = (3, 4, 5, 6, 7, 8, 9, 10, 12),
    sizes: tuple[float, float] = (0.1, 5.0),
    side: float = SIDE,
    squash: float = 1.0,
    star: float = 1.0,
    at: tuple[float, float] = (0.0, 0.0),
) -> Layout:
    """Spread n polygons of log-uniform size over a square."""

    def lay(random: Random) -> list[Shape]:
        low, high = (math.log(size) for size in sizes)
        shapes = []
        for k in range(n):
            radius = math.exp(random.uniform(low, high))
            shape = ring(vertices[k % len(vertices)], radius, squash, star)
            x, y = random.uniform(0.0, side, 2)
            shapes.append(placed(shape, x + at[0], y + at[1]))
        return shapes

    return lay


def congruent(n: int, shape: Shape, whole: bool) -> Layout:
    """Repeat one shape n times, moved by whole numbers or by any."""

    def lay(random: Random) -> list[Shape]:
        moves = random.uniform(0.0, SIDE, (n, 2))
        return [placed(shape, x, y) for x, y in (np.floor(moves) if whole else moves)]

    return lay


def repeated(layout: Layout, times: int, mixed: bool) -> Layout:
    """Repeat every polygon, side by side or shuffled."""

    def lay(random: Random) -> list[Shape]:
        shapes = [shape for shape in layout(random) for _ in range(times)]
        if mixed:
            shapes = [shapes[k] for k in random.permutation(len(shapes))]
        return shapes

    return lay


def clustered(n: int, centers: int, spread: float) -> Layout:
    """Put n polygons in a few tight heaps."""

    def lay(random: Random) -> list[Shape]:
        heaps = random.uniform(0.0, SIDE, (centers, 2))
        shapes = []
        for k in range(n):
            x, y = heaps[k % centers] + random.normal(0.0, spread, 2)
            shapes.append(placed(ring(4 + k % 5, random.uniform(0.1, 2.0)), x, y))
        return shapes

    return lay


def lattice(n: int, step: float = 1.0, sizes: int = 7) -> Layout:
    """Put squares of a few sizes on an n by n lattice, so that distances fall on the limit."""

    def lay(random: Random) -> list[Shape]:
        halves = random.randint(1, sizes + 1, (n, n)) * 0.25
        return [
            placed(square(float(halves[i, j])), i * step, j * step)
            for i in range(n)
            for j in range(n)
        ]

    return lay


def given(*shapes: Shape) -> Layout:
    """Exactly these polygons."""
    return lambda _: list(shapes)


def several(*layouts: Layout) -> Layout:
    """Lay out one after the other."""
    return lambda random: [shape for layout in layouts for shape in layout(random)]


# Scatters of points.


def anywhere(n: int, low: float = 0.0, high: float = SIDE) -> Scatter:
    """Put n points in a square."""
    return lambda random: random.uniform(low, high, (n, 2))


def heaps(n: int, centers: int, spread: float) -> Scatter:
    """Put n points in a few heaps."""

    def scatter(random: Random) -> np.ndarray:
        middles = random.uniform(0.0, SIDE, (centers, 2))
        return middles[np.arange(n) % centers] + random.normal(0.0, spread, (n, 2))

    return scatter


def grid(n: int, step: float = 1.0, start: float = 0.0) -> Scatter:
    """Put points on an n by n lattice."""
    return lambda _: np.array(
        [[start + i * step, start + j * step] for i in range(n) for j in range(n)]
    )


def circle(n: int, radius: float) -> Scatter:
    """Put n points around the origin, where the last bit says on which side of it they are."""
    angles = [2.0 * math.pi * k / n for k in range(n)]
    return lambda _: np.array([[radius * math.cos(a), radius * math.sin(a)] for a in angles])


def at(*points: tuple[float, float]) -> Scatter:
    """Exactly these points."""
    return lambda _: np.array(points)


def both(*scatters: Scatter) -> Scatter:
    """Put one after the other."""
    return lambda random: np.concatenate([scatter(random) for scatter in scatters])


_SQUARES = given(*(placed(square(half), 0.0, 0.0) for half in (3.0, 1.0, 2.0, 1.0)))
_QUARTER = ring(10, 0.6, squash=0.8)

_EXAMPLES: tuple[tuple[str, Layout, Scatter, float], ...] = (
    # Sizes.
    ("one polygon, one point, near", field(1), at((50.0, 50.0)), 80.0),
    ("one polygon, one point, far", field(1), at((500.0, 500.0)), 10.0),
    ("one polygon, many points", field(1), anywhere(60), 40.0),
    ("many polygons, one point", field(400), anywhere(1), 25.0),
    ("two by two", field(2), anywhere(2), 60.0),
    ("small", field(20), anywhere(20), 15.0),
    ("middling", field(200), anywhere(50), 10.0),
    ("as large as the article's", field(1000), anywhere(25), 10.0),
    ("more points than polygons", field(25), anywhere(400), 20.0),
    # Densities: the same field, about 0.1, 1, 10, 50 and all candidates a point.
    ("density: almost nobody", field(250), anywhere(40), 1.0),
    ("density: about one", field(250), anywhere(40), 3.5),
    ("density: about ten", field(250), anywhere(40), 11.0),
    ("density: about fifty", field(250), anywhere(40), 25.0),
    ("density: everybody", field(250), anywhere(40), 150.0),
    # Shapes; 7, 8, 9, 128, 129 and 300 vertices are where NumPy's mean changes its way of summing.
    ("triangles", field(150, (3,)), anywhere(30), 12.0),
    ("around eight vertices", field(150, (7, 8, 9, 15, 16, 17)), anywhere(30), 12.0),
    ("around 128 vertices", field(40, (127, 128, 129, 136)), anywhere(20), 20.0),
    ("hundreds of vertices", field(20, (257, 300, 1025)), anywhere(20), 40.0),
    ("slivers", field(150, squash=1e-3), anywhere(30), 12.0),
    ("stars", field(150, (10, 12), star=0.3), anywhere(30), 12.0),
    ("sizes over six decades", field(200, sizes=(1e-3, 1e3)), anywhere(40), 20.0),
    ("rings closed as in files", given(*(closed(square(h)) for h in (2.0, 1.0))), grid(9), 4.0),
    ("one and two vertices", given(line(1, 1.0), line(2, 4.0), square(1.0)), grid(6), 3.0),
    ("lines without area", given(*(line(n, 2.0) for n in (3, 2, 5))), grid(8), 3.0),
    # Duplicate and congruent polygons: ties everywhere.
    ("all the same", repeated(field(1), 60, False), anywhere(30), 50.0),
    ("every polygon twice", repeated(field(80), 2, False), anywhere(30), 15.0),
    ("every polygon five times, shuffled", repeated(field(40), 5, True), anywhere(30), 15.0),
    ("congruent on whole numbers", congruent(300, _QUARTER, True), anywhere(40), 10.0),
    ("congruent anywhere", congruent(300, _QUARTER, False), anywhere(40), 10.0),
    ("concentric squares", _SQUARES, grid(5, start=-2.0), 2.5),
    # Clusters.
    ("tight clusters", clustered(300, 5, 0.5), heaps(50, 5, 10.0), 20.0),
    ("points in heaps", field(300), heaps(60, 3, 1.0), 8.0),
    # Points with no candidate.
    ("nobody near", field(100), anywhere(30, 1000.0, 2000.0), 10.0),
    ("half of them far", field(100), both(anywhere(20), anywhere(20, 300.0, 400.0)), 12.0),
    ("first and last far", field(60), both(at((-90.0, 0.0)), anywhere(20), at((0.0, 900.0))), 9.0),
    # Limits.
    ("limit 0", _SQUARES, both(at((0.0, 0.0)), grid(4)), 0.0),
    ("tiny limit", _SQUARES, both(at((0.0, 0.0), (1e-9, 0.0), (0.0, 2e-9)), grid(4)), 1e-9),
    ("smallest limit there is", _SQUARES, both(at((0.0, 0.0), (1e-300, 0.0)), grid(3)), 5e-324),
    ("huge limit", field(100), anywhere(30), 1e12),
    ("infinite limit", field(100), anywhere(30), math.inf),
    # Distances exactly at the limit, one step below it, one above.
    ("lattice, limit 5", lattice(14), grid(8, start=3.0), 5.0),
    ("lattice, just above 5", lattice(14), grid(8, start=3.0), math.nextafter(5.0, 6.0)),
    ("lattice, just below 5", lattice(14), grid(8, start=3.0), math.nextafter(5.0, 4.0)),
    ("lattice, limit root 2", lattice(12), grid(12), math.sqrt(2.0)),
    ("lattice, limit root 13", lattice(12), grid(9), math.sqrt(13.0)),
    ("lattice of tenths, limit one half", lattice(12, 0.1), grid(9, 0.1), 0.5),
    ("on the circle of the limit", _SQUARES, circle(150, 10.0), 10.0),
    # Coordinates.
    ("negative side", field(150, at=(-SIDE, -SIDE)), anywhere(30, -SIDE, 0.0), 12.0),
    (
        "far from the origin",
        field(100, sizes=(1.0, 30.0), at=(1e4, 1e4)),
        anywhere(30, 1e4, 1.01e4),
        15.0,
    ),
    (
        "millionths",
        several(field(150, sizes=(1e-8, 1e-6), side=1e-5)),
        anywhere(30, 0.0, 1e-5),
        2e-6,
    ),
)


def _make(seed: int, name: str, layout: Layout, scatter: Scatter, limit: float) -> Example:
    random = Random(seed)
    shapes = [(np.asarray(x, float), np.asarray(y, float)) for x, y in layout(random)]
    return Example(name, shapes, [np.array(point, float) for point in scatter(random)], limit)


BY_NAME: dict[str, Callable[[], Example]] = {
    row[0]: partial(_make, seed, *row) for seed, row in enumerate(_EXAMPLES)
}
"""The corpus: the name of each example, and the function that makes it."""
