//! The parts of a `MultiPolygon`, with their centre and area.

use poly_match::Point;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::classes::arrays::CenterArray;
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
    pub(super) center_array: CenterArray,
}

impl Parts {
    pub(super) fn new(parts: Bound<'_, PyTuple>) -> PyResult<Self> {
        let whole = shape(&parts)?;
        let (center, area) = (whole.center(), whole.area());
        Ok(Self { center, area, parts: parts.unbind(), center_array: CenterArray::default() })
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

    /// Builds the polygon for the core.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        shape(self.parts.bind(py))
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
    let mut whole: Option<poly_match::Polygon> = None;
    let mut signals = Signals::new(parts.py());
    for (position, part) in parts.iter_borrowed().enumerate() {
        signals.after(1)?;
        let Ok(part) = part.cast::<Polygon>() else {
            return Err(PyTypeError::new_err(format!(
                "parts of a MultiPolygon must be Polygon objects, got {} at position {position}",
                part.get_type().name()?,
            )));
        };
        let part = part.get().coordinates().map_err(|unread| unread.at(position))?;
        let part = part.shape(parts.py())?;
        whole = Some(match whole {
            None => part,
            Some(whole) => whole.with_parts_of(part),
        });
    }
    whole.ok_or_else(|| {
        PyValueError::new_err("a MultiPolygon must have at least one part, got none")
    })
}
