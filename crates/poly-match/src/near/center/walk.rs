//! Finds the best site for one point: a walk down the tree.
//!
//! At every level the child with the lowest rank comes first. A child is pruned if its lowest rank
//! is not below the best found.
//!
//! Two things cost time at every step: a branch that the processor mispredicts, and a cache line
//! that is not in its cache. So nothing is sorted, since children already stand in rank order. The
//! bottom nodes of a packet are fetched together. Each is then read in rank order until a site is
//! near or none can be better.

use std::hint::black_box;

use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::near::center::packet::SitePacket;
use crate::near::center::view::IndexView;
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::BOTTOM_LEAVES;
use crate::tree::levels::MAX_LEVELS;

/// Returns the first near site of leaves in rank order, and its squared distance.
#[inline(always)]
pub(crate) fn first_near<S: Simd>(
    simd: S,
    leaves: &[SitePacket],
    near: &Within,
    point: Point,
) -> Option<(u32, f64)> {
    // A loop, not an iterator: a closure that is not inlined would miss the instruction set.
    for leaf in leaves {
        if let Some(found) = leaf.first_near(simd, near, point) {
            return Some(found);
        }
    }
    None
}

impl IndexView<'_> {
    /// Returns the near site with the lowest rank, and its squared distance.
    #[inline(always)]
    pub(crate) fn best<S: Simd>(&self, simd: S, near: &Within, point: Point) -> Option<(u32, f64)> {
        let Some(top) = self.levels.count().checked_sub(1) else {
            return first_near(simd, self.leaves, near, point);
        };
        let bounds = Bounds { min: point, max: point };
        let (mut best, mut squared) = (NO_RANK, f64::NAN);
        // For every level, the node that is open and those of its children still to visit.
        let mut open = [(0, Mask::NONE); MAX_LEVELS];
        let (mut level, mut node) = (top, 0);
        loop {
            let packet = self.levels.group(level, node);
            let mut left = packet.reach(simd, near, &bounds);
            if level == 0 {
                for lane in left.lanes() {
                    let leaf = &self.leaves[(node * LANES + lane) * BOTTOM_LEAVES];
                    black_box((leaf.x[0], leaf.id[0]));
                }
                for lane in left.lanes() {
                    for leaf in self.bottom(node * LANES + lane) {
                        if leaf.id[0] >= best {
                            break;
                        }
                        if let Some(found) = leaf.first_near(simd, near, point) {
                            if found.0 < best {
                                (best, squared) = found;
                            }
                            break;
                        }
                    }
                }
                left = Mask::NONE;
            }
            // Go to the next child that can be better, of this node or of one above.
            loop {
                if let Some(lane) = left.first() {
                    left = left.without_first();
                    if self.levels.group(level, node).min_rank[lane] < best {
                        open[level] = (node, left);
                        (level, node) = (level - 1, node * LANES + lane);
                        break;
                    }
                } else if level < top {
                    level += 1;
                    (node, left) = open[level];
                } else {
                    return (best != NO_RANK).then_some((best, squared));
                }
            }
        }
    }
}
