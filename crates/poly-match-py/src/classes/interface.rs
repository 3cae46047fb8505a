//! `__geo_interface__`: a polygon as a GeoJSON-like mapping.
//!
//! Source: S. Gillies, "A Python Protocol for Geospatial Data".

use poly_match::Polygon;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

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

/// The rings of a polygon of one part, the outer one first, as tuples of vertices.
pub(super) fn part<'py>(py: Python<'py>, polygon: &Polygon) -> PyResult<Bound<'py, PyTuple>> {
    let rings = polygon.ring_coordinates().map(|(x, y)| PyTuple::new(py, closed(x, y)));
    PyTuple::new(py, rings.collect::<PyResult<Vec<_>>>()?)
}

/// The vertices of a ring. The first is repeated at the end, unless it is there already.
fn closed(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    let mut vertices: Vec<_> = x.iter().copied().zip(y.iter().copied()).collect();
    if vertices.len() == 1 || vertices.first() != vertices.last() {
        vertices.extend(vertices.first().copied());
    }
    vertices
}
