//! Finds the target of a path: a file to replace, a new file, or a device or named pipe.
//!
//! The path is first opened to write, so that errors are those of opening a file.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::wait::{self, Poll, is};

/// The maximum number of symbolic links to follow, as on Linux.
const MOST_LINKS: usize = 40;

/// The target of a path.
#[derive(Debug)]
pub(super) enum Target {
    /// A device, a named pipe, or a file whose name was deleted.
    InPlace(File),
    File(Place),
}

/// The final path of a file, after all symbolic links.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The metadata of the existing file, if there is one.
    pub(super) old: Option<Metadata>,
}

impl Place {
    pub(super) fn folder(&self) -> &Path {
        folder(&self.path)
    }
}

/// Finds the target of `path`, through symbolic links. Waits for the reader of a named pipe.
pub(super) fn find<E: From<io::Error>>(path: &Path, poll: Poll<'_, E>) -> Result<Target, E> {
    // Opening fails for a write-protected file, so such a file is not replaced.
    let opened = wait::open_to_write(path, poll)?.map_err(|error| as_of_new(path, error));
    if opened.as_ref().is_err_and(|error| is(error, Errno::NOENT)) {
        let path = name_of_new(path)?;
        // The path is made absolute, since the current folder may change before the file appears. If
        // this fails, the folder is missing, and creating a file in it gives the error.
        let from_root = fs::canonicalize(folder(&path)).ok();
        let from_root = from_root.zip(path.file_name()).map(|(folder, name)| folder.join(name));
        return Ok(Target::File(Place { path: from_root.unwrap_or(path), old: None }));
    }
    let file = opened?;
    let old = file.metadata()?;
    if !old.is_file() {
        return Ok(Target::InPlace(file));
    }
    // `/dev/stdout` may lead to a deleted file. Its old name may now belong to another file.
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

/// Changes an error to the one of creating `path`: a name that ends in a slash means a folder.
fn as_of_new(path: &Path, error: io::Error) -> io::Error {
    let is_missing = is(&error, Errno::NOENT) || is(&error, Errno::NOTDIR);
    if is_missing && path.as_os_str().as_bytes().ends_with(b"/") && folder(path).is_dir() {
        return Errno::ISDIR.into();
    }
    error
}

/// Whether two paths lead to the same file, which may not exist yet.
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

/// The folder of a new file, and its name in the folder.
fn place_of_new(path: &Path) -> io::Result<((u64, u64), PathBuf)> {
    let path = name_of_new(path)?;
    let folder = fs::metadata(folder(&path))?;
    Ok((identity(&folder), path.file_name().unwrap_or_default().into()))
}

/// The name of a new file: the end of a chain of dangling symbolic links.
fn name_of_new(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..=MOST_LINKS {
        let bytes = path.as_os_str().as_bytes();
        if bytes.ends_with(b"/") || bytes.ends_with(b"/.") || path.file_name().is_none() {
            return Err(as_of_new(&path, Errno::NOENT.into()));
        }
        match fs::read_link(&path) {
            Ok(next) => path = folder(&path).join(next),
            // The path is not a link, or does not exist.
            Err(error) if is(&error, Errno::INVAL) || is(&error, Errno::NOENT) => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::LOOP.into())
}

/// The folder of a path.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The device and inode number, which identify a file.
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
