"""Rung "`Polygon` in Rust": the class moves, `area` stays in a Python subclass."""

from collections.abc import Sequence

from ladder.rungs.shared import Match, Point, match_each_point, shoelace
from ladder.rust import ladder_rs


class Polygon(ladder_rs.polygon.Polygon):  # type: ignore[misc]  # native, so untyped
    """The Rust class with the rest of its interface in Python."""

    _area: float | None = None

    def area(self) -> float:
        """Area by the shoelace formula, computed once."""
        if self._area is None:
            self._area = shoelace(self.x, self.y)
        return self._area


def main(polygons: Sequence[Polygon], points: Sequence[Point], max_dist: float = 10.0) -> Match:
    """Match every point to the smallest polygon near it."""
    return match_each_point(ladder_rs.polygon.find_close_polygons, polygons, points, max_dist)
