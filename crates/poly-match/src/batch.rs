//! Some points with all their candidates, for a caller who says which of these are best.
//!
//! A row holds its candidates as they lie in the index: nothing is sorted, and a candidate is one word,
//! its position in the input beside its place among the sites that were found for its block. No
//! distance is kept where that place tells it: of the few candidates whose distance is asked for, it is
//! computed again, by the same operations.

use std::num::NonZeroUsize;

use crate::best::Score;
use crate::choose::{Choose, Keys};
use crate::index::{self, View};
use crate::lanes::Mask;
use crate::matcher::Matcher;
use crate::matches::{as_i64, as_usize};
use crate::near::{Within, squared_distance};
use crate::part::{self, Part};
use crate::query::Query;
use crate::rows::block;
use crate::simd::{LANES, Level, Simd, Task};
use crate::{Bounds, Error, Match, Near, Point, Tie};

/// Points that are read at a time, out of their order in memory, and between two questions whether to
/// go on.
const AHEAD: usize = 256;

/// Some points with their candidates, as compressed sparse rows; see
/// [`Batches`](crate::Batches).
///
/// The candidates of a point are in no order that has a meaning.
#[derive(Debug)]
pub struct Batch {
    level: Level,
    points: Vec<Point>,
    /// Where each point is in the query, from a start on.
    start: usize,
    places: Vec<u32>,
    indptr: Vec<i64>,
    /// Up to `len` they have a meaning: positions in the low bits, and places in `sites` in the high.
    candidates: Vec<u64>,
    len: usize,
    sites: Sites,
    /// Of every candidate, where sites do not tell it.
    distances: Vec<f64>,
    scratch: Scratch,
}

/// The sites that were found for the blocks of a batch; those of a block fill whole leaves.
#[derive(Debug, Default)]
struct Sites {
    x: Vec<f64>,
    y: Vec<f64>,
    /// What a row holds of each.
    candidates: Vec<u64>,
}

/// What is used again from batch to batch.
#[derive(Debug, Default)]
struct Scratch {
    stack: Vec<index::Pending>,
    scores: Vec<Score>,
    part: part::Scratch,
}

impl Batch {
    pub(crate) fn new(level: Level) -> Self {
        Self {
            level,
            points: Vec::new(),
            start: 0,
            places: Vec::new(),
            indptr: Vec::new(),
            candidates: Vec::new(),
            len: 0,
            sites: Sites::default(),
            distances: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// The points: finite ones, each of them in one batch of a query.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Where the candidates of each point start; one more entry than there are points.
    #[must_use]
    pub fn indptr(&self) -> &[i64] {
        &self.indptr
    }

    /// How many candidates there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.len
    }

    /// The positions of the candidates.
    #[must_use]
    pub fn indices(&self) -> Vec<i64> {
        self.level.run(Indices(&self.candidates[..self.len]))
    }

    /// Of each point, the `k` candidates of the smallest keys, written to the point's row of all points
    /// of the query, of `k` entries each; the rest of the row stays as it is. There is a key for every
    /// candidate; equal keys are decided by `tie`.
    ///
    /// # Errors
    /// [`Error::CandidateKeys`] where there is not one key for each candidate,
    /// [`Error::CandidateKey`] for one that is NaN.
    ///
    /// # Panics
    /// Where `index` or `distance` has not `k` entries for each point of the query.
    pub fn best_into(
        &self,
        keys: &[f64],
        tie: Tie,
        k: NonZeroUsize,
        index: &mut [i64],
        distance: &mut [f64],
    ) -> Result<(), Error> {
        if keys.len() != self.len {
            return Err(Error::CandidateKeys { expected: self.len, got: keys.len() });
        }
        let keys = Keys { batch: self, keys, tie };
        match k.get() {
            1 => self.level.run(Choose { keys, index, distance }),
            k => keys.best_into(k, index, distance),
        }
    }

    fn clear(&mut self) {
        let Self { points, places, indptr, len, sites, distances, .. } = self;
        points.clear();
        places.clear();
        distances.clear();
        indptr.clear();
        indptr.push(0);
        sites.clear();
        *len = 0;
    }

    /// The candidate at a place in the row of a point.
    #[inline(always)]
    pub(crate) fn candidate(&self, row: usize, at: usize) -> Match {
        let candidate = self.candidates[at];
        let distance = match self.distances.get(at) {
            Some(&distance) => distance,
            None => squared_distance(self.sites.site(candidate), self.points[row]).sqrt(),
        };
        Match { index: position(candidate) as usize, distance }
    }

    /// Where a point is in the query.
    #[inline(always)]
    pub(crate) fn place(&self, row: usize) -> usize {
        self.start + self.places[row] as usize
    }

    /// Where the row of a point is.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> std::ops::Range<usize> {
        as_usize(self.indptr[row])..as_usize(self.indptr[row + 1])
    }
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // the low bits are what is asked for
fn position(candidate: u64) -> u32 {
    candidate as u32
}

impl Sites {
    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.candidates.clear();
    }

    #[inline(always)]
    fn site(&self, candidate: u64) -> Point {
        let place = (candidate >> u32::BITS) as usize;
        [self.x[place], self.y[place]]
    }

    /// Adds the sites that are near some place of a box; returns where they start.
    #[inline(always)]
    fn add<S: Simd>(
        &mut self,
        simd: S,
        part: (&Part, View<'_>),
        within: &Within,
        bounds: &Bounds,
        stack: &mut Vec<index::Pending>,
    ) -> usize {
        let Self { x, y, candidates } = self;
        let (Part { order, .. }, index) = part;
        let is_by_position = order.ranking.is_by_position();
        let ranking = order.ranking.view();
        let first = x.len();
        index.leaves_near_box(simd, within, bounds, stack, |leaf, mask| {
            let first = x.len();
            let words =
                [leaf.x.map(f64::to_bits), leaf.y.map(f64::to_bits), leaf.id.map(u64::from)];
            let mut packed = [[0; LANES]; 3];
            for (words, packed) in words.iter().zip(&mut packed) {
                mask.pack(simd, words, packed);
            }
            let [x_bits, y_bits, mut words] = packed;
            for (word, place) in words.iter_mut().zip(first as u64..) {
                *word |= place << u32::BITS;
            }
            let count = mask.count();
            extend(x, &x_bits.map(f64::from_bits), count);
            extend(y, &y_bits.map(f64::from_bits), count);
            extend(candidates, &words, count);
            if !is_by_position {
                for (place, candidate) in (first as u64..).zip(&mut candidates[first..]) {
                    let position = ranking.position(position(*candidate));
                    *candidate = place << u32::BITS | u64::from(position);
                }
            }
        });
        let end = x.len().next_multiple_of(LANES);
        x.resize(end, f64::NAN);
        y.resize(end, f64::NAN);
        candidates.resize(end, 0);
        first
    }
}

/// Adds the first `count` of some values: all of them are copied, as that is faster.
#[inline(always)]
fn extend<T: Copy>(to: &mut Vec<T>, values: &[T; LANES], count: usize) {
    let end = to.len() + count;
    to.extend_from_slice(values);
    to.truncate(end);
}

#[inline(always)]
fn leaves<T>(values: &[T]) -> &[[T; LANES]] {
    values.as_chunks().0
}

/// Makes a batch of the points that come next in an order, of `enough` candidates or a little more.
pub(crate) struct Fill<'a, 'p> {
    pub(crate) matcher: &'a Matcher,
    /// A piece of a query, which starts there.
    pub(crate) query: Query<'a>,
    pub(crate) start: usize,
    /// The places of the points that are left.
    pub(crate) places: &'p [u32],
    pub(crate) enough: usize,
    pub(crate) batch: &'p mut Batch,
    pub(crate) go_on: &'p mut dyn FnMut() -> bool,
}

impl Task for Fill<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { matcher, query, start, places, enough, batch, go_on } = self;
        batch.clear();
        batch.start = start;
        for places in places.chunks(AHEAD) {
            if batch.len >= enough || !go_on() {
                return;
            }
            let first = batch.points.len();
            batch.points.extend(places.iter().map(|&place| query.points[place as usize]));
            let done = batch.rows(simd, matcher, &query, places, enough);
            batch.points.truncate(first + done);
            batch.places.extend_from_slice(&places[..done]);
        }
    }
}

impl Batch {
    /// Adds the rows of the points at the end, which are at these places, as far as it takes for
    /// `enough` candidates; returns how many.
    #[inline(always)]
    fn rows<S: Simd>(
        &mut self,
        simd: S,
        matcher: &Matcher,
        query: &Query<'_>,
        places: &[u32],
        enough: usize,
    ) -> usize {
        let mut done = 0;
        while done < places.len() && self.len < enough {
            let place = places[done] as usize;
            let Some((part, near)) = matcher.asked(query, place) else {
                self.end_row();
                done += 1;
                continue;
            };
            let (Near::Center(within), Some(index)) = (&near, &part.index) else {
                self.row_of_one(simd, part, &near, query.points[place]);
                done += 1;
                continue;
            };
            let (count, bounds, widest) = block(query, &places[done..], within);
            let Self { sites, scratch, .. } = self;
            let first = sites.add(simd, (part, index.view()), &widest, &bounds, &mut scratch.stack);
            for &place in &places[done..done + count] {
                if self.len >= enough {
                    break;
                }
                let own = query.max_dist.map(|all| within.with_max_dist(all[place as usize]));
                let within = own.as_ref().unwrap_or(&widest);
                self.row_of_sites(simd, within, query.points[place as usize], first);
                done += 1;
            }
        }
        done
    }

    fn end_row(&mut self) {
        self.indptr.push(as_i64(self.len));
    }

    /// Adds the row of a point: of the sites from `first` on, those that are near.
    #[inline(always)]
    fn row_of_sites<S: Simd>(&mut self, simd: S, within: &Within, point: Point, first: usize) {
        let Self { candidates, len, sites, .. } = self;
        let most = *len + sites.x.len() - first;
        if candidates.len() < most {
            candidates.resize(most.max(candidates.len() * 2), 0);
        }
        let (x, y) = (leaves(&sites.x[first..]), leaves(&sites.y[first..]));
        let row = &mut candidates[*len..most];
        let mut count = 0;
        for ((x, y), candidates) in x.iter().zip(y).zip(leaves(&sites.candidates[first..])) {
            let mut squared = [0.0; LANES];
            for i in 0..LANES {
                squared[i] = squared_distance([x[i], y[i]], point);
            }
            let mask = Mask::at_most(simd, &squared, within.limit());
            if let Some(to) = row[count..].first_chunk_mut() {
                count += mask.pack(simd, candidates, to);
            }
        }
        *len += count;
        self.end_row();
    }

    /// Adds the row of a point that is searched for alone.
    #[inline(always)]
    fn row_of_one<S: Simd>(&mut self, simd: S, part: &Part, near: &Near, point: Point) {
        let Self { candidates, len, distances, scratch, .. } = self;
        let Scratch { scores, part: scratch, .. } = scratch;
        part.scores(simd, near, point, scratch, scores);
        candidates.truncate(*len);
        let positions = scores.iter().map(|score| part.order.ranking.position(score.rank));
        candidates.extend(positions.map(u64::from));
        distances.extend(scores.iter().map(|score| score.distance));
        *len = candidates.len();
        self.end_row();
    }
}

/// Writes the positions of candidates.
struct Indices<'a>(&'a [u64]);

impl Task for Indices<'_> {
    type Output = Vec<i64>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Vec<i64> {
        let mut all = Vec::with_capacity(self.0.len());
        let (chunks, rest) = self.0.as_chunks::<LANES>();
        for chunk in chunks {
            all.extend_from_slice(&chunk.map(|candidate| i64::from(position(candidate))));
        }
        all.extend(rest.iter().map(|&candidate| i64::from(position(candidate))));
        all
    }
}
