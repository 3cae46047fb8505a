"""Columns with the types of geoarrow-pyarrow, which are registered."""

from __future__ import annotations

import numpy as np
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.optional import needs

ga = needs("geoarrow.pyarrow")

SHAPES = shapely.to_wkb([shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)]).tolist()
POINTS = shapely.to_wkb(shapely.points([(5, 5), (1, 1), (50, 50)])).tolist()


@pytest.mark.parametrize("encode", [ga.as_geoarrow, ga.as_wkb, ga.as_wkt])
@pytest.mark.parametrize("is_interleaved", [False, True])
def test_types_of_geoarrow(encode, is_interleaved: bool):
    points, polygons = encode(ga.array(POINTS)), encode(ga.array(SHAPES))
    if encode is ga.as_geoarrow and is_interleaved:
        points = ga.with_coord_type(points, ga.CoordType.INTERLEAVED)
        polygons = ga.with_coord_type(polygons, ga.CoordType.INTERLEAVED)
    points = pa.table({"where": ga.with_crs(points, "EPSG:32632"), "id": [1, 2, 3]})
    polygons = pa.table({"shape": ga.with_crs(polygons, "EPSG:32632"), "name": ["hall", "shelf"]})
    matcher = Matcher.from_table(polygons, near="covers", columns=["name", "shape"])
    assert matcher.crs == "EPSG:32632"
    for one in (matcher, Matcher.from_bytes(matcher.to_bytes())):
        got = one.join(points)
        assert got["name"].to_pylist() == ["shelf", "hall", None]
        assert got.schema.field("where").type == points.schema.field("where").type
        assert got.schema.field("shape").type == polygons.schema.field("shape").type
        assert got["shape"].null_count == 1
    got = one.join(points, how="inner")
    # pyarrow 14 looks into no type of text that is registered.
    got.validate(full=int(pa.__version__.split(".")[0]) > 14)
    assert got.schema.field("where").type == points.schema.field("where").type
    other = pa.table({"where": ga.with_crs(encode(ga.array(POINTS)), "EPSG:4326")})
    with pytest.raises(ValueError, match="32632"):
        poly_match.join(other, polygons, near="covers")
    batches = list(matcher.match_batches(points.to_reader(max_chunksize=2)))
    assert pa.Table.from_batches(batches)["name"].to_pylist() == ["shelf", "hall", None]


def test_coordinates_of_large_columns():
    x = np.linspace(0, 10, 10_001)
    points = ga.as_geoarrow(ga.array(shapely.to_wkb(shapely.points(x, x)).tolist()))
    got = poly_match.join(
        pa.table({"at": points}),
        {"geometry": shapely.from_wkb(SHAPES)},
        near="covers",
        position_col="position",
    )
    expected = Matcher(list(shapely.from_wkb(SHAPES)), near="covers").match(np.column_stack([x, x]))
    assert got["position"].fill_null(-1).to_pylist() == expected.index.tolist()
