//! Opens a database so that it is only read, and so that nothing of it is run.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{self, Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::source::Source;

/// Where the header has the versions of the format for writing and reading. 2 means that there may be a
/// write-ahead log, and 1 that there is none.
const VERSIONS: u64 = 18;

/// Opens a database. Until it is closed, it stays as it is now.
pub(super) fn open(mut source: Source, limits: &Limits) -> Result<Connection> {
    if source.is_empty()? {
        return Err(Error::malformed("expected a GeoPackage, got an empty file"));
    }
    let path = source.path().map(Path::to_owned);
    match path {
        Some(path) if !beside(&path).is_empty() => with_companions(&path, limits),
        Some(path) => {
            let mut versions = [0; 2];
            let read = File::open(&path)?.read_at(&mut versions, VERSIONS)?;
            // Even to read a log that is not there, SQLite would make files beside the database.
            let is_logged = read == versions.len() && versions.contains(&2);
            let mode = if is_logged { "immutable=1" } else { "mode=ro" };
            begin(connect(&path, mode, OpenFlags::SQLITE_OPEN_READ_ONLY)?, limits)
        }
        None => copied(source, limits),
    }
}

/// Connects to a file by its path, whatever it is called.
pub(super) fn connect(path: &Path, mode: &str, flags: OpenFlags) -> Result<Connection> {
    // An empty host stands in front of the path.
    let mut uri = String::from("file://");
    for &byte in path::absolute(path)?.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(byte));
            }
            _ => write!(uri, "%{byte:02x}").map_err(io::Error::other)?,
        }
    }
    let flags = flags | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(OsString::from(format!("{uri}?{mode}")), flags)?)
}

/// Copies what has no path to a file that has no name as soon as SQLite has opened it.
fn copied(source: Source, limits: &Limits) -> Result<Connection> {
    let (mut file, path) = tempfile::NamedTempFile::new()?.into_parts();
    let connection = connect(&path, "mode=ro", OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    path.close()?;
    io::copy(&mut source.into_stream(), &mut file)?;
    // The log was not copied, so there is none.
    let mut versions = [0; 2];
    if file.read_at(&mut versions, VERSIONS)? == 2 && versions.contains(&2) {
        file.write_all_at(&[1, 1], VERSIONS)?;
    }
    begin(connection, limits)
}

/// Copies a database with its log or its journal, which a program that ended early has left, or that a
/// program is writing now. To read them, SQLite writes.
fn with_companions(path: &Path, limits: &Limits) -> Result<Connection> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy");
    fs::copy(path, &copy)?;
    for suffix in beside(path) {
        fs::copy(with_suffix(path, suffix), with_suffix(&copy, suffix))?;
    }
    // A copy of a file that may not be written may not be written either.
    for file in fs::read_dir(folder.path())? {
        let file = file?.path();
        let mut permissions = fs::metadata(&file)?.permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        fs::set_permissions(file, permissions)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    // From now on all files are open, and the folder may go.
    begin(connect(&copy, "mode=rw", flags)?, limits)
}

/// The endings of files beside a database that belong to it and are not empty.
fn beside(path: &Path) -> Vec<&'static str> {
    let is_there = |suffix: &&str| {
        fs::metadata(with_suffix(path, suffix))
            .is_ok_and(|there| there.is_file() && there.len() > 0)
    };
    ["-wal", "-journal"].into_iter().filter(is_there).collect()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Bounds the memory, forbids what the schema could run, and begins to read.
fn begin(connection: Connection, limits: &Limits) -> Result<Connection> {
    let longest = i32::try_from(limits.memory / 2).unwrap_or(i32::MAX).max(1);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1)?;
    for (option, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(option, is_on)?;
    }
    connection.execute_batch(
        "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -4096;
         PRAGMA temp_store = MEMORY; PRAGMA query_only = ON; BEGIN",
    )?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}
