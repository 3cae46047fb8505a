"""Which polygon is nearest to a point: by its boundary, or by its centre."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench import rust
from bench.rules.inputs import Sites, Zones
from bench.rules.sides import Answer, Side
from bench.workloads import Floats, Positions


def boundary(zones: Zones) -> Answer:
    """Build from the geometries themselves."""
    from poly_match import Matcher

    matcher = Matcher(zones.shapes, near="boundary", best="nearest", max_dist=np.inf)
    matcher.prepare()
    return lambda points: matcher.match(points, workers=1).index


def query_nearest(zones: Zones) -> Answer:
    """Take `STRtree.query_nearest`, and the first of the polygons at the same distance."""
    import shapely

    tree = shapely.STRtree(zones.shapes)

    def answer(points: Floats) -> Positions:
        owner, polygon = tree.query_nearest(shapely.points(points))
        return first(len(points), len(zones.shapes), owner, polygon)

    return answer


def first(points: int, polygons: int, owner: Any, polygon: Any) -> Positions:  # noqa: ANN401
    """Reduce pairs to the first polygon of every point."""
    index = np.full(points, polygons, dtype=np.int64)
    np.minimum.at(index, owner, polygon)
    return index


def sjoin_nearest(zones: Zones) -> Answer:
    """Take `geopandas.sjoin_nearest`, then the first of the polygons at the same distance."""
    import geopandas

    frame = geopandas.GeoDataFrame(geometry=zones.shapes)
    assert frame.sindex is not None  # built here, kept with the frame

    def answer(points: Floats) -> Positions:
        left = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T))
        pairs = geopandas.sjoin_nearest(left, frame)
        owner, polygon = pairs.index.to_numpy(), pairs["index_right"].to_numpy()
        return first(len(points), len(zones.shapes), owner, polygon)

    return answer


def boundary_excuse(zones: Zones) -> Any:  # noqa: ANN401
    """Excuse polygons whose distances differ in their last bits."""
    import shapely

    def as_near(points: Floats, found: Positions, expected: Positions) -> Any:  # noqa: ANN401
        at = shapely.points(points)
        one, other = (shapely.distance(zones.shapes[index], at) for index in (found, expected))
        return np.abs(one - other) <= 1e-12 * np.maximum(1.0, other)

    return as_near


def center(sites: Sites) -> Answer:
    """Build from the arrays of centres."""
    from poly_match import Matcher

    matcher = Matcher.from_arrays(sites.centers, best="nearest", max_dist=np.inf)
    return lambda points: matcher.match(points, workers=1).index


def ckdtree(sites: Sites) -> Answer:
    """Take `cKDTree.query` for one neighbour."""
    from scipy.spatial import cKDTree

    tree: Any = cKDTree(sites.centers)
    return lambda points: tree.query(points, k=1, workers=1)[1]


def kiddo(name: str) -> Any:  # noqa: ANN401
    """Take kiddo's `nearest_one` in one of its modes."""

    def build(sites: Sites) -> Answer:
        built = rust.load("native").build(f"nearest {name}", sites.centers, np.inf, np.inf, False)
        return lambda points: built.answer(points, False)

    return build


def center_excuse(sites: Sites) -> Any:  # noqa: ANN401
    """Excuse centres whose distances differ in their last bits."""

    def as_near(points: Floats, found: Positions, expected: Positions) -> Any:  # noqa: ANN401
        one, other = (
            np.linalg.norm(sites.centers[index] - points, axis=1) for index in (found, expected)
        )
        return np.abs(one - other) <= 1e-15

    return as_near


BOUNDARY = (
    Side("poly_match", "poly_match", boundary),
    Side("shapely", "shapely STRtree, query_nearest + reduce", query_nearest),
    Side("geopandas", "geopandas sjoin_nearest + reduce", sjoin_nearest),
)
CENTER = (
    Side("poly_match", "poly_match", center),
    Side("scipy", "scipy cKDTree, query", ckdtree),
    *(
        Side(
            f"kiddo-{name.replace(' ', '-')}", f"kiddo, nearest_one, {title}", kiddo(name), "kiddo"
        )
        for name, title in (
            ("default", "as aliased"),
            ("plain", "plain"),
            ("plain batch", "plain, batch"),
        )
    ),
)
