"""Sends files to the workers of Spark, and finds them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from poly_match._shipped import Shipped

# The names of the files that were sent: in a context of Spark, or in a session of Spark Connect.
_sent: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def send(session: SparkSession, shipped: Shipped) -> None:
    # Send a saved matcher to all workers, those that join later included.
    is_remote = type(session).__module__.startswith("pyspark.sql.connect")
    target: Any = session if is_remote else session.sparkContext
    names = _sent.setdefault(target, set())
    if shipped.name in names:
        return
    if is_remote:
        target.addArtifacts(str(shipped.path), file=True)
    else:
        target.addFile(str(shipped.path))
    names.add(shipped.name)


def find(name: str) -> str:
    # Return where a file is on a worker.
    from pyspark import SparkFiles

    return SparkFiles.get(name)
