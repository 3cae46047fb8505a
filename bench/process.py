"""Runs a command in a process of its own, on some cores, and says what it took."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.rust_paths import ROOT

LAUNCH = Path(__file__).with_name("launch.py")


class CommandError(Exception):
    """A command that failed, with the last line that it wrote on stderr."""


@dataclass(frozen=True)
class Ran:
    """What a command took, and the lines that it printed."""

    seconds: float
    user: float
    """Seconds of all its threads together, without those in the kernel."""
    peak_bytes: int
    lines: list[str]


def run(command: list[str], cores: int) -> Ran:
    """Run a command to its end; the path of its program comes first."""
    launched = [sys.executable, "-I", "-S", str(LAUNCH), str(cores), *command]
    ran = subprocess.run(launched, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        says = ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"]
        raise CommandError(f"{Path(command[0]).name}: {says[-1]}")
    *lines, took = ran.stdout.splitlines()
    seconds, user, peak = took.split()
    return Ran(float(seconds), float(user), int(peak), lines)
