"""Runs one rung in this process: answers an example, or times a batch of runs.

Also the program that another process runs for the parent (`python -m ladder.runner MODULE`): one
JSON request a line on stdin, one JSON answer a line on stdout. Kept to Python 3.9 and to what PyPy
has, so that the PyPy rung is driven by the same code as the others.
"""

from __future__ import annotations

import gc
import importlib
import json
import platform
import sys
import time
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ladder import corpus, oracle
from ladder.example import Example, article, load
from ladder.rungs.shared import Match


def example_of(name: str) -> Example:
    """Find an example by name: the article's, or one of the corpus."""
    return article() if name == "article" else corpus.BY_NAME[name]()


class Local:
    """A rung in this process."""

    def __init__(self, module: str) -> None:
        self.rung = importlib.import_module(f"ladder.rungs.{module}")
        self._ready: dict[str, Callable[[], Any]] = {}

    def prepared(self, example: Example) -> tuple[list[Any], Callable[[], Any]]:
        """Build the rung's polygons, and the call that answers the example with them."""
        polygons = example.polygons(self.rung.Polygon)
        prepare = getattr(self.rung, "prepare", None)
        if prepare is None:
            return polygons, lambda: self.rung.main(polygons, example.points, example.max_dist)
        match = prepare(polygons, example.max_dist)
        return polygons, lambda: match(example.points)

    def _positions(
        self, example: Example, polygons: list[Any], answer: object
    ) -> list[oracle.Pair]:
        """Give an answer as positions; some rungs answer otherwise than with pairs."""
        pairs = getattr(self.rung, "pairs", None)
        match = answer if pairs is None else pairs(example.points, answer)
        return oracle.positions(example.points, polygons, cast("Match", match))

    def answer(self, name: str, runs: int = 2) -> dict[str, Any]:
        """Answer an example twice; the second run meets what the first one cached."""
        example = example_of(name)
        polygons, run = self.prepared(example)
        first, *others = [self._positions(example, polygons, run()) for _ in range(runs)]
        if any(other != first for other in others):
            raise oracle.WrongAnswer(f"{name}: the second run answered differently")
        return {"digest": example.digest(), "pairs": first}

    def answer_all(self, path: str) -> list[list[oracle.Pair]]:
        """Answer every example of a file that `ladder.example.save` wrote."""
        answers = []
        for example in load(path):
            polygons, run = self.prepared(example)
            answers.append(self._positions(example, polygons, run()))
        return answers

    def time(self, name: str, repeat: int) -> float:
        """Seconds for one run, averaged over `repeat` runs one after the other."""
        if name not in self._ready:
            self._ready[name] = self.prepared(example_of(name))[1]
        run = self._ready[name]
        # As `timeit` does: a collection that other rungs' objects cause is not this rung's cost.
        gc.collect()
        gc.disable()
        try:
            if repeat > 1:
                run()  # the rung before left its own data in the processor's caches
            start = time.perf_counter()
            for _ in range(repeat):
                run()
            return (time.perf_counter() - start) / repeat
        finally:
            gc.enable()

    def versions(self) -> dict[str, str]:
        """Name this process's interpreter and NumPy."""
        pypy = getattr(sys, "pypy_version_info", None)
        return {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "pypy": ".".join(map(str, pypy[:3])) if pypy else "",
            "numpy": np.__version__,
        }

    def dot_is_plain(self) -> bool:
        """Tell whether this process's BLAS multiplies and adds separately."""
        return oracle.dot_is_plain()


def serve(module: str) -> None:
    """Answer requests until stdin ends; an exception is an answer too."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a rung prints must not end up between the answers
    local = None
    for line in sys.stdin:
        method, arguments = json.loads(line)
        try:
            if local is None:
                local = Local(module)
            answer = {"value": getattr(local, method)(*arguments)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
