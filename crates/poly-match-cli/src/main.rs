//! The program `poly-match`: match a table of points to a table of polygons.
//!
//! This file goes from the command line to the exit status. `args` parses the options, `run` does
//! the work, `read` and `write` know the formats, `search` calls the library, and `plot` draws. The
//! crate `poly-match` alone decides what a match is.

mod args;
mod dates;
mod decimal;
mod extents;
mod failure;
mod format;
mod found;
mod interrupt;
mod keys;
mod labels;
mod numbers;
mod output;
mod plot;
mod progress;
mod read;
mod run;
mod search;
mod standard;
mod systems;
mod table;
mod write;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Wrong usage ends here, with exit status 2 and the usage on stderr.
    let plan = args::plan();
    let done = interrupt::install().and_then(|()| run::run(&plan));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure::tell(&failure);
            ExitCode::FAILURE
        }
    }
}
