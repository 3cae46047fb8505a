//! The parts of a `MultiPolygon`, with their centre and area.

use numpy::PyArray1;
use poly_match::{Bounds, Point, Shapes};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::classes::arrays::{Array, Once, read_only};
use crate::classes::coordinates::Coordinates;
use crate::classes::polygon::Polygon;
use crate::run::Signals;

/// What a `MultiPolygon` holds.
pub(crate) struct Parts {
    pub(crate) center: Point,
    /// By the formula of the class, even if a subclass overrides `area`.
    pub(crate) area: f64,
    /// `Polygon` objects.
    pub(super) parts: Py<PyTuple>,
    center_array: Once<PyArray1<f64>>,
}

impl Parts {
    pub(super) fn new(parts: Bound<'_, PyTuple>) -> PyResult<Self> {
        let whole = shape(&parts)?;
        let (center, area) = (whole.center(), whole.area());
        Ok(Self { center, area, parts: parts.unbind(), center_array: Once::default() })
    }

    /// Whether `polygons` is a list or tuple of the same objects; None if it is neither.
    pub(super) fn are(&self, polygons: &Bound<'_, PyAny>) -> Option<bool> {
        let parts = self.parts.bind(polygons.py());
        let other = match polygons.cast_exact::<PyList>() {
            Ok(list) => list.to_tuple(),
            Err(_) => polygons.cast_exact::<PyTuple>().ok()?.clone(),
        };
        let mut pairs = parts.iter_borrowed().zip(other.iter_borrowed());
        Some(parts.len() == other.len() && pairs.all(|(a, b)| a.is(b)))
    }

    /// The centre as a read-only array, the same on every call.
    pub(super) fn center_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.center_array.get(py, || Ok(read_only(py, &self.center)))
    }

    /// Builds the polygon for the core.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        shape(self.parts.bind(py))
    }

    /// The box around all parts.
    pub(crate) fn bounds(&self, py: Python<'_>) -> PyResult<Bounds> {
        let parts = polygons(self.parts.bind(py))?;
        let all = coordinates(&parts)?;
        Ok(all.iter().fold(Bounds::EMPTY, |all, part| {
            all.including(part.bounds.min).including(part.bounds.max)
        }))
    }

    /// Adds the polygon of these parts.
    pub(crate) fn push_into(&self, shapes: &mut Shapes, py: Python<'_>) -> PyResult<()> {
        let parts = polygons(self.parts.bind(py))?;
        shapes.push_union(coordinates(&parts)?.into_iter().map(|part| &part.polygon));
        Ok(())
    }

    /// Calls `read` with the coordinates of each part.
    pub(super) fn each<T>(
        &self,
        py: Python<'_>,
        read: impl Fn(&Coordinates) -> PyResult<T>,
    ) -> PyResult<Vec<T>> {
        let parts = self.parts.bind(py).iter_borrowed();
        parts.map(|part| read(part.cast::<Polygon>()?.get().coordinates()?)).collect()
    }
}

/// Builds the polygon of these parts for the core.
fn shape(parts: &Bound<'_, PyTuple>) -> PyResult<poly_match::Polygon> {
    let parts = polygons(parts)?;
    let all = coordinates(&parts)?.into_iter().map(|part| part.polygon.clone());
    all.reduce(poly_match::Polygon::with_parts_of).ok_or_else(|| {
        PyValueError::new_err("a MultiPolygon must have at least one part, got none")
    })
}

/// The parts, each of which must be a `Polygon`.
fn polygons<'a, 'py>(parts: &'a Bound<'py, PyTuple>) -> PyResult<Vec<Borrowed<'a, 'py, Polygon>>> {
    let mut signals = Signals::new(parts.py());
    let polygon = |(position, part): (usize, Borrowed<'a, 'py, PyAny>)| {
        signals.after(1)?;
        part.cast::<Polygon>().or_else(|_| {
            Err(PyTypeError::new_err(format!(
                "parts of a MultiPolygon must be Polygon objects, got {} at position {position}",
                part.get_type().name()?,
            )))
        })
    };
    parts.iter_borrowed().enumerate().map(polygon).collect()
}

/// What each of the parts holds.
fn coordinates<'a>(parts: &'a [Borrowed<'_, '_, Polygon>]) -> PyResult<Vec<&'a Coordinates>> {
    let held = |(position, part): (usize, &'a Borrowed<'_, '_, Polygon>)| {
        part.get().coordinates().map_err(|unread| unread.at(position))
    };
    parts.iter().enumerate().map(held).collect()
}
