"""Python trees that return all candidates, reduced with NumPy: scipy and scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.peers.shared import Answer, Peer, Ranks
from bench.threshold import root
from bench.workloads import Floats, Workload


def squares_the_limit(work: Workload) -> str:
    """Say when the limit that the tree squares cannot be put exactly."""
    if root(work.max_dist)[1]:
        return ""
    return "it squares the limit, and no double has the square that decides exactly"


def ball_point(work: Workload, threads: int) -> Answer:
    """Take `cKDTree.query_ball_point` and the least of every list."""
    from scipy.spatial import cKDTree

    tree, radius = cKDTree(work.sites), root(work.max_dist)[0]

    def answer(points: Floats) -> Ranks:
        # A list of Python numbers has its least faster by itself than by way of an array.
        near: Any = tree.query_ball_point(points, radius, workers=threads, return_sorted=False)
        ranks = np.full(len(points), -1, dtype=np.int64)
        ranks[:] = [min(one, default=-1) for one in near]
        return ranks

    return answer


def sparse(work: Workload, _: int) -> Answer:
    """Take `cKDTree.sparse_distance_matrix` between two trees; that of the points is built too."""
    from scipy.spatial import cKDTree

    tree, radius = cKDTree(work.sites), root(work.max_dist)[0]

    def answer(points: Floats) -> Ranks:
        pairs = cKDTree(points).sparse_distance_matrix(tree, radius, output_type="ndarray")
        ranks = np.full(len(points), len(work.sites), dtype=np.int64)
        np.minimum.at(ranks, pairs["i"], pairs["j"])
        ranks[ranks == len(work.sites)] = -1
        return ranks

    return answer


def radius_query(work: Workload, _: int) -> Answer:
    """Take scikit-learn's `KDTree.query_radius`."""
    from sklearn.neighbors import KDTree

    tree, radius = KDTree(work.sites), root(work.max_dist)[0]

    def answer(points: Floats) -> Ranks:
        near = tree.query_radius(points, radius)
        counts = np.fromiter(map(len, near), np.int64, len(near))
        ranks = np.full(len(points), -1, dtype=np.int64)
        found = counts > 0
        if found.any():
            starts = np.cumsum(counts[found]) - counts[found]
            ranks[found] = np.minimum.reduceat(np.concatenate(near), starts)
        return ranks

    return answer


TREES = (
    Peer(
        "scipy-ball",
        "scipy cKDTree, query_ball_point + min",
        ball_point,
        "scipy",
        family="scipy",
        threads=("one", "all"),
        slow=True,
        inexact=squares_the_limit,
    ),
    Peer(
        "scipy-sparse",
        "scipy cKDTree, sparse_distance_matrix + reduce",
        sparse,
        "scipy",
        family="scipy",
        slow=True,
        inexact=squares_the_limit,
    ),
    Peer(
        "sklearn",
        "scikit-learn KDTree, query_radius + reduce",
        radius_query,
        "scikit-learn",
        slow=True,
        inexact=squares_the_limit,
    ),
)
