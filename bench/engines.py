"""The databases that run inside a process, each with its spatial functions, on some threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def duckdb(threads: int) -> Any:  # noqa: ANN401
    """Connect to DuckDB, and load its spatial extension."""
    import duckdb as db
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    (extension,) = folder.glob(f"v{db.__version__}/*.duckdb_extension")
    connection = db.connect(config={"threads": threads})
    connection.execute(f"LOAD '{extension}'")
    return connection


def sedonadb(threads: int) -> Any:  # noqa: ANN401
    """Connect to SedonaDB."""
    import sedonadb as db

    context = db.connect()
    context.sql(f"SET datafusion.execution.target_partitions = {threads}").execute()
    return context
