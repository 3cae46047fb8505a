//! What happens to a row that holds no point, or no polygon: it is an error, or it is skipped.

use std::fmt;

use clap::ValueEnum;

/// What to do with a point without usable coordinates, or with a row that holds no polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnInvalid {
    /// Stop, and report the row
    #[value(alias = "error")]
    Raise,
    /// Let it match nothing, and count it
    #[value(alias = "unmatched")]
    Skip,
}

impl OnInvalid {
    /// Nothing, if such rows are skipped; otherwise the cause as an error, with this way on.
    pub(super) fn refuse(self, cause: impl fmt::Display, rows: &str) -> Result<(), String> {
        match self {
            Self::Raise => Err(format!("{cause}; --on-invalid skip passes over such {rows}")),
            Self::Skip => Ok(()),
        }
    }
}
