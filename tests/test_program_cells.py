"""Geometry in the cells of files, as other libraries write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from tests import written
from tests.test_cli import run_ok
from tests.test_program_files import read_table

RNG = np.random.default_rng(21)
XY = RNG.uniform(0, 20, (60, 2)).round(3)
CORNERS = RNG.integers(0, 16, (9, 2))
SHAPES = [
    *shapely.box(*CORNERS.T, *(CORNERS + RNG.integers(2, 6, (9, 2))).T),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 5, 5)]),
    shapely.Point(4, 4).buffer(3).difference(shapely.Point(4, 4).buffer(1)),
    shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(9, 9, 12, 12)]),
]
EXPECTED = poly_match.Matcher(SHAPES, near="covers", best="smallest").match(XY).index.tolist()


def projected(shape: Any) -> Any:
    return shapely.set_srid(shape, 32632)


WRITERS = {
    "WKT of shapely": lambda shape: shape.wkt,
    "EWKT": lambda shape: f"SRID=32632;{shapely.to_wkt(shape, rounding_precision=-1)}",
    "WKB of shapely": lambda shape: shapely.to_wkb(shape, hex=True),
    "EWKB of PostGIS": lambda shape: shapely.to_wkb(projected(shape), hex=True, include_srid=True),
    "big-endian": lambda shape: shapely.to_wkb(shape, hex=True, byte_order=0).lower(),
    "three dimensions": lambda shape: shapely.to_wkb(shapely.force_3d(shape, 7), hex=True),
    "bytea": lambda shape: rf"\x{shapely.to_wkb(shape).hex()}",
    "GeoJSON": shapely.to_geojson,
    "GeoJSON with blanks": lambda shape: shapely.to_geojson(shape, indent=2),
}


def covered(points: Path, polygons: Path, *options: Any) -> list[int]:
    """Match by `covers`, and give the positions of the polygons, -1 for none."""
    out = points.with_name("out.parquet")
    run_ok("match", points, polygons, "--near", "covers", "-q", "-o", out, *options)
    return [-1 if i is None else i for i in read_table(out).column("polygon").to_pylist()]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".arrow"])
def test_every_notation_in_every_table(tmp_path: Path, writer: str, suffix: str):
    points, polygons = tmp_path / "p.csv", tmp_path / f"z{suffix}"
    pd.DataFrame({"x": XY[:, 0], "y": XY[:, 1]}).to_csv(points, index=False)
    table = pd.DataFrame({"geometry": [WRITERS[writer](shape) for shape in SHAPES]})
    match suffix:
        case ".csv":
            table.to_csv(polygons, index=False)
        case ".tsv":
            table.to_csv(polygons, index=False, sep="\t")
        case ".parquet":
            pq.write_table(pa.Table.from_pandas(table), polygons)
        case ".arrow":
            table.to_feather(polygons)
    assert covered(points, polygons) == EXPECTED


@pytest.mark.parametrize("writer", WRITERS)
def test_points_in_every_notation(tmp_path: Path, writer: str):
    points, polygons = tmp_path / "p.csv", tmp_path / "z.csv"
    cells = [WRITERS[writer](shapely.Point(*at)) for at in XY]
    pd.DataFrame({"geom": cells}).to_csv(points, index=False)
    pd.DataFrame({"geom": [shape.wkt for shape in SHAPES]}).to_csv(polygons, index=False)
    assert covered(points, polygons) == EXPECTED


@pytest.mark.parametrize("function", ["ST_AsText", "ST_AsHEXWKB", "ST_AsGeoJSON"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_geometry_of_duckdb(tmp_path: Path, function: str, suffix: str):
    points, polygons = tmp_path / "p.csv", tmp_path / f"z{suffix}"
    pd.DataFrame({"x": XY[:, 0], "y": XY[:, 1]}).to_csv(points, index=False)
    frame = pd.DataFrame({"n": range(len(SHAPES)), "wkb": [shape.wkb for shape in SHAPES]})
    connection = written.spatial()
    connection.register("frame", frame)
    connection.execute(
        f"COPY (SELECT {function}(ST_GeomFromWKB(wkb::BLOB)) AS geom FROM frame ORDER BY n) "
        f"TO '{polygons}'"
    )
    assert covered(points, polygons) == EXPECTED


def test_a_frame_of_geopandas_as_csv(tmp_path: Path):
    points, polygons = tmp_path / "p.csv", tmp_path / "z.csv"
    geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*XY.T)).to_csv(points, index=False)
    geopandas.GeoDataFrame({"n": 1}, geometry=SHAPES, index=range(len(SHAPES))).to_wkb(
        hex=True
    ).to_csv(polygons, index=False)
    assert covered(points, polygons) == EXPECTED


def test_a_column_of_postgis_in_pandas():
    cells = [shapely.to_wkb(projected(shape), hex=True, include_srid=True) for shape in SHAPES]
    zones = pd.DataFrame({"geom": cells})
    points = pd.DataFrame({"x": XY[:, 0], "y": XY[:, 1]})
    asked = {"near": "covers", "best": "smallest", "position_col": "at"}
    joined = poly_match.join(points, zones, **asked)
    assert joined["at"].fillna(-1).astype(int).tolist() == EXPECTED
    zones["geom"] = [shapely.to_geojson(shape) for shape in SHAPES]
    joined = poly_match.join(points, zones, **asked)
    assert joined["at"].fillna(-1).astype(int).tolist() == EXPECTED
    with pytest.raises(ValueError, match=r"malformed WKB: expected a hex"):
        poly_match.join(points, zones.assign(geom=[cells[0], "01x0", *cells[2:]]), **asked)


def test_vertices_of_rows(tmp_path: Path):
    points, polygons = tmp_path / "p.csv", tmp_path / "z.parquet"
    pd.DataFrame({"x": XY[:, 0], "y": XY[:, 1]}).to_csv(points, index=False)
    rings = [shapely.get_coordinates(shape) for shape in SHAPES[:9]]
    expected = poly_match.Matcher(SHAPES[:9], near="covers", best="smallest").match(XY).index
    rows = pd.concat(
        pd.DataFrame(ring, columns=["x", "y"]).assign(zone=f"z{i}", step=range(len(ring)))
        for i, ring in enumerate(rings)
    )
    # The first row of each zone stays where it is: it has the position.
    first = rows.drop_duplicates("zone")
    rest = rows[rows["step"] > 0].sample(frac=1, random_state=7)
    pq.write_table(pa.Table.from_pandas(pd.concat([first, rest])), polygons)
    options = ["--vertices-of", "zone", "--order", "step"]
    assert covered(points, polygons, *options) == expected.tolist()
