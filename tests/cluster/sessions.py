"""Sessions of Spark for tests."""

from __future__ import annotations

import os
import sys

from pyspark.sql import SparkSession

# Few partitions, as there are few rows; and none of the pictures of a terminal or a browser.
OPTIONS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
    "spark.sql.session.timeZone": "Europe/Zurich",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
}


def session(master: str, **options: str) -> SparkSession:
    """Start Spark, or a server of Spark Connect if the master starts with ``connect:``."""
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder
    if master.startswith("connect:"):
        builder = builder.remote(master.removeprefix("connect:"))
    else:
        builder = builder.master(master)
    for name, value in (OPTIONS | options).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
