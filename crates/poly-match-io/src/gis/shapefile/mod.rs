//! Shapefile.

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::{Error, Result};
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;

pub(super) fn read(_source: Source, _options: &ReadOptions) -> Result<Box<dyn Batches>> {
    Err(Error::unsupported("Shapefile is not read yet"))
}

pub(super) fn write<'w>(
    _out: impl Write + 'w,
    _schema: &SchemaRef,
    _options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Err(Error::unsupported("Shapefile is not written yet"))
}
