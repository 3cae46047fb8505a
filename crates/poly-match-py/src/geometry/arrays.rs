//! Reads Python values as arrays of float64, with errors that name the type or shape received.
//!
//! A float64 array is copied once; other types are converted by NumPy first.

use std::fmt::Display;

use numpy::{
    PyArray1, PyArrayDescrMethods, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods,
    get_array_module,
};
use poly_match::Point;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Reads a one-dimensional array-like. `name` is used in error messages.
pub(crate) fn vector(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Vec<f64>> {
    if let Ok(array) = value.cast::<PyArray1<f64>>()
        && let Ok(values) = array.to_vec()
    {
        return Ok(values);
    }
    let array = numeric(value, name)?;
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
    if let Ok(array) = value.cast::<PyArray1<f64>>()
        && array.len() == 2
        && let (Some(x), Some(y)) = (array.get_owned(0), array.get_owned(1))
    {
        return Ok([x, y]);
    }
    any_point(value, name)
}

#[cold]
fn any_point(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Point> {
    if let Ok((x, y)) = value.extract::<(f64, f64)>() {
        return Ok([x, y]);
    }
    let array = numeric(value, name)?;
    if array.shape() == [2] {
        let values = vector(&array, name)?;
        Ok([values[0], values[1]])
    } else {
        let shape = shape(&array);
        Err(PyValueError::new_err(format!(
            "{name} must be two numbers, x and y, got shape {shape}"
        )))
    }
}

/// Converts any array-like of integers or floats to a new C-contiguous array of native float64.
pub(crate) fn numeric<'py>(
    value: &Bound<'py, PyAny>,
    name: &dyn Display,
) -> PyResult<Bound<'py, PyUntypedArray>> {
    let array = get_array_module(value.py())?.call_method1("asarray", (value,))?;
    let array = array.cast_into::<PyUntypedArray>()?;
    if !matches!(array.dtype().kind(), b'i' | b'u' | b'f') {
        let got = array.dtype();
        return Err(PyTypeError::new_err(format!(
            "{name} must be numeric (integers or floats), got {} of dtype {got}",
            value.get_type().name()?,
        )));
    }
    Ok(array.call_method1("astype", ("float64", "C"))?.cast_into()?)
}

/// Formats a shape as Python does.
pub(crate) fn shape(array: &Bound<'_, PyUntypedArray>) -> String {
    array
        .getattr("shape")
        .map_or_else(|_| format!("{:?}", array.shape()), |shape| shape.to_string())
}
