//! Where the rows of a batch are in the file.

use crate::error::Place;

/// Where the rows of a batch are in the file. Errors about a row can tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Places {
    /// The line where each row begins, from 1.
    Lines(Vec<u64>),
    /// The position of the first feature. The others follow.
    Features(u64),
    /// The position of the first row, from 0. The others follow.
    Rows(u64),
}

impl Places {
    /// The place of a row of the batch.
    ///
    /// # Panics
    /// If the batch has fewer rows.
    #[must_use]
    pub fn of(&self, row: usize) -> Place {
        match self {
            Self::Lines(lines) => Place::Line(lines[row]),
            Self::Features(first) => Place::Feature(first + row as u64),
            Self::Rows(first) => Place::Row(first + row as u64),
        }
    }
}
