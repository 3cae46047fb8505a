"""Finds the caller's line, for warnings."""

from __future__ import annotations

import sys

PACKAGES = ("poly_match", "poly_match_rs")


def of_the_caller() -> int:
    # The `stacklevel` that makes a warning point to the code that called this package.
    level, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in PACKAGES:
        level, frame = level + 1, frame.f_back
    return level
