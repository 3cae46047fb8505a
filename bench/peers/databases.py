"""Databases in the process, asked in SQL: DuckDB with its spatial extension, and SedonaDB.

Their tables hold the centres as geometry; the index is built inside every query, so the cost of a
point includes it. The points come in as the arrays that they are, as for everybody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bench import engines
from bench.peers.shared import Answer, Peer, Ranks
from bench.threshold import below
from bench.workloads import Floats, Workload


def _table(points: Floats) -> Any:  # noqa: ANN401
    import pyarrow

    columns = {"i": np.arange(len(points)), "x": points[:, 0].copy(), "y": points[:, 1].copy()}
    return pyarrow.table(columns)


def _scatter(points: int, at: Any, rank: Any) -> Ranks:  # noqa: ANN401
    ranks = np.full(points, -1, dtype=np.int64)
    ranks[np.asarray(at)] = np.asarray(rank)
    return ranks


def _join(limit: float) -> str:
    # The key that decides is the rank, so the polygon of the least key is the least rank itself.
    return (
        "SELECT p.i AS at, min(c.i) AS best "
        "FROM (SELECT i, ST_Point(x, y) AS g FROM points) AS p "
        f"JOIN centers AS c ON ST_DWithin(p.g, c.g, {limit!r}) GROUP BY p.i"
    )


def duckdb(work: Workload, threads: int) -> Answer:
    """Join in DuckDB; its spatial join operator is used."""
    connection = engines.duckdb(threads)
    connection.register("sites", _table(work.sites))
    connection.execute("CREATE TABLE centers AS SELECT i, ST_Point(x, y) AS g FROM sites")
    sql = _join(below(work.max_dist))

    def answer(points: Floats) -> Ranks:
        connection.register("points", _table(points))
        found = connection.execute(sql).fetchnumpy()
        return _scatter(len(points), found["at"], found["best"])

    return answer


def sedonadb(work: Workload, threads: int) -> Answer:
    """Join in SedonaDB; its spatial join operator is used."""
    context = engines.sedonadb(threads)
    context.create_data_frame(_table(work.sites)).to_view("sites")
    centers = context.sql("SELECT i, ST_Point(x, y) AS g FROM sites").to_memtable()
    centers.to_view("centers")
    sql = _join(below(work.max_dist))

    def answer(points: Floats) -> Ranks:
        context.create_data_frame(_table(points)).to_view("points", overwrite=True)
        found = context.sql(sql).to_arrow_table()
        return _scatter(len(points), found["at"], found["best"])

    return answer


DATABASES = (
    Peer(
        "duckdb",
        "DuckDB spatial, ST_DWithin + GROUP BY",
        duckdb,
        "duckdb",
        threads=("one", "all"),
        slow=True,
        builds="inside",
    ),
    Peer(
        "sedonadb",
        "SedonaDB, ST_DWithin + GROUP BY",
        sedonadb,
        "sedonadb",
        threads=("one", "all"),
        slow=True,
        builds="inside",
    ),
)
