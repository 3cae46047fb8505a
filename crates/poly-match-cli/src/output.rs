//! Writes output to stdout, or to files that appear complete, all together, or not at all.
//!
//! `poly_match_file::whole` makes a file appear complete. This file does not know what is written.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use poly_match_file::whole::{self, Complete, Whole};

use crate::failure::Failure;
use crate::interrupt::SCRATCH;
use crate::standard;

/// A place to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Stdout,
    Path(PathBuf),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdout => f.write_str("<stdout>"),
            Self::Path(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Target {
    /// Whether both are the same file, also through links, or both are stdout.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stdout, Self::Stdout) => true,
            (Self::Path(a), Self::Path(b)) => whole::is_same(a, b),
            (Self::Stdout, Self::Path(path)) | (Self::Path(path), Self::Stdout) => {
                standard::is_stdout(path)
            }
        }
    }

    /// Checks that the target can be written, before the work starts.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Self::Path(path) = self else { return self.named(standard::stdout().map(drop)) };
        if path.is_dir() {
            return Err(Failure::new("is a directory").in_file(self));
        }
        if let Err(error) = fs::metadata(directory(path)) {
            return Err(Failure::new(error).in_file(directory(path).display()));
        }
        // A named pipe is opened only once: its reader would stop when this test closes it.
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Ok(());
        }
        self.named(Whole::create(path, &SCRATCH).map(drop))
    }

    /// Adds the name of the file to an error.
    fn named<T>(&self, result: io::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| Failure::new(error).in_file(self))
    }
}

/// A file or stdout, and a function that writes its content.
pub(crate) struct File<'a> {
    target: &'a Target,
    fill: Fill<'a>,
}

type Fill<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + 'a>;

impl<'a> File<'a> {
    pub(crate) fn new(
        target: &'a Target,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()> + 'a,
    ) -> Self {
        Self { target, fill: Box::new(fill) }
    }
}

/// Writes files. They appear when all are complete; if one fails, none appears.
pub(crate) fn write(mut files: Vec<File<'_>>) -> Result<(), Failure> {
    // Output on stdout cannot be taken back, so stdout is written last.
    files.sort_by_key(|file| *file.target == Target::Stdout);
    let mut complete = Vec::new();
    for File { target, fill } in files {
        match target {
            Target::Stdout => target.named(to_stdout(fill))?,
            Target::Path(path) => complete.push((target, target.named(beside(path, fill))?)),
        }
    }
    // While the list is locked, no signal comes between two files.
    let mut held = SCRATCH.hold();
    let mut appeared = Vec::new();
    for (target, file) in complete {
        appeared.push((target, target.named(file.appear(&mut held))?));
    }
    drop(held);
    appeared.into_iter().try_for_each(|(target, file)| target.named(file.sync()))
}

/// Writes a complete file that does not have its name yet.
fn beside(path: &Path, fill: Fill<'_>) -> io::Result<Complete<'static>> {
    let mut file = Whole::create(path, &SCRATCH)?;
    file.fill(fill)?;
    file.complete()
}

/// Writes to stdout. A reader that closes the pipe early is not an error.
fn to_stdout(fill: Fill<'_>) -> io::Result<()> {
    let mut out = BufWriter::new(standard::stdout()?);
    match fill(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The directory of a path.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
