//! One point against a tree: the k best by any order, or all that are near.
//!
//! Branch and bound (A. H. Land, A. G. Doig, 1960; for nearest neighbours in a tree of boxes,
//! N. Roussopoulos, S. Kelley, F. Vincent, 1995). A candidate is as good as its class, then its
//! distance, then its rank; see [`Order`](crate::best::Order). Nothing in a node is of a lower class
//! than its lowest rank, and nothing is closer than its box. The most promising node comes first, and
//! a node is left out when by these two it can hold nothing better than the worst that is kept, or
//! nothing within the radius.
//!
//! Points come in the order of a curve, so the best of the last point are good ones for this one too:
//! whatever is worse than the worst of them is left out from the start.

use crate::geometry::Point;
use crate::machine::{LANES, Simd};
use crate::rank::order::Order;
use crate::rank::select::{NO_SLOT, Selection};
use crate::rule::Within;
use crate::tree::levels::LevelsView;

/// What the leaves of a tree hold, and how it is measured.
pub(crate) trait Sites {
    /// The nodes above the leaves; none where there is no tree.
    fn levels(&self) -> LevelsView<'_>;

    /// The lowest rank of each leaf, in order, where there is no tree.
    fn lowest_ranks(&self) -> impl Iterator<Item = u32>;

    /// A number that no squared distance from a point to a box is above where the box holds a site at
    /// `distance` or closer.
    fn limit(&self, distance: f64) -> f64;

    /// The rank of the site in a slot, and its distance.
    fn at(&self, slot: u32, point: Point) -> (u32, f64);

    /// Hands over all sites of a leaf within a limit, as [`limit`](Self::limit) has it, and some
    /// beyond it.
    fn visit<S: Simd>(
        &self,
        simd: S,
        leaf: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    );

    /// The same of a node that has no nodes below it: a leaf, where it is not several.
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

/// Who takes the sites of a leaf.
pub(crate) trait Taker {
    /// Whether a site of this rank is of use, if it is near.
    fn wants(&self, rank: u32) -> bool;

    fn take(&mut self, rank: u32, distance: f64, slot: u32);
}

/// A node waiting to be searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingBox {
    /// Squared, the smallest distance that something in it can have.
    low: f64,
    class: u32,
    /// That of the group of its children, or `LEAF`.
    level: u32,
    node: u32,
}

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

/// Offers to `selection` the best of the sites within a distance of `point`.
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
    // What is of the class of the worst must be closer than the worst.
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
    #[allow(clippy::cast_possible_truncation)] // there are a few levels
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
        let group = sites.levels().group(level as usize, node as usize);
        let (mask, low) = group.at_most(simd, point, limit(beyond));
        let first = stack.len();
        for lane in mask.lanes() {
            let (class, low) = (order.class(group.min_rank[lane]), low[lane]);
            if class > worst || (class == worst && low > beyond) {
                continue;
            }
            #[allow(clippy::cast_possible_truncation)] // a lane
            let node = node * LANES as u32 + lane as u32;
            let pending = PendingBox { low, class, level: level.wrapping_sub(1), node };
            // The most promising last, so that it is the next.
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

/// Bounds a selection by what the best of another point, as they were found, are to this one.
#[inline(always)]
pub(crate) fn warm<T: Sites>(
    sites: &T,
    within: &Within,
    point: Point,
    slots: &[u32],
    selection: &mut Selection<'_>,
) {
    let order = selection.order();
    let mut worst = None;
    for &slot in slots {
        if slot == NO_SLOT {
            return;
        }
        let (rank, distance) = sites.at(slot, point);
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

/// Keeps the slots of the best, where there are k of them.
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

/// Hands over the rank and the distance of every site within a distance of `point`.
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
    #[allow(clippy::cast_possible_truncation)] // there are a few levels
    stack.push(PendingBox { low: 0.0, class: 0, level: top as u32, node: 0 });
    while let Some(PendingBox { low, class, level, node }) = stack.pop() {
        if level == LEAF {
            sites.visit_bottom(simd, node as usize, point, radius, &mut all);
            continue;
        }
        let group = sites.levels().group(level as usize, node as usize);
        for lane in group.at_most(simd, point, radius).0.lanes() {
            #[allow(clippy::cast_possible_truncation)] // a lane
            let node = node * LANES as u32 + lane as u32;
            stack.push(PendingBox { low, class, level: level.wrapping_sub(1), node });
        }
    }
}
