"""poly_match: the public `Matcher`, and its search for one point in a Rust loop."""

from __future__ import annotations

from bench import rust
from bench.peers.shared import Answer, Peer
from bench.threshold import squared
from bench.workloads import Workload


def build(work: Workload, threads: int) -> Answer:
    """Build from the caller's arrays, unsorted, and answer with input positions."""
    from poly_match import Matcher

    matcher = Matcher.from_arrays(work.centers, work.keys, max_dist=work.max_dist)
    return lambda points: matcher.match(points, workers=threads).index


def build_one_point(work: Workload, _: int) -> Answer:
    """Build the core's matcher; `find` is then called for one point after the other."""
    limit = squared(work.max_dist)
    built = rust.load("portable").build("one point", work.sites, limit, work.max_dist, False)
    return lambda points: built.answer(points, False)


OURS = Peer(
    "poly_match",
    "poly_match",
    build,
    "poly-match",
    threads=("one", "all"),
    full=True,
    in_sweeps=True,
    positions=True,
)
ONE_POINT = Peer(
    "one-point",
    "poly_match, one point at a time",
    build_one_point,
    "poly-match",
    in_sweeps=True,
)
