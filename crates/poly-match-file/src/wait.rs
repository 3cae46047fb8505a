//! Opens, reads and writes files so that the caller can stop a wait.
//!
//! A named pipe waits for its other end, then for bytes or for space. A disk may take seconds to
//! confirm a write. Here, waits are divided into short steps, and `poll` is called between them. An
//! error of `poll` ends the wait.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// The length of one step of waiting.
const STEP: Duration = Duration::from_millis(20);
/// [`STEP`] as a system type.
const STEP_OF_POLL: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// Bytes read or written between two calls of `poll`. On any disk, this takes far less than a step.
const PIECE: usize = 1 << 20;

/// The function that is called between two steps.
pub(crate) type Poll<'p, E> = &'p mut dyn FnMut() -> Result<(), E>;

/// Opens a file to read. It does not wait for the writer of a named pipe; [`read`] does.
pub(crate) fn open_to_read<E: From<io::Error>>(path: &Path, poll: Poll<'_, E>) -> Result<File, E> {
    Ok(open(path, File::options().read(true), poll)??)
}

/// Opens an existing file to write. It waits for the reader of a named pipe.
pub(crate) fn open_to_write<E>(path: &Path, poll: Poll<'_, E>) -> Result<io::Result<File>, E> {
    open(path, File::options().write(true), poll)
}

fn open<E>(
    path: &Path,
    options: &mut OpenOptions,
    poll: Poll<'_, E>,
) -> Result<io::Result<File>, E> {
    options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    loop {
        match options.open(path) {
            Err(error) if is_wait(&error, path) => {
                poll()?;
                thread::sleep(STEP);
            }
            opened => return Ok(opened),
        }
    }
}

/// Whether a blocking open would wait here: for the reader of a named pipe, or until another process
/// releases a lease.
fn is_wait(error: &io::Error, path: &Path) -> bool {
    let is_pipe = || fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo());
    error.kind() == io::ErrorKind::WouldBlock || (is(error, Errno::NXIO) && is_pipe())
}

/// Whether an error is the system error `errno`.
pub(crate) fn is(error: &io::Error, errno: Errno) -> bool {
    error.raw_os_error() == Some(errno.raw_os_error())
}

/// Waits until a file is ready to read or write.
///
/// On Linux, a pipe that has not had a writer yet is not ready. A read would return the end of the file
/// at once, as for a pipe that its writers have closed.
fn until<E: From<io::Error>>(file: &File, ready: PollFlags, poll: Poll<'_, E>) -> Result<(), E> {
    loop {
        poll()?;
        let mut asked = [PollFd::new(file, ready)];
        match rustix::event::poll(&mut asked, Some(&STEP_OF_POLL)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(io::Error::from(error).into()),
        }
    }
}

/// Reads a file to its end, or until `is_enough` returns true or an error for the bytes so far.
pub(crate) fn read<E>(
    mut file: &File,
    poll: Poll<'_, E>,
    mut is_enough: impl FnMut(&[u8]) -> Result<bool, poly_match::Error>,
) -> Result<Vec<u8>, E>
where
    E: From<io::Error> + From<poly_match::Error>,
{
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        until(file, PollFlags::IN, poll)?;
        match file.read(&mut piece) {
            Ok(0) => return Ok(bytes),
            Ok(count) => {
                let is_room = bytes.try_reserve(count);
                is_room.map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                bytes.extend_from_slice(&piece[..count]);
                if is_enough(&bytes)? {
                    return Ok(bytes);
                }
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Writes into a file in pieces, and calls `poll` before each.
///
/// [`Write`] cannot return an error of `poll`, so it is kept for [`done`](Self::done).
pub(crate) struct Writer<'w, E> {
    file: &'w File,
    poll: Poll<'w, E>,
    stopped: Option<E>,
}

impl<'w, E: From<io::Error>> Writer<'w, E> {
    pub(crate) fn new(file: &'w File, poll: Poll<'w, E>) -> Self {
        Self { file, poll, stopped: None }
    }

    /// Returns the error of `poll`, if there was one, or else the result of the writing.
    pub(crate) fn done(self, written: io::Result<()>) -> Result<(), E> {
        match self.stopped {
            Some(stopped) => Err(stopped),
            None => Ok(written?),
        }
    }

    fn try_write(&mut self, bytes: &[u8]) -> Result<usize, E> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        (self.poll)()?;
        loop {
            match self.file.write(piece) {
                Err(error) if is_passing(&error) => until(self.file, PollFlags::OUT, self.poll)?,
                written => return Ok(written?),
            }
        }
    }
}

impl<E: From<io::Error>> Write for Writer<'_, E> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A buffer that is dropped tries to write again.
        if self.stopped.is_none() {
            match self.try_write(bytes) {
                Ok(count) => return Ok(count),
                Err(stopped) => self.stopped = Some(stopped),
            }
        }
        Err(io::Error::other("writing was stopped"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits until a file is on the disk, with its length, mode and owner.
///
/// Nothing can interrupt this system call, so another thread makes it. If the caller stops, that thread
/// continues until the call returns.
pub(crate) fn sync<E: From<io::Error>>(file: &File, poll: Poll<'_, E>) -> Result<(), E> {
    let (send, receive) = mpsc::channel();
    let twin = file.try_clone()?;
    let begun = thread::Builder::new().name("sync".to_owned()).spawn(move || {
        // If the caller stopped, there is no receiver.
        let _ = send.send(twin.sync_all());
    });
    if begun.is_err() {
        return Ok(synced(file.sync_all())?);
    }
    loop {
        match receive.recv_timeout(STEP) {
            Ok(done) => return Ok(synced(done)?),
            Err(RecvTimeoutError::Timeout) => poll()?,
            Err(RecvTimeoutError::Disconnected) => return Ok(synced(file.sync_all())?),
        }
    }
}

/// Ignores the error of a file system that cannot sync.
pub(crate) fn synced(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if is(&error, Errno::INVAL) || is(&error, Errno::NOTSUP) => Ok(()),
        done => done,
    }
}
