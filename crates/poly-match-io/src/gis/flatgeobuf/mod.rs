//! FlatGeobuf: a header, perhaps an index, and features one after another, each a buffer of FlatBuffers
//! with its size in front: <https://flatgeobuf.org>.
//!
//! `frame` finds the buffers and checks their sizes; FlatBuffers verifies what is in them. `header` reads
//! the columns, `properties` their values, and `geometry` makes well-known binary. `read` puts them
//! together, and passes over the index. `write` writes features as they come: without an index, which
//! would need them all in another order. `build` makes the geometries.

mod build;
mod frame;
mod geometry;
mod header;
mod properties;
mod read;
mod values;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;

pub(super) fn read(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    Ok(Box::new(read::FlatGeobufBatches::new(source, options)?))
}

pub(super) fn write<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::FlatGeobufSink::new(out, schema, options)?))
}
