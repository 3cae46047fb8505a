"""Clusters: the same joins on one process, on Spark and on Dask, and processes that are killed."""
