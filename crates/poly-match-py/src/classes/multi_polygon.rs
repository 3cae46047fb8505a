//! `MultiPolygon`: one polygon of several parts.

use std::sync::OnceLock;

use numpy::PyArray1;
use poly_match::Point;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::classes::polygon::{Polygon, read_only};
use crate::geometry::elements::tuple_of;
use crate::run::Signals;

/// One polygon of several parts, such as an archipelago.
///
/// Its area is the sum of the areas of its parts, by the formula of `Polygon`, even if the class of
/// a part overrides ``area``. A point is inside if it is inside one of the parts. Parts must not
/// overlap: a place that two of them cover is outside.
///
/// Parameters
/// ----------
/// polygons : iterable of Polygon
///     The parts, at least one.
///
/// Attributes
/// ----------
/// parts : tuple of Polygon
///     The caller's own polygons.
/// center : numpy.ndarray of float64, shape (2,)
///     The mean of the vertices of all parts. Read-only.
///
/// Raises
/// ------
/// ValueError
///     If there is no part.
/// TypeError
///     If a part is not a `Polygon`; the message names its position and type.
///
/// Notes
/// -----
/// A subclass may override ``area``, and its constructor may take further arguments, as with
/// `Polygon`.
#[pyclass(subclass, frozen, module = "poly_match_rs")]
pub(crate) struct MultiPolygon {
    center: Point,
    area: f64,
    /// `Polygon` objects.
    parts: Py<PyTuple>,
    center_array: OnceLock<Py<PyArray1<f64>>>,
}

impl MultiPolygon {
    /// The centre, read without calling the interpreter.
    pub(crate) fn center(&self) -> Point {
        self.center
    }

    /// The area by the formula of this class, even if a subclass overrides `area`.
    pub(crate) fn own_area(&self) -> f64 {
        self.area
    }

    /// Builds the polygon for the core.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        shape(self.parts.bind(py))
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
        let part = part.get().shape(parts.py())?;
        whole = Some(match whole {
            None => part,
            Some(whole) => whole.with_parts_of(part),
        });
    }
    whole.ok_or_else(|| {
        PyValueError::new_err("a MultiPolygon must have at least one part, got none")
    })
}

#[pymethods]
impl MultiPolygon {
    // Further arguments are for the `__init__` of a subclass, as with `object.__new__`.
    #[new]
    #[classmethod]
    #[pyo3(signature = (polygons, *args, **kwargs), text_signature = "(polygons)")]
    fn new(
        class: &Bound<'_, PyType>,
        polygons: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let has_more = !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty());
        if has_more && class.is(class.py().get_type::<Self>()) {
            return Err(PyTypeError::new_err(
                "MultiPolygon() takes polygons only, in one iterable",
            ));
        }
        let parts = tuple_of(polygons, "polygons")?;
        let whole = shape(&parts)?;
        let (center, area) = (whole.center(), whole.area());
        Ok(Self { center, area, parts: parts.unbind(), center_array: OnceLock::new() })
    }

    // `__new__` does all the work; this allows `super().__init__(polygons)` in a subclass.
    #[pyo3(signature = (polygons=None))]
    fn __init__(&self, polygons: Option<&Bound<'_, PyAny>>) {
        let _ = polygons;
    }

    /// The caller's own polygons.
    #[getter]
    fn parts(&self, py: Python<'_>) -> Py<PyTuple> {
        self.parts.clone_ref(py)
    }

    /// The mean of the vertices of all parts, float64 of shape (2,); read-only.
    #[getter(center)]
    fn center_array(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.center_array.get_or_init(|| read_only(py, self.center.to_vec())).clone_ref(py)
    }

    /// The area of all parts, by the shoelace formula, in squared units of the coordinates.
    ///
    /// Returns
    /// -------
    /// float
    ///     The sum of the areas of the parts, without their holes.
    fn area(&self) -> f64 {
        self.area
    }

    fn __getnewargs__(&self, py: Python<'_>) -> (Py<PyTuple>,) {
        (self.parts(py),)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let polygon = slf.get();
        let parts = polygon.parts.bind(slf.py());
        let mut vertices = 0;
        for part in parts.iter_borrowed() {
            vertices += part.cast::<Polygon>()?.get().counts(slf.py())?.0;
        }
        let (name, count) = (slf.get_type().qualname()?, parts.len());
        let parts = if count == 1 { "part" } else { "parts" };
        let [x, y] = polygon.center;
        let area = polygon.area;
        Ok(format!(
            "<{name}: {count} {parts}, {vertices} vertices, center=({x}, {y}), area={area}>"
        ))
    }

    // A part may refer back to this polygon. There is no `__clear__`, as for a tuple: every cycle
    // goes through another object that can be cleared.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.parts)
    }
}
