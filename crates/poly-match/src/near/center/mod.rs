//! Centres within a distance: a packed tree, scans, blocks of points, and the cells of a grid.
//!
//! `index` arranges the centres. `walk` takes one point down the tree. `join` takes many points there
//! the fastest way: one by one, by `grid` (a short list of sites for each cell) or by `blocks` (points
//! that lie close together at once). `nearest` is for the nearest centre alone, and `vicinity` lists
//! all sites near a box.

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
use crate::rank::order::{Order, Ranks};
use crate::rule::Within;
use crate::tree::BOTTOM_LEAVES;
use index::Index;
use view::IndexView;

/// Up to this many centres are scanned where the distance decides.
const FLAT_MAX_BY_DISTANCE: usize = 64;

/// What finds the polygons whose centre is near.
#[derive(Debug, Clone)]
pub(crate) struct Centers {
    pub(crate) within: Within,
    pub(crate) index: Index,
}

impl Centers {
    /// Arranges the centres of polygons for the order in which they win.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
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
        Ok(Self { within, index })
    }
}

/// How many leaves a bottom node of the index has: one of sites that lie close together where the
/// distance alone decides, otherwise several in the order of rank.
pub(crate) fn bottom_leaves(order: &Order) -> usize {
    if order.is_by_distance() { 1 } else { BOTTOM_LEAVES }
}

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) index: IndexView<'a>,
    pub(crate) ranking: Ranks<'a>,
    pub(crate) near: &'a Within,
}

/// One key for each centre, and every centre finite.
pub(crate) fn check_sites(centers: &[Point], keys: &[f64]) -> Result<(), Error> {
    if centers.len() != keys.len() {
        return Err(Error::Keys { expected: centers.len(), got: keys.len() });
    }
    check_centers(centers)
}

/// Every centre finite.
pub(crate) fn check_centers(centers: &[Point]) -> Result<(), Error> {
    match centers.iter().position(|&center| !is_finite(center)) {
        Some(polygon) => Err(Error::Center { polygon, got: centers[polygon] }),
        None => Ok(()),
    }
}
