//! The formats that are text, through the face of the crate: what is written is read back, and what
//! is hostile is refused.

mod geojson;
mod inputs;
mod mutations;

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use poly_match_io::{Error, Format, ReadOptions, Reader, Source, WriteOptions, Writer};

/// Reads all of a text.
fn read(name: &str, text: impl Into<Vec<u8>>) -> Result<(Arc<Schema>, Vec<RecordBatch>), Error> {
    let reader = Reader::open(Source::bytes(name, text.into()), &ReadOptions::default())?;
    let schema = reader.schema();
    Ok((schema, reader.collect::<Result<_, _>>()?))
}

/// Writes batches as text.
fn written(format: Format, schema: &Arc<Schema>, batches: &[RecordBatch]) -> String {
    let mut out = Vec::new();
    let mut writer =
        Writer::new(&mut out, format, schema, &WriteOptions::default()).expect("it can be written");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.finish().expect("finished");
    String::from_utf8(out).expect("text")
}
