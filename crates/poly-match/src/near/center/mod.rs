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
pub(crate) mod leaf;
pub(crate) mod nearest;
pub(crate) mod vicinity;
pub(crate) mod view;
pub(crate) mod walk;

use crate::rank::order::Ranks;
use crate::rule::Within;
use view::View;

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) index: View<'a>,
    pub(crate) ranking: Ranks<'a>,
    pub(crate) near: &'a Within,
}
