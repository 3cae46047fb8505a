//! Finds the features in a text, one after another: in an object such as a FeatureCollection, or one
//! a line or after each record separator (RFC 8142).
//!
//! Only one feature is in memory at a time. Other members of the object may stand before and behind
//! the features; they are kept, as they declare the coordinate system.

mod document;
mod lines;

use std::io::Read;

use poly_match_geo::Crs;

use super::text::At;
use crate::error::{Error, Place, Result};
use crate::window::Window;

use document::Document;
use lines::Lines;

/// The features of a text.
pub(super) enum Pieces {
    Document(Document),
    Lines(Lines),
}

/// The text of a feature, and where it is.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) place: Place,
    at: At,
}

impl Pieces {
    /// Starts to read an object.
    pub(super) fn of_document(input: Box<dyn Read + Send>, longest: usize) -> Result<Self> {
        Ok(Self::Document(Document::new(Window::new(input, longest)?)))
    }

    /// Starts to read lines.
    pub(super) fn of_lines(input: Box<dyn Read + Send>, longest: usize) -> Result<Self> {
        Ok(Self::Lines(Lines::new(Window::new(input, longest)?)))
    }

    /// Finds the next feature.
    pub(super) fn next(&mut self) -> Result<Option<Piece<'_>>> {
        match self {
            Self::Document(document) => document.next(),
            Self::Lines(lines) => lines.next(),
        }
    }

    /// The coordinate system that the text declares. All features must be found before.
    pub(super) fn crs(&self) -> Option<Crs> {
        match self {
            Self::Document(document) => document.crs(),
            Self::Lines(_) => Some(Crs::geojson()),
        }
    }
}

impl<'a> Piece<'a> {
    fn new(bytes: &'a [u8], place: Place, at: At) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { text, place, at }),
            Err(_) => Err(Error::malformed("the text is not valid UTF-8").at(place)),
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
