//! Reads text as batches of text columns.

use std::io::Read;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::cell::append;
use super::dialect::Dialect;
use super::preamble::Preamble;
use super::records::Records;
use crate::columns;
use crate::encoding;
use crate::error::{Cause, Error, Place, Result};
use crate::known::Known;
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::places::Places;
use crate::window::{Window, longest_record};

/// The most bytes of a header.
const LONGEST_HEADER: usize = 16 << 20;

/// The batches of a text.
pub(super) struct CsvBatches {
    window: Window,
    records: Records,
    schema: SchemaRef,
    /// The columns that are read: their positions in the text, and their cells.
    columns: Vec<(usize, Cells)>,
    /// How many columns the text has.
    width: usize,
    /// The line of each row of the last batch.
    lines: Vec<u64>,
    limits: Limits,
}

/// The cells of a column, one text after another.
struct Cells {
    values: Vec<u8>,
    /// Where each cell ends, after a 0.
    ends: Vec<i32>,
}

impl CsvBatches {
    /// Reads the header, or looks at the first row; `usual` is the delimiter unless the content says
    /// otherwise.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        usual: u8,
        options: &ReadOptions,
    ) -> Result<Self> {
        let longest = longest_record(&options.limits);
        let has_header = options.csv.header;
        let longest_first = if has_header { longest.min(LONGEST_HEADER) } else { longest };
        let mut window = Window::new(input, options.encoding, longest_first)?;
        let preamble = loop {
            let (start, is_whole) = (window.rest(), window.is_whole());
            match Preamble::new(start, is_whole, usual, &options.csv) {
                Some(preamble) => break preamble,
                None => window.fill("what stands before the first record")?,
            }
        };
        window.advance(preamble.len);
        let first = || Records::new(preamble.dialect, preamble.line, options.limits.columns());
        let mut records = first();
        let used = find(&mut window, &mut records, 1, usize::MAX)?;
        if records.lines.is_empty() {
            let what = if has_header { "a header line" } else { "a row" };
            return Err(Error::malformed(format_args!("the file is empty: expected {what}")));
        }
        let width = records.got();
        options.limits.check_columns(width)?;
        let names = if has_header {
            names(&records, window.rest(), preamble.is_marked)?
        } else {
            (1..=width).map(|number| format!("#{number}")).collect()
        };
        let field = |name| Field::new(name, DataType::Utf8, false);
        let schema = Schema::new(names.into_iter().map(field).collect::<Vec<_>>());
        if has_header {
            window.advance(used);
        } else {
            records = first();
        }
        window.set_longest(longest);
        records.set_width(width);
        let chosen = columns::find(schema.fields(), options.columns.as_deref())?;
        let schema = Arc::new(schema.project(&chosen)?);
        let columns =
            chosen.into_iter().map(|position| (position, Cells::with_capacity(0, 1))).collect();
        let limits = options.limits.clone();
        Ok(Self { window, records, schema, columns, width, lines: Vec::new(), limits })
    }

    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let (most, far) = (self.limits.rows.max(1), self.limits.bytes.clamp(1, 1 << 29));
        let quote = self.records.dialect().quote;
        let mut lines = Vec::new();
        let mut bytes = 0;
        while lines.len() < most && bytes < far {
            let left = most - lines.len();
            let used = find(&mut self.window, &mut self.records, left, far - bytes)?;
            if self.records.lines.is_empty() {
                break;
            }
            for (position, cells) in &mut self.columns {
                let rows = self.records.cells.chunks_exact(self.width);
                let column = rows.map(|row| row[*position]);
                append(column, self.window.rest(), quote, &mut cells.values, &mut cells.ends);
            }
            lines.extend_from_slice(&self.records.lines);
            self.window.advance(used);
            bytes += self.records.bytes(used);
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let count = lines.len();
        self.lines = lines;
        let lines = &self.lines;
        let columns = self.columns.iter_mut().map(|(position, cells)| {
            let broken = |row: usize| not_utf8(*position, lines[row]);
            Ok(Arc::new(cells.take(count).map_err(broken)?) as ArrayRef)
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(Some(RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?))
    }
}

/// Finds the next records, and returns how many bytes they take. None are left if it finds none.
fn find(window: &mut Window, records: &mut Records, most: usize, far: usize) -> Result<usize> {
    loop {
        let used = records.find(window.rest(), window.is_whole(), most, far)?;
        if !records.lines.is_empty() || window.is_whole() {
            return Ok(used);
        }
        window.advance(used);
        window.fill("a record").map_err(|error| match error.cause() {
            Cause::TooLarge { .. } => error.at(Place::Line(records.line())),
            _ => error,
        })?;
    }
}

/// The cells of the header. If it `is_marked`, the first name begins with the `#` of a comment.
fn names(records: &Records, text: &[u8], is_marked: bool) -> Result<Vec<String>> {
    let quote = records.dialect().quote;
    let names = records.cells.iter().enumerate().map(|(position, cell)| {
        let mut name = Vec::new();
        cell.append_to(text, quote, &mut name);
        String::from_utf8(name).map_err(|_| not_utf8(position, records.lines[0]))
    });
    let mut names = names.collect::<Result<Vec<_>>>()?;
    if let Some(first) = names.first_mut().filter(|_| is_marked) {
        let bare = first.trim_start_matches('#').trim_start();
        // `#1` is how a column without a name is called.
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            *first = bare.to_owned();
        }
    }
    Ok(names)
}

fn not_utf8(position: usize, line: u64) -> Error {
    encoding::not_utf8(format_args!("field {}", position + 1)).at(Place::Line(line))
}

impl Cells {
    fn with_capacity(values: usize, ends: usize) -> Self {
        let mut cells = Self { values: Vec::with_capacity(values), ends: Vec::with_capacity(ends) };
        cells.ends.push(0);
        cells
    }

    /// Gives the cells of `count` rows as a column. The error is the row of a cell that is no text.
    fn take(&mut self, count: usize) -> std::result::Result<StringArray, usize> {
        // The next batch is likely as large.
        let next = Self::with_capacity(self.values.len(), self.ends.len());
        let Self { values, ends } = std::mem::replace(self, next);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        let values = Buffer::from_vec(values);
        StringArray::try_new(offsets.clone(), values.clone(), None).map_err(|_| {
            let cell = |row: usize| &values[offsets[row] as usize..offsets[row + 1] as usize];
            (0..count).find(|&row| std::str::from_utf8(cell(row)).is_err()).unwrap_or(0)
        })
    }
}

impl Iterator for CsvBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches for CsvBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn places(&self) -> Option<Places> {
        Some(Places::Lines(self.lines.clone()))
    }

    fn known(&self) -> Result<Known> {
        let Dialect { delimiter, quote, .. } = self.records.dialect();
        Ok(Known {
            delimiter: Some(delimiter),
            quote: Some(quote).filter(u8::is_ascii),
            ..Known::default()
        })
    }
}

#[cfg(test)]
mod tests;
