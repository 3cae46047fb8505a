"""Loads saved matchers that were changed to deceive, and asks them: `make mutate`.

Each is loaded without `allow_pickle` and asked all that a matcher can be asked. It may be refused
with a ValueError, answer whatever it likes about polygons that it has, or raise RuntimeError when
it is asked. All else is a failure: another exception, an answer about polygons that there are not,
a crash, a hang, something unpickled, or memory far beyond the size of the file.

The cases run in child processes, so that the death of one is seen. A failure is told with its seed.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import multiprocessing
import os
import pickle
import random
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from functools import partial
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa

from tests.mutations import bases, mutated

# How long a case may take, in seconds. It takes some thousandth of one.
DEADLINE = 30.0

# What a case may use, beyond what was in use before.
MEMORY = 128 << 20

# Cases between two looks at the memory in use, and at who is done.
AT_ONCE = 100

# What pyarrow and Polars raise for values that they cannot convert.
REFUSED = (pa.ArrowException, pl.exceptions.PolarsError)

POINTS = np.random.default_rng(0).uniform(-2.0, 24.0, (40, 2))

_COLUMNS = {
    "x": POINTS[:, 0],
    "y": POINTS[:, 1],
    "kind": np.array(["b", "a"] * 20),
    "level": np.array([1, 0, -1, 2**62 + 1] * 10),
}
TABLES = [_COLUMNS, pd.DataFrame(_COLUMNS), pl.DataFrame(_COLUMNS), pa.table(_COLUMNS)]


class Wrong(Exception):  # noqa: N818 - it is a verdict
    """What a matcher must not do."""


def ask(data: bytes) -> str:
    """Load what may be a matcher, ask it everything, and tell how that went."""
    try:
        matcher: poly_match.Matcher[Any] = poly_match.Matcher.from_bytes(data)
    except ValueError:
        return "refused"
    outcome = "answered"
    labels = matcher._labels
    groups = None
    if labels is not None:
        groups = ([*labels.different(), "no polygon's"] * len(POINTS))[: len(POINTS)]
    asked: dict[str, Any] = {"workers": 1, "point_groups": groups}
    each = {"max_dist": [0.0, 1.0, np.inf, 5.0] * 10}
    one = {"workers": 1, "point_groups": groups and groups[:1]}
    count = len(matcher)
    for use in (
        lambda: _matches(matcher.match(POINTS, **asked), (40,), count),
        lambda: _matches(matcher.match(POINTS, k=3, **asked), (40, 3), count),
        lambda: _matches(matcher.match(POINTS[:1], **one), (1,), count),
        lambda: _matches(matcher.match(POINTS, **asked, **each), (40,), count),
        lambda: _candidates(matcher.candidates(POINTS, **asked), 40, count),
        lambda: _candidates(matcher.candidates(POINTS, order="best", **asked), 40, count),
        lambda: _pieces(matcher.iter_candidates(POINTS, batch=50, **asked), count),
        lambda: _objects(matcher),
        lambda: (repr(matcher), pickle.dumps(matcher), matcher.to_bytes()),
        *(partial(_join, matcher, table) for table in TABLES),
    ):
        try:
            use()
        except RuntimeError as error:  # noqa: PERF203 - each is asked, whatever the others do
            if type(error) is not RuntimeError:  # such as RecursionError
                raise
            outcome = "RuntimeError"
        except ValueError:
            pass  # a distance for each point, where the rule knows none; objects that are pickled
    return outcome


def _matches(result: poly_match.MatchResult[Any], shape: tuple[int, ...], count: int) -> None:
    if result.index.shape != shape or result.distance.shape != shape:
        raise Wrong(f"answers of shape {result.index.shape}")
    _positions(result.index, -1, count)


def _join(matcher: poly_match.Matcher[Any], points: Any) -> None:
    # Labels in columns of the points are what the file says that the polygons' are.
    by = None
    if matcher._by is not None:
        by = ["kind", "level"][: len(matcher._by[0])]
    try:
        found = matcher.join(points, by=by, on_invalid="skip", workers=1)
    except (TypeError, *REFUSED):
        return  # columns of labels that are said to be of another type; a column that is odd
    if not isinstance(found, dict) and len(found) != len(POINTS):
        raise Wrong(f"{len(found)} rows of {len(POINTS)} points")


def _candidates(found: poly_match.Candidates, points: int, count: int) -> None:
    indptr = found.indptr
    if len(indptr) != points + 1 or indptr[0] != 0 or (np.diff(indptr) < 0).any():
        raise Wrong(f"rows that start at {indptr}")
    if not indptr[-1] == len(found.indices) == len(found.distances):
        raise Wrong(f"{len(found.indices)} candidates, {indptr[-1]} in rows")
    _positions(found.indices, 0, count)


def _pieces(pieces: Any, count: int) -> None:
    done = 0
    for start, piece in pieces:
        if start != done:
            raise Wrong(f"a piece that starts at {start}, not {done}")
        _candidates(piece, len(piece.indptr) - 1, count)
        done += len(piece.indptr) - 1
    if done != len(POINTS):
        raise Wrong(f"pieces of {done} points")


def _positions(index: np.ndarray[Any, Any], least: int, count: int) -> None:
    if index.size and not (least <= index.min() and index.max() < count):
        raise Wrong(f"positions from {index.min()} to {index.max()}, of {count} polygons")


def _objects(matcher: poly_match.Matcher[Any]) -> None:
    result: poly_match.MatchResult[Any] = poly_match.MatchResult(
        np.array([0, -1]), np.zeros(2), matcher._objects
    )
    # Without objects, it is said so.
    with contextlib.suppress(AttributeError if matcher._objects is None else ()):
        result.objects  # noqa: B018 - it is the asking that counts


def never(*_: Any, **__: Any) -> NoReturn:
    raise Wrong("something was unpickled")


def work(cases: range, at: Any, results: Any) -> None:
    """Run cases in a process that may die of them; tell how each kind went."""
    # What the core says of a panic is not of interest; what the process says when it dies is.
    faulthandler.enable(os.fdopen(os.dup(2), "w"))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    pickle.loads = never  # type: ignore[assignment]
    warnings.simplefilter("ignore")
    outcomes: Counter[str] = Counter()
    known = bases()
    for data in known:
        ask(data)
    gc.collect()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_virtual_memory() + 4 * MEMORY, most))
    for case in cases:
        at.value = case
        made = random.Random(case)
        data, steps = b"", []
        try:
            data, steps = mutated(made, made.choice(known))
            outcome = ask(data)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
            if peak > used + MEMORY:
                raise Wrong(f"{peak - used} more bytes in use for a file of {len(data)}")
        except BaseException:
            results.put((case, steps, traceback.format_exc()))
            outcome = "failed"
        outcomes[outcome] += 1
        for step in set(steps):
            outcomes[f"{step}: {outcome}"] += 1
    results.put(outcomes)


def _virtual_memory() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()


def run(cases: int, seed: int, workers: int) -> tuple[Counter[str], list[str]]:
    """Run cases, the first with this seed, the next with the next; count outcomes and failures."""
    # A fork has no threads, which Polars and pyarrow wait for.
    context = multiprocessing.get_context("spawn")
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    left = [
        range(seed + first, min(seed + first + 20_000, seed + cases))
        for first in range(0, cases, 20_000)
    ][::-1]
    running: list[tuple[Any, Any, Any, list[Any]]] = []
    while (left or running) and len(failures) < 10:
        while left and len(running) < workers:
            at, results = context.RawValue("Q", 0), context.SimpleQueue()
            process = context.Process(target=work, args=(left.pop(), at, results))
            process.start()
            running.append((process, at, results, [0, time.monotonic()]))
        for one in list(running):
            process, at, results, looked = one
            process.join(0.05)
            ended = not process.is_alive()
            while not results.empty():
                got = results.get()
                if isinstance(got, Counter):
                    outcomes += got
                else:
                    failures.append("seed {}, {}: {}".format(*got))
            if at.value != looked[0]:
                looked[:] = [at.value, time.monotonic()]
            if not ended and time.monotonic() - looked[1] > DEADLINE:
                process.kill()
                failures.append(f"seed {at.value}: hangs")
                ended = True
            elif ended and process.exitcode != 0:
                failures.append(f"seed {at.value}: died with {process.exitcode}")
            if ended:
                running.remove(one)
    for process, *_ in running:
        process.kill()
    return outcomes, failures


def main() -> int:
    """Run as many cases as the command line says, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    print(f"{options.cases} cases from seed {options.seed}", flush=True)
    outcomes, failures = run(options.cases, options.seed, options.workers)
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:9} {outcome}")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
