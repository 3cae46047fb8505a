//! Where a path leads: to a file that is replaced, to one that is new, or to a device or named pipe
//! that is written in place.
//!
//! Errors are those of opening the path to write, since that is what is tried first.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::wait::{self, Poll, is};

/// How many symbolic links a path goes through at most, as on Linux.
const MOST_LINKS: usize = 40;

/// Where a path leads.
#[derive(Debug)]
pub(super) enum Target {
    /// A device or a named pipe; or a file that has no name any more.
    InPlace(File),
    File(Place),
}

/// A name for a file: no symbolic link.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The file that has the name, where there is one.
    pub(super) old: Option<Metadata>,
}

impl Place {
    pub(super) fn folder(&self) -> &Path {
        folder(&self.path)
    }
}

/// Finds where `path` leads, through symbolic links. Waits for the reader of a named pipe.
pub(super) fn find<E: From<io::Error>>(path: &Path, poll: Poll<'_, E>) -> Result<Target, E> {
    // A file that may not be written to is not replaced, either: opening it says so.
    let opened = wait::open_to_write(path, poll)?.map_err(|error| as_of_new(path, error));
    if opened.as_ref().is_err_and(|error| is(error, Errno::NOENT)) {
        let path = name_of_new(path)?;
        // From the root, since the current folder may be another when the file appears. Where that
        // cannot be told, the folder is missing, and making a file in it says so.
        let from_root = fs::canonicalize(folder(&path)).ok();
        let from_root = from_root.zip(path.file_name()).map(|(folder, name)| folder.join(name));
        return Ok(Target::File(Place { path: from_root.unwrap_or(path), old: None }));
    }
    let file = opened?;
    let old = file.metadata()?;
    if !old.is_file() {
        return Ok(Target::InPlace(file));
    }
    // `/dev/stdout` may lead to a file that was deleted: its name would be that of another.
    match fs::canonicalize(path) {
        Ok(path) if fs::metadata(&path).is_ok_and(|there| identity(&there) == identity(&old)) => {
            Ok(Target::File(Place { path, old: Some(old) }))
        }
        _ => {
            file.set_len(0)?;
            Ok(Target::InPlace(file))
        }
    }
}

/// The error of opening `path` so that it is made where it is not there: a name that ends in a slash
/// is that of a folder then, whatever has it.
fn as_of_new(path: &Path, error: io::Error) -> io::Error {
    let is_missing = is(&error, Errno::NOENT) || is(&error, Errno::NOTDIR);
    if is_missing && path.as_os_str().as_bytes().ends_with(b"/") && folder(path).is_dir() {
        return Errno::ISDIR.into();
    }
    error
}

/// Whether two paths lead to one file, or would, once it exists.
///
/// A symbolic link, a hard link and a path through a linked folder lead to the same file.
#[must_use]
pub fn is_same(a: &Path, b: &Path) -> bool {
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => identity(&a) == identity(&b),
        (Err(_), Err(_)) => match (place_of_new(a), place_of_new(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => a == b,
        },
        _ => false,
    }
}

/// The folder of a file that is not there, and its name in it.
fn place_of_new(path: &Path) -> io::Result<((u64, u64), PathBuf)> {
    let path = name_of_new(path)?;
    let folder = fs::metadata(folder(&path))?;
    Ok((identity(&folder), path.file_name().unwrap_or_default().into()))
}

/// The name that a file gets where nothing is there yet: at the end of symbolic links that dangle.
fn name_of_new(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..=MOST_LINKS {
        let bytes = path.as_os_str().as_bytes();
        if bytes.ends_with(b"/") || bytes.ends_with(b"/.") || path.file_name().is_none() {
            return Err(as_of_new(&path, Errno::NOENT.into()));
        }
        match fs::read_link(&path) {
            Ok(next) => path = folder(&path).join(next),
            // It is no link, or there is nothing.
            Err(error) if is(&error, Errno::INVAL) || is(&error, Errno::NOENT) => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::LOOP.into())
}

/// The folder that a path names a file in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What tells a file from all others.
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
