//! Arrow IPC: the file format, which is Feather V2, and the stream format.

mod write;

use crate::error::{Error, Result};
use crate::options::{Batches, ReadOptions};
use crate::source::Source;

pub(crate) use write::{write_file, write_stream};

pub(crate) fn read_file(source: Source, _options: &ReadOptions) -> Result<Box<dyn Batches>> {
    source.into_random()?;
    Err(Error::unsupported("Arrow IPC cannot be read here"))
}

pub(crate) fn read_stream(source: Source, _options: &ReadOptions) -> Result<Box<dyn Batches>> {
    source.into_stream();
    Err(Error::unsupported("Arrow IPC cannot be read here"))
}
