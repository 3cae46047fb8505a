"""All peers, in the order of the tables, and their versions."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

from bench.peers.databases import DATABASES
from bench.peers.geometry import GEOMETRY
from bench.peers.numba_grid import GRID
from bench.peers.ours import ONE_POINT, OURS
from bench.peers.rust_crates import FLOOR, JOIN, RSTAR, kiddo
from bench.peers.shared import Peer
from bench.peers.trees import TREES
from bench.rust_paths import ROOT

PEERS: tuple[Peer, ...] = (
    OURS,
    ONE_POINT,
    FLOOR,
    *kiddo(),
    JOIN,
    RSTAR,
    GRID,
    *TREES,
    *GEOMETRY,
    *DATABASES,
)
BY_NAME = {peer.name: peer for peer in PEERS}

_CRATES = ("kiddo", "rstar", "rayon", "pyo3")
_PACKAGES = (
    "poly-match",
    "numpy",
    "numba",
    "scipy",
    "scikit-learn",
    "shapely",
    "geopandas",
    "duckdb",
    "duckdb-extension-spatial",
    "sedonadb",
)


def versions(
    crates: tuple[str, ...] = _CRATES, packages: tuple[str, ...] = _PACKAGES
) -> dict[str, str | None]:
    """Version of every peer: crates from the lock file, packages as installed."""
    lock = next(path for path in (ROOT / "bench/Cargo.lock", ROOT / "Cargo.lock") if path.exists())
    named = re.findall(r'name = "(.+)"\nversion = "(.+)"', lock.read_text(encoding="utf-8"))
    locked = dict(named)
    found: dict[str, str | None] = {name: locked.get(name) for name in crates}
    return found | {name: _installed(name) for name in packages}


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
