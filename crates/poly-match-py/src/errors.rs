//! Turns errors of the core into the built-in exceptions that a Python user expects.

use poly_match::Error;
use pyo3::PyErr;
use pyo3::exceptions::{PyRuntimeError, PyValueError};

/// Why the core stopped: its own error, or an exception raised by Python code.
#[derive(Debug)]
pub(crate) enum Stop {
    Core(Error),
    Raised(PyErr),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<Stop> for PyErr {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Core(error) => exception(&error),
            Stop::Raised(error) => error,
        }
    }
}

pub(crate) fn exception(error: &Error) -> PyErr {
    match error {
        Error::WorkerPanicked => PyRuntimeError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}
