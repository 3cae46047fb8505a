"""`check` decides validity as shapely does, and finds what shapely does not look for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import Finding, MultiPolygon, Polygon, check

from tests.test_real_data import DATA, geometries
from tests.turns import interrupted

some = settings(max_examples=settings.default.max_examples // 8)
SQUARE = Polygon([0, 4, 4, 0], [0, 0, 4, 4])
BOWTIE = Polygon([0, 4, 4, 0], [0, 4, 0, 4])

# The kinds of which one is found where shapely gives a reason. Shapely stops at the first fault.
# Where two rings touch twice, it does not look whether they also cross.
MEET = {
    "self-intersection",
    "self-touch",
    "rings-cross",
    "parts-overlap",
    "shared-boundary",
    "no-area",
}
REASONS = {
    "Self-intersection": MEET - {"self-touch"},
    "Ring Self-intersection": {"self-intersection", "self-touch", "no-area"},
    "Too few points in geometry component": {"no-area"},
    "Hole lies outside shell": MEET | {"hole-outside"},
    "Holes are nested": MEET | {"hole-in-hole"},
    "Nested shells": MEET | {"parts-overlap"},
    "Interior is disconnected": MEET | {"disconnected-interior"},
}


def kinds(findings: list[Finding]) -> list[tuple[int, str]]:
    return [(finding.position, finding.kind) for finding in findings]


def agrees_with_shapely(polygons: Any) -> Counter[str]:
    """Count the reasons of shapely, and check that what is found fits each."""
    found: dict[int, set[str]] = {}
    for finding in check(polygons):
        if finding.is_invalid:
            found.setdefault(finding.position, set()).add(finding.kind)
    reasons = [reason.partition("[")[0] for reason in shapely.is_valid_reason(polygons)]
    for position, reason in enumerate(reasons):
        mine = found.get(position, set())
        if reason == "Valid Geometry":
            assert not mine, (mine, shapely.to_wkt(polygons[position]))
        else:
            assert mine & REASONS[reason], (mine, reason, shapely.to_wkt(polygons[position]))
    return Counter(reasons)


# Few places, so that much touches: all degenerate cases come up.
_place = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda place: tuple(map(float, place)))


@st.composite
def _boxes(draw: st.DrawFn) -> list[tuple[float, float]]:
    (x, y), width, height = draw(_place), draw(st.integers(1, 6)), draw(st.integers(1, 6))
    ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return ring[:: draw(st.sampled_from([1, -1]))]


_ring = (
    _boxes() | st.lists(_place, min_size=3, max_size=4) | st.lists(_place, min_size=3, max_size=8)
).map(lambda ring: [*ring, ring[0]])
_outer = st.just([(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0), (0.0, 0.0)]) | _ring
_part = st.builds(shapely.Polygon, _outer, st.lists(_ring, max_size=4))
_polygon = _part | st.lists(_part, min_size=1, max_size=4).map(shapely.MultiPolygon)


@some
@given(st.lists(_polygon, min_size=1, max_size=20))
def test_validity_is_that_of_shapely(polygons: list[Any]) -> None:
    agrees_with_shapely(np.array(polygons))


def test_validity_is_that_of_shapely_whatever_the_reason() -> None:
    rng = np.random.default_rng(14)

    def ring() -> Any:
        if rng.random() < 0.5:
            low, size = rng.integers(0, 6, 2), rng.integers(1, 4, 2)
            return shapely.box(*low, *(low + size)).exterior.coords[:: rng.choice([1, -1])]
        return rng.integers(0, 7, (rng.choice([3, 3, 4, 5, 6]), 2)).astype(float)

    def part() -> Any:
        outer = shapely.box(0, 0, 6, 6).exterior if rng.random() < 0.5 else ring()
        return shapely.Polygon(outer, [ring() for _ in range(rng.choice([0, 0, 1, 2, 3]))])

    polygons = []
    for _ in range(30_000):
        parts = [part() for _ in range(rng.choice([1, 1, 2, 3]))]
        polygons.append(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    reasons = agrees_with_shapely(np.array(polygons))
    assert min(reasons[reason] for reason in REASONS) > 5, reasons
    assert reasons["Valid Geometry"] > 1000, reasons


@pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lives beside the repository, at ../shared/data"
)
@pytest.mark.parametrize(
    ("name", "invalid"), [("us-counties.geojson", 0), ("ne-50m-urban-areas.geojson", 0)]
)
def test_real_data_is_valid_where_shapely_says_so(name: str, invalid: int) -> None:
    polygons = geometries(name)
    reasons = agrees_with_shapely(polygons)
    assert len(polygons) - reasons["Valid Geometry"] == invalid
    # A shape that fills all places between its vertices is as valid, and has many more of them.
    dense = shapely.segmentize(polygons[:300], 0.005)
    assert (shapely.is_valid(dense) == shapely.is_valid(polygons[:300])).all()
    agrees_with_shapely(dense)


def test_a_finding_says_what_and_where() -> None:
    [finding] = check([SQUARE, BOWTIE])
    assert finding == (1, "self-intersection", (2.0, 2.0), finding.message, True)
    assert finding.message == "a ring crosses itself, or runs along itself"
    assert type(finding) is Finding
    again = check([SQUARE, SQUARE])
    assert kinds(again) == [(1, "duplicate")]
    assert again[0].message == "it has the same rings as the polygon at position 0"
    assert check([]) == []


def test_polygons_of_any_class_are_checked() -> None:
    bowtie = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    table = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[bowtie])
    for polygons in (
        [BOWTIE],
        (MultiPolygon([BOWTIE]),),
        [bowtie],
        geopandas.GeoSeries([bowtie]),
        table,
        [shapely.geometry.mapping(bowtie)],
        {"type": "FeatureCollection", "features": [shapely.geometry.mapping(bowtie)]},
        [np.array(bowtie.exterior.coords)],
        iter([bowtie]),
    ):
        assert kinds(check(polygons)) == [(0, "self-intersection")]


def test_what_holds_no_polygon_is_a_finding() -> None:
    nothing = [None, pd.NA, shapely.Point(1, 1), shapely.Polygon(), 17, {"type": "Point"}, []]
    found = check([SQUARE, *nothing, BOWTIE])
    assert kinds(found)[:-1] == [(1 + i, "empty") for i in range(len(nothing))]
    assert all(finding.point is None and not finding.is_invalid for finding in found[:-1])
    assert kinds(found)[-1] == (len(nothing) + 1, "self-intersection")


def test_bad_coordinates_are_an_error() -> None:
    infinite = np.array([(0.0, 0.0), (1.0, 0.0), (np.inf, 1.0)])
    with pytest.raises(ValueError, match="polygon 1"):
        check([SQUARE, infinite])
    with pytest.raises(TypeError, match="polygons"):
        check(shapely.box(0, 0, 1, 1))  # type: ignore[arg-type]


def test_degrees_are_those_that_a_table_declares() -> None:
    strait = shapely.box(-170, 60, 170, 66)
    wide = [(0, "wide-edge")]
    for crs, found in [(None, []), (4326, wide), (3857, [])]:
        series = geopandas.GeoSeries([strait], crs=crs)
        for table in (series, geopandas.GeoDataFrame(geometry=series)):
            assert kinds(check(table)) == found
            assert kinds(check(table, degrees=True)) == wide
            assert check(table, degrees=False) == []
    collection = {"type": "FeatureCollection", "features": [shapely.geometry.mapping(strait)]}
    assert check(collection) == []
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    assert kinds(check(collection | {"crs": crs})) == wide
    assert check([strait]) == []
    assert kinds(check([strait], degrees=True)) == wide
    swapped = shapely.box(47, 98, 48, 99)
    assert kinds(check([swapped], degrees=True)) == [(0, "beyond-globe")]


def many_vertices(count: int) -> Any:
    """A gear: a sound ring with fine teeth."""
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    radius = 1.0 + 1e-3 * (np.arange(count) % 2)
    return Polygon(radius * np.cos(angle), radius * np.sin(angle))


def test_a_million_vertices_are_sound() -> None:
    assert check([many_vertices(1_000_000)]) == []


def test_ctrl_c_ends_it() -> None:
    polygons = [many_vertices(1_000_000)] * 40
    with interrupted():
        poly_match.check(polygons)
