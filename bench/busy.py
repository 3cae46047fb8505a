"""Warns of a machine that is busy with something else: its times are not to be trusted."""

from __future__ import annotations

import sys
from typing import Any

LIMIT = 0.7
"""The load average of the last minute at the start, from which on a result is marked."""


def is_busy(machine: dict[str, Any]) -> bool:
    """Whether the machine was busy when its description was made."""
    return float(machine["load"]) > LIMIT


def warn(machine: dict[str, Any]) -> None:
    """Say on the terminal that the machine is busy."""
    if is_busy(machine):
        print(f"warning: {mark(machine)}", file=sys.stderr)


def mark(machine: dict[str, Any]) -> str:
    """Say that the machine was busy; the empty text if it was not."""
    if not is_busy(machine):
        return ""
    return (
        f"the machine was busy: its load was {machine['load']:g} at the start, where a quiet one "
        f"has at most {LIMIT:g}"
    )
