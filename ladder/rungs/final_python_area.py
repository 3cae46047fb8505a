"""Rung "poly_match, area in Python": the product's `main` with the article's final class.

`area` is overridden in Python, so the product asks each polygon for it, once per call of `main`.
"""

import poly_match_rs
from poly_match import main

from ladder.rungs.shared import shoelace

__all__ = ["Polygon", "main"]


class Polygon(poly_match_rs.Polygon):
    """The product's class with `area` overridden in Python."""

    _area: float | None = None

    def area(self) -> float:
        """Area by the shoelace formula, computed once."""
        if self._area is None:
            self._area = shoelace(self.x, self.y)
        return self._area
