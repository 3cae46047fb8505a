"""Bad input through Python: a clear error that says what and where, and nothing lost."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import poly_match
import poly_match_rs
import pytest

SQUARE = poly_match.Polygon([0, 1, 1, 0], [0, 0, 1, 1])
ORIGIN = np.zeros(2)


def foreign(**attributes):
    return SimpleNamespace(**({"x": [0.0, 1.0, 1.0], "y": [0.0, 0.0, 1.0]} | attributes))


class Area(poly_match_rs.Polygon):
    """A polygon that says of its area what it is told to say."""

    def __init__(self, answer):
        self.answer = answer

    def __new__(cls, _answer):
        return super().__new__(cls, [0, 1, 1, 0], [0, 0, 1, 1])

    def area(self):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def matcher(polygons):
    return poly_match.Matcher(polygons, max_dist=1.0)


# Every way in reads polygons alike.
READERS = {
    "Matcher": matcher,
    "main": lambda polygons: poly_match.main(polygons, [ORIGIN]),
    "find_close_polygons": lambda polygons: poly_match.find_close_polygons(polygons, ORIGIN, 1.0),
    "find_all": lambda polygons: poly_match.find_all_close_polygons(polygons, [ORIGIN], 1.0),
    "select_best": lambda polygons: poly_match.select_best_polygon([(ORIGIN, polygons)]),
}


@pytest.fixture(params=READERS.values(), ids=READERS)
def read(request):
    return request.param


@pytest.mark.parametrize(
    ("polygon", "error", "message"),
    [
        (17, TypeError, "must be Polygon objects or have x and y, got int at position 1"),
        (None, TypeError, "got NoneType at position 1"),
        (SimpleNamespace(x=[1.0]), TypeError, "got SimpleNamespace at position 1"),
        (foreign(y=[0.0]), ValueError, "x and y of polygon 1 must .* same length, got 3 and 1"),
        (foreign(x=[], y=[]), ValueError, "polygon 1 must have at least one vertex"),
        (
            foreign(x=[[1.0]]),
            ValueError,
            r"x of polygon 1 must be one-dimensional, got shape \(1, 1",
        ),
        (foreign(y=["a", "b", "c"]), TypeError, "y of polygon 1 must be numeric"),
        (foreign(x=[0.0, math.nan, 1.0]), ValueError, r"vertex 1 of polygon 1 .* got \(NaN, 0\)"),
        (foreign(x=[0.0, 1.0, -math.inf]), ValueError, r"vertex 2 of polygon 1 .* got \(-inf, 1\)"),
        (foreign(center=[0.0]), ValueError, r"center of polygon 1 must be two numbers"),
        (foreign(center=[0.0, math.nan]), ValueError, "centre of polygon 1 must be finite"),
    ],
)
def test_a_bad_polygon_is_named_by_its_position(read, polygon, error, message):
    with pytest.raises(error, match=message):
        read([SQUARE, polygon])


@pytest.mark.parametrize("polygons", [17, None, SQUARE])
def test_polygons_must_be_iterable(polygons):
    name = type(polygons).__name__
    with pytest.raises(TypeError, match=f"polygons must be an iterable, got (a single )?{name}"):
        poly_match.main(polygons, [ORIGIN])
    with pytest.raises(TypeError, match="points must be an iterable, got int"):
        poly_match.main([SQUARE], 17)


READERS_OF_AREAS = ["Matcher", "main", "select_best"]


@pytest.mark.parametrize("name", READERS_OF_AREAS)
def test_an_area_that_is_no_number(name):
    with pytest.raises(ValueError, match="area or key of polygon 1 is NaN"):
        READERS[name]([Area(1.0), Area(math.nan)])
    with pytest.raises(TypeError, match="area of polygon 1 must be a number, got str"):
        READERS[name]([Area(1.0), Area("large")])


@pytest.mark.parametrize("name", READERS_OF_AREAS)
def test_an_exception_in_area_arrives_as_it_was_raised(name):
    class MyError(Exception):
        pass

    error = MyError("untouched")
    with pytest.raises(MyError) as caught:
        READERS[name]([Area(1.0), Area(error)])
    assert caught.value is error


def test_an_exception_in_a_property_arrives_as_it_was_raised():
    class Broken:
        y = (0.0,)

        @property
        def x(self):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        matcher([Broken()])


def test_an_area_that_overflows_is_named():
    large = poly_match.Polygon([1e300, -1e300, 1e300], [1e300, 1e300, -1e300])
    with pytest.raises(ValueError, match="area or key of polygon 1 is NaN"):
        matcher([SQUARE, large])


def test_a_centre_that_overflows_is_named():
    large = poly_match.Polygon([1.7e308, 1.7e308], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"centre of polygon 1 must be finite, got \(inf, 0\)"):
        matcher([SQUARE, large])


POINTS = {
    "Matcher.match": lambda points: matcher([SQUARE]).match(points),
    "Matcher.candidates": lambda points: matcher([SQUARE]).candidates(points),
    "main": lambda points: poly_match.main([SQUARE], points),
    "find_all": lambda points: poly_match.find_all_close_polygons([SQUARE], points, 1.0),
}


@pytest.mark.parametrize("use", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize(
    ("points", "error", "message"),
    [
        (np.zeros(2), ValueError, r"points must have shape \(N, 2\), got \(2,\)"),
        (np.zeros((2, 3)), ValueError, r"points must have shape \(N, 2\), got \(2, 3\)"),
        (np.zeros((2, 2, 2)), ValueError, r"got \(2, 2, 2\)"),
        (np.float64(1.0), ValueError, r"points must have shape \(N, 2\), got \(\)"),
        (np.array([["a", "b"]]), TypeError, "points must be numeric .* dtype <U1"),
        (np.array([[1j, 2]]), TypeError, "points must be numeric .* dtype complex128"),
        ([1.0, 2.0], ValueError, r"points\[0\] must be two numbers, x and y, got shape \(\)"),
        ([(0, 0), (1, 2, 3)], ValueError, r"points\[1\] must be two numbers, .* got shape \(3,\)"),
        ([(0, 0), ORIGIN[:1]], ValueError, r"points\[1\] must be two numbers"),
        ([(0, 0), None], ValueError, "x and y of point 1 are missing"),
        ([(0, 0), "ab"], TypeError, r"points\[1\] must be numeric .* got str"),
        ([(0, 0), ("a", "b")], TypeError, r"points\[1\] must be numeric"),
        ([(0, 0), (math.nan, 0)], ValueError, r"point 1 must be finite, got \(NaN, 0\)"),
        (np.array([[0, 0], [0, -np.inf]]), ValueError, r"point 1 must be finite, got \(0, -inf\)"),
    ],
)
def test_bad_points_are_named_by_their_position(use, points, error, message):
    with pytest.raises(error, match=message):
        use(points)


@pytest.mark.parametrize("bad", [(math.nan, 0.0), (0.0, math.inf), (-math.inf, math.nan)])
def test_a_point_that_is_not_finite_may_be_left_unmatched(bad):
    everything = poly_match.Matcher([SQUARE], max_dist=math.inf)
    points = [(0.0, 0.0), bad, (1.0, 1.0)]
    result = everything.match(points, on_invalid="unmatched")
    assert result.index.tolist() == [0, -1, 0]
    assert np.isnan(result.distance).tolist() == [False, True, False]
    assert result.objects == [SQUARE, None, SQUARE]
    found = everything.candidates(points, on_invalid="unmatched")
    assert found.indptr.tolist() == [0, 1, 1, 2]
    one_shot = poly_match.match([SQUARE], points, max_dist=math.inf, on_invalid="unmatched")
    assert one_shot.index.tolist() == [0, -1, 0]


def test_a_single_point_must_be_one():
    for point, error in [((1, 2, 3), ValueError), ("ab", TypeError), ((0, math.nan), ValueError)]:
        with pytest.raises(error, match="point"):
            poly_match.find_close_polygons([SQUARE], point, 1.0)


@pytest.mark.parametrize("max_dist", [-1.0, -math.inf, math.nan])
def test_a_distance_below_zero_is_refused(max_dist):
    calls = [
        lambda: poly_match.Matcher([SQUARE], max_dist=max_dist),
        lambda: poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=max_dist),
        lambda: poly_match.main([SQUARE], [ORIGIN], max_dist),
        lambda: poly_match.find_close_polygons([SQUARE], ORIGIN, max_dist),
        lambda: poly_match.find_all_close_polygons([SQUARE], [ORIGIN], max_dist),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="max_dist must be zero or more"):
            call()


def test_a_distance_must_be_a_number():
    with pytest.raises(TypeError, match="must be real number, not str"):
        poly_match.Matcher([SQUARE], max_dist="10 m")


def test_unknown_words_are_answered_with_the_known_ones():
    known = "'center', 'boundary', 'contains', 'covers'"
    with pytest.raises(ValueError, match=f"near must be one of {known}, got 'edge'"):
        poly_match.Matcher([SQUARE], max_dist=1.0, near="edge")
    known = "smallest, largest, nearest, first, min:COLUMN or max:COLUMN"
    with pytest.raises(ValueError, match=f'best: expected a criterion: {known}, got "size"'):
        poly_match.match([SQUARE], [ORIGIN], max_dist=1.0, best="size")
    with pytest.raises(ValueError, match="tie must be one of 'index', 'distance', got 'first'"):
        poly_match.match([SQUARE], [ORIGIN], max_dist=1.0, tie="first")
    known = "'vertex_mean', 'centroid', 'bbox', or a point for each polygon"
    with pytest.raises(ValueError, match=f"center must be one of {known}, got 'mean'"):
        poly_match.match([SQUARE], [ORIGIN], max_dist=1.0, center="mean")
    with pytest.raises(ValueError, match="order must be one of 'index', 'best', got 'first'"):
        matcher([SQUARE]).candidates([ORIGIN], order="first")
    with pytest.raises(ValueError, match="on_invalid must be 'raise' or 'skip', got 'drop'"):
        matcher([SQUARE]).match([ORIGIN], on_invalid="drop")


@pytest.mark.parametrize("workers", [0, -1])
def test_workers_must_be_at_least_one(workers):
    with pytest.raises(ValueError, match=f"workers must be None or at least 1, got {workers}"):
        matcher([SQUARE]).match([ORIGIN], workers=workers)


@pytest.mark.parametrize(
    ("centers", "keys", "message"),
    [
        ([(0, 0)], [1, 2], "expected one key for each of 1 polygons, got 2"),
        ([(0, 0), (0, math.inf)], [1, 2], r"centre of polygon 1 must be finite, got \(0, inf\)"),
        ([(0, 0), (0, 1)], [1, math.nan], "key of polygon 1 is NaN"),
        (np.zeros((2, 3)), [1, 2], r"centers must have shape \(N, 2\), got \(2, 3\)"),
        ([(0, 0)], np.array([[1]]), r"keys must be one-dimensional, got shape \(1, 1\)"),
    ],
)
def test_bad_arrays_are_refused(centers, keys, message):
    with pytest.raises(ValueError, match=message):
        poly_match.Matcher.from_arrays(centers, keys, max_dist=1.0)
