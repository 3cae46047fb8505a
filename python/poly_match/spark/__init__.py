"""Match the points of a Spark DataFrame to polygons.

- `join`: points and polygons in, the points with columns of the polygons that match them out.
- `cells`: divides the plane, for joins with more polygons than a worker can hold.

The package is imported on its own, as ``poly_match.spark``. It needs PySpark 4.0 or later, and
poly-match on the driver and on every worker.
"""

from poly_match.tables import _needs

_needs.library("pyspark", "poly_match.spark")

from poly_match.spark._cells import Cells  # noqa: E402 - after the check
from poly_match.spark._join import join  # noqa: E402
from poly_match.spark._sampling import cells  # noqa: E402

__all__ = ["Cells", "cells", "join"]
