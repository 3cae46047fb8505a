"""Calls `area()` of many polygons, for the native module: a loop in Python is the fastest way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def areas(polygons: Iterable[Any]) -> list[Any]:
    """Call ``area()`` of each polygon once, in order; its exceptions reach the caller unchanged."""
    found = []
    for polygon in polygons:
        try:
            found.append(polygon.area())
        except TypeError:  # noqa: PERF203 - costs nothing unless it is raised
            # An object may have an attribute `area`, a number, that hides the method of its class.
            if callable(polygon.area):
                raise
            found.append(polygon.area)
    return found
