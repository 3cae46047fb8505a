//! The hidden command `generate`: writes the manual pages, and completions for shells.
//!
//! They are made of the options, so they are never out of date. The folders are those of Unix under a
//! prefix such as `~/.local`.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::{Generator, Shell, generate};
use clap_mangen::Man;

use crate::failure::Failure;

/// The folder of each shell under the prefix.
const COMPLETIONS: [(Shell, &str); 3] = [
    (Shell::Bash, "share/bash-completion/completions"),
    (Shell::Zsh, "share/zsh/site-functions"),
    (Shell::Fish, "share/fish/vendor_completions.d"),
];

const PAGES: &str = "share/man/man1";

pub(crate) fn run(command: Command, prefix: &Path) -> Result<(), Failure> {
    let written = write(command, prefix);
    written.map_err(|error| Failure::new(error).in_file(prefix.display()))
}

fn write(mut command: Command, prefix: &Path) -> io::Result<()> {
    let name = command.get_name().to_owned();
    for (shell, folder) in COMPLETIONS {
        let folder = prefix.join(folder);
        fs::create_dir_all(&folder)?;
        // zsh wants an underscore in front, and bash no extension.
        let file = match shell {
            Shell::Bash => name.clone(),
            _ => shell.file_name(&name),
        };
        generate(shell, &mut command, &name, &mut File::create(folder.join(file))?);
    }
    let folder = prefix.join(PAGES);
    fs::create_dir_all(&folder)?;
    // `poly-match help` needs no page.
    let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
    for page in std::iter::once(&command).chain(verbs.filter(|verb| !verb.is_hide_set())) {
        Man::new(page.clone()).generate_to(&folder)?;
    }
    Ok(())
}
