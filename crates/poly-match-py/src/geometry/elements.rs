//! Copies the elements of an iterable into a tuple.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::run::Signals;

/// Copies an iterable into a tuple, since the caller's list may change during the call.
///
/// It checks for signals: an iterator written in C would not.
pub(crate) fn tuple_of<'py>(
    iterable: &Bound<'py, PyAny>,
    name: &str,
) -> PyResult<Bound<'py, PyTuple>> {
    if let Ok(tuple) = iterable.cast_exact::<PyTuple>() {
        return Ok(tuple.clone()); // a tuple never changes
    }
    if let Ok(list) = iterable.cast::<PyList>() {
        return Ok(list.to_tuple());
    }
    let Ok(iterator) = iterable.try_iter() else {
        let got = iterable.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be an iterable, got {got}")));
    };
    let mut signals = Signals::new(iterable.py());
    let mut elements = Vec::new();
    for element in iterator {
        signals.after(1)?;
        elements.push(element?);
    }
    PyTuple::new(iterable.py(), elements)
}
