"""Files that `poly-match-io` writes are read by other libraries: rows, types, systems."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import geopandas
import polars
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from tests.optional import needs

ROOT = Path(__file__).parent.parent
DATA = ROOT / "crates" / "poly-match-io" / "tests" / "data"

PLAIN = ["pyarrow-zstd.parquet", "pyarrow-lz4.feather", "pyarrow.arrows", "polars.parquet"]
SPATIAL = {
    "geopandas-1.0.parquet": 4326,
    "geopandas-1.1.parquet": 25832,
    "geopandas-native.parquet": 4326,
    "geopandas-unknown.parquet": None,
    "geopandas.feather": 4326,
    "duckdb-v1.parquet": 4326,
    "duckdb-v2.parquet": 4326,
    "duckdb-none.parquet": 4326,
    "duckdb-none-25832.parquet": 25832,
}


@pytest.fixture(scope="module")
def program() -> Path:
    """Give the example that copies tables. `cargo test` builds it, as `make test` does before."""
    program = ROOT / "target" / "debug" / "examples" / "copy"
    if not program.exists():
        command = ["cargo", "test", "--locked", "--package", "poly-match-io", "--no-run"]
        subprocess.run(command, cwd=ROOT, check=True)
    return program


@pytest.fixture
def copied(program: Path, tmp_path: Path):
    """Give a function that copies a file of the data to another format."""

    def copy(name: str, extension: str) -> Path:
        to = tmp_path / f"copy.{extension}"
        subprocess.run([program, DATA / name, to], check=True)
        return to

    return copy


def read_with_pyarrow(path: Path) -> pa.Table:
    """Read a file of any of the formats."""
    if path.suffix in (".parquet",):
        return pq.read_table(path)
    if path.suffix == ".arrows":
        return pa.ipc.open_stream(path.read_bytes()).read_all()
    return pa.feather.read_table(path)


def without_dictionaries(table: pa.Table) -> pa.Table:
    """Give a table with plain columns."""
    for i, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(i, field.name, table[i].cast(field.type.value_type))
    return table


@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("name", PLAIN)
def test_pyarrow_reads_the_same_table(copied, name, extension):
    expected = read_with_pyarrow(DATA / name)
    found = read_with_pyarrow(copied(name, extension))
    if extension == "arrow":  # a file may have one dictionary only
        expected = without_dictionaries(expected)
    assert found.schema.names == expected.schema.names
    assert found.cast(expected.schema).equals(expected)
    if not name.startswith("polars"):  # arrow-rs and pyarrow see its categories differently
        assert found.schema.equals(expected.schema, check_metadata=True)


@pytest.mark.parametrize("name", PLAIN)
def test_polars_and_duckdb_read_the_same_table(copied, name):
    expected = without_dictionaries(read_with_pyarrow(DATA / name)).to_pylist()
    path = copied(name, "parquet")
    assert without_dictionaries(polars.read_parquet(path).to_arrow()).to_pylist() == expected
    assert duckdb.sql(f"SELECT * FROM '{path}'").to_arrow_table().to_pylist() == expected
    arrow = polars.read_ipc(copied(name, "arrow"))
    assert without_dictionaries(arrow.to_arrow()).to_pylist() == expected


@pytest.mark.parametrize("name", SPATIAL)
def test_geopandas_reads_points_and_system(copied, name):
    path = copied(name, "parquet")
    frame = geopandas.read_parquet(path)
    assert [(point.x, point.y) for point in frame.geometry] == [
        (8.5, 47.4),
        (-0.1, 51.5),
        (0.0, 0.0),
        (9.0, 46.0),
    ]
    epsg = SPATIAL[name]
    assert (frame.crs is None) == (epsg is None)
    assert frame.crs is None or frame.crs.equals(f"EPSG:{epsg}", ignore_axis_order=True)


def test_geopandas_filters_by_the_covering(copied):
    path = copied("geopandas-1.0.parquet", "parquet")
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["bbox"] == [-0.1, 0.0, 9.0, 51.5]
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]
    frame = geopandas.read_parquet(path, bbox=(8.0, 46.5, 9.0, 48.0))
    assert frame["id"].tolist() == [7]


def test_a_covering_that_came_is_kept(copied):
    path = copied("geopandas-1.1.parquet", "parquet")
    expected = pq.read_table(DATA / "geopandas-1.1.parquet")
    assert pq.read_table(path).schema.names == expected.schema.names
    assert len(geopandas.read_parquet(path, bbox=(8.0, 46.5, 9.0, 48.0))) == 1


@pytest.mark.parametrize("name", ["geopandas-1.0.parquet", "duckdb-none.parquet"])
def test_duckdb_reads_geometry(copied, name):
    spatial = needs("duckdb_extension_spatial")
    folder = Path(spatial.__file__).parent / "extensions"
    (extension,) = folder.glob(f"v{duckdb.__version__}/*.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    path = copied(name, "parquet")
    rows = connection.execute(f"SELECT id, ST_X(geometry), ST_Y(geometry) FROM '{path}'")
    assert rows.fetchall() == [(7, 8.5, 47.4), (8, -0.1, 51.5), (9, 0.0, 0.0), (10, 9.0, 46.0)]


@pytest.mark.parametrize("extension", ["parquet", "arrow", "arrows"])
def test_a_hostile_file_is_one_line(program, tmp_path, extension):
    path = tmp_path / f"cut.{extension}"
    source = {
        "parquet": "geopandas-1.1.parquet",
        "arrow": "polars.arrow",
        "arrows": "pyarrow.arrows",
    }
    path.write_bytes((DATA / source[extension]).read_bytes()[:-20][:1500])
    out = tmp_path / "out.parquet"
    done = subprocess.run([program, path, out], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"copy: {path}: ")
    assert done.stderr.count("\n") == 1
