"""Python geometry libraries: shapely's tree, and geopandas on top of it."""

from __future__ import annotations

import numpy as np

from bench.peers.shared import Answer, Peer, Ranks, least
from bench.threshold import below
from bench.workloads import Floats, Workload


def strtree(work: Workload, _: int) -> Answer:
    """Take shapely's `STRtree.query` with the predicate `dwithin`; its pairs come sorted."""
    import shapely

    tree, limit = shapely.STRtree(shapely.points(work.sites)), below(work.max_dist)

    def answer(points: Floats) -> Ranks:
        owner, rank = tree.query(shapely.points(points), predicate="dwithin", distance=limit)
        return least(len(points), owner, rank)

    return answer


def sjoin(work: Workload, _: int) -> Answer:
    """Take `geopandas.sjoin` with `dwithin`, then the least of every group."""
    import geopandas

    centers = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*work.sites.T))
    assert centers.sindex is not None  # built here, kept with the frame
    limit = below(work.max_dist)

    def answer(points: Floats) -> Ranks:
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T))
        pairs = geopandas.sjoin(frame, centers, predicate="dwithin", distance=limit)
        best = pairs["index_right"].groupby(level=0).min()
        ranks = np.full(len(points), -1, dtype=np.int64)
        ranks[best.index.to_numpy()] = best.to_numpy()
        return ranks

    return answer


GEOMETRY = (
    Peer("shapely", "shapely STRtree, dwithin + reduce", strtree, "shapely", slow=True),
    Peer("geopandas", "geopandas sjoin dwithin + groupby", sjoin, "geopandas", slow=True),
)
