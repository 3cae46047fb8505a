//! Runs the core without the GIL, and checks for signals such as Ctrl-C.
//!
//! Every call into the core goes through [`detached`]. Loops that hold the GIL use [`Signals`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use poly_match::Error;
use pyo3::prelude::*;

use crate::errors::Stop;

/// How often the calling thread checks for signals. Python's own switch interval is 5 ms.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A loop checks for signals every this many elements. An element takes 5 ns to a few microseconds.
const ELEMENTS: usize = 1024;

/// Checks for signals every [`ELEMENTS`] elements, in a loop that holds the GIL.
///
/// A signal handler is Python code and may change or resize the caller's arrays. No slice of such
/// an array may be alive during the check.
pub(crate) struct Signals<'py> {
    py: Python<'py>,
    elements: usize,
}

impl<'py> Signals<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self { py, elements: 0 }
    }

    /// Counts `elements`, and checks for signals when enough were counted. An exception of a
    /// handler ends the loop.
    #[inline(always)]
    pub(crate) fn after(&mut self, elements: usize) -> PyResult<()> {
        self.elements += elements;
        if self.elements < ELEMENTS {
            return Ok(());
        }
        self.elements = 0;
        self.py.check_signals()
    }
}

/// Runs `work` without the GIL. `work` must call the function that it gets every few milliseconds:
/// that function checks for signals, at most every [`LOOK_EVERY`].
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> Result<(), Stop>) -> Result<T, Stop> + Send,
) -> PyResult<T> {
    let result = py.detach(|| {
        let mut looked = Instant::now();
        let mut poll = || {
            if looked.elapsed() < LOOK_EVERY {
                return Ok(());
            }
            looked = Instant::now();
            Python::attach(|py| py.check_signals()).map_err(Stop::Raised)
        };
        // PyO3 would turn a panic into an exception that `except Exception` does not catch. State
        // that a panic leaves half-changed is dropped with the call.
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut poll)));
        done.unwrap_or(Err(Stop::Core(Error::WorkerPanicked)))
    });
    Ok(result?)
}
