//! `Polygon`: the class that researchers subclass.

use std::sync::OnceLock;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods};
use poly_match::Point;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::arrays::vector;
use crate::errors::exception;

/// A polygon of one ring of vertices.
///
/// The coordinates are copied once, here, and never change. The ring is closed implicitly; the
/// vertices count exactly as given.
///
/// Parameters
/// ----------
/// x, y : array_like of float, shape (n,)
///     Coordinates of the n >= 1 vertices, in any unit of length.
///
/// Attributes
/// ----------
/// x, y : numpy.ndarray of float64, shape (n,)
///     The coordinates. Read-only, and the same array on every access.
/// center : numpy.ndarray of float64, shape (2,)
///     The mean of the vertices, equal to ``np.array([x, y]).mean(axis=1)`` bit for bit (of more
///     than 8192 vertices: with NumPy 2.3 or later). Read-only.
///
/// Raises
/// ------
/// ValueError
///     Where x and y differ in length, are empty or not one-dimensional, or hold a coordinate
///     that is NaN or infinite.
/// TypeError
///     Where x or y are not numbers.
///
/// Notes
/// -----
/// A subclass may override ``area``, and a matcher then asks it, once for each polygon. A subclass
/// whose constructor takes more than ``x, y`` needs no ``__new__`` of its own, as long as ``x`` and
/// ``y`` come first or by name.
#[pyclass(subclass, frozen, module = "poly_match_rs")]
#[repr(C)] // what a matcher reads comes first, beside the object's class
pub(crate) struct Polygon {
    center: Point,
    area: f64,
    x: Py<PyArray1<f64>>,
    y: Py<PyArray1<f64>>,
    center_array: OnceLock<Py<PyArray1<f64>>>,
}

impl Polygon {
    /// The centre, read without touching the interpreter.
    pub(crate) fn center(&self) -> Point {
        self.center
    }

    /// The area by the class's own formula, whatever a subclass says.
    pub(crate) fn own_area(&self) -> f64 {
        self.area
    }
}

/// A NumPy array that nobody can write to: its memory belongs to no other array.
fn read_only(py: Python<'_>, values: Vec<f64>) -> Py<PyArray1<f64>> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

#[pymethods]
impl Polygon {
    // What comes after x and y is for the `__init__` of a subclass, as with `object.__new__`.
    #[new]
    #[classmethod]
    #[pyo3(signature = (x, y, *args, **kwargs), text_signature = "(x, y)")]
    fn new(
        class: &Bound<'_, PyType>,
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = class.py();
        let has_more = !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty());
        if has_more && class.is(py.get_type::<Self>()) {
            return Err(PyTypeError::new_err("Polygon() takes x and y only"));
        }
        let polygon = poly_match::Polygon::new(vector(x, &"x")?, vector(y, &"y")?)
            .map_err(|error| exception(&error))?;
        let (center, area) = (polygon.center(), polygon.area());
        let (x, y) = polygon.into_coordinates();
        let center_array = OnceLock::new();
        Ok(Self { x: read_only(py, x), y: read_only(py, y), center, center_array, area })
    }

    // `__new__` has done it all; this is here for `super().__init__(x, y)` in a subclass.
    #[pyo3(signature = (x=None, y=None))]
    fn __init__(&self, x: Option<&Bound<'_, PyAny>>, y: Option<&Bound<'_, PyAny>>) {
        let _ = (x, y);
    }

    /// The x coordinates of the vertices, float64 of shape (n,); read-only.
    #[getter]
    fn x(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.x.clone_ref(py)
    }

    /// The y coordinates of the vertices, float64 of shape (n,); read-only.
    #[getter]
    fn y(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.y.clone_ref(py)
    }

    /// The mean of the vertices, float64 of shape (2,); read-only.
    #[getter(center)]
    fn center_array(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.center_array.get_or_init(|| read_only(py, self.center.to_vec())).clone_ref(py)
    }

    /// The area, by the shoelace formula, in squared units of the coordinates.
    ///
    /// Returns
    /// -------
    /// float
    ///     ``0.5 * abs(sum(x[i] * y[i-1] - y[i] * x[i-1]))``, the terms added in order.
    fn area(&self) -> f64 {
        self.area
    }

    fn __getnewargs__(&self, py: Python<'_>) -> (Py<PyArray1<f64>>, Py<PyArray1<f64>>) {
        (self.x(py), self.y(py))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let polygon = slf.get();
        let name = slf.get_type().qualname()?;
        let vertices = polygon.x.bind(slf.py()).len()?;
        let [x, y] = polygon.center;
        Ok(format!("<{name}: {vertices} vertices, center=({x}, {y}), area={}>", polygon.area))
    }
}
