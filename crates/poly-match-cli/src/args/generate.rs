//! The command line of `poly-match generate`, which is no verb that users are offered.

use std::env;
use std::path::PathBuf;

use clap::Parser;

const NAME: &str = "generate";

/// Write manual pages, and completions for bash, zsh and fish
#[derive(Debug, Parser)]
#[command(name = "poly-match generate")]
struct GenerateArgs {
    /// Folder such as ~/.local, which gets the folder share
    #[arg(value_name = "PREFIX")]
    prefix: PathBuf,
}

/// The folder to write to, if that is what the command line asks for. Ends the program after help or wrong
/// usage.
pub(super) fn prefix() -> Option<PathBuf> {
    let mut arguments = env::args_os().skip(1).peekable();
    let is_asked = arguments.peek().is_some_and(|first| first == NAME);
    is_asked.then(|| GenerateArgs::parse_from(arguments).prefix)
}
