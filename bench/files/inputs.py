"""The input files: points as CSV and as Parquet, polygons as GeoParquet.

Points are made in pieces, so that memory does not limit how many there are. A folder on the disk
holds all files; it is removed at the end, or kept for the next run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bench.rust_paths import ROOT
from bench.tables import inputs
from bench.tables.inputs import Source
from bench.workloads import Floats, short

OUT = ROOT / "out"
PIECE = 1_000_000
"""Points of a piece, and of a row group."""
DISTRICTS, QUICK_DISTRICTS = 317, 10
"""Districts along each side of their lattice: 10^5 in all; few for `--quick`."""


@dataclass(frozen=True, eq=False)
class Input:
    """Polygons, and points in and around them."""

    name: str
    source: Source
    """The polygons, and the points that each piece moves a little."""
    rows: int

    @property
    def title(self) -> str:
        """Say what it holds."""
        zones = "US counties" if self.name == "counties" else self.name
        return f"{len(self.source.names):,} {zones} × {short(self.rows)} points"

    def pieces(self) -> Iterator[Floats]:
        """Yield the points, one piece after the other."""
        return inputs.pieces(self.source.zones.points, self.rows)

    @cached_property
    def points(self) -> Floats:
        """All points."""
        return np.concatenate(list(self.pieces()))

    def zones_file(self, folder: Path) -> Path:
        """Find the file of polygons; it is written if it is not there."""
        path = folder / f"{self.name}-{len(self.source.names)}.parquet"
        return _written(path, self.source.geo_zones.to_parquet)

    def points_file(self, folder: Path, kind: str) -> Path:
        """Find the file of points of this kind; it is written if it is not there."""
        path = folder / f"{self.name}-points-{self.rows}.{kind}"
        return _written(path, lambda part: _WRITE[kind](part, self._tables()))

    def _tables(self) -> Iterator[Any]:
        import pyarrow

        start = 0
        for piece in self.pieces():
            x, y = piece.T
            ids = np.arange(start, start + len(piece))
            yield pyarrow.table({"id": ids, "x": x.copy(), "y": y.copy()})
            start += len(piece)


def counties(rows: int) -> Input:
    """US counties, and points around US cities."""
    return Input("counties", inputs.counties(min(rows, PIECE)), rows)


def districts(rows: int, side: int = DISTRICTS) -> Input:
    """Cells of a lattice, and points anywhere."""
    return Input("districts", inputs.districts(side, min(rows, PIECE)), rows)


def makes(quick: bool, rows: int) -> dict[str, Callable[[], Input]]:
    """All inputs by name, to be made when their turn comes; `quick` ones have few districts."""
    side = QUICK_DISTRICTS if quick else DISTRICTS
    return {"counties": lambda: counties(rows), "districts": lambda: districts(rows, side)}


def _written(path: Path, write: Callable[[Path], Any]) -> Path:
    if not path.exists():
        part = path.with_suffix(".part")
        write(part)
        part.rename(path)
        os.sync()  # so that nothing of it is still to be written while something is timed
    return path


def _write_csv(path: Path, tables: Iterator[Any]) -> None:
    import pyarrow.csv

    with path.open("wb") as file:
        file.write(b"id,x,y\n")
        for table in tables:
            pyarrow.csv.write_csv(table, file, pyarrow.csv.WriteOptions(include_header=False))


def _write_parquet(path: Path, tables: Iterator[Any]) -> None:
    import pyarrow.parquet

    first = next(tables)
    with pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


_WRITE: dict[str, Callable[[Path, Iterator[Any]], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
}


@contextmanager
def folder(name: str, keep: bool = False) -> Iterator[Path]:
    """Make a folder for files on the disk, and remove it at the end unless it is kept."""
    path = OUT / name
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    finally:
        if not keep:
            shutil.rmtree(path)
