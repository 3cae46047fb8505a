"""Every *near* on real data: against shapely, and close to boundaries against exact arithmetic.

The data lives beside the repository, at ../shared/data, and is never part of it.
"""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from poly_match import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CLOSE = 1e-9
POINTS = 1_000_000

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lives beside the repository, at ../shared/data"
)


def features(name: str) -> list[Any]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))["features"]


def geometries(name: str) -> Any:
    return np.array([shapely.geometry.shape(feature["geometry"]) for feature in features(name)])


@pytest.fixture(scope="module")
def counties() -> Any:
    return geometries("us-counties.geojson")


@pytest.fixture(scope="module")
def areas() -> Any:
    return geometries("ne-50m-urban-areas.geojson")


@pytest.fixture(scope="module")
def cities() -> Any:
    with (DATA / "us-cities.csv").open(newline="", encoding="utf-8") as file:
        return np.array([(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)])


@pytest.fixture(scope="module")
def places() -> Any:
    points = [
        feature["geometry"]["coordinates"]
        for feature in features("ne-50m-populated-places.geojson")
    ]
    return np.array(points, dtype=float)[:, :2]


def scattered(around: Any, count: int, spread: float) -> Any:
    rng = np.random.default_rng(count)
    return around[rng.integers(0, len(around), count)] + rng.normal(0.0, spread, (count, 2))


def away_from(shapes: Any, points: Any) -> Any:
    """Which of the points are farther than `CLOSE` from every boundary."""
    tree = shapely.STRtree(shapely.boundary(shapes))
    near, _ = tree.query(shapely.points(points), predicate="dwithin", distance=CLOSE)
    away = np.ones(len(points), dtype=bool)
    away[near] = False
    return away


def pairs(found: Any) -> set[tuple[int, int]]:
    owner = np.repeat(np.arange(len(found.indptr) - 1), np.diff(found.indptr))
    return set(zip(owner.tolist(), found.indices.tolist(), strict=True))


# Exact arithmetic.


def rings(part: Any) -> Iterator[list[tuple[Fraction, Fraction]]]:
    for ring in (part.exterior, *part.interiors):
        yield [(Fraction(x), Fraction(y)) for x, y, *_ in ring.coords]


def locate(shape: Any, point: Any) -> str:
    """Where a point is, in rational arithmetic: in the union of the parts."""
    found = [locate_in_part(part, point) for part in getattr(shape, "geoms", [shape])]
    return next((place for place in ("inside", "boundary") if place in found), "outside")


def locate_in_part(part: Any, point: Any) -> str:
    """Where a point is, in rational arithmetic: by the even-odd rule."""
    px, py = map(Fraction, map(float, point))
    inside = False
    for ring in rings(part):
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            side = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
            in_box = min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by)
            if side == 0 and in_box:
                return "boundary"
            if (ay > py) != (by > py) and (side > 0) == (by > ay):
                inside = not inside
    return "inside" if inside else "outside"


def close_points(shapes: Any, count: int) -> Any:
    """Vertices, middles of edges, and the doubles beside them."""
    rng = np.random.default_rng(count)
    made = []
    for shape in shapes[rng.integers(0, len(shapes), count)]:
        part = shape.geoms[0] if hasattr(shape, "geoms") else shape
        ring = np.array(part.exterior.coords)[:, :2]
        at = rng.integers(0, len(ring) - 1)
        for point in (ring[at], (ring[at] + ring[at + 1]) / 2.0):
            made.append(point)
            for axis in (0, 1):
                for direction in (-np.inf, np.inf):
                    beside = point.copy()
                    beside[axis] = np.nextafter(beside[axis], direction)
                    made.append(beside)
    return np.array(made)


@pytest.mark.parametrize("data", ["counties", "areas"])
@pytest.mark.parametrize("near", ["covers", "contains"])
def test_close_to_a_boundary_it_is_exact(
    data: str, near: str, request: pytest.FixtureRequest
) -> None:
    shapes = request.getfixturevalue(data)
    points = close_points(shapes, 60)
    found = pairs(Matcher(shapes, near=near).candidates(points))
    tree = shapely.STRtree(shapes)
    owner, shape = tree.query(shapely.box(*(points - 0.1).T, *(points + 0.1).T))
    wanted = {"covers": {"inside", "boundary"}, "contains": {"inside"}}[near]
    expected = {
        (i, j)
        for i, j in zip(owner.tolist(), shape.tolist(), strict=True)
        if locate(shapes[j], points[i]) in wanted
    }
    assert found == expected
    assert expected


def test_on_a_boundary_the_distance_is_zero(counties: Any) -> None:
    points = close_points(counties, 60)[::10]  # the vertices
    matcher = Matcher(counties, near="boundary", best="nearest", max_dist=0.0, inclusive=True)
    result = matcher.match(points)
    assert (result.distance == 0.0).all()
    assert (
        result.index == Matcher(counties, near="covers", best="first").match(points).index
    ).all()


def test_a_point_of_a_shared_edge_has_one_county(counties: Any) -> None:
    vertices = np.unique(shapely.get_coordinates(counties), axis=0)
    matcher = Matcher(counties, near="covers", best="area")
    candidates = matcher.candidates(vertices)
    shared = np.diff(candidates.indptr) > 1
    assert shared.sum() > 1000
    result = matcher.match(vertices)
    assert (result.index >= 0).all()
    area = shapely.area(counties)
    for row in np.flatnonzero(shared)[:2000]:
        some = candidates.indices[candidates.indptr[row] : candidates.indptr[row + 1]]
        best = area[some].min()
        # The areas are computed another way, so the best is one of those that are as small.
        assert area[result.index[row]] <= best * (1.0 + 1e-9)
    again = matcher.match(vertices[::-1], workers=1).index[::-1]
    assert (again == result.index).all()


# shapely, away from boundaries.


@pytest.mark.parametrize("near", ["covers", "contains"])
def test_cities_in_counties(counties: Any, cities: Any, near: str) -> None:
    _agrees_with_shapely(counties, cities, near)
    _agrees_with_shapely(counties, scattered(cities, POINTS, 0.25), near)


@pytest.mark.parametrize("near", ["covers", "contains"])
def test_places_in_urban_areas(areas: Any, places: Any, near: str) -> None:
    _agrees_with_shapely(areas, places, near)
    _agrees_with_shapely(areas, scattered(places, POINTS // 10, 0.1), near)


def _agrees_with_shapely(shapes: Any, points: Any, near: str) -> None:
    away = away_from(shapes, points)
    assert away.sum() > 0.9 * len(points)
    matcher = Matcher(shapes, near=near, best="first")
    found = pairs(matcher.candidates(points))
    predicate = {"covers": "covered_by", "contains": "within"}[near]
    owner, shape = shapely.STRtree(shapes).query(shapely.points(points), predicate=predicate)
    expected = set(zip(owner.tolist(), shape.tolist(), strict=True))
    # Urban areas may cross themselves; shapely's rule is then another.
    sound = shapely.is_valid(shapes)
    different = [(i, j) for i, j in found ^ expected if away[i] and sound[j]]
    assert different == []
    best = np.full(len(points), len(shapes))
    np.minimum.at(best, *(np.array(sorted(found)).T if found else (np.empty(0, int),) * 2))
    result = matcher.match(points).index
    assert (np.where(result < 0, len(shapes), result) == best).all()


@pytest.mark.parametrize(
    ("data", "around", "max_dist"),
    [
        ("counties", "cities", 0.3),
        ("areas", "places", 0.2),
    ],
)
def test_boundaries_within_a_distance(
    data: str, around: str, max_dist: float, request: pytest.FixtureRequest
) -> None:
    shapes, middles = request.getfixturevalue(data), request.getfixturevalue(around)
    shapes = shapes[shapely.is_valid(shapes)]
    points = scattered(middles, 20_000, 0.5)
    found = Matcher(shapes, near="boundary", max_dist=max_dist).candidates(points)
    tree = shapely.STRtree(shapes)
    reach = {}
    for limit in (max_dist - CLOSE, max_dist + CLOSE):
        owner, shape = tree.query(shapely.points(points), predicate="dwithin", distance=limit)
        reach[limit] = set(zip(owner.tolist(), shape.tolist(), strict=True))
    assert reach[max_dist - CLOSE] <= pairs(found) <= reach[max_dist + CLOSE]
    owner = np.repeat(np.arange(len(points)), np.diff(found.indptr))
    expected = shapely.distance(shapes[found.indices], shapely.points(points[owner]))
    np.testing.assert_allclose(found.distances, expected, rtol=1e-9, atol=1e-12)


def test_the_nearest_boundary(counties: Any, cities: Any) -> None:
    points = scattered(cities, 20_000, 2.0)
    matcher = Matcher(counties, near="boundary", best="nearest", max_dist=np.inf)
    result = matcher.match(points)
    tree = shapely.STRtree(counties)
    (owner, _), distance = tree.query_nearest(
        shapely.points(points), return_distance=True, all_matches=False
    )
    expected = np.empty(len(points))
    expected[owner] = distance
    np.testing.assert_allclose(result.distance, expected, rtol=1e-9, atol=1e-12)
    assert (result.distance == 0.0).sum() > 10_000
    assert (result.distance > 0.0).sum() > 1000
