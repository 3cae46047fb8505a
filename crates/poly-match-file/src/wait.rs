//! Files that may keep their caller waiting: opened, read and written so that the caller can stop.
//!
//! A named pipe waits for its other end, and then for bytes or for room. A disk may take seconds to
//! confirm that all is on it. Here such waits are made of short steps, and `poll` is called between
//! them: what it returns as an error ends the wait.

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

/// How long a step of waiting is.
const STEP: Duration = Duration::from_millis(20);
/// The same, for the system.
const STEP_OF_POLL: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// Bytes read or written between two calls of `poll`: far less than a step on any disk.
const PIECE: usize = 1 << 20;

/// What is called between two steps.
pub(crate) type Poll<'p, E> = &'p mut dyn FnMut() -> Result<(), E>;

/// Opens a file to read. Of a named pipe, this does not wait for a writer; [`read`] does.
pub(crate) fn open_to_read<E: From<io::Error>>(path: &Path, poll: Poll<'_, E>) -> Result<File, E> {
    Ok(open(path, File::options().read(true), poll)??)
}

/// Opens what is there to write into it. Of a named pipe, this waits for a reader.
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

/// Whether opening would have waited, had it been allowed to: for the reader of a named pipe, or
/// for another process to give up a lease.
fn is_wait(error: &io::Error, path: &Path) -> bool {
    let is_pipe = || fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo());
    error.kind() == io::ErrorKind::WouldBlock || (is(error, Errno::NXIO) && is_pipe())
}

/// Whether an error is this one of the system's.
pub(crate) fn is(error: &io::Error, errno: Errno) -> bool {
    error.raw_os_error() == Some(errno.raw_os_error())
}

/// Waits until a file can be read from, or written to, without waiting.
///
/// Linux tells a pipe that had no writer yet from one that was left by its writers: the first is
/// not ready, though reading it would find its end at once.
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

/// Reads a file to its end, or until `is_enough` says so, or refuses, of what was read so far.
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

/// Writes into a file in pieces.
///
/// An error of `poll` does not fit through [`Write`]: it is kept for [`done`](Self::done).
pub(crate) struct Writer<'w, E> {
    file: &'w File,
    poll: Poll<'w, E>,
    stopped: Option<E>,
}

impl<'w, E: From<io::Error>> Writer<'w, E> {
    pub(crate) fn new(file: &'w File, poll: Poll<'w, E>) -> Self {
        Self { file, poll, stopped: None }
    }

    /// What became of the writing.
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
        // A buffer that is dropped tries once more.
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

/// Waits until a file is on its disk, with its length, mode and owner.
///
/// The system does this in one call that nothing interrupts, so another thread makes it. Where the
/// caller stops, that thread goes on alone until the call returns.
pub(crate) fn sync<E: From<io::Error>>(file: &File, poll: Poll<'_, E>) -> Result<(), E> {
    let (send, receive) = mpsc::channel();
    let twin = file.try_clone()?;
    let begun = thread::Builder::new().name("sync".to_owned()).spawn(move || {
        // There is no receiver any more where the caller stopped.
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

/// The same, where a file system that cannot sync is no error.
pub(crate) fn synced(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if is(&error, Errno::INVAL) || is(&error, Errno::NOTSUP) => Ok(()),
        done => done,
    }
}
