//! One point down the tree.
//!
//! At every level the child of the lowest rank comes first, and a child that has none below the best
//! found is left out. What costs is a branch that the processor cannot foresee, or a line that is
//! not in its cache, at every step: so nothing is sorted, since children stand in the order of rank,
//! the bottom nodes of a group are asked for together, and each of them is read in the order of rank
//! until a site is near or none can be better.

use std::hint::black_box;

use crate::geometry::float::squared_distance;
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::near::center::packet::SitePacket;
use crate::near::center::view::IndexView;
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::BOTTOM_LEAVES;
use crate::tree::levels::MAX_LEVELS;

/// The first near site of leaves that stand in the order of rank, and its squared distance.
#[inline(always)]
pub(crate) fn first_near<S: Simd>(
    simd: S,
    leaves: &[SitePacket],
    near: &Within,
    point: Point,
) -> Option<(u32, f64)> {
    // A loop: a closure that is not inlined would miss the instruction set.
    for leaf in leaves {
        if let Some(found) = leaf.first_near(simd, near, point) {
            return Some(found);
        }
    }
    None
}

impl IndexView<'_> {
    /// The near site of the lowest rank, and its squared distance.
    #[inline(always)]
    pub(crate) fn best<S: Simd>(&self, simd: S, near: &Within, point: Point) -> Option<(u32, f64)> {
        let Some(top) = self.levels.count().checked_sub(1) else {
            return first_near(simd, self.leaves, near, point);
        };
        let bounds = Bounds { min: point, max: point };
        // The distance of the best is not known where a node gave it.
        let (mut best, mut squared) = (NO_RANK, f64::NAN);
        // For every level, the node that is searched, and those of its children that are left.
        let mut open = [(0, Mask::NONE); MAX_LEVELS];
        let (mut level, mut node) = (top, 0);
        loop {
            let group = self.levels.group(level, node);
            let reach = group.reach(simd, near, &bounds);
            // A node that is near as a whole gives its best site unopened.
            for lane in reach.all.lanes() {
                if group.min_rank[lane] < best {
                    (best, squared) = (group.min_rank[lane], f64::NAN);
                }
            }
            let mut left = reach.some.without(reach.all);
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
            // The next child that can be better, of this node or of one above it.
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
                } else if best == NO_RANK {
                    return None;
                } else {
                    if squared.is_nan() {
                        squared = squared_distance(self.center(best), point);
                    }
                    return Some((best, squared));
                }
            }
        }
    }
}
