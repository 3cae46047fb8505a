//! Reads text as batches of text columns.

use std::io::Read;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::cell::append;
use super::records::Records;
use crate::columns;
use crate::error::{Cause, Error, Place, Result};
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
    /// Reads the header.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        delimiter: u8,
        options: &ReadOptions,
    ) -> Result<Self> {
        let longest = longest_record(&options.limits);
        let mut window = Window::new(input, longest.min(LONGEST_HEADER))?;
        let mut records = Records::new(delimiter, options.limits.columns());
        let used = find(&mut window, &mut records, 1, usize::MAX)?;
        if records.lines.is_empty() {
            return Err(Error::malformed("the file is empty: expected a header line"));
        }
        let width = records.got();
        options.limits.check_columns(width)?;
        let header = records.cells.iter().enumerate().map(|(position, cell)| {
            let mut name = Vec::new();
            cell.append_to(window.rest(), &mut name);
            String::from_utf8(name).map_err(|_| not_utf8(position, records.lines[0]))
        });
        let field = |name| Ok(Field::new(name?, DataType::Utf8, false));
        let schema = Schema::new(header.map(field).collect::<Result<Vec<_>>>()?);
        window.advance(used);
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
                append(column, self.window.rest(), &mut cells.values, &mut cells.ends);
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

fn not_utf8(position: usize, line: u64) -> Error {
    Error::malformed(format_args!("field {} is not valid UTF-8", position + 1))
        .at(Place::Line(line))
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: impl AsRef<[u8]>, options: &ReadOptions) -> Result<CsvBatches> {
        let text = std::io::Cursor::new(text.as_ref().to_vec());
        CsvBatches::new(Box::new(text), b',', options)
    }

    fn error(text: impl AsRef<[u8]>) -> String {
        let read =
            open(text, &ReadOptions::default()).and_then(Iterator::collect::<Result<Vec<_>>>);
        read.expect_err("refused").to_string()
    }

    #[test]
    fn cells_stay_as_they_are() {
        let text = "\u{feff}id,a b,\u{e4}\r\n01001,\"two\nlines, \"\"x\"\"\",1.50\r\n, x ,";
        let mut batches = open(text, &ReadOptions::default()).expect("a header");
        let batch = batches.next().expect("rows").expect("sound");
        let names: Vec<_> = batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, ["id", "a b", "\u{e4}"]);
        for (column, expected) in
            batch.columns().iter().zip([["01001", ""], ["two\nlines, \"x\"", " x "], ["1.50", ""]])
        {
            assert_eq!(column.as_ref(), &StringArray::from(expected.to_vec()));
        }
        let places = batches.places().expect("lines");
        assert_eq!([places.of(0), places.of(1)], [Place::Line(2), Place::Line(4)]);
        assert!(batches.next().is_none());
    }

    #[test]
    fn batches_are_bounded_by_rows_and_by_bytes() {
        let text = "a,b\n".to_owned() + &"12345678,x\n".repeat(10_000);
        for (rows, bytes, most) in [(999, 16 << 20, 999), (1 << 16, 1900, 100)] {
            let mut options = ReadOptions::default();
            (options.limits.rows, options.limits.bytes) = (rows, bytes);
            let batches = open(&text, &options).expect("a header");
            let counts: Vec<_> = batches.map(|batch| batch.expect("sound").num_rows()).collect();
            assert_eq!(counts.iter().sum::<usize>(), 10_000);
            assert!(counts.iter().all(|&count| count <= most), "{counts:?}");
            assert!(counts[0] == most, "{counts:?}");
        }
    }

    #[test]
    fn columns_are_chosen_and_rows_without_columns_are_counted() {
        let choose = |names: &[&str]| ReadOptions {
            columns: Some(names.iter().map(|&name| name.to_owned()).collect()),
            ..ReadOptions::default()
        };
        let text = "a,b,c\n1,2,3\n4,5,6\n";
        let batch = open(text, &choose(&["c", "a"])).expect("open").next().expect("rows");
        let batch = batch.expect("sound");
        assert_eq!(**batch.column(1), StringArray::from(vec!["3", "6"]));
        assert_eq!(batch.num_columns(), 2);
        let batch = open(text, &choose(&[])).expect("open").next().expect("rows").expect("sound");
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, 0));
        let error = open(text, &choose(&["d"])).err().expect("missing").to_string();
        assert_eq!(error, r#"expected a column "d", got the columns "a", "b", "c""#);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(error(""), "the file is empty: expected a header line");
        assert_eq!(error("\n\n"), "the file is empty: expected a header line");
        assert_eq!(error("a,b\n\n1,2\n3"), "line 4: expected 2 fields as in the header, got 1");
        assert_eq!(error(b"a,b\n1,2\n\xff,\xff\n"), "line 3: field 1 is not valid UTF-8");
        // Each cell is broken, but all of them together are not.
        assert_eq!(error(b"a\n\xc3\n\xa4\n"), "line 2: field 1 is not valid UTF-8");
        assert_eq!(error(b"a,\xff\n"), "line 1: field 2 is not valid UTF-8");
    }

    #[test]
    fn long_records_and_wide_tables_are_refused() {
        let endless = std::io::repeat(b'a');
        let header = std::io::Cursor::new("a\n1\n").chain(endless);
        let batches = CsvBatches::new(Box::new(header), b',', &ReadOptions::default());
        let error = batches.expect("a header").find_map(Result::err).expect("it does not end");
        assert_eq!(error.place(), Some(&Place::Line(3)));
        assert!(matches!(error.cause(), Cause::TooLarge { limit: 67_108_864, .. }), "{error}");
        let wide = ",".repeat(99_999) + "\n";
        let error = self::error(&wide);
        assert!(error.starts_with("a table of 100000 columns needs "), "{error}");
        let error = self::error(",".repeat(20 << 20));
        assert!(error.starts_with("line 1: a record needs "), "{error}");
    }
}
