//! Reads the caller's keys as float64, in the same order.
//!
//! Integers from 2^53 on, where two may become one float64, are replaced by their ranks.

use std::fmt::Display;

use numpy::{
    PyArray1, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods, get_array_module,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::geometry::arrays::vector;

/// From 2^53 on, two integers may become the same float64.
const LARGE: f64 = 9_007_199_254_740_992.0;

/// Reads keys from a one-dimensional array-like. Integers too large for float64 become ranks.
/// `name` is used in error messages.
pub(crate) fn keys(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Vec<f64>> {
    match ranks(value)? {
        Some(ranks) => vector(&ranks, name),
        None => vector(value, name),
    }
}

/// The rank of every integer among the distinct ones; None if float64 is exact enough.
fn ranks<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if value.is_instance_of::<PyArray1<f64>>() {
        return Ok(None); // fast path: no integers
    }
    let py = value.py();
    let array = get_array_module(py)?.call_method1("asarray", (value,))?;
    let Ok(array) = array.cast_into::<PyUntypedArray>() else { return Ok(None) };
    let dtype = array.dtype();
    if !matches!(dtype.kind(), b'i' | b'u')
        || dtype.itemsize() < 8
        || array.ndim() != 1
        || array.is_empty()
    {
        return Ok(None);
    }
    let least: f64 = array.call_method0("min")?.extract()?;
    let most: f64 = array.call_method0("max")?.extract()?;
    if least.abs().max(most.abs()) < LARGE {
        return Ok(None);
    }
    let inverse = PyDict::new(py);
    inverse.set_item("return_inverse", true)?;
    py.import("numpy")?.call_method("unique", (array,), Some(&inverse))?.get_item(1).map(Some)
}
