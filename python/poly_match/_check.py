"""`check`: find what is suspicious in polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from poly_match_rs import _crs, _native

if TYPE_CHECKING:
    from collections.abc import Iterable

FindingKind: TypeAlias = Literal[
    "empty",
    "no-area",
    "repeated-vertex",
    "self-intersection",
    "self-touch",
    "rings-cross",
    "parts-overlap",
    "shared-boundary",
    "hole-outside",
    "hole-in-hole",
    "disconnected-interior",
    "wide-edge",
    "beyond-globe",
    "duplicate",
]


class Finding(NamedTuple):
    """Something suspicious in a polygon, as `check` finds it.

    Attributes
    ----------
    position : int
        Position of the polygon.
    kind : str
        The word of the kind; see `check`.
    point : tuple of (float, float) or None
        Where it can be seen, in the polygon's coordinates. None if there is no polygon.
    message : str
        What was found, as a sentence.
    is_invalid : bool
        Whether it makes the polygon invalid by OGC's simple features, as in shapely.
    """

    position: int
    kind: FindingKind
    point: tuple[float, float] | None
    message: str
    is_invalid: bool


def check(polygons: Iterable[Any], *, degrees: bool | None = None) -> list[Finding]:
    """Find what is suspicious in polygons, with a point where it can be seen.

    Parameters
    ----------
    polygons : iterable of Polygon
        Or of any objects that a `Matcher` takes: shapely polygons, a GeoSeries or GeoDataFrame,
        GeoJSON, and so on.
    degrees : bool, optional
        Whether coordinates are longitude and latitude: then edges over 180 degrees and coordinates
        beyond the globe are found, too. By default, whether the polygons declare a geographic
        coordinate system, as a GeoSeries, a GeoDataFrame or a GeoJSON FeatureCollection may.

    Returns
    -------
    list of Finding
        Ordered by position, with at most one of each kind for every polygon. A polygon is invalid,
        as in shapely, if it has a "no-area", "self-intersection", "self-touch", "rings-cross",
        "parts-overlap", "shared-boundary", "hole-outside", "hole-in-hole" or
        "disconnected-interior". The other kinds are legal: "empty" (None and other types, too),
        "repeated-vertex", "wide-edge", "beyond-globe" and "duplicate".

    Raises
    ------
    ValueError
        If a coordinate is NaN or infinite, or if `Matcher` raises it for the polygons.
    TypeError
        If `polygons` is not an iterable of objects.

    Examples
    --------
    >>> import poly_match
    >>> square = poly_match.Polygon([0, 4, 4, 0], [0, 0, 4, 4])
    >>> bowtie = poly_match.Polygon([0, 4, 4, 0], [0, 4, 0, 4])
    >>> for finding in poly_match.check([square, bowtie, square]):
    ...     print(finding.position, finding.kind, finding.point, finding.is_invalid)
    1 self-intersection (2.0, 2.0) True
    2 duplicate (0.0, 0.0) False
    """
    if degrees is None:
        crs = _crs.declared(polygons)
        degrees = crs is not None and crs.is_geographic
    return [Finding._make(row) for row in _native.check_polygons(polygons, degrees)]
