//! The program `poly-match`: match a table of points to a table of polygons, save a matcher, or check
//! polygons.
//!
//! This file goes from the command line to the exit status. `args` parses the options; `run`, `index`
//! and `check` do the work. `input` opens tables, `read` finds what is needed in them, `zones` makes a
//! matcher of polygons, `search` calls it, `write` makes the tables that come out, and `plot` draws.
//! `poly-match-io` knows the formats, and `poly-match` alone decides what a match is.

mod args;
mod build;
mod check;
mod column;
mod dates;
mod decimal;
mod extents;
mod failure;
mod format;
mod found;
mod generate;
mod groups;
mod index;
mod info;
mod input;
mod interrupt;
mod keys;
mod numbers;
mod origins;
mod output;
mod plot;
mod progress;
mod read;
mod report;
mod run;
mod saved;
mod search;
mod similar;
mod standard;
mod swapped;
mod systems;
mod tally;
mod text;
mod write;
mod zones;

use std::process::ExitCode;

use args::Job;

fn main() -> ExitCode {
    // Wrong usage ends here, with exit status 2 and the usage on stderr.
    let job = args::job();
    poly_match_io::hide_caught_panics();
    let done = interrupt::install().and_then(|()| match job {
        Job::Match(plan) => run::run(*plan).map(|()| ExitCode::SUCCESS),
        Job::Index(plan) => index::run(&plan).map(|()| ExitCode::SUCCESS),
        Job::Check(plan) => check::run(&plan),
        Job::Generate(command, prefix) => {
            generate::run(*command, &prefix).map(|()| ExitCode::SUCCESS)
        }
        Job::Info(plan) => info::run(&plan).map(|()| ExitCode::SUCCESS),
    });
    match done {
        Ok(status) => status,
        Err(failure) => {
            failure::tell(&failure);
            ExitCode::FAILURE
        }
    }
}
