//! `__geo_interface__`: a polygon as a GeoJSON-like mapping.
//!
//! Source: S. Gillies, "A Python Protocol for Geospatial Data".

use poly_match::Polygon;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::classes::coordinates::Rings;

/// The mapping of a geometry.
pub(super) fn mapping<'py>(
    py: Python<'py>,
    kind: &str,
    coordinates: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyDict>> {
    let mapping = PyDict::new(py);
    mapping.set_item("type", kind)?;
    mapping.set_item("coordinates", coordinates)?;
    Ok(mapping)
}

/// The rings of a part, the outer one first, as tuples of vertices.
pub(super) fn part<'py>(py: Python<'py>, rings: &Rings) -> PyResult<Bound<'py, PyTuple>> {
    let rings = rings.iter().map(|ring| PyTuple::new(py, closed(ring)));
    PyTuple::new(py, rings.collect::<PyResult<Vec<_>>>()?)
}

/// The vertices of a ring. The first is repeated at the end, unless it is there already.
fn closed(ring: &Polygon) -> Vec<(f64, f64)> {
    let mut vertices: Vec<_> = ring.x().iter().copied().zip(ring.y().iter().copied()).collect();
    if vertices.len() == 1 || vertices.first() != vertices.last() {
        vertices.extend(vertices.first().copied());
    }
    vertices
}
