//! [`Matcher`]: is built once and finds the matches of many points.

use std::num::NonZeroUsize;

use crate::answer::{BestMatches, Candidates, Match, Matches};
use crate::error::Error;
use crate::geometry::Point;
use crate::machine::{Simd, Task};
use crate::near::center::Centers;
use crate::near::center::walk::first_near;
use crate::near::containment::boxes::Boxes;
use crate::near::{Group, Prepared};
use crate::query::batches::Batches;
use crate::query::best::best_into;
use crate::query::path::{Path, path};
use crate::query::{self, Options, Query, RowOrder, check_finite};
use crate::rule::Near;

/// Finds the polygon that each point matches, with an index over the polygons.
///
/// A [`Rule`](crate::Rule) says which polygons are candidates for a point, and which candidate wins. A
/// matcher cannot be changed: to change the polygons, build a new one. Threads can share it.
#[derive(Debug, Clone)]
pub struct Matcher {
    pub(crate) prepared: Prepared,
}

impl Matcher {
    /// The number of polygons.
    #[must_use]
    pub fn len(&self) -> usize {
        self.prepared.len
    }

    /// Whether there are no polygons.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of polygons that were left out and match nothing; see
    /// [`Builder::skip`](crate::Builder::skip).
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.len() - self.prepared.ranked()
    }

    /// The first half of the rule: which polygons are candidates.
    #[must_use]
    pub fn near(&self) -> &Near {
        &self.prepared.near
    }

    /// Builds everything at once that makes searches fast, on all cores.
    ///
    /// A matcher for *contains*, *covers* and *boundary* is ready after a quick index of bounding
    /// boxes. It builds a faster one by itself in the first call whose points, together with those
    /// of the calls before, pay for it. Call this if you know that many points will come, or if no
    /// later call should take longer than usual. No answer changes. For *center* there is nothing to
    /// build.
    ///
    /// ```
    /// use poly_match::{Matcher, Near, Polygon};
    ///
    /// let square = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 4.0])?;
    /// let matcher = Matcher::new(&[square], Near::Covers)?;
    /// matcher.prepare()?;
    /// assert!(matcher.find([1.0, 1.0])?.is_some());
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::WorkerPanicked`] if a worker thread panics.
    pub fn prepare(&self) -> Result<(), Error> {
        self.prepare_with(Options::default(), || Ok(()))
    }

    /// Builds everything at once that makes searches fast; see [`prepare`](Self::prepare). Calls
    /// `poll` every few milliseconds from the calling thread. An error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`prepare`](Self::prepare) and of `poll`.
    pub fn prepare_with<E: From<Error>>(
        &self,
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut groups = self.prepared.groups.iter();
        groups.try_for_each(|group| group.complete(options.workers, &mut poll).map(drop))
    }

    /// Finds the match of one point. The polygons must not have groups.
    ///
    /// # Errors
    /// [`Error::Point`] if the point is not finite, [`Error::NoGroups`] if the polygons have groups.
    pub fn find(&self, point: Point) -> Result<Option<Match>, Error> {
        check_finite(&[point])?;
        let [group] = self.prepared.groups.as_slice() else { return Err(Error::NoGroups) };
        if !group.is_full() {
            expect_one(group)?;
        }
        let found = match path(group, 1, false) {
            Path::Centers(centers) => {
                let found = self.prepared.level.run(FindOne { centers, point });
                found.map(|(rank, squared)| (rank, squared.sqrt()))
            }
            Path::Cells(cells, boundary_counts) => {
                cells.best(point, boundary_counts).map(|rank| (rank, 0.0))
            }
            Path::Boxes(boxes, boundary_counts) => {
                let find = FindOneInBoxes { boxes, boundary_counts, point };
                self.prepared.level.run(find).map(|rank| (rank, 0.0))
            }
            Path::NearestCenters(_) | Path::Search => return self.find_as_many(point),
        };
        Ok(found.map(|(rank, distance)| {
            let index = group.order.ranking.position(rank) as usize;
            Match { index, distance }
        }))
    }

    /// Finds the match of one point by the paths for many points.
    #[cold]
    fn find_as_many(&self, point: Point) -> Result<Option<Match>, Error> {
        let found = self.match_points_with(&[point], Options::single_threaded(), || Ok(()))?;
        Ok(found.get(0))
    }

    /// Finds the match of every point, on all cores.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite. If the points have distances or groups, also
    /// the errors for these in [`match_points_with`](Self::match_points_with).
    pub fn match_points<'q>(&self, query: impl Into<Query<'q>>) -> Result<Matches, Error> {
        self.match_points_with(query, Options::default(), || Ok::<(), Error>(()))
    }

    /// Finds the match of every point, with options.
    ///
    /// `poll` is called from the calling thread every few hundred points. An error of `poll` ends the
    /// work.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite, unless the options allow it;
    /// [`Error::MaxDists`], [`Error::MaxDistOf`] and [`Error::NotMeasured`] for distances of points,
    /// [`Error::Groups`], [`Error::NoGroups`] and [`Error::Ungrouped`] for their groups; and the error of
    /// `poll`.
    pub fn match_points_with<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matches, E> {
        let query = query.into();
        let count = query.points.len();
        let (mut index, mut distance) = (vec![0; count], vec![0.0; count]);
        self.match_into(query, &mut index, &mut distance, options, poll)?;
        Ok(Matches::from_arrays(index, distance))
    }

    /// Writes the match of every point into buffers: the position of the polygon, or −1, and the
    /// distance, or NaN.
    ///
    /// After an error, the content of `index` and `distance` has no meaning.
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    ///
    /// # Panics
    /// If `index` or `distance` does not have one entry for each point.
    pub fn match_into<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        best_into(&self.prepared, query.into(), 1, (index, distance), options, poll)
    }

    /// Finds the `k` best candidates of every point, the best first, on all cores.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use poly_match::{Matcher, Within};
    ///
    /// let centers = [[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]];
    /// let matcher = Matcher::from_arrays(&centers, &[2.0, 1.0, 3.0], Within::new(5.0)?)?;
    /// let two = NonZeroUsize::new(2).expect("not zero");
    /// let found = matcher.match_k(&[[0.0, 1.0], [9.0, 1.0]], two)?;
    /// let positions = |point: usize| found.get(point).map(|m| m.index).collect::<Vec<_>>();
    /// assert_eq!((positions(0), positions(1)), (vec![1, 0], vec![2]));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`match_points`](Self::match_points).
    pub fn match_k<'q>(
        &self,
        query: impl Into<Query<'q>>,
        k: NonZeroUsize,
    ) -> Result<BestMatches, Error> {
        let query = query.into();
        let size = query.points.len() * k.get();
        let (mut index, mut distance) = (vec![0; size], vec![0.0; size]);
        let options = Options::default();
        self.match_k_into(query, k, &mut index, &mut distance, options, || Ok::<(), Error>(()))?;
        Ok(BestMatches::new(k, Matches::from_arrays(index, distance)))
    }

    /// Writes the `k` best candidates of every point into buffers, a row of `k` for each point, the
    /// best first. If there are fewer, the row ends with −1 and NaN.
    ///
    /// After an error, the content of `index` and `distance` has no meaning.
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    ///
    /// # Panics
    /// If `index` or `distance` does not have `k` entries for each point.
    pub fn match_k_into<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        k: NonZeroUsize,
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        best_into(&self.prepared, query.into(), k.get(), (index, distance), options, poll)
    }

    /// Finds all candidates of every point, on all cores, in input order.
    ///
    /// # Errors
    /// As [`match_points`](Self::match_points).
    pub fn candidates<'q>(&self, query: impl Into<Query<'q>>) -> Result<Candidates, Error> {
        self.candidates_with(query, Options::default(), || Ok::<(), Error>(()))
    }

    /// Finds all candidates of every point, with options. `poll` is as in
    /// [`match_points_with`](Self::match_points_with).
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    pub fn candidates_with<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Candidates, E> {
        self.some_candidates(query, RowOrder::Input, usize::MAX, options, poll)
    }

    /// Finds all candidates of the first points. Takes a few points at a time, at least one, and stops
    /// as soon as there are `enough` candidates.
    ///
    /// Use this to read a result in pieces that fit in memory. The length of a piece is the number
    /// of points that were done, and [`Query::skip`] gives the rest. `poll` is as in
    /// [`match_points_with`](Self::match_points_with).
    ///
    /// ```
    /// use poly_match::{Error, Matcher, Options, Query, RowOrder, Within};
    ///
    /// let matcher = Matcher::from_arrays(&[[0.0, 0.0]; 3], &[1.0; 3], Within::new(5.0)?)?;
    /// let points = [[1.0, 0.0]; 50];
    /// let mut rest = Query::from(&points);
    /// let mut count = 0;
    /// while !rest.points.is_empty() {
    ///     let never_stop = || Ok::<(), Error>(());
    ///     let order = RowOrder::Best;
    ///     let piece = matcher.some_candidates(rest, order, 5, Options::default(), never_stop)?;
    ///     rest = rest.skip(piece.len());
    ///     count += piece.count();
    /// }
    /// assert_eq!(count, 150);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    pub fn some_candidates<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        order: RowOrder,
        enough: usize,
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Candidates, E> {
        query::candidates::some(&self.prepared, query.into(), order, enough, options, poll)
    }

    /// Finds all candidates of every point in batches, for a caller who chooses the best of them; see
    /// [`Batch::best_into`](crate::Batch::best_into). The *best* of the rule is not used. The distances
    /// of the candidates are in [`Batch::distances`](crate::Batch::distances).
    ///
    /// The points do not come in input order: points that lie close together are in the same batch.
    /// `poll` is as in [`match_points_with`](Self::match_points_with).
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    ///
    /// ```
    /// # use std::num::NonZeroUsize;
    /// # use poly_match::{Error, Matcher, Options, Tie, Within};
    /// let matcher = Matcher::from_arrays(&[[0.0, 0.0], [0.0, 1.0]], &[1.0, 2.0], Within::new(9.0)?)?;
    /// let points = [[3.0, 0.0], [20.0, 0.0]];
    /// let mut index = [-1; 2];
    /// let mut distance = [f64::NAN; 2];
    /// let mut batches = matcher.batches(&points, Options::default(), || Ok::<(), Error>(()))?;
    /// while let Some((batch, indices)) = batches.next()? {
    ///     let highest_first: Vec<f64> = indices.iter().map(|&i| -(i as f64)).collect();
    ///     let one = NonZeroUsize::MIN;
    ///     batch.best_into(&highest_first, Tie::Index, one, &mut index, &mut distance)?;
    /// }
    /// assert_eq!(index, [1, -1]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn batches<'a, E: From<Error>>(
        &'a self,
        query: impl Into<Query<'a>>,
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Batches<'a>, E> {
        let query = query.into();
        query.check_with(&self.prepared)?;
        Batches::new(&self.prepared, query, options, poll)
    }
}

/// Counts one point, and builds the full index if that pays now. Out of line, so that a point that is
/// searched in a full index does not pay for it.
#[cold]
#[inline(never)]
fn expect_one(group: &Group) -> Result<(), Error> {
    group.expect(1, Some(NonZeroUsize::MIN), || Ok(()))
}

/// Finds the match of one point by the centres. The index is borrowed, because copying its parts would
/// take as long as scanning few sites.
struct FindOne<'a> {
    centers: &'a Centers,
    point: Point,
}

impl Task for FindOne<'_> {
    type Output = Option<(u32, f64)>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let Centers { within, index, .. } = self.centers;
        if index.is_flat() {
            return first_near(simd, &index.leaves, within, self.point);
        }
        index.view().best(simd, within, self.point)
    }
}

/// Finds the match of one point by the boxes of polygons.
struct FindOneInBoxes<'a> {
    boxes: &'a Boxes,
    boundary_counts: bool,
    point: Point,
}

impl Task for FindOneInBoxes<'_> {
    type Output = Option<u32>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let Self { boxes, boundary_counts, point } = self;
        boxes.best(simd, point, boundary_counts, &mut Vec::new())
    }
}

// Matchers can be sent to other threads, and shared between them.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Matcher>();
    is_send_and_sync::<Batches<'_>>();
};
