"""Reads the arguments that hold one value for each point: distances and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poly_match_rs import _native

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from poly_match._groups import Codes, Labels
    from poly_match._result import Floats


def per_point(
    max_dist: npt.ArrayLike | None,
    groups: npt.ArrayLike | Iterable[Any] | None,
    labels: Labels | None,
) -> tuple[Floats | None, Codes | None]:
    # Returns the distance and the group number of each point. `labels` are the polygons' labels.
    distances = None if max_dist is None else _native.read_numbers(max_dist, "max_dist")
    if groups is None:
        return distances, None
    if labels is None:
        raise ValueError("the points have groups, but the polygons have none")
    return distances, labels.of_points(groups)
