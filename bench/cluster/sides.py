"""Who answers a job: one process, Spark by file and by cells, Spark Connect, and Dask.

A side opens a job. It returns a call that gives the checksum of the answer, and a call that is
timed: from Parquet files to all rows and columns, which are dropped. Only the arrays of the first
side are in memory before, and its matcher is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bench.cluster import checksum, connect, inputs, sessions
from bench.cluster.checksum import Checksum
from bench.cluster.inputs import Input
from bench.cluster.jobs import Job

CORES = 2
"""Cores of a cluster in all; one process has as many threads."""


class Opened(NamedTuple):
    """A job that is ready to run."""

    check: Callable[[], Checksum]
    run: Callable[[], Any]


@dataclass(frozen=True)
class Side:
    """One row of a table."""

    name: str
    title: str
    open: Callable[[Job, Input], Opened]


def arrays(job: Job, of: Input) -> Opened:
    """Match arrays in memory, with a matcher that is built before."""
    from poly_match import Matcher

    by, k = job.options.get("by"), job.options.get("k")
    matcher = Matcher.from_table(of.zones, by=by, **job.rule)
    more: dict[str, Any] = {} if by is None else {"point_groups": of.kinds}
    if k is not None:
        more["k"] = k

    def run() -> Any:  # noqa: ANN401 - a result
        return matcher.match(of.points, workers=CORES, **more)

    def check() -> Checksum:
        result = run()
        is_asked = np.atleast_2d(result.index.T).T >= 0
        is_asked[:, 0] = True  # a point without a match has one row
        points, ranks = np.nonzero(is_asked)
        index = np.atleast_2d(result.index.T).T[is_asked]
        distances = np.atleast_2d(result.distance.T).T[is_asked]
        return checksum.of_arrays(
            points,
            np.where(index >= 0, of.numbers[index], -1),
            distances if job.rule["near"] in ("center", "boundary") else None,
            None if k is None else ranks + 1,
        )

    return Opened(check, run)


def table(job: Job, of: Input) -> Opened:
    """Read the files with pyarrow, and join."""
    import poly_match
    import pyarrow.parquet as pq

    def run() -> Any:  # noqa: ANN401 - a Table
        return poly_match.join(pq.read_table(of.files), of.zones, workers=CORES, **job.arguments)

    return Opened(lambda: checksum.of_table(run()), run)


def by_file(session: Any, job: Job, of: Input) -> Opened:  # noqa: ANN401
    """Join in Spark, each worker with all polygons."""
    import poly_match.spark

    def joined() -> Any:  # noqa: ANN401 - a DataFrame
        points = session.read.parquet(str(of.files))
        return poly_match.spark.join(points, of.zones, **job.arguments)

    return Opened(lambda: sessions.checked(joined()), lambda: sessions.computed(joined()))


def by_cells(session: Any, job: Job, of: Input) -> Opened:  # noqa: ANN401
    """Join in Spark, points and polygons sent to cells."""
    import poly_match.spark

    polygons = session.createDataFrame(of.zones)

    def joined() -> Any:  # noqa: ANN401 - a DataFrame
        points = session.read.parquet(str(of.files))
        return poly_match.spark.join(
            points, polygons, partition="cells", order_by="polygon", **job.arguments
        )

    return Opened(lambda: sessions.checked(joined()), lambda: sessions.computed(joined()))


def by_connect(job: Job, of: Input) -> Opened:
    """Join over Spark Connect, in a process of its own."""
    asked = (str(of.files), of.zones, job.arguments)
    return Opened(
        partial(connect.call, connect.check, *asked), partial(connect.call, connect.run, *asked)
    )


def by_dask(_: Any, job: Job, of: Input) -> Opened:  # noqa: ANN401 - a client
    """Join in Dask, each worker with all polygons."""
    import dask.dataframe as dd
    import poly_match.dask

    def joined() -> Any:  # noqa: ANN401 - a DataFrame
        return poly_match.dask.join(dd.read_parquet(of.files), of.zones, **job.arguments)

    def check() -> Checksum:
        meta = checksum.of_frame(joined()._meta)
        parts = joined().map_partitions(checksum.of_frame, meta=meta).compute()
        return checksum.added(parts.to_dict("list"))

    return Opened(check, lambda: joined().map_partitions(len).compute())


LOCAL = (
    Side("arrays", f"Matcher.match, arrays in memory, {CORES} threads", arrays),
    Side("table", f"poly_match.join, pyarrow, {CORES} threads", table),
)


def of_session(session: Any) -> tuple[Side, ...]:  # noqa: ANN401
    """Sides of a session of Spark, of any master."""
    return (
        Side("file", "Spark, standalone, by file", partial(by_file, session)),
        Side("cells", "Spark, standalone, by cells", partial(by_cells, session)),
    )


CONNECT = Side("connect", f"Spark Connect, local[{CORES}], by file", by_connect)


def of_client(client: Any) -> tuple[Side, ...]:  # noqa: ANN401
    """Sides of a client of Dask."""
    return (Side("dask", f"Dask, {CORES} processes", partial(by_dask, client)),)


@contextmanager
def dask_client(workers: int = CORES) -> Iterator[Any]:
    """Start a cluster of Dask: this many processes with a thread each."""
    import dask
    from distributed import Client, LocalCluster

    inputs.OUT.mkdir(parents=True, exist_ok=True)
    quiet = {"distributed.admin.tick.limit": "1h", "distributed.logging": {"distributed": "error"}}
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            local_directory=str(inputs.OUT),
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
