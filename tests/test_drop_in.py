"""The article's code, as it stands, on the article's data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import poly_match
import poly_match_rs
import pytest
from poly_match_rs import find_close_polygons

from tests import naive


class ArticlePolygon(poly_match_rs.Polygon):
    """The article's last class: its own area, and its own cache of it."""

    _area: float | None = None

    def area(self):
        if self._area is None:
            self._area = 0.5 * np.abs(
                np.dot(self.x, np.roll(self.y, 1)) - np.dot(self.y, np.roll(self.x, 1))
            )
        return self._area


@dataclass
class DataclassPolygon:
    """The article's first class: Python alone."""

    x: np.ndarray
    y: np.ndarray

    @cached_property
    def center(self):
        return np.array([self.x, self.y]).mean(axis=1)

    def area(self):
        return 0.5 * np.abs(np.dot(self.x, np.roll(self.y, 1)) - np.dot(self.y, np.roll(self.x, 1)))


@dataclass(frozen=True)
class Bare:
    """No more than x and y."""

    x: Any
    y: Any


CLASSES = [poly_match.Polygon, ArticlePolygon, DataclassPolygon, Bare]


def example(make):
    polygons, points = poly_match.generate_example()
    return [make(p.x, p.y) for p in polygons], points


def article_find_close_polygons(polygons, point, max_dist):
    return [p for p in polygons if np.linalg.norm(p.center - point) < max_dist]


def article_main(polygons, points, max_dist=10.0):
    """The meaning of the article's program: strict distance, smallest area, first of equals."""
    pairs = []
    for point in points:
        close = article_find_close_polygons(polygons, point, max_dist)
        if close:
            pairs.append((point, min(close, key=lambda p: p.area())))
    return pairs


def same_objects(got, expected):
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        assert a[0] is b[0]
        assert a[1] is b[1]


def test_the_example_is_the_articles():
    polygons, points = poly_match.generate_example()
    assert len(polygons) == 1000
    assert len(points) == 100
    assert points[0].shape == (2,)
    assert [p.tolist() for p in points[:3]] == [[17.0, 11.0], [34.0, 21.0], [0.0, 25.0]]
    assert polygons[0].center.tolist() == pytest.approx([54.45, 95.82612958])
    one = poly_match.generate_one_polygon()
    assert one.x.tobytes() == np.arange(0.0, 1.0, 0.1).tobytes()
    assert one.y.tobytes() == np.sqrt(1.0 - np.arange(0.0, 1.0, 0.1) ** 2).tobytes()


@pytest.mark.parametrize("make", [ArticlePolygon, DataclassPolygon])
def test_main_gives_what_the_article_gives(make):
    polygons, points = example(make)
    same_objects(poly_match.main(polygons, points), article_main(polygons, points))


@pytest.mark.parametrize("make", [poly_match.Polygon, Bare])
def test_main_with_the_native_area_gives_the_exact_winner(make):
    polygons, points = example(make)
    got = poly_match.main(polygons, points)
    centers = [naive.center(p.x, p.y) for p in polygons]
    areas = [naive.area(p.x.tolist(), p.y.tolist()) for p in polygons]
    winners = naive.match(centers, areas, points, 10.0)
    expected = [(point, polygons[i]) for point, i in zip(points, winners, strict=True) if i >= 0]
    same_objects(got, expected)


@pytest.mark.parametrize("make", CLASSES)
def test_find_close_polygons_gives_the_callers_objects_in_order(make):
    polygons, points = example(make)
    centers = [naive.center(p.x, p.y) for p in polygons]
    for point in points[:10]:
        got = find_close_polygons(polygons, point, 10.0)
        expected = [polygons[i] for i in naive.candidates(centers, point, 10.0)]
        assert list(map(id, got)) == list(map(id, expected))
        assert got


@pytest.mark.parametrize("make", CLASSES)
def test_find_all_leaves_out_points_with_no_candidate(make):
    polygons, points = example(make)
    points.insert(3, np.array([1e6, 1e6]))
    got = poly_match_rs.find_all_close_polygons(polygons, points, 3.0)
    expected = []
    for point in points:
        close = find_close_polygons(polygons, point, 3.0)
        if close:
            expected.append((point, close))
    assert 0 < len(expected) < len(points)
    assert len(got) == len(expected)
    for (point, close), (expected_point, expected_close) in zip(got, expected, strict=True):
        assert point is expected_point
        assert list(map(id, close)) == list(map(id, expected_close))


@pytest.mark.parametrize("make", CLASSES)
def test_the_steps_give_what_main_gives(make):
    polygons, points = example(make)
    steps = poly_match.select_best_polygon(
        poly_match.find_all_close_polygons(polygons, points, 10.0)
    )
    same_objects(steps, poly_match.main(polygons, points))


def test_main_takes_an_array_of_points_too():
    polygons, points = example(poly_match.Polygon)
    array = np.array(points)
    got = poly_match.main(polygons, array)
    for (row, polygon), (point, expected) in zip(
        got, poly_match.main(polygons, points), strict=True
    ):
        assert row.base is array
        assert row.tolist() == point.tolist()
        assert polygon is expected


def test_main_drops_unmatched_points():
    polygons, _ = example(poly_match.Polygon)
    near, far = np.array([50.0, 50.0]), np.array([500.0, 500.0])
    pairs = poly_match.main(polygons, [far, near, far])
    assert [point is near for point, _ in pairs] == [True]
    assert poly_match.main(polygons, []) == []
    assert poly_match.main([], [near]) == []
    assert poly_match.main(polygons, [near], max_dist=0.0) == []


def test_an_overridden_area_decides_and_is_asked_once():
    calls = []

    class Reversed(poly_match_rs.Polygon):
        def area(self):
            calls.append(self)
            return -super().area()

    small = Reversed([0, 1, 1, 0], [0, 0, 1, 1])
    large = Reversed([0, 2, 2, 0], [0, 0, 2, 2])
    points = [np.array([0.5, 0.5])] * 50
    assert all(polygon is large for _, polygon in poly_match.main([small, large], points))
    assert calls == [small, large]


def test_an_object_may_hide_its_area_under_a_number():
    class Hidden(poly_match_rs.Polygon):
        def area(self):
            return 2.0

    asked, hidden = (Hidden([0, 1, 1, 0], [0, 0, 1, 1]) for _ in range(2))
    hidden.area = 1.0
    assert poly_match.main([asked, hidden], [(0.5, 0.5)]) == [((0.5, 0.5), hidden)]
    hidden.area = 3.0
    assert poly_match.main([asked, hidden], [(0.5, 0.5)]) == [((0.5, 0.5), asked)]


@pytest.mark.parametrize("error", [TypeError, ZeroDivisionError])
def test_an_area_that_raises_is_asked_once(error):
    calls = []

    class Raising(poly_match_rs.Polygon):
        def area(self):
            calls.append(self)
            if len(calls) == 2:
                raise error("mine")
            return 1.0

    polygons = [Raising([0, 1, 1, 0], [0, 0, 1, 1]) for _ in range(3)]
    with pytest.raises(error, match=r"^mine$"):
        poly_match.main(polygons, [(0.5, 0.5)])
    assert calls == polygons[:2]


def test_an_overridden_center_decides():
    class Corner(poly_match_rs.Polygon):
        @property
        def center(self):
            return np.array([self.x[0], self.y[0]])

    polygon = Corner([0, 10, 10, 0], [0, 0, 10, 10])
    assert find_close_polygons([polygon], np.zeros(2), 1.0) == [polygon]
    assert find_close_polygons([polygon], np.full(2, 5.0), 1.0) == []


def test_a_subclass_with_its_native_area_is_not_asked():
    class Named(poly_match_rs.Polygon):
        name = "zone"

    polygons = [Named([0, 1, 1, 0], [0, 0, 1, 1])]
    assert poly_match.main(polygons, [(0.5, 0.5)]) == [((0.5, 0.5), polygons[0])]


@pytest.mark.parametrize("function", [poly_match.main, poly_match.find_all_close_polygons])
def test_polygons_may_be_any_iterable(function):
    polygons, points = example(poly_match.Polygon)
    expected = function(polygons, points, 10.0)
    for iterable in (tuple(polygons), iter(polygons), np.array(polygons, dtype=object)):
        got = function(iterable, tuple(points), 10.0)
        assert [(id(a), b) for a, b in got] == [(id(a), b) for a, b in expected]


def test_select_best_takes_the_first_of_equals_and_refuses_an_empty_set():
    a, b = (poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1]) for _ in range(2))
    assert poly_match.select_best_polygon([("p", [a, b]), ("q", (b, a))]) == [("p", a), ("q", b)]
    assert poly_match.select_best_polygon([]) == []
    with pytest.raises(ValueError, match="set at position 1 has no polygons"):
        poly_match.select_best_polygon([("p", [a]), ("q", [])])
