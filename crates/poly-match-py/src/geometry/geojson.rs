//! Reads polygons from GeoJSON and `__geo_interface__`: mappings with nested coordinates.
//!
//! Sources: RFC 7946, "The GeoJSON Format", and S. Gillies, "A Python Protocol for Geospatial
//! Data". If a ring repeats its first vertex at its end, that vertex counts once. Coordinates after
//! x and y are ignored.

use std::fmt::Display;

use poly_match::{Point, Polygon};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::errors::exception;
use crate::run::Signals;

/// Reads the polygon of a mapping. `position` is the position of its object, for error messages.
pub(crate) fn read(mapping: &Bound<'_, PyAny>, position: usize) -> PyResult<Polygon> {
    let mut geometry = mapping.clone();
    if kind(mapping).as_deref() == Some("Feature") {
        geometry = member(mapping, "geometry", position)?;
        if geometry.is_none() {
            return Err(PyTypeError::new_err(format!(
                "polygons must have a geometry, got a Feature without one at position {position}"
            )));
        }
    }
    let reader = Reader { position };
    let coordinates = || member(&geometry, "coordinates", position);
    let parts = match kind(&geometry).as_deref() {
        Some("Polygon") => vec![reader.part(&coordinates()?)?],
        Some("MultiPolygon") => reader.each(&coordinates()?, "parts", |part| reader.part(part))?,
        Some(kind) => return Err(not_a_polygon(&kind, position)),
        None => return Err(unknown(&geometry, position)),
    };
    Polygon::from_parts(parts).map_err(|error| exception(&error.of_polygon(position)))
}

/// The member `type` of a mapping.
fn kind(mapping: &Bound<'_, PyAny>) -> Option<String> {
    mapping.get_item("type").ok()?.extract().ok()
}

fn member<'py>(
    mapping: &Bound<'py, PyAny>,
    name: &str,
    position: usize,
) -> PyResult<Bound<'py, PyAny>> {
    mapping.get_item(name).map_err(|error| {
        if !error.is_instance_of::<PyKeyError>(mapping.py()) {
            return error;
        }
        PyTypeError::new_err(format!("polygons must have {name}, got none at position {position}"))
    })
}

/// The error for an object that is no geometry and has no coordinates.
pub(crate) fn unknown(object: &Bound<'_, PyAny>, position: usize) -> PyErr {
    let got = type_name(object);
    PyTypeError::new_err(format!(
        "polygons must be Polygon objects or have x and y, got {got} at position {position} \
         (shapely polygons will do, too, and what has a __geo_interface__)"
    ))
}

/// The error for a geometry that is no polygon: a point, a line, or a collection.
pub(crate) fn not_a_polygon(kind: &dyn Display, position: usize) -> PyErr {
    PyTypeError::new_err(format!(
        "polygons must be of type Polygon or MultiPolygon, got {kind} at position {position}"
    ))
}

fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| String::new(), |name| name.to_string())
}

/// Reads the coordinates of the polygon at `position`.
struct Reader {
    position: usize,
}

impl Reader {
    /// Reads an outer ring and its holes.
    fn part(&self, rings: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<Point>>> {
        self.each(rings, "rings", |ring| self.each(ring, "vertices", |vertex| self.vertex(vertex)))
    }

    /// Reads each element of `elements` with `read`. `name` is used in error messages.
    fn each<T>(
        &self,
        elements: &Bound<'_, PyAny>,
        name: &str,
        read: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> PyResult<Vec<T>> {
        let mut signals = Signals::new(elements.py());
        let mut read = |element: &Bound<'_, PyAny>| {
            signals.after(1)?;
            read(element)
        };
        if let Ok(elements) = elements.cast::<PyTuple>() {
            return elements.iter_borrowed().map(|element| read(&element)).collect();
        }
        if let Ok(elements) = elements.cast::<PyList>() {
            return elements.iter().map(|element| read(&element)).collect();
        }
        let Ok(elements) = elements.try_iter() else {
            return Err(PyTypeError::new_err(format!(
                "{name} of polygon {} must be an iterable, got {}",
                self.position,
                type_name(elements),
            )));
        };
        elements.map(|element| read(&element?)).collect()
    }

    fn vertex(&self, vertex: &Bound<'_, PyAny>) -> PyResult<Point> {
        if let Ok((x, y)) = vertex.extract() {
            return Ok([x, y]);
        }
        let numbers = self.each(vertex, "vertices", |number| Ok(number.extract::<f64>().ok()))?;
        match numbers[..] {
            [Some(x), Some(y), ..] => Ok([x, y]),
            _ => Err(PyTypeError::new_err(format!(
                "vertices of polygon {} must be two numbers, x and y, got {}",
                self.position,
                vertex.repr()?,
            ))),
        }
    }
}
