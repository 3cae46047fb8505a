//! The standard streams, as whoever started the program left them.
//!
//! Rust opens a stream that is closed on `/dev/null` before `main` begins, so that output would be
//! lost without a word. Whether one was closed is therefore found out even earlier. And Rust's own
//! `Stdout` takes a stream that cannot be written to for one that nobody reads; a `File` does not.

use std::fs::{self, File};
use std::io::{self, StdinLock};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

static STDIN_IS_CLOSED: AtomicBool = AtomicBool::new(false);
static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

// The keyword is the macro's: little of Rust may be used before `main`. Two system calls may.
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

/// The error of using a stream that was closed.
fn open(is_closed: &AtomicBool) -> io::Result<()> {
    if is_closed.load(Ordering::Relaxed) { Err(Errno::BADF.into()) } else { Ok(()) }
}

/// The standard input.
pub(crate) fn stdin() -> io::Result<StdinLock<'static>> {
    open(&STDIN_IS_CLOSED)?;
    Ok(io::stdin().lock())
}

/// The standard output.
pub(crate) fn stdout() -> io::Result<File> {
    open(&STDOUT_IS_CLOSED)?;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Whether the standard output goes to the file or the pipe of this name. Two devices, such as
/// terminals, may well be the same.
pub(crate) fn is_stdout(path: &Path) -> bool {
    let Ok((stdout, there)) = stdout().and_then(|out| Ok((out.metadata()?, fs::metadata(path)?)))
    else {
        return false;
    };
    let is_one = (stdout.dev(), stdout.ino()) == (there.dev(), there.ino());
    is_one && (stdout.is_file() || stdout.file_type().is_fifo())
}
