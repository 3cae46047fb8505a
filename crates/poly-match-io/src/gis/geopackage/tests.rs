//! Layers are read as they were written, and what is no layer is told.

use std::path::Path;
use std::sync::Arc;

use arrow_array::*;
use arrow_schema::{DataType, Field, Schema};
use rusqlite::Connection;

use crate::geo::extension;
use crate::geojson::FEATURE_ID;
use crate::{Error, Format, ReadOptions, Reader, Source, Stop, WriteOptions, Writer};

fn write(batches: &[RecordBatch]) -> Vec<u8> {
    let mut file = Vec::new();
    let layer = Some("zones".to_owned());
    let options = WriteOptions { layer, ..WriteOptions::default() };
    let schema = batches[0].schema();
    let mut writer = Writer::new(&mut file, Format::GeoPackage, &schema, &options).expect("begun");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.finish().expect("finished");
    file
}

fn read(source: Source, options: &ReadOptions) -> Result<Vec<RecordBatch>, Error> {
    Reader::open(source, options)?.collect()
}

fn read_bytes(file: Vec<u8>) -> RecordBatch {
    let batches = read(Source::bytes("a.gpkg", file), &ReadOptions::default()).expect("read");
    arrow_select::concat::concat_batches(batches[0].schema_ref(), &batches).expect("one schema")
}

fn point(x: f64, y: f64) -> Vec<u8> {
    [vec![1, 1, 0, 0, 0], [x, y].map(f64::to_le_bytes).concat()].concat()
}

fn geometry(crs: &str) -> Field {
    extension(&Field::new("geom", DataType::Binary, true), "geoarrow.wkb", crs).as_ref().clone()
}

fn batch(columns: Vec<(Field, ArrayRef)>) -> RecordBatch {
    let (fields, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("a batch")
}

fn plain(name: &str, array: impl Array + 'static) -> (Field, ArrayRef) {
    (Field::new(name, array.data_type().clone(), true), Arc::new(array))
}

/// A database made by hand, and the error of reading it.
fn refused(sql: &str, layer: Option<&str>) -> String {
    let layer = layer.map(str::to_owned);
    let options = ReadOptions { layer, ..ReadOptions::default() };
    read(Source::bytes("a.gpkg", database(sql)), &options).expect_err("refused").to_string()
}

fn database(sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.gpkg");
    let connection = Connection::open(&path).expect("opened");
    connection.execute_batch(sql).expect("sound");
    drop(connection);
    std::fs::read(path).expect("read")
}

const CONTENTS: &str = "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);";

#[test]
fn values_of_every_type_come_back() {
    let shapes =
        BinaryArray::from_opt_vec(vec![Some(&point(1.0, 2.0)), None, Some(&point(-3.0, 4.5))]);
    let crs = r#"{"crs":"EPSG:25832","crs_type":"authority_code"}"#;
    let json = extension(&Field::new("json", DataType::Utf8, true), "arrow.json", "");
    let times = TimestampMicrosecondArray::from(vec![Some(-1), None, Some(1_700_000_000_123_456)]);
    let given = batch(vec![
        plain("flag", BooleanArray::from(vec![Some(true), None, Some(false)])),
        plain("a", Int8Array::from(vec![Some(i8::MIN), None, Some(i8::MAX)])),
        plain("b", Int16Array::from(vec![Some(i16::MIN), None, Some(i16::MAX)])),
        plain("c", Int32Array::from(vec![Some(i32::MIN), None, Some(i32::MAX)])),
        plain("d", Int64Array::from(vec![Some(i64::MIN), None, Some(i64::MAX)])),
        plain("e", Float64Array::from(vec![Some(f64::MIN_POSITIVE), None, Some(f64::INFINITY)])),
        plain("text", StringArray::from(vec![Some("a'\"\u{e4}\0b"), None, Some("")])),
        plain("bytes", BinaryArray::from_opt_vec(vec![Some(b"\0\xff"), None, Some(b"")])),
        plain("day", Date32Array::from(vec![Some(-719_162), None, Some(2_932_896)])),
        plain("time", times.with_timezone("UTC")),
        (json.as_ref().clone(), Arc::new(StringArray::from(vec![Some("[1]"), None, Some("{}")]))),
        (geometry(crs), Arc::new(shapes)),
    ]);
    let got = read_bytes(write(std::slice::from_ref(&given)));
    let key = got.schema().index_of("fid").expect("a key");
    assert_eq!(got.column(key).as_ref(), &Int64Array::from(vec![1, 2, 3]));
    let rest: Vec<_> = (0..got.num_columns()).filter(|&column| column != key).collect();
    let got = got.project(&rest).expect("columns");
    assert_eq!(got.columns(), given.columns());
    for (got, given) in got.schema().fields().iter().zip(given.schema().fields()) {
        assert_eq!(got.extension_type_name(), given.extension_type_name(), "{given}");
        assert_eq!(got.data_type(), given.data_type());
    }
    assert_eq!(got.schema().field(11).extension_type_metadata(), Some(crs));
}

#[test]
fn systems_come_back() {
    let json = r#"{"type":"ProjectedCRS","name":"Site grid"}"#;
    for (given, expected) in [
        ("", "{}"),
        ("{}", "{}"),
        (r#"{"crs":"0","crs_type":"srid"}"#, "{}"),
        (r#"{"crs":4326,"crs_type":"srid"}"#, r#"{"crs":"EPSG:4326","crs_type":"authority_code"}"#),
        (r#"{"crs":"ESRI:102003"}"#, r#"{"crs":"ESRI:102003","crs_type":"authority_code"}"#),
        (r#"{"crs":"ENGCRS[\"a\"]"}"#, r#"{"crs":"ENGCRS[\"a\"]","crs_type":"wkt2:2019"}"#),
        (&format!(r#"{{"crs":{json}}}"#), &format!(r#"{{"crs":{json},"crs_type":"projjson"}}"#)),
    ] {
        let shapes = BinaryArray::from_vec(vec![&point(1.0, 2.0)[..]]);
        let got = read_bytes(write(&[batch(vec![(geometry(given), Arc::new(shapes))])]));
        let schema = got.schema();
        let field = schema.field_with_name("geom").expect("a geometry");
        assert_eq!(field.extension_type_metadata(), Some(expected), "{given}");
    }
}

#[test]
fn ids_that_rise_are_the_keys_and_others_are_a_column() {
    let with_ids = |ids: Vec<Option<i64>>| {
        let (field, ids) = plain("fid", Int64Array::from(ids));
        let field = field.with_metadata([(FEATURE_ID.to_owned(), "true".to_owned())].into());
        batch(vec![(field, ids)])
    };
    let risen = read_bytes(write(&[with_ids(vec![Some(-7), Some(0)]), with_ids(vec![Some(9)])]));
    assert_eq!(risen.num_columns(), 1);
    assert_eq!(risen.column(0).as_ref(), &Int64Array::from(vec![-7, 0, 9]));
    assert!(risen.schema().field(0).metadata().contains_key(FEATURE_ID));
    for later in [vec![Some(9)], vec![None], vec![Some(3)], vec![Some(12), Some(12)]] {
        let got = read_bytes(write(&[with_ids(vec![Some(2), Some(9)]), with_ids(later.clone())]));
        let ids: Int64Array = [Some(2), Some(9)].into_iter().chain(later).collect();
        let keys = Int64Array::from_iter_values([2, 9].into_iter().chain(10..8 + ids.len() as i64));
        assert_eq!(got.column_by_name("fid").expect("keys").as_ref(), &keys);
        assert_eq!(got.column_by_name("fid_2").expect("ids").as_ref(), &ids);
    }
}

#[test]
fn well_known_binary_of_postgis_becomes_that_of_the_standard() {
    let z = [1.0, 2.0, 3.0].map(f64::to_le_bytes).concat();
    let member = [&[1, 1, 0, 0, 0x80][..], &z].concat();
    let given = [&[1, 4, 0, 0, 0xa0, 0xe6, 0x10, 0, 0, 1, 0, 0, 0][..], &member].concat();
    let expected = [&[1, 0xec, 3, 0, 0, 1, 0, 0, 0, 1, 0xe9, 3, 0, 0][..], &z].concat();
    let shapes = BinaryArray::from_vec(vec![&given[..]]);
    let got = read_bytes(write(&[batch(vec![(geometry(""), Arc::new(shapes))])]));
    let got = got.column_by_name("geom").expect("a geometry").clone();
    assert_eq!(got.as_ref(), &BinaryArray::from_vec(vec![&expected[..]]));
}

#[test]
fn batches_are_bounded_and_rows_keep_their_order() {
    let ids = Int64Array::from_iter_values((0..1000).rev());
    let file = write(&[batch(vec![plain("id", ids)])]);
    let mut options = ReadOptions::default();
    options.limits.rows = 300;
    options.columns = Some(vec!["id".to_owned()]);
    let got = read(Source::bytes("a.gpkg", file), &options).expect("read");
    assert_eq!(got.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [300, 300, 300, 100]);
    let last = got[3].column(0).to_data();
    assert_eq!(Int64Array::from(last).value(99), 0);
}

#[test]
fn a_row_that_is_too_long_is_refused() {
    let long = "x".repeat(1 << 16);
    let file = write(&[batch(vec![plain("a", StringArray::from(vec![&long[..]]))])]);
    let mut options = ReadOptions::default();
    options.limits.memory = 1 << 16;
    let error = read(Source::bytes("a.gpkg", file), &options).expect_err("too long").to_string();
    assert!(error.contains("32768 bytes"), "{error}");
}

#[test]
fn layers_are_chosen_by_name_or_alone() {
    let two = format!(
        "{CONTENTS} INSERT INTO gpkg_contents VALUES ('a', 'attributes'), ('b', 'attributes');
        CREATE TABLE a (x); CREATE TABLE b (y)"
    );
    let listed = r#"got the layers "a" (no geometry), "b" (no geometry)"#;
    assert_eq!(refused(&two, None), format!("a.gpkg: expected one layer or its name, {listed}"));
    assert_eq!(refused(&two, Some("c")), format!("a.gpkg: expected a layer \"c\", {listed}"));
    let options = ReadOptions { layer: Some("B".to_owned()), ..ReadOptions::default() };
    let source = Source::bytes("a.gpkg", database(&two));
    assert_eq!(Reader::open(source, &options).expect("a layer").schema().field(0).name(), "y");
    let many: String = (0..100).map(|i| format!("('t{i}', 'attributes'),")).collect();
    let many =
        format!("{CONTENTS} INSERT INTO gpkg_contents VALUES {}", many.trim_end_matches(','));
    assert!(refused(&many, None).ends_with("\"t7\" (no geometry), and 92 more"));
}

#[test]
fn other_databases_are_told() {
    for (sql, what) in [
        ("CREATE TABLE a (x)", "a plain SQLite database"),
        ("CREATE TABLE metadata (name, value); CREATE TABLE tiles (x)", "a database of map tiles"),
        (
            "CREATE TABLE spatial_ref_sys (x); CREATE TABLE geometry_columns (x)",
            "a SpatiaLite database",
        ),
        ("CREATE VIEW gpkg_contents AS SELECT 1", "a plain SQLite database"),
    ] {
        let error = refused(sql, None);
        assert!(error.contains(what) && error.contains(" is not read; "), "{error}");
    }
    assert!(refused(CONTENTS, None).contains("a layer of features or of attributes"));
    let view = format!(
        "{CONTENTS} INSERT INTO gpkg_contents VALUES ('v', 'attributes');
        CREATE VIEW v AS SELECT 1"
    );
    assert!(refused(&view, None).contains("a view in a GeoPackage is not read; "));
}

#[test]
fn values_of_other_types_are_converted_without_loss_or_refused() {
    let one = |kind: &str, value: &str| {
        database(&format!(
            "{CONTENTS} INSERT INTO gpkg_contents VALUES ('a', 'attributes');
            CREATE TABLE a (v {kind}); INSERT INTO a VALUES (NULL), ({value})"
        ))
    };
    for (kind, value, expected) in [
        ("TEXT(9)", "5", Arc::new(StringArray::from(vec![None, Some("5")])) as ArrayRef),
        ("", "1.5", Arc::new(StringArray::from(vec![None, Some("1.5")]))),
        ("INTEGER", "2.0", Arc::new(Int64Array::from(vec![None, Some(2)]))),
        ("DOUBLE", "2", Arc::new(Float64Array::from(vec![None, Some(2.0)]))),
        ("BLOB", "'a'", Arc::new(BinaryArray::from_opt_vec(vec![None, Some(b"a")]))),
    ] {
        assert_eq!(read_bytes(one(kind, value)).column(0), &expected, "{kind} {value}");
    }
    for (kind, value, message) in [
        ("INTEGER", "'abc'", "an integer, got the text \"abc\""),
        ("INTEGER", "2.5", "an integer, got the number 2.5"),
        ("TINYINT", "128", "an integer of 8 bits, got the integer 128"),
        ("BOOLEAN", "2", "0 or 1, got the integer 2"),
        ("DOUBLE", "x'00'", "a number, got 1 bytes"),
        ("DATE", "'1.2.2024'", "a date such as 2024-02-29, got the text \"1.2.2024\""),
        ("TEXT", "x'00'", "a text, got 1 bytes"),
        ("TEXT", "CAST(x'ff' AS TEXT)", "text in UTF-8, got other bytes at byte 0"),
    ] {
        let file = Source::bytes("a.gpkg", one(kind, value));
        let error = read(file, &ReadOptions::default()).expect_err("refused").to_string();
        assert_eq!(error, format!("a.gpkg: row 1: column \"v\": expected {message}"));
    }
}

#[test]
fn a_log_beside_the_file_is_read_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a b%?#.gpkg");
    let sql = format!(
        "PRAGMA journal_mode = WAL; {CONTENTS}
        INSERT INTO gpkg_contents VALUES ('a', 'attributes'); CREATE TABLE a (v); "
    );
    let writer = Connection::open(&path).expect("opened");
    writer.execute_batch(&format!("{sql} INSERT INTO a VALUES ('in the log')")).expect("sound");
    let list = |folder: &Path| {
        let files = std::fs::read_dir(folder).expect("a folder").map(|file| {
            let path = file.expect("a file").path();
            (path.clone(), std::fs::read(path).expect("read"))
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        files
    };
    let check = || {
        let before = list(folder.path());
        let source = Source::open(&path, &Stop::new()).expect("opened");
        let got = read(source, &ReadOptions::default()).expect("read");
        assert_eq!(got[0].column(0).as_ref(), &StringArray::from(vec!["in the log"]));
        assert!(list(folder.path()) == before);
    };
    check();
    drop(writer);
    check();
    let copied = std::fs::read(&path).expect("read");
    let got = read_bytes(copied);
    assert_eq!(got.column(0).as_ref(), &StringArray::from(vec!["in the log"]));
}
