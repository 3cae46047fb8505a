//! Reads Parquet, one row group after the other.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use arrow_select::concat::concat;
use bytes::{Buf, Bytes};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
};
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use parquet::file::reader::{ChunkReader, Length};

use super::budget::Budget;
use super::group::{File, Strip};
use super::{known, native};
use crate::columns;
use crate::error::{Error, Result};
use crate::geo::Metadata;
use crate::guard::guarded;
use crate::known::Known;
use crate::options::{Batches, ReadOptions};
use crate::source::{Random, Source};

/// Opens a Parquet file, and reads its metadata.
pub(crate) fn read(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    let content = Arc::new(source.into_random()?);
    check_ends(&content)?;
    let reader = guarded(|| {
        let metadata = Arc::new(metadata(&content, ParquetStatisticsPolicy::SkipAll)?);
        let budget = Budget::new(options.limits.memory.saturating_add(content.len()));
        Reader::new(content, metadata, budget, options)
    })?;
    Ok(Box::new(reader))
}

/// Checks the first and the last bytes.
fn check_ends(content: &Random) -> Result<()> {
    const MAGIC: &[u8] = b"PAR1";
    if content.len() == 0 {
        return Err(Error::malformed("expected a Parquet file, got an empty file"));
    }
    let mut ends = None;
    if content.len() >= 12 {
        ends = Some([content.read_at(0, 4)?, content.read_at(content.len() - 4, 4)?]);
    }
    match ends {
        Some([first, last]) if [&first[..], &last[..]] == [MAGIC; 2] => Ok(()),
        Some([first, _]) if first == MAGIC => Err(Error::malformed(
            "the file is truncated: a Parquet file ends with \"PAR1\", this one does not",
        )),
        Some(_) | None => {
            Err(Error::malformed("expected a Parquet file, which begins and ends with \"PAR1\""))
        }
    }
}

/// Reads the footer, with statistics of the columns only if they are asked for.
fn metadata(content: &Arc<Random>, statistics: ParquetStatisticsPolicy) -> Result<ParquetMetaData> {
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(statistics)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let mut reader = ParquetMetaDataReader::new().with_metadata_options(Some(options));
    reader.try_parse(&Footer(content.clone()))?;
    Ok(reader.finish()?)
}

/// Lets `parquet` read the footer.
struct Footer(Arc<Random>);

impl Length for Footer {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Footer {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let len = usize::try_from(self.0.len().saturating_sub(start)).unwrap_or(usize::MAX);
        Ok(self.0.read_at(start, len)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        Ok(self.0.read_at(start, length)?)
    }
}

/// The schema with what the file says of its geometry columns, and what GeoParquet says of them.
fn described(schema: &Schema, metadata: &ParquetMetaData) -> Result<(Schema, Option<Metadata>)> {
    let mut described = native::describe(schema, metadata.file_metadata());
    let Some(text) = described.metadata.remove("geo") else { return Ok((described, None)) };
    let metadata = Metadata::parse(&text)?;
    Ok((metadata.describe(&described), Some(metadata)))
}

/// Columns that are read together, if there are very many: each needs some 20 KiB of decoders.
const TOGETHER: usize = 1 << 10;

/// The batches of a file.
struct Reader {
    file: File,
    schema: SchemaRef,
    /// The schema of all columns, and which of them are read.
    all: Schema,
    roots: Vec<usize>,
    /// What GeoParquet says of geometry columns.
    geo: Option<Metadata>,
    /// All columns; and the same in strips, if there are very many.
    whole: Strip,
    strips: Vec<Strip>,
    /// The next row group.
    next: usize,
    /// The batches of a row group, and how many of its rows are missing.
    current: Option<(ParquetRecordBatchReader, usize)>,
}

impl Reader {
    fn new(
        content: Arc<Random>,
        metadata: Arc<ParquetMetaData>,
        budget: Budget,
        options: &ReadOptions,
    ) -> Result<Self> {
        let read = ArrowReaderMetadata::try_new(metadata.clone(), ArrowReaderOptions::new())?;
        let fields = read.schema().fields();
        let (all, geo) = described(read.schema(), &metadata)?;
        let roots = columns::find(fields, options.columns.as_deref())?;
        let schema = Arc::new(all.project(&roots)?);
        let parquet = metadata.file_metadata().schema_descr_ptr();
        let whole = Strip::new(&parquet, &roots, fields)?;
        let mut strips = Vec::new();
        if roots.len() > TOGETHER {
            for roots in roots.chunks(TOGETHER) {
                strips.push(Strip::new(&parquet, roots, fields)?);
            }
        }
        let (budget, limits) = (Arc::new(budget), options.limits.clone());
        let file = File { content, metadata, budget, limits };
        Ok(Self { file, schema, all, roots, geo, whole, strips, next: 0, current: None })
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            self.file.budget.start_batch();
            if let Some((batches, missing)) = &mut self.current {
                if let Some(batch) = batches.next() {
                    let batch = batch?;
                    *missing = missing.saturating_sub(batch.num_rows());
                    let columns = batch.columns().to_vec();
                    return self.batch(columns, batch.num_rows()).map(Some);
                }
                check_none(*missing, self.next - 1)?;
                self.current = None;
            }
            if self.next == self.file.metadata.num_row_groups() {
                return Ok(None);
            }
            let (row_group, rows) = (self.next, self.file.rows(self.next)?);
            self.next += 1;
            if rows > 0
                && !self.strips.is_empty()
                && self.file.is_one_batch(row_group, &self.strips)?
            {
                return self.in_strips(row_group, rows).map(Some);
            }
            self.current = Some((self.file.open(row_group, &self.whole)?, rows));
        }
    }

    /// Reads a row group of few rows and very many columns.
    fn in_strips(&self, row_group: usize, rows: usize) -> Result<RecordBatch> {
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        let (mut held, budget) = (0, &self.file.budget);
        for strip in &self.strips {
            let (mut read, mut missing) = (Vec::new(), rows);
            budget.start_batch();
            for batch in self.file.open(row_group, strip)? {
                let batch = batch?;
                // The metadata says that this is little; it may be wrong.
                held += batch.get_array_memory_size() as u64;
                budget.check(held)?;
                budget.start_batch();
                missing = missing.saturating_sub(batch.num_rows());
                read.push(batch);
            }
            check_none(missing, row_group)?;
            for i in 0..read[0].num_columns() {
                let pieces: Vec<_> = read.iter().map(|batch| batch.column(i).as_ref()).collect();
                columns.push(concat(&pieces)?);
            }
        }
        self.batch(columns, rows)
    }

    fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
        let rows = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), columns, &rows)?)
    }
}

fn check_none(missing: usize, row_group: usize) -> Result<()> {
    if missing == 0 {
        return Ok(());
    }
    Err(Error::malformed(format_args!(
        "row group {row_group} is truncated: {missing} of its rows are missing"
    )))
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = guarded(|| self.next_batch());
        next.map_err(|error| self.file.budget.take_fault().unwrap_or(error)).transpose()
    }
}

impl Batches for Reader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.geo.as_ref()?.primary.as_deref()
    }

    fn known(&self) -> Result<Known> {
        let with_statistics =
            guarded(|| metadata(&self.file.content, ParquetStatisticsPolicy::KeepAll))?;
        let geo = self.geo.as_ref();
        Ok(Known {
            rows: self.total_rows(),
            columns: known::columns(&self.all, &with_statistics, geo, &self.roots),
            pieces: Some(self.file.metadata.num_row_groups() as u64),
            ..Known::default()
        })
    }

    fn total_rows(&self) -> Option<u64> {
        let groups = self.file.metadata.row_groups().iter();
        let mut rows = groups.map(|group| u64::try_from(group.num_rows()).ok());
        rows.try_fold(0_u64, |sum, rows| sum.checked_add(rows?))
    }
}
