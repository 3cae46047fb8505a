"""What is refused, and what is warned of: coordinate systems, and degrees that cannot be right."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from poly_match_rs._caller import of_the_caller
from poly_match_rs._crs import Degrees

if TYPE_CHECKING:
    from poly_match_rs._crs import System


class CoordinateWarning(UserWarning):
    """Coordinates that cannot be right in degrees, or systems that cannot be compared.

    See Also
    --------
    Matcher : Lists what it warns of.
    """


def check_polygons(polygons: System, near: str) -> None:
    """Refuse polygons in degrees for a rule that measures a distance."""
    if polygons.is_geographic:
        raise ValueError(
            f"{_no_distance('polygons', polygons, near)}; or measure in degrees with planar=True."
            f"{_NO_NEED}"
        )


def check_points(points: System, polygons: System | None, near: str | None) -> None:
    """Refuse points in another system than the polygons, or in degrees.

    Degrees are refused only for a rule that measures a distance, which is `near`.
    """
    sameness = None if polygons is None else points.compare(polygons)
    if polygons is not None and sameness == "different":
        raise ValueError(
            f"{_both(points, polygons)}: convert one of them, e.g. {_conversion(points, polygons)}"
        )
    if near is not None and points.is_geographic:
        raise ValueError(
            f"{_no_distance('points', points, near)}; or measure in degrees, with planar=True where"
            " the matcher is built, or with plain numbers, e.g. points.get_coordinates()."
            f"{_NO_NEED}"
        )
    if polygons is not None and sameness == "undecided":
        _warn(f"{_both(points, polygons)}: it cannot be decided whether these are the same system")


def _both(points: System, polygons: System) -> str:
    return f"points are in {points.name}, polygons in {polygons.name}"


_NO_NEED = " near='contains' and near='covers' need no distance"


def _no_distance(side: str, system: System, near: str) -> str:
    what = "a radius is" if near == "circle" else f"near={near!r} measures"
    return (
        f"{side} are in {system.name}, and degrees are not a distance, which {what}: "
        "project polygons and points first, e.g. "
        f"{side}.to_crs({side}.estimate_utm_crs())"
    )


def _conversion(points: System, polygons: System) -> str:
    if isinstance(points, Degrees):
        return "polygons.to_crs(4326)"
    return f"points.to_crs({_target(polygons)})"


def _target(system: System) -> str:
    # The argument of `to_crs`.
    authority, _, code = system.text.partition(":")
    if system.is_defined:
        return "polygons.crs"
    return code if authority == "EPSG" and code.isdigit() else repr(system.text)


def warn_of_points_beyond(count: int, first: int) -> None:
    """Warn of points beyond the globe."""
    _warn(_beyond(_counted(count, "point has", "points have"), first))


def warn_of_polygons_beyond(count: int, first: int) -> None:
    """Warn of polygons that reach beyond the globe."""
    _warn(_beyond(_counted(count, "polygon has", "polygons have"), first))


def warn_of_wide_edges(count: int, first: int) -> None:
    """Warn of polygons with an edge round half of the globe, or more."""
    _warn(
        f"{_counted(count, 'polygon has', 'polygons have')} an edge that spans more than 180 "
        f"degrees of longitude, the first at position {first}: cut polygons at the antimeridian"
    )


def warn_of_edges(edges: str) -> None:
    """Warn of polygons whose edges are not straight on the plane."""
    _warn(f"polygons declare {edges} edges, but are matched as if edges were straight on the plane")


def _beyond(what: str, first: int) -> str:
    return (
        f"{what} a longitude beyond ±180 or a latitude beyond ±90 degrees, the first at position "
        f"{first}: x must be the longitude, y the latitude"
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _warn(message: str) -> None:
    warnings.warn(message, CoordinateWarning, stacklevel=of_the_caller())
