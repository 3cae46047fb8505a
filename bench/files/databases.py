"""The databases, from files to a file: `python -m bench.files.databases WAY POINTS ZONES OUTPUT`.

Prints the seconds and the seconds of user time, without Python's start and the imports. Every
output has the points' columns and the name of the polygon; its rows come in any order.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from bench import engines

THREADS = 2

_WHERE = "ON ST_Intersects(z.geometry, ST_Point(p.x, p.y))"
JOIN = f"SELECT p.id, p.x, p.y, z.name FROM points AS p LEFT JOIN zones AS z {_WHERE}"
SMALLEST = f"""
    SELECT p.id, any_value(p.x) AS x, any_value(p.y) AS y, arg_min(z.name, z.area) AS name
    FROM points AS p LEFT JOIN (SELECT *, ST_Area(geometry) AS area FROM zones) AS z {_WHERE}
    GROUP BY p.id
"""
COPY = "SELECT * FROM points"

COPY_OPTIONS = {
    "csv": "FORMAT csv, HEADER",
    # The codec and the level of the other sides.
    "parquet": "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1",
}

Way = Callable[[str, str, str], Callable[[], object]]
"""From the paths of points, polygons and output to what is timed."""


def _duckdb(query: str) -> Way:
    def way(points: str, zones: str, output: str) -> Callable[[], object]:
        connection = engines.duckdb(THREADS)
        options = COPY_OPTIONS[output.rpartition(".")[2]]

        def call() -> None:
            connection.execute(f"CREATE VIEW points AS FROM '{points}'")
            connection.execute(f"CREATE VIEW zones AS FROM '{zones}'")
            connection.execute(f"COPY ({query}) TO '{output}' ({options})")

        return call

    return way


def _sedonadb(query: str) -> Way:
    def way(points: str, zones: str, output: str) -> Callable[[], object]:
        context = engines.sedonadb(THREADS)

        def call() -> None:
            context.read_parquet(points).to_view("points")
            # It takes GeoParquet's null, no system, for degrees; then points would need them too.
            plain = f"SELECT name, ST_SetSRID(geometry, 0) AS geometry FROM '{zones}'"
            context.sql(plain).to_view("zones")
            context.sql(query).to_parquet(output, compression="zstd(1)")

        return call

    return way


WAYS: dict[str, Way] = {
    "duckdb": _duckdb(JOIN),
    "duckdb-smallest": _duckdb(SMALLEST),
    "duckdb-copy": _duckdb(COPY),
    "sedonadb": _sedonadb(JOIN),
    "sedonadb-copy": _sedonadb(COPY),
}


def main(way: str, points: str, zones: str, output: str) -> None:
    """Do it, and print what it took."""
    call = WAYS[way](points, zones, output)
    user, start = os.times().user, time.perf_counter()
    call()
    print(time.perf_counter() - start, os.times().user - user)


if __name__ == "__main__":
    main(*sys.argv[1:])
