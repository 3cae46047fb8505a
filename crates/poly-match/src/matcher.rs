//! The face of the crate: build once, match many.

use std::num::NonZeroUsize;

use crate::best::Ranking;
use crate::extent::Extent;
use crate::index::{Index, Pending};
use crate::join::{Join, Search};
use crate::near::Within;
use crate::polygon::is_finite;
use crate::simd::{Level, Simd, Task};
use crate::threads::share_out;
use crate::{Error, Point, Polygon};

/// The polygon that a point was matched to, or one of its candidates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Position of the polygon in the input.
    pub index: usize,
    /// Distance from the point, in the units of the coordinates.
    pub distance: f64,
}

/// One match, or none, for every point, in the order of the points.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matches {
    /// Position of the matched polygon, −1 where nothing is near.
    pub index: Vec<i64>,
    /// Distance to it, NaN where nothing is near.
    pub distance: Vec<f64>,
}

impl Matches {
    /// No match for any of `count` points.
    pub(crate) fn none(count: usize) -> Self {
        Self { index: vec![-1; count], distance: vec![f64::NAN; count] }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, point: usize, position: u32, squared_distance: f64) {
        self.index[point] = i64::from(position);
        self.distance[point] = squared_distance.sqrt();
    }

    /// The match of the point at `position`.
    ///
    /// # Panics
    /// Where there is no such point.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Match> {
        let index = usize::try_from(self.index[position]).ok()?;
        Some(Match { index, distance: self.distance[position] })
    }

    /// The match of every point.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Match>> {
        (0..self.index.len()).map(|position| self.get(position))
    }
}

/// The candidates of every point, as compressed sparse rows (CSR).
///
/// Those of point `i` are at `indptr[i]..indptr[i + 1]`, in input order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidates {
    /// Where the candidates of each point start; one more entry than there are points.
    pub indptr: Vec<i64>,
    /// Positions of the polygons.
    pub indices: Vec<i64>,
    /// Their distances from the point.
    pub distances: Vec<f64>,
}

impl Candidates {
    /// The candidates of every point, in the order of the points.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = Match>> {
        let position = |at: i64| usize::try_from(at).unwrap_or(0); // none is negative
        self.indptr.windows(2).map(move |ends| {
            let row = position(ends[0])..position(ends[1]);
            let pairs = self.indices[row.clone()].iter().zip(&self.distances[row]);
            pairs.map(move |(&index, &distance)| Match { index: position(index), distance })
        })
    }
}

/// What to do with a point that is NaN or infinite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnInvalid {
    /// Refuse the whole input with [`Error::Point`].
    #[default]
    Error,
    /// Leave the point unmatched.
    Unmatched,
}

/// How to run over many points; no choice here changes an answer for a finite point.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How many threads work, the calling one among them; `None` for one on every core.
    pub workers: Option<NonZeroUsize>,
    /// What to do with a point that is NaN or infinite.
    pub on_invalid: OnInvalid,
}

/// Polygons, prepared to be matched to any number of points.
///
/// The rule is *the centre is near* × *the smallest key is best*, and by default the key is the
/// area. Equal keys are decided by the lower input position. A matcher does not change; another
/// set of polygons is another matcher.
#[derive(Debug, Clone)]
pub struct Matcher {
    near: Within,
    ranking: Ranking,
    index: Index,
    level: Level,
}

/// Points that one thread takes at a time where the output may be every polygon for every point.
const CANDIDATES_PIECE: usize = 16;

impl Matcher {
    /// Prepares `polygons` for the rule *near centre × smallest area*.
    ///
    /// # Errors
    /// [`Error::Center`] or [`Error::Key`] for a polygon whose coordinates are so large that its
    /// centre or its area overflows.
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
    pub fn new(polygons: &[Polygon], near: Within) -> Result<Self, Error> {
        let centers: Vec<_> = polygons.iter().map(Polygon::center).collect();
        let areas: Vec<_> = polygons.iter().map(Polygon::area).collect();
        Self::from_arrays(&centers, &areas, near)
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
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        check_sites(centers, keys)?;
        let ranking = Ranking::by_key_with(keys, &mut poll)?;
        let index = Index::new(centers, ranking.order(), poll)?;
        Ok(Self { near, index, ranking, level: Level::widest() })
    }

    /// How many polygons there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ranking.len()
    }

    /// Whether there is no polygon at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What makes a polygon a candidate.
    #[must_use]
    pub fn near(&self) -> &Within {
        &self.near
    }

    /// The match of one point.
    ///
    /// # Errors
    /// [`Error::Point`] where it is not finite.
    pub fn find(&self, point: Point) -> Result<Option<Match>, Error> {
        check_finite(&[point])?;
        let found = self.level.run(FindOne { matcher: self, point });
        Ok(found.map(|found| self.as_match(found)))
    }

    /// The match of every point, on all cores.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite.
    pub fn match_points(&self, points: &[Point]) -> Result<Matches, Error> {
        self.match_points_with(points, Options::default(), || Ok::<(), Error>(()))
    }

    /// The match of every point, with a say in how it is found.
    ///
    /// `poll` is called from the calling thread every few hundred points; what it returns as an
    /// error ends the work.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite, unless the options allow it, and whatever
    /// `poll` returns.
    pub fn match_points_with<E: From<Error>>(
        &self,
        points: &[Point],
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matches, E> {
        let (mut index, mut distance) = (vec![0; points.len()], vec![0.0; points.len()]);
        self.match_into(points, &mut index, &mut distance, options, poll)?;
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
    pub fn match_into<E: From<Error>>(
        &self,
        points: &[Point],
        index: &mut [i64],
        distance: &mut [f64],
        options: Options,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let expected = (points.len(), points.len());
        assert_eq!((index.len(), distance.len()), expected, "an entry for each point");
        let extent = Extent::of(points, self.level, options.workers, &mut poll)?;
        if !extent.is_finite {
            options.check(points)?;
        }
        self.join(options).run(points, &extent.bounds, index, distance, poll)
    }

    /// All candidates of every point, on all cores.
    ///
    /// # Errors
    /// [`Error::Point`] for a point that is not finite.
    pub fn candidates(&self, points: &[Point]) -> Result<Candidates, Error> {
        self.candidates_with(points, Options::default(), || Ok::<(), Error>(()))
    }

    /// All candidates of every point, with a say in how they are found; `poll` is as in
    /// [`match_points_with`](Self::match_points_with).
    ///
    /// # Errors
    /// As [`match_points_with`](Self::match_points_with).
    pub fn candidates_with<E: From<Error>>(
        &self,
        points: &[Point],
        options: Options,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Candidates, E> {
        options.check(points)?;
        let mut rows: Vec<Vec<Match>> = vec![Vec::new(); points.len()];
        let pieces = points.chunks(CANDIDATES_PIECE).zip(rows.chunks_mut(CANDIDATES_PIECE));
        share_out(pieces, options.workers, poll, |(points, rows), _| {
            for (&point, row) in points.iter().zip(rows) {
                *row = self.candidates_if_finite(point);
            }
        })?;
        let mut all = Candidates { indptr: vec![0], ..Candidates::default() };
        for row in rows {
            all.indices.extend(row.iter().map(|candidate| as_i64(candidate.index)));
            all.distances.extend(row.iter().map(|candidate| candidate.distance));
            all.indptr.push(as_i64(all.indices.len()));
        }
        Ok(all)
    }

    fn join(&self, options: Options) -> Join<'_> {
        let search = Search { index: &self.index, ranking: &self.ranking, near: &self.near };
        Join { search, level: self.level, workers: options.workers, way: None }
    }

    fn candidates_if_finite(&self, point: Point) -> Vec<Match> {
        if !is_finite(point) {
            return Vec::new();
        }
        let mut found = self.level.run(FindEach { matcher: self, point });
        found.sort_unstable_by_key(|candidate| candidate.index);
        found
    }

    fn as_match(&self, (rank, squared_distance): (u32, f64)) -> Match {
        let index = self.ranking.position(rank) as usize;
        Match { index, distance: squared_distance.sqrt() }
    }
}

struct FindOne<'a> {
    matcher: &'a Matcher,
    point: Point,
}

impl Task for FindOne<'_> {
    type Output = Option<(u32, f64)>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        self.matcher.index.best(simd, &self.matcher.near, self.point)
    }
}

struct FindEach<'a> {
    matcher: &'a Matcher,
    point: Point,
}

impl Task for FindEach<'_> {
    type Output = Vec<Match>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let (mut stack, mut found): (Vec<Pending>, _) = (Vec::new(), Vec::new());
        let Matcher { index, near, .. } = self.matcher;
        index.each(simd, near, self.point, &mut stack, |rank, squared| {
            found.push(self.matcher.as_match((rank, squared)));
        });
        found
    }
}

impl Options {
    /// On the calling thread alone.
    #[must_use]
    pub fn single_threaded() -> Self {
        Self { workers: Some(NonZeroUsize::MIN), ..Self::default() }
    }

    pub(crate) fn check(self, points: &[Point]) -> Result<(), Error> {
        match self.on_invalid {
            OnInvalid::Error => check_finite(points),
            OnInvalid::Unmatched => Ok(()),
        }
    }
}

/// One key for each centre, and every centre finite.
pub(crate) fn check_sites(centers: &[Point], keys: &[f64]) -> Result<(), Error> {
    if centers.len() != keys.len() {
        return Err(Error::Keys { expected: centers.len(), got: keys.len() });
    }
    match centers.iter().position(|&center| !is_finite(center)) {
        Some(polygon) => Err(Error::Center { polygon, got: centers[polygon] }),
        None => Ok(()),
    }
}

fn check_finite(points: &[Point]) -> Result<(), Error> {
    match points.iter().position(|&point| !is_finite(point)) {
        Some(point) => Err(Error::Point { point, got: points[point] }),
        None => Ok(()),
    }
}

/// Positions and counts in memory are far below 2^63.
#[allow(clippy::cast_possible_wrap)]
fn as_i64(count: usize) -> i64 {
    count as i64
}
