"""The verb `info` says of files what pyarrow, GeoPandas and pyogrio say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pyogrio
import pytest

from tests.test_cli import run_ok
from tests.written import points, polygons

if TYPE_CHECKING:
    from pathlib import Path

DRIVERS = {
    "geojson": "GeoJSON",
    "geojsonl": "GeoJSONSeq",
    "fgb": "FlatGeobuf",
    "gpkg": "GPKG",
    "shp": "ESRI Shapefile",
}


def info(path: object, *options: str) -> dict[str, Any]:
    return json.loads(run_ok("info", path, "--json", *options).stdout)


def types(found: dict[str, Any]) -> set[str]:
    return {kind["type"].removesuffix(" Z") for kind in found["geometry_types"]}


def written(frame: geopandas.GeoDataFrame, path: Path) -> None:
    extension = path.suffix[1:]
    if extension == "parquet":
        frame.to_parquet(path)
    elif extension == "feather":
        frame.to_feather(path)
    else:
        frame.to_file(path, driver=DRIVERS[extension])


@pytest.mark.parametrize("frame", [points(), polygons()], ids=["points", "polygons"])
@pytest.mark.parametrize("extension", [*DRIVERS, "parquet", "feather"])
def test_rows_extent_system_and_types_agree(tmp_path: Path, extension, frame):
    path = tmp_path / f"table.{extension}"
    written(frame, path)
    expected = geopandas.read_file(path) if extension in DRIVERS else frame
    found = info(path)
    assert found["rows"] == len(expected)
    assert np.allclose(found["extent"], expected.total_bounds)
    assert found["crs"]["epsg"] == expected.crs.to_epsg()
    kind = "geographic" if expected.crs.is_geographic else "projected"
    assert found["crs"]["kind"] == kind
    occurring = set(expected.geometry.dropna().geom_type)
    assert occurring <= types(found)
    if found["rows_read"]:
        assert occurring == types(found)
        counts = {
            kind["type"].removesuffix(" Z"): kind["count"] for kind in found["geometry_types"]
        }
        assert counts == expected.geometry.dropna().geom_type.value_counts().to_dict()
    names = [column["name"] for column in found["columns"]]
    # GeoPackage has a name of its own for the column.
    geometry = "geom" if extension == "gpkg" else "geometry"
    assert {*expected.columns.drop("geometry"), geometry} <= {*names}
    assert found["polygons"] == {"kind": "geometry", "columns": [geometry], "by": "type"}


@pytest.mark.parametrize("extension", ["fgb", "gpkg", "shp", "parquet"])
def test_metadata_is_enough_where_it_tells_all(tmp_path: Path, extension):
    frame = points()
    path = tmp_path / f"table.{extension}"
    written(frame, path)
    found = info(path)
    assert not found["rows_read"]
    if extension in DRIVERS:
        theirs = pyogrio.read_info(path)
        assert found["rows"] == theirs["features"]
        assert np.allclose(found["extent"], theirs["total_bounds"])
        assert types(found) == {theirs["geometry_type"]}


def test_types_are_those_of_the_columns(tmp_path: Path):
    table = pa.table(
        {
            "integer": pa.array([1, None], pa.int64()),
            "small": pa.array([1, 2], pa.uint8()),
            "number": pa.array([0.5, 1.5]),
            "text": pa.array(["a", None]),
            "boolean": pa.array([True, False]),
            "date": pa.array([0, 1], pa.date32()),
            "timestamp": pa.array([0, 1], pa.timestamp("us", "UTC")),
            "decimal": pa.array([1, 2], pa.decimal128(5, 2)),
            "bytes": pa.array([b"a", b"b"]),
            "list": pa.array([[1], []]),
            "struct": pa.array([{"a": 1}, {"a": 2}]),
        }
    )
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    pa.feather.write_feather(table, tmp_path / "t.feather")
    for name in ("t.parquet", "t.feather"):
        found = info(tmp_path / name)
        kinds = [column["type"] for column in found["columns"]]
        assert kinds == ["integer", "integer", *table.column_names[2:]]
        assert found["first_rows"][0][:5] == [1, 1, 0.5, "a", True]
    nulls = {column["name"]: column["nulls"] for column in info(tmp_path / "t.parquet")["columns"]}
    assert (nulls["integer"], nulls["small"], nulls["text"]) == (1, 0, 1)


def test_statistics_of_numbers_give_the_extent_of_points(tmp_path: Path):
    xy = np.random.default_rng(7).normal(size=(100_000, 2))
    frame = pd.DataFrame(xy, columns=["x", "y"])
    path = tmp_path / "points.parquet"
    frame.to_parquet(path, row_group_size=10_000, compression=None)
    found = info(path)
    assert (found["rows"], found["pieces"], found["rows_read"]) == (100_000, 10, False)
    assert found["extent"] == [*xy.min(axis=0), *xy.max(axis=0)]
    # Without statistics, all rows are read.
    bare = tmp_path / "bare.parquet"
    frame.to_parquet(bare, write_statistics=False)
    slow = info(bare)
    assert slow["rows_read"]
    assert (slow["rows"], slow["extent"]) == (found["rows"], found["extent"])


def test_pages_of_parquet_are_not_read(tmp_path: Path):
    path = tmp_path / "points.parquet"
    rows = 10_000_000
    table = pa.table({"x": np.arange(rows, dtype=float), "y": np.full(rows, 2.0)})
    pa.parquet.write_table(table, path, row_group_size=1_000_000)
    first = pa.parquet.ParquetFile(path).metadata.row_group(1).column(0)
    start = first.dictionary_page_offset or first.data_page_offset
    content = bytearray(path.read_bytes())
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    content[start:end] = b"\xee" * (end - start)
    path.write_bytes(content)
    found = info(path)
    assert (found["rows"], found["rows_read"]) == (rows, False)
    assert found["extent"] == [0.0, 2.0, rows - 1.0, 2.0]
    assert found["first_rows"][4] == [4.0, 2.0]


def test_layers_are_named(tmp_path: Path):
    path = tmp_path / "all.gpkg"
    polygons().to_file(path, layer="zones", driver="GPKG")
    points().to_file(path, layer="people", driver="GPKG")
    found = info(path, "--layer", "people")
    layers = {layer["name"]: layer["read"] for layer in found["layers"]}
    assert layers == {"zones": False, "people": True}
    assert found["rows"] == len(points())
    # Without a choice, each is described.
    found = {layer["name"]: layer for layer in info(path)["layers"]}
    for name, frame in (("zones", polygons()), ("people", points())):
        assert found[name]["rows"] == len(frame)
        assert np.allclose(found[name]["extent"], frame.total_bounds)
    shown = run_ok("info", path).stdout
    assert "Layers      2; --layer shows the rows of one\n" in shown
