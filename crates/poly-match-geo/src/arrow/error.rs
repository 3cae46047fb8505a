//! What is wrong with a column.

use std::fmt;

use poly_match::Error;

/// What is wrong with a column of geometry.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ColumnError {
    /// The column cannot hold points or polygons.
    NotGeometry {
        /// The name of the column.
        column: String,
        /// What it holds: the name of its extension, and its type.
        got: String,
    },
    /// A chunk has another type than the field says.
    Chunk {
        /// The name of the column.
        column: String,
        /// The position of the chunk.
        chunk: usize,
        /// The type of the field.
        expected: String,
        /// The type of the chunk.
        got: String,
    },
    /// The metadata of the extension is not as GeoArrow says.
    Metadata {
        /// The name of the column.
        column: String,
        /// What is wrong.
        what: String,
    },
    /// Two elements declare different systems, and the metadata declares no system.
    Srids {
        /// The name of the column.
        column: String,
        /// The positions of the two.
        positions: [usize; 2],
        /// Their systems, such as `EPSG:4326`.
        systems: [String; 2],
    },
    /// An element is malformed.
    Malformed {
        /// The name of the column.
        column: String,
        /// The position of the element.
        position: usize,
        /// What is wrong.
        what: String,
    },
    /// The coordinates of a polygon are wrong, as the error says with the position.
    Polygon {
        /// The name of the column.
        column: String,
        /// What is wrong.
        error: Error,
    },
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NotGeometry { column, .. }
        | Self::Chunk { column, .. }
        | Self::Metadata { column, .. }
        | Self::Srids { column, .. }
        | Self::Malformed { column, .. }
        | Self::Polygon { column, .. }) = self;
        let column = start_of(column);
        match self {
            Self::NotGeometry { got, .. } => write!(
                f,
                "column {column:?} must hold points or polygons (WKB, WKT or GeoArrow), got {got}"
            ),
            Self::Chunk { chunk, expected, got, .. } => write!(
                f,
                "chunk {chunk} of column {column:?} must have the type of its field, {expected}, \
                 got {got}"
            ),
            Self::Metadata { what, .. } => {
                write!(f, "the extension metadata of column {column:?} must be {what}")
            }
            Self::Srids { positions, systems, .. } => write!(
                f,
                "column {column:?} must have one SRID, got {} at position {} and {} at position {}",
                systems[0], positions[0], systems[1], positions[1]
            ),
            Self::Malformed { position, what, .. } => {
                write!(f, "column {column:?}, position {position}: {what}")
            }
            Self::Polygon { error, .. } => write!(f, "column {column:?}: {error}"),
        }
    }
}

impl std::error::Error for ColumnError {}

/// A piece of input for a message, cut after 80 characters.
pub(super) fn start_of(text: &str) -> String {
    let mut start: String = text.chars().take(80).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}
