//! Keys of the caller's, as doubles that compare as they do.

use std::fmt::Display;

use numpy::{
    PyArray1, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods, get_array_module,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::geometry::arrays::vector;

/// From here on two integers may be one double.
const LARGE: f64 = 9_007_199_254_740_992.0;

/// The numbers of a one-dimensional array-like, or their ranks where they are integers too large to
/// be doubles; `name` is what an error calls them.
pub(crate) fn keys(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Vec<f64>> {
    match ranks(value)? {
        Some(ranks) => vector(&ranks, name),
        None => vector(value, name),
    }
}

/// The rank of every integer among those that differ; nothing where doubles will do.
fn ranks<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if value.is_instance_of::<PyArray1<f64>>() {
        return Ok(None); // they are no integers: NumPy need not be asked
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
