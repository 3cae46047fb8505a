//! Files of other libraries are read: rows, types, and coordinate systems. `data/write.py` wrote them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use arrow_select::concat::concat_batches;
use poly_match_geo::arrow::{ColumnError, GeometryColumn};
use poly_match_io::{Error, Format, ReadOptions, Reader, Source, Stop};

const POINTS: [[f64; 2]; 4] = [[8.5, 47.4], [-0.1, 51.5], [0.0, 0.0], [9.0, 46.0]];
const CRS84: Option<&str> = Some("OGC:CRS84");

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn open(name: &str, options: &ReadOptions) -> Result<Reader, Error> {
    Reader::open(Source::open(&path(name), &Stop::new())?, options)
}

fn all(reader: Reader) -> (SchemaRef, RecordBatch) {
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().expect("sound");
    assert!(batches.iter().all(|batch| batch.schema() == schema));
    let batch = concat_batches(&schema, &batches).expect("one schema");
    (schema, batch)
}

/// Checks the columns of `plain` in `write.py`.
fn check_plain(name: &str) {
    let (_, batch) = all(open(name, &ReadOptions::default()).expect(name));
    let column = |name: &str| batch.column_by_name(name).expect("a column");
    let ids = column("id").as_primitive::<Int64Type>();
    assert_eq!(ids.values(), &[7, 8, 9, (1 << 53) + 1], "{name}");
    let xs = column("x").as_primitive::<Float64Type>();
    assert!(xs.values().iter().eq(POINTS.iter().map(|[x, _]| x)), "{name}");
    let names: Vec<_> = match column("name").data_type() {
        DataType::Utf8 => column("name").as_string::<i32>().iter().collect(),
        DataType::LargeUtf8 => column("name").as_string::<i64>().iter().collect(),
        DataType::Utf8View => column("name").as_string_view().iter().collect(),
        other => panic!("{name}: {other}"),
    };
    assert_eq!(names, [Some("01001"), Some("é"), None, Some("a,b")], "{name}");
    if let Some(tags) = batch.column_by_name("tags") {
        let nulls: Vec<_> = (0..4).map(|i| tags.is_null(i)).collect();
        assert_eq!(nulls, [false, false, true, false], "{name}");
    }
}

/// Checks the points, and the system and the edges that the column declares.
fn check_spatial(name: &str, crs: Option<&str>, edges: Option<&str>) {
    let reader = open(name, &ReadOptions::default()).expect(name);
    let (schema, batch) = all(reader);
    let position = schema.index_of("geometry").expect(name);
    let field = Arc::new(schema.field(position).clone());
    let column = GeometryColumn::try_new(field, vec![batch.column(position).clone()]);
    let column = column.expect(name);
    let points = column.points::<ColumnError>(|_, _| Ok(()), &mut || Ok(())).expect(name);
    assert_eq!(*points, POINTS, "{name}");
    let declared = column.crs::<ColumnError>(&mut || Ok(())).expect(name);
    match crs {
        Some(part) => {
            let declared = declared.unwrap_or_default();
            assert!(declared.contains(part), "{name}: {declared}");
        }
        None => assert_eq!(declared, None, "{name}"),
    }
    assert_eq!(column.edges().expect(name).as_deref(), edges, "{name}");
}

#[test]
fn parquet_of_every_codec_and_encoding() {
    for codec in ["none", "snappy", "zstd", "lz4", "brotli", "gzip", "v2", "delta"] {
        check_plain(&format!("pyarrow-{codec}.parquet"));
    }
    check_plain("polars.parquet");
}

#[test]
fn arrow_ipc_of_every_codec() {
    for codec in ["uncompressed", "lz4", "zstd"] {
        check_plain(&format!("pyarrow-{codec}.feather"));
    }
    check_plain("pyarrow.arrows");
    check_plain("polars.arrow");
}

#[test]
fn a_file_without_rows_has_a_schema() {
    let (schema, batch) =
        all(open("pyarrow-empty.parquet", &ReadOptions::default()).expect("read"));
    assert_eq!((schema.fields().len(), batch.num_rows()), (7, 0));
}

#[test]
fn geoparquet_of_every_version_and_system() {
    check_spatial("geopandas-1.0.parquet", Some("\"code\":4326"), None);
    check_spatial("geopandas-1.1.parquet", Some("\"code\":25832"), None);
    check_spatial("geopandas-unknown.parquet", None, None);
    check_spatial("geopandas-native.parquet", Some("\"code\":4326"), None);
    check_spatial("geoparquet-2.0.parquet", CRS84, None);
    check_spatial("geoparquet-sphere.parquet", None, Some("spherical"));
    check_spatial("duckdb-v1.parquet", CRS84, None);
    check_spatial("duckdb-v2.parquet", CRS84, None);
    check_spatial("duckdb-none.parquet", CRS84, None);
    check_spatial("duckdb-none-25832.parquet", Some("\"code\":25832"), None);
}

#[test]
fn the_primary_column_is_told() {
    let options = ReadOptions::default();
    let primary = |name| open(name, &options).expect(name).primary_geometry().map(str::to_owned);
    assert_eq!(primary("geopandas-1.1.parquet").as_deref(), Some("geometry"));
    assert_eq!(primary("pyarrow-none.parquet"), None);
}

#[test]
fn geometry_in_feather_is_plain_bytes() {
    // GeoPandas puts its metadata into the schema of Feather, too.
    check_spatial("geopandas.feather", Some("\"code\":4326"), None);
}

#[test]
fn columns_are_projected() {
    for name in ["pyarrow-none.parquet", "pyarrow-zstd.feather", "pyarrow.arrows", "polars.arrow"] {
        let mut options = ReadOptions::default();
        options.columns = Some(vec!["kind".to_owned(), "id".to_owned()]);
        let (schema, batch) = all(open(name, &options).expect(name));
        let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!((names, batch.num_rows()), (vec!["id", "kind"], 4), "{name}");
        options.columns = Some(Vec::new());
        let (_, batch) = all(open(name, &options).expect(name));
        assert_eq!((batch.num_columns(), batch.num_rows()), (0, 4), "{name}");
        options.columns = Some(vec!["nothing".to_owned()]);
        let error = open(name, &options).expect_err(name).to_string();
        assert!(error.contains(r#"expected a column "nothing", got the columns "id""#), "{error}");
    }
}

#[test]
fn batches_are_bounded_by_rows() {
    for name in ["pyarrow-none.parquet", "pyarrow-zstd.feather", "pyarrow.arrows"] {
        let mut options = ReadOptions::default();
        options.limits.rows = 3;
        let reader = open(name, &options).expect(name);
        let rows: Vec<_> = reader.map(|batch| batch.expect(name).num_rows()).collect();
        assert_eq!(rows, [3, 1], "{name}");
    }
}

#[test]
fn content_counts_more_than_the_extension() {
    let folder = tempfile::tempdir().expect("a folder");
    let there = folder.path().join("zones.csv");
    std::fs::copy(path("pyarrow-none.parquet"), &there).expect("copied");
    let source = || Source::open(&there, &Stop::new()).expect("opened");
    let reader = Reader::open(source(), &ReadOptions::default()).expect("read");
    assert_eq!(reader.format(), Format::Parquet);
    let mut options = ReadOptions::default();
    options.format = Some(Format::ArrowFile);
    let error = Reader::open(source(), &options).expect_err("no Arrow").to_string();
    assert!(error.ends_with("expected an Arrow IPC file, which begins with \"ARROW1\""), "{error}");
}

#[test]
fn a_stream_is_read_like_a_file() {
    for name in ["pyarrow-none.parquet", "pyarrow-zstd.feather", "pyarrow.arrows"] {
        let file = std::fs::File::open(path(name)).expect(name);
        let source = Source::stream("a pipe", file);
        let reader = Reader::open(source, &ReadOptions::default()).expect(name);
        let (_, expected) = all(open(name, &ReadOptions::default()).expect(name));
        assert_eq!(all(reader).1, expected, "{name}");
    }
}

#[test]
fn the_first_feather_is_refused() {
    let error = open("pyarrow-v1.feather", &ReadOptions::default()).expect_err("refused");
    let line = "the first version of Feather cannot be read";
    assert!(error.to_string().ends_with(line), "{error}");
}
