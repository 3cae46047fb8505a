//! Measures how fast CSV is read and written, beside the crate `csv` alone.
//!
//! `cargo run --release -p poly-match-io --example csv_speed [ROWS]` prints MB/s, the best of five runs.

use std::fmt::Write as _;
use std::time::Instant;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use bytes::Bytes;
use poly_match_io::{Format, ReadOptions, Reader, Source, WriteOptions, Writer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: u32 = std::env::args().nth(1).map_or(Ok(2_000_000), |rows| rows.parse())?;
    for (name, text) in [("points", points(rows)), ("quoted", quoted(rows / 4))] {
        let size = text.len();
        let cells = best(name, "read, crate csv", size, || peer(&text).unwrap_or_default());
        let columns = || columns_of_peer(&text).unwrap_or_default();
        assert_eq!(cells, best(name, "columns, crate csv", size, columns), "it reads all rows");
        let text = Bytes::from(text);
        let all = ReadOptions::default();
        let read = best(name, "read", size, || count(&text, &all).unwrap_or_default());
        assert_eq!(cells, read, "both read all rows");
        let mut id = ReadOptions::default();
        id.columns = Some(vec!["id".to_owned()]);
        best(name, "read one column", size, || count(&text, &id).unwrap_or_default());
        let batches: Vec<_> = open(&text, &all)?.collect::<Result<_, _>>()?;
        best(name, "write, crate csv", size, || write_peer(&batches).unwrap_or_default());
        best(name, "write", size, || write(&batches).unwrap_or_default());
    }
    Ok(())
}

/// Points as a table has them: an id, two coordinates, and a name.
fn points(rows: u32) -> String {
    let mut text = "id,x,y,name\n".to_owned();
    for i in 0..rows {
        let (x, y) = (f64::from(i % 977) * 0.123_457, f64::from(i % 1013) * 0.234_561);
        let _ = writeln!(text, "{i:08},{x:.6},{y:.6},place {}", i % 1000);
    }
    text
}

/// Text that needs quotes.
fn quoted(rows: u32) -> String {
    let mut text = "id,wkt,note\n".to_owned();
    for i in 0..rows {
        let _ = writeln!(text, "{i},\"POLYGON((0 0, {i} 0, 0 {i}))\",\"say \"\"{i}\"\"\"");
    }
    text
}

fn best(name: &str, what: &str, size: usize, mut work: impl FnMut() -> usize) -> usize {
    let mut shortest = f64::INFINITY;
    let mut count = 0;
    for _ in 0..5 {
        let started = Instant::now();
        count = work();
        shortest = shortest.min(started.elapsed().as_secs_f64());
    }
    println!("{name:8} {what:18} {:7.0} MB/s", size as f64 / 1e6 / shortest);
    count
}

fn open(text: &Bytes, options: &ReadOptions) -> Result<Reader, poly_match_io::Error> {
    Reader::open(Source::bytes("a.csv", text.clone()), options)
}

fn count(text: &Bytes, options: &ReadOptions) -> Result<usize, poly_match_io::Error> {
    open(text, options)?.map(|batch| Ok(batch?.num_rows())).sum()
}

fn peer(text: &str) -> Result<usize, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    Ok(count)
}

/// Batches of text columns, made of what the crate reads.
fn columns_of_peer(text: &str) -> Result<usize, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut columns: Vec<_> = reader.headers()?.iter().map(|_| StringBuilder::new()).collect();
    let mut record = csv::StringRecord::new();
    let (mut count, mut rows) = (0, 0);
    while reader.read_record(&mut record)? {
        for (cell, column) in record.iter().zip(&mut columns) {
            column.append_value(cell);
        }
        rows += 1;
        if rows == 1 << 16 {
            count += columns.iter_mut().map(|column| column.finish().len()).max().unwrap_or(0);
            rows = 0;
        }
    }
    Ok(count + rows)
}

fn write(batches: &[RecordBatch]) -> Result<usize, poly_match_io::Error> {
    let mut out = Vec::new();
    let schema = batches[0].schema();
    let mut writer = Writer::new(&mut out, Format::Csv, &schema, &WriteOptions::default())?;
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()?;
    Ok(out.len())
}

fn write_peer(batches: &[RecordBatch]) -> Result<usize, csv::Error> {
    let mut out = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut out);
    for batch in batches {
        for row in 0..batch.num_rows() {
            for column in batch.columns() {
                writer.write_field(column.as_string::<i32>().value(row))?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()?;
    drop(writer);
    Ok(out.len())
}
