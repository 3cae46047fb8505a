//! What stands before the first record: blank lines, comment lines, and the line `sep=;` of Excel.
//!
//! A line that begins with `#` is a comment, with three exceptions:
//! - The last one is the header if the record behind it looks like a row and not like a header: the
//!   line has as many cells and no number, and the record has numbers wherever the next one has.
//! - Without a record behind them, the last lines with as many cells are the header and its rows.
//! - Without a header, it is a row if it has as many cells as the record behind it, and a number.

use super::dialect::Dialect;
use super::records::Records;
use super::sniff;
use crate::options::CsvOptions;

/// Where the first record begins, and how the text is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preamble {
    pub(super) dialect: Dialect,
    /// The bytes before the first record, and its line.
    pub(super) len: usize,
    pub(super) line: u64,
    /// Whether the first name begins with the `#` of a comment.
    pub(super) is_marked: bool,
}

/// A line of the text.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a [u8],
    number: u64,
}

impl Preamble {
    /// Looks at the start of a text; `usual` is the delimiter of the format. `None` if more of the text
    /// is needed.
    pub(super) fn new(
        text: &[u8],
        is_whole: bool,
        usual: u8,
        options: &CsvOptions,
    ) -> Option<Self> {
        let mut lines = Lines { text, at: 0, number: 1 }.peekable();
        let mut options = options.clone();
        if let Some(said) = lines.peek().and_then(|first| separator(first.text)) {
            options.delimiter.get_or_insert(said);
            lines.next();
        }
        let first = lines.peek().copied();
        let mut comments = Vec::new();
        let mut end = None;
        for line in lines {
            let is_complete = is_whole || line.start + line.text.len() < text.len();
            if line.text.first() == Some(&b'#') {
                comments.push(line);
            } else if !is_complete || !is_blank(line.text, &options) {
                end = Some(line);
                break;
            }
        }
        let record = end.map_or(text.len(), |line| line.start);
        let from = end.or(comments.last().copied()).or(first).map_or(text.len(), |line| line.start);
        let dialect = sniff::dialect(&text[from..], is_whole, usual, &options);
        let most = if comments.is_empty() { 0 } else { 2 };
        let rows = cells(&text[record..], is_whole, dialect, most);
        if !is_whole && !comments.is_empty() && rows.is_empty() {
            return None;
        }
        let width =
            |line: &Line<'_>| cells(line.text, true, dialect, 1).first().map_or(0, Vec::len);
        let begin = match (end, &comments[..]) {
            (_, []) => end.or(first),
            (None, [.., last]) => {
                let (all, same) = (comments.len(), width(last));
                let run = comments.iter().rev().take_while(|line| width(line) == same).count();
                Some(comments[all - run])
            }
            (Some(_), [.., last]) => {
                let is_wide = |line: &Line<'_>| Some(width(line)) == rows.first().map(Vec::len);
                let has_value = |line: &Line<'_>| {
                    cells(line.text, true, dialect, 1).iter().flatten().any(|cell| is_value(cell))
                };
                if options.header {
                    let is_header = is_wide(last) && !has_value(last) && is_row(&rows);
                    if is_header { Some(*last) } else { end }
                } else {
                    let row = comments.iter().find(|line| is_wide(line) && has_value(line));
                    row.copied().or(end)
                }
            }
        };
        Some(Self {
            dialect,
            len: begin.map_or(text.len(), |line| line.start),
            line: begin.map_or(1, |line| line.number),
            is_marked: options.header && begin.is_some_and(|line| line.text.starts_with(b"#")),
        })
    }
}

/// The delimiter that a first line such as `sep=;` tells.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" => {
            delimiter.is_ascii().then_some(*delimiter)
        }
        _ => None,
    }
}

/// Whether a line has nothing; before a header, also if it has only delimiters.
fn is_blank(line: &[u8], options: &CsvOptions) -> bool {
    let is_delimiter = |byte: u8| options.header && matches!(byte, b',' | b';' | b'\t' | b'|');
    line.iter().all(|&byte| byte == b' ' || is_delimiter(byte))
}

/// The cells of the first records.
fn cells(text: &[u8], is_whole: bool, dialect: Dialect, most: usize) -> Vec<Vec<String>> {
    let mut records = Records::new(dialect, 1, usize::MAX);
    let mut at = 0;
    let mut found = Vec::new();
    while found.len() < most {
        let Ok(used) = records.find(&text[at..], is_whole, 1, usize::MAX) else { break };
        if records.lines.is_empty() {
            break;
        }
        let cell = |cell: &super::cell::Cell| cell.content(&text[at..], dialect.quote);
        found.push(records.cells.iter().map(cell).collect());
        at += used;
    }
    found
}

/// Whether the first of two records looks like a row: it has values, and wherever the second has.
fn is_row(records: &[Vec<String>]) -> bool {
    let Some(first) = records.first() else { return false };
    let has_values = first.iter().any(|cell| is_value(cell));
    let next = records.get(1).map(Vec::as_slice).unwrap_or_default();
    let mut pairs = first.iter().zip(next);
    has_values && pairs.all(|(cell, next)| !is_value(next) || cell.is_empty() || is_value(cell))
}

/// Whether a cell is no name: a number or several, a date, or geometry in any notation.
fn is_value(cell: &str) -> bool {
    let cell = cell.trim();
    let is_number = cell.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && cell.bytes().all(|byte| byte.is_ascii_hexdigit() || b"+-.,:/ TZ".contains(&byte));
    is_number || (cell.contains('(') && cell.ends_with(')')) || cell.starts_with('{')
}

/// The lines of a text.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    number: u64,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = Line { start: self.at, text: &rest[..len], number: self.number };
        self.at += len + if rest[len..].starts_with(b"\r\n") { 2 } else { 1 };
        self.number += 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text from the first record on, with its line, and whether its `#` is none of a name.
    fn first(text: &str, header: bool) -> (String, u64, bool) {
        let options = CsvOptions { header, ..CsvOptions::default() };
        let found = Preamble::new(text.as_bytes(), true, b',', &options).expect("all is there");
        (
            text[found.len..].lines().next().unwrap_or_default().to_owned(),
            found.line,
            found.is_marked,
        )
    }

    #[test]
    fn comments_and_blank_lines_are_passed_over() {
        for (text, expected, line) in [
            ("id,x\n1,2\n", "id,x", 1),
            ("# made by hand\n\r\n#\n  \nid,x\n1,2\n", "id,x", 5),
            ("\n\n\nid,x\n", "id,x", 4),
            ("# a \"quote\nid,x\n1,2\n", "id,x", 2),
            (",,,\n;;\nid,x\n1,2\n", "id,x", 3),
            // A comment with as many cells as the header behind it.
            ("# x, y\nid,x\na,2\n", "id,x", 2),
            ("# population, by year\nx,2019\n1,2\n", "x,2019", 2),
            ("sep=;\nid;x\n1;2\n", "id;x", 2),
        ] {
            assert_eq!(first(text, true), (expected.to_owned(), line, false), "{text:?}");
        }
    }

    #[test]
    fn a_header_may_begin_as_a_comment_does() {
        for (text, expected, line) in [
            ("#id,x,y\na,1,2\n", "#id,x,y", 1),
            ("# made by hand, and well\n# x y,z\n1,2\n", "# x y,z", 2),
            ("#id,x,y\n", "#id,x,y", 1),
            ("# made by hand\n#id,x,y\n", "#id,x,y", 2),
            ("#id;x;y\na;1,5;2,5\n", "#id;x;y", 1),
            ("#name,wkt\na,\"POLYGON((0 0,1 0,1 1))\"\n", "#name,wkt", 1),
            ("#1,#2,distance\na,1,0.5\n", "#1,#2,distance", 1),
        ] {
            assert_eq!(first(text, true), (expected.to_owned(), line, true), "{text:?}");
        }
        // All lines are of one kind: none is a comment.
        assert_eq!(first("#1,2\n#2,3\n", true), ("#1,2".to_owned(), 1, true));
    }

    #[test]
    fn without_a_header_rows_may_begin_as_comments_do() {
        for (text, expected, line) in [
            ("# id, x, y\na,1,2\n", "a,1,2", 2),
            ("# 3 rows\n#7,1,2\n#8,3,4\na,1,2\n", "#7,1,2", 2),
            ("#7,1,2\n#8,3,4\n", "#7,1,2", 1),
            (",,\na,1,2\n", ",,", 1),
        ] {
            assert_eq!(first(text, false), (expected.to_owned(), line, false), "{text:?}");
        }
    }

    #[test]
    fn more_is_read_if_the_record_behind_comments_is_cut_off() {
        let options = CsvOptions::default();
        let comments = b"# a\n# b\n";
        assert_eq!(Preamble::new(comments, false, b',', &options), None);
        assert_eq!(Preamble::new(b"# a\nid,x", false, b',', &options), None);
        assert!(Preamble::new(b"id,x", false, b',', &options).is_some());
    }
}
