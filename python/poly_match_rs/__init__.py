"""The article's native names, as a small package around the extension module.

`poly_match` has these names, and more. This package is for existing code that says
``from poly_match_rs import find_close_polygons``.
"""

import warnings

from poly_match_rs._native import (
    OPTIMIZED,
    MultiPolygon,
    Polygon,
    find_all_close_polygons,
    find_close_polygons,
)

__all__ = ["MultiPolygon", "Polygon", "find_all_close_polygons", "find_close_polygons"]

if not OPTIMIZED:
    warnings.warn(
        "poly_match_rs was built without optimization and is many times slower; "
        "build it with `maturin develop --release`",
        RuntimeWarning,
        stacklevel=2,
    )
