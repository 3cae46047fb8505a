//! Text separated by commas, tabs, semicolons or other characters.
//!
//! `marks` finds the bytes that end cells, `records` the cells, and `cell` copies them. `sniff` finds the
//! `dialect` of a text, and `preamble` where its first record begins. `read` makes batches of the cells,
//! and `write` writes batches as text. All cells are text, as they stand in the file: `01001`
//! stays `01001`, and an empty cell is an empty text.

mod cell;
mod dialect;
mod marks;
mod preamble;
mod read;
mod records;
mod sniff;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;

/// The byte between cells, of CSV and of TSV.
pub(crate) const COMMA: u8 = b',';
pub(crate) const TAB: u8 = b'\t';

/// Reads text; `usual` is its delimiter unless the content says otherwise.
pub(crate) fn read(source: Source, usual: u8, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    Ok(Box::new(read::CsvBatches::new(source.into_stream(), usual, options)?))
}

pub(crate) fn write<'w>(
    out: impl Write + 'w,
    delimiter: u8,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::CsvSink::new(out, delimiter, schema, options)?))
}
