"""The judge: which answer is right, and whether a wrong one has an excuse.

Brute force over a sample in plain NumPy is the ground. poly_match must agree with it there, in
every point; its answer to all points is then what the peers are compared with, and they in turn
check it: a grid written by hand answers all points with code of its own.

A peer whose arithmetic is not the rule's in the last bit (it fuses a multiply-add, or squares the
limit) may differ where, and only where, a centre lies within a few units in the last place of the
limit. Such a peer is timed and marked; any other difference is a wrong answer and is never timed.
"""

from __future__ import annotations

import numpy as np

from bench.workloads import Floats, Positions, Workload

SAMPLE = 300
BLOCK = 20_000_000
"""Pairs that brute force holds at a time."""
EXCUSE = 8 * np.finfo(np.float64).eps
"""How near the limit, relatively, a distance must be for a difference to be excused."""
EXPLAINED = 1000
"""Differing points that are looked at one by one; more of them have no excuse."""


class WrongAnswerError(Exception):
    """An answer that is not the rule's."""


def distances(work: Workload, points: Floats) -> Floats:
    """Distances of a few points to all centres."""
    dx = points[:, 0, None] - work.centers[None, :, 0]
    dy = points[:, 1, None] - work.centers[None, :, 1]
    return np.sqrt(dx * dx + dy * dy)


def brute_force(work: Workload, points: Floats) -> Positions:
    """Answer by the rule as it is written."""
    rank = np.empty(len(work.order), dtype=np.int64)
    rank[work.order] = np.arange(len(work.order))
    step = max(1, BLOCK // max(1, len(work.centers)))
    ranks = np.full(len(points), -1, dtype=np.int64)
    for start in range(0, len(points), step):
        near = distances(work, points[start : start + step]) < work.max_dist
        best = np.where(near, rank, len(rank)).min(axis=1)
        ranks[start : start + step] = np.where(best < len(rank), best, -1)
    return work.index(ranks)


def check_sample(work: Workload, answer: Positions) -> int:
    """Hold an answer to all points against brute force on some of them; say on how many."""
    if answer.shape != (len(work.points),):
        raise WrongAnswerError(f"{answer.shape} answers for {len(work.points)} points")
    some = np.unique(np.linspace(0, len(work.points) - 1, SAMPLE).astype(np.int64))
    expected = brute_force(work, work.points[some])
    wrong = np.flatnonzero(answer[some] != expected)
    if len(wrong):
        at = wrong[0]
        raise WrongAnswerError(
            f"{len(wrong)} of {len(some)} points are answered wrongly, the first is point "
            f"{some[at]}: {answer[some[at]]}, expected {expected[at]}"
        )
    return len(some)


def differing(work: Workload, points: Floats, answer: Positions, expected: Positions) -> int:
    """Count the points answered otherwise; raise unless the limit's last bits excuse each."""
    if answer.shape != expected.shape:
        raise WrongAnswerError(f"{answer.shape} answers for {len(expected)} points")
    other = np.flatnonzero(answer != expected)
    for at in other[:EXPLAINED]:
        away = np.abs(distances(work, points[at : at + 1])[0] - work.max_dist)
        if away.min() > EXCUSE * work.max_dist:
            raise WrongAnswerError(
                f"{len(other)} points are answered wrongly, the first is point {at}: "
                f"{answer[at]}, expected {expected[at]}"
            )
    if len(other) > EXPLAINED:
        raise WrongAnswerError(f"{len(other)} of {len(expected)} points are answered otherwise")
    return len(other)
