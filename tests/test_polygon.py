"""`Polygon`: what it holds, what it refuses, and what a subclass may do."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import poly_match
import poly_match_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import naive

SQUARE = ([0.0, 4.0, 4.0, 0.0], [0.0, 0.0, 4.0, 4.0])


class Zone(poly_match_rs.Polygon):
    """A subclass at module level, so that it can be pickled."""

    def __init__(self, x, y, name="", *, floor=0):
        super().__init__(x, y)
        self.name = name
        self.floor = floor


def test_both_packages_offer_the_same_class():
    assert poly_match.Polygon is poly_match_rs.Polygon


def test_square():
    square = poly_match.Polygon(*SQUARE)
    assert square.x.tolist() == SQUARE[0]
    assert square.y.tolist() == SQUARE[1]
    assert square.center.tolist() == [2.0, 2.0]
    assert square.area() == 16.0
    assert repr(square) == "<Polygon: 4 vertices, center=(2, 2), area=16>"


@pytest.mark.parametrize("name", ["x", "y", "center"])
def test_arrays_are_float64_read_only_and_not_copied(name):
    polygon = poly_match.Polygon(*SQUARE)
    array = getattr(polygon, name)
    assert array.dtype == np.float64
    assert getattr(polygon, name) is array
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1.0
    with pytest.raises(ValueError, match="WRITEABLE"):
        array.flags.writeable = True


def test_coordinates_are_the_polygons_own():
    x = np.array(SQUARE[0])
    polygon = poly_match.Polygon(x, SQUARE[1])
    x[:] = 99.0
    assert polygon.x.tolist() == SQUARE[0]


@pytest.mark.parametrize(
    "convert",
    [
        list,
        tuple,
        lambda v: np.array(v, dtype=np.float32),
        lambda v: np.array(v, dtype=np.int16),
        lambda v: np.array(v, dtype=">f8"),
        lambda v: np.array(v, dtype=np.uint64),
        lambda v: np.repeat(v, 2)[::2],
        lambda v: np.array(v[::-1])[::-1],
    ],
)
def test_any_one_dimensional_numbers_are_accepted(convert):
    polygon = poly_match.Polygon(convert(SQUARE[0]), convert(SQUARE[1]))
    assert polygon.x.tolist() == SQUARE[0]
    assert polygon.area() == 16.0


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        ([1.0, 2.0], [1.0], ValueError, "same length, got 2 and 1"),
        ([], [], ValueError, "at least one vertex"),
        ([[1.0, 2.0]], [1.0], ValueError, r"x must be one-dimensional, got shape \(1, 2\)"),
        (1.0, [1.0], ValueError, r"x must be one-dimensional, got shape \(\)"),
        ([1.0], ["a"], TypeError, "y must be numeric .* got list of dtype <U1"),
        ([None], [1.0], ValueError, r"vertex 0 must be finite, got \(NaN, 1\)"),
        (np.array([1j]), [1.0], TypeError, "x must be numeric .* got ndarray of dtype complex128"),
        ([0.0, math.nan], [1.0, 1.0], ValueError, r"vertex 1 must be finite, got \(NaN, 1\)"),
        ([0.0], [math.inf], ValueError, r"vertex 0 must be finite, got \(0, inf\)"),
    ],
)
def test_bad_coordinates_are_refused(x, y, error, message):
    with pytest.raises(error, match=message):
        poly_match.Polygon(x, y)


def test_the_class_itself_takes_x_and_y_only():
    with pytest.raises(TypeError, match="x and y only"):
        poly_match.Polygon(*SQUARE, "name")
    with pytest.raises(TypeError):
        poly_match.Polygon(SQUARE[0])


def test_fewer_than_three_vertices_are_accepted():
    assert poly_match.Polygon([3.0], [4.0]).area() == 0.0
    assert poly_match.Polygon([3.0, 5.0], [4.0, 4.0]).center.tolist() == [4.0, 4.0]


def test_a_subclass_may_take_more_and_keep_it():
    zone = Zone(*SQUARE, "shelf", floor=2)
    assert (zone.name, zone.floor, zone.area()) == ("shelf", 2, 16.0)
    assert repr(zone).startswith("<Zone: 4 vertices")
    assert Zone(x=SQUARE[0], y=SQUARE[1], name="by name").name == "by name"


def test_a_subclass_without_init_takes_x_and_y_only():
    class Plain(poly_match_rs.Polygon):
        pass

    assert Plain(*SQUARE).area() == 16.0
    with pytest.raises(TypeError):
        Plain(*SQUARE, "name")


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("make", [poly_match.Polygon, Zone])
def test_pickle_keeps_the_class_the_bits_and_the_attributes(make, protocol):
    polygon = make(np.arange(0.0, 1.0, 0.1), np.sqrt(np.arange(10.0)))
    if make is Zone:
        polygon.name = "set later"
    again = pickle.loads(pickle.dumps(polygon, protocol))
    assert type(again) is make
    assert again.x.tobytes() == polygon.x.tobytes()
    assert again.center.tobytes() == polygon.center.tobytes()
    assert again.area() == polygon.area()
    assert getattr(again, "__dict__", None) == getattr(polygon, "__dict__", None)


def test_copy():
    zone = Zone(*SQUARE, "shelf")
    assert copy.deepcopy(zone).name == copy.copy(zone).name == "shelf"


@given(st.integers(1, 700), st.integers(0, 2**32 - 1), st.integers(-150, 150))
def test_center_has_the_bits_of_numpy_mean(n, seed, exponent):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, n)) * 10.0**exponent
    polygon = poly_match.Polygon(x, y)
    assert polygon.center.tobytes() == np.array([x, y]).mean(axis=1).tobytes()
    assert polygon.area() == naive.area(x.tolist(), y.tolist())


LARGE = [7, 8, 9, 127, 128, 129, 1023, 8192]
if np.lib.NumpyVersion(np.__version__) >= "2.3.0":
    # Before, NumPy summed more than 8192 values a buffer at a time, in another order.
    LARGE += [8193, 10_000, 100_001]


@pytest.mark.parametrize("n", LARGE)
def test_center_has_the_bits_of_numpy_mean_for_large_polygons(n):
    x, y = np.random.default_rng(n).uniform(-1e6, 1e6, (2, n))
    expected = np.array([x, y]).mean(axis=1)
    assert poly_match.Polygon(x, y).center.tobytes() == expected.tobytes()
