//! Finds the records and cells in text that is separated by a byte, as RFC 4180 describes CSV.
//!
//! A quote opens a cell only at its start; two quotes in a quoted cell are one. A record ends with
//! `\n`, `\r\n` or `\r`. Blank lines are no records. Nothing is copied: a cell is a range of bytes.

use memchr::{memchr, memchr2_iter};

use super::cell::Cell;
use super::dialect::Dialect;
use super::marks::Marks;
use crate::error::{Place, Result};

/// What a cell takes in a column, beside its text.
const OFFSET: usize = size_of::<i32>();

/// The records that are found in a piece of text.
#[derive(Debug)]
pub(super) struct Records {
    dialect: Dialect,
    /// How many cells a record must have; `None` before the first is known.
    width: Option<usize>,
    /// How many cells of a record are kept. The others are only counted.
    most: usize,
    /// How many cells the last record has.
    got: usize,
    /// The cells of all records.
    pub(super) cells: Vec<Cell>,
    /// The line where each record begins.
    pub(super) lines: Vec<u64>,
    /// The line of the next byte.
    line: u64,
}

impl Records {
    /// The records from a line on. `most` is how many cells of the first are kept.
    pub(super) fn new(dialect: Dialect, line: u64, most: usize) -> Self {
        let (cells, lines) = (Vec::new(), Vec::new());
        Self { dialect, width: None, most, got: 0, cells, lines, line }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many cells the last record has, also if they were not kept.
    pub(super) fn got(&self) -> usize {
        self.got
    }

    /// Sets how many cells the records must have.
    pub(super) fn set_width(&mut self, width: usize) {
        (self.width, self.most) = (Some(width), width);
    }

    /// How many bytes the records take as columns, if their text has `len`.
    pub(super) fn bytes(&self, len: usize) -> usize {
        len + self.cells.len() * OFFSET
    }

    /// The line of the next record.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Finds the next records, which begin at the start of `text`. Returns how many bytes they take.
    ///
    /// It stops after `most` records, and when they take `far` bytes as columns. A record at the end
    /// of the text is left for later, unless the text `is_whole`.
    ///
    /// # Errors
    /// The line of a record that has too few or too many cells, or a quote without an end.
    pub(super) fn find(
        &mut self,
        text: &[u8],
        is_whole: bool,
        most: usize,
        far: usize,
    ) -> Result<usize> {
        self.cells.clear();
        self.lines.clear();
        let mut at = 0;
        let mut marks = Marks::new(text, self.dialect.delimiter);
        while self.lines.len() < most && at + self.cells.len() * OFFSET < far {
            let Some(begin) = self.skip_blank_lines(text, is_whole, &mut at) else { break };
            let (known, line) = (self.cells.len(), self.line);
            let next = self.record(text, &mut marks, begin, is_whole);
            let Some(next) = next.map_err(|error| error.at(Place::Line(line)))? else {
                self.cells.truncate(known);
                self.line = line;
                break;
            };
            let got = self.got;
            if let Some(expected) = self.width.filter(|&expected| expected != got) {
                let error = self.dialect.ragged(expected, got);
                return Err(error.at(Place::Line(line)));
            }
            self.lines.push(line);
            at = next;
        }
        Ok(at)
    }

    /// Moves `at` past line ends, and returns it if a record begins there.
    fn skip_blank_lines(&mut self, text: &[u8], is_whole: bool, at: &mut usize) -> Option<usize> {
        while let Some(b'\n' | b'\r') = text.get(*at) {
            *at = self.line_end(text, *at, is_whole)?;
        }
        (*at < text.len()).then_some(*at)
    }

    /// Moves past the end of a line; `None` if a `\n` may still come.
    fn line_end(&mut self, text: &[u8], at: usize, is_whole: bool) -> Option<usize> {
        let len = match text[at..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r'] if !is_whole => return None,
            _ => 1,
        };
        self.line += 1;
        Some(at + len)
    }

    /// Finds the cells of the record at `at`. Returns where the next begins, or `None` if the text
    /// ends before.
    #[inline]
    fn record(
        &mut self,
        text: &[u8],
        marks: &mut Marks<'_>,
        mut at: usize,
        is_whole: bool,
    ) -> Result<Option<usize>> {
        self.got = 0;
        marks.seek(at);
        let if_whole = is_whole.then_some(text.len());
        loop {
            let end = if text.get(at) == Some(&self.dialect.quote) {
                self.quoted(text, marks, at, is_whole)?
            } else {
                let end = marks.next().or(if_whole);
                if let Some(end) = end {
                    self.push(at, end, false);
                }
                end
            };
            let Some(end) = end else { return Ok(None) };
            match text.get(end) {
                None => return Ok(Some(end)),
                Some(&byte) if byte == self.dialect.delimiter => at = end + 1,
                Some(_) => return Ok(self.line_end(text, end, is_whole)),
            }
        }
    }

    /// Finds a cell that begins with a quote, and the byte that ends it.
    fn quoted(
        &mut self,
        text: &[u8],
        marks: &mut Marks<'_>,
        start: usize,
        is_whole: bool,
    ) -> Result<Option<usize>> {
        let quote = self.dialect.quote;
        let mut is_escaped = false;
        let mut from = start + 1;
        let close = loop {
            let Some(len) = memchr(quote, &text[from..]) else {
                return if is_whole { Err(self.dialect.open()) } else { Ok(None) };
            };
            let close = from + len;
            match text.get(close + 1) {
                Some(&byte) if byte == quote => (from, is_escaped) = (close + 2, true),
                None if !is_whole => return Ok(None),
                _ => break close,
            }
        };
        marks.seek(close + 1);
        let end = marks.next().or(is_whole.then_some(text.len()));
        let Some(end) = end else { return Ok(None) };
        if !is_escaped && end == close + 1 {
            self.push(start + 1, close, false);
        } else {
            // What follows the closing quote belongs to the cell.
            self.push(start, end, true);
        }
        self.line += count_lines(&text[start..close]);
        Ok(Some(end))
    }

    fn push(&mut self, start: usize, end: usize, is_escaped: bool) {
        self.got += 1;
        if self.got <= self.most {
            self.cells.push(Cell::new(start, end, is_escaped));
        }
    }
}

/// How many line ends there are.
fn count_lines(text: &[u8]) -> u64 {
    let is_end = |&at: &usize| text[at] == b'\n' || text.get(at + 1) != Some(&b'\n');
    memchr2_iter(b'\n', b'\r', text).filter(is_end).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect { delimiter: b',', quote: b'"', has_header: true };

    type Rows = Vec<(u64, Vec<String>)>;

    /// The records and their lines, if the text comes some bytes at a time.
    fn rows(text: &str, step: usize) -> Result<Rows> {
        let text = text.as_bytes();
        let (mut records, mut rows) = (Records::new(COMMAS, 1, 100), Vec::new());
        let (mut begin, mut end) = (0, 0);
        while begin < text.len() {
            let is_whole = end == text.len();
            let used = records.find(&text[begin..end], is_whole, 1, usize::MAX)?;
            let mut cells = records.cells.iter();
            let width = records.cells.len() / records.lines.len().max(1);
            for &line in &records.lines {
                let row = cells.by_ref().take(width).map(|cell| {
                    let mut value = Vec::new();
                    cell.append_to(&text[begin..end], b'"', &mut value);
                    String::from_utf8(value).expect("text")
                });
                rows.push((line, row.collect::<Vec<_>>()));
            }
            if let [(_, header), ..] = &rows[..] {
                records.set_width(header.len());
            }
            begin += used;
            if used == 0 {
                assert!(end < text.len(), "it goes on");
                end = text.len().min(end + step);
            }
        }
        Ok(rows)
    }

    /// As the crate `csv` reads the cells.
    fn peer(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        reader.records().map(|record| cells(record.expect("text"))).collect()
    }

    #[test]
    fn records_are_those_of_the_crate_csv() {
        // All texts of up to seven of these pieces, one after another, in the second column.
        const PIECES: [&str; 7] = ["a", ",", "\"", "\"\"", "\n", "\r\n", "\r"];
        for number in 0..7_usize.pow(6) {
            let picked = (0..6).map(|place| PIECES[number / 7_usize.pow(place) % 7]);
            let text: String = std::iter::once("x").chain(picked).collect();
            let expected = peer(&text);
            let is_even = expected.iter().all(|row| row.len() == expected[0].len());
            match rows(&text, 1 + number % 5) {
                Ok(rows) => {
                    let cells: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
                    assert_eq!(cells, expected, "{text:?}");
                }
                Err(error) if error.to_string().contains("a quote opens") => {}
                Err(error) => assert!(!is_even, "{text:?}: {error}"),
            }
        }
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "1,\"two", "lines\"", "", "", "3,4"].join(end);
            for step in 1..9 {
                let lines: Vec<_> =
                    rows(&text, step).expect("sound").into_iter().map(|(line, _)| line).collect();
                assert_eq!(lines, [1, 3, 7], "{text:?}, {step} bytes at a time");
            }
        }
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let error = rows("a,b\n1,2\n3\n", 3).expect_err("ragged").to_string();
        assert_eq!(error, "line 3: expected 2 fields as in the header, got 1");
        let error = rows("a,b\n1,2\n3,\"x\n4,5\n", 3).expect_err("open quote").to_string();
        assert!(error.starts_with("line 3: a quote opens a field here"), "{error}");
    }
}
