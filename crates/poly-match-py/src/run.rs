//! The one way in which the core runs, detached from the interpreter and open to Ctrl-C; and how
//! loops that hold the GIL are open to it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use poly_match::Error;
use pyo3::prelude::*;

use crate::errors::Stop;

/// How often the calling thread looks for signals. Python's own switch interval is 5 ms.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// After how many elements a loop looks for signals. An element takes 5 ns to some microseconds.
const ELEMENTS: usize = 1024;

/// Looks for signals every so many elements, in a loop that holds the GIL.
///
/// A handler is Python code: it may change whatever is the caller's, such as an array, so that no
/// slice of one may be alive when it is asked.
pub(crate) struct Signals<'py> {
    py: Python<'py>,
    elements: usize,
}

impl<'py> Signals<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self { py, elements: 0 }
    }

    /// To be called after so many elements; what a handler raises ends the loop.
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

/// Runs `work` without the GIL; it must call the function that it is given every now and then.
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
        // A panic must not reach Python, where `except Exception` would miss it. What it leaves
        // half-done is given up with the call.
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut poll)));
        done.unwrap_or(Err(Stop::Core(Error::WorkerPanicked)))
    });
    Ok(result?)
}
