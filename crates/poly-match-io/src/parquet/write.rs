//! Writes Parquet.
//!
//! The caller's thread cuts batches into pieces and writes row groups; `encode` has threads that encode
//! the columns. The crate `parquet` wants an output that can be sent to another thread. Ours need not be
//! one: row groups are written into a buffer, which is emptied after each.

use std::io::Write;
use std::mem;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Fields, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::encode::{Done, Encoder};
use super::geometry::Geometry;
use crate::error::{Cause, Error, Result};
use crate::options::{Compression, Sink, WriteOptions};

/// Most rows of a row group.
const ROWS: usize = 1 << 20;

/// A row group is ended when its encoded columns have about this many bytes.
const BYTES: usize = 64 << 20;

/// Most rows of a piece, which threads encode before the bytes of the row group are counted.
const PIECE: usize = 1 << 16;

/// Steps that may wait for the threads. The bytes of a row group are counted that many pieces late, on any
/// machine: so row groups do not depend on how fast the threads are.
const WAITING: usize = 2;

/// A table with more columns than this is written without dictionaries, and by default with LZ4. For each
/// column, a dictionary takes 20 kB even if there are few rows, and Zstandard as much again.
const WIDE: usize = 1 << 10;

/// About what a column takes until its row group is written, and what all may take.
const COLUMN: u64 = 8 << 10;
const MEMORY: u64 = 128 << 20;

/// Most threads, if the options do not say how many.
const THREADS: usize = 4;

/// Starts a Parquet file.
pub(crate) fn write<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    let geometry = Geometry::new(schema, options)?;
    let schema = geometry.schema();
    let columns = ArrowSchemaConverter::new().convert(&schema)?;
    check_columns(columns.num_columns())?;
    let is_wide = columns.num_columns() > WIDE;
    let properties = properties(schema.fields(), options.compression, is_wide);
    let properties = Arc::new(properties);
    let file = SerializedFileWriter::new(Vec::new(), columns.root_schema_ptr(), properties)?;
    let factory = ArrowRowGroupWriterFactory::new(&file, schema);
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS);
    let threads = options.threads.map_or_else(cores, NonZeroUsize::get);
    let encoder = Encoder::new(columns.num_columns(), threads)?;
    Ok(Box::new(File { encoder: Some(encoder), ended: 0, rows: 0, file, factory, geometry, out }))
}

/// Refuses a table of very many columns.
fn check_columns(count: usize) -> Result<()> {
    let needed = COLUMN * count as u64;
    if needed <= MEMORY {
        return Ok(());
    }
    let what = format!("a table of {count} columns in Parquet");
    Err(Error::new(Cause::TooLarge { what, got: needed, limit: MEMORY }))
}

/// How columns are encoded: as the crate `parquet` does by default, except that floats have no dictionaries.
///
/// Other choices for 10^7 points with an id, x, y, a zone, its name and a distance, read and written in
/// 1.45 s of processor time, 268 MB: dictionaries for floats, 1.73 s, 275 MB; no dictionaries at all,
/// 1.52 s, 277 MB; Zstandard 3, 1.56 s, 268 MB; statistics of row groups only, 1.50 s, 268 MB; floats
/// split into streams of bytes, which fewer readers know, 1.72 s, 249 MB; no compression, 0.82 s, 354 MB.
fn properties(fields: &Fields, compression: Compression, is_wide: bool) -> WriterProperties {
    let codec = match compression {
        Compression::Usual if is_wide => Codec::LZ4_RAW,
        Compression::Usual | Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
        Compression::Snappy => Codec::SNAPPY,
        Compression::Lz4 => Codec::LZ4_RAW,
        Compression::Uncompressed => Codec::UNCOMPRESSED,
    };
    let mut properties = WriterProperties::builder().set_compression(codec);
    if is_wide {
        return properties.set_dictionary_enabled(false).build();
    }
    for path in floats(fields) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::new(path), false);
    }
    properties.build()
}

/// The paths of the columns of floats. Coordinates hardly repeat: without dictionaries, 10^7 points are
/// written in a fifth less time, and are smaller.
fn floats(fields: &Fields) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for field in fields {
        match field.data_type() {
            DataType::Float32 | DataType::Float64 => paths.push(vec![field.name().clone()]),
            DataType::Struct(members) => {
                paths.extend(floats(members).into_iter().map(|path| {
                    std::iter::once(field.name().clone()).chain(path).collect::<Vec<_>>()
                }));
            }
            _ => {}
        }
    }
    paths
}

struct File<W: Write> {
    /// `None` after an error: nothing can be written any more.
    encoder: Option<Encoder>,
    /// How many row groups are ended. Some of them may not be written yet.
    ended: usize,
    /// The rows of the next.
    rows: usize,
    file: SerializedFileWriter<Vec<u8>>,
    factory: ArrowRowGroupWriterFactory,
    geometry: Geometry,
    out: W,
}

impl<W: Write> Sink for File<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = self.geometry.batch(batch)?;
        let mut encoder = self.take_encoder()?;
        let mut start = 0;
        while start < batch.num_rows() {
            let rows = PIECE.min(batch.num_rows() - start).min(ROWS - self.rows);
            self.add(&mut encoder, &batch.slice(start, rows))?;
            self.take_done(&mut encoder, WAITING)?;
            start += rows;
        }
        self.encoder = Some(encoder);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let mut encoder = self.take_encoder()?;
        self.end_group(&mut encoder);
        self.take_done(&mut encoder, 0)?;
        let Self { mut file, geometry, mut out, .. } = *self;
        for pair in keys(geometry) {
            file.append_key_value_metadata(pair);
        }
        out.write_all(&file.into_inner()?)?;
        Ok(out.flush()?)
    }
}

impl<W: Write> File<W> {
    /// Takes the encoder out. Only after a success it is put back.
    fn take_encoder(&mut self) -> Result<Encoder> {
        let ended = || Error::malformed("an error has ended the table before");
        self.encoder.take().ok_or_else(ended)
    }

    /// Adds a piece to the row group.
    fn add(&mut self, encoder: &mut Encoder, piece: &RecordBatch) -> Result<()> {
        if self.rows == 0 {
            encoder.start(self.factory.create_column_writers(self.ended)?);
        }
        let mut leaves = Vec::new();
        for (field, column) in piece.schema_ref().fields().iter().zip(piece.columns()) {
            leaves.append(&mut compute_leaves(field, column)?);
        }
        encoder.add(leaves);
        self.rows += piece.num_rows();
        if self.rows == ROWS {
            self.end_group(encoder);
        }
        Ok(())
    }

    /// Ends the row group, if it has rows.
    fn end_group(&mut self, encoder: &mut Encoder) {
        if self.rows > 0 {
            encoder.close();
            self.ended += 1;
            self.rows = 0;
        }
    }

    /// Takes what the encoder has done, until at most `most` steps wait.
    fn take_done(&mut self, encoder: &mut Encoder, most: usize) -> Result<()> {
        while let Some(done) = encoder.next(most)? {
            match done {
                Done::Group(columns) => self.write_group(columns)?,
                Done::Piece { bytes } => {
                    // The piece may be of a row group that is ended already.
                    let is_of_next = self.file.flushed_row_groups().len() == self.ended;
                    if is_of_next && bytes >= BYTES {
                        self.end_group(encoder);
                    }
                }
            }
        }
        Ok(())
    }

    fn write_group(&mut self, columns: Vec<ArrowColumnChunk>) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for column in columns {
            column.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(self.out.write_all(&mem::take(self.file.inner_mut()))?)
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

#[cfg(test)]
mod tests {
    use std::io;

    use arrow_array::types::{Int32Type, IntervalMonthDayNano};
    use arrow_array::{
        ArrayRef, BinaryArray, Float64Array, Int64Array, IntervalMonthDayNanoArray, ListArray,
        StringArray,
    };
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    /// What the threads make of some batches.
    fn written(batches: &[RecordBatch], threads: usize, compression: Compression) -> Vec<u8> {
        let threads = NonZeroUsize::new(threads);
        let options = WriteOptions { threads, compression, ..WriteOptions::default() };
        let mut out = Vec::new();
        let mut sink = write(&mut out, &batches[0].schema(), &options).expect("a file");
        for batch in batches {
            sink.write(batch).expect("it can be written");
        }
        sink.finish().expect("it can be written");
        out
    }

    /// The rows of each row group.
    fn groups(file: &[u8]) -> Vec<i64> {
        let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(file));
        let reader = reader.expect("a file");
        reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect()
    }

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).expect("a batch")
    }

    #[test]
    fn the_file_does_not_depend_on_the_threads() {
        let lists = (0..70_000).map(|i| Some((0..i % 3).map(Some)));
        let one = batch(vec![
            ("id", Arc::new(Int64Array::from_iter_values(0..70_000))),
            (
                "x",
                Arc::new(Float64Array::from_iter(
                    (0..70_000).map(|i| (i % 7 > 0).then(|| f64::from(i).sqrt())),
                )),
            ),
            (
                "name",
                Arc::new(StringArray::from_iter_values((0..70_000).map(|i| (i % 99).to_string()))),
            ),
            ("list", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))),
        ]);
        let batches = vec![one.clone(), one.slice(0, 0), one.slice(5, 9), one];
        let expected = written(&batches, 1, Compression::Usual);
        assert_eq!(groups(&expected), [140_009]);
        for threads in [2, 3, 16] {
            assert!(written(&batches, threads, Compression::Usual) == expected, "{threads}");
        }
    }

    #[test]
    fn row_groups_end_by_rows() {
        let rows = i64::try_from(ROWS).expect("few rows");
        let long = batch(vec![("id", Arc::new(Int64Array::from_iter_values(0..2 * rows + 7)))]);
        for threads in [1, 3] {
            let file = written(std::slice::from_ref(&long), threads, Compression::Usual);
            assert_eq!(groups(&file), [rows, rows, 7]);
        }
    }

    #[test]
    fn row_groups_end_by_bytes_whatever_the_threads_do() {
        let value = vec![7; BYTES / 4 + 1];
        let large = batch(vec![
            ("a", Arc::new(BinaryArray::from_iter_values([&value])) as ArrayRef),
            ("b", Arc::new(Int64Array::from(vec![1]))),
        ]);
        for threads in [1, 2, 4] {
            let file = written(&vec![large.clone(); 10], threads, Compression::Uncompressed);
            assert_eq!(groups(&file), [6, 4]);
        }
    }

    #[test]
    fn a_table_without_columns_or_rows_is_written() {
        let empty = batch(vec![("id", Arc::new(Int64Array::from(Vec::<i64>::new())))]);
        assert!(groups(&written(&[empty], 2, Compression::Usual)).is_empty());
        let rows = arrow_array::RecordBatchOptions::new().with_row_count(Some(3));
        let schema = Arc::new(arrow_schema::Schema::empty());
        let narrow = RecordBatch::try_new_with_options(schema, vec![], &rows).expect("a batch");
        assert_eq!(groups(&written(&[narrow], 2, Compression::Usual)).len(), 1);
    }

    #[test]
    fn an_error_ends_the_table() {
        // The error is known only in a thread.
        let months = IntervalMonthDayNanoArray::from(vec![IntervalMonthDayNano::new(1, 2, 3)]);
        let odd = batch(vec![("for", Arc::new(months))]);
        let start = || write(Vec::new(), &odd.schema(), &WriteOptions::default());
        let mut sink = start().expect("the schema can be written");
        let error = (0..9).find_map(|_| sink.write(&odd).err()).expect("it cannot be written");
        assert!(error.to_string().contains("MonthDayNano"), "{error}");
        let after = sink.write(&odd).expect_err("it is ended").to_string();
        assert_eq!(after, "an error has ended the table before");
        assert_eq!(sink.finish().expect_err("it is ended").to_string(), after);
        let mut sink = start().expect("the schema can be written");
        let _ = sink.write(&odd);
        assert!(sink.finish().is_err());
    }

    #[test]
    fn an_error_of_the_output_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let long =
            batch(vec![("id", Arc::new(Int64Array::from_iter_values(0..1 << 21)) as ArrayRef)]);
        let mut sink = write(Full, &long.schema(), &WriteOptions::default()).expect("a file");
        let error = (0..9).find_map(|_| sink.write(&long).err()).expect("it is full");
        assert!(matches!(error.cause(), crate::Cause::Io(_)), "{error}");
    }
}
