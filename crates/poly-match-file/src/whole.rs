//! Writes a file that appears complete under its name, or not at all.
//!
//! ```text
//! create     creates a file without a name (O_TMPFILE), in the folder where it will appear
//! complete   writes its data, owner and mode to the disk
//! appear     gives it its name; to replace a file, gives it a scratch name and renames it
//! sync       writes the folder to the disk
//! ```
//!
//! If the process is killed before `appear`, nothing stays behind: the system frees a file without a
//! name. Replacing a file takes two system calls, about 0.1 ms together. If the process is killed
//! between them, the new file stays behind under its scratch name, `.poly-match-*`.
//!
//! Some file systems do not support files without a name. There the file has a scratch name from the
//! beginning. If the process is killed, it stays behind, unless the program handles the signal: see
//! [`Scratch`].
//!
//! A device or a named pipe is written in place.
//!
//! ```
//! use poly_match_file::whole::{Scratch, Whole};
//!
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("notes.txt");
//! let scratch = Scratch::new();
//! let mut file = Whole::create(&path, &scratch)?;
//! file.fill(|out| out.write_all(b"all of it"))?;
//! let complete = file.complete()?;
//! assert!(!path.exists());
//! complete.appear(&mut scratch.hold())?.sync()?;
//! assert_eq!(std::fs::read(&path)?, b"all of it");
//! # Ok::<(), std::io::Error>(())
//! ```

mod keep;
mod place;
mod scratch;
mod unnamed;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub use place::is_same;
use place::{Place, Target};
pub use scratch::{Held, Scratch};

use crate::wait::{self, Poll, Writer};

/// Buffer size: small writes are collected up to this many bytes.
const BUFFER: usize = 1 << 16;

/// A file that is being written. Dropping it removes it.
#[derive(Debug)]
pub struct Whole<'s> {
    file: File,
    way: Way<'s>,
}

#[derive(Debug)]
enum Way<'s> {
    InPlace,
    /// The file has no name yet.
    Unnamed(Place),
    Named(Place, Name<'s>),
}

/// The name of a scratch file. Dropping it removes the file.
#[derive(Debug)]
struct Name<'s> {
    path: PathBuf,
    scratch: &'s Scratch,
}

impl Drop for Name<'_> {
    fn drop(&mut self) {
        self.scratch.hold().remove(&self.path);
    }
}

impl<'s> Whole<'s> {
    /// Starts a file that will appear as `path`.
    ///
    /// `path` may be a symbolic link. Its target is then written, even if it does not exist yet. If
    /// `path` is a named pipe, this waits for a reader.
    ///
    /// # Errors
    /// The errors of opening `path` to write.
    pub fn create(path: &Path, scratch: &'s Scratch) -> io::Result<Self> {
        Self::create_with(path, scratch, &mut || Ok(()))
    }

    /// Starts a file like [`create`](Self::create), and calls `poll` regularly while it waits.
    pub(crate) fn create_with<E: From<io::Error>>(
        path: &Path,
        scratch: &'s Scratch,
        poll: Poll<'_, E>,
    ) -> Result<Self, E> {
        match place::find(path, poll)? {
            Target::InPlace(file) => Ok(Self { file, way: Way::InPlace }),
            Target::File(place) => match unnamed::open(place.folder(), first_mode(&place)) {
                Ok(file) => Ok(Self { file, way: Way::Unnamed(place) }),
                // Perhaps this file system has no files without a name. Any other error comes again.
                Err(_) => Ok(Self::named(place, scratch)?),
            },
        }
    }

    /// Starts a file that has a scratch name from the beginning.
    fn named(place: Place, scratch: &'s Scratch) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true).mode(first_mode(&place));
        let (file, path) = scratch.hold().make(place.folder(), |path| options.open(path))?;
        Ok(Self { file, way: Way::Named(place, Name { path, scratch }) })
    }

    /// The file, to write to it. What is buffered elsewhere must be written before
    /// [`complete`](Self::complete).
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Calls `fill` with a buffered writer to the file.
    ///
    /// # Errors
    /// The errors of `fill` and of the system.
    pub fn fill(&mut self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.fill_with(fill, &mut || Ok(()))
    }

    pub(crate) fn fill_with<E: From<io::Error>>(
        &mut self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        poll: Poll<'_, E>,
    ) -> Result<(), E> {
        let mut writer = Writer::new(&self.file, poll);
        let mut out = BufWriter::with_capacity(BUFFER, &mut writer);
        let written = fill(&mut out).and_then(|()| out.flush());
        drop(out);
        writer.done(written)
    }

    /// Writes all data to the disk, with the owner and mode of the file that is replaced.
    ///
    /// # Errors
    /// The errors of the system.
    pub fn complete(self) -> io::Result<Complete<'s>> {
        self.complete_with(&mut || Ok(()))
    }

    pub(crate) fn complete_with<E: From<io::Error>>(
        self,
        poll: Poll<'_, E>,
    ) -> Result<Complete<'s>, E> {
        if let Way::Unnamed(place) | Way::Named(place, _) = &self.way {
            if let Some(old) = &place.old {
                keep::owner_and_mode(&self.file, old)?;
            }
            wait::sync(&self.file, poll)?;
        }
        Ok(Complete(self))
    }
}

/// A complete file that does not have its name yet. Dropping it removes it.
#[derive(Debug)]
pub struct Complete<'s>(Whole<'s>);

impl Complete<'_> {
    /// Gives the file its name.
    ///
    /// `held` must come from the [`Scratch`] that was given to [`Whole::create`]. Several files can
    /// appear together while it is held.
    ///
    /// # Errors
    /// The errors of the system. The file is then removed.
    pub fn appear(self, held: &mut Held<'_>) -> io::Result<Appeared> {
        let Self(Whole { file, way }) = self;
        match way {
            Way::InPlace => Ok(Appeared(None)),
            Way::Unnamed(place) => {
                link_as(&file, &place, held)?;
                Ok(Appeared(Some(place)))
            }
            Way::Named(place, mut name) => {
                let path = std::mem::take(&mut name.path);
                std::mem::forget(name);
                held.rename(&path, &place.path)?;
                Ok(Appeared(Some(place)))
            }
        }
    }
}

/// A file that has its name.
#[derive(Debug)]
#[must_use = "without a sync, a power failure may remove the file or bring back the old one"]
pub struct Appeared(Option<Place>);

impl Appeared {
    /// Writes the name to the disk.
    ///
    /// # Errors
    /// The errors of the system. The file then has its name, but may lose it in a power failure.
    pub fn sync(self) -> io::Result<()> {
        // A folder without read permission cannot be opened, so it cannot be synced.
        match self.0.map(|place| File::open(place.folder())) {
            Some(Ok(folder)) => wait::synced(folder.sync_all()),
            Some(Err(_)) | None => Ok(()),
        }
    }
}

/// The mode of a file when it is created.
///
/// A new file gets 0666, less the umask. A file that replaces another gets 0600 until it is complete, so
/// that nobody else can read it; then it gets the mode of the old file.
fn first_mode(place: &Place) -> u32 {
    if place.old.is_some() { 0o600 } else { 0o666 }
}

/// Gives a file without a name its name.
fn link_as(file: &File, place: &Place, held: &mut Held<'_>) -> io::Result<()> {
    if place.old.is_none() {
        match unnamed::link(file, &place.path) {
            // Another process has created the file in the meantime: replace it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            linked => return linked,
        }
    }
    // All data is on the disk already, so these two calls take about 0.1 ms together.
    let ((), scratch) = held.make(place.folder(), |path| unnamed::link(file, path))?;
    held.rename(&scratch, &place.path)
}

#[cfg(test)]
mod tests;
