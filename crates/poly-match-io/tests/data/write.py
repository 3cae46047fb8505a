"""Writes the files that the tests of this crate read, with the libraries that users write with.

Run as `python crates/poly-match-io/tests/data/write.py` in an environment of the project. The files
are committed: the tests need no Python, and see what these versions wrote. All have the same rows.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import duckdb
import duckdb_extension_spatial
import geopandas
import polars
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import shapely

HERE = Path(__file__).parent

NAMES = ["01001", "é", None, "a,b"]
POINTS = [(8.5, 47.4), (-0.1, 51.5), (0.0, 0.0), (9.0, 46.0)]
WGS84 = "EPSG:4326"


def plain() -> pa.Table:
    """Give a table without geometry, of several types."""
    return pa.table(
        {
            "id": pa.array([7, 8, 9, 2**53 + 1], pa.int64()),
            "name": pa.array(NAMES, pa.string()),
            "x": [x for x, _ in POINTS],
            "y": [y for _, y in POINTS],
            "kind": pa.array(["a", "b", "a", None], pa.string()).dictionary_encode(),
            "day": pa.array([0, 1, None, 20_000], pa.date32()),
            "tags": pa.array([["p"], [], None, ["q", "r"]], pa.list_(pa.string())),
        }
    )


def spatial(crs: str | None = WGS84) -> geopandas.GeoDataFrame:
    """Give the points with a geometry."""
    points = geopandas.GeoSeries([shapely.Point(point) for point in POINTS], crs=crs)
    return geopandas.GeoDataFrame({"id": [7, 8, 9, 10], "name": NAMES}, geometry=points)


def with_geo(geometry: pa.Array, column: dict[str, object], version: str) -> pa.Table:
    """Give a table with metadata under the key `geo`."""
    geo = {"version": version, "primary_column": "geometry", "columns": {"geometry": column}}
    table = pa.table({"id": [7, 8, 9, 10], "geometry": geometry})
    return table.replace_schema_metadata({"geo": json.dumps(geo)})


def write_pyarrow() -> None:
    """Write what pyarrow writes: codecs, encodings, versions of pages."""
    table = plain()
    for codec in ["none", "snappy", "zstd", "lz4", "brotli", "gzip"]:
        pq.write_table(table, HERE / f"pyarrow-{codec}.parquet", compression=codec)
    pq.write_table(table, HERE / "pyarrow-v2.parquet", data_page_version="2.0", row_group_size=2)
    encodings = {"id": "DELTA_BINARY_PACKED", "name": "DELTA_BYTE_ARRAY", "x": "BYTE_STREAM_SPLIT"}
    pq.write_table(
        table.select(list(encodings)),
        HERE / "pyarrow-delta.parquet",
        use_dictionary=False,
        column_encoding=encodings,
    )
    pq.write_table(table.slice(0, 0), HERE / "pyarrow-empty.parquet")
    for codec in ["uncompressed", "lz4", "zstd"]:
        pa.feather.write_feather(table, HERE / f"pyarrow-{codec}.feather", compression=codec)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        pa.feather.write_feather(table.select(["id"]), HERE / "pyarrow-v1.feather", version=1)
    with pa.ipc.new_stream(HERE / "pyarrow.arrows", table.schema) as stream:
        for batch in table.to_batches(max_chunksize=3):
            stream.write_batch(batch)


def write_geo() -> None:
    """Write GeoParquet of several versions, encodings and systems."""
    spatial().to_parquet(HERE / "geopandas-1.0.parquet", schema_version="1.0.0")
    covered = spatial("EPSG:25832")
    covered.to_parquet(HERE / "geopandas-1.1.parquet", write_covering_bbox=True)
    spatial(None).to_parquet(HERE / "geopandas-unknown.parquet")
    spatial().to_parquet(HERE / "geopandas-native.parquet", geometry_encoding="geoarrow")
    spatial().to_feather(HERE / "geopandas.feather")
    wkb = pa.array(shapely.to_wkb([shapely.Point(point) for point in POINTS]))
    default = {"encoding": "WKB", "geometry_types": ["Point"]}
    pq.write_table(with_geo(wkb, default, "2.0.0"), HERE / "geoparquet-2.0.parquet")
    sphere = {**default, "crs": None, "edges": "spherical"}
    view = wkb.cast(pa.binary_view())
    pq.write_table(with_geo(view, sphere, "1.1.0"), HERE / "geoparquet-sphere.parquet")


def write_duckdb() -> None:
    """Write what DuckDB writes: plain, GeoParquet, and Parquet's own GEOMETRY."""
    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    (extension,) = folder.glob(f"v{duckdb.__version__}/*.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    rows = spatial().drop(columns="geometry").assign(wkb=shapely.to_wkb(spatial().geometry.array))
    connection.register("rows", rows)
    point = "ST_GeomFromWKB(wkb)"
    for name, geometry, version in [
        ("v1", point, "V1"),
        ("v2", point, "V2"),
        ("none", point, "NONE"),
        ("none-25832", f"ST_SetCRS({point}, 'EPSG:25832')", "NONE"),
    ]:
        selected = f"SELECT id, name, {geometry} AS geometry FROM rows"
        option = f"FORMAT parquet, GEOPARQUET_VERSION '{version}'"
        connection.execute(f"COPY ({selected}) TO '{HERE}/duckdb-{name}.parquet' ({option})")


def write_polars() -> None:
    """Write what Polars writes."""
    frame = polars.from_arrow(plain())
    frame.write_parquet(HERE / "polars.parquet")
    frame.write_ipc(HERE / "polars.arrow", compression="zstd")


if __name__ == "__main__":
    write_pyarrow()
    write_geo()
    write_duckdb()
    write_polars()
