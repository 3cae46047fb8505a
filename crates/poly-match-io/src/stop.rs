//! A request to stop, from any thread.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop that threads share. Clones are the same request.
///
/// A [`Source`](crate::Source) that waits for a pipe looks at it every 20 ms, and [`run`](crate::run)
/// makes the request when it ends early.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A request that nobody has made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the request. It cannot be taken back.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the request was made.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that looks at a request to stop before it reads.
pub(crate) struct Stoppable<R> {
    input: R,
    stop: Stop,
}

impl<R> Stoppable<R> {
    pub(crate) fn new(input: R, stop: Stop) -> Self {
        Self { input, stop }
    }
}

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_stopped() {
            return Err(stopped());
        }
        self.input.read(buffer)
    }
}

/// The error of a reading that was stopped.
pub(crate) fn stopped() -> io::Error {
    io::Error::other("reading was stopped")
}
