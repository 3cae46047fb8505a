"""What a join returns: the rows of the points' table, with columns of their matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np

from poly_match import _by, _coordinates
from poly_match.tables._table import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from poly_match._by import By
    from poly_match._matcher import Matcher
    from poly_match._result import Floats, Positions
    from poly_match._rule import OnInvalid
    from poly_match.tables._table import Table

V = TypeVar("V")

How: TypeAlias = Literal["left", "inner"]
# Columns of the polygons: names, or names -> new names. None is all of them.
Chosen: TypeAlias = "str | Iterable[str] | Mapping[str, str] | None"


@dataclass(frozen=True)
class Wanted:
    """What a join is asked for; see `Matcher.join`."""

    # Names of the polygons' columns -> new names, as `chosen` reads them; None for all of them.
    columns: dict[Any, Any] | None = None
    how: How = "left"
    x: str | None = None
    y: str | None = None
    geometry: str | None = None
    by: By | None = None
    max_dist: float | str | None = None
    k: int | None = None
    distance_col: str | None = "distance"
    position_col: str | None = None
    label_col: str | None = None
    on_invalid: OnInvalid = "raise"
    workers: int | None = None
    progress: bool = False

    def __post_init__(self) -> None:
        if self.how not in ("left", "inner"):
            raise ValueError(f"how must be 'left' or 'inner', got {self.how!r}")


def joined(matcher: Matcher[Any], points: Table, wanted: Wanted) -> Any:  # noqa: ANN401
    # Return the points' table with columns of the matches; a stream, if it is one.
    if points.is_stream:
        quiet = replace(wanted, progress=False)
        return points.in_batches(lambda batch: joined(matcher, batch, quiet))
    coordinates = _coordinates.of_points(points, wanted.x, wanted.y, wanted.geometry)
    return joined_at(matcher, points, coordinates, wanted)


def joined_at(
    matcher: Matcher[Any],
    points: Table,
    coordinates: Any,  # noqa: ANN401 - what a matcher reads
    wanted: Wanted,
) -> Any:  # noqa: ANN401 - the library's table
    # Return the points' table with columns of the matches. Its coordinates were read before.
    rows, added = found(matcher, points, coordinates, wanted)
    return points.with_columns(points.take(rows.of_points), named(points.names, added))


def matched(
    matcher: Matcher[Any], points: Table, wanted: Wanted
) -> tuple[Rows, list[tuple[Any, Any]]]:
    # Return the rows of the answer, and its new columns; see `found`.
    coordinates = _coordinates.of_points(points, wanted.x, wanted.y, wanted.geometry)
    return found(matcher, points, coordinates, wanted)


class Rows(NamedTuple):
    """The rows of an answer.

    Attributes
    ----------
    of_points : numpy.ndarray of int64, shape (R,), or None
        The row of the points' table; None for all of them, once.
    is_missing : numpy.ndarray of bool, shape (R,)
        Whether nothing matches.
    """

    of_points: Positions | None
    is_missing: npt.NDArray[np.bool_]


def found(
    matcher: Matcher[Any],
    points: Table,
    coordinates: Any,  # noqa: ANN401 - what a matcher reads
    wanted: Wanted,
) -> tuple[Rows, list[tuple[Any, Any]]]:
    # Return the rows of the answer, and its new columns: their names and values.
    columns = wanted.columns
    if columns is None:
        kept = [] if matcher._kept is None else matcher._kept.names
        columns = {name: name for name in kept}
    arguments: dict[str, Any] = {
        "max_dist": radii(points, wanted.max_dist),
        "point_groups": _labels(matcher, points, wanted.by),
        "on_invalid": wanted.on_invalid,
        "workers": wanted.workers,
        "progress": wanted.progress,
    }
    if wanted.k is not None:
        arguments["k"] = wanted.k
    result = matcher.match(coordinates, **arguments)
    rows, ranks, index, distance = _rows(result.index, result.distance, wanted.how)
    is_missing = index < 0
    added: list[tuple[Any, Any]] = []
    if ranks is not None:
        added.append(("rank", points.integers(ranks, is_missing)))
    if wanted.position_col is not None:
        added.append((wanted.position_col, points.integers(index, is_missing)))
    if wanted.label_col is not None:
        [labels] = points.looked_up(_kept(matcher, points, [LABELS]), index)
        added.append((wanted.label_col, labels))
    if columns:
        values = points.looked_up(_kept(matcher, points, list(columns)), index)
        added.extend(zip(columns.values(), values, strict=True))
    if wanted.distance_col is not None and matcher._native.measures():
        added.append((wanted.distance_col, points.floats(distance, is_missing)))
    return Rows(rows, is_missing), added


def settled(points: Table, wanted: Wanted) -> Wanted:
    # Return the same, with the columns of coordinates named: parts of the table have the same.
    names = _coordinates.columns_of_points(points, wanted.x, wanted.y, wanted.geometry)
    keys = ("x", "y") if len(names) == 2 else ("geometry",)
    return replace(wanted, **dict(zip(keys, names, strict=True)))


def needed(matcher: Matcher[Any], points: Table, wanted: Wanted) -> list[Any]:
    # Return the names of the points' columns that a join reads.
    names = _coordinates.columns_of_points(points, wanted.x, wanted.y, wanted.geometry)
    if matcher._by is not None:
        names += _by.of_points(wanted.by, matcher._by[0])
    if isinstance(wanted.max_dist, str):
        names.append(wanted.max_dist)
    for name in names:
        points.check_name(name)
    return list(dict.fromkeys(names))


def radii(points: Table, max_dist: float | str | None) -> Floats | None:
    # Return the distance of each point: a column of the points, or one number for all.
    if max_dist is None:
        return None
    if isinstance(max_dist, str):
        return points.read_numbers(max_dist)
    return np.full(len(points), max_dist, dtype=np.float64)


def _labels(matcher: Matcher[Any], points: Table, by: By | None) -> Any | None:  # noqa: ANN401
    known = matcher._by
    if known is None:
        if by is not None:
            raise ValueError(f"by={by!r} needs labels of the polygons: build the matcher with by=")
        return None
    names, families = known
    ours = _by.of_points(by, names)
    _by.check(ours, names, _by.families(points, ours), families)
    return _by.labels(points, ours)


def chosen(columns: Chosen) -> dict[Any, Any] | None:
    # Names of the polygons' columns -> new names; None for all of them.
    if columns is None:
        return None
    if isinstance(columns, Mapping):
        return dict(columns)
    if isinstance(columns, str):
        return {columns: columns}
    if not isinstance(columns, Iterable):
        got = type(columns).__name__
        raise TypeError(f"columns must be names of columns, in a list or a mapping, got {got}")
    return {name: name for name in columns}


def _kept(matcher: Matcher[Any], points: Table, names: list[Any]) -> list[Any]:
    kept = matcher._kept
    if names == [LABELS] and (kept is None or not kept.has_labels):
        raise ValueError("label_col needs polygons in a table of pandas whose index has one level")
    if kept is None:
        raise ValueError(
            f"the matcher keeps no columns, got {names}: build it from a table, with "
            "Matcher.from_table"
        )
    return kept.columns(type(points), names)


def _rows(
    index: Positions, distance: Floats, how: How
) -> tuple[Positions | None, Positions | None, Positions, Floats]:
    # Returns the row of the points (None: all of them, once), the rank, the match and the distance
    # of each row of the answer.
    is_found: npt.NDArray[np.bool_] = index >= 0
    if index.ndim == 1:
        if how == "left" or is_found.all():
            return None, None, index, distance
        rows = np.flatnonzero(is_found)
        return rows, None, index[rows], distance[rows]
    if how == "left":
        is_found[:, :1] = True  # a point without a match keeps one row
    rows, ranks = np.nonzero(is_found)
    return rows, ranks + 1, index[is_found], distance[is_found]


def named(
    taken: Sequence[Any],
    added: Sequence[tuple[Any, V]],
    same: Callable[[Any], Any] = lambda name: name,
) -> dict[Any, V]:
    # The points' columns keep their names. A new column of such a name gets a prefix, and a number
    # if that name is in use too. Names are the same if `same` returns the same for them.
    columns: dict[Any, V] = {}
    points = {same(name) for name in taken}
    in_use = set(points)
    for name, values in added:
        stem = f"polygon_{name}" if same(name) in points else name
        numbered = (f"{stem}_{number}" for number in count(2))
        free = next(one for one in chain([stem], numbered) if same(one) not in in_use)
        in_use.add(same(free))
        columns[free] = values
    return columns
