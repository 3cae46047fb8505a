//! Calls the caller's `poll` now and then, for Ctrl-C.

/// Units of work between two calls of `poll`. A unit takes some nanoseconds.
const AT_ONCE: usize = 1 << 14;

/// Counts work, and calls `poll` when enough was done.
pub(super) struct Watch<'p, E> {
    poll: &'p mut dyn FnMut() -> Result<(), E>,
    work: usize,
}

impl<'p, E> Watch<'p, E> {
    pub(super) fn new(poll: &'p mut dyn FnMut() -> Result<(), E>) -> Self {
        Self { poll, work: 0 }
    }

    /// Counts `work`. The error of `poll` ends the work.
    pub(super) fn after(&mut self, work: usize) -> Result<(), E> {
        self.work += work;
        if self.work < AT_ONCE {
            return Ok(());
        }
        self.work = 0;
        (self.poll)()
    }
}
