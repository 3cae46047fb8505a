"""A session of Spark Connect, in a process of its own: PySpark has one kind of session a process.

The process starts a server (`local[2]`) when it is first asked for something, and keeps it.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any, TypeVar

from bench.cluster import sessions
from bench.cluster.checksum import Checksum
from bench.cluster.standalone import environment

T = TypeVar("T")

REMOTE = "local[2]"


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def call(function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401
    """Call a function of this module in the process."""
    return _process().submit(function, *arguments).result()


def close() -> None:
    """End the process with its server, if it was started."""
    if _process.cache_info().currsize:
        call(_stop)
        _process().shutdown()
        _process.cache_clear()


@cache
def _session() -> Any:  # noqa: ANN401 - a session
    from pyspark.sql import SparkSession

    os.environ.update(environment())
    builder = SparkSession.builder.remote(REMOTE).appName("bench.cluster")
    warnings.filterwarnings("ignore", module="pyspark")
    for key, value in sessions.SETTINGS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _stop() -> None:
    _session().stop()


def _joined(files: str, zones: Any, arguments: dict[str, Any]) -> Any:  # noqa: ANN401
    import poly_match.spark

    return poly_match.spark.join(_session().read.parquet(files), zones, **arguments)


def check(files: str, zones: Any, arguments: dict[str, Any]) -> Checksum:  # noqa: ANN401
    """Join, and return the checksum."""
    return sessions.checked(_joined(files, zones, arguments))


def run(files: str, zones: Any, arguments: dict[str, Any]) -> None:  # noqa: ANN401
    """Join, and drop the rows."""
    sessions.computed(_joined(files, zones, arguments))
