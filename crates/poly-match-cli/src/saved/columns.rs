//! The columns of the polygons, as a stream of Arrow.

use std::io;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use poly_match_io::{Compression, Format, ReadOptions, Reader, Source, WriteOptions, Writer};

use super::{COLUMNS, invalid, unsound};
use crate::failure::Failure;

/// The column of the labels that pandas has for rows: no column of the table.
const LABELS_OF_ROWS: &str = "__index_level_0__";

/// What stands before each message. A stream that is compressed as a whole begins in another way.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Reads the columns of `count` polygons.
pub(super) fn read(data: &[u8], count: usize) -> Result<RecordBatch, Failure> {
    if !data.starts_with(&CONTINUATION) {
        return Err(unsound("its columns as a stream of Arrow"));
    }
    let mut options = ReadOptions::default();
    options.format = Some(Format::ArrowStream);
    let reader = Reader::open(Source::bytes(COLUMNS, data.to_vec()), &options)?;
    let whole = reader.schema();
    let (mut batches, mut rows) = (Vec::new(), 0_usize);
    for batch in reader {
        let batch = batch?;
        rows = rows.saturating_add(batch.num_rows());
        if rows > count {
            break;
        }
        batches.push(batch);
    }
    if rows != count {
        let got = if rows > count { "more".to_owned() } else { rows.to_string() };
        return Err(unsound(format_args!(
            "columns with a row for each of {count} polygons, got {got}"
        )));
    }
    of_table(&whole, &batches).map_err(unsound)
}

/// The batches as one, without the labels of rows. What the schema says of the whole table, such as which
/// columns pandas had, is dropped.
fn of_table(whole: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let batch = match batches {
        [one] => one.clone(),
        several => concat_batches(whole, several)?,
    };
    let names = whole.fields().iter().map(|field| field.name() != LABELS_OF_ROWS);
    let kept: Vec<_> = names.enumerate().filter_map(|(i, is_kept)| is_kept.then_some(i)).collect();
    let batch = batch.project(&kept)?;
    let schema = Schema::new(batch.schema_ref().fields().clone());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(schema), batch.columns().to_vec(), &options)
}

/// A row for each of `count` polygons, and no columns.
pub(super) fn none(count: usize) -> Result<RecordBatch, Failure> {
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let schema = Arc::new(Schema::empty());
    RecordBatch::try_new_with_options(schema, Vec::new(), &options).map_err(Failure::new)
}

/// Writes the columns.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a type that Arrow cannot write.
pub(super) fn write(columns: &RecordBatch) -> io::Result<Vec<u8>> {
    let mut options = WriteOptions::default();
    options.compression = Compression::Uncompressed;
    let mut stream = Vec::new();
    let written = (|| {
        let schema = columns.schema();
        let mut writer = Writer::new(&mut stream, Format::ArrowStream, &schema, &options)?;
        writer.write(columns)?;
        writer.finish()
    })();
    written.map_err(|error: poly_match_io::Error| {
        invalid(format_args!("the columns cannot be saved: {error}"))
    })?;
    Ok(stream)
}
