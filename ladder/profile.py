"""Records a flamegraph of one rung: `python -m ladder.profile RUNG`.

py-spy looks into the running loop, Python and native frames alike; `make profile` builds with
symbols for that. The picture goes to `ladder/results/flamegraph-RUNG.svg`, with its frames'
names made legible and free of machine paths (`ladder/flamegraph.py`), and what share of the time
the frames that matter take goes beside it and into the README.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ladder import flamegraph, machine, report
from ladder.catalog import BY_NAME
from ladder.environment import ONE_THREAD, py_spy
from ladder.rust_paths import PROFILING, ROOT

RATE = 100
SECONDS = 15
MIN_SAMPLES = 500


def record(rung: str, svg: Path) -> None:
    """Let the rung run in a process of its own, and py-spy watch it."""
    loop = [sys.executable, "-m", "ladder.loop", rung, "--announce", "--seconds"]
    with subprocess.Popen(
        [*loop, str(SECONDS + 5)],
        cwd=ROOT,
        env=os.environ | ONE_THREAD | {"LADDER_BUILD": PROFILING},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"the loop of {rung} did not start")
            subprocess.run(
                [
                    *(str(py_spy()), "record", "--native"),
                    *("--rate", str(RATE), "--duration", str(SECONDS)),
                    *("--output", str(svg), "--pid", str(process.pid)),
                ],
                cwd=ROOT,
                check=True,
            )
        finally:
            process.terminate()


def main() -> int:
    """Record, tidy, check, write."""
    parser = argparse.ArgumentParser(prog="python -m ladder.profile", description=__doc__)
    parser.add_argument("rung", choices=[r.name for r in BY_NAME.values() if r.process == "here"])
    rung = parser.parse_args().rung

    before = machine.describe()
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.svg"
        record(rung, raw)
        text = flamegraph.tidy(raw.read_text(encoding="utf-8"), BY_NAME[rung].title)
    frames = flamegraph.frames(text)
    samples = flamegraph.total(frames)
    if samples < MIN_SAMPLES:
        print(f"only {samples} samples, {MIN_SAMPLES} are wanted", file=sys.stderr)
        return 1
    if not flamegraph.has_native(frames):
        print("no native frame was seen; is --native supported here?", file=sys.stderr)
        return 1
    report.RESULTS.mkdir(exist_ok=True)
    (report.RESULTS / f"flamegraph-{rung}.svg").write_text(text, encoding="utf-8")
    shares = flamegraph.shares(rung, frames)
    report.write_shares(rung, {**report.stamp(before), "samples": samples, "shares": shares})
    return 0


if __name__ == "__main__":
    sys.exit(main())
