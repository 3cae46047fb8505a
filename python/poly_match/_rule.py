"""Reads a rule from the caller's arguments (*near*, *best*, *tie*), and writes it as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from poly_match_rs import _native

from poly_match import _keys, tables
from poly_match.tables._table import Table, known

if TYPE_CHECKING:
    from poly_match._result import Floats, Positions

Near: TypeAlias = Literal["center", "boundary", "contains", "covers"]
Tie: TypeAlias = Literal["index", "distance"]
Center: TypeAlias = Literal["vertex_mean", "centroid", "bbox"]
Order: TypeAlias = Literal["index", "best"]
OnInvalid: TypeAlias = Literal["raise", "skip", "unmatched"]
# Points: an array, or any geometries.
Points: TypeAlias = "npt.ArrayLike | Iterable[Any]"
# A callable: takes points, indptr, indices and, if asked for, distances; returns a key for each
# candidate.
BestOf: TypeAlias = (
    "Callable[[Floats, Positions, Positions], npt.ArrayLike]"
    " | Callable[[Floats, Positions, Positions, Floats], npt.ArrayLike]"
)
# A word or several, keys, a list of both, or a callable.
Best: TypeAlias = "str | npt.ArrayLike | Sequence[str | npt.ArrayLike] | BestOf"
# A callable, the tie rule for equal keys, and whether the callable gets distances.
Ask: TypeAlias = "tuple[BestOf, str, bool]"
# A criterion as the native module takes it: a word, or the values of a key, where they are missing,
# and whether the largest wins.
Criterion: TypeAlias = "str | tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None, bool]"


# The criteria that are a word alone.
WORDS = ("area", "smallest", "largest", "nearest", "first")


def read(
    near: str | None,
    max_dist: float | None,
    inclusive: bool,
    best: Best | None,
    tie: str,
    nulls_last: bool = False,
    *,
    keys: npt.ArrayLike | None = None,
    table: object = None,
    with_distances: bool = False,
) -> tuple[_native.Rule, Ask | None]:
    # Returns the rule of the core, and the callable, if there is one: the core then only finds the
    # candidates, and the callable chooses among them. `keys` replace `best`. `table` has the
    # columns that words name. Without `near`, each polygon is a circle with a radius of its own.
    def of(criteria: list[Criterion]) -> _native.Rule:
        if near is None:
            return _native.Rule.of_circles(inclusive, criteria, tie, nulls_last)
        return _native.Rule(near, max_dist, inclusive, criteria, tie, nulls_last)

    if callable(best):
        return of(["first"]), (best, tie, bool(with_distances))
    if with_distances:
        got = type(best).__name__ if keys is None else "keys"
        raise TypeError(f"with_distances=True needs a callable as best, got {got}")
    criteria: list[Criterion]
    if keys is not None:
        criteria = [_key(keys, "keys")]
    elif type(best) is str and best in WORDS:
        criteria = [best]  # most calls: the rest would take longer than building a small matcher
    else:
        criteria = list(_criteria(best, table))
    return of(criteria), None


def _criteria(best: Best | None, table: object) -> Iterator[Criterion]:
    if isinstance(best, str):
        yield from (_named(criterion, table) for criterion in _native.criteria([best]))
    elif isinstance(best, (list, tuple)) and best and _is_criterion(best[0]):
        for position, item in enumerate(best):
            if isinstance(item, str):
                yield _named(_native.criterion(item), table)
            elif callable(item):
                raise TypeError(f"best[{position}] is a callable, which must stand alone")
            else:
                yield _key(item, f"best[{position}]")
    else:
        yield _key(best, "keys")


def _key(values: Any, name: str, largest_first: bool = False) -> Criterion:  # noqa: ANN401
    array, mask = _keys.read(values, name)
    return array, mask, largest_first


def _is_criterion(item: object) -> bool:
    # A word or an array. A number is one key of many.
    return isinstance(item, str) or (hasattr(item, "__len__") and np.ndim(item) > 0)  # type: ignore[arg-type]


def _named(criterion: tuple[str, str | None], table: object) -> Criterion:
    # A word alone, or a column of the table of polygons.
    word, column = criterion
    if column is None:
        return word
    adapter = table if isinstance(table, Table) else tables.find(table)
    if adapter is None:
        raise ValueError(
            f"best='{word}:{column}' names a column, but the polygons are no table: give an array "
            f"with one value for each polygon"
        )
    if column not in adapter.names:
        there = known(column, adapter.names)
        raise ValueError(f"best='{word}:{column}' names no column of the polygons: {there}")
    return _key(adapter.column(column), f"column {column!r}", word == "max")


def said(
    near: str | None,
    max_dist: float | None,
    inclusive: bool,
    best: Best | None,
    tie: str,
    center: Center | npt.ArrayLike = "vertex_mean",
    with_distances: bool = False,
    planar: bool = False,
) -> str:
    # The arguments as in a call, for `repr`. Most of those that are None or default are left out.
    words = [] if max_dist is None else [f"max_dist={max_dist!r}"]
    if near is not None:
        words.append(f"{near=}")
    if best is not None:
        words.append(f"best={_short_best(best)}")
    if max_dist is not None or near == "circle":
        words.append(f"{inclusive=}")
    if tie != "index":
        words.append(f"{tie=}")
    if not (isinstance(center, str) and center == "vertex_mean"):
        words.append(f"center={_short(center, 'points')}")
    if with_distances:
        words.append("with_distances=True")
    if planar:
        words.append("planar=True")
    return ", ".join(words)


def _short_best(best: Best) -> str:
    if callable(best):
        return str(getattr(best, "__qualname__", repr(best)))
    if isinstance(best, (list, tuple)) and best and _is_criterion(best[0]):
        return f"({', '.join(_short(item, 'keys') for item in best)})"
    return _short(best, "keys")


def _short(value: Any, of: str) -> str:  # noqa: ANN401 - a word or an array_like
    return repr(value) if isinstance(value, str) else f"<{np.shape(value)[0]} {of}>"
