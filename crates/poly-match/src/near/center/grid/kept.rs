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

    /// Keeps these cells instead of those before, unless they are too large.
    pub(crate) fn keep(&self, cells: &Arc<Cells>) {
        self.keep_up_to(MAX_BYTES, cells);
    }

    fn keep_up_to(&self, max_bytes: usize, cells: &Arc<Cells>) {
        if cells.bytes() > max_bytes {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::Matcher;
    use crate::near::NearIndex;
    use std::mem::size_of_val;

    /// The points of a square lattice, of `side` points along each side of 10 units.
    fn points(start: f64, side: u32) -> Vec<Point> {
        let place = |i: u32| start + f64::from(i) * (10.0 / f64::from(side));
        (0..side * side).map(|i| [place(i % side), place(i / side)]).collect()
    }

    fn matcher() -> Matcher {
        let keys: Vec<f64> = (0..100).map(|i| f64::from(i * 7 % 100)).collect();
        let sites: Vec<Point> = points(0.0, 10).iter().map(|site| site.map(|x| x * 2.0)).collect();
        Matcher::from_arrays(&sites, &keys, Within::new(3.0).expect("legal")).expect("sound")
    }

    fn place(matcher: &Matcher) -> &KeptCells {
        let NearIndex::Center(centers) = &matcher.prepared.groups[0].index else {
            unreachable!("the rule is for centres")
        };
        &centers.kept
    }

    fn kept(matcher: &Matcher) -> Option<Arc<Cells>> {
        place(matcher).0.lock().expect("nothing panics").clone()
    }

    /// Matches points, and compares the answers with those of a matcher that has kept nothing.
    fn ask(matcher: &Matcher, points: &[Point]) {
        let found = matcher.match_points(points).expect("finite");
        let fresh = matcher.clone().match_points(points).expect("finite");
        assert!(found.iter().eq(fresh.iter()));
        assert!(found.indices().any(|index| index.is_some()));
    }

    #[test]
    fn the_next_batch_of_an_area_finds_the_cells() {
        let matcher = matcher();
        assert!(kept(&matcher).is_none());
        ask(&matcher, &points(0.0, 100));
        let first = kept(&matcher).expect("the cells of these points");
        // Points in the same area, some a little beyond it, and fewer of them.
        for (start, side) in [(0.03, 100), (-0.05, 100), (0.0, 40), (0.0, 20)] {
            ask(&matcher, &points(start, side));
            assert!(Arc::ptr_eq(&first, &kept(&matcher).expect("the same cells")));
        }
        assert!(kept(&matcher.clone()).is_none(), "a copy starts with none");
        // Points elsewhere, and then many more of them, which are worth smaller cells.
        for (start, side) in [(8.0, 60), (8.0, 160)] {
            let before = kept(&matcher).expect("some cells");
            ask(&matcher, &points(start, side));
            assert!(!Arc::ptr_eq(&before, &kept(&matcher).expect("other cells")));
        }
    }

    #[test]
    fn no_call_waits_for_the_kept_cells() {
        let matcher = matcher();
        ask(&matcher, &points(0.0, 100));
        let before = kept(&matcher).expect("the cells of these points");
        let lock = place(&matcher).0.lock().expect("nothing panics");
        ask(&matcher, &points(0.0, 100));
        ask(&matcher, &points(8.0, 100));
        drop(lock);
        assert!(Arc::ptr_eq(&before, &kept(&matcher).expect("the same cells")));
    }

    #[test]
    fn large_cells_are_not_kept() {
        let matcher = matcher();
        ask(&matcher, &points(0.0, 100));
        let cells = kept(&matcher).expect("the cells of these points");
        assert!(cells.bytes() > size_of_val(&*cells) + 100 * size_of::<Point>());
        let place = KeptCells::default();
        place.keep_up_to(cells.bytes() - 1, &cells);
        assert!(place.0.lock().expect("nothing panics").is_none());
        place.keep_up_to(cells.bytes(), &cells);
        assert!(place.0.lock().expect("nothing panics").is_some());
    }
}
