"""Runs one rung on the article's example again and again, for a profiler to look at.

`python -m ladder.loop RUNG [--seconds S | --runs N]` prints the milliseconds of one run, setting up
and the first run left out. With `--announce` it prints "ready" before it starts, so that a profiler
can be attached when imports are over and the picture shows the rung alone.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
import time

from ladder.environment import ONE_THREAD

os.environ.update(ONE_THREAD)  # before anything below loads NumPy

from ladder.catalog import BY_NAME
from ladder.example import article
from ladder.runner import Local


def _allow_tracing() -> None:
    """Let a process that is not our parent trace us, where Linux asks for permission (Yama)."""
    set_ptracer, anyone = 0x59616D61, ctypes.c_ulong(-1)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(set_ptracer, anyone, 0, 0, 0)


def main() -> int:
    """Run the loop."""
    parser = argparse.ArgumentParser(prog="python -m ladder.loop", description=__doc__)
    parser.add_argument("rung", choices=[r.name for r in BY_NAME.values() if r.process == "here"])
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to go on")
    parser.add_argument("--runs", type=int, help="how often to run, instead")
    parser.add_argument("--announce", action="store_true", help="say when the loop starts")
    arguments = parser.parse_args()

    _, run = Local(BY_NAME[arguments.rung].module).prepared(article())
    run()
    if arguments.announce:
        _allow_tracing()
        print("ready", flush=True)
    runs = 0
    start = now = time.perf_counter()
    while runs < arguments.runs if arguments.runs else now - start < arguments.seconds:
        run()
        runs += 1
        now = time.perf_counter()
    print(f"{(now - start) / runs * 1e3:.6f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
