//! Packed trees: nodes of eight boxes, bulk loading, branch and bound, and the space-filling curve.
//!
//! Nothing here knows what a leaf holds, or which *near* is searched.

pub(crate) mod curve;
pub(crate) mod levels;
pub(crate) mod reach;
pub(crate) mod search;
pub(crate) mod split;
pub(crate) mod tiles;

use crate::machine::LANES;

/// Leaves of a bottom node, and their sites.
pub(crate) const BOTTOM_LEAVES: usize = 8;
pub(crate) const BOTTOM_SITES: usize = BOTTOM_LEAVES * LANES;
