//! Read-only NumPy arrays, which our classes show to the caller.

use std::sync::OnceLock;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods};
use pyo3::prelude::*;

pub(super) type Array = Py<PyArray1<f64>>;

/// Makes a NumPy array that nobody can write to: no other array shares its memory.
pub(super) fn read_only(py: Python<'_>, values: &[f64]) -> Array {
    let array = values.to_vec().into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

/// A Python object that is made when first asked for, and then always the same.
pub(super) struct Once<T>(OnceLock<Py<T>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Once<T> {
    pub(super) fn get(
        &self,
        py: Python<'_>,
        make: impl FnOnce() -> PyResult<Py<T>>,
    ) -> PyResult<Py<T>> {
        if let Some(made) = self.0.get() {
            return Ok(made.clone_ref(py));
        }
        // Made outside of the lock: Python may run other threads meanwhile, which could wait for
        // the lock and hold the GIL.
        let made = make()?;
        Ok(self.0.get_or_init(|| made).clone_ref(py))
    }
}
