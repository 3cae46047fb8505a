use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::*;
use arrow_schema::{DataType, Field, Schema};
use poly_match::{Best, Builder, Error, Near, Query, Rule, Tie, Within};

use super::*;
use crate::column::Column;

/// The centres of three polygons, in the groups of `labels`.
fn matcher(groups: Option<&[u32]>) -> Matcher {
    let near = Near::Center(Within::new(5.0).expect("legal"));
    let rule = Rule { near, best: &[Best::First], tie: Tie::Index };
    let mut builder = Builder::new(rule);
    if let Some(groups) = groups {
        builder = builder.groups(groups);
    }
    builder.centers(&[[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]]).expect("sound")
}

fn labels() -> (Labels, Vec<u32>) {
    let cells = StringArray::from(vec!["2.0", "3", ""]);
    let field = Field::new("floor", DataType::Utf8, true);
    let column = Column::new(Arc::new(field), Arc::new(cells), true);
    Labels::of_polygons(&column, &[false; 3]).expect("labels")
}

fn facts() -> Facts {
    Facts {
        rule: "max_dist=5.0, near='center', best='first', inclusive=False".into(),
        crs: Some("EPSG:25832".into()),
        planar: true,
        by: Some("floor".into()),
    }
}

fn columns() -> RecordBatch {
    let words = DictionaryArray::<Int8Type>::from_iter([Some("a"), None, Some("a")]);
    RecordBatch::try_from_iter([
        (
            "name",
            Arc::new(StringArray::from(vec![Some("01001"), None, Some("\u{e4}")])) as ArrayRef,
        ),
        ("level", Arc::new(Float64Array::from(vec![1.5, 2.5, 3.5]))),
        ("kind", Arc::new(words)),
    ])
    .expect("of one length")
}

/// Reads sections that are saved with a matcher of three polygons.
fn opened(groups: Option<&[u32]>, attached: &[(&str, &[u8])]) -> Result<Saved, Failure> {
    opened_with(&matcher(groups), attached)
}

fn opened_with(matcher: &Matcher, attached: &[(&str, &[u8])]) -> Result<Saved, Failure> {
    let mut bytes = Vec::new();
    matcher.write_to(&mut bytes, attached).expect("written");
    of_core(poly_match::Saved::read(Arc::new(bytes), || Ok::<(), Error>(())).expect("sound"))
}

#[test]
fn what_is_written_is_read() {
    let (labels, groups) = labels();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("zones.plym");
    let mut file = Vec::new();
    let matcher = matcher(Some(&groups));
    write(&mut file, &matcher, &facts(), Some(&labels), &columns()).expect("written");
    std::fs::write(&path, file).expect("written");

    let saved = read(&path).expect("a saved matcher");
    assert_eq!(saved.facts, facts());
    assert_eq!(saved.columns, columns());
    let mut labels = saved.labels.expect("labels");
    let cells = StringArray::from(vec!["3.00", "2", "", "4"]);
    let field = Field::new("level", DataType::Utf8, true);
    let asked = labels.of_points(&Column::new(Arc::new(field), Arc::new(cells), true));
    let asked = asked.expect("labels");
    let points = [[0.0, 0.0]; 4];
    let query = Query { groups: Some(&asked), ..Query::from(&points) };
    let found = saved.matcher.match_points(query).expect("sound");
    assert!(found.indices().eq([Some(1), Some(0), None, None]));
}

#[test]
fn a_matcher_without_labels_or_columns_is_read() {
    let facts = Facts { crs: None, planar: false, by: None, ..facts() };
    let empty = columns().project(&[]).expect("no columns");
    let mut file = Vec::new();
    write(&mut file, &matcher(None), &facts, None, &empty).expect("written");
    let read = poly_match::Saved::read(Arc::new(file), || Ok::<(), Error>(()));
    let saved = of_core(read.expect("sound")).expect("a saved matcher");
    assert_eq!((saved.facts, saved.columns), (facts, empty.clone()));
    assert!(saved.labels.is_none());

    // Python saves none for a matcher that was built from arrays.
    let json = br#"{"rule": "max_dist=5", "has_objects": true, "ask": false}"#;
    let saved = opened(None, &[(FACTS, json), (OBJECTS, b"pickled")]).expect("a saved matcher");
    assert_eq!(saved.columns, empty);
}

#[test]
fn columns_in_several_batches_are_one_table() {
    let mut fields: Vec<_> = columns().schema_ref().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("__index_level_0__", DataType::Int64, true)));
    let metadata = [("pandas".to_owned(), "{}".to_owned())];
    let schema = Arc::new(Schema::new(fields).with_metadata(metadata.into()));
    let mut arrays = columns().columns().to_vec();
    arrays.push(Arc::new(Int64Array::from(vec![7, 8, 9])));
    let table = RecordBatch::try_new(schema.clone(), arrays).expect("of one length");
    let mut stream = Vec::new();
    let mut options = poly_match_io::WriteOptions::default();
    options.compression = poly_match_io::Compression::Uncompressed;
    let format = poly_match_io::Format::ArrowStream;
    let writer = poly_match_io::Writer::new(&mut stream, format, &schema, &options);
    let mut writer = writer.expect("a stream");
    for (start, count) in [(0, 1), (1, 0), (1, 2)] {
        writer.write(&table.slice(start, count)).expect("written");
    }
    writer.finish().expect("written");
    assert_eq!(columns::read(&stream, 3).expect("columns"), columns());
    for (count, got) in [(2, "more"), (4, "3")] {
        let error = columns::read(&stream, count).expect_err("another count").to_string();
        let expected = format!("columns with a row for each of {count} polygons, got {got}");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn what_is_unsound_or_only_for_python_is_named() {
    let sound = r#"{"rule": "r", "has_objects": false, "ask": false"#;
    let with = |more: &str| format!("{sound}{more}}}");
    let grouped = |more: &str| with(&format!(r#", "labels": "json"{more}"#));
    let (one, list): (&[u32], &[u8]) = (&[0, 0, 0], b"[7]");
    let labels: (&str, &[u8]) = (LABELS, list);
    for (facts, groups, attached, expected) in [
        ("[]".to_owned(), None, None, "its facts as JSON, got an error: invalid type"),
        ("{".to_owned(), None, None, "its facts as JSON, got an error: EOF"),
        (r#"{"rule": "r", "ask": false}"#.into(), None, None, r#"its facts with "has_objects""#),
        (r#"{"rule": "r", "rule": "r"}"#.into(), None, None, "a member comes twice"),
        (with(r#", "colour": 1"#), None, None, r#"facts that are known, got "colour""#),
        (with(r#", "crs": 4326"#), None, None, r#"its fact "crs" as text"#),
        (with(r#", "planar": 1"#), None, None, r#"its fact "planar" as true or false"#),
        (with(r#", "by": {}"#), None, None, r#"its fact "by" as a list"#),
        (with(r#", "labels": "xml""#), None, None, r#"'json' or 'pickle', got "xml""#),
        (grouped(""), None, Some(labels), "labels where its polygons have groups"),
        (with(""), Some(one), None, "labels where its polygons have groups"),
        (with(r#", "by": [["a", "text"]]"#), None, None, "columns of labels where its"),
        (grouped(r#", "by": []"#), Some(one), Some(labels), "labels as pairs of text"),
        (grouped(r#", "by": [["a"]]"#), Some(one), Some(labels), "labels as pairs of text"),
        (grouped(r#", "by": ["ab"]"#), Some(one), Some(labels), "labels as pairs of text"),
        (grouped(""), Some(one), None, r#"its section "labels" to be there just where"#),
        (with(""), None, Some((OBJECTS, list)), r#"its section "objects" to be there just"#),
        (with(r#", "has_columns": true"#), None, None, r#"its section "columns" to be there"#),
        (
            with(r#", "has_columns": true"#),
            None,
            Some((COLUMNS, b"\x1f\x8b".as_slice())),
            "its columns as a stream of Arrow",
        ),
        (
            with("").replace(r#""ask": false"#, r#""ask": true"#),
            None,
            Some((CALLABLE, list)),
            "its best is a Python function: Python can load it",
        ),
        (
            with(r#", "labels": "pickle""#),
            Some(one),
            Some(labels),
            "the labels of its groups are pickled: Python can load it",
        ),
        (
            grouped(r#", "by": [["a", "text"], ["b", "text"]]"#),
            Some(one),
            Some(labels),
            "its labels are of 2 columns, not of one: Python can load it",
        ),
    ] {
        let attached: Vec<_> = [(FACTS, facts.as_bytes())].into_iter().chain(attached).collect();
        let error = opened(groups, &attached).expect_err(&facts).to_string();
        assert!(error.contains(expected), "{facts}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
    let error = opened(None, &[]).expect_err("no facts").to_string();
    assert!(error.ends_with("its facts are missing"), "{error}");
    let error = read("/nowhere/zones.plym".as_ref()).expect_err("no file").to_string();
    assert!(error.starts_with("/nowhere/zones.plym: "), "{error}");
}

#[test]
fn a_changed_byte_is_an_error_or_another_matcher() {
    poly_match_io::hide_caught_panics();
    let (labels, groups) = labels();
    let sections = [
        (FACTS, facts().to_json(Some(&labels), true)),
        (LABELS, labels::write(&labels).expect("written")),
        (COLUMNS, columns::write(&columns()).expect("written")),
    ];
    let matcher = matcher(Some(&groups));
    let mut refused = 0;
    for changed in 0..sections.len() {
        for at in 0..sections[changed].1.len() {
            for flip in [0x01, 0xff] {
                // The checksums fit: only the reading of the sections is left to refuse it.
                let mut sections = sections.clone();
                sections[changed].1[at] ^= flip;
                let attached = sections.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()));
                match opened_with(&matcher, &attached) {
                    Ok(saved) => assert_eq!(saved.columns.num_rows(), 3),
                    Err(error) => {
                        refused += 1;
                        assert!(!error.to_string().is_empty());
                    }
                }
            }
        }
    }
    assert!(refused > 200, "{refused}");

    let attached = sections.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()));
    let mut file = Vec::new();
    matcher.write_to(&mut file, &attached).expect("written");
    let mut unread = 0;
    for at in 0..file.len() {
        let mut file = file.clone();
        file[at] ^= 0x10;
        let read = poly_match::Saved::read(Arc::new(file), || Ok::<(), Error>(()));
        let read = read.map_err(Failure::from).and_then(of_core);
        // No checksum covers the bytes between two sections, which mean nothing.
        if let Ok(saved) = read {
            assert_eq!((saved.facts, saved.columns), (facts(), columns()), "byte {at}");
            unread += 1;
        }
    }
    assert!(unread < file.len() / 4, "{unread}");
}
