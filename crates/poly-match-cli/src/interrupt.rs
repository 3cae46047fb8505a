//! Signals that end the program: it ends at once, and leaves nothing half-written behind.
//!
//! They are waited for on a thread of its own, so it does not matter what the main thread is at: it
//! may be waiting for a pipe that stays open. All that must not be left behind are scratch files, and
//! those are listed; whoever makes or renames one holds the list meanwhile.

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

/// The scratch files that there are. While it is held, a signal waits.
pub(crate) static SCRATCH: Scratch = Scratch::new();

/// From here on, signals clean up and end the program.
pub(crate) fn install() -> Result<(), Failure> {
    handle().map_err(|error| Failure::new(format_args!("cannot handle signals: {error}")))
}

fn handle() -> std::io::Result<()> {
    // A file that grows beyond the limit of its size is an error of writing, not the end.
    flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let ignored = ignored();
    let mut signals = Signals::new(ENDING.iter().filter(|&signal| !ignored.contains(signal)))?;
    let wait = move || signals.forever().next().map(end);
    thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
    Ok(())
}

/// Removes the scratch files, and ends the program as the signal would have ended it.
fn end(signal: i32) {
    let mut held = SCRATCH.hold();
    held.remove_all();
    // Ctrl-C has an exit status: with it, scripts tell a program that cleaned up from one that died.
    if signal != SIGINT {
        let _ = low_level::emulate_default_handler(signal);
    }
    // What a shell reports of a program that the signal ended.
    process::exit(128 + signal);
}

/// Signals that were ignored when the program began, as `nohup` does it: they stay ignored. Where
/// the system does not tell, none were.
fn ignored() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ENDING.into_iter().filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}
