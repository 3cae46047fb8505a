//! How a text is written: the bytes between and around cells, and whether it has a header.

use crate::error::{Cause, Error, Remedy};
#[cfg(doc)]
use crate::options::Quote;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// What may stand around a cell, as [`Quote::byte`] gives it.
    pub(super) quote: u8,
    /// Whether the first record has the names of the columns.
    pub(super) has_header: bool,
}

impl Dialect {
    /// The error for a record that has another number of cells than the first.
    pub(super) fn ragged(self, expected: usize, got: usize) -> Error {
        let first = if self.has_header { "the header" } else { "the first row" };
        let remark = if got > expected && self.quote.is_ascii() {
            let (delimiter, quote) = (shown(self.delimiter), char::from(self.quote));
            format!("; a field that holds {delimiter} must stand in quotes: {quote}")
        } else {
            String::new()
        };
        let fields = if expected == 1 { "field" } else { "fields" };
        let what = format_args!("expected {expected} {fields} as in {first}, got {got}{remark}");
        Error::malformed(what)
    }

    /// The error for a cell whose quote does not end.
    pub(super) fn open(self) -> Error {
        let what = "a quote opens a field here, and no quote closes it before the end of the file";
        Error::new(Cause::Text { what: what.to_owned(), remedy: Some(Remedy::NoQuotes) })
    }
}

/// A delimiter, for messages.
fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "a tab".to_owned(),
        b' ' => "a space".to_owned(),
        other => format!("'{}'", char::from(other)),
    }
}
