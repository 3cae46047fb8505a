//! Which path answers a query: the only place where *near* and *best* meet.
//!
//! | near | best | k | a distance for each point | path |
//! |---|---|---|---|---|
//! | center | by rank: first, area, key | 1 | no | [`Path::Centers`] |
//! | center | nearest | 1 | no | [`Path::NearestCenters`] |
//! | contains, covers, by cells | any: all distances are 0 | 1 | not measured | [`Path::Cells`] |
//! | everything else | | | | [`Path::Search`] |

use crate::near::center::Centers;
use crate::near::containment::cells::Cells;
use crate::near::containment::{Containing, Inside};
use crate::near::{Group, NearIndex};

/// A path, with what it searches.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    /// Centres in the order of rank: the first near one wins.
    Centers(&'a Centers),
    /// Centres where the distance alone decides, in blocks of points.
    NearestCenters(&'a Centers),
    /// The cell that a point is in, and whether a boundary counts.
    Cells(&'a Cells, bool),
    /// Branch and bound, point by point.
    Search,
}

/// The path for the `k` best of a group.
#[inline(always)]
pub(crate) fn path(group: &Group, k: usize, has_max_dists: bool) -> Path<'_> {
    match &group.index {
        NearIndex::Center(centers) if k == 1 && !has_max_dists => {
            if group.order.is_by_rank() {
                Path::Centers(centers)
            } else if group.order.is_by_distance() {
                Path::NearestCenters(centers)
            } else {
                Path::Search
            }
        }
        NearIndex::Containment(Containing { boundary_counts, inside }) if k == 1 => match inside {
            Inside::Cells(cells) => Path::Cells(cells, *boundary_counts),
            Inside::Boxes(_) => Path::Search,
        },
        NearIndex::Center(_) | NearIndex::Boundary(_) | NearIndex::Containment(_) => Path::Search,
    }
}
