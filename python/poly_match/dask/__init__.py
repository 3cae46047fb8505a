"""Match the points of a Dask DataFrame to polygons, partition by partition.

The package is imported on its own, as ``poly_match.dask``. It needs Dask with its DataFrame, and
poly-match on the client, the scheduler and every worker.
"""

from poly_match.tables import _needs

_needs.library("dask.dataframe", "poly_match.dask", '"dask[dataframe]"')

from poly_match.dask._join import join  # noqa: E402 - after the check

__all__ = ["join"]
