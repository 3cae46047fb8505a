//! Handles signals that end the program: removes scratch files, then ends at once.
//!
//! A separate thread waits for signals, because the main thread may be blocked, for example by a pipe
//! that stays open. All scratch files are in one list. Code that makes or renames a scratch file locks
//! the list while it does so.

use std::fs;
use std::process;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use poly_match_file::whole::Scratch;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

use crate::failure::Failure;

/// The signals that ask a program to end.
const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// The list of scratch files. A signal waits while the list is locked.
pub(crate) static SCRATCH: Scratch = Scratch::new();

/// Starts the thread that handles signals.
pub(crate) fn install() -> Result<(), Failure> {
    handle().map_err(|error| Failure::new(format_args!("cannot handle signals: {error}")))
}

fn handle() -> std::io::Result<()> {
    // A write beyond the file size limit then fails with an error, and the signal does not end the
    // program.
    flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let ignored = ignored();
    let mut signals = Signals::new(ENDING.iter().filter(|&signal| !ignored.contains(signal)))?;
    let wait = move || signals.forever().next().map(end);
    thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
    Ok(())
}

/// Removes the scratch files and ends the program as the signal would end it.
fn end(signal: i32) {
    let mut held = SCRATCH.hold();
    held.remove_all();
    // Ctrl-C exits with a status, so that scripts see that the program cleaned up.
    if signal != SIGINT {
        let _ = low_level::emulate_default_handler(signal);
    }
    // A shell reports the same status for a program that the signal ended.
    process::exit(128 + signal);
}

/// Lists the signals that were ignored when the program started, e.g. by `nohup`. They stay ignored.
///
/// The list is empty if the system has no `/proc`.
fn ignored() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ENDING.into_iter().filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}
