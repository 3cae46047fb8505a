"""Asks polygons for their areas, for the native half: Python calls a method of Python fastest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def areas(polygons: Iterable[Any]) -> list[Any]:
    """Ask each polygon, once, in order; an exception in an ``area()`` passes untouched."""
    found = []
    for polygon in polygons:
        try:
            found.append(polygon.area())
        except TypeError:  # noqa: PERF203 - costs nothing unless it is raised
            # An object may hide the method of its class under a number of its own.
            if callable(polygon.area):
                raise
            found.append(polygon.area)
    return found
