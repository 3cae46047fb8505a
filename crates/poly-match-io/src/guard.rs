//! Calls libraries that may panic on malformed files.
//!
//! What can be checked is checked before. For the rest, a panic becomes an error.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::error::{Error, Result};

thread_local! {
    /// Whether this thread is in a call of a library whose panics are caught.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics that this crate catches from being printed on stderr. Others are printed as before.
///
/// The libraries that decode Parquet and Arrow IPC panic on some malformed files. A [`Reader`] returns
/// an error then, but by default the panic is printed as well. A program that wants only the error
/// calls this once, at its start.
///
/// [`Reader`]: crate::Reader
pub fn hide_caught_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                usual(panic);
            }
        }));
    });
}

/// Calls `decode`. A panic becomes an error; what `decode` has changed may not be used after it.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = IS_GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(decode));
    IS_GUARDED.set(before);
    done.unwrap_or_else(|panic| {
        Err(Error::malformed(format_args!("it cannot be decoded: {}", message(&*panic))))
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("an assertion failed");
    crate::error::one_line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        hide_caught_panics();
        let error = guarded(|| -> Result<()> { panic!("no {}", "page") }).expect_err("a panic");
        assert_eq!(error.to_string(), "it cannot be decoded: no page");
        assert_eq!(guarded(|| Ok(7)).expect("no panic"), 7);
        assert!(!IS_GUARDED.get());
    }
}
