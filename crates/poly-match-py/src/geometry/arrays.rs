//! Reads Python values as arrays of float64, with errors that name the type or shape received.
//!
//! A float64 array is copied once; other types are converted by NumPy first. Missing values (masked,
//! null, NA, None) become NaN.

use std::fmt::Display;

use numpy::ndarray::Dimension;
use numpy::{
    Element, PyArray, PyArray1, PyArrayDescrMethods, PyArrayMethods, PyUntypedArray,
    PyUntypedArrayMethods, get_array_module,
};
use poly_match::Point;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyList;

/// Numbers that were read from an array-like.
pub(crate) struct Numbers<'py> {
    /// C-contiguous, of native float64.
    pub(crate) array: Bound<'py, PyUntypedArray>,
    /// Whether some NaN stand for missing values.
    pub(crate) has_missing: bool,
}

/// Reads a one-dimensional array-like. `name` is used in error messages.
pub(crate) fn vector(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Vec<f64>> {
    if let Some(array) = unmasked::<f64, numpy::Ix1>(value)
        && let Ok(values) = array.to_vec()
    {
        return Ok(values);
    }
    let Numbers { array, .. } = numeric(value, name)?;
    if array.ndim() != 1 {
        let shape = shape(&array);
        let message = format!("{name} must be one-dimensional, got shape {shape}");
        return Err(PyValueError::new_err(message));
    }
    Ok(array.cast::<PyArray1<f64>>()?.to_vec()?)
}

/// Reads the two coordinates of one point. `name` is used in error messages.
#[inline]
pub(crate) fn point(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Point> {
    match pair(value) {
        Some(point) => Ok(point),
        None => point_of(&numeric(value, name)?, name),
    }
}

/// Reads the two coordinates of a point that is a float64 array, or a tuple or list of two numbers.
#[inline]
pub(crate) fn pair(value: &Bound<'_, PyAny>) -> Option<Point> {
    if let Ok(array) = value.cast_exact::<PyArray1<f64>>() {
        let (x, y) = (array.get_owned(0)?, array.get_owned(1)?);
        return (array.len() == 2).then_some([x, y]);
    }
    any_pair(value)
}

#[cold]
fn any_pair(value: &Bound<'_, PyAny>) -> Option<Point> {
    if let Ok(list) = value.cast::<PyList>() {
        let (x, y) = (list.get_item(0).ok()?, list.get_item(1).ok()?);
        let point = [x.extract().ok()?, y.extract().ok()?];
        return (list.len() == 2).then_some(point);
    }
    if let Ok(point) = value.extract::<(f64, f64)>() {
        return Some(point.into());
    }
    let array = unmasked::<f64, numpy::Ix1>(value)?;
    let (x, y) = (array.get_owned(0)?, array.get_owned(1)?);
    (array.len() == 2).then_some([x, y])
}

/// The point of an array of two numbers.
pub(crate) fn point_of(numbers: &Numbers<'_>, name: &dyn Display) -> PyResult<Point> {
    if numbers.array.shape() != [2] {
        let shape = shape(&numbers.array);
        return Err(PyValueError::new_err(format!(
            "{name} must be two numbers, x and y, got shape {shape}"
        )));
    }
    let values = numbers.array.cast::<PyArray1<f64>>()?.to_vec()?;
    Ok([values[0], values[1]])
}

/// The array, if its element type and dimension are these, and it has no mask.
#[inline]
pub(crate) fn unmasked<'a, 'py, T: Element, D: Dimension>(
    value: &'a Bound<'py, PyAny>,
) -> Option<&'a Bound<'py, PyArray<T, D>>> {
    value.cast_exact().ok().or_else(|| value.cast().ok().filter(|_| !is_masked(value)))
}

/// Whether the value is an array with a mask.
fn is_masked(value: &Bound<'_, PyAny>) -> bool {
    if !value.is_instance_of::<PyUntypedArray>() || value.is_exact_instance_of::<PyUntypedArray>() {
        return false; // only a subclass can have a mask
    }
    masked_class(value.py()).is_some_and(|class| value.is_instance(&class).unwrap_or(true))
}

/// The class of arrays with a mask, if the caller has loaded it: loading it takes 30 ms.
fn masked_class(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    static MASKED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Some(class) = MASKED.get(py) {
        return Some(class.bind(py).clone());
    }
    let modules = py.import("sys").and_then(|sys| sys.getattr("modules")).ok()?;
    let class = modules.get_item("numpy.ma").and_then(|ma| ma.getattr("MaskedArray")).ok()?;
    Some(MASKED.get_or_init(py, || class.unbind()).bind(py).clone())
}

/// Converts any array-like of integers or floats. `name` is used in error messages.
pub(crate) fn numeric<'py>(
    value: &Bound<'py, PyAny>,
    name: &dyn Display,
) -> PyResult<Numbers<'py>> {
    let array = as_array(value)?;
    numeric_from(value, array, name)
}

/// Converts a value that NumPy made `array` of, as [`numeric`] does.
pub(crate) fn numeric_from<'py>(
    value: &Bound<'py, PyAny>,
    array: Bound<'py, PyUntypedArray>,
    name: &dyn Display,
) -> PyResult<Numbers<'py>> {
    let is_number =
        |array: &Bound<'_, PyUntypedArray>| matches!(array.dtype().kind(), b'i' | b'u' | b'f');
    let is_object = array.dtype().kind() == b'O' && !value.is_none();
    let (array, has_missing) = if is_object || is_masked(value) {
        static FILLED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let filled = FILLED.import(value.py(), "poly_match_rs._missing", "filled")?;
        let (array, has_missing): (Bound<'py, PyAny>, bool) = filled.call1((value,))?.extract()?;
        (array.cast_into()?, has_missing)
    } else {
        (array, false)
    };
    if !is_number(&array) {
        let got = array.dtype();
        return Err(PyTypeError::new_err(format!(
            "{name} must be numeric (integers or floats), got {} of dtype {got}",
            value.get_type().name()?,
        )));
    }
    let array = array.call_method1("astype", ("float64", "C"))?.cast_into()?;
    Ok(Numbers { array, has_missing })
}

/// What NumPy makes of a value. A mask is lost.
pub(crate) fn as_array<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyUntypedArray>> {
    let array = get_array_module(value.py())?.call_method1("asarray", (value,))?;
    Ok(array.cast_into::<PyUntypedArray>()?)
}

/// Formats a shape as Python does.
pub(crate) fn shape(array: &Bound<'_, PyUntypedArray>) -> String {
    array
        .getattr("shape")
        .map_or_else(|_| format!("{:?}", array.shape()), |shape| shape.to_string())
}
