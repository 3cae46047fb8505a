"""Sessions of Spark: their settings, how they start, and how a DataFrame is computed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.cluster import checksum
from bench.cluster.checksum import Checksum
from bench.cluster.standalone import HOST, PATIENCE, Standalone, environment

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "640m",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.files.minPartitionNum": "8",
}
PATIENT = {
    "spark.task.maxFailures": "8",
    "spark.stage.maxConsecutiveAttempts": "8",
    "spark.shuffle.io.maxRetries": "2",
    "spark.shuffle.io.retryWait": "1s",
    "spark.network.timeout": "60s",
}
"""Settings for a cluster whose processes are killed: more attempts, and shorter waits."""


@contextmanager
def classic(master: str, **more: str) -> Iterator[Any]:
    """Open a session of this process; there can be one at a time."""
    from pyspark.sql import SparkSession

    os.environ.update(environment())
    builder = SparkSession.builder.master(master).appName("bench.cluster")
    addresses = {"spark.driver.host": HOST, "spark.driver.bindAddress": HOST}
    for key, value in {**SETTINGS, **addresses, **more}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def on(cluster: Standalone, **more: str) -> Iterator[Any]:
    """Open a session on a standalone cluster, when all its executors are there."""
    with classic(cluster.url, **more) as session:
        wait_for_executors(session, cluster.workers)
        yield session


def wait_for_executors(session: Any, count: int) -> None:  # noqa: ANN401
    """Wait until this many executors are there."""
    end = time.monotonic() + PATIENCE
    status = session.sparkContext._jsc.sc()
    while status.getExecutorMemoryStatus().size() - 1 < count:  # the driver is one of them
        if time.monotonic() > end:
            raise RuntimeError(f"fewer than {count} executors: see logs in out/cluster")
        time.sleep(0.1)


def checked(table: Any) -> Checksum:  # noqa: ANN401 - a DataFrame
    """Compute a DataFrame, and return its checksum."""
    asked = table.select([name for name in checksum.COLUMNS if name in table.columns])
    parts = asked.mapInArrow(checksum.of_batches, checksum.ROW_SCHEMA)
    return checksum.added(parts.toArrow().to_pydict())


def computed(table: Any) -> None:  # noqa: ANN401 - a DataFrame
    """Compute all rows and columns of a DataFrame, and drop them."""
    table.write.format("noop").mode("overwrite").save()
