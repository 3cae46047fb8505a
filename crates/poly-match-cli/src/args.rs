//! The command line: parses the options and checks them before any file is opened.
//!
//! The result is a [`Job`]. Only column names are still to be guessed. Wrong usage ends the program
//! with exit status 2.

mod check;
mod coordinates;
mod generate;
mod index;
mod info;
mod options;
mod outputs;
mod plan;
mod polygons;
mod question;
mod rule;
mod summary;
mod text;
mod workers;
mod wrong;
mod zones;

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};

use check::CheckArgs;
pub(crate) use check::CheckPlan;
use index::IndexArgs;
pub(crate) use index::IndexPlan;
use info::InfoArgs;
pub(crate) use info::{About, InfoPlan};
pub(crate) use options::How;
use options::MatchArgs;
pub(crate) use plan::Plan;
pub(crate) use polygons::Build;
use summary::SummaryArgs;
pub(crate) use zones::Zones;

use crate::failure::{self, Failure};
use crate::standard;

/// Match points to polygons: each point to the best polygon near it
///
/// `poly-match help VERB` explains a verb with all its options, and has examples.
#[derive(Debug, Parser)]
#[command(name = "poly-match", version, arg_required_else_help = true, max_term_width = 100)]
#[command(disable_help_flag = true, after_help = MORE)]
struct Cli {
    /// Print this help
    #[arg(short, long, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,

    #[command(subcommand)]
    verb: Verb,
}

const MORE: &str = "\
`poly-match VERB --help` lists the options of a verb; `poly-match help VERB` explains all of them.";

#[derive(Debug, Subcommand)]
enum Verb {
    Match(Box<MatchArgs>),
    Summary(Box<SummaryArgs>),
    Info(Box<InfoArgs>),
    Check(Box<CheckArgs>),
    Index(Box<IndexArgs>),
}

/// What the program will do.
#[derive(Debug)]
pub(crate) enum Job {
    Match(Box<Plan>),
    Index(Box<IndexPlan>),
    Check(Box<CheckPlan>),
    /// Writes manual pages and completions of the command line into a folder.
    Generate(Box<clap::Command>, PathBuf),
    Info(Box<InfoPlan>),
}

/// Parses the command line. Ends the program after help or wrong usage.
pub(crate) fn job() -> Job {
    if let Some(prefix) = generate::prefix() {
        return Job::Generate(Box::new(Cli::command()), prefix);
    }
    let parsed = Cli::command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches).map(|cli| (cli, matches)));
    let (Cli { verb: given, .. }, matches) = parsed.unwrap_or_else(|error| refuse(error));
    let matches = matches.subcommand().map_or(&matches, |(_, matches)| matches);
    let job = match given {
        Verb::Match(args) => Plan::of_match(*args, matches).map(Box::new).map(Job::Match),
        Verb::Summary(args) => Plan::of_summary(*args, matches).map(Box::new).map(Job::Match),
        Verb::Index(args) => IndexPlan::new(*args).map(Box::new).map(Job::Index),
        Verb::Check(args) => CheckPlan::new(*args).map(Box::new).map(Job::Check),
        Verb::Info(args) => InfoPlan::new(*args, matches).map(Box::new).map(Job::Info),
    };
    job.unwrap_or_else(|wrong| verb().error(wrong.kind, wrong.message).exit())
}

/// Ends the program with clap's message and the usage.
///
/// Clap leaves the usage out if only a value is wrong; here it is always shown.
fn refuse(error: clap::Error) -> ! {
    if !error.use_stderr() {
        show(&error);
    }
    let text = error.render().to_string();
    if text.contains("Usage:") {
        error.exit()
    }
    // What was wrong, and tips. The usage comes next, and then the last line again.
    let cause = text.split("\nFor more information").next().unwrap_or_default().trim();
    verb().error(error.kind(), cause.trim_start_matches("error: ")).exit()
}

/// Prints the help or the version to stdout and ends the program.
fn show(help: &clap::Error) -> ! {
    let is_open = standard::stdout();
    let shown = is_open.and_then(|_| help.print()).and_then(|()| io::stdout().flush());
    match shown {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failure::tell(&Failure::new(error).in_file("<stdout>"));
            process::exit(1);
        }
        _ => process::exit(0),
    }
}

/// The command that was given, with its usage.
fn verb() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    let name = env::args_os().nth(1).unwrap_or_default();
    command.find_subcommand(name).cloned().unwrap_or(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
