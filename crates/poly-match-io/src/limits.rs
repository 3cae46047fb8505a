//! How much memory a reader may use.

use crate::error::{Cause, Error, Result};

/// About what a column takes in a schema and in the batches that are on their way.
const COLUMN: u64 = 4096;

/// Bounds of batches and of memory while a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Most rows of a batch; at least 1. By default 65,536.
    pub rows: usize,
    /// About how many bytes a batch may have. A batch has fewer rows if they would need more, but
    /// never less than one. By default 16 MiB.
    pub bytes: usize,
    /// Bytes that decoding may need beyond the length of the file. It is an error if a file needs
    /// more. By default 128 MiB.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1 << 16, bytes: 16 << 20, memory: 128 << 20 }
    }
}

impl Limits {
    /// How many columns a text may have.
    pub(crate) fn columns(&self) -> usize {
        usize::try_from(self.memory / COLUMN).unwrap_or(usize::MAX)
    }

    /// Checks how many columns a text has.
    pub(crate) fn check_columns(&self, count: usize) -> Result<()> {
        let needed = COLUMN * count as u64;
        if needed <= self.memory {
            return Ok(());
        }
        let what = format!("a table of {count} columns");
        Err(Error::new(Cause::TooLarge { what, got: needed, limit: self.memory }))
    }
}
