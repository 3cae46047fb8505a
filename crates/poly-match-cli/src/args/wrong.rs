//! The error of wrong usage, which ends the program with exit status 2.

use clap::error::ErrorKind;

/// Why the options are refused.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) kind: ErrorKind,
    pub(super) message: String,
}

pub(super) fn wrong(kind: ErrorKind, message: impl Into<String>) -> Wrong {
    Wrong { kind, message: message.into() }
}
