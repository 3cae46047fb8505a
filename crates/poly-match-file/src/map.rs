//! A file as memory.
//!
//! This is the only `unsafe` of the project. What it buys: a matcher of a million centres, 34 MB, is
//! checked where it lies in the system's memory and used from there. Reading it into memory of our
//! own first takes several times as long as the check, and holds it twice.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a regular file, to be read.
///
/// What the caller of a program holds, and no program can: that nobody writes into the file, or cuts
/// it short, while it is mapped. A matcher would then answer nonsense, or the system would end the
/// process (SIGBUS) where a page is gone. Files that are replaced by renaming, as [`crate::save`]
/// does it, keep the mapped one alive, and are safe.
#[allow(unsafe_code)]
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes do not change while they are borrowed as long as nobody writes to the file,
    // which is what is documented to hold. They are only ever read as plain numbers, every one of
    // which is legal, and every index into them is checked each time.
    unsafe { Mmap::map(file) }
}
