//! A file that appears under its name whole or not at all.
//!
//! ```text
//! create     a file without a name (O_TMPFILE), in the folder where it will appear
//! complete   its data, owner and mode are on the disk
//! appear     it gets its name: a new name at once; to replace a file, a scratch name which is
//!            then renamed
//! sync       the folder is on the disk
//! ```
//!
//! A process that is killed leaves nothing before `appear`, since the system frees a file without a
//! name. Two system calls make a file replace another; a process that is killed between them, within
//! some 0.1 ms, leaves the scratch name `.poly-match-*` with the new file.
//!
//! Where the file system has no files without a name, the scratch name is there from the beginning.
//! A process that is killed leaves it, unless it handles the signal, see [`Scratch`].
//!
//! A device or a named pipe is written in place.

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

/// Bytes that are written at once where they come in small pieces.
const BUFFER: usize = 1 << 16;

/// A file under way. Dropped, it leaves no trace.
#[derive(Debug)]
pub struct Whole<'s> {
    file: File,
    way: Way<'s>,
}

#[derive(Debug)]
enum Way<'s> {
    InPlace,
    /// It has no name yet.
    Unnamed(Place),
    Named(Place, Name<'s>),
}

/// The name of a scratch file, which goes when this is dropped.
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
    /// Begins a file. `path` may be a symbolic link: the file that it leads to is written, even if
    /// that does not exist yet. Of a named pipe, this waits for a reader.
    ///
    /// # Errors
    /// Those of opening `path` to write.
    pub fn create(path: &Path, scratch: &'s Scratch) -> io::Result<Self> {
        Self::create_with(path, scratch, &mut || Ok(()))
    }

    /// The same, with `poll` called now and then while it waits.
    pub(crate) fn create_with<E: From<io::Error>>(
        path: &Path,
        scratch: &'s Scratch,
        poll: Poll<'_, E>,
    ) -> Result<Self, E> {
        match place::find(path, poll)? {
            Target::InPlace(file) => Ok(Self { file, way: Way::InPlace }),
            Target::File(place) => match unnamed::open(place.folder(), first_mode(&place)) {
                Ok(file) => Ok(Self { file, way: Way::Unnamed(place) }),
                // There may be none here. What else is wrong is met again.
                Err(_) => Ok(Self::named(place, scratch)?),
            },
        }
    }

    /// A file that has a scratch name from the beginning.
    fn named(place: Place, scratch: &'s Scratch) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true).mode(first_mode(&place));
        let (file, path) = scratch.hold().make(place.folder(), |path| options.open(path))?;
        Ok(Self { file, way: Way::Named(place, Name { path, scratch }) })
    }

    /// Writes what `fill` writes.
    ///
    /// # Errors
    /// What `fill` and the system say.
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

    /// Brings all that was written to the disk, with the owner and the mode of a file that is
    /// replaced.
    ///
    /// # Errors
    /// What the system says.
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

/// A file that is complete, and not yet under its name. Dropped, it leaves no trace.
#[derive(Debug)]
pub struct Complete<'s>(Whole<'s>);

impl Complete<'_> {
    /// Gives the file its name. `held` is of the [`Scratch`] that it was made with: several files
    /// appear one right after the other while it is held.
    ///
    /// # Errors
    /// What the system says; the file is gone then.
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

/// A file that is under its name.
#[derive(Debug)]
#[must_use = "after a power failure the file may be gone, or the old one there, unless it is synced"]
pub struct Appeared(Option<Place>);

impl Appeared {
    /// Brings the name to the disk.
    ///
    /// # Errors
    /// What the system says. The file is under its name then, until the power fails.
    pub fn sync(self) -> io::Result<()> {
        // A folder that may not be read cannot be opened, and cannot be synced then.
        match self.0.map(|place| File::open(place.folder())) {
            Some(Ok(folder)) => wait::synced(folder.sync_all()),
            Some(Err(_)) | None => Ok(()),
        }
    }
}

/// Of a new file, less what the umask takes away; of one that replaces another, until it gets the
/// mode of that one: nobody else may read what is written.
fn first_mode(place: &Place) -> u32 {
    if place.old.is_some() { 0o600 } else { 0o666 }
}

/// Gives a file without a name its name.
fn link_as(file: &File, place: &Place, held: &mut Held<'_>) -> io::Result<()> {
    if place.old.is_none() {
        match unnamed::link(file, &place.path) {
            // Somebody else made one meanwhile: it is replaced.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            linked => return linked,
        }
    }
    // All is on the disk already, so that these two calls take some 0.1 ms together.
    let ((), scratch) = held.make(place.folder(), |path| unnamed::link(file, path))?;
    held.rename(&scratch, &place.path)
}

#[cfg(test)]
mod tests;
