//! [`KeptCells`]: the cells of the last grid, kept beside the index for the next call.
//!
//! Filling the lists of a grid takes as long as looking up a million points. A stream of batches
//! from one area fills them once. The lists depend on the sites and the distance alone, which never
//! change, so they are right for any points. A point outside the grid is searched for alone.
//!
//! Threads that share a matcher share the kept cells, and none ever waits for another: a thread
//! that finds the lock taken does without. A copy of a matcher starts with none, and none are saved.

use std::sync::{Arc, Mutex};

use crate::geometry::{Bounds, Point};
use crate::near::center::grid::site_lists::Cells;
use crate::rule::Within;

/// Most bytes of memory that kept cells may take.
const MAX_BYTES: usize = 32 << 20;

/// The cells of the last grid, if they are not too large.
#[derive(Debug, Default)]
pub(crate) struct KeptCells(Mutex<Option<Arc<Cells>>>);

impl Clone for KeptCells {
    /// Returns an empty place: cells are not copied.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl KeptCells {
    /// Returns the kept cells if they suit these points.
    pub(crate) fn suiting(
        &self,
        points: &[Point],
        bounds: &Bounds,
        near: &Within,
    ) -> Option<Arc<Cells>> {
        let cells = self.0.try_lock().ok()?.as_ref().map(Arc::clone)?;
        cells.suit(points, bounds, near).then_some(cells)
    }

    /// Keeps these cells instead of those before.
    pub(crate) fn keep(&self, cells: &Arc<Cells>) {
        if cells.bytes() > MAX_BYTES {
            return;
        }
        // Cells that nobody uses any more are dropped after the lock.
        let before = match self.0.try_lock() {
            Ok(mut kept) => kept.replace(Arc::clone(cells)),
            Err(_) => None,
        };
        drop(before);
    }
}
