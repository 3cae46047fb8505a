"""A grid by hand with numba: what a good engineer writes in an afternoon.

Cells as wide as `max_dist`, so that nine of them hold all candidates. The sites of a cell lie in
rank order and beside each other; a cell is left as soon as its next rank is no better than the best
so far. The point's own cell comes first, because it is the likeliest to hold a good one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from bench.peers.shared import Answer, Peer, Ranks
from bench.threshold import squared
from bench.workloads import Floats, Workload

CELLS_PER_SITE = 4
"""More cells than that would only be empty."""
TURNS = np.array(
    [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)], dtype=np.int64
)


def _match(
    points: Floats,
    sites: Floats,
    rank: Any,  # noqa: ANN401
    start: Any,  # noqa: ANN401
    low: Floats,
    side: float,
    shape: Any,  # noqa: ANN401
    limit: float,
    turns: Any,  # noqa: ANN401
    out: Any,  # noqa: ANN401
) -> None:
    for i in prange(len(points)):
        x, y = points[i, 0], points[i, 1]
        # Clipped before it becomes a whole number; one cell outside is as good as far outside.
        column = np.int64(np.floor(min(max((x - low[0]) / side, -2.0), shape[0] + 1.0)))
        row = np.int64(np.floor(min(max((y - low[1]) / side, -2.0), shape[1] + 1.0)))
        best = len(sites)
        for t in range(len(turns)):
            c, r = column + turns[t, 0], row + turns[t, 1]
            if c < 0 or r < 0 or c >= shape[0] or r >= shape[1]:
                continue
            cell = r * shape[0] + c
            for k in range(start[cell], start[cell + 1]):
                if rank[k] >= best:
                    break
                dx, dy = x - sites[k, 0], y - sites[k, 1]
                if dx * dx + dy * dy <= limit:
                    best = rank[k]
                    break
        out[i] = best if best < len(sites) else -1


prange: Any = range
"""Replaced by numba's when it is compiled."""


@cache
def compiled(parallel: bool) -> Any:  # noqa: ANN401
    """Compile the loop, for one thread or for all."""
    import numba

    global prange
    prange = numba.prange
    return numba.njit(parallel=parallel, error_model="numpy")(_match)


def build(work: Workload, threads: int) -> Answer:
    """Sort the sites into cells; a stable sort keeps them in rank order."""
    import numba

    sites = work.sites
    low = sites.min(axis=0)
    extent = np.maximum(sites.max(axis=0) - low, np.finfo(float).tiny)
    # A little wider than the distance, so that rounding cannot put a candidate two cells away.
    side = work.max_dist * (1.0 + 1e-9)
    cells = CELLS_PER_SITE * len(sites) + 16
    while np.prod(np.floor(extent / side) + 1.0) > cells:
        side *= 1.25
    shape = np.floor(extent / side).astype(np.int64) + 1
    column, row = ((sites - low) / side).astype(np.int64).T
    cell = np.minimum(row, shape[1] - 1) * shape[0] + np.minimum(column, shape[0] - 1)
    rank = np.argsort(cell, kind="stable")
    start = np.searchsorted(cell[rank], np.arange(np.prod(shape) + 1))
    packed, limit = sites[rank], squared(work.max_dist)
    match = compiled(threads > 1)

    def answer(points: Floats) -> Ranks:
        numba.set_num_threads(threads)
        out = np.empty(len(points), dtype=np.int64)
        match(points, packed, rank, start, low, side, shape, limit, TURNS, out)
        return out

    return answer


GRID = Peer(
    "numba-grid",
    "numba, a grid by hand",
    build,
    "numba",
    threads=("one", "all"),
    in_sweeps=True,
)
