//! The polygons of one group, or all, with what their rule is searched by.

pub(crate) mod boundary;
pub(crate) mod center;
pub(crate) mod containment;

use crate::error::Error;
use crate::geometry::{Point, Shapes};
use crate::machine::Simd;
use crate::near::boundary::Outlines;
use crate::near::center::Search;
use crate::near::center::index::Index;
use crate::near::center::view::View;
use crate::near::containment::Inside;
use crate::near::containment::cells::Coverage;
use crate::rank::order::{Order, Score};
use crate::rank::select::{NO_SLOT, Selection};
use crate::rule::{Near, Within};
use crate::tree::{BOTTOM_LEAVES, search};

/// Up to this many centres are looked through where the distance decides.
const FLAT_MAX_BY_DISTANCE: usize = 64;

/// How many leaves a bottom node of the index has: by distance alone, what lies close together comes
/// together; else the rank has a say.
pub(crate) fn bottom_leaves(order: &Order) -> usize {
    if order.is_by_distance() { 1 } else { BOTTOM_LEAVES }
}

/// The polygons of a group, or all.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) order: Order,
    /// Of the centres, where those are asked for.
    pub(crate) index: Option<Index>,
    /// Of the rings, where those are asked for.
    pub(crate) inside: Option<Inside>,
    /// Of the edges, where distances to them are asked for.
    pub(crate) outlines: Option<Outlines>,
}

/// What is used again from point to point.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    stack: Vec<search::Pending>,
    nodes: Vec<(usize, usize)>,
    /// Where the best of the last point were found.
    slots: Vec<u32>,
}

impl Scratch {
    /// Forgets the last point: the next one is of another part.
    pub(crate) fn leave(&mut self) {
        self.slots.clear();
    }
}

impl Part {
    /// The centres of polygons.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn of_centers<E: From<Error>>(
        order: Order,
        centers: &[Point],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let by_rank = order.ranking.order();
        let index = if order.is_by_rank() {
            Index::new(centers, by_rank, poll)?
        } else {
            Index::arranged(centers, by_rank, (FLAT_MAX_BY_DISTANCE, bottom_leaves(&order)), poll)?
        };
        Ok(Self { order, index: Some(index), inside: None, outlines: None })
    }

    /// Polygons with all their rings.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn of_shapes<E: From<Error>>(
        order: Order,
        near: &Near,
        shapes: &Shapes,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let by_rank = order.ranking.order();
        let inside = Inside::new(shapes, by_rank, &mut poll)?;
        let outlines = match near {
            Near::Boundary(_) => Some(Outlines::new(shapes, by_rank, &mut poll)?),
            _ => None,
        };
        Ok(Self { order, index: None, inside: Some(inside), outlines })
    }

    /// What tells the polygons that contain or cover a point by its cell, and whether their
    /// boundaries count.
    pub(crate) fn covering(&self, near: &Near) -> Option<(&Coverage, bool)> {
        match (near, &self.inside) {
            (Near::Contains, Some(Inside::Cells(coverage))) => Some((coverage.as_ref(), false)),
            (Near::Covers, Some(Inside::Cells(coverage))) => Some((coverage.as_ref(), true)),
            _ => None,
        }
    }

    /// What the fast ways search.
    pub(crate) fn search<'a>(&'a self, near: &'a Near) -> Option<Search<'a>> {
        let (index, near) = self.sites(near)?;
        Some(Search { index: index.view(), ranking: self.order.ranking.view(), near })
    }

    /// Centres in the order of rank.
    #[inline(always)]
    pub(crate) fn sites<'a>(&'a self, near: &'a Near) -> Option<(&'a Index, &'a Within)> {
        match (near, &self.index) {
            (Near::Center(near), Some(index)) if self.order.is_by_rank() => Some((index, near)),
            _ => None,
        }
    }

    /// What is searched by blocks for the nearest: centres in leaves that lie close together.
    #[inline(always)]
    pub(crate) fn nearest<'a>(&'a self, near: &'a Near) -> Option<(View<'a>, &'a Within)> {
        match (near, &self.index) {
            (Near::Center(within), Some(index)) if self.order.is_by_distance() => {
                Some((index.view(), within))
            }
            _ => None,
        }
    }

    /// Fills `selection` with the best candidates of `point`.
    #[inline(always)]
    pub(crate) fn best<'a, S: Simd>(
        &'a self,
        simd: S,
        near: &Near,
        point: Point,
        scratch: &mut Scratch,
        selection: &mut Selection<'a>,
    ) {
        selection.begin(&self.order);
        match (near, &self.index, &self.inside) {
            (Near::Center(within), Some(index), _) => {
                let index = index.view();
                if selection.k() == 1 && self.order.is_by_rank() {
                    if let Some((rank, squared)) = index.best(simd, within, point) {
                        selection.offer(rank, squared.sqrt(), NO_SLOT);
                    }
                    return;
                }
                search::warm(&index, within, point, &scratch.slots, selection);
                search::best(simd, &index, within, point, &mut scratch.stack, selection);
                selection.finish();
                search::keep(selection, &mut scratch.slots);
            }
            (Near::Boundary(within), _, Some(inside)) => {
                let Some(outlines) = self.outlines.as_ref().filter(|_| within.admits_distance(0.0))
                else {
                    return;
                };
                let outlines = outlines.view();
                search::warm(&outlines, within, point, &scratch.slots, selection);
                inside.each(simd, point, true, &mut scratch.nodes, |rank| {
                    selection.offer(rank, 0.0, NO_SLOT);
                });
                search::best(simd, &outlines, within, point, &mut scratch.stack, selection);
                selection.finish();
                search::keep(selection, &mut scratch.slots);
            }
            _ => {
                self.each(simd, near, point, scratch, |rank, distance| {
                    selection.offer(rank, distance, NO_SLOT);
                });
                selection.finish();
            }
        }
    }

    /// Fills `scores` with those of all candidates of `point`, each once, in the order of rank.
    #[inline(always)]
    pub(crate) fn scores<S: Simd>(
        &self,
        simd: S,
        near: &Near,
        point: Point,
        scratch: &mut Scratch,
        scores: &mut Vec<Score>,
    ) {
        scores.clear();
        self.each(simd, near, point, scratch, |rank, distance| {
            scores.push(self.order.score(rank, distance));
        });
        scores.sort_unstable_by(|a, b| a.rank.cmp(&b.rank).then(a.distance.total_cmp(&b.distance)));
        scores.dedup_by_key(|score| score.rank);
    }

    /// Hands over the rank and the distance of every candidate of `point`, in any order; of one that
    /// comes several times, the smallest distance counts.
    #[inline(always)]
    fn each<S: Simd>(
        &self,
        simd: S,
        near: &Near,
        point: Point,
        scratch: &mut Scratch,
        mut found: impl FnMut(u32, f64),
    ) {
        let Scratch { stack, nodes, .. } = scratch;
        match (near, &self.index, &self.inside) {
            (Near::Center(within), Some(index), _) => {
                search::all(simd, &index.view(), within, point, stack, found);
            }
            (Near::Boundary(within), _, Some(inside)) => {
                let Some(outlines) = self.outlines.as_ref().filter(|_| within.admits_distance(0.0))
                else {
                    return;
                };
                inside.each(simd, point, true, nodes, |rank| found(rank, 0.0));
                search::all(simd, &outlines.view(), within, point, stack, found);
            }
            (Near::Contains | Near::Covers, _, Some(inside)) => {
                let boundary_counts = *near == Near::Covers;
                inside.each(simd, point, boundary_counts, nodes, |rank| found(rank, 0.0));
            }
            _ => {}
        }
    }
}
