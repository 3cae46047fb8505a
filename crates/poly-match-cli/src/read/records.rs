//! Reads CSV records with a header, and the line where each record begins.
//!
//! Two checks keep data from being lost silently: a record with too few or too many fields is an
//! error, and so is a quote that is still open at the end of the file.

use std::io::Read;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::lines::Lines;
use crate::failure::{Failure, Place};

/// A line that is added after the input. It is a separate record if the last record was complete.
/// If it is inside a field, a quote is still open.
const END: &str = "\u{1}end of input\u{1}";

/// The maximum bytes of a record and of the header. A longer one is an error: it could use all
/// memory. A detailed border has about 50 MB of WKT.
const LONGEST: u64 = 256 << 20;
const LONGEST_HEADER: u64 = 16 << 20;

/// The records of a CSV file.
pub(super) struct Records {
    reader: csv::Reader<Lines<Box<dyn Read>>>,
    columns: Vec<String>,
    record: StringRecord,
    /// The line where the record begins.
    line: u64,
}

impl Records {
    /// Reads the header.
    pub(super) fn new(input: impl Read + 'static) -> Result<Self, Failure> {
        let input: Box<dyn Read> = Box::new(input.chain(b"\n".as_slice()).chain(END.as_bytes()));
        // Accepts any number of fields here; `next` checks it and reports the line.
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::new(input));
        let mut records =
            Self { reader, columns: Vec::new(), record: StringRecord::new(), line: 1 };
        if !records.read()? {
            return Err(Failure::new("the file is empty: expected a header line"));
        }
        records.columns = records.record.iter().map(str::to_owned).collect();
        Ok(records)
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads the next record, and the line where it begins.
    pub(super) fn next(&mut self) -> Result<Option<(&StringRecord, u64)>, Failure> {
        if !self.read()? {
            return Ok(None);
        }
        let (expected, got) = (self.columns.len(), self.record.len());
        if got != expected {
            let cause = format_args!("expected {expected} fields as in the header, got {got}");
            return Err(Failure::at(Place::Line(self.line), cause));
        }
        Ok(Some((&self.record, self.line)))
    }

    /// Reads a record. Returns false at the end.
    fn read(&mut self) -> Result<bool, Failure> {
        let begin = self.reader.position().byte();
        let longest = if self.columns.is_empty() { LONGEST_HEADER } else { LONGEST };
        self.reader.get_mut().bound(begin, longest);
        let read = self.reader.read_record(&mut self.record);
        self.line = self.reader.get_mut().first_from(begin);
        let more = read.map_err(|error| failure(error, Place::Line(self.line), longest))?;
        let last = self.record.iter().next_back().unwrap_or("");
        if !more || (self.record.len() == 1 && last == END) {
            return Ok(false);
        }
        if last.ends_with(END) {
            let cause =
                "a quote opens a field here, and no quote closes it before the end of the file";
            return Err(Failure::at(Place::Line(self.line), cause));
        }
        Ok(true)
    }
}

fn failure(error: csv::Error, place: Place, longest: u64) -> Failure {
    match error.into_kind() {
        ErrorKind::Utf8 { err, .. } => {
            Failure::at(place, format_args!("field {} is not valid UTF-8", err.field() + 1))
        }
        ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            let longest = longest >> 20;
            Failure::at(place, format_args!("a record of more than {longest} MiB begins here"))
        }
        ErrorKind::Io(error) => Failure::new(error),
        other => Failure::at(place, format_args!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &'static str) -> Result<Vec<(Vec<String>, u64)>, String> {
        let mut records = Records::new(text.as_bytes()).map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        while let Some((record, line)) = records.next().map_err(|error| error.to_string())? {
            all.push((record.iter().map(str::to_owned).collect(), line));
        }
        Ok(all)
    }

    #[test]
    fn records_come_with_their_lines() {
        let row = |cells: [&str; 2], line| (cells.map(str::to_owned).to_vec(), line);
        let expected = vec![row(["1", "two\nlines"], 2), row(["3", ""], 4)];
        assert_eq!(lines("a,b\n1,\"two\nlines\"\n3,\n").expect("sound"), expected);
        assert_eq!(
            lines("a,b\r\n1,\"two\nlines\"\r\n3,").expect("no newline at the end"),
            expected
        );
        assert_eq!(lines("a,b").expect("a header alone"), []);
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        assert!(lines("").expect_err("empty").contains("empty"));
        let error = lines("a,b\n1,2\n3\n").expect_err("ragged");
        assert_eq!(error, "line 3: expected 2 fields as in the header, got 1");
        let error = lines("a,b\n1,2\n3,\"x\n4,5\n").expect_err("open quote");
        assert!(error.starts_with("line 3: a quote"), "{error}");
    }
}
