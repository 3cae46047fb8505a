"""Shows how far a long call is, if the caller asks for it with ``progress=True``.

For a call that matches points in pieces:

    for piece in pieces(len(points), progress, "matching"):
        index[piece] = find(points[piece])

and for a call of which nobody knows how far it is:

    with busy(progress, "building"):
        build()

`pieces` uses tqdm if it is installed: a widget in a notebook. Otherwise, and for `busy`, there is
one line on stderr, which is rewritten. Short work shows nothing. The calling thread does
the work, so an interrupt ends it as always; only the clock of `busy` is another thread.
"""

from __future__ import annotations

import sys
import threading
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")

# Work shorter than this, in seconds, shows nothing.
PATIENCE = 0.4

# How often the line is rewritten, in seconds.
EVERY = 0.1

# How long a piece should take, in seconds: short enough to see something move, and long enough to
# cost nothing. The number of points of the first piece, by how much the next may grow, and the
# smallest number.
PIECE = 0.1
FIRST = 1 << 16
GROWTH = 4
LEAST = 256


def pieces(total: int, progress: bool, what: str) -> Iterator[slice]:
    """Cut points into pieces of about a tenth of a second, and show how many are done.

    Parameters
    ----------
    total : int
        Number of points.
    progress : bool
        Whether to show it. If not, there is a single piece of all points.
    what : str
        What is done, such as "matching".

    Yields
    ------
    slice
        The next points. The caller has done these when it asks for the next piece. There is at
        least one, which may be empty.
    """
    if not progress or total == 0:
        yield slice(0, total)
        return
    bar = _bar(total, what)
    try:
        start, size = 0, FIRST
        while start < total:
            piece = slice(start, min(start + size, total))
            begun = perf_counter()
            yield piece
            taken = perf_counter() - begun
            done = piece.stop - start
            bar.update(done)
            start = piece.stop
            wanted = done * PIECE / max(taken, 1e-9)
            size = int(max(min(wanted, size * GROWTH), LEAST))
    finally:
        bar.close()


def busy(progress: bool, what: str) -> AbstractContextManager[None]:
    """Show for how many seconds a call has been running.

    Parameters
    ----------
    progress : bool
        Whether to show it.
    what : str
        What is done, such as "building".

    Returns
    -------
    context manager
        For the time of the call.
    """
    return _clock(what) if progress else _NOTHING


def timed(call: Callable[P, R], what: str) -> Callable[P, R]:
    """Wrap a function, so that each call shows for how many seconds it has been running.

    Parameters
    ----------
    call : callable
        The function.
    what : str
        What it does, such as "building".

    Returns
    -------
    callable
        It takes and returns the same.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with busy(True, what):
            return call(*args, **kwargs)

    return run


_NOTHING = nullcontext()


@contextmanager
def _clock(what: str) -> Iterator[None]:
    begun, is_done, line = perf_counter(), threading.Event(), _Line()

    def tick() -> None:
        while not is_done.wait(PATIENCE):
            line.show(f"{what}: {perf_counter() - begun:.0f} s")

    clock = threading.Thread(target=tick, name="poly_match-progress", daemon=True)
    clock.start()
    try:
        yield
    finally:
        is_done.set()
        clock.join()
        line.end(f"{what}: {perf_counter() - begun:.1f} s")


class _Bar(Protocol):
    # What is asked of tqdm.
    def update(self, n: int, /) -> object: ...
    def close(self) -> object: ...


def _bar(total: int, what: str) -> _Bar:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Plain(total, what)
    bar: _Bar = tqdm(total=total, desc=what, unit=" points", unit_scale=True, delay=PATIENCE)
    return bar


class _Plain:
    # Points done, rate and time left, in a line of text.

    def __init__(self, total: int, what: str) -> None:
        self._total = total
        self._what = what
        self._done = 0
        self._begun = self._shown = perf_counter()
        self._line = _Line()

    def update(self, n: int, /) -> None:
        self._done += n
        now = perf_counter()
        if now - self._begun > PATIENCE and now - self._shown > EVERY:
            self._shown = now
            self._line.show(self._said(now))

    def close(self) -> None:
        self._line.end(self._said(perf_counter()))

    def _said(self, now: float) -> str:
        seconds = max(now - self._begun, 1e-9)
        rate = self._done / seconds
        left = (self._total - self._done) / rate if rate else 0.0
        time = f"{left:.0f} s left" if left else f"{seconds:.1f} s"
        return (
            f"{self._what}: {self._done:,} of {self._total:,} points "
            f"({100 * self._done // self._total}%), {rate:,.0f}/s, {time}"
        )


class _Line:
    # A line on stderr that is rewritten.

    def __init__(self) -> None:
        self._length = 0

    def show(self, text: str) -> None:
        if sys.stderr is not None:
            sys.stderr.write(f"\r{text:<{self._length}}")
            sys.stderr.flush()
        self._length = len(text)

    def end(self, text: str) -> None:
        # Only if something was shown before.
        if self._length:
            self.show(text)
            if sys.stderr is not None:
                sys.stderr.write("\n")
