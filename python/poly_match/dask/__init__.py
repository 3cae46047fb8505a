"""Joins of Dask: each partition is matched where it is, on threads, processes or a cluster."""

from poly_match.tables import _needs

_needs.library("dask.dataframe", "poly_match.dask", '"dask[dataframe]"')

from poly_match.dask._join import join  # noqa: E402 - the message comes first

__all__ = ["join"]
