//! Writes Parquet.
//!
//! The crate `parquet` wants an output that can be sent to another thread. Ours need not be one: it
//! writes into a buffer, which is emptied after each row group.

use std::io::Write;
use std::mem;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::geometry::Geometry;
use crate::error::Result;
use crate::options::{Compression, Sink, WriteOptions};

/// Most rows of a row group.
const ROWS: usize = 1 << 20;

/// A row group is written when its encoded columns have about this many bytes.
const BYTES: usize = 64 << 20;

/// Starts a Parquet file.
pub(crate) fn write<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    let codec = match options.compression {
        Compression::Usual | Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
        Compression::Snappy => Codec::SNAPPY,
        Compression::Lz4 => Codec::LZ4_RAW,
        Compression::Uncompressed => Codec::UNCOMPRESSED,
    };
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_max_row_group_row_count(Some(ROWS))
        .build();
    let geometry = Geometry::new(schema, options)?;
    let options =
        ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(Vec::new(), geometry.schema(), options)?;
    Ok(Box::new(File { writer, geometry, out }))
}

struct File<W: Write> {
    writer: ArrowWriter<Vec<u8>>,
    geometry: Geometry,
    out: W,
}

impl<W: Write> Sink for File<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(&self.geometry.batch(batch)?)?;
        if self.writer.in_progress_size() >= BYTES {
            self.writer.flush()?;
        }
        let written = mem::take(self.writer.inner_mut());
        Ok(self.out.write_all(&written)?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { mut writer, geometry, mut out } = *self;
        for pair in keys(geometry) {
            writer.append_key_value_metadata(pair);
        }
        out.write_all(&writer.into_inner()?)?;
        Ok(out.flush()?)
    }
}

/// The metadata of the file: that of the schema, that of GeoParquet, and the schema itself, as other
/// implementations of Arrow write it. They read metadata only from the last.
fn keys(geometry: Geometry) -> Vec<KeyValue> {
    let mut schema = geometry.schema().as_ref().clone();
    schema.metadata.extend(geometry.metadata().map(|text| ("geo".to_owned(), text)));
    let mut properties = WriterProperties::new();
    add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
    let schema_pairs = properties.key_value_metadata().into_iter().flatten().cloned();
    let mut pairs: Vec<_> = schema.metadata.into_iter().collect();
    pairs.sort();
    pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)).chain(schema_pairs).collect()
}
