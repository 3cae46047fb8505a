//! The arguments of a call, by position and by name.
//!
//! A subclass may be called with any arguments, so that PyO3 cannot take them apart.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

/// The arguments of a call, and how many of them were taken.
pub(super) struct Arguments<'a, 'py> {
    args: &'a Bound<'py, PyTuple>,
    kwargs: Option<&'a Bound<'py, PyDict>>,
    taken: usize,
}

impl<'a, 'py> Arguments<'a, 'py> {
    pub(super) fn new(
        args: &'a Bound<'py, PyTuple>,
        kwargs: Option<&'a Bound<'py, PyDict>>,
    ) -> Self {
        Self { args, kwargs, taken: 0 }
    }

    /// Takes the argument of a name; by position too, if it has one.
    pub(super) fn take(
        &mut self,
        name: &Bound<'py, PyString>,
        position: Option<usize>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let named = self.kwargs.map_or(Ok(None), |kwargs| kwargs.get_item(name))?;
        let placed = position.and_then(|position| self.args.get_item(position).ok());
        if named.is_some() && placed.is_some() {
            return Err(PyTypeError::new_err(format!("got {name} by position and by name")));
        }
        let found = placed.or(named);
        self.taken += usize::from(found.is_some());
        Ok(found)
    }

    /// Whether all arguments were taken.
    pub(super) fn are_taken(&self) -> bool {
        self.taken == self.args.len() + self.kwargs.map_or(0, |kwargs| kwargs.len())
    }
}
