//! Texts that are, or become, very long: one clear error or a stream of rows, and little memory.

mod common;

use std::io::{self, Cursor, Read, Write};
use std::sync::{Mutex, PoisonError};

use common::{peak, reset_peak};
use flate2::Compression;
use flate2::write::GzEncoder;
use poly_match_io::{Error, ReadOptions, Reader, Source};

/// The peak of memory is that of the process, so only one test runs at a time.
static ONE: Mutex<()> = Mutex::new(());

/// What a reader may need beyond its input.
const MOST: u64 = 256 << 20;

/// Reads all rows, and checks that memory grows by at most [`MOST`] and the input.
fn count(name: &str, source: Source, input: usize) -> Result<usize, Error> {
    count_within(MOST + input as u64, name, source)
}

fn count_within(most: u64, name: &str, source: Source) -> Result<usize, Error> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    reset_peak();
    let before = peak();
    let rows = Reader::open(source, &ReadOptions::default())
        .and_then(|reader| reader.map(|batch| Ok(batch?.num_rows())).sum());
    let grown = peak().saturating_sub(before);
    assert!(grown < most, "{name}: {} MiB", grown >> 20);
    rows
}

/// A text that begins and goes on as given, compressed.
fn gzip(start: &str, piece: &str, times: usize, end: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(start.as_bytes()).expect("in memory");
    let piece = piece.repeat((1 << 20) / piece.len());
    for _ in 0..times {
        encoder.write_all(piece.as_bytes()).expect("in memory");
    }
    encoder.write_all(end.as_bytes()).expect("in memory");
    encoder.finish().expect("in memory")
}

fn refused(name: &str, bytes: Vec<u8>) -> String {
    let len = bytes.len();
    count(name, Source::bytes(name, bytes), len).expect_err("refused").to_string()
}

#[test]
fn a_line_without_an_end_is_refused() {
    for (name, start) in [
        ("a.csv", "x,y\n1,"),
        ("a.csv", "x,y\n1,\""),
        ("a.csv", ""),
        ("a.tsv", "x\ty\n"),
        ("a.geojsonl", "{\"type\":\"Feature\",\"a\":\""),
        ("a.geojson", "{\"type\":\"Feature\",\"a\":\""),
        ("a.geojson", "{\"features\":[{\"a\":"),
    ] {
        let text = Cursor::new(start).chain(io::repeat(b'1').take(1 << 30));
        let error = count(name, Source::stream(name, text), 0).expect_err("refused").to_string();
        let needs = " bytes of memory, expected at most ";
        assert!(error.starts_with(name) && error.contains(needs), "{error}");
    }
}

#[test]
fn compressed_texts_that_become_one_record_are_refused() {
    let error = refused("a.csv.gz", gzip("x,y\n1,", "0", 300, ""));
    assert!(error.starts_with("a.csv.gz: line 2: a record needs "), "{error}");
    let start = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":
        {"type":"LineString","coordinates":["#;
    let error = refused("a.geojson.gz", gzip(start, "[0,0],", 300, ""));
    assert!(error.contains("a feature needs "), "{error}");
    // It is short enough as text, but not as a geometry.
    let error = refused("a.geojson.gz", gzip(start, "[0,0],", 60, "[0,0]]}}]}"));
    assert_eq!(error, "a.geojson.gz: features[0]: a geometry needs too much memory");
}

#[test]
fn long_texts_are_streamed() {
    let (length, long) = (100, "x".repeat(1000));
    let row = format!("1,{long}\n");
    let feature =
        format!("{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{\"a\":\"{long}\"}}}}\n");
    for (name, start, piece) in [("a.csv.gz", "x,y\n", row), ("a.geojsonl.gz", "", feature)] {
        let bytes = gzip(start, &piece, length, "");
        let rows = count_within(64 << 20, name, Source::bytes(name, bytes));
        assert_eq!(rows.expect("sound"), length * ((1 << 20) / piece.len()));
    }
}

#[test]
fn wide_tables_are_refused() {
    let error = refused("a.csv", (",".repeat(99_999) + "\n").into_bytes());
    assert!(error.starts_with("a.csv: a table of 100000 columns needs "), "{error}");
    // The widest that is read, without a cell.
    let wide = ",".repeat(32_767) + "\n";
    let rows = count("a.csv", Source::bytes("a.csv", wide.repeat(300)), wide.len() * 300);
    assert_eq!(rows.expect("sound"), 299);
    let names: Vec<_> = (0..100_000).map(|i| format!("\"{i}\":1")).collect();
    let feature = format!(r#"{{"type":"Feature","properties":{{{}}}}}"#, names.join(","));
    let error = refused("a.geojson", feature.into_bytes());
    assert!(error.contains("a table of 32769 columns needs "), "{error}");
}
