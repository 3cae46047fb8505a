//! The errors of SQLite as ours.

use std::io;

use rusqlite::{Error as Sqlite, ErrorCode};

use crate::error::{Cause, Error, one_line};

impl From<Sqlite> for Error {
    fn from(error: Sqlite) -> Self {
        let text = one_line(&error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => io::Error::from(io::ErrorKind::StorageFull).into(),
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory,
            ) => io::Error::other(text).into(),
            _ => Self::new(Cause::Malformed(text)),
        }
    }
}
