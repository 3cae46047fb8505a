"""What must get its turn while native code runs: signal handlers and other threads."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def interrupted(start: bool = True) -> Iterator[Callable[[], None]]:
    """Expect that native code in this block is ended by a signal.

    Without `start`, signals come from when the function that the block is given is called: the last
    Python code before the native code that is meant may call it, so that no other is interrupted.

    A signal comes every 10 ms, and the fifth call of its handler raises. However many of them come
    while native code does not look, the handler is called once for all of them, when that code
    has returned. So the block ends by itself unless the code looks, however fast the machine is.
    """
    calls = 0

    def handler(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt

    def begin() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)

    # A callback of the garbage collector, such as hypothesis has, would swallow the exception.
    was_collecting = gc.isenabled()
    gc.disable()
    before = signal.signal(signal.SIGALRM, handler)
    if start:
        begin()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield begin
    finally:
        calls = 5  # what comes now comes too late
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        if was_collecting:
            gc.enable()


class OtherThread:
    """A thread that counts its turns, about one each millisecond, while the block runs.

    The interpreter never takes the lock from who holds it here: there is a turn only where the
    lock is let go.
    """

    def __init__(self) -> None:
        self.turns = 0

    def __enter__(self) -> OtherThread:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(1000.0)
        self._done = False
        self._thread = threading.Thread(target=self._count)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done = True
        sys.setswitchinterval(self._interval)
        self._thread.join()

    def _count(self) -> None:
        while not self._done:
            self.turns += 1
            time.sleep(0.001)
