//! The program `poly-match`: match a table of points to a table of polygons, or check polygons.
//!
//! This file goes from the command line to the exit status. `args` parses the options, `run` and
//! `check` do the work, `read` and `write` know the formats, `search` calls the library, and `plot`
//! draws. The crate `poly-match` alone decides what a match is.

mod args;
mod check;
#[allow(dead_code)]
mod column;
mod dates;
mod decimal;
mod extents;
mod failure;
mod format;
mod found;
#[allow(dead_code)]
mod groups;
mod interrupt;
mod keys;
mod labels;
mod numbers;
mod output;
mod plot;
mod progress;
mod read;
mod run;
#[allow(dead_code)]
mod saved;
mod search;
mod standard;
mod systems;
mod table;
mod write;

use std::process::ExitCode;

use args::Job;

fn main() -> ExitCode {
    // Wrong usage ends here, with exit status 2 and the usage on stderr.
    let job = args::job();
    let done = interrupt::install().and_then(|()| match &job {
        Job::Match(plan) => run::run(plan).map(|()| ExitCode::SUCCESS),
        Job::Check(plan) => check::run(plan),
    });
    match done {
        Ok(status) => status,
        Err(failure) => {
            failure::tell(&failure);
            ExitCode::FAILURE
        }
    }
}
