//! Parquet, GeoParquet among it.
//!
//! `read` and `write` are what the crate uses.

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::{Error, Result};
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;

pub(crate) fn read(source: Source, _options: &ReadOptions) -> Result<Box<dyn Batches>> {
    source.into_random()?;
    Err(Error::unsupported("Parquet cannot be read here"))
}

pub(crate) fn write<'w>(
    _out: impl Write + 'w,
    _schema: &SchemaRef,
    _options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Err(Error::unsupported("Parquet cannot be written here"))
}
