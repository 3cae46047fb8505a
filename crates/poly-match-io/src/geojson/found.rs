//! The text of a feature, and where it is.

use super::text::At;
use crate::encoding::not_utf8;
use crate::error::{Error, Place, Result};

/// The text of a feature, and where it is.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) text: &'a str,
    pub(super) place: Place,
    at: At,
}

impl<'a> Found<'a> {
    pub(super) fn new(bytes: &'a [u8], place: Place, at: At) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { text, place, at }),
            Err(error) => {
                let mut at = at;
                at.pass(&bytes[..error.valid_up_to()]);
                Err(not_utf8("the text").at(Place::LineColumn(at.line, at.column)))
            }
        }
    }

    /// The error for a text that is no JSON. It tells line and column.
    pub(super) fn no_json(&self, error: &serde_json::Error) -> Error {
        let text = error.to_string();
        let cause = text.split(" at line ").next().unwrap_or(&text);
        let At { line, column } = self.at.inside(error.line(), error.column());
        let error = match &self.place {
            place @ Place::Feature(_) => Error::malformed(format_args!("{place}: {cause}")),
            _ => Error::malformed(cause),
        };
        error.at(Place::LineColumn(line, column))
    }
}
