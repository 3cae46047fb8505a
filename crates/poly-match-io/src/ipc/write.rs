//! Writes Arrow IPC as a file or as a stream.

use std::io::{BufWriter, Write};

use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::SchemaRef;

use super::plain;
use crate::error::{Error, Result};
use crate::options::{Compression, Sink, WriteOptions};

/// Starts a file, with an index of its batches at the end. Dictionaries are written as their values.
pub(crate) fn write_file<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    let out = BufWriter::new(out);
    let schema = plain::schema(schema);
    let writer = FileWriter::try_new_with_options(out, &schema, read(options)?)?;
    Ok(Box::new(File { writer, schema }))
}

/// Starts a stream.
pub(crate) fn write_stream<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    let out = BufWriter::new(out);
    Ok(Box::new(Stream(StreamWriter::try_new_with_options(out, schema, read(options)?)?)))
}

fn read(options: &WriteOptions) -> Result<IpcWriteOptions> {
    let compression = match options.compression {
        Compression::Usual | Compression::Uncompressed => None,
        Compression::Lz4 => Some(CompressionType::LZ4_FRAME),
        Compression::Zstd => Some(CompressionType::ZSTD),
        Compression::Snappy => {
            return Err(Error::unsupported("expected lz4 or zstd for Arrow IPC, got snappy"));
        }
    };
    Ok(IpcWriteOptions::default().try_with_compression(compression)?)
}

struct File<W: Write> {
    writer: FileWriter<W>,
    schema: SchemaRef,
}

struct Stream<W: Write>(StreamWriter<W>);

impl<W: Write> Sink for File<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.writer.write(&plain::batch(batch, &self.schema)?)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish()?;
        Ok(self.writer.into_inner()?.flush()?)
    }
}

impl<W: Write> Sink for Stream<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.0.write(batch)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.0.finish()?;
        Ok(self.0.into_inner()?.flush()?)
    }
}
