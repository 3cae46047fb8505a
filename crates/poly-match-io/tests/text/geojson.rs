//! Features as batches, and back.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StructArray};
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use arrow_schema::{DataType, Field, Schema};
use poly_match_io::{Format, Place, ReadOptions, Reader, Source, Stop, WriteOptions, Writer};

use crate::{read, written};

const POINT: &str = r#"{"type":"Point","coordinates":[8.5,47,400]}"#;

/// A feature, and one with the same columns in another order and with other values.
fn features() -> [String; 2] {
    [
        format!(
            r#"{{"type":"Feature","id":"a","geometry":{POINT},"properties":{{"n":1,"big":1,"f":1.0,"code":"01001","ok":true,"mixed":"x","nested":{{"k":[1]}}}}}}"#
        ),
        r#"{"type":"Feature","id":"b","geometry":null,"properties":{"n":null,"big":12345678901234567890,"f":2.5e-8,"code":"","ok":null,"mixed":1.50,"nested":null}}"#.to_owned(),
    ]
}

fn one(text: &str) -> RecordBatch {
    let (_, mut batches) = read("a.geojson", text).expect("sound");
    assert_eq!(batches.len(), 1);
    batches.remove(0)
}

fn error(text: &str) -> String {
    read("a.geojson", text).expect_err("refused").to_string()
}

#[test]
fn properties_become_columns() {
    let [a, b] = features();
    let batch = one(&format!(r#"{{"type":"FeatureCollection","features":[{a},{b}]}}"#));
    let schema = batch.schema();
    let types: Vec<_> =
        schema.fields().iter().map(|f| (f.name().as_str(), f.data_type().clone())).collect();
    let expected = [
        ("id", DataType::Utf8),
        ("n", DataType::Int64),
        ("big", DataType::Utf8),
        ("f", DataType::Float64),
        ("code", DataType::Utf8),
        ("ok", DataType::Boolean),
        ("mixed", DataType::Utf8),
        ("nested", DataType::Utf8),
        ("geometry", DataType::Binary),
    ];
    assert_eq!(types, expected);
    assert_eq!(batch["n"].as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(1), None]);
    assert_eq!(batch["f"].as_primitive::<Float64Type>().values()[..], [1.0, 2.5e-8]);
    let text = |name: &str| batch[name].as_string::<i32>().iter().collect::<Vec<_>>();
    assert_eq!(text("big"), [Some("1"), Some("12345678901234567890")]);
    assert_eq!(text("code"), [Some("01001"), Some("")]);
    assert_eq!(text("mixed"), [Some("\"x\""), Some("1.50")]);
    assert_eq!(text("nested"), [Some(r#"{"k":[1]}"#), None]);
    assert!(batch["geometry"].is_valid(0) && batch["geometry"].is_null(1));
    let extension = |name: &str| schema.field_with_name(name).expect("there").extension_type_name();
    assert_eq!(extension("mixed"), Some("arrow.json"));
    assert_eq!(extension("code"), None);
    assert_eq!(extension("geometry"), Some("geoarrow.wkb"));
}

#[test]
fn what_is_read_is_written_as_it_was() {
    let [a, b] = features();
    let collection = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{a},\n{b}\n]}}\n");
    let lines = format!("{a}\n{b}\n");
    for (name, text) in [("a.geojson", &collection), ("a.geojsonl", &lines)] {
        let (schema, batches) = read(name, text.as_str()).expect("sound");
        assert_eq!(written(Format::GeoJson, &schema, &batches), collection);
        assert_eq!(written(Format::GeoJsonLines, &schema, &batches), lines);
    }
}

#[test]
fn features_may_come_first_or_last() {
    let [a, _] = features();
    let expected = one(&format!(r#"{{"type":"FeatureCollection","features":[{a}]}}"#));
    for text in [
        format!(r#"{{"features":[{a}],"type":"FeatureCollection"}}"#),
        format!(
            r#"{{"bbox":[1,2,3,4],"x":{{"features":[7]}},"type":"FeatureCollection","features":[{a}]}}"#
        ),
        format!(
            "\u{feff}\n{{ \"features\" : [ {a} ] , \"y\" : \"]}}\" ,\"type\":\"FeatureCollection\", \"bbox\":[]}} \n"
        ),
        format!(r#"{{"type":"FeatureCollection","features":[],"features":[{a}]}}"#),
        a,
    ] {
        assert_eq!(one(&text), expected, "{text}");
    }
    let geometry = one(POINT);
    assert_eq!((geometry.num_rows(), geometry.num_columns()), (1, 1));
    let (schema, batches) =
        read("a.json", r#"{"type":"FeatureCollection","features":[]}"#).expect("sound");
    assert_eq!((schema.fields().len(), batches.len()), (1, 0));
}

#[test]
fn lines_and_records_are_read() {
    let [a, b] = features();
    let expected = read("a.geojsonl", format!("{a}\n{b}\n")).expect("sound");
    for text in [
        format!("\n{a}\r\n\n  {b}"),
        format!("\u{1e}{a}\n\u{1e}{b}\n"),
        format!("\u{1e}{}\n\u{1e}\u{1e}{b}\n", a.replace(r#","id""#, ",\n\"id\"")),
    ] {
        assert_eq!(read("a.geojsonl", text.as_str()).expect("sound"), expected, "{text}");
    }
    // The content tells that it is no single object.
    assert_eq!(read("a.json", format!("{a}\n{b}\n")).expect("sound"), expected);
    let error = |text: &str| read("a.geojsonl", text).expect_err("refused").to_string();
    assert_eq!(
        error(&format!("{a}\n{{}}\n")),
        "a.geojsonl: line 2: expected a Feature, got an object without a \"type\""
    );
    assert_eq!(
        error(&format!("{a}\n{a}{a}\n{b}")),
        format!("a.geojsonl: line 2, column {}: trailing characters", a.len() + 1)
    );
    let collection = r#"{"type":"FeatureCollection","features":[]}"#;
    assert_eq!(
        error(&format!("{collection}\n{collection}")),
        "a.geojsonl: line 1: expected a Feature, got a \"FeatureCollection\""
    );
}

#[test]
fn the_system_has_three_states() {
    let system = |members: &str| {
        let text = format!(r#"{{"type":"FeatureCollection"{members},"features":[]}}"#);
        let (schema, _) = read("a.geojson", text.as_str()).expect("sound");
        let metadata = schema.field(0).extension_type_metadata().map(str::to_owned);
        (metadata.expect("declared"), written(Format::GeoJson, &schema, &[]))
    };
    let (crs, text) = system("");
    assert_eq!(crs, r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#);
    assert!(!text.contains("crs"), "{text}");
    let (crs, text) = system(r#","crs":{"type":"name","properties":{"name":"EPSG:3857"}}"#);
    assert_eq!(crs, r#"{"crs":"EPSG:3857","crs_type":"authority_code"}"#);
    assert_eq!(
        one_line(&text),
        r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"features":[]}"#
    );
    assert_eq!(system(r#","crs":null"#).0, "{}");
}

#[test]
fn points_of_geoarrow_are_geometries() {
    let fields =
        vec![Field::new("x", DataType::Float64, false), Field::new("y", DataType::Float64, false)];
    let columns: Vec<ArrayRef> =
        vec![Arc::new(Float64Array::from(vec![1.5])), Arc::new(Float64Array::from(vec![2.0]))];
    let points = StructArray::new(fields.into(), columns, None);
    let schema = |extension: &str| {
        let metadata = [(EXTENSION_TYPE_NAME_KEY.to_owned(), extension.to_owned())];
        let field = Field::new("p", points.data_type().clone(), true);
        Arc::new(Schema::new(vec![field.with_metadata(metadata.into())]))
    };
    let point = schema("geoarrow.point");
    let batch = RecordBatch::try_new(point.clone(), vec![Arc::new(points.clone())]);
    let text = written(Format::GeoJsonLines, &point, &[batch.expect("a batch")]);
    let geometry = r#"{"type":"Point","coordinates":[1.5,2]}"#;
    let expected =
        format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{}}}}\n");
    assert_eq!(text, expected);
    let options = WriteOptions::default();
    let line = schema("geoarrow.linestring");
    let error = Writer::new(Vec::new(), Format::GeoJson, &line, &options).expect_err("refused");
    let expected = "column \"p\": expected a geometry as well-known binary or points, got \
                    geoarrow.linestring";
    assert_eq!(error.to_string(), expected);
}

fn one_line(text: &str) -> String {
    text.replace('\n', "")
}

#[test]
fn numbers_that_json_does_not_have_are_null() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":null,"properties":{"a":NaN,"b":"NaN"}},
        {"type":"Feature","geometry":null,"properties":{"a":-Infinity,"b":"x"}},
        {"type":"Feature","geometry":null,"properties":{"a":1,"b":null}}]}"#;
    let batch = one(text);
    assert_eq!(
        batch["a"].as_primitive::<Int64Type>().iter().collect::<Vec<_>>(),
        [None, None, Some(1)]
    );
    assert_eq!(batch["b"].as_string::<i32>().value(0), "NaN");
}

#[test]
fn the_last_of_equal_names_counts() {
    let batch = one(r#"{"type":"Feature","geometry":null,"properties":{"a":"x","b":1,"a":"y"}}"#);
    assert_eq!(batch["a"].as_string::<i32>().value(0), "y");
}

#[test]
fn columns_are_chosen_and_batches_bounded() {
    let [a, b] = features();
    let text = format!("{a}\n{b}\n").repeat(500);
    let mut options = ReadOptions::default();
    options.columns = Some(vec!["geometry".to_owned(), "code".to_owned()]);
    options.limits.rows = 7;
    let mut reader = Reader::open(Source::bytes("a.geojsonl", text), &options).expect("sound");
    assert_eq!(reader.schema().fields().len(), 2);
    let mut rows = 0;
    while let Some(batch) = reader.next() {
        let batch = batch.expect("sound");
        assert!(batch.num_rows() <= 7);
        assert_eq!(reader.places().of(0), Place::Line(rows as u64 + 1));
        rows += batch.num_rows();
    }
    assert_eq!(rows, 1000);
}

#[test]
fn a_stream_is_read_twice() {
    let [a, b] = features();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{a},{b}]}}"#);
    let source = Source::stream("-", std::io::Cursor::new(text.clone().into_bytes()));
    let batches = Reader::open(source, &ReadOptions::default()).expect("sound");
    assert_eq!(batches.collect::<Result<Vec<_>, _>>().expect("sound"), [one(&text)]);
}

#[test]
fn the_first_pass_can_be_stopped() {
    let [a, _] = features();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.geojsonl");
    std::fs::write(&path, a).expect("written");
    let stop = Stop::new();
    let source = Source::open(&path, &stop).expect("opened");
    stop.stop();
    let error = Reader::open(source, &ReadOptions::default()).expect_err("stopped");
    assert!(error.to_string().ends_with("a.geojsonl: reading was stopped"), "{error}");
}

#[test]
fn errors_name_the_place() {
    let collection =
        |features: &str| format!("{{\"type\":\"FeatureCollection\",\n\"features\":[{features}]}}");
    for (text, expected) in [
        (String::new(), "line 1, column 1: the file ends within a GeoJSON object"),
        ("[]".to_owned(), "line 1, column 1: expected a GeoJSON object"),
        ("{}".to_owned(), "expected GeoJSON with a \"type\""),
        (r#"{"type":"Thing"}"#.to_owned(), "features[0]: expected a Feature, got a \"Thing\""),
        (
            r#"{"type":"FeatureCollection"}"#.to_owned(),
            "expected a FeatureCollection with an array \"features\"",
        ),
        (
            r#"{"type":"FeatureCollection","features":7}"#.to_owned(),
            "expected a FeatureCollection with an array \"features\"",
        ),
        (
            r#"{"type":"Thing","features":[]}"#.to_owned(),
            "expected a FeatureCollection, got a \"Thing\"",
        ),
        (collection("") + " x", "line 2, column 16: trailing characters"),
        (
            collection("{").replace("{]}", "{"),
            "line 2, column 13: the file ends within a GeoJSON object",
        ),
        (
            collection("null"),
            "line 2, column 16: features[0]: invalid type: null, expected a Feature",
        ),
        (
            collection(POINT).replace("Point", "Circle"),
            "features[0]: expected a Feature, got a \"Circle\"",
        ),
        (collection(r#"{"type":"Feature"} {"#), "line 2, column 32: expected a comma or ']'"),
        (
            collection(r#"{"type":"Feature"},"#),
            "line 2, column 32: expected a value behind the comma",
        ),
        (
            collection(r#"{"type":"Feature","properties":{"a":1e999}}"#),
            "features[0]: number out of range",
        ),
        (
            collection(
                r#"{"type":"Feature"},{"type":"Feature","geometry":{"type":"Point","coordinates":7}}"#,
            ),
            "features[1]: invalid type: integer `7`, expected an array of coordinates",
        ),
        (
            collection("{\"type\":\"Feature\",\n\"id\":tru}"),
            "line 3, column 9: features[0]: expected ident",
        ),
    ] {
        assert_eq!(error(&text), format!("a.geojson: {expected}"), "{text}");
    }
}

#[test]
fn hostile_documents_are_refused() {
    let deep = format!(r#"{{"type":"Feature","geometry":{}"#, "[".repeat(1_000_000));
    error(&deep);
    let nested = r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000);
    error(&nested);
    let closed = nested.clone() + &"]}".repeat(100_000);
    error(&closed);
    let depth = 100_000;
    let property = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let batch = one(&format!(r#"{{"type":"Feature","properties":{{"a":{property}}}}}"#));
    assert_eq!(batch["a"].as_string::<i32>().value(0), property);
    let wide: Vec<_> = (0..100_000).map(|i| format!("\"{i}\":1")).collect();
    let wide = format!(r#"{{"type":"Feature","properties":{{{}}}}}"#, wide.join(","));
    let error = error(&wide);
    assert!(error.contains("a table of 32769 columns needs "), "{error}");
}
