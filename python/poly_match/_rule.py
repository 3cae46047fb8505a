"""Reads a rule from the caller's arguments (*near*, *best*, *tie*), and writes it as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

if TYPE_CHECKING:
    from poly_match._result import Floats, Positions

Near: TypeAlias = Literal["center", "boundary", "contains", "covers"]
Tie: TypeAlias = Literal["index", "distance"]
Center: TypeAlias = Literal["vertex_mean", "centroid", "bbox"]
Order: TypeAlias = Literal["index", "best"]
OnInvalid: TypeAlias = Literal["raise", "skip", "unmatched"]
# Points: an array, or any geometries.
Points: TypeAlias = "npt.ArrayLike | Iterable[Any]"
# A callable: takes points, indptr and indices, and returns a key for each candidate.
BestOf: TypeAlias = "Callable[[Floats, Positions, Positions], npt.ArrayLike]"
Best: TypeAlias = 'Literal["area", "largest", "nearest", "first"] | npt.ArrayLike | BestOf'
# A callable, and the tie rule for equal keys.
Ask: TypeAlias = "tuple[BestOf, str]"


def read(
    near: str, max_dist: float | None, inclusive: bool, best: Best | None, tie: str
) -> tuple[_native.Rule, Ask | None]:
    # Returns the rule of the core, and the callable, if there is one: the core then only finds the
    # candidates, and the callable chooses among them.
    if isinstance(best, str) or not callable(best):
        return _native.Rule(near, max_dist, inclusive, best, tie), None
    return _native.Rule(near, max_dist, inclusive, "first", tie), (best, tie)


def said(
    near: str | None,
    max_dist: float | None,
    inclusive: bool,
    best: Best | None,
    tie: str,
    center: Center | npt.ArrayLike = "vertex_mean",
) -> str:
    # The arguments as in a call, for `repr`. Most of those that are None or default are left out.
    words = [] if max_dist is None else [f"max_dist={max_dist!r}"]
    if near is not None:
        words.append(f"{near=}")
    if best is not None:
        words.append(f"best={_short(best, 'keys')}")
    if max_dist is not None:
        words.append(f"{inclusive=}")
    if tie != "index":
        words.append(f"{tie=}")
    if not (isinstance(center, str) and center == "vertex_mean"):
        words.append(f"center={_short(center, 'points')}")
    return ", ".join(words)


def _short(value: Best, of: str) -> str:
    if isinstance(value, str):
        return repr(value)
    if callable(value):
        return str(getattr(value, "__qualname__", repr(value)))
    return f"<{np.shape(value)[0]} {of}>"
