//! Rules that measure to a centre: the index of the centres, and every way to search it.
//!
//! - `index` arranges the centres in a packed tree, or in a flat list where there are few.
//! - `packet` tests eight sites at once; `view` is the index as a search borrows it.
//! - `walk` takes one point down the tree.
//! - `join` matches many points and picks the fastest way: one by one, `grid` (a short list of
//!   sites for each cell of a grid), or `blocks` (points that lie close together, searched at
//!   once).
//! - `nearest` finds the nearest centre when distance alone decides.
//! - `vicinity` collects all sites near a box.
//!
//! Boundaries and containment do not belong here.

pub(crate) mod blocks;
pub(crate) mod grid;
pub(crate) mod index;
pub(crate) mod join;
pub(crate) mod nearest;
pub(crate) mod packet;
pub(crate) mod vicinity;
pub(crate) mod view;
pub(crate) mod walk;

use crate::error::Error;
use crate::geometry::Point;
use crate::geometry::polygon::is_finite;
use crate::near::center::grid::kept::KeptCells;
use crate::rank::order::Order;
use crate::rule::Within;
use crate::tree::BOTTOM_LEAVES;
use index::Index;

/// Where the distance decides, up to this many centres are scanned; more of them get a tree.
const FLAT_MAX_BY_DISTANCE: usize = 64;

/// The rule's distance, with the index that finds the polygons whose centre is near a point.
#[derive(Debug, Clone)]
pub(crate) struct Centers {
    pub(crate) within: Within,
    pub(crate) index: Index,
    pub(crate) kept: KeptCells,
}

impl Centers {
    pub(crate) fn of(within: Within, index: Index) -> Self {
        Self { within, index, kept: KeptCells::default() }
    }

    /// Builds the index that suits `order`, the order in which polygons win.
    ///
    /// # Errors
    /// Whatever `poll` returns. It is called from time to time.
    pub(crate) fn new<E>(
        within: Within,
        order: &Order,
        centers: &[Point],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let ranked = order.ranking.order();
        let index = if order.is_by_rank() {
            Index::new(centers, ranked, poll)?
        } else {
            Index::arranged(centers, ranked, (FLAT_MAX_BY_DISTANCE, bottom_leaves(order)), poll)?
        };
        Ok(Self::of(within, index))
    }
}

/// Returns how many leaves a bottom node of the index has. Where distance alone decides, it is one
/// leaf of sites that lie close together. Otherwise it is [`BOTTOM_LEAVES`] leaves in rank order.
pub(crate) fn bottom_leaves(order: &Order) -> usize {
    if order.is_by_distance() { 1 } else { BOTTOM_LEAVES }
}

/// Checks that there is one key for each centre, and that every centre is finite.
pub(crate) fn check_sites(centers: &[Point], keys: &[f64]) -> Result<(), Error> {
    if centers.len() != keys.len() {
        return Err(Error::Keys { expected: centers.len(), got: keys.len() });
    }
    check_centers(centers, None)
}

/// Checks that every centre is finite, except those whose flag in `skip` is true.
pub(crate) fn check_centers(centers: &[Point], skip: Option<&[bool]>) -> Result<(), Error> {
    let is_skipped = |polygon: usize| skip.and_then(|skip| skip.get(polygon)) == Some(&true);
    let mut unsound = (0..centers.len()).filter(|&polygon| !is_finite(centers[polygon]));
    match unsound.find(|&polygon| !is_skipped(polygon)) {
        Some(polygon) => Err(Error::Center { polygon, got: centers[polygon] }),
        None => Ok(()),
    }
}
