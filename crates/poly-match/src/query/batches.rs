//! [`Batches`]: all points of a query, batch by batch, for a caller who says which candidates are
//! best.
//!
//! Points that follow each other in the input may lie far apart, and then share nothing. So they
//! are taken along a space-filling curve. The points of a batch lie close together and have much
//! the same candidates. Data about these stays in the processor's cache, for the search and for the
//! caller. The answers are written in the order of the input.
//!
//! A batch has few enough candidates that all of it stays in that cache. Every thread makes a batch
//! of its own points; the caller then gets these batches one after the other.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::Bounds;
use crate::geometry::extent::Extent;
use crate::machine::{Simd, Task, share_out, threads_for};
use crate::near::Prepared;
use crate::query::batch::{Batch, Fill};
use crate::query::expect::expect;
use crate::query::{self, Options, Query};
use crate::tree::curve::Curve;

/// Candidates per batch on one thread, or a little more: few enough that a batch stays in the cache
/// of a core.
const ENOUGH: usize = 1 << 15;

/// Candidates per batch on several threads, or a little more: enough that a batch costs more than
/// starting a thread.
const ENOUGH_OF_THREADS: usize = 1 << 18;

/// Fewest points that a thread sorts at a time. In a larger piece neighbours lie closer together.
const MIN_PIECE: usize = 1 << 10;

/// Most points that a thread sorts at a time.
const MAX_PIECE: usize = 1 << 20;

/// Average number of points in a cell of the curve.
const POINTS_PER_CELL: usize = 4;

/// The candidates of all points of a query, batch by batch. Made by
/// [`Matcher::batches`](crate::Matcher::batches), which has an example.
///
/// Every finite point is in exactly one batch, with two exceptions: points whose group has no
/// polygons, and points that would be in a batch without any candidate.
///
/// This is not an iterator, because a [`Batch`] is reused for the next one: take what you need of it
/// before you call [`next`](Self::next) again.
#[derive(Debug)]
pub struct Batches<'a> {
    prepared: &'a Prepared,
    query: Query<'a>,
    bounds: Bounds,
    /// Candidates per batch, or a little more.
    enough: usize,
    /// Points that a slot takes at a time, and where the next piece starts.
    size: usize,
    next: usize,
    /// One slot for each thread.
    slots: Vec<Slot>,
    /// The number of slots whose batch the caller has received.
    handed: usize,
}

/// The work of one thread: a piece of the query, and the current batch.
#[derive(Debug)]
struct Slot {
    /// Where its piece of the query starts.
    start: usize,
    /// The order of the points of the piece.
    curve: Curve,
    /// Whether `curve` holds the order yet.
    is_sorted: bool,
    /// The number of points of the piece that were in a batch.
    done: usize,
    batch: Batch,
}

impl<'a> Batches<'a> {
    /// Prepares the batches of a query that fits the matcher.
    pub(crate) fn new<E: From<Error>>(
        prepared: &'a Prepared,
        query: Query<'a>,
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let workers = threads_for(options.workers, query.points.len(), MIN_PIECE);
        let is_alone = workers == NonZeroUsize::MIN;
        let enough = if is_alone { ENOUGH } else { ENOUGH_OF_THREADS };
        Self::cut(prepared, query, options, (enough, MIN_PIECE), poll)
    }

    /// Prepares batches of about `enough` candidates; a thread sorts at least `min_piece` points at
    /// a time.
    pub(crate) fn cut<E: From<Error>>(
        prepared: &'a Prepared,
        query: Query<'a>,
        options: Options,
        (enough, min_piece): (usize, usize),
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        expect(prepared, &query, options.workers, &mut poll)?;
        let extent = Extent::of(query.points, prepared.level, options.workers, poll)?;
        if !extent.is_finite {
            options.check(query.points)?;
        }
        let count = query.points.len();
        let workers = threads_for(options.workers, count, min_piece).get();
        let size = count.div_ceil(workers).clamp(min_piece, MAX_PIECE);
        let slot = || Slot {
            start: 0,
            curve: Curve::default(),
            is_sorted: true,
            done: 0,
            batch: Batch::new(prepared.level),
        };
        let slots = std::iter::repeat_with(slot).take(workers.min(count.div_ceil(size))).collect();
        let bounds = extent.bounds;
        Ok(Self { prepared, query, bounds, enough, size, next: 0, slots, handed: 0 })
    }

    /// Returns the next batch that has candidates, and the position of the polygon of each candidate.
    /// Returns `None` at the end.
    ///
    /// # Errors
    /// [`Error::WorkerPanicked`] if a worker thread panics.
    #[allow(clippy::should_implement_trait)] // what it gives borrows from it
    pub fn next(&mut self) -> Result<Option<(&Batch, Vec<i64>)>, Error> {
        self.next_with(|| Ok(()))
    }

    /// Returns the next batch like [`next`](Self::next), and calls `poll` regularly from the calling
    /// thread. An error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`next`](Self::next) and of `poll`.
    pub fn next_with<E: From<Error>>(
        &mut self,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Option<(&Batch, Vec<i64>)>, E> {
        loop {
            let not_empty = |slot: &Slot| slot.batch.count() > 0;
            if let Some(at) = self.slots[self.handed..].iter().position(not_empty) {
                self.handed += at + 1;
                let batch = &mut self.slots[self.handed - 1].batch;
                let indices = batch.take_indices();
                return Ok(Some((batch, indices)));
            }
            if !self.search(&mut poll)? {
                return Ok(None);
            }
        }
    }

    /// Makes the next batch of every slot. Returns false if no points are left.
    fn search<E: From<Error>>(&mut self, poll: impl FnMut() -> Result<(), E>) -> Result<bool, E> {
        let Self { prepared, query, bounds, enough, size, .. } = *self;
        let groups = prepared.groups.as_slice();
        for slot in &mut self.slots {
            if slot.is_done() && self.next < query.points.len() {
                (slot.start, slot.is_sorted) = (self.next, false);
                self.next += size;
            }
        }
        self.slots.retain(|slot| !slot.is_done());
        self.handed = 0;
        let workers = NonZeroUsize::new(self.slots.len());
        share_out(self.slots.iter_mut(), workers, poll, |slot, go_on| {
            let Slot { start, is_sorted, curve, done, batch } = slot;
            let query = query.piece(*start, size);
            if !*is_sorted {
                prepared.level.run(Sort { groups: groups.len(), query, bounds, curve });
                (*is_sorted, *done) = (true, 0);
            }
            let (start, places) = (*start, &curve.order()[*done..]);
            let fill = Fill { groups, query, start, places, enough, batch, go_on };
            prepared.level.run(fill);
            *done += batch.points().len();
        })?;
        Ok(workers.is_some())
    }
}

impl Slot {
    fn is_done(&self) -> bool {
        self.is_sorted && self.done == self.curve.order().len()
    }
}

/// Sorts a piece of a query.
struct Sort<'a, 'p> {
    groups: usize,
    query: Query<'a>,
    bounds: Bounds,
    curve: &'p mut Curve,
}

impl Task for Sort<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { groups, query, bounds, curve } = self;
        query::sort(curve, &query, &bounds, POINTS_PER_CELL, groups);
    }
}
