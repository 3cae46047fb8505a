//! A row group: its pages, and how many of its rows make a batch.

use std::cell::RefCell;
use std::collections::HashMap;
use std::iter;
use std::sync::Arc;

use arrow_schema::Fields;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups};
use parquet::arrow::{FieldLevels, ProjectionMask, parquet_to_arrow_field_levels};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::schema::types::SchemaDescriptor;

use super::budget::Budget;
use super::pages::{Pages, width};
use crate::error::{Cause, Error, Result};
use crate::limits::Limits;
use crate::source::Random;

/// Bytes of an offset or a view of a text, and of the bit that it is null.
const OF_TEXT: u64 = 16;

/// Bytes of the decoders of a column.
const OF_DECODERS: u64 = 24 << 10;

/// A file, as far as its row groups need it.
pub(super) struct File {
    pub(super) content: Arc<Random>,
    pub(super) metadata: Arc<ParquetMetaData>,
    pub(super) budget: Arc<Budget>,
    pub(super) limits: Limits,
}

/// Columns that are read together.
pub(super) struct Strip {
    /// Their types.
    levels: FieldLevels,
    /// Their leaves.
    leaves: Vec<usize>,
}

impl Strip {
    /// The columns at these positions. `fields` are all columns of the file.
    pub(super) fn new(schema: &SchemaDescriptor, roots: &[usize], fields: &Fields) -> Result<Self> {
        let mask = ProjectionMask::roots(schema, roots.iter().copied());
        let leaves = (0..schema.num_columns()).filter(|&leaf| mask.leaf_included(leaf)).collect();
        let levels = parquet_to_arrow_field_levels(schema, mask, Some(fields))?;
        Ok(Self { levels, leaves })
    }
}

impl File {
    /// The number of rows of a row group.
    pub(super) fn rows(&self, row_group: usize) -> Result<usize> {
        let rows = self.metadata.row_group(row_group).num_rows();
        usize::try_from(rows)
            .map_err(|_| Error::malformed(format_args!("row group {row_group} claims {rows} rows")))
    }

    /// Whether all rows of a row group make one batch, as the metadata says.
    pub(super) fn is_one_batch(&self, row_group: usize, strips: &[Strip]) -> Result<bool> {
        let (group, rows) = (self.metadata.row_group(row_group), self.rows(row_group)?);
        let mut cost = Cost::default();
        for &leaf in strips.iter().flat_map(|strip| &strip.leaves) {
            cost.add(group.column(leaf), 0, rows);
        }
        let bytes = cost.average.saturating_mul(rows as u64);
        Ok(rows <= self.limits.rows && bytes <= self.limits.bytes as u64)
    }

    /// Opens columns of a row group.
    pub(super) fn open(&self, row_group: usize, strip: &Strip) -> Result<ParquetRecordBatchReader> {
        let (group, rows) = (self.metadata.row_group(row_group), self.rows(row_group)?);
        self.budget.check(OF_DECODERS.saturating_mul(strip.leaves.len() as u64))?;
        let mut pages = HashMap::with_capacity(strip.leaves.len());
        let mut cost = Cost::default();
        for &leaf in &strip.leaves {
            let chunk = group.column(leaf);
            let opened = Pages::open(self.content.clone(), &self.budget, chunk, rows, row_group)?;
            cost.add(chunk, opened.longest(), rows);
            pages.insert(leaf, opened);
        }
        // The decoders allocate for this many.
        let at_once = cost.rows(&self.limits, self.budget.limit())?.min(rows.max(1));
        let group = Group { metadata: &self.metadata, group, pages: RefCell::new(pages), rows };
        let levels = &strip.levels;
        Ok(ParquetRecordBatchReader::try_new_with_row_groups(levels, &group, at_once, None)?)
    }
}

/// The bytes of a row in memory.
#[derive(Debug, Default)]
struct Cost {
    /// As the metadata says, on average.
    average: u64,
    /// If each text is the longest of its dictionary.
    most: u64,
}

impl Cost {
    fn add(&mut self, chunk: &ColumnChunkMetaData, longest: u64, rows: usize) {
        let column = chunk.column_descr_ptr();
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let (values, rows) = (count(chunk.num_values()), rows.max(1) as u64);
        let a_row = if column.max_rep_level() > 0 { values.div_ceil(rows).max(1) } else { 1 };
        let fixed = width(&column);
        let own = if fixed > 0 {
            fixed
        } else {
            OF_TEXT + count(chunk.uncompressed_size()) / values.max(1)
        };
        self.average = self.average.saturating_add(a_row.saturating_mul(own));
        self.most = self.most.saturating_add(a_row.saturating_mul(own.max(longest)));
    }

    /// How many rows make a batch.
    fn rows(&self, limits: &Limits, limit: u64) -> Result<usize> {
        if self.most > limit {
            let what = "a row".to_owned();
            let (got, limit) = (self.most, limit);
            return Err(Error::new(Cause::TooLarge { what, got, limit }));
        }
        let usual = limits.bytes as u64 / self.average.max(1);
        // Half of the limit is for pages.
        let safe = limit / 2 / self.most.max(1);
        let rows = usize::try_from(usual.min(safe)).unwrap_or(usize::MAX);
        Ok(rows.min(limits.rows).max(1))
    }
}

/// One row group, whose pages can be taken once.
struct Group<'a> {
    metadata: &'a ParquetMetaData,
    group: &'a RowGroupMetaData,
    pages: RefCell<HashMap<usize, Pages>>,
    rows: usize,
}

impl RowGroups for Group<'_> {
    fn num_rows(&self) -> usize {
        self.rows
    }

    fn column_chunks(&self, i: usize) -> ParquetResult<Box<dyn PageIterator>> {
        let pages = self.pages.borrow_mut().remove(&i);
        let pages = pages.ok_or_else(|| {
            ParquetError::General(format!("leaf {i} is not among the columns to read"))
        })?;
        Ok(Box::new(OneChunk(Some(pages))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(iter::once(self.group))
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.metadata
    }
}

/// The pages of the only chunk of a column.
struct OneChunk(Option<Pages>);

impl Iterator for OneChunk {
    type Item = ParquetResult<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(|pages| Ok(Box::new(pages) as Box<dyn PageReader>))
    }
}

impl PageIterator for OneChunk {}
