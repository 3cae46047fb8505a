"""Pairs columns of labels: a point matches only polygons whose labels are equal to its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from poly_match_rs._missing import is_missing

if TYPE_CHECKING:
    from poly_match.tables._table import Family, Table

# The name of a column on both sides, several of them, or names of points' columns -> polygons'.
By: TypeAlias = "str | Sequence[str] | Mapping[str, str]"


def pairs(by: By) -> tuple[list[Any], list[Any]]:
    # Return the names of the columns of the points, and those of the polygons.
    if isinstance(by, Mapping):
        return list(by), list(by.values())
    names = [by] if isinstance(by, str) or not isinstance(by, Sequence) else list(by)
    if not names:
        raise ValueError("by must name at least one column, got none")
    return names, names


def families(table: Table, names: list[Any]) -> list[Family]:
    # Return what the values of each column are.
    for name in names:
        table.check_name(name)
    return [table.family(name) for name in names]


def check(points: list[Any], polygons: list[Any], got: list[Family], known: list[Family]) -> None:
    # Refuse columns whose values never are equal.
    if len(points) != len(polygons):
        raise ValueError(
            f"by must name as many columns of the points as of the polygons, got {len(points)} and "
            f"{len(polygons)}"
        )
    for point, polygon, its, other in zip(points, polygons, got, known, strict=True):
        if "any" not in (its, other) and its != other:
            raise TypeError(
                f"labels must be of one type: column {point!r} of points holds {its}, column "
                f"{polygon!r} of polygons holds {other}"
            )


def labels(table: Table, names: list[Any]) -> Any:  # noqa: ANN401 - an array of the library
    # Return the label of each row; of several columns, a tuple. A missing one makes it missing.
    if len(names) == 1:
        return table.column(names[0])
    columns = [_listed(table.column(name)) for name in names]
    rows = zip(*columns, strict=True)
    return [None if any(map(is_missing, row)) else row for row in rows]


def _listed(column: Any) -> list[Any]:  # noqa: ANN401
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)
