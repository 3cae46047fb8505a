"""Measures the memory of one large match, beyond its input and its output.

In a process of its own (`python -m bench.memory POLYGONS POINTS`): the arrays are made in place, so
that nothing but they is in memory before; then the peak is reset, and read again after the match.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.rust_paths import ROOT

POLYGONS, POINTS, CANDIDATES = 1_000_000, 10_000_000, 31
STATUS = Path("/proc/self/status")


def status(key: str) -> int:
    """Bytes that the kernel counts under this key."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(key + ":"))
    return int(line.split()[1]) * 1024


def _reset_peak() -> bool:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False  # the peak so far is then part of the figure, which can only be too large
    return True


def child(polygons: int, points: int) -> dict[str, Any]:
    """Make the input, match it, and compare the peak with what was there before."""
    from poly_match import Matcher

    rng = np.random.default_rng(1)
    centers, where = np.empty((polygons, 2)), np.empty((points, 2))
    keys = np.empty(polygons)
    for array in (centers, where, keys):
        rng.random(out=array)
    max_dist = float(np.sqrt(CANDIDATES / (np.pi * polygons)))
    # Pages of the libraries, and the thread pool, belong to the process, not to the match.
    Matcher.from_arrays(centers[:1000], keys[:1000], max_dist=max_dist).match(where[:1000])
    before, reset = status("VmRSS"), _reset_peak()
    matcher = Matcher.from_arrays(centers, keys, max_dist=max_dist)
    built = status("VmRSS")
    result = matcher.match(where)
    output = result.index.nbytes + result.distance.nbytes
    return {
        "polygons": polygons,
        "points": points,
        "input_bytes": centers.nbytes + where.nbytes + keys.nbytes,
        "output_bytes": output,
        "index_bytes": built - before,
        "beyond_bytes": status("VmHWM") - before - output,
        "peak_reset": reset,
    }


def measure(quick: bool) -> dict[str, Any]:
    """Run it in a process of its own; say why where it cannot be measured."""
    if not STATUS.exists():
        return {"missing": "the system has no /proc to read the peak from"}
    sizes = (POLYGONS // 100, POINTS // 100) if quick else (POLYGONS, POINTS)
    print(f"memory: {sizes[0]} polygons, {sizes[1]} points", file=sys.stderr)
    command = [sys.executable, "-m", "bench.memory", *map(str, sizes)]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(output.stdout)
    return measured


if __name__ == "__main__":
    print(json.dumps(child(*map(int, sys.argv[1:3]))))
