//! Packed trees: groups of eight boxes, bulk loading, branch and bound, and a space-filling curve.
//!
//! Nothing here knows what a leaf holds, or which *near* is searched.

pub(crate) mod branch_and_bound;
pub(crate) mod bulk_load;
pub(crate) mod curve;
pub(crate) mod kd_grid;
pub(crate) mod kd_sort;
pub(crate) mod levels;
pub(crate) mod reach;

use crate::machine::LANES;

/// Leaves in a bottom node, which is a node of the lowest level, and the sites in it.
pub(crate) const BOTTOM_LEAVES: usize = 8;
pub(crate) const BOTTOM_SITES: usize = BOTTOM_LEAVES * LANES;
