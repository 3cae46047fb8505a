//! Ctrl-C: the program ends at once, and leaves nothing half-written behind.
//!
//! The handler runs on a thread of its own, so it does not matter what the main thread is at:
//! it may be waiting for a pipe that stays open. All that must not be left behind are the scratch
//! files, so those are listed here, and whoever makes or renames one holds the list meanwhile.

use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::failure::Failure;

/// What a shell reports of a program that SIGINT ended: 128 + 2.
const INTERRUPTED: i32 = 130;

/// Files to remove when the program is interrupted.
static SCRATCH: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The list of scratch files; while it is held, an interrupt waits.
pub(crate) fn scratch() -> MutexGuard<'static, Vec<PathBuf>> {
    SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on, Ctrl-C cleans up and ends the program.
pub(crate) fn install() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        let scratch = scratch();
        for path in scratch.iter() {
            // One that is already gone needs no removal.
            let _ = std::fs::remove_file(path);
        }
        process::exit(INTERRUPTED);
    })
    .map_err(|error| Failure::new(format_args!("cannot handle Ctrl-C: {error}")))
}
