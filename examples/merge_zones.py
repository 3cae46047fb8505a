"""A polygon class of one's own: zones with names, that merge into their convex hull.

The class adds a name and a `merge` built on SciPy to the native `Polygon`. Matching takes its
objects and gives the same objects back, so the merge works on what a match returned.

Run it with `python examples/merge_zones.py`; it needs SciPy.
"""

from __future__ import annotations

import numpy as np
import poly_match
import poly_match_rs
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull


class Zone(poly_match_rs.Polygon):
    """A named zone of a shop floor."""

    def __init__(self, x: ArrayLike, y: ArrayLike, name: str) -> None:
        super().__init__(x, y)
        self.name = name

    def merge(self, other: Zone) -> Zone:
        """Make the smallest convex zone that holds both."""
        x = np.concatenate([self.x, other.x])
        y = np.concatenate([self.y, other.y])
        hull = ConvexHull(np.column_stack([x, y])).vertices
        return Zone(x[hull], y[hull], f"{self.name} + {other.name}")


def main() -> None:
    """Match a shopper before and after two shelves become one."""
    bread = Zone([0, 4, 4, 0], [0, 0, 1, 1], "bread")
    cakes = Zone([5, 9, 9, 5], [0, 0, 1, 1], "cakes")
    hall = Zone([0, 20, 20, 0], [-5, -5, 6, 6], "hall")
    shopper = (4.5, 1.0)

    for zones in ([bread, cakes, hall], [bread.merge(cakes), hall]):
        [zone] = poly_match.match(zones, [shopper], max_dist=3.0).objects
        print(f"the shopper at {shopper} is at", zone.name if zone else "no zone")


if __name__ == "__main__":
    main()
