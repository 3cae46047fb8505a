//! Finds the features in a text, one after another: in an object such as a FeatureCollection, or one
//! a line or after each record separator (RFC 8142).
//!
//! Only one feature is in memory at a time. Other members of the object may stand before and behind
//! the features; they are kept, as they declare the coordinate system.

mod document;
mod lines;

use poly_match_geo::Crs;

use super::found::Found;
use super::wrapper::Wrapped;
use crate::error::Result;
use crate::window::Window;

use document::Document;
use lines::Lines;

/// The features of a text.
pub(super) enum Texts {
    Document(Box<Document>),
    Lines(Lines),
}

impl Texts {
    /// Starts to read an object, or the features that are `wrapped` in another document.
    pub(super) fn of_document(window: Window, wrapped: Option<Wrapped>) -> Self {
        Self::Document(Box::new(Document::new(window, wrapped)))
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

    /// Whether the text is an object in which no feature was found yet.
    pub(super) fn is_without_features(&self) -> bool {
        match self {
            Self::Document(document) => document.is_without_features(),
            Self::Lines(_) => false,
        }
    }

    /// Whether the end of the text was seen.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Document(document) => document.is_whole(),
            Self::Lines(lines) => lines.is_whole(),
        }
    }

    /// Whether what is read as an object turned out to be features in lines.
    pub(super) fn are_lines(&self) -> bool {
        match self {
            Self::Document(document) => document.are_lines(),
            Self::Lines(_) => true,
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
