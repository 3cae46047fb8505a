//! The standard streams, with an error if one was closed when the program started.
//!
//! Rust opens closed streams on `/dev/null` before `main`, so output would be lost silently. The
//! program therefore checks the streams even earlier. Stdout is written as a `File`, since Rust's
//! `Stdout` silently ignores a stream that is not open for writing.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::OFlags;
use rustix::io::Errno;

static STDIN_IS_CLOSED: AtomicBool = AtomicBool::new(false);
static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

// The macro needs the keyword `unsafe`, since most of Rust must not be used before `main`. `look`
// makes only two system calls.
ctor_lite::ctor! {
    unsafe fn before_main() {
        look();
    }
}

fn look() {
    let is_closed = |stream| rustix::io::fcntl_getfd(stream) == Err(Errno::BADF);
    STDIN_IS_CLOSED.store(is_closed(rustix::stdio::stdin()), Ordering::Relaxed);
    STDOUT_IS_CLOSED.store(is_closed(rustix::stdio::stdout()), Ordering::Relaxed);
}

/// Returns an error if the stream was closed.
fn open(is_closed: &AtomicBool) -> io::Result<()> {
    if is_closed.load(Ordering::Relaxed) { Err(Errno::BADF.into()) } else { Ok(()) }
}

/// Opens the standard input.
pub(crate) fn stdin() -> io::Result<File> {
    open(&STDIN_IS_CLOSED)?;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Opens the standard output.
pub(crate) fn stdout() -> io::Result<File> {
    open(&STDOUT_IS_CLOSED)?;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Whether the standard output is open to write.
fn is_written() -> bool {
    rustix::fs::fcntl_getfl(rustix::stdio::stdout())
        .is_ok_and(|flags| flags & OFlags::ACCMODE != OFlags::RDONLY)
}

/// Whether the standard output is this file or named pipe.
///
/// Devices, such as terminals, do not count: two outputs may share one.
pub(crate) fn is_stdout(path: &Path) -> bool {
    let Ok((stdout, there)) = stdout().and_then(|out| Ok((out.metadata()?, fs::metadata(path)?)))
    else {
        return false;
    };
    let is_one = (stdout.dev(), stdout.ino()) == (there.dev(), there.ino());
    is_one && (stdout.is_file() || stdout.file_type().is_fifo()) && is_written()
}
