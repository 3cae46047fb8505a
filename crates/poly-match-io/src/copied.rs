//! A stream that can be read again: it is copied to a file while it is read for the first time.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A stream that can be read again. Clones share it.
///
/// The first reading copies it to a temporary file, which nothing names, so that nothing is left of it.
/// An error that ends the first reading early ends the copying, too.
///
/// ```
/// use std::io::{Cursor, Read};
///
/// use poly_match_io::Copied;
///
/// let stream = Copied::new(Cursor::new("x,y\n1,2\n"))?;
/// for _ in 0..2 {
///     let mut text = String::new();
///     stream.open()?.read_to_string(&mut text)?;
///     assert_eq!(text, "x,y\n1,2\n");
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Copied(Arc<Shared>);

struct Shared {
    /// What was not read yet; `None` at the end.
    rest: Mutex<Option<Box<dyn Read + Send>>>,
    copy: Arc<File>,
    is_begun: AtomicBool,
}

impl Copied {
    /// Takes a stream. Nothing is read yet.
    ///
    /// # Errors
    /// The system's error if there can be no temporary file.
    pub fn new(stream: impl Read + Send + 'static) -> io::Result<Self> {
        let copy = Arc::new(tempfile::tempfile()?);
        let rest = Mutex::new(Some(Box::new(stream) as _));
        Ok(Self(Arc::new(Shared { rest, copy, is_begun: AtomicBool::new(false) })))
    }

    /// The content from start to end. A second reading first copies what the first has left.
    ///
    /// # Errors
    /// The errors of the stream and of the file.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let shared = &self.0;
        if !shared.is_begun.swap(true, Ordering::Relaxed) {
            return Ok(Box::new(First(shared.clone())));
        }
        io::copy(&mut First(shared.clone()), &mut io::sink())?;
        Ok(Box::new(FromStart::new(shared.copy.clone())))
    }
}

impl fmt::Debug for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copied").finish_non_exhaustive()
    }
}

/// Reads the stream, and copies what it reads.
struct First(Arc<Shared>);

impl Read for First {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.0.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stream) = rest.as_mut() else { return Ok(0) };
        let count = stream.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            *rest = None;
        }
        (&*self.0.copy).write_all(&buffer[..count])?;
        Ok(count)
    }
}

/// Reads a file from its start, whatever others read of it.
pub(crate) struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl FromStart {
    pub(crate) fn new(file: Arc<File>) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
