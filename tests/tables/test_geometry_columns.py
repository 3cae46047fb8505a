"""Points and polygons in every encoding of geometry, in every library that holds it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import Matcher, Polygon

from tests.tables.geometries import ENCODINGS, OF_POLYGONS, cut
from tests.tables.kinds import POLARS, rows

RNG = np.random.default_rng(7)
XY = RNG.uniform(-1, 16, (40, 2)).round(2)
POINTS = list(shapely.points(XY))
CORNERS = RNG.integers(0, 12, (12, 2))
SHAPES = list(shapely.box(*CORNERS.T, *(CORNERS + RNG.integers(2, 6, (12, 2))).T))
SHAPES[3] = SHAPES[3].difference(SHAPES[3].centroid.buffer(0.5))
RULE: dict[str, Any] = {"near": "boundary", "max_dist": 0.5}
INDEX = Matcher(SHAPES, best="smallest", **RULE).match(XY).index
EXPECTED = [None if i < 0 else i for i in INDEX.tolist()]


def to_polars(column: pa.ChunkedArray) -> Any:
    if POLARS < (1, 36) and isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks])
    if POLARS < (1, 20) and pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pl.from_arrow(pa.table({"geometry": column}))


def to_pandas(column: pa.ChunkedArray) -> Any:
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks])
    return pd.DataFrame({"geometry": pd.Series(pd.arrays.ArrowExtensionArray(column))})


LIBRARIES = {
    "pyarrow": lambda column: pa.table({"geometry": column}),
    "polars": to_polars,
    "pandas": to_pandas,
}


def at(points: Any, polygons: Any, **asked: Any) -> Any:
    asked = {"best": "smallest", **RULE, **asked}
    return rows(poly_match.join(points, polygons, position_col="at", columns=[], **asked))["at"]


@pytest.mark.parametrize("encoding", OF_POLYGONS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_polygons(library: str, encoding: str):
    table = LIBRARIES[library](pa.chunked_array([OF_POLYGONS[encoding](SHAPES)]))
    points = {"x": XY[:, 0], "y": XY[:, 1]}
    assert at(points, table, polygon_geometry="geometry") == EXPECTED
    assert at(points, table) == EXPECTED


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_points(library: str, encoding: str):
    table = LIBRARIES[library](pa.chunked_array([ENCODINGS[encoding](POINTS)]))
    assert at(table, {"geometry": SHAPES}, geometry="geometry") == EXPECTED
    assert at(table, {"geometry": SHAPES}) == EXPECTED


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from(sorted(OF_POLYGONS)),
    st.lists(st.integers(0, 15), max_size=6),
    st.lists(st.integers(0, 5), max_size=6),
)
def test_chunks_of_any_cut(ours: str, theirs: str, sizes: list[int], others: list[int]):
    points = cut(ENCODINGS[ours](POINTS), sizes)
    polygons = cut(OF_POLYGONS[theirs](SHAPES), others)
    for make in (LIBRARIES["pyarrow"], LIBRARIES["polars"]):
        assert at(make(points), make(polygons)) == EXPECTED


@pytest.mark.parametrize("encoding", OF_POLYGONS)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("hole", [None, shapely.Polygon()], ids=["null", "empty"])
def test_rows_without_a_polygon(library: str, encoding: str, hole: Any):
    shapes = [*SHAPES[:4], hole, *SHAPES[4:]]
    table = LIBRARIES[library](cut(OF_POLYGONS[encoding](shapes), [2, 3]))
    points = {"x": XY[:, 0], "y": XY[:, 1]}
    with pytest.raises((TypeError, ValueError), match=r"(position|polygon|row) 4"):
        at(points, table)
    expected = [i if i is None or i < 4 else i + 1 for i in EXPECTED]
    assert at(points, table, on_invalid="skip") == expected
    assert Matcher.from_table(table, on_invalid="skip", near="covers").skipped == 1


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("hole", [None, shapely.Point()], ids=["null", "empty"])
def test_rows_without_a_point(library: str, encoding: str, hole: Any):
    points = [*POINTS[:7], hole, *POINTS[7:]]
    column = cut(ENCODINGS[encoding](points), [2, 3])
    if encoding == "interleaved":
        column = column.combine_chunks()  # Polars cannot read slices with nulls
        column = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    table = LIBRARIES[library](column)
    polygons = {"geometry": SHAPES}
    with pytest.raises(ValueError, match="point 7"):
        at(table, polygons)
    assert at(table, polygons, on_invalid="skip") == [*EXPECTED[:7], None, *EXPECTED[7:]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_all_are_null(library: str):
    for encoding in ("wkb", "wkt", "interleaved"):
        points = ENCODINGS[encoding](POINTS[:2])
        make = LIBRARIES[library]
        column = pa.chunked_array([pa.nulls(2, points.type)])
        assert at(make(column), {"geometry": SHAPES}, on_invalid="skip") == [None, None]
        theirs = OF_POLYGONS[encoding](SHAPES[:2])
        column = pa.chunked_array([pa.nulls(2, theirs.type)])
        assert at(make(pa.chunked_array([points])), make(column), on_invalid="skip") == [None, None]


@pytest.mark.parametrize("encoding", OF_POLYGONS)
def test_columns_that_are_sliced(encoding: str):
    column = OF_POLYGONS[encoding]([*SHAPES[-3:], *SHAPES, *SHAPES[:2]])[3:-2]
    assert at({"x": XY[:, 0], "y": XY[:, 1]}, pa.table({"geometry": column})) == EXPECTED


def lists(shapes: list[Any]) -> list[Any]:
    return [shapely.get_coordinates(one.exterior)[:-1].tolist() for one in shapes]


PLAIN = [one if not one.interiors else shapely.Polygon(one.exterior) for one in SHAPES]
OBJECTS: dict[str, Any] = {
    "shapely": PLAIN,
    "wkb": [shapely.to_wkb(one) for one in PLAIN],
    "wkt": [one.wkt for one in PLAIN],
    "mappings": [shapely.geometry.mapping(one) for one in PLAIN],
    "polygons": [Polygon(*shapely.get_coordinates(one.exterior)[:-1].T.tolist()) for one in PLAIN],
    "vertices": lists(PLAIN),
    "arrays": [np.array(one) for one in lists(PLAIN)],
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_columns_of_objects(kind: str):
    expected = Matcher(PLAIN, best="smallest", **RULE).match(XY).index.tolist()
    points = {"x": XY[:, 0], "y": XY[:, 1]}
    objects = np.empty(len(PLAIN), dtype=object)
    objects[:] = [None] * len(PLAIN)
    for i, one in enumerate(OBJECTS[kind]):
        objects[i] = one
    tables: list[Any] = [
        {"geometry": OBJECTS[kind]},
        {"geometry": objects},
        pd.DataFrame({"geometry": pd.Series(objects)}),
    ]
    if kind == "wkt":
        tables.append({"geometry": np.array(OBJECTS[kind])})
    if kind not in ("vertices", "arrays", "mappings"):
        tables.append(pl.DataFrame({"geometry": pl.Series(OBJECTS[kind], dtype=pl.Object)}))
    for table in tables:
        got = at(points, table, polygon_geometry="geometry")
        assert got == [None if i < 0 else i for i in expected], type(table)


def test_points_as_objects():
    for values in (
        POINTS,
        np.array(POINTS),
        [one.wkt for one in POINTS],
        [shapely.geometry.mapping(one) for one in POINTS],
        XY.tolist(),
        XY,
    ):
        assert (
            at({"geometry": values, "id": range(40)}, {"geometry": SHAPES}, geometry="geometry")
            == EXPECTED
        )
    frame = pd.DataFrame({"geometry": XY.tolist()})
    assert at(frame, {"geometry": SHAPES}, geometry="geometry") == EXPECTED


@pytest.mark.parametrize("library", LIBRARIES)
def test_values_that_are_no_geometry(library: str):
    make = LIBRARIES[library]
    for column, message in (
        (pa.array([b"\x01\x02"] * 3), "(position|polygon|row|geometry) 0"),
        (pa.array(["POLYGON((0 0"] * 3), "(position|polygon|row|geometry) 0"),
        (
            pa.array([1, 2, 3]),
            "column 'geometry' of polygons must hold geometry.*got .*, such as 1",
        ),
        (pa.array([True, False]), "column 'geometry' of polygons must hold geometry"),
        (
            pa.array([[1.0], [2.0]]),
            "column 'geometry' of polygons must hold geometry|(position|polygon) 0",
        ),
    ):
        table = make(pa.chunked_array([column]))
        with pytest.raises((TypeError, ValueError), match=message):
            at({"x": [1.0], "y": [1.0]}, table)
