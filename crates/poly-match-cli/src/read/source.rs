//! Where a table comes from: a file or stdin, and its format.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::format::Format;
use crate::progress::{Stage, Watched};
use crate::standard;

/// A table to read. Without a path it is stdin.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: Option<PathBuf>,
    pub(crate) format: Format,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}", path.display()),
            None => f.write_str("<stdin>"),
        }
    }
}

impl Source {
    /// Opens the source, and skips a byte order mark at its start.
    pub(super) fn open(&self, quiet: bool) -> io::Result<impl Read + use<>> {
        let (file, size): (Box<dyn Read>, _) = match &self.path {
            None => (Box::new(standard::stdin()?), None),
            Some(path) => {
                let file = File::open(path)?;
                let metadata = file.metadata()?;
                if metadata.is_dir() {
                    return Err(io::Error::other("is a directory"));
                }
                (Box::new(file), metadata.is_file().then_some(metadata.len()))
            }
        };
        without_mark(Watched::new(file, Stage::bytes("reading", size, quiet)))
    }

    /// Adds the name of the source to a failure.
    pub(crate) fn failed(&self, failure: Failure) -> Failure {
        failure.in_file(self)
    }
}

fn without_mark<R: Read>(mut input: R) -> io::Result<impl Read + use<R>> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut start = Vec::new();
    input.by_ref().take(MARK.len() as u64).read_to_end(&mut start)?;
    if start == MARK {
        start.clear();
    }
    Ok(io::Cursor::new(start).chain(input))
}
