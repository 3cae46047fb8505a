//! Maps a file into memory.
//!
//! This is the only `unsafe` code of the project. With it, a matcher of a million centres (34 MB) is
//! checked and used directly in the page cache. Reading it into our own memory first would take several
//! times as long as the check, and keep the data in memory twice.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a regular file for reading.
///
/// While it is mapped, nobody may write into the file or truncate it. The user must ensure this, since
/// the program cannot. After a write, a matcher could return wrong answers; after a truncation, the
/// system could end the process with SIGBUS. Replacing the file by renaming, as [`crate::save`] does,
/// is safe: the mapped file then stays as it is.
#[allow(unsafe_code)]
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes do not change while they are borrowed, as long as nobody writes to the file.
    // The documentation requires this. The bytes are only read as plain numbers, for which every bit
    // pattern is valid, and every use of them as an index is checked.
    unsafe { Mmap::map(file) }
}
