//! Creates, renames and removes scratch files, and keeps a list of them.
//!
//! A program that is ended by a signal can remove all files in the list.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The maximum number of random names to try. A name is already in use with probability 2^-64.
const TRIES: usize = 100;

/// The list of existing scratch files.
///
/// To end on a signal, a program [holds](Self::hold) the list, [removes](Held::remove_all) all files,
/// and exits while it still holds the list. No new scratch file can then appear.
#[derive(Debug, Default)]
pub struct Scratch(Mutex<Vec<PathBuf>>);

impl Scratch {
    /// Creates an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Locks the list, so that nobody else creates, renames or removes a scratch file.
    pub fn hold(&self) -> Held<'_> {
        Held(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The locked list of scratch files.
#[derive(Debug)]
pub struct Held<'s>(MutexGuard<'s, Vec<PathBuf>>);

impl Held<'_> {
    /// Removes all scratch files.
    pub fn remove_all(&mut self) {
        for path in self.0.drain(..) {
            // An error is ignored: the file may already be gone.
            let _ = fs::remove_file(path);
        }
    }

    /// Creates a scratch file in a folder, under a free name.
    pub(super) fn make<T>(
        &mut self,
        folder: &Path,
        make: impl Fn(&Path) -> io::Result<T>,
    ) -> io::Result<(T, PathBuf)> {
        let mut tries = TRIES;
        loop {
            let random = RandomState::new().build_hasher().finish();
            let path = folder.join(format!(".poly-match-{random:016x}"));
            tries -= 1;
            match make(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries > 0 => {}
                Err(error) => return Err(error),
                Ok(made) => {
                    self.0.push(path.clone());
                    return Ok((made, path));
                }
            }
        }
    }

    /// Renames a scratch file to its final name. If that fails, removes it.
    pub(super) fn rename(&mut self, path: &Path, to: &Path) -> io::Result<()> {
        match fs::rename(path, to) {
            Ok(()) => {
                self.forget(path);
                Ok(())
            }
            Err(error) => {
                self.remove(path);
                Err(error)
            }
        }
    }

    pub(super) fn remove(&mut self, path: &Path) {
        let _ = fs::remove_file(path);
        self.forget(path);
    }

    fn forget(&mut self, path: &Path) {
        self.0.retain(|other| other != path);
    }
}
