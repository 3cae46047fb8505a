//! The *near* half of a rule: finds the candidates of a point.
//!
//! There is one index for each kind of *near*: [`center`] for distances to centres, [`boundary`]
//! for distances to boundaries, [`containment`] for polygons that contain the point. Only this file
//! knows all three. How candidates are ranked does not belong here; see `rank`.
//!
//! A group of polygons is an order and one [`NearIndex`]. To add a kind of *near*, add a variant.
//! The compiler then names every place that must handle it.

pub(crate) mod boundary;
pub(crate) mod center;
pub(crate) mod containment;

use crate::geometry::Point;
use crate::machine::{Level, Simd};
use crate::rank::order::{Order, Score};
use crate::rank::select::{NO_SLOT, Selection};
use crate::rule::Near;
use crate::tree::branch_and_bound;
use boundary::Boundaries;
use center::Centers;
use containment::Containing;

/// All polygons, split into groups. Each group has its own index, built for one rule.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) near: Near,
    /// One per group; a single one if the polygons are not grouped.
    pub(crate) groups: Vec<Group>,
    pub(crate) is_grouped: bool,
    /// Number of polygons in all groups together.
    pub(crate) len: usize,
    pub(crate) level: Level,
}

impl Prepared {
    /// Number of polygons that can match, in all groups together.
    pub(crate) fn ranked(&self) -> usize {
        self.groups.iter().map(|group| group.order.ranking.order().len()).sum()
    }
}

/// The polygons of one group: the order in which they win, and the index that finds those near a
/// point.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) order: Order,
    pub(crate) index: NearIndex,
}

/// Finds the polygons near a point. Each variant holds the limits of its rule.
#[derive(Debug, Clone)]
pub(crate) enum NearIndex {
    Center(Centers),
    Boundary(Boundaries),
    Containment(Containing),
}

/// Buffers reused between points.
#[derive(Debug, Default)]
pub(crate) struct SearchBuffers {
    stack: Vec<branch_and_bound::PendingBox>,
    nodes: Vec<(usize, usize)>,
    /// Slots of the best candidates of the last point. The next point is often close by, so they
    /// give the search a good first threshold.
    slots: Vec<u32>,
}

impl SearchBuffers {
    /// Forgets the last point. Must be called before a point of another group, which has other
    /// slots.
    pub(crate) fn leave(&mut self) {
        self.slots.clear();
    }
}

impl Group {
    /// Fills `selection` with the best candidates of `point`. If the point has its own `max_dist`,
    /// it replaces that of the rule.
    #[inline(always)]
    pub(crate) fn best<'a, S: Simd>(
        &'a self,
        simd: S,
        max_dist: Option<f64>,
        point: Point,
        scratch: &mut SearchBuffers,
        selection: &mut Selection<'a>,
    ) {
        selection.begin(&self.order);
        let SearchBuffers { stack, nodes, slots } = scratch;
        match &self.index {
            NearIndex::Center(Centers { within, index, .. }) => {
                let (within, index) = (within.or(max_dist), index.view());
                if selection.k() == 1 && self.order.is_by_rank() {
                    if let Some((rank, squared)) = index.best(simd, &within, point) {
                        selection.offer(rank, squared.sqrt(), NO_SLOT);
                    }
                    return;
                }
                branch_and_bound::warm(&index, &within, point, slots, selection);
                branch_and_bound::best(simd, &index, &within, point, stack, selection);
                selection.finish();
                branch_and_bound::keep(selection, slots);
            }
            NearIndex::Boundary(Boundaries { within, inside, edges }) => {
                let within = within.or(max_dist);
                if !within.admits_distance(0.0) {
                    return;
                }
                let edges = edges.view();
                branch_and_bound::warm(&edges, &within, point, slots, selection);
                inside.each(simd, point, true, nodes, |rank| {
                    selection.offer(rank, 0.0, NO_SLOT);
                });
                branch_and_bound::best(simd, &edges, &within, point, stack, selection);
                selection.finish();
                branch_and_bound::keep(selection, slots);
            }
            NearIndex::Containment(Containing { boundary_counts, inside }) => {
                inside.each(simd, point, *boundary_counts, nodes, |rank| {
                    selection.offer(rank, 0.0, NO_SLOT);
                });
                selection.finish();
            }
        }
    }

    /// Fills `scores` with the scores of all candidates of `point`, each once, sorted by rank.
    #[inline(always)]
    pub(crate) fn scores<S: Simd>(
        &self,
        simd: S,
        max_dist: Option<f64>,
        point: Point,
        scratch: &mut SearchBuffers,
        scores: &mut Vec<Score>,
    ) {
        scores.clear();
        self.each(simd, max_dist, point, scratch, |rank, distance| {
            scores.push(self.order.score(rank, distance));
        });
        scores.sort_unstable_by(|a, b| a.rank.cmp(&b.rank).then(a.distance.total_cmp(&b.distance)));
        scores.dedup_by_key(|score| score.rank);
    }

    /// Calls `found` with the rank and the distance of every candidate of `point`, in any order. It
    /// may report a candidate several times; the smallest distance counts.
    #[inline(always)]
    fn each<S: Simd>(
        &self,
        simd: S,
        max_dist: Option<f64>,
        point: Point,
        scratch: &mut SearchBuffers,
        mut found: impl FnMut(u32, f64),
    ) {
        let SearchBuffers { stack, nodes, .. } = scratch;
        match &self.index {
            NearIndex::Center(Centers { within, index, .. }) => {
                branch_and_bound::all(
                    simd,
                    &index.view(),
                    &within.or(max_dist),
                    point,
                    stack,
                    found,
                );
            }
            NearIndex::Boundary(Boundaries { within, inside, edges }) => {
                let within = within.or(max_dist);
                if within.admits_distance(0.0) {
                    inside.each(simd, point, true, nodes, |rank| found(rank, 0.0));
                    branch_and_bound::all(simd, &edges.view(), &within, point, stack, found);
                }
            }
            NearIndex::Containment(Containing { boundary_counts, inside }) => {
                inside.each(simd, point, *boundary_counts, nodes, |rank| found(rank, 0.0));
            }
        }
    }
}
