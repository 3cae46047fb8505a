"""What every peer offers, and the reduction that those need which return all pairs.

A peer is built from the centres in rank order (`Workload.sites`), so that the best candidate is the
one of the lowest position: it need not look keys up, and its answer stays in ranks. Sorting by key
and translating ranks back is not charged to any peer; poly_match does both in its own time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bench.workloads import Floats, Workload

Ranks = npt.NDArray[np.signedinteger]
Answer = Callable[[Floats], Ranks]
Build = Callable[[Workload, int], Answer]
"""Builds an index for so many threads; what is returned answers points with ranks."""


def always_exact(_: Workload) -> str:
    """Say that the peer's arithmetic is the rule's."""
    return ""


@dataclass(frozen=True)
class Peer:
    """One row of a table."""

    name: str
    title: str
    build: Build
    package: str
    """The package, or crate, whose version is reported."""
    family: str = ""
    """Peers of one family are modes of the same thing; the best of them counts."""
    threads: tuple[str, ...] = ("one",)
    slow: bool = False
    """Measured on a sample, and not in the sweeps."""
    full: bool = False
    """Measured on all points, however many."""
    in_sweeps: bool = False
    builds: str = "before"
    """When the index is built: `before`, `inside` every call, or `never`."""
    positions: bool = False
    """Whether it answers with input positions, not ranks."""
    answers: bool = True
    """False for the floor, which answers nothing."""
    inexact: Callable[[Workload], str] = field(default=always_exact)
    """Why a distance in the last bits of the limit may be decided otherwise; empty if never."""


def least(points: int, owner: npt.NDArray[np.integer], rank: npt.NDArray[np.integer]) -> Ranks:
    """Reduce pairs, sorted by owner, to the least rank of every point."""
    ranks = np.full(points, -1, dtype=np.int64)
    if len(owner):
        starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        ranks[owner[starts]] = np.minimum.reduceat(rank, starts)
    return ranks
