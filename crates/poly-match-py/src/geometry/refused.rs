//! Why an object cannot be read as a polygon.
//!
//! Either it holds no polygon: it is missing, empty, or of another type. A caller may ask to skip
//! such objects. Or anything else is wrong with it, which is always an error.

use poly_match::Error;
use pyo3::PyErr;
use pyo3::exceptions::{PyTypeError, PyValueError};

/// Why an object cannot be read as a polygon.
pub(crate) enum Refused {
    /// It holds no polygon, so it may be skipped.
    NoPolygon(NoPolygon),
    /// Wrong coordinates, or an exception that the caller's own code raised.
    Error(PyErr),
}

/// Why an object holds no polygon: the message of the error.
pub(crate) enum NoPolygon {
    /// It is missing, or of another type.
    Type(String),
    /// It is a polygon or a collection without vertices.
    Empty(String),
}

impl NoPolygon {
    /// The polygon at `position` has no vertices.
    pub(crate) fn without_vertices(position: usize) -> Self {
        Self::Empty(Error::NoVertices { polygon: Some(position) }.to_string())
    }

    /// The collection at `position` has no polygons.
    pub(crate) fn without_polygons(position: usize) -> Self {
        Self::Empty(format!(
            "the GeometryCollection at position {position} must have at least one polygon with \
             vertices, got none"
        ))
    }

    /// The exception, with an advice at the end of its message.
    pub(crate) fn exception(self, advice: &str) -> PyErr {
        match self {
            Self::Type(message) => PyTypeError::new_err(message + advice),
            Self::Empty(message) => PyValueError::new_err(message + advice),
        }
    }
}

impl From<PyErr> for Refused {
    fn from(error: PyErr) -> Self {
        Self::Error(error)
    }
}

impl From<NoPolygon> for Refused {
    fn from(why: NoPolygon) -> Self {
        Self::NoPolygon(why)
    }
}
