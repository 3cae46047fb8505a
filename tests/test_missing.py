"""Missing values of points: coordinates, distances, labels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import rule_cases
from tests.test_rule_properties import asked, best_of, from_rings

SQUARE = poly_match.Polygon([0, 9, 9, 0], [0, 0, 9, 9])
SKIP = ["skip", "unmatched"]
MASKED = np.ma.array([(1.0, 2.0), (3.0, 4.0)], mask=[(False, False), (False, True)])


def frame(y, dtype):
    return pd.DataFrame({"x": pd.array([1, 3], dtype=dtype), "y": pd.array(y, dtype=dtype)})


# The second point misses y.
POINTS = {
    "mask": MASKED,
    "mask of integers": MASKED.astype(int),
    "mask of single precision": MASKED.astype(np.float32),
    "mask in Fortran order": MASKED.copy(order="F"),
    "rows with a mask": list(MASKED),
    "lists with None": MASKED.tolist(),
    "tuples with None": list(map(tuple, MASKED.tolist())),
    "tuples with NA": [(1.0, 2.0), (3.0, pd.NA)],
    "objects": np.array(MASKED.tolist(), dtype=object),
    "Int64": frame([2, None], "Int64"),
    "Float64": frame([2, None], "Float64"),
    "mixed": frame([2, None], "Float64").assign(x=[1.0, 3.0]),
    "pyarrow": frame([2, None], "float64[pyarrow]"),
    "mapping": [(1, 2), {"type": "Point", "coordinates": [3, None]}],
}
# What of these NumPy makes is NaN, which is an error like any other NaN.
NANS = {
    "nan": [(1, 2), (3, math.nan)],
    "frame": frame([2, math.nan], float),
    "table": pa.table({"x": [1, 3], "y": [2, None]}),
    "polars": pl.DataFrame({"x": [1, 3], "y": [2, None]}),
}


@pytest.fixture(scope="module")
def matcher():
    return poly_match.Matcher([SQUARE], near="boundary", max_dist=5.0)


@pytest.mark.parametrize("points", [*POINTS.values(), *NANS.values()], ids=[*POINTS, *NANS])
@pytest.mark.parametrize("word", SKIP)
def test_a_point_without_a_coordinate_is_skipped(matcher, points, word):
    assert matcher.match(points, on_invalid=word).index.tolist() == [0, -1]
    assert matcher.match(points, k=1, on_invalid=word).index.tolist() == [[0], [-1]]
    assert len(matcher.pairs(points, on_invalid=word)) == 1
    assert matcher.candidates(points, on_invalid=word).indptr.tolist() == [0, 1, 1]
    [(_, piece)] = matcher.iter_candidates(points, on_invalid=word)
    assert piece.indptr.tolist() == [0, 1, 1]
    one_shot = poly_match.match([SQUARE], points, near="covers", on_invalid=word)
    assert one_shot.index.tolist() == [0, -1]


def uses(matcher):
    return [
        matcher.match,
        lambda points, **more: matcher.match(points, k=2, **more),
        matcher.pairs,
        matcher.candidates,
        matcher.iter_candidates,
    ]


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_a_point_without_a_coordinate_is_an_error(matcher, points):
    for use in [*uses(matcher), lambda points: poly_match.main([SQUARE], points, 9.0)]:
        with pytest.raises(ValueError, match=r"^y of point 1 is missing$"):
            use(points)


@pytest.mark.parametrize("points", NANS.values(), ids=NANS)
def test_nan_is_an_error(matcher, points):
    for use in uses(matcher):
        if use != matcher.iter_candidates:
            with pytest.raises(ValueError, match=r"point 1 must be finite, got \(3, NaN\)"):
                use(points)


@pytest.mark.parametrize(
    "missing",
    [
        None,
        pd.NA,
        math.nan,
        (None, None),
        shapely.Point(),
        shapely.MultiPoint(),
        shapely.from_wkt("MULTIPOINT (EMPTY)"),
        shapely.Point(math.nan, math.nan),
        {"type": "Point", "coordinates": []},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "Feature", "geometry": None},
        {"type": "Feature", "geometry": {}},
        {"type": "Point", "coordinates": [None, None]},
    ],
    ids=str,
)
def test_a_point_may_be_missing_altogether(matcher, missing):
    points = [shapely.Point(1, 2), missing, (3, 4)]
    with pytest.raises(ValueError, match=r"^x and y of point 1 are missing$"):
        matcher.match(points)
    assert matcher.match(points, on_invalid="skip").index.tolist() == [0, -1, 0]


def test_infinity_is_invalid_too(matcher):
    points = [(1.0, 2.0), (math.inf, 0.0), (None, 0.0)]
    with pytest.raises(ValueError, match=r"point 1 must be finite, got \(inf, 0\)"):
        matcher.match(points)
    assert matcher.match(points, on_invalid="skip").index.tolist() == [0, -1, -1]


def test_a_mask_in_place_is_not_read_through():
    # A C-contiguous float64 array would be read without a copy.
    points = np.ma.array(np.ones((3, 2)), mask=[[0, 0], [1, 1], [0, 0]])
    for hidden in (1.0, math.nan):
        points.data[1] = hidden
        found = poly_match.match([SQUARE], points, near="covers", on_invalid="skip")
        assert found.index.tolist() == [0, -1, 0]
    assert points.data[0].tolist() == [1.0, 1.0]


def test_masked_vertices_and_centres_are_refused():
    hidden = np.ma.array([0.0, 9.0, 9.0], mask=[0, 1, 0])
    with pytest.raises(ValueError, match=r"vertex 1 must be finite, got \(NaN, 0\)"):
        poly_match.Polygon(hidden, [0.0, 0.0, 9.0])
    with pytest.raises(ValueError, match="centre of polygon 1 must be finite"):
        poly_match.Matcher.from_arrays(MASKED, [1, 2], max_dist=1.0)


RADII = {
    "list": [5.0, None],
    "nan": [5.0, math.nan],
    "mask": np.ma.array([5.0, 5.0], mask=[False, True]),
    "mask of integers": np.ma.array([5, 5], mask=[False, True]),
    "Int64": pd.array([5, None], dtype="Int64"),
    "Float64": pd.Series([5, None], dtype="Float64"),
    "arrow": pa.array([5, None]),
    "polars": pl.Series([5, None]),
}


@pytest.mark.parametrize("radii", RADII.values(), ids=RADII)
@pytest.mark.parametrize("inclusive", [False, True])
def test_a_point_without_a_distance_is_invalid(radii, inclusive):
    rule = {"near": "boundary", "inclusive": inclusive}
    matcher = poly_match.Matcher([SQUARE], max_dist=7.0, **rule)
    points = np.array([(1.0, 1.0), (1.0, 1.0)])
    for use in uses(matcher):
        with pytest.raises(ValueError, match=r"^max_dist of point 1 is missing$"):
            use(points, max_dist=radii)
    skip = {"max_dist": radii, "on_invalid": "skip"}
    for result in (
        matcher.match(points, **skip),
        poly_match.match([SQUARE], points, **rule, **skip),
    ):
        assert result.index.tolist() == [0, -1]
        assert np.isnan(result.distance).tolist() == [False, True]
    assert len(matcher.pairs(points, **skip)) == 1
    assert matcher.candidates(points, **skip).indptr.tolist() == [0, 1, 1]
    [(_, piece)] = matcher.iter_candidates(points, **skip)
    assert piece.indptr.tolist() == [0, 1, 1]
    assert points.tolist() == [[1.0, 1.0], [1.0, 1.0]]


LABELS = {
    "list": ["a", None],
    "nan": ["a", math.nan],
    "objects": np.array(["a", None], dtype=object),
    "mask": np.ma.array(["a", "a"], mask=[False, True]),
    "mask of integers": np.ma.array([1, 1], mask=[False, True]),
    "mask of dates": np.ma.array(["2026-01-01"] * 2, mask=[False, True], dtype="M8[D]"),
    "Int64": pd.array([1, None], dtype="Int64"),
    "large Int64": pd.array([2**53 + 1, None], dtype="Int64"),
    "string": pd.Series(["a", None], dtype="string"),
    "category": pd.Series(["a", None], dtype="category"),
    "arrow": pa.array([2**53 + 1, None]),
    "chunks": pa.chunked_array([["a"], [None]]),
    "polars": pl.Series([2**53 + 1, None]),
    "polars text": pl.Series(["a", None]),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_a_point_without_a_label_is_invalid(labels):
    first = labels[0].as_py() if isinstance(labels, (pa.Array, pa.ChunkedArray)) else labels[0]
    matcher = poly_match.Matcher([SQUARE, SQUARE], near="covers", groups=[first, "other"])
    points = [(1, 1), (1, 1)]
    for use in uses(matcher):
        with pytest.raises(ValueError, match=r"^the label of point 1 is missing, got"):
            use(points, point_groups=labels)
    skip = {"point_groups": labels, "on_invalid": "skip"}
    assert matcher.match(points, **skip).index.tolist() == [0, -1]
    assert matcher.candidates(points, **skip).indptr.tolist() == [0, 1, 1]
    # A polygon without a label matches no point, and is no error.
    without = poly_match.Matcher([SQUARE, SQUARE], near="covers", groups=labels)
    assert without.match(points, **skip).index.tolist() == [0, -1]


def test_large_labels_stay_exact_beside_a_missing_one():
    for labels in (pa.array([2**53, None]), pl.Series([2**53, None])):
        matcher = poly_match.Matcher([SQUARE], near="covers", groups=[2**53 + 1])
        found = matcher.match([(1, 1)] * 2, point_groups=labels, on_invalid="skip")
        assert found.index.tolist() == [-1, -1]


some = settings(max_examples=settings.default.max_examples // 4)


@st.composite
def masked_cases(draw: st.DrawFn):
    """A case, with what each point misses: nothing most of the time."""
    case = draw(rule_cases())
    word = st.sampled_from(["", "", "", "x", "y", "max_dist", "label"])
    return case, draw(st.lists(word, min_size=len(case.points), max_size=len(case.points)))


@some
@given(masked_cases(), st.sampled_from(["array", "list", "table"]))
def test_the_answer_of_masked_points_is_that_of_the_others_put_back(masked, form):
    case, misses = masked
    misses = [word if _can_miss(case, word) else "" for word in misses]
    if case.labels is not None:
        pairs = zip(misses, case.point_labels, strict=True)
        misses = [word or ("label" if label is None else "") for word, label in pairs]
    count = len(case.points)
    is_missing = np.array(misses, dtype=object) != ""
    places = np.array(case.points, dtype=float).reshape(count, 2)
    mask = np.array([(word == "x", word == "y") for word in misses], dtype=bool).reshape(count, 2)
    points = np.ma.array(places, mask=mask)
    if form == "list":
        points = points.tolist()
    elif form == "table":
        points = pd.DataFrame(points.astype(object).filled(pd.NA)).astype("Float64")
    known = [i for i in range(count) if not is_missing[i]]
    whole = asked(case)
    radii, labels = whole["max_dist"], whole["point_groups"]
    everything = {
        "max_dist": radii and np.ma.array(radii, mask=[word == "max_dist" for word in misses]),
        "point_groups": labels
        and [None if word == "label" else a for a, word in zip(labels, misses, strict=True)],
        "on_invalid": "skip",
    }
    others = {
        "max_dist": None if radii is None else [radii[i] for i in known],
        "point_groups": None if labels is None else [labels[i] for i in known],
    }
    matcher = from_rings(case, best_of(case))
    for k in (None, case.k):
        got = matcher.match(points, k=k, **everything)
        expected = matcher.match(places[known], k=k, **others)
        assert got.index[known].tolist() == expected.index.tolist()
        assert got.distance[known].tobytes() == expected.distance.tobytes()
        assert (got.index[is_missing] == -1).all()
        assert np.isnan(got.distance[is_missing]).all()
    got = matcher.candidates(points, **everything)
    expected = matcher.candidates(places[known], **others)
    assert got.indices.tolist() == expected.indices.tolist()
    lengths = np.diff(got.indptr)
    assert lengths[known].tolist() == np.diff(expected.indptr).tolist()
    assert not lengths[is_missing].any()
    pieces = [piece for _, piece in matcher.iter_candidates(points, batch=3, **everything)]
    assert [i for piece in pieces for i in piece.indices] == got.indices.tolist()
    if is_missing.any():
        # Each kind is looked for in turn, so not always the first point is named.
        which = "|".join(map(str, np.flatnonzero(is_missing)))
        with pytest.raises(ValueError, match=rf"of point ({which}) is missing"):
            matcher.match(points, **(everything | {"on_invalid": "raise"}))


def _can_miss(case, word):
    given = {"max_dist": case.max_dists, "label": case.labels}
    return given.get(word, word) is not None
