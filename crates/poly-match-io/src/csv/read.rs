//! Reads text as batches of text columns.

use std::io::Read;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::cell::append;
use super::preamble::Preamble;
use super::records::Records;
use crate::columns;
use crate::encoding;
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
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;
    use crate::options::CsvOptions;

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
        let headless = ReadOptions {
            csv: CsvOptions { header: false, ..CsvOptions::default() },
            ..ReadOptions::default()
        };
        let error_of = |text: &str| {
            let read = open(text, &headless).and_then(Iterator::collect::<Result<Vec<_>>>);
            read.expect_err("refused").to_string()
        };
        assert_eq!(error_of(""), "the file is empty: expected a row");
        let many = "line 2: expected 2 fields as in the first row, got 3; a field that holds ',' must \
                    stand in quotes: \"";
        assert_eq!(error_of("1,2\n3,4,5\n"), many);
        assert_eq!(error(""), "the file is empty: expected a header line");
        assert_eq!(error("\n\n"), "the file is empty: expected a header line");
        assert_eq!(error("a,b\n\n1,2\n3"), "line 4: expected 2 fields as in the header, got 1");
        assert_eq!(error(b"a,b\n1,2\n\xff,\xff\n"), "line 3: field 1 is not valid UTF-8");
        // Each cell is broken, but all of them together are not.
        assert_eq!(error(b"a\n\xc3\n\xa4\n"), "line 2: field 1 is not valid UTF-8");
        assert_eq!(error(b"a,\xff\n"), "line 1: field 2 is not valid UTF-8");
    }

    #[test]
    fn rows_without_a_header_are_all_read() {
        let options = ReadOptions {
            csv: CsvOptions { header: false, ..CsvOptions::default() },
            ..ReadOptions::default()
        };
        let mut batches = open("# rows\n\nb;12,5\nc;1,0\n", &options).expect("rows");
        let batch = batches.next().expect("rows").expect("sound");
        let names: Vec<_> = batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, ["#1", "#2"]);
        assert_eq!(**batch.column(1), StringArray::from(vec!["12,5", "1,0"]));
        assert_eq!(batches.places().expect("lines").of(0), Place::Line(3));
    }

    #[test]
    fn the_mark_of_a_comment_is_no_part_of_a_name() {
        for (text, expected) in
            [("# id,x\na,1\n", "id"), ("#1,#2\na,1\n", "#1"), ("##\tid,x\na,1\n", "id")]
        {
            let batches = open(text, &ReadOptions::default()).expect("a header");
            assert_eq!(batches.schema().field(0).name(), expected);
        }
    }

    /// Small numbers that look random, and are the same each time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % bound
        }
    }

    /// A table, and its text in some dialect.
    fn written(random: &mut Random) -> (Vec<Vec<String>>, String) {
        const CELLS: [&str; 16] = [
            "a",
            "",
            "12.5",
            "-3,25",
            "7",
            "two\nlines",
            "x;y",
            "p|q",
            "a\tb",
            "say \"no\"",
            "Smith, J",
            "POLYGON((0 0,1 0,1 1,0 0))",
            "{\"a\": [1, 2]}",
            "D\u{fc}ne",
            "it's",
            "2026-01-31",
        ];
        let (width, count) = (2 + random.below(4), 1 + random.below(20));
        let mut table: Vec<Vec<_>> = vec![(0..width).map(|i| format!("name{i}")).collect()];
        for _ in 0..count {
            table.push((0..width).map(|_| CELLS[random.below(CELLS.len())].to_owned()).collect());
        }
        let delimiter = [',', ';', '\t', '|'][random.below(4)];
        let quote = ['"', '\''][random.below(2)];
        let (quotes_all, end) = (random.below(3) == 0, ["\n", "\r\n"][random.below(2)]);
        let cell = |cell: &String| {
            let is_special = cell.contains([delimiter, quote, '\n']);
            let doubled = cell.replace(quote, &format!("{quote}{quote}"));
            if quotes_all || is_special { format!("{quote}{doubled}{quote}") } else { cell.clone() }
        };
        let line = |row: &Vec<String>| {
            row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end
        };
        let text = table.iter().map(line).collect();
        (table, text)
    }

    #[test]
    fn any_table_in_any_dialect_is_read_back() {
        let mut random = Random(7);
        for _ in 0..4000 {
            let (table, text) = written(&mut random);
            let read = open(&text, &ReadOptions::default()).and_then(|batches| {
                let names = batches.schema().fields().iter().map(|f| f.name().clone()).collect();
                let mut rows: Vec<Vec<String>> = vec![names];
                for batch in batches {
                    let batch = batch?;
                    let columns: Vec<_> =
                        batch.columns().iter().map(|column| column.as_string::<i32>()).collect();
                    let row = |i: usize| columns.iter().map(|c| c.value(i).to_owned()).collect();
                    rows.extend((0..batch.num_rows()).map(row));
                }
                Ok(rows)
            });
            assert_eq!(read.map_err(|error| error.to_string()), Ok(table), "{text}");
        }
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
