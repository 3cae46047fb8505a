//! The hidden command `generate`: writes the manual pages, and completions for shells.
//!
//! They are made of the options, so they are never out of date. The folders are those of Unix under a
//! prefix such as `~/.local`.

use std::fs::{self, File};
use std::io::{self, Write};
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

fn write(command: Command, prefix: &Path) -> io::Result<()> {
    let name = command.get_name().to_owned();
    for (shell, folder) in COMPLETIONS {
        let folder = prefix.join(folder);
        fs::create_dir_all(&folder)?;
        // zsh wants an underscore in front, and bash no extension.
        let file = match shell {
            Shell::Bash => name.clone(),
            _ => shell.file_name(&name),
        };
        generate(shell, &mut command.clone(), &name, &mut File::create(folder.join(file))?);
    }
    let folder = prefix.join(PAGES);
    fs::create_dir_all(&folder)?;
    // `poly-match help` needs no page.
    let mut command = command.disable_help_subcommand(true);
    command.build();
    page(&command, &folder)?;
    command.get_subcommands().try_for_each(|verb| page(verb, &folder))
}

/// Writes the page of a command.
fn page(command: &Command, folder: &Path) -> io::Result<()> {
    let examples = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let has_verbs = command.has_subcommands();
    // A page has the options that the short help leaves out, and no heading of its own for examples.
    let command = command.clone().after_help("").after_long_help("");
    let command = command.mut_args(|option| option.hide_short_help(false));
    let page = Man::new(command).source(concat!("poly-match ", env!("CARGO_PKG_VERSION")));
    let mut file = File::create(folder.join(page.get_filename()))?;
    page.render_title(&mut file)?;
    page.render_name_section(&mut file)?;
    page.render_synopsis_section(&mut file)?;
    page.render_description_section(&mut file)?;
    page.render_options_section(&mut file)?;
    if has_verbs {
        page.render_subcommands_section(&mut file)?;
    }
    as_it_stands(&mut file, &examples)
}

/// Writes paragraphs whose first lines end in a colon as sections, in which lines stay as they are.
fn as_it_stands(file: &mut impl Write, text: &str) -> io::Result<()> {
    let mut is_open = false;
    for line in text.lines() {
        match line.strip_suffix(':').filter(|title| !title.starts_with(' ')) {
            Some(title) => {
                let end = if is_open { ".fi\n" } else { "" };
                write!(file, "{end}.SH {}\n.nf\n", title.to_uppercase())?;
                is_open = true;
            }
            // A hyphen that can be copied, and no request to the formatter.
            None => writeln!(file, "\\&{}", line.replace('\\', "\\e").replace('-', "\\-"))?,
        }
    }
    if is_open { file.write_all(b".fi\n") } else { Ok(()) }
}
