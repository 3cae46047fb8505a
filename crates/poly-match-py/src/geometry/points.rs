//! Reads the caller's points for the core, and keeps the objects to return in results.

use numpy::{
    PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArray, PyUntypedArrayMethods,
};
use poly_match::Point;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::geometry::arrays::{numeric, point, shape};
use crate::geometry::elements::tuple_of;
use crate::run::Signals;

/// N points, and the objects from which they were read.
pub(crate) struct Points<'py> {
    values: Values<'py>,
    source: Source<'py>,
}

/// Where the coordinates are stored.
enum Values<'py> {
    /// A C-contiguous array: the caller's own if it is C-contiguous float64, else a converted copy.
    Array(PyReadonlyArray2<'py, f64>),
    Vector(Vec<Point>),
}

/// The objects from which points were read.
enum Source<'py> {
    /// Elements of a sequence.
    Elements(Bound<'py, PyTuple>),
    /// Rows of an array.
    Rows(Bound<'py, PyAny>),
}

impl<'py> Points<'py> {
    /// Reads an (N, 2) array, anything that NumPy converts to one, or an iterable of points.
    pub(crate) fn read(points: &Bound<'py, PyAny>) -> PyResult<Self> {
        Self::read_named(points, "points")
    }

    /// Reads points as [`Points::read`] does. `name` is used in error messages.
    pub(crate) fn read_named(points: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let is_list = points.is_instance_of::<PyList>();
        if !is_list && (points.is_instance_of::<PyUntypedArray>() || points.hasattr("__array__")?) {
            Self::read_array(points, name)
        } else {
            Self::read_elements(points, name)
        }
    }

    fn read_elements(points: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let elements = tuple_of(points, name)?;
        let mut values = Vec::with_capacity(elements.len());
        let mut signals = Signals::new(points.py());
        for (position, element) in elements.iter_borrowed().enumerate() {
            signals.after(1)?;
            values.push(point(&element, &format_args!("{name}[{position}]"))?);
        }
        Ok(Self { values: Values::Vector(values), source: Source::Elements(elements) })
    }

    fn read_array(points: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let in_place = points
            .cast::<PyArray2<f64>>()
            .is_ok_and(|array| array.is_c_contiguous() && is_aligned(array));
        let array = if in_place {
            points.clone().cast_into::<PyUntypedArray>()?
        } else {
            numeric(points, &name)?
        };
        if array.ndim() != 2 || array.shape()[1] != 2 {
            let shape = shape(&array);
            let message = format!("{name} must have shape (N, 2), got {shape}");
            return Err(PyValueError::new_err(message));
        }
        let values = array
            .cast::<PyArray2<f64>>()?
            .try_readonly()
            .map_err(|error| PyValueError::new_err(format!("{name} cannot be read: {error}")))?;
        // Rows of the caller's array, if it is one; for a table, rows of its converted array.
        let rows = if points.is_instance_of::<PyUntypedArray>() { points } else { array.as_any() };
        Ok(Self { values: Values::Array(values), source: Source::Rows(rows.clone()) })
    }

    /// Copies the coordinates, if they are in an array. Needed before Python code runs that could
    /// resize the caller's array, which frees its memory.
    pub(crate) fn copied(mut self) -> PyResult<Self> {
        if let Values::Array(_) = &self.values {
            self.values = Values::Vector(self.as_slice()?.to_vec());
        }
        Ok(self)
    }

    pub(crate) fn as_slice(&self) -> PyResult<&[Point]> {
        match &self.values {
            Values::Array(array) => Ok(array.as_slice()?.as_chunks().0),
            Values::Vector(values) => Ok(values),
        }
    }

    /// Copies the coordinates into a new (N, 2) array.
    pub(crate) fn to_array(&self) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let values = self.as_slice()?;
        PyArray1::from_slice(self.py(), values.as_flattened()).reshape([values.len(), 2])
    }

    pub(crate) fn py(&self) -> Python<'py> {
        match &self.source {
            Source::Elements(elements) => elements.py(),
            Source::Rows(rows) => rows.py(),
        }
    }

    /// The point at `position`, as the caller gave it.
    pub(crate) fn object(&self, position: usize) -> PyResult<Bound<'py, PyAny>> {
        match &self.source {
            Source::Elements(elements) => elements.get_item(position),
            Source::Rows(rows) => rows.get_item(position),
        }
    }
}

fn is_aligned(array: &Bound<'_, PyArray2<f64>>) -> bool {
    array.try_readonly().is_ok_and(|array| array.as_slice().is_ok())
}
