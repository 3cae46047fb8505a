//! The *near* half of a rule: finds the candidates of a point.
//!
//! There is one index for each kind of *near*: [`center`] for distances to centres, [`boundary`]
//! for distances to boundaries, [`circle`] for circles with radii of their own, [`containment`] for
//! polygons that contain the point. Only this file knows them all. How candidates are ranked does not belong here; see `rank`.
//!
//! A group of polygons is an order and one [`NearIndex`]. To add a kind of *near*, add a variant.
//! The compiler then names every place that must handle it.

pub(crate) mod boundary;
pub(crate) mod center;
pub(crate) mod circle;
pub(crate) mod containment;

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::Point;
use crate::machine::{Level, Simd};
use crate::rank::order::{Order, Score};
use crate::rank::select::{NO_SLOT, Selection};
use crate::rule::{Near, Within};
use crate::tree::branch_and_bound::{self, Sites};
use boundary::{Boundaries, Edges, EdgesInBoxes};
use center::Centers;
use circle::index::Circles;
use containment::boxes::{Boxes, PendingNode};
use containment::stages::Stage;
use containment::{Containing, Inside, InsideView};

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
    Circle(Circles),
    Containment(Containing),
}

/// Buffers reused between points.
#[derive(Debug, Default)]
pub(crate) struct SearchBuffers {
    stack: Vec<branch_and_bound::PendingBox>,
    nodes: Vec<PendingNode>,
    /// Slots of the best candidates of the last point. The next point is often close by, so they
    /// give the search a good first threshold.
    slots: Vec<u32>,
    /// Whether these slots are of a full index. It has others than the boxes.
    are_of_full: bool,
}

impl SearchBuffers {
    /// Forgets the last point. Must be called before a point of another group, which has other
    /// slots.
    pub(crate) fn leave(&mut self) {
        self.slots.clear();
    }

    /// Forgets the last point if its slots are of the other stage of an index.
    #[inline(always)]
    fn keep_slots_of(&mut self, is_full: bool) {
        if self.are_of_full != is_full {
            self.slots.clear();
            self.are_of_full = is_full;
        }
    }

    /// The lowest rank that contains the point, by boxes; see [`Boxes::best`].
    #[inline(always)]
    pub(crate) fn best_in<S: Simd>(
        &mut self,
        simd: S,
        boxes: &Boxes,
        point: Point,
        boundary_counts: bool,
    ) -> Option<u32> {
        boxes.best(simd, point, boundary_counts, &mut self.nodes)
    }
}

/// Fills `selection` with the best of the polygons that contain the point, which are at distance 0,
/// and of those whose edges are within the distance.
#[inline(always)]
fn best_by_edges<S: Simd>(
    simd: S,
    (inside, edges): (InsideView<'_>, &impl Sites),
    within: &Within,
    point: Point,
    scratch: &mut SearchBuffers,
    selection: &mut Selection<'_>,
) {
    let SearchBuffers { stack, nodes, slots, .. } = scratch;
    branch_and_bound::warm(simd, edges, within, point, slots, selection);
    inside.each(simd, point, true, nodes, |rank| selection.offer(rank, 0.0, NO_SLOT));
    branch_and_bound::best(simd, edges, within, point, stack, selection);
    selection.finish();
    branch_and_bound::keep(selection, slots);
}

/// Calls `found` with the rank and the distance of every polygon that contains the point or has an
/// edge within the distance, maybe several times.
#[inline(always)]
fn each_by_edges<S: Simd>(
    simd: S,
    (inside, edges): (InsideView<'_>, &impl Sites),
    within: &Within,
    point: Point,
    scratch: &mut SearchBuffers,
    mut found: impl FnMut(u32, f64),
) {
    inside.each(simd, point, true, &mut scratch.nodes, |rank| found(rank, 0.0));
    branch_and_bound::all(simd, edges, within, point, &mut scratch.stack, found);
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
        match &self.index {
            NearIndex::Center(Centers { within, index, .. }) => {
                let SearchBuffers { stack, slots, .. } = scratch;
                let (within, index) = (within.or(max_dist), index.view());
                if selection.k() == 1 && self.order.is_by_rank() {
                    if let Some((rank, squared)) = index.best(simd, &within, point) {
                        selection.offer(rank, squared.sqrt(), NO_SLOT);
                    }
                    return;
                }
                branch_and_bound::warm(simd, &index, &within, point, slots, selection);
                branch_and_bound::best(simd, &index, &within, point, stack, selection);
                selection.finish();
                branch_and_bound::keep(selection, slots);
            }
            NearIndex::Boundary(Boundaries { within, stages }) => {
                let within = within.or(max_dist);
                if !within.admits_distance(0.0) {
                    return;
                }
                let stage = stages.now();
                scratch.keep_slots_of(matches!(stage, Stage::Full(_)));
                match stage {
                    Stage::Full(Edges { inside, outlines }) => {
                        let by = (inside.view(), &outlines.view());
                        best_by_edges(simd, by, &within, point, scratch, selection);
                    }
                    Stage::Boxes(boxes) => {
                        let by = (InsideView::Boxes(boxes), &EdgesInBoxes::of(boxes));
                        best_by_edges(simd, by, &within, point, scratch, selection);
                    }
                }
            }
            NearIndex::Circle(circles) => {
                let (SearchBuffers { stack, slots, .. }, within) = (scratch, &Within::ANYWHERE);
                let circles = circles.view();
                branch_and_bound::warm(simd, &circles, within, point, slots, selection);
                branch_and_bound::best(simd, &circles, within, point, stack, selection);
                selection.finish();
                branch_and_bound::keep(selection, slots);
            }
            NearIndex::Containment(containing) => {
                let (inside, nodes) = (containing.inside(), &mut scratch.nodes);
                inside.each(simd, point, containing.boundary_counts, nodes, |rank| {
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
        match &self.index {
            NearIndex::Center(Centers { within, index, .. }) => {
                let (index, within) = (index.view(), within.or(max_dist));
                branch_and_bound::all(simd, &index, &within, point, &mut scratch.stack, found);
            }
            NearIndex::Boundary(Boundaries { within, stages }) => {
                let within = within.or(max_dist);
                if !within.admits_distance(0.0) {
                    return;
                }
                match stages.now() {
                    Stage::Full(Edges { inside, outlines }) => {
                        let by = (inside.view(), &outlines.view());
                        each_by_edges(simd, by, &within, point, scratch, found);
                    }
                    Stage::Boxes(boxes) => {
                        let by = (InsideView::Boxes(boxes), &EdgesInBoxes::of(boxes));
                        each_by_edges(simd, by, &within, point, scratch, found);
                    }
                }
            }
            NearIndex::Circle(circles) => {
                let (circles, within) = (circles.view(), &Within::ANYWHERE);
                branch_and_bound::all(simd, &circles, within, point, &mut scratch.stack, found);
            }
            NearIndex::Containment(containing) => {
                let boundary_counts = containing.boundary_counts;
                let (inside, nodes) = (containing.inside(), &mut scratch.nodes);
                inside.each(simd, point, boundary_counts, nodes, |rank| found(rank, 0.0));
            }
        }
    }

    /// Counts points that are asked for, and builds the full index if that pays now.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    #[inline]
    pub(crate) fn expect<E: From<Error>>(
        &self,
        points: usize,
        workers: Option<NonZeroUsize>,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let order = self.order.ranking.order();
        match &self.index {
            NearIndex::Center(_) | NearIndex::Circle(_) => Ok(()),
            NearIndex::Boundary(Boundaries { stages, .. }) => {
                let build = |boxes: &_| Edges::over(boxes, order, workers, poll);
                stages.expect(points, boundary::enough, build)
            }
            NearIndex::Containment(Containing { stages, .. }) => {
                let build = |boxes: &_| Inside::over(boxes, order, workers, poll);
                stages.expect(points, containment::enough, build)
            }
        }
    }

    /// The full index, which is built first if there is none yet.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn complete<E: From<Error>>(
        &self,
        workers: Option<NonZeroUsize>,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<FullIndex<'_>, E> {
        let order = self.order.ranking.order();
        Ok(match &self.index {
            NearIndex::Center(centers) => FullIndex::Center(centers),
            NearIndex::Circle(circles) => FullIndex::Circle(circles),
            NearIndex::Boundary(Boundaries { stages, .. }) => FullIndex::Boundary(
                stages.complete(|boxes| Edges::over(boxes, order, workers, poll))?,
            ),
            NearIndex::Containment(Containing { stages, .. }) => FullIndex::Containment(
                stages.complete(|boxes| Inside::over(boxes, order, workers, poll))?,
            ),
        })
    }

    /// Whether the full index is built.
    pub(crate) fn is_full(&self) -> bool {
        match &self.index {
            NearIndex::Center(_) | NearIndex::Circle(_) => true,
            NearIndex::Boundary(Boundaries { stages, .. }) => stages.full().is_some(),
            NearIndex::Containment(Containing { stages, .. }) => stages.full().is_some(),
        }
    }
}

/// An index that is built in full, as it is saved.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FullIndex<'a> {
    Center(&'a Centers),
    Boundary(&'a Edges),
    Circle(&'a Circles),
    Containment(&'a Inside),
}
