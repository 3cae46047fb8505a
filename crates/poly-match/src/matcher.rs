//! The face of the crate: build once, match many.

use std::num::NonZeroUsize;

use crate::answer::{Candidates, Match, Matches, as_i64};
use crate::builder::Builder;
use crate::error::Error;
use crate::geometry::extent::Extent;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Point, Polygon};
use crate::machine::{Level, Simd, Task, all_cores, share_out};
use crate::near::Part;
use crate::near::center::index::Index;
use crate::near::center::join::Join;
use crate::near::center::walk::first_near;
use crate::near::containment::cells::FindCovering;
use crate::query::batches::Batches;
use crate::query::pick::Pick;
use crate::query::rows::{FindRows, Rows};
use crate::query::{Options, Query, RowOrder, check_finite, group};
use crate::rule::{Best, Near, Rule, Tie, Within};

/// Polygons, prepared to be matched to any number of points.
///
/// The rule says what makes a polygon a candidate, and which candidate wins; see [`Rule`]. A matcher
/// does not change; another set of polygons is another matcher.
#[derive(Debug, Clone)]
pub struct Matcher {
    pub(crate) near: Near,
    /// One for each group, or one in all.
    pub(crate) parts: Vec<Part>,
    pub(crate) is_grouped: bool,
    pub(crate) len: usize,
    pub(crate) level: Level,
}

/// Points that are the first to be asked for all candidates, so as to see how many they have; and by
/// how many times more at most the next are.
const FIRST_ROWS: usize = 4;
const MORE_ROWS: usize = 16;

/// Candidates that are found before they are written in order.
const CANDIDATES_AT_ONCE: usize = 1 << 22;

/// Points that one thread takes at a time where the cell of each is looked up.
const COVERING_PIECE: usize = 4096;

/// Points that one thread takes at a time, at least.
const MIN_ROWS: usize = 8;

impl Matcher {
    /// Prepares `polygons` for a rule: a [`Within`] alone is *near centre × smallest area*.
    ///
    /// See [`Builder`] for groups, other centres, and polygons in flat arrays.
    ///
    /// # Errors
    /// [`Error::Center`] or [`Error::Key`] for a polygon whose coordinates are so large that its
    /// centre or its area overflows; [`Error::Keys`] and [`Error::Key`] for keys of the rule.
    ///
    /// ```
    /// use poly_match::{Matcher, Polygon, Within};
    ///
    /// let square = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 4.0])?;
    /// let matcher = Matcher::new(&[square], Within::new(10.0)?)?;
    /// let found = matcher.find([2.0, 5.0])?.expect("the centre is 3 away");
    /// assert_eq!((found.index, found.distance), (0, 3.0));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    pub fn new<'k>(polygons: &[Polygon], rule: impl Into<Rule<'k>>) -> Result<Self, Error> {
        let rule = rule.into();
        if !matches!(rule.near, Near::Center(_)) {
            return Builder::new(rule).shapes(&polygons.iter().collect(), || Ok(()));
        }
        let centers: Vec<_> = polygons.iter().map(Polygon::center).collect();
        let areas: Vec<_>;
        let best = match rule.best {
            Best::Area => {
                areas = polygons.iter().map(Polygon::area).collect();
                Best::Key(&areas)
            }
            best => best,
        };
        Builder::new(Rule { best, ..rule }).centers(&centers, || Ok(()))
    }

    /// Prepares polygons given by their centres and by the keys that decide between them.
    ///
    /// # Errors
    /// [`Error::Keys`] where there is not one key a centre, [`Error::Center`] for a centre that is
    /// not finite, [`Error::Key`] for a key that is NaN, [`Error::TooMany`] beyond 2^32 − 1 polygons.
    pub fn from_arrays(centers: &[Point], keys: &[f64], near: Within) -> Result<Self, Error> {
        Self::from_arrays_with(centers, keys, near, || Ok::<(), Error>(()))
    }

    /// The same, with a say in whether to go on: `poll` is called from the calling thread every few
    /// milliseconds, or tens of them for many millions of polygons; what it returns as an error ends
    /// the work.
    ///
    /// # Errors
    /// As [`from_arrays`](Self::from_arrays), and whatever `poll` returns.
    pub fn from_arrays_with<E: From<Error>>(
        centers: &[Point],
        keys: &[f64],
        near: Within,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let rule = Rule { near: near.into(), best: Best::Key(keys), tie: Tie::Index };
        Builder::new(rule).centers(centers, poll)
    }

    /// How many polygons there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no polygon at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What makes a polygon a candidate.
    #[must_use]
    pub fn near(&self) -> &Near {
        &self.near
    }

    /// The match of one point, where polygons have no groups.
    ///
    /// # Errors
    /// [`Error::Point`] where it is not finite, [`Error::NoGroups`] where polygons have groups.
    pub fn find(&self, point: Point) -> Result<Option<Match>, Error> {
        check_finite(&[point])?;
        let [part] = self.parts.as_slice() else { return Err(Error::NoGroups) };
        if let Some((index, near)) = part.sites(&self.near) {
            let found = self.level.run(FindOne { index, near, point });
            return Ok(found.map(|(rank, squared)| {
                let index = part.order.ranking.position(rank) as usize;
                Match { index, distance: squared.sqrt() }
            }));
        }
        if let Some((coverage, boundary_counts)) = part.covering(&self.near) {
            let best = coverage.best(point, boundary_counts);
            return Ok(best.map(|rank| {
                let index = part.order.ranking.position(rank) as usize;
                Match { index, distance: 0.0 }
            }));
        }
        let found = self.match_points_with(&[point], Options::single_threaded(), || Ok(()))?;
        Ok(found.get(0))
    }

    /// The match of every point, on all cores.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite, and those of a [`Query`].
    pub fn match_points<'q>(&self, query: impl Into<Query<'q>>) -> Result<Matches, Error> {
        self.match_points_with(query, Options::default(), || Ok::<(), Error>(()))
    }

    /// The match of every point, with a say in how it is found.
    ///
    /// `poll` is called from the calling thread every few hundred points; what it returns as an
    /// error ends the work.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite, unless the options allow it;
    /// [`Error::MaxDists`], [`Error::MaxDistOf`] and [`Error::NotMeasured`] for distances of points,
    /// [`Error::Groups`], [`Error::NoGroups`] and [`Error::Ungrouped`] for their groups; and whatever
    /// `poll` returns.
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
        Ok(Matches { index, distance })
    }

    /// The same, written to where the caller wants it: positions, −1 where nothing is near, and
    /// distances, NaN where nothing is near.
    ///
    /// After an error, what is in `index` and `distance` has no meaning.
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    ///
    /// # Panics
    /// Where `index` or `distance` has not one entry for each point.
    pub fn match_into<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let query = query.into();
        if self.parts.iter().all(|part| part.covering(&self.near).is_some()) {
            return self.match_covering(&query, index, distance, options, poll);
        }
        if query.max_dist.is_some()
            || self.parts.iter().any(|part| part.sites(&self.near).is_none())
        {
            return self.match_k_into(query, NonZeroUsize::MIN, index, distance, options, poll);
        }
        let count = query.points.len();
        assert_eq!((index.len(), distance.len()), (count, count), "an entry for each point");
        self.check(&query)?;
        let run = |part: &Part, points: &[Point], index: &mut [i64], distance: &mut [f64]| {
            let extent = Extent::of(points, self.level, options.workers, &mut poll)?;
            if !extent.is_finite {
                options.check(points)?;
            }
            let Some(search) = part.search(&self.near) else { return Ok(()) };
            let join = Join { search, level: self.level, workers: options.workers, way: None };
            join.run(points, &extent.bounds, index, distance, &mut poll)
        };
        if query.groups.is_some() {
            options.check(query.points)?; // a group knows no position among all
        }
        group::each(&query, &self.parts, index, distance, run)
    }

    /// The same for *contains* and *covers*. All distances are 0, so the lowest rank wins, whatever
    /// decides between equals.
    fn match_covering<E: From<Error>>(
        &self,
        query: &Query<'_>,
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let count = query.points.len();
        assert_eq!((index.len(), distance.len()), (count, count), "an entry for each point");
        self.check(query)?;
        options.check(query.points)?;
        let run = |part: &Part, points: &[Point], index: &mut [i64], distance: &mut [f64]| {
            let Some((coverage, boundary_counts)) = part.covering(&self.near) else {
                return Ok(());
            };
            let order = part.order.ranking.order();
            let outputs = index.chunks_mut(COVERING_PIECE).zip(distance.chunks_mut(COVERING_PIECE));
            let pieces = points.chunks(COVERING_PIECE).zip(outputs);
            share_out(pieces, options.workers, &mut poll, |(points, (index, distance)), _| {
                let find =
                    FindCovering { coverage, order, boundary_counts, points, index, distance };
                self.level.run(find);
            })
        };
        group::each(query, &self.parts, index, distance, run)
    }

    /// The `k` best candidates of every point, the best first, written row by row to where the caller
    /// wants them: positions, then −1 where there are fewer, and distances, then NaN.
    ///
    /// After an error, what is in `index` and `distance` has no meaning.
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    ///
    /// # Panics
    /// Where `index` or `distance` has not `k` entries for each point.
    pub fn match_k_into<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        k: NonZeroUsize,
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let (query, k) = (query.into(), k.get());
        if k == 1 && self.parts.iter().all(|part| part.covering(&self.near).is_some()) {
            return self.match_covering(&query, index, distance, options, poll);
        }
        let expected = query.points.len().checked_mul(k).expect("it fits in memory");
        assert_eq!((index.len(), distance.len()), (expected, expected), "k entries a point");
        self.check(&query)?;
        let extent = Extent::of(query.points, self.level, options.workers, &mut poll)?;
        if !extent.is_finite {
            options.check(query.points)?;
        }
        let pick =
            Pick { matcher: self, query, bounds: extent.bounds, k, workers: options.workers };
        pick.run(index, distance, poll)
    }

    /// All candidates of every point, on all cores, in input order.
    ///
    /// # Errors
    /// As [`match_points`](Self::match_points).
    pub fn candidates<'q>(&self, query: impl Into<Query<'q>>) -> Result<Candidates, Error> {
        self.candidates_with(query, Options::default(), || Ok::<(), Error>(()))
    }

    /// All candidates of every point, with a say in how they are found; `poll` is as in
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

    /// All candidates of the first points: of as many points as it takes for `enough` candidates, and
    /// of at least one.
    ///
    /// A result that does not fit in memory is had piece by piece: `indptr` tells how many points
    /// were done, and [`Query::skip`] leads to the next. `poll` is as in
    /// [`match_points_with`](Self::match_points_with).
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    pub fn some_candidates<'q, E: From<Error>>(
        &self,
        query: impl Into<Query<'q>>,
        order: RowOrder,
        enough: usize,
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Candidates, E> {
        let query = query.into();
        self.check(&query)?;
        options.check(query.points)?;
        let mut all = Candidates { indptr: vec![0], ..Candidates::default() };
        let workers = options.workers.unwrap_or_else(all_cores);
        let mut pieces: Vec<Rows> = Vec::new();
        let (mut at_once, mut done, mut of_one) = (FIRST_ROWS, 0, 0_usize);
        while done < query.points.len() && (done == 0 || all.indices.len() < enough) {
            let some = query.piece(done, at_once);
            let size = some.points.len().div_ceil(workers.get()).max(MIN_ROWS);
            pieces.resize_with(some.points.len().div_ceil(size), Rows::default);
            let expected = of_one.saturating_mul(size).min(CANDIDATES_AT_ONCE);
            pieces.iter_mut().for_each(|rows| rows.expect(expected));
            share_out(
                pieces.iter_mut().enumerate(),
                Some(workers),
                &mut poll,
                |(i, rows), go_on| {
                    let query = some.piece(i * size, size);
                    self.level.run(FindRows { matcher: self, query, order, rows, go_on });
                },
            )?;
            let count = pieces.iter().map(Rows::count).sum();
            all.indices.reserve(count);
            all.distances.reserve(count);
            for rows in &pieces {
                for (positions, distances) in rows.each() {
                    all.indices.extend(positions.iter().map(|&position| i64::from(position)));
                    all.distances.extend_from_slice(distances);
                    all.indptr.push(as_i64(all.indices.len()));
                }
            }
            done += some.points.len();
            // As many as are left to be enough, should they have as many each as those before.
            of_one = (all.indices.len() / done).max(1);
            let wanted = enough.saturating_sub(all.indices.len()).min(CANDIDATES_AT_ONCE);
            at_once = (wanted / of_one).clamp(1, some.points.len() * MORE_ROWS);
        }
        Ok(all)
    }

    /// All candidates of every point, batch after batch, for a caller who says which are best; see
    /// [`Batch::best_into`](crate::Batch::best_into). What the rule finds best does not matter.
    ///
    /// Points come in an order of the matcher's, which keeps together what is close together. `poll` is
    /// as in [`match_points_with`](Self::match_points_with).
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
    /// let go_on = || Ok::<(), Error>(());
    /// let mut batches = matcher.batches(&points, Options::default(), go_on)?;
    /// while let Some((batch, indices)) = batches.next(go_on)? {
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
        self.check(&query)?;
        Batches::new(self, query, options, poll)
    }

    /// Whether the query goes with the polygons and the rule.
    fn check(&self, query: &Query<'_>) -> Result<(), Error> {
        query.check()?;
        if query.max_dist.is_some() && self.near.within().is_none() {
            return Err(Error::NotMeasured);
        }
        match (self.is_grouped, query.groups.is_some()) {
            (true, false) => Err(Error::NoGroups),
            (false, true) => Err(Error::Ungrouped),
            _ => Ok(()),
        }
    }

    /// Where the candidates of a point are looked for, and what makes them; none for a point that has
    /// none.
    #[inline(always)]
    pub(crate) fn asked(&self, query: &Query<'_>, point: usize) -> Option<(&Part, Near)> {
        if !is_finite(query.points[point]) {
            return None;
        }
        let group = query.groups.map_or(0, |groups| groups[point] as usize);
        let near = match query.max_dist {
            Some(max_dist) => self.near.with_max_dist(max_dist[point]),
            None => self.near,
        };
        Some((self.parts.get(group)?, near))
    }
}

/// What is searched comes by reference: the search of few sites is as short as taking it up.
struct FindOne<'a> {
    index: &'a Index,
    near: &'a Within,
    point: Point,
}

impl Task for FindOne<'_> {
    type Output = Option<(u32, f64)>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        if self.index.is_flat() {
            return first_near(simd, &self.index.leaves, self.near, self.point);
        }
        self.index.view().best(simd, self.near, self.point)
    }
}

/// One key for each centre, and every centre finite.
pub(crate) fn check_sites(centers: &[Point], keys: &[f64]) -> Result<(), Error> {
    if centers.len() != keys.len() {
        return Err(Error::Keys { expected: centers.len(), got: keys.len() });
    }
    check_centers(centers)
}

/// Every centre finite.
pub(crate) fn check_centers(centers: &[Point]) -> Result<(), Error> {
    match centers.iter().position(|&center| !is_finite(center)) {
        Some(polygon) => Err(Error::Center { polygon, got: centers[polygon] }),
        None => Ok(()),
    }
}
