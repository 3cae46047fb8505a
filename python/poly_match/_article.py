"""The article's own functions: its example, and the whole job in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from poly_match_rs import Polygon
from poly_match_rs._native import match_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._rule import Points

    P = TypeVar("P")


def main(
    polygons: Iterable[P],
    points: Points,
    max_dist: float = 10.0,
    *,
    planar: bool = False,
) -> list[tuple[Any, P]]:
    """Match every point to the smallest of the polygons close to it.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects with ``x`` and ``y``. If they define ``area()``, it decides the winner; it
        is called once for each polygon.
    points : array_like of float, shape (N, 2), or iterable of points
        In the units of the polygons' coordinates.
    max_dist : float, default 10.0
        A polygon is close if its centre is closer than this.
    planar : bool, default False
        Whether degrees of a geographic coordinate system may be taken as lengths on a plane.

    Returns
    -------
    list of (point, polygon)
        The caller's own points and polygons, in the order of the points. Points without a close
        polygon are left out. Of equal areas, the first polygon wins.

    Raises
    ------
    ValueError
        If a coordinate is NaN or infinite, an area is NaN, or `max_dist` is negative or NaN; if
        polygons and points declare different coordinate systems; or if either is in degrees without
        `planar`.
    TypeError
        If an object has no ``x`` and ``y``; the message names its position and type.

    See Also
    --------
    Matcher : Prepare polygons once for many calls, and get arrays.

    Examples
    --------
    >>> import poly_match
    >>> polygons, points = poly_match.generate_example()
    >>> len(poly_match.main(polygons, points))
    100
    """
    return match_pairs(polygons, points, max_dist, planar)


def generate_one_polygon() -> Polygon:
    """Make the article's polygon: ten vertices on the unit circle.

    Returns
    -------
    Polygon
        With x = 0, 0.1, …, 0.9 and y = sqrt(1 - x²).

    Examples
    --------
    >>> import poly_match
    >>> poly_match.generate_one_polygon().x.shape
    (10,)
    """
    x = np.arange(0.0, 1.0, 0.1)
    return Polygon(x, np.sqrt(1.0 - x**2))


def generate_example() -> tuple[list[Polygon], list[npt.NDArray[np.float64]]]:
    """Make the article's example data, from the same random numbers.

    Returns
    -------
    polygons : list of Polygon
        1000 copies of `generate_one_polygon`, each moved by integers below 100.
    points : list of numpy.ndarray, shape (2,)
        100 points with integer coordinates below 100, no coordinate twice.

    Examples
    --------
    >>> import poly_match
    >>> polygons, points = poly_match.generate_example()
    >>> len(polygons), len(points)
    (1000, 100)
    """
    random = np.random.RandomState(6)
    xs, ys = np.arange(100.0), np.arange(100.0)
    random.shuffle(xs)
    random.shuffle(ys)
    one = generate_one_polygon()
    polygons = []
    for _ in range(1000):
        dx, dy = random.randint(0, 100), random.randint(0, 100)
        polygons.append(Polygon(one.x + dx, one.y + dy))
    return polygons, list(np.stack([xs, ys], axis=1))
