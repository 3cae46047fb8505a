//! Searches a packed tree for one point: the k best sites in any order, or all sites in reach.
//!
//! This is branch and bound (A. H. Land, A. G. Doig, 1960; for nearest neighbours in a tree of
//! boxes, N. Roussopoulos, S. Kelley, F. Vincent, 1995). Candidates compare by class, then by
//! distance, then by rank; see [`Order`]. A node has two lower bounds: no site in it has a lower
//! class than that of its lowest rank, and no site in it is closer than its box. The search visits
//! the most promising node first. It prunes a node if by these bounds nothing in it can beat the
//! worst candidate that is kept, or if its box is outside the radius.
//!
//! Points come in the order of a space-filling curve, so the best sites of the previous point are
//! good for this one too. They give a threshold from the start; see [`warm`].
//!
//! Nothing here knows what a leaf holds: [`Sites`] does.

use crate::ablate::{Shortcut, is_on};
use crate::geometry::Point;
use crate::machine::{LANES, Mask, Simd};
use crate::rank::order::Order;
use crate::rank::select::{NO_SLOT, Selection};
use crate::rule::Within;
use crate::tree::levels::LevelsView;

/// The sites in the leaves of a tree, and how to measure their distance.
pub(crate) trait Sites {
    /// The nodes above the leaves; no levels if there is no tree.
    fn levels(&self) -> LevelsView<'_>;

    /// The lowest rank of each leaf, in order. Only used if there is no tree: by default, every leaf
    /// is in the tree.
    fn lowest_ranks(&self) -> impl Iterator<Item = u32> {
        std::iter::empty()
    }

    /// Threshold for the squared distance from a point to a box: a box that holds a site at
    /// `distance` or closer is never above it.
    fn limit(&self, distance: f64) -> f64;

    /// The rank of the site in a slot, and its distance from `point`. `None` if it is not near by a
    /// limit of its own.
    fn at<S: Simd>(&self, simd: S, slot: u32, point: Point) -> Option<(u32, f64)>;

    /// The children of a node, at `level`, that may hold a site within `limit`, and the squared
    /// distances of their boxes. By default, the distance of its box decides; override this if sites
    /// have a limit of their own.
    #[inline(always)]
    fn children<S: Simd>(
        &self,
        simd: S,
        (level, node): (usize, usize),
        point: Point,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        self.levels().group(level, node).at_most(simd, point, limit)
    }

    /// Hands all sites of a leaf within `limit` to `taker`; see [`limit`](Self::limit). Some sites
    /// beyond it may come too.
    fn visit<S: Simd>(
        &self,
        simd: S,
        leaf: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    );

    /// Does what [`visit`](Self::visit) does for a node of the lowest level. By default such a node
    /// is one leaf; override this if it has several.
    #[inline(always)]
    fn visit_bottom<S: Simd>(
        &self,
        simd: S,
        node: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    ) {
        self.visit(simd, node, point, limit, taker);
    }
}

/// Receives the sites of a leaf.
pub(crate) trait Taker {
    /// Whether a site of this rank is of use if it is in reach.
    fn wants(&self, rank: u32) -> bool;

    /// Takes the site in a slot.
    fn take(&mut self, rank: u32, distance: f64, slot: u32);

    /// Takes those sites of a leaf that are in `mask` and are of use. `distance` is called with the
    /// lane of each.
    #[inline(always)]
    fn take_lanes(
        &mut self,
        leaf: usize,
        mask: Mask,
        ranks: &[u32; LANES],
        distance: impl Fn(usize) -> f64,
    ) {
        for lane in mask.lanes() {
            if self.wants(ranks[lane]) {
                #[allow(clippy::cast_possible_truncation)] // there are fewer than 2^32 slots
                let slot = (leaf * LANES + lane) as u32;
                self.take(ranks[lane], distance(lane), slot);
            }
        }
    }
}

/// A node that waits to be searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingBox {
    /// Squared distance to the box: a lower bound for everything in it.
    low: f64,
    class: u32,
    /// Level of the group of its children, or `LEAF`.
    level: u32,
    node: u32,
}

/// The level of a pending leaf, which has no group of children.
const LEAF: u32 = u32::MAX;

impl PendingBox {
    #[inline(always)]
    fn is_before(&self, other: &Self) -> bool {
        (self.class, self.low) < (other.class, other.low)
    }
}

struct Best<'s, 'o> {
    selection: &'s mut Selection<'o>,
    order: &'o Order,
    within: &'s Within,
}

impl Taker for Best<'_, '_> {
    #[inline(always)]
    fn wants(&self, rank: u32) -> bool {
        self.order.class(rank) <= self.selection.worst().class
    }

    #[inline(always)]
    fn take(&mut self, rank: u32, distance: f64, slot: u32) {
        if self.within.admits_distance(distance) {
            self.selection.offer(rank, distance, slot);
        }
    }
}

/// Offers the sites within reach of `point` to `selection`, and prunes what cannot be among its
/// best.
#[inline(always)]
pub(crate) fn best<S: Simd, T: Sites>(
    simd: S,
    sites: &T,
    within: &Within,
    point: Point,
    stack: &mut Vec<PendingBox>,
    selection: &mut Selection<'_>,
) {
    let order = selection.order();
    let radius = sites.limit(within.max_dist());
    let is_by_distance = order.is_by_distance();
    let mut best = Best { selection, order, within };
    // Threshold for sites in the same class as the worst that is kept: they must be closer than it.
    let mut beyond = sites.limit(best.selection.worst().distance);
    let limit = |beyond: f64| if is_by_distance && beyond < radius { beyond } else { radius };
    let Some(top) = sites.levels().count().checked_sub(1) else {
        for (leaf, lowest) in sites.lowest_ranks().enumerate() {
            if !best.wants(lowest) {
                return;
            }
            sites.visit(simd, leaf, point, limit(beyond), &mut best);
            beyond = sites.limit(best.selection.worst().distance);
        }
        return;
    };
    stack.clear();
    #[allow(clippy::cast_possible_truncation)] // at most `MAX_LEVELS`
    stack.push(PendingBox { low: 0.0, class: 0, level: top as u32, node: 0 });
    while let Some(PendingBox { low, class, level, node }) = stack.pop() {
        let worst = best.selection.worst().class;
        if class > worst || (class == worst && low > beyond) {
            continue;
        }
        if level == LEAF {
            sites.visit_bottom(simd, node as usize, point, limit(beyond), &mut best);
            beyond = sites.limit(best.selection.worst().distance);
            continue;
        }
        let place = (level as usize, node as usize);
        let group = sites.levels().group(place.0, place.1);
        let (mask, low) = sites.children(simd, place, point, limit(beyond));
        let first = stack.len();
        for lane in mask.lanes() {
            let (class, low) = (order.class(group.min_rank[lane]), low[lane]);
            if class > worst || (class == worst && low > beyond) {
                continue;
            }
            #[allow(clippy::cast_possible_truncation)] // a lane is below 8
            let node = node * LANES as u32 + lane as u32;
            let pending = PendingBox { low, class, level: level.wrapping_sub(1), node };
            // Insertion sort with the most promising node last, so that it is popped next.
            stack.push(pending);
            let mut at = stack.len() - 1;
            while at > first && stack[at - 1].is_before(&pending) {
                stack[at] = stack[at - 1];
                at -= 1;
            }
            stack[at] = pending;
        }
    }
}

/// Bounds a selection before the search, by the scores that the best sites of another point have
/// for this point.
///
/// Gives no bound if one of them has no slot or is out of reach.
#[inline(always)]
pub(crate) fn warm<S: Simd, T: Sites>(
    simd: S,
    sites: &T,
    within: &Within,
    point: Point,
    slots: &[u32],
    selection: &mut Selection<'_>,
) {
    if !is_on(Shortcut::WarmSearch) {
        return;
    }
    let order = selection.order();
    let mut worst = None;
    for &slot in slots {
        if slot == NO_SLOT {
            return;
        }
        let Some((rank, distance)) = sites.at(simd, slot, point) else { return };
        if !within.admits_distance(distance) {
            return;
        }
        let score = order.score(rank, distance);
        if worst.is_none_or(|worst| worst < score) {
            worst = Some(score);
        }
    }
    if let Some(worst) = worst {
        selection.bound_by(worst);
    }
}

/// Saves the slots of the best for [`warm`]; none if fewer than k were found.
#[inline(always)]
pub(crate) fn keep(selection: &Selection<'_>, slots: &mut Vec<u32>) {
    slots.clear();
    if selection.found().len() == selection.k() {
        slots.extend(selection.found().iter().map(|found| found.slot));
    }
}

struct All<'s, F> {
    within: &'s Within,
    found: F,
}

impl<F: FnMut(u32, f64)> Taker for All<'_, F> {
    #[inline(always)]
    fn wants(&self, _: u32) -> bool {
        true
    }

    #[inline(always)]
    fn take(&mut self, rank: u32, distance: f64, _: u32) {
        if self.within.admits_distance(distance) {
            (self.found)(rank, distance);
        }
    }
}

/// Calls `found` with the rank and the distance of every site within reach of `point`.
#[inline(always)]
pub(crate) fn all<S: Simd, T: Sites>(
    simd: S,
    sites: &T,
    within: &Within,
    point: Point,
    stack: &mut Vec<PendingBox>,
    found: impl FnMut(u32, f64),
) {
    let radius = sites.limit(within.max_dist());
    let mut all = All { within, found };
    let Some(top) = sites.levels().count().checked_sub(1) else {
        for (leaf, _) in sites.lowest_ranks().enumerate() {
            sites.visit(simd, leaf, point, radius, &mut all);
        }
        return;
    };
    stack.clear();
    #[allow(clippy::cast_possible_truncation)] // at most `MAX_LEVELS`
    stack.push(PendingBox { low: 0.0, class: 0, level: top as u32, node: 0 });
    while let Some(PendingBox { low, class, level, node }) = stack.pop() {
        if level == LEAF {
            sites.visit_bottom(simd, node as usize, point, radius, &mut all);
            continue;
        }
        let place = (level as usize, node as usize);
        for lane in sites.children(simd, place, point, radius).0.lanes() {
            #[allow(clippy::cast_possible_truncation)] // a lane is below 8
            let node = node * LANES as u32 + lane as u32;
            stack.push(PendingBox { low, class, level: level.wrapping_sub(1), node });
        }
    }
}
