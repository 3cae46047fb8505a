//! The one way in which the core runs: detached from the interpreter, and open to Ctrl-C.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use poly_match::Error;
use pyo3::prelude::*;

use crate::errors::Stop;

/// How often the calling thread looks for signals. Python's own switch interval is 5 ms.
const LOOK_EVERY: Duration = Duration::from_millis(20);

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
