"""Zones as circles: `Matcher.from_circles`, held against a loop in NumPy."""

from __future__ import annotations

import math
import pickle
from itertools import pairwise

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from poly_match import Matcher

from tests.test_cli import run_ok

# Places on a lattice, and radii of its distances: many points are exactly at a radius.
whole = st.integers(-6, 6).map(float)
place = st.tuples(whole, whole)
lattice = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
    lambda xy: math.sqrt(xy[0] ** 2 + xy[1] ** 2)
)
radius = st.one_of(lattice, st.floats(0, 20), st.sampled_from([0.0, math.inf]))
BEST = ["smallest", "largest", "nearest", "first", "nearest,smallest", "smallest,nearest"]


def expected(centers, radii, points, best, inclusive):
    """Give the positions of the candidates of each point, best first."""
    rows = []
    for point in points:
        dx, dy = (np.array([c[axis] for c in centers]) - point[axis] for axis in (0, 1))
        distance = np.sqrt(dx * dx + dy * dy)
        near = distance <= radii if inclusive else distance < radii
        near |= np.isinf(radii)
        keys = {
            "smallest": np.array(radii),
            "largest": -np.array(radii),
            "nearest": distance,
            "first": np.arange(len(radii)),
        }
        order = np.lexsort([keys[word] for word in reversed(best.split(","))])
        rows.append([int(i) for i in order if near[i]])
    return rows


@given(
    st.lists(st.tuples(place, radius), min_size=1, max_size=90),
    st.lists(place, max_size=8),
    st.sampled_from(BEST),
    st.booleans(),
)
def test_every_way_agrees_with_numpy(circles, points, best, inclusive):
    centers, radii = [c for c, _ in circles], np.array([r for _, r in circles])
    rows = expected(centers, radii, points, best, inclusive)
    first = [row[0] if row else -1 for row in rows]
    built = Matcher.from_circles(centers, radii, best=best, inclusive=inclusive)
    at = np.array(points, dtype=float).reshape(-1, 2)
    for matcher in (built, pickle.loads(pickle.dumps(built)), Matcher.from_bytes(built.to_bytes())):
        assert matcher.match(at).index.tolist() == first
        k = matcher.match(at, k=3).index.tolist()
        assert k == [(row + [-1] * 3)[:3] for row in rows]
        found = matcher.candidates(at, order="best")
        ends = found.indptr.tolist()
        assert [found.indices[i:j].tolist() for i, j in pairwise(ends)] == rows
        one = [matcher.match([point]).index[0] for point in points]
        assert one == first


def test_groups_keys_and_callables_choose_among_circles():
    centers, radii = [(0, 0), (1, 0), (2, 0)], [9, 9, 9]
    rule = {"best": [3, 1, 2], "groups": ["a", "b", "a"]}
    matcher = Matcher.from_circles(centers, radii, **rule)
    assert matcher.match([(0, 0), (0, 0)], point_groups=["a", "b"]).index.tolist() == [2, 1]

    def farthest(points, indptr, indices, distances):  # noqa: ARG001
        return -distances

    matcher = Matcher.from_circles(centers, radii, best=farthest, with_distances=True)
    assert matcher.match([(0, 0)]).index.tolist() == [2]


def test_it_says_its_rule_and_keeps_it(tmp_path):
    matcher = Matcher.from_circles([(0, 0)], [5], inclusive=True)
    assert (
        repr(matcher) == "<Matcher of 1 polygons, near='circle', best='smallest', inclusive=True>"
    )
    matcher.save(tmp_path / "zones.plym")
    again = Matcher.load(tmp_path / "zones.plym")
    assert repr(again) == repr(matcher)
    assert again.match([(3, 4)]).index.tolist() == [0]
    assert matcher.match([(3, 4)]).distance.tolist() == [5.0]


@pytest.mark.parametrize(
    ("radii", "message"),
    [
        ([1, -1], "the radius of circle 1 must be zero or more"),
        ([1, None], "the radius of circle 1 must be zero or more"),
        ([1, math.nan], "the radius of circle 1 must be zero or more"),
        ([1], "expected one radius for each of 2 centres, got 1"),
    ],
)
def test_wrong_radii_are_told_with_their_position(radii, message):
    with pytest.raises(ValueError, match=message):
        Matcher.from_circles([(0, 0), (1, 1)], radii)


def test_what_misses_a_centre_or_a_radius_is_skipped_on_request():
    centers = [None, shapely.Point(0, 0), (0, 0), (math.nan, 0)]
    radii = pd.array([1.0, None, 5.0, 1.0], dtype="Float64")
    matcher = Matcher.from_circles(centers, radii, on_invalid="skip")
    assert matcher.skipped == 3
    assert matcher.match([(0, 0)]).index.tolist() == [2]
    with pytest.raises(ValueError, match="polygon 0"):
        Matcher.from_circles(centers, radii)
    with pytest.raises(ValueError, match="the radius of circle 0"):
        Matcher.from_circles([(0, 0)], [-1], on_invalid="skip")
    with pytest.raises(ValueError, match="the centre of polygon 0 must be finite"):
        Matcher.from_circles([(math.inf, 0)], [1], on_invalid="skip")


def test_a_distance_has_no_place_beside_radii():
    matcher = Matcher.from_circles([(0, 0)], [5])
    with pytest.raises(ValueError, match="max_dist has no meaning where each circle has a radius"):
        matcher.match([(0, 0)], max_dist=[1])
    with pytest.raises(TypeError, match="max_dist"):
        Matcher.from_circles([(0, 0)], [5], max_dist=1)


def test_degrees_are_no_radius():
    cities = geopandas.GeoDataFrame(
        {"rank": [2, 1]}, geometry=geopandas.points_from_xy([8, 8.1], [47, 47]), crs="EPSG:4326"
    )
    with pytest.raises(ValueError, match=r"degrees are not a distance, which a radius is: project"):
        Matcher.from_circles(cities, [0.2, 0.2])
    matcher = Matcher.from_circles(cities, [0.2, 0.2], best="min:rank", planar=True)
    assert matcher.crs == "EPSG:4326"
    assert matcher.match([(8, 47)]).index.tolist() == [1]
    metres = cities.to_crs(cities.estimate_utm_crs())
    matcher = Matcher.from_circles(metres, [9e3, 9e3])
    with pytest.raises(ValueError, match="points are in"):
        matcher.match(cities.geometry)
    assert matcher.match(metres.geometry).index.tolist() == [0, 0]
    lost = geopandas.GeoSeries([shapely.Point(500, 47)], crs="EPSG:4326")
    with pytest.warns(poly_match.CoordinateWarning, match="longitude beyond"):
        Matcher.from_circles(lost, [1], planar=True)


def test_a_table_is_joined():
    matcher = Matcher.from_circles([(0, 0), (0, 0)], [10, 100])
    people = pd.DataFrame({"x": [3.0, 60.0, 100.0], "y": [0.0, 0.0, 0.0]})
    found = matcher.match(people[["x", "y"]])
    assert found.lookup(["home", "near"]).tolist() == ["home", "near", None]


def test_the_program_and_python_load_what_the_other_saved(tmp_path):
    circles, people = tmp_path / "circles.csv", tmp_path / "people.csv"
    circles.write_text("name,x,y,radius\nhome,0,0,10\nnear,0,0,100\n")
    people.write_text("id,x,y\na,3,0\nb,60,0\nc,100,0\n")
    saved = tmp_path / "zones.plym"
    run_ok("index", circles, "--circles", "radius", "-o", saved, "-q")
    matcher = Matcher.load(saved)
    python = Matcher.from_circles([(0, 0), (0, 0)], [10, 100])
    assert repr(matcher) == repr(python)
    points = pd.DataFrame({"x": [3.0, 60.0, 100.0], "y": [0.0, 0.0, 0.0]})
    assert matcher.join(points)["name"].fillna("none").tolist() == ["home", "near", "none"]
    python.save(saved)
    expected = run_ok("match", people, circles, "--circles", "radius", "-q").stdout
    assert run_ok("match", people, saved, "-q").stdout == expected
