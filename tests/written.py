"""Points and polygons in files, as each library writes them.

All files of points have the same rows, and so have all files of polygons. `POINTS` and `POLYGONS`
name the files and their makers; the extension is that of the format.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import geopandas
import numpy as np
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pyogrio
import shapely

from tests.optional import needs

if TYPE_CHECKING:
    from collections.abc import Callable

WGS84 = "EPSG:4326"
CODES = ["01001", "é", None, "a,b", 'say "no"', "NA"]


@functools.cache
def points() -> geopandas.GeoDataFrame:
    """Give 120 points, of which some match nothing, with columns of several types."""
    random = np.random.default_rng(20)
    at = random.uniform(-3, 13, (120, 2)).round(3)
    count = len(at)
    columns = {
        # Doubles do not hold the last one.
        "id": [*range(count - 1), 2**53 + 1],
        "code": [CODES[i % len(CODES)] for i in range(count)],
        "value": [None if i % 7 == 0 else i / 8 for i in range(count)],
        "flag": [i % 3 == 0 for i in range(count)],
    }
    return geopandas.GeoDataFrame(columns, geometry=shapely.points(at), crs=WGS84)


@functools.cache
def polygons() -> geopandas.GeoDataFrame:
    """Give 26 polygons that overlap: one with a hole, one of two parts."""
    random = np.random.default_rng(21)
    low = random.uniform(0, 9, (24, 2)).round(3)
    size = random.uniform(0.2, 3, (24, 2)).round(3)
    shapes = [
        shapely.box(x, y, round(x + w, 3), round(y + h, 3))
        for (x, y), (w, h) in zip(low, size, strict=True)
    ]
    shapes.append(shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6)))
    shapes.append(shapely.MultiPolygon([shapely.box(-2, -2, -1, -1), shapely.box(11, 11, 12, 12)]))
    count = len(shapes)
    columns = {
        "zone": [f"{i:03}" for i in range(count)],
        "level": [i % 4 for i in range(count)],
        "weight": [i / 4 for i in range(count)],
    }
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84)


def with_xy(frame: geopandas.GeoDataFrame) -> pa.Table:
    """Give points as a table with x and y in place of the geometry."""
    plain = pa.Table.from_pandas(frame.drop(columns="geometry"), preserve_index=False)
    plain = plain.replace_schema_metadata(None)
    x, y = (pa.array(axis) for axis in (frame.geometry.x, frame.geometry.y))
    return plain.append_column("x", x).append_column("y", y)


def with_text(frame: geopandas.GeoDataFrame, name: str = "wkt") -> pa.Table:
    """Give a table with well-known text in place of the geometry."""
    plain = pa.Table.from_pandas(frame.drop(columns="geometry"), preserve_index=False)
    texts = shapely.to_wkt(frame.geometry.array, rounding_precision=-1)
    return plain.replace_schema_metadata(None).append_column(name, pa.array(texts, pa.string()))


def with_binary(frame: geopandas.GeoDataFrame) -> pa.Table:
    """Give a table with well-known binary under the name `geometry`."""
    plain = pa.Table.from_pandas(frame.drop(columns="geometry"), preserve_index=False)
    wkb = pa.array(shapely.to_wkb(frame.geometry.array), pa.binary())
    return plain.replace_schema_metadata(None).append_column("geometry", wkb)


# --- GeoPandas and GDAL --------------------------------------------------------------------------


def geopandas_parquet(frame: geopandas.GeoDataFrame, path: Path, **options: Any) -> None:
    frame.to_parquet(path, **options)


def geopandas_feather(frame: geopandas.GeoDataFrame, path: Path) -> None:
    frame.to_feather(path)


def gdal(frame: geopandas.GeoDataFrame, path: Path, driver: str, **options: str) -> None:
    pyogrio.write_dataframe(frame, path, driver=driver, **options)


# --- DuckDB --------------------------------------------------------------------------------------


@functools.cache
def spatial() -> duckdb.DuckDBPyConnection:
    """Connect to a DuckDB with its spatial extension."""
    package = needs("duckdb_extension_spatial")
    folder = Path(package.__file__).parent / "extensions"
    (extension,) = folder.glob(f"v{duckdb.__version__}/*.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


def duckdb_geometry(frame: geopandas.GeoDataFrame, path: Path, version: str) -> None:
    connection = spatial()
    connection.register("rows", with_binary(frame))
    geometry = "ST_GeomFromWKB(geometry) AS geometry"
    if version == "NONE":
        # Without GeoParquet's metadata, the type itself names the system.
        geometry = "ST_SetCRS(ST_GeomFromWKB(geometry), 'OGC:CRS84') AS geometry"
    connection.execute(
        f"COPY (SELECT * REPLACE ({geometry}) FROM rows) TO '{path}' "
        f"(FORMAT parquet, GEOPARQUET_VERSION '{version}')"
    )


def duckdb_plain(table: pa.Table, path: Path, options: str = "") -> None:
    connection = duckdb.connect()
    connection.register("rows", table)
    connection.execute(f"COPY rows TO '{path}' {options}")


# --- Polars --------------------------------------------------------------------------------------


def polars_parquet(table: pa.Table, path: Path) -> None:
    polars.from_arrow(table).write_parquet(path)


def polars_ipc(table: pa.Table, path: Path, **options: Any) -> None:
    # Its texts are views.
    polars.from_arrow(table).write_ipc(path, compat_level=polars.CompatLevel.newest(), **options)


def polars_stream(table: pa.Table, path: Path) -> None:
    polars.from_arrow(table).write_ipc_stream(path, compat_level=polars.CompatLevel.newest())


def polars_csv(table: pa.Table, path: Path, separator: str = ",") -> None:
    polars.from_arrow(table).write_csv(path, separator=separator)


# --- pyarrow -------------------------------------------------------------------------------------


def unusual(table: pa.Table) -> pa.Table:
    """Give a table with dictionaries and large types."""
    large = {pa.string(): pa.large_string(), pa.binary(): pa.large_binary()}
    fields = [field.with_type(large.get(field.type, field.type)) for field in table.schema]
    table = table.cast(pa.schema(fields))
    for i, field in enumerate(table.schema):
        if field.name in ("flag", "level"):
            column = table.column(i).cast(pa.int8()).dictionary_encode()
            table = table.set_column(i, field.name, column)
    return table


def pyarrow_parquet(table: pa.Table, path: Path, **options: Any) -> None:
    pq.write_table(table, path, **options)


def pyarrow_feather(table: pa.Table, path: Path, compression: str) -> None:
    pa.feather.write_feather(table, path, compression=compression, chunksize=50)


def pyarrow_stream(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_stream(path, table.schema) as stream:
        for batch in table.to_batches(max_chunksize=7):
            stream.write_batch(batch)


def pyarrow_csv(table: pa.Table, path: Path, delimiter: str = ",") -> None:
    pa.csv.write_csv(table, path, pa.csv.WriteOptions(delimiter=delimiter))


def geoarrow(frame: geopandas.GeoDataFrame, path: Path) -> None:
    """Write what GeoPandas gives other libraries, in their extension types."""
    table = pa.table(frame.to_arrow(index=False, geometry_encoding="geoarrow"))
    pyarrow_stream(table, path)


def by(maker: Callable[..., None], *arguments: Any, **options: Any) -> Any:
    """Give a maker that is called with these arguments too."""
    return lambda frame, path: maker(frame, path, *arguments, **options)


def of(table: Callable[..., pa.Table], maker: Callable[..., None], *arguments: Any, **options: Any):
    """Give a maker that is given a table of the frame."""
    return lambda frame, path: maker(table(frame), path, *arguments, **options)


# Files with a column of geometry, of points or of polygons.
GEOMETRY: dict[str, Any] = {
    "geopandas-1.0.parquet": by(geopandas_parquet, schema_version="1.0.0"),
    "geopandas-1.1.parquet": by(geopandas_parquet, write_covering_bbox=True),
    "geopandas-native.parquet": by(geopandas_parquet, geometry_encoding="geoarrow"),
    "geopandas.feather": geopandas_feather,
    "geoarrow.arrows": geoarrow,
    "duckdb-v1.parquet": by(duckdb_geometry, "V1"),
    "duckdb-v2.parquet": by(duckdb_geometry, "V2"),
    "duckdb-native.parquet": by(duckdb_geometry, "NONE"),
    "gdal.geojson": by(gdal, "GeoJSON"),
    "gdal-rfc7946.json": by(gdal, "GeoJSON", RFC7946="YES"),
    "gdal.geojsonl": by(gdal, "GeoJSONSeq"),
    "gdal-rs.geojsons": by(gdal, "GeoJSONSeq", RS="YES"),
    "gdal-wkt.csv": by(gdal, "CSV", GEOMETRY="AS_WKT"),
    "polars-wkb.parquet": of(with_binary, polars_parquet),
    "polars-wkb.arrow": of(with_binary, polars_ipc),
    "polars-wkt.csv": of(with_text, polars_csv),
    "polars-wkt.tsv": of(with_text, polars_csv, separator="\t"),
    "pyarrow-wkb.parquet": of(lambda frame: unusual(with_binary(frame)), pyarrow_parquet),
    "pyarrow-wkt.parquet": of(lambda frame: unusual(with_text(frame)), pyarrow_parquet),
    "pyarrow-wkb.arrows": of(lambda frame: unusual(with_binary(frame)), pyarrow_stream),
}

# Files of points with columns of x and y.
AXES: dict[str, Any] = {
    "polars.parquet": of(with_xy, polars_parquet),
    "polars.arrow": of(with_xy, polars_ipc),
    "polars-zstd.arrow": of(with_xy, polars_ipc, compression="zstd"),
    "polars.arrows": of(with_xy, polars_stream),
    "polars.csv": of(with_xy, polars_csv),
    "duckdb.parquet": of(with_xy, duckdb_plain),
    "duckdb.csv": of(with_xy, duckdb_plain),
    "duckdb.csv.gz": of(with_xy, duckdb_plain),
    "duckdb.csv.zst": of(with_xy, duckdb_plain, "(COMPRESSION zstd)"),
    "duckdb.tsv": of(with_xy, duckdb_plain, "(FORMAT csv, DELIMITER '\t')"),
    "pyarrow.parquet": of(lambda frame: unusual(with_xy(frame)), pyarrow_parquet),
    "pyarrow-v2.parquet": of(
        with_xy, pyarrow_parquet, data_page_version="2.0", row_group_size=9, compression="brotli"
    ),
    "pyarrow.arrows": of(lambda frame: unusual(with_xy(frame)), pyarrow_stream),
    "pyarrow-lz4.feather": of(lambda frame: unusual(with_xy(frame)), pyarrow_feather, "lz4"),
    "pyarrow-zstd.feather": of(with_xy, pyarrow_feather, "zstd"),
    "pyarrow-plain.feather": of(with_xy, pyarrow_feather, "uncompressed"),
    "pyarrow.csv": of(with_xy, pyarrow_csv),
    "pyarrow.tsv": of(with_xy, pyarrow_csv, "\t"),
}
