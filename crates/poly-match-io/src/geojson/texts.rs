//! Finds the features in a text, one after another: in an object such as a FeatureCollection, or one
//! a line or after each record separator (RFC 8142).
//!
//! Only one feature is in memory at a time. Other members of the object may stand before and behind
//! the features; they are kept, as they declare the coordinate system.

mod document;
mod lines;

use poly_match_geo::Crs;

use super::found::Found;
use crate::error::Result;
use crate::window::Window;

use document::Document;
use lines::Lines;

/// The features of a text.
pub(super) enum Texts {
    Document(Document),
    Lines(Lines),
}

impl Texts {
    /// Starts to read an object.
    pub(super) fn of_document(window: Window) -> Self {
        Self::Document(Document::new(window))
    }

    /// Starts to read lines.
    pub(super) fn of_lines(window: Window) -> Self {
        Self::Lines(Lines::new(window))
    }

    /// Finds the next feature.
    pub(super) fn next(&mut self) -> Result<Option<Found<'_>>> {
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
