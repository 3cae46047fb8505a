"""Calls that take turns, and what is said of their times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.timing import quartiles, timed


def times(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, dict[str, Any]]:
    """Time each call this often, in turns; returns seconds and quartiles by name."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            seconds[name].append(timed(call)[0])
    return {name: figures(each) for name, each in seconds.items()}


def figures(seconds: list[float]) -> dict[str, Any]:
    """Return the median, the quartiles, and how many there are."""
    low, median, high = quartiles(seconds)
    return {"seconds": median, "quartiles": [low, high], "rounds": len(seconds)}
