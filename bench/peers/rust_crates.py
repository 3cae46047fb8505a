"""kiddo in each of its modes, rstar, and the floor: Rust, through the extension `bench_rs`."""

from __future__ import annotations

from collections.abc import Callable

from bench import rust
from bench.peers.shared import Answer, Build, Peer
from bench.threshold import squared
from bench.workloads import Workload

KIDDO = (
    # name in `bench/src/kiddo_peer.rs`, what the table says, builds, threads, in sweeps
    ("default", "as aliased", ("native", "portable"), ("one",), False),
    ("plain", "plain", ("native", "portable"), ("one", "all"), False),
    ("sorted 32", "item-sorted leaves of 32", ("native",), ("one",), True),
    ("sorted 64", "item-sorted leaves of 64", ("native", "portable"), ("one", "all"), True),
    ("sorted 128", "item-sorted leaves of 128", ("native",), ("one",), False),
    ("shift 1 64", "summaries, shift 1", ("native",), ("one",), True),
    ("shift 4 32", "summaries, shift 4, leaves of 32", ("native",), ("one",), False),
    ("shift 4 64", "summaries, shift 4", ("native", "portable"), ("one", "all"), True),
    ("shift 4 128", "summaries, shift 4, leaves of 128", ("native",), ("one",), False),
    ("shift 6 64", "summaries, shift 6", ("native", "portable"), ("one",), True),
    ("shift 9 64", "summaries, shift 9", ("native",), ("one",), False),
    ("shift 12 64", "summaries, shift 12", ("native",), ("one",), False),
    ("sorted 64 batch", "item-sorted leaves of 64, batch", ("native",), ("one", "all"), False),
    ("shift 4 64 batch", "summaries, shift 4, batch", ("native",), ("one", "all"), True),
)


def builder(build: str, name: str) -> Build:
    """Return the function that builds the mode `name` in one of the two builds."""

    def make(work: Workload, threads: int) -> Answer:
        limit, many = squared(work.max_dist), threads > 1
        built = rust.load(build).build(name, work.sites, limit, work.max_dist, many)
        return lambda points: built.answer(points, many)

    return make


def fused(build: str) -> Callable[[Workload], str]:
    """Say why kiddo's AVX-512 kernels may differ from the rule."""

    def note(_: Workload) -> str:
        if rust.load(build).TARGET != "AVX-512":
            return ""
        return "its AVX-512 kernels fuse a multiply-add, so a distance may differ in the last bit"

    return note


def kiddo() -> list[Peer]:
    """Every mode of kiddo, the native build first."""
    return [
        Peer(
            f"kiddo-{name.replace(' ', '-')}-{build}",
            f"kiddo, {title}" + (" (portable build)" if build == "portable" else ""),
            builder(build, name),
            "kiddo",
            family="kiddo",
            threads=threads if build == "native" else ("one",),
            in_sweeps=in_sweeps and build == "native",
            inexact=fused(build),
        )
        for name, title, builds, threads, in_sweeps in KIDDO
        for build in builds
    ]


def stream(_: Workload, threads: int) -> Answer:
    """Stream the bytes of points and answers; there is nothing to build."""
    module = rust.load("portable")
    return lambda points: module.stream(points, threads > 1)[0]


RSTAR = Peer(
    "rstar",
    "rstar, locate_within_distance + min",
    builder("native", "rstar"),
    "rstar",
    threads=("one", "all"),
)
JOIN = Peer(
    "kiddo-join",
    "kiddo, tree-to-tree join + min",
    builder("native", "join"),
    "kiddo",
    threads=("one", "all"),
    in_sweeps=True,
    inexact=fused("native"),
)
FLOOR = Peer(
    "floor",
    "streaming the same bytes",
    stream,
    "bench",
    threads=("one", "all"),
    full=True,
    in_sweeps=True,
    builds="never",
    answers=False,
)
