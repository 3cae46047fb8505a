"""Times peers on one workload, in turns, each with an answer that was checked before.

Turns make ratios fair: a slow minute of the machine falls on every peer. A peer that is slow gets a
sample of the points, so large that one call takes about as long as everybody's.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import cores, reference
from bench.peers.shared import Answer, Build, Peer
from bench.reference import WrongAnswerError
from bench.workloads import Floats, Positions, Workload

FIRST, FIRST_PAIRS = 1000, 500_000
"""How many points, or pairs, the first sample has; it grows from there."""

PLAN, PLAN_PAIRS = 4, 15_000_000
"""A database puts its index on the smaller table. So that it is the polygons' in a sample as it is
in the whole, the sample has four times as many points, if that makes no more pairs than this."""
LONGEST = 8.0
"""How many times `Effort.seconds` a call may take whose index is built inside it."""


@dataclass(frozen=True)
class Effort:
    """How much time a measurement may take."""

    rounds: int = 5
    slow_rounds: int = 3
    """Turns of a peer that is slow."""
    seconds: float = 0.5
    """How long one call of a peer may take, about; its sample is cut to that."""
    batch: float = 0.003
    """How long one turn lasts at least; a short call or build is repeated in it."""
    builds: int = 3

    def repeat(self, seconds: float) -> int:
        """How often what takes so long is done in one turn."""
        return max(1, round(self.batch / seconds))


@dataclass
class Entry:
    """A peer on so many threads, built and checked, and its times."""

    peer: Peer
    work: Workload
    threads: int
    effort: Effort
    answer: Answer
    sample: Floats
    differ: int
    few_seconds: list[float] = field(default_factory=list)
    """The same on half of the sample, where the index is built inside the call."""
    seconds: list[float] = field(default_factory=list)
    build_seconds: list[float] = field(default_factory=list)
    repeat: int = 1

    @property
    def rounds(self) -> int:
        """How many turns this one takes."""
        return self.effort.slow_rounds if self.peer.slow else self.effort.rounds

    def take_turn(self, turn: int) -> None:
        """Time one batch of calls, and now and then a build."""
        with cores.at_most(self.threads):
            if self.peer.builds == "before" and len(self.build_seconds) < self.effort.builds:
                build, repeat = self.peer.build, self.effort.repeat(self.build_seconds[0])
                seconds, _ = timed(lambda: build(self.work, self.threads), repeat)
                self.build_seconds.append(seconds)
            if turn < self.rounds:
                seconds, _ = timed(lambda: self.answer(self.sample), self.repeat)
                self.seconds.append(seconds)
                if self.peer.builds == "inside":
                    seconds, _ = timed(lambda: self.answer(self.sample[: self.few]), self.repeat)
                    self.few_seconds.append(seconds)

    @property
    def few(self) -> int:
        """How many points are half of the sample."""
        return len(self.sample) // 2

    def _each(self) -> tuple[list[float], float | None]:
        """Seconds of one point without the index, in each turn; and seconds of the index."""
        points = len(self.sample)
        each = [seconds / points for seconds in self.seconds]
        if self.peer.builds != "inside":
            return each, statistics.median(self.build_seconds) if self.build_seconds else None
        # What both sizes cost alike is the index, and whatever else a call costs once.
        slope = statistics.median(
            (many - few) / (points - self.few)
            for many, few in zip(self.seconds, self.few_seconds, strict=True)
        )
        once = max(0.0, statistics.median(self.seconds) - slope * points) if slope > 0.0 else 0.0
        return [max(0.0, value - once / points) for value in each], once

    def row(self) -> dict[str, Any]:
        """One row of the results."""
        points = len(self.sample)
        seconds, build = self._each()
        each = [value * 1e9 for value in seconds]
        low, median, high = quartiles(each)
        share = (build or 0.0) / max(1, len(self.work.points)) * 1e9
        return {
            **head(self.peer, self.threads),
            "ns": median,
            "quartiles_ns": [low, high],
            "range_ns": [min(each), max(each)],
            "ns_with_build": median + share,
            "build_ms": None if build is None else build * 1e3,
            "points": points,
            "sampled": points < len(self.work.points),
            "rounds": len(each),
            "calls_a_round": self.repeat,
            "right": None if not self.peer.answers else self.differ == 0,
            "differ": self.differ,
            "note": self.peer.inexact(self.work),
        }


def head(peer: Peer, threads: int) -> dict[str, Any]:
    """Say which peer a row is about, measured or not."""
    return {
        "peer": peer.name,
        "title": peer.title,
        "family": peer.family,
        "threads": threads,
    }


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def timed(call: Callable[[], Any], repeat: int = 1) -> tuple[float, Any]:
    """Seconds for one call, averaged over `repeat` of them; and what the last one returned."""
    gc.collect()
    gc.disable()
    try:
        result = None
        start = time.perf_counter()
        for _ in range(repeat):
            result = None  # the old answer goes first: a caller's loop does not hold two
            result = call()
        return (time.perf_counter() - start) / repeat, result
    finally:
        gc.enable()


def open_entry(
    peer: Peer, work: Workload, threads: int, effort: Effort, expected: Positions | None
) -> Entry:
    """Build, choose the sample, check the answer to it; raises what the peer raises.

    `expected` is the right answer to all points; None for poly_match, which is held against brute
    force, and whose answer it then becomes.
    """
    build: Build = peer.build
    with cores.at_most(threads):
        seconds, answer = timed(lambda: build(work, threads))
        builds = [seconds] if peer.builds == "before" else []
        answer(work.points[:64])  # compilers finish, pools start
        sample, took, found = _choose_sample(answer, work, peer, effort)
    differ = 0
    if peer.answers:
        index = found if peer.positions else work.index(found)
        if expected is None:
            reference.check_sample(work, index)
        elif peer.inexact(work):
            differ = reference.differing(work, sample, index, expected[: len(sample)])
        elif not (index == expected[: len(sample)]).all():
            # Says which point, and raises, whatever the excuse: this one has none.
            count = reference.differing(work, sample, index, expected[: len(sample)])
            raise WrongAnswerError(f"{count} points at the limit, though its arithmetic is exact")
    entry = Entry(peer, work, threads, effort, answer, sample, differ, build_seconds=builds)
    entry.repeat = effort.repeat(took)
    return entry


def _choose_sample(
    answer: Answer, work: Workload, peer: Peer, effort: Effort
) -> tuple[Floats, float, Any]:
    """Grow the sample until one call takes long enough, or takes all points."""
    # The points are in random order, so the first are as good as any.
    points = len(work.points)
    first = int(min(FIRST, max(20.0, FIRST_PAIRS / max(1.0, work.candidates))))
    size = points if peer.full else min(points, first)
    once = None if peer.builds == "inside" else 0.0
    if peer.builds == "inside" and PLAN * len(work.centers) * work.candidates < PLAN_PAIRS:
        size, once = min(points, PLAN * len(work.centers)), 0.0
    while True:
        sample = work.points[:size]
        took, found = timed(partial(answer, sample))
        if once is None:
            once = took  # what an index inside the call costs must not pass for the points' cost
        grown = max(took - once, effort.seconds / 100.0)
        if size >= points or grown > effort.seconds / 3.0 or took > LONGEST * effort.seconds:
            return sample, took, found
        size = min(points, int(size * min(8.0, max(2.0, 0.8 * effort.seconds / grown))))


def run(entries: list[Entry], effort: Effort) -> None:
    """Let the peers take turns."""
    gc.collect()
    gc.freeze()  # so that the collections between turns need not look at all libraries again
    for turn in range(effort.rounds):
        for entry in entries:
            entry.take_turn(turn)
        print(f"\r  round {turn + 1} of {effort.rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
