"""Reads the arguments that hold one value for each point: distances and labels."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from poly_match_rs import _native
from poly_match_rs._caller import of_the_caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._groups import Codes, Labels
    from poly_match._result import Floats
    from poly_match._rule import OnInvalid


def per_point(
    max_dist: npt.ArrayLike | None,
    point_groups: npt.ArrayLike | Iterable[Any] | None,
    groups: npt.ArrayLike | Iterable[Any] | None,
    labels: Labels | None,
    on_invalid: OnInvalid,
) -> tuple[Floats | None, Codes | None]:
    # Returns the distance and the group number of each point. `labels` are the polygons' labels,
    # and `groups` is the older name of `point_groups`.
    if groups is not None:
        point_groups = _renamed(point_groups, groups)
    distances = None if max_dist is None else _native.read_numbers(max_dist, "max_dist")
    if point_groups is None:
        return distances, None
    if labels is None:
        raise ValueError("the points have groups, but the polygons have none")
    return distances, labels.of_points(point_groups, may_miss=on_invalid != "raise")


def _renamed(
    point_groups: npt.ArrayLike | Iterable[Any] | None, groups: npt.ArrayLike | Iterable[Any]
) -> npt.ArrayLike | Iterable[Any]:
    if point_groups is not None:
        raise TypeError("expected point_groups, got groups too, which is its older name")
    warnings.warn(
        "the labels of points are now called point_groups; groups will go with the next release",
        DeprecationWarning,
        stacklevel=of_the_caller(),
    )
    return groups
