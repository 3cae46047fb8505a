//! [`path`]: which path answers a query. This is the only place where *near* and *best* meet.
//!
//! | near | best | k | a distance for each point | path |
//! |---|---|---|---|---|
//! | center | by rank: first, area, key | 1 | no | [`Path::Centers`] |
//! | center | nearest | 1 | no | [`Path::NearestCenters`] |
//! | contains, covers | any: all distances are 0 | 1 | not measured | [`Path::Cells`], or [`Path::Boxes`] before there are cells |
//! | everything else | | | | [`Path::Search`] |

use crate::ablate::{Shortcut, is_on};
use crate::near::center::Centers;
use crate::near::containment::InsideView;
use crate::near::containment::boxes::Boxes;
use crate::near::containment::cells::Cells;
use crate::near::{Group, NearIndex};

/// A way to answer a query, with the index that it searches.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    /// Centres in rank order: the first near one wins.
    Centers(&'a Centers),
    /// Centres where distance alone decides: a block of points at a time.
    NearestCenters(&'a Centers),
    /// Lookup of the cell that a point is in. The flag says whether a point on the boundary counts.
    Cells(&'a Cells, bool),
    /// Location in the polygons whose box holds the point. The flag is that of `Cells`.
    Boxes(&'a Boxes, bool),
    /// Branch and bound, point by point.
    Search,
}

/// Chooses the path for the `k` best polygons of a group.
#[inline(always)]
pub(crate) fn path(group: &Group, k: usize, has_max_dists: bool) -> Path<'_> {
    match &group.index {
        NearIndex::Center(centers) if k == 1 && !has_max_dists => {
            if group.order.is_by_rank() {
                Path::Centers(centers)
            } else if group.order.is_by_distance() && is_on(Shortcut::Nearest) {
                Path::NearestCenters(centers)
            } else {
                Path::Search
            }
        }
        NearIndex::Containment(containing) if k == 1 => match containing.inside() {
            InsideView::Cells(cells) if is_on(Shortcut::CellsTogether) => {
                Path::Cells(cells, containing.boundary_counts)
            }
            InsideView::Boxes(boxes) if is_on(Shortcut::BoxesByRank) => {
                Path::Boxes(boxes, containing.boundary_counts)
            }
            InsideView::Cells(_) | InsideView::Boxes(_) => Path::Search,
        },
        NearIndex::Center(_)
        | NearIndex::Boundary(_)
        | NearIndex::Circle(_)
        | NearIndex::Containment(_) => Path::Search,
    }
}
