//! Calls back now and then, so that a caller can stop a long read.

/// Points between two calls. A point takes 1 ns to a microsecond.
pub(super) const AT_ONCE: usize = 1 << 12;

/// As how many points a polygon counts.
pub(super) const POLYGON: usize = 1 << 6;

/// Calls `poll` every [`AT_ONCE`] points.
pub(super) struct Polls<'a, E> {
    poll: &'a mut dyn FnMut() -> Result<(), E>,
    points: usize,
}

impl<'a, E> Polls<'a, E> {
    pub(super) fn new(poll: &'a mut dyn FnMut() -> Result<(), E>) -> Self {
        Self { poll, points: 0 }
    }

    /// Counts `points`, and calls `poll` when enough were counted.
    #[inline]
    pub(super) fn after(&mut self, points: usize) -> Result<(), E> {
        self.points += points;
        if self.points < AT_ONCE {
            return Ok(());
        }
        self.points = 0;
        (self.poll)()
    }
}
