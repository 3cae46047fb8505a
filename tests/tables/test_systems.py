"""Coordinate systems that tables declare: compared, refused or allowed, whatever the library."""

from __future__ import annotations

import itertools
import json
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.tables.geometries import typed
from tests.tables.kinds import rows

SHAPES = [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)]
POINTS = [shapely.Point(5, 5), shapely.Point(1, 1), shapely.Point(50, 50)]
UTM, DEGREES, CRS84 = "EPSG:32632", "EPSG:4326", "OGC:CRS84"


def of_geopandas(shapes: list[Any], crs: str | None) -> Any:
    return geopandas.GeoDataFrame(geometry=shapes, crs=crs)


def of_geoarrow(shapes: list[Any], crs: str | None) -> Any:
    storage = pa.array(shapely.to_wkb(shapes).tolist())
    metadata = {} if crs is None else {"crs": crs, "crs_type": "authority_code"}
    return pa.table({"geometry": typed(storage, "geoarrow.wkb", json.dumps(metadata))})


def of_metadata(shapes: list[Any], crs: str | None) -> Any:
    # As other libraries write it, with PROJJSON.
    said = {} if crs is None else {"crs": geopandas.GeoSeries(crs=crs).crs.to_json_dict()}
    extension = {
        "ARROW:extension:name": "geoarrow.wkb",
        "ARROW:extension:metadata": json.dumps(said),
    }
    field = pa.field("geometry", pa.binary(), metadata=extension)
    return pa.table([pa.array(shapely.to_wkb(shapes).tolist())], schema=pa.schema([field]))


def of_ewkb(shapes: list[Any], crs: str | None) -> Any:
    code = {None: 0, UTM: 32632, DEGREES: 4326, CRS84: 4326}[crs]
    known = shapely.set_srid(shapes, code)
    return pl.DataFrame({"wkb": [shapely.to_wkb(one, include_srid=True) for one in known]})


def of_ewkt(shapes: list[Any], crs: str | None) -> Any:
    code = {None: 0, UTM: 32632, DEGREES: 4326, CRS84: 4326}[crs]
    start = f"SRID={code};" if code else ""
    return pd.DataFrame({"wkt": [start + one.wkt for one in shapes]})


def of_series(shapes: list[Any], crs: str | None) -> Any:
    return pd.DataFrame({"geometry": geopandas.GeoSeries(shapes, crs=crs)})


WAYS = [of_geopandas, of_geoarrow, of_metadata, of_ewkb, of_ewkt, of_series]
PAIRS = list(itertools.product(WAYS, WAYS))
each_pair = pytest.mark.parametrize(("ours", "theirs"), PAIRS)
each_way = pytest.mark.parametrize("way", WAYS)


def at(points: Any, polygons: Any, **asked: Any) -> Any:
    return rows(poly_match.join(points, polygons, position_col="at", columns=[], **asked))["at"]


@each_pair
def test_one_system_or_none(ours: Any, theirs: Any):
    for one, other in ((UTM, UTM), (None, UTM), (UTM, None), (DEGREES, CRS84), (CRS84, DEGREES)):
        assert at(ours(POINTS, one), theirs(SHAPES, other), near="covers") == [1, 0, None]


@each_pair
def test_two_systems_are_refused(ours: Any, theirs: Any):
    for one, other in ((UTM, DEGREES), (DEGREES, UTM)):
        points, polygons = ours(POINTS, one), theirs(SHAPES, other)
        with pytest.raises(ValueError, match="32632") as caught:
            at(points, polygons, near="covers")
        assert "4326" in str(caught.value)
        with pytest.raises(ValueError, match="32632"):
            Matcher.from_table(polygons, near="covers").join(points)


@each_way
def test_degrees_are_no_distance(way: Any):
    plain = {"x": [5.0, 1.0, 50.0], "y": [5.0, 1.0, 50.0]}
    for crs in (DEGREES, CRS84):
        for points, polygons in (
            (way(POINTS, crs), {"geometry": SHAPES}),
            (plain, way(SHAPES, crs)),
            (way(POINTS, crs), way(SHAPES, crs)),
        ):
            for near in ("center", "boundary"):
                asked: dict[str, Any] = {"near": near, "max_dist": 5.0}
                with pytest.raises(ValueError, match=r"degrees.*planar=True"):
                    at(points, polygons, **asked)
                assert at(points, polygons, planar=True, **asked)[0] == 1
        assert at(way(POINTS, crs), way(SHAPES, crs), near="covers") == [1, 0, None]
        with pytest.raises(ValueError, match=r"degrees.*planar=True"):
            Matcher.from_table(way(SHAPES, crs), near="center", max_dist=5.0)
        matcher = Matcher.from_table({"geometry": SHAPES}, near="center", max_dist=5.0)
        with pytest.raises(ValueError, match=r"degrees.*planar=True"):
            matcher.join(way(POINTS, crs))


@pytest.mark.parametrize("names", [("lon", "lat"), ("longitude", "latitude"), ("Lon", "Lat")])
def test_names_declare_degrees(names: tuple[str, str]):
    xy = np.array([5.0, 1.0, 50.0])
    for points in (
        pd.DataFrame({names[0]: xy, names[1]: xy}),
        pl.DataFrame({names[0]: xy, names[1]: xy}),
        pa.table({names[0]: xy, names[1]: xy}),
        {names[0]: xy, names[1]: xy},
    ):
        for named in ({}, {"x": names[0], "y": names[1]}):
            assert at(points, of_geopandas(SHAPES, DEGREES), near="covers", **named) == [1, 0, None]
            # Degrees of any system.
            other = of_geopandas(SHAPES, "EPSG:4258")
            assert at(points, other, near="covers", **named) == [1, 0, None]
            with pytest.raises(ValueError, match="32632"):
                at(points, of_geopandas(SHAPES, UTM), near="covers", **named)
            with pytest.raises(ValueError, match=r"degrees.*planar=True"):
                at(points, {"geometry": SHAPES}, near="center", max_dist=5.0, **named)
            with pytest.raises(ValueError, match=r"degrees.*planar=True"):
                at(points, {"geometry": SHAPES}, near="boundary", max_dist=5.0, **named)


def test_plain_names_declare_nothing():
    points = {"x": [5.0], "y": [5.0]}
    assert at(points, of_geopandas(SHAPES, UTM), near="center", max_dist=5.0) == [1]
    assert at(points, of_geopandas(SHAPES, DEGREES), near="covers") == [1]


@each_way
def test_the_matcher_knows_its_system(way: Any):
    matcher = Matcher.from_table(way(SHAPES, UTM), near="covers")
    assert matcher.crs == UTM
    again = Matcher.from_bytes(matcher.to_bytes())
    assert again.crs == UTM
    with pytest.raises(ValueError, match="32632"):
        again.join(of_geopandas(POINTS, DEGREES))
    assert Matcher.from_table(way(SHAPES, None), near="covers").crs is None


@pytest.mark.parametrize("way", [of_geoarrow, of_metadata])
def test_the_points_keep_their_system(way: Any):
    points = way(POINTS, UTM)
    got = poly_match.join(points, way(SHAPES, UTM), near="covers", how="inner")
    assert got.schema.field("geometry").equals(points.schema.field("geometry"), check_metadata=True)
    got = poly_match.join(points, way(SHAPES, UTM), near="covers", columns={"geometry": "zone"})
    field = way(SHAPES, UTM).schema.field("geometry").with_name("zone")
    assert got.schema.field("zone").equals(field, check_metadata=True)


def test_several_systems_in_one_column():
    known = [shapely.set_srid(POINTS[0], 4326), shapely.set_srid(POINTS[1], 32632)]
    points = pl.DataFrame({"wkb": [shapely.to_wkb(one, include_srid=True) for one in known]})
    with pytest.raises(ValueError, match="32632"):
        at(points, {"geometry": SHAPES}, near="covers")
