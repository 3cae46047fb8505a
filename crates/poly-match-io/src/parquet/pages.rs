//! The pages of a column chunk, which may not need more memory than the budget allows.
//!
//! A page may say in a few bytes what takes many: that a list has a billion items, or that a million
//! values are the same long text of a dictionary. This file bounds both.

use std::sync::Arc;

use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use super::budget::Budget;
use super::chunk::Chunk;
use super::prefixes;
use crate::error::{Error, Place, Result};
use crate::source::Random;

/// Bytes of a value beside its own: two levels, an offset.
const BESIDE: u64 = 8;

/// The pages of a column chunk.
pub(super) struct Pages {
    inner: SerializedPageReader<Chunk>,
    budget: Arc<Budget>,
    column: ColumnDescPtr,
    place: Place,
    /// The first page, if it was read to see the longest value of the dictionary.
    first: Option<Page>,
    /// The bytes of the longest value of the dictionary.
    longest: u64,
}

impl Pages {
    /// Opens a column chunk. Reads the dictionary of a column of texts or bytes.
    pub(super) fn open(
        content: Arc<Random>,
        budget: &Arc<Budget>,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        row_group: usize,
    ) -> Result<Self> {
        let column = chunk.column_descr_ptr();
        let place = Place::Chunk { row_group, column: column.path().string() };
        let opened = || -> Result<_> {
            let bytes = Chunk::new(content, budget.clone(), chunk)?;
            Ok(SerializedPageReader::new(Arc::new(bytes), chunk, rows, None)?)
        };
        let inner = opened().map_err(|error| error.at(place.clone()))?;
        let budget = budget.clone();
        let mut pages = Self { inner, budget, column, place, first: None, longest: 0 };
        if pages.column.physical_type() == Type::BYTE_ARRAY && rows > 0 {
            pages.first = pages.read().map_err(|error| error.at(pages.place.clone()))?;
        }
        Ok(pages)
    }

    /// The bytes of the longest value of the dictionary, which all values may be.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }

    /// Reads a page, and counts what its values take beyond its bytes.
    fn read(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.inner.get_next_page()? else { return Ok(None) };
        if let Page::DictionaryPage { buf, num_values, .. } = &page {
            if self.column.physical_type() == Type::BYTE_ARRAY {
                self.longest = longest(buf, *num_values);
            }
            return Ok(Some(page));
        }
        let values = u64::from(page.num_values());
        if self.column.max_rep_level() > 0 {
            // Any number of them may be in one row. Common data has some bits for each.
            let width = BESIDE + self.longest.max(width(&self.column));
            let paid = 16 * page.buffer().len() as u64;
            self.budget.expand(values.saturating_mul(width).saturating_sub(paid))?;
        }
        if page.encoding() == Encoding::DELTA_BYTE_ARRAY {
            // A value may repeat the start of the one before.
            let shared = prefixes::total(&page, &self.column).ok_or_else(|| {
                Error::malformed("the lengths of a page in DELTA_BYTE_ARRAY are malformed")
            })?;
            self.budget.expand(shared)?;
        }
        Ok(Some(page))
    }
}

impl Iterator for Pages {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        self.read().map_err(|error| {
            self.budget.keep(error.at(self.place.clone()));
            ParquetError::General("see the error that was kept".to_owned())
        })
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        let Some(first) = &self.first else {
            return self.inner.peek_next_page().map_err(|error| {
                self.budget.keep(Error::from(error).at(self.place.clone()));
                ParquetError::General("see the error that was kept".to_owned())
            });
        };
        let (rows, is_dict) = match first {
            Page::DataPage { .. } => (None, false),
            Page::DataPageV2 { num_rows, .. } => (usize::try_from(*num_rows).ok(), false),
            Page::DictionaryPage { .. } => (None, true),
        };
        let num_levels = usize::try_from(first.num_values()).ok().filter(|_| !is_dict);
        Ok(Some(PageMetadata { num_rows: rows, num_levels, is_dict }))
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        match self.first.take() {
            Some(_) => Ok(()),
            None => self.inner.skip_next_page(),
        }
    }
}

/// The bytes of a value in memory; 0 for texts and bytes, which differ.
pub(super) fn width(column: &ColumnDescPtr) -> u64 {
    match column.physical_type() {
        Type::BOOLEAN => 1,
        Type::INT32 | Type::FLOAT => 4,
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 => 12,
        Type::FIXED_LEN_BYTE_ARRAY => u64::try_from(column.type_length()).unwrap_or(0),
        Type::BYTE_ARRAY => 0,
    }
}

/// The longest value of a dictionary: each is a length in four bytes, and its bytes.
fn longest(mut bytes: &[u8], values: u32) -> u64 {
    let mut longest = 0;
    for _ in 0..values {
        let Some((len, rest)) = bytes.split_first_chunk() else { break };
        let len = u32::from_le_bytes(*len);
        longest = longest.max(u64::from(len));
        let Some(rest) = usize::try_from(len).ok().and_then(|len| rest.get(len..)) else { break };
        bytes = rest;
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_value_of_a_dictionary_is_found() {
        let bytes = b"\x02\0\0\0ab\x05\0\0\0abcde\x01\0\0\0a";
        assert_eq!(longest(bytes, 3), 5);
        assert_eq!(longest(bytes, 1), 2);
        // It is truncated in a value, and in a length.
        assert_eq!(longest(&bytes[..10], 3), 5);
        assert_eq!(longest(&bytes[..8], 3), 2);
        assert_eq!(longest(b"", u32::MAX), 0);
    }
}
