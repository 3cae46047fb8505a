//! Read-only NumPy arrays, which our classes show to the caller.

use std::sync::OnceLock;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods};
use poly_match::Point;
use pyo3::prelude::*;

pub(super) type Array = Py<PyArray1<f64>>;

/// Makes a NumPy array that nobody can write to: no other array shares its memory.
pub(super) fn read_only(py: Python<'_>, values: Vec<f64>) -> Array {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

/// The array of a centre: made when first asked for, then always the same.
#[derive(Default)]
pub(super) struct CenterArray(OnceLock<Array>);

impl CenterArray {
    pub(super) fn get(&self, py: Python<'_>, center: Point) -> Array {
        if let Some(array) = self.0.get() {
            return array.clone_ref(py);
        }
        // Made outside of the lock: Python may run other threads meanwhile, which could wait for
        // the lock and hold the GIL.
        let array = read_only(py, center.to_vec());
        self.0.get_or_init(|| array).clone_ref(py)
    }
}
