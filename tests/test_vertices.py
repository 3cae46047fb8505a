"""Polygons that are arrays or lists of their vertices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import poly_match
import pytest
from hypothesis import given
from hypothesis import strategies as st
from poly_match import Polygon
from poly_match_rs._native import measure_polygons

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
ARRAY = np.array(SQUARE)


def index(polygons, points=((1, 1), (11, 11)), **more):
    return poly_match.match(polygons, points, near="covers", **more).index.tolist()


FORMS = {
    "integers": ARRAY,
    "float64": ARRAY.astype(float),
    "float32": ARRAY.astype(np.float32),
    "big-endian": ARRAY.astype(">i4"),
    "Fortran order": np.asfortranarray(ARRAY, dtype=float),
    "strided": np.repeat(ARRAY.astype(float), 2, axis=0)[::2],
    "reversed": ARRAY[::-1],
    "contour of OpenCV": ARRAY[:, None, :].astype(np.int32),
    "list of tuples": SQUARE,
    "list of lists": ARRAY.tolist(),
    "tuple of arrays": tuple(ARRAY),
    "table": pd.DataFrame(ARRAY, columns=["east", "north"]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_vertices_are_a_polygon(form):
    other = Polygon([20, 30, 30], [20, 20, 30])
    assert index([form]) == [0, -1]
    result = poly_match.match([other, form], [(1, 1)], near="covers")
    assert result.index.tolist() == [1]
    assert result.objects[0] is form
    centers, areas = measure_polygons([form], "vertex_mean")[0]
    assert (centers.tolist(), areas.tolist()) == ([[5.0, 5.0]], [100.0])


def test_a_read_only_array_is_a_polygon():
    array = ARRAY.astype(float)
    array.flags.writeable = False
    assert index([array]) == [0, -1]


def test_contours_of_opencv_are_polygons():
    # As cv2.findContours returns them: a tuple of int32 arrays of shape (n, 1, 2).
    contours = tuple(np.int32(ARRAY + shift)[:, None, :] for shift in (0, 100))
    assert index(contours, [(1, 1), (101, 101), (50, 50)]) == [0, 1, -1]


def test_an_array_of_three_dimensions_is_many_polygons():
    assert index(np.array([ARRAY, ARRAY + 10])) == [0, 1]
    assert index(np.array([SQUARE[:2], SQUARE[2:]]), [(5, 0), (5, 10)]) == [0, 1]
    for none in (np.zeros((0, 4, 2)), np.zeros((0, 2))):
        assert index(none) == [-1, -1]


@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_every_vertex_counts_as_in_a_polygon_of_x_and_y(n, seed):
    vertices = np.random.default_rng(seed).normal(size=(n, 2))
    closed = np.vstack([vertices, vertices[:1]])
    for ring in (vertices, closed):
        expected = measure_polygons([Polygon(*ring.T)], "vertex_mean")
        for form in (ring, ring.tolist(), ring[:, None]):
            got = measure_polygons([form], "vertex_mean")
            for a, b in zip(got, expected, strict=True):
                assert [v.tobytes() for v in a] == [v.tobytes() for v in b]


def test_the_labels_of_a_table_are_no_attributes_of_its_polygon():
    table = pd.DataFrame({"area": [0, 4, 4], "center": [0, 0, 4]})
    centers, areas = measure_polygons([table], "bbox")[0]
    assert (centers.tolist(), areas.tolist()) == ([[2.0, 2.0]], [8.0])


@pytest.mark.parametrize(
    ("polygon", "error", "message"),
    [
        (np.zeros((4, 3)), ValueError, r"^polygon 1 must be .* \(n, 2\), got shape \(4, 3\)$"),
        (np.zeros((4, 2, 2)), ValueError, r"got shape \(4, 2, 2\)$"),
        (np.zeros(4), ValueError, r"got shape \(4,\)$"),
        (np.float64(1.0), TypeError, "got float64 at position 1"),
        ([(0, 0), (1, 0), (1,)], ValueError, r"^polygon 1 must be vertices of shape \(n, 2\): "),
        ([(0, 0, 0), (1, 0, 0)], ValueError, r"got shape \(2, 3\)$"),
        ([SQUARE], ValueError, r"got shape \(1, 4, 2\)$"),
        ([("a", "b")], TypeError, "^polygon 1 must be numeric .* got list of dtype <U1"),
        (ARRAY > 3, TypeError, "^polygon 1 must be numeric .* dtype bool"),
        (ARRAY * 1j, TypeError, "^polygon 1 must be numeric .* dtype complex128"),
        ([(0, 0), (1, np.nan)], ValueError, r"^vertex 1 of polygon 1 .* got \(1, NaN\)"),
        ([(0, 0), (1, None)], ValueError, r"^vertex 1 of polygon 1 .* got \(1, NaN\)"),
        (np.ma.masked_equal(ARRAY, 10), ValueError, r"^vertex 1 of polygon 1 .* \(NaN, 0\)"),
        (
            pd.DataFrame({"e": [0, 1], "n": [0, pd.NA]}),
            ValueError,
            "^vertex 1 of polygon 1 must be",
        ),
    ],
)
def test_wrong_vertices_are_named_by_their_position(polygon, error, message):
    with pytest.raises(error, match=message):
        poly_match.main([ARRAY, polygon], [(0, 0)])


@pytest.mark.parametrize("vertices", [ARRAY, ARRAY[:, None, :], np.int32(ARRAY)])
def test_a_single_array_of_vertices_is_no_list_of_polygons(vertices):
    message = r"must be an iterable of polygons, got the vertices of one, of shape \(4, .*list"
    with pytest.raises(ValueError, match=message):
        index(vertices)


@pytest.mark.parametrize("vertices", [SQUARE, ARRAY.tolist(), iter(ARRAY)])
def test_a_single_list_of_vertices_is_no_list_of_polygons(vertices):
    message = r"polygon 0 must be .*, got shape \(2,\); put a single polygon into a list"
    with pytest.raises(ValueError, match=message):
        index(vertices)
