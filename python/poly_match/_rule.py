"""A rule, as the caller says it: *near* × *best*, and what decides between equals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

if TYPE_CHECKING:
    from poly_match._result import Floats, Positions

Near: TypeAlias = Literal["center", "boundary", "contains", "covers"]
Tie: TypeAlias = Literal["index", "distance"]
Center: TypeAlias = Literal["vertex_mean", "centroid", "bbox"]
Order: TypeAlias = Literal["index", "best"]
OnInvalid: TypeAlias = Literal["raise", "unmatched"]
# Of points, and the CSR of their candidates, the keys of those.
BestOf: TypeAlias = "Callable[[Floats, Positions, Positions], npt.ArrayLike]"
Best: TypeAlias = 'Literal["area", "nearest", "first"] | npt.ArrayLike | BestOf'
# A callable, and what decides where its keys are equal.
Ask: TypeAlias = "tuple[BestOf, str]"


def read(
    near: str, max_dist: float | None, inclusive: bool, best: Best | None, tie: str
) -> tuple[_native.Rule, Ask | None]:
    # What the core finds candidates by and, where nobody is asked, chooses by; and who is asked.
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
    # As the arguments of a call; what is None, or is as it would be unsaid, is mostly left out.
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
