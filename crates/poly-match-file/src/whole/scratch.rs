//! The names of scratch files: made, renamed and removed in one place, where a program that is
//! ended by a signal finds those that are still there.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names that are tried, at most, before giving up. One is enough but for a chance in 2^64.
const TRIES: usize = 100;

/// The scratch files that there are at the moment.
///
/// A program that is ended by a signal [holds](Self::hold) it, [removes](Held::remove_all) them all,
/// and ends while it still holds it, so that no other comes to be.
#[derive(Debug, Default)]
pub struct Scratch(Mutex<Vec<PathBuf>>);

impl Scratch {
    /// None at first.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Waits until nobody else makes, renames or removes a scratch file.
    pub fn hold(&self) -> Held<'_> {
        Held(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The scratch files, while nobody else changes them.
#[derive(Debug)]
pub struct Held<'s>(MutexGuard<'s, Vec<PathBuf>>);

impl Held<'_> {
    /// Removes all scratch files.
    pub fn remove_all(&mut self) {
        for path in self.0.drain(..) {
            // One that is already gone needs no removal.
            let _ = fs::remove_file(path);
        }
    }

    /// Makes a scratch file in a folder, under a name that nothing has.
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

    /// Renames a scratch file to what it is for; where that fails, removes it.
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
