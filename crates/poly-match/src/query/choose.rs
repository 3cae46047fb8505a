//! [`Keys`]: picks the best of the candidates of each point, by keys that the caller gives.
//!
//! For each row, the smallest key is found eight keys at a time. The candidates that have it are
//! then the set bits of a word: mostly one. If there are several, their distances or positions
//! decide.
//!
//! The results of a point may go anywhere in memory. So the winners of 64 points are found first,
//! which mispredicts branches. Then they are written, which does not.

use std::cmp::Ordering;
use std::num::NonZeroUsize;
use std::ops::Range;

use crate::ablate::{Shortcut, is_on};
use crate::answer::{as_i64, by_tie};
use crate::error::Error;
use crate::geometry::float::{larger, smaller};
use crate::machine::{LANES, Simd, Task};
use crate::query::batch::Batch;
use crate::rule::Tie;

/// Points whose winners are written at a time.
const POINTS: usize = 64;

/// Candidates that are compared at a time: one for each bit of a word.
const AT_ONCE: usize = CHUNKS * LANES;
/// Vectors of keys that are compared at a time.
const CHUNKS: usize = 8;

const ALL_LANES: u32 = (1 << LANES) - 1;

/// Lower bounds that hide keys outside a row. The first half is −∞, the second +∞. For a row of `n`
/// keys it is read from `n` entries before the middle: the first `n` keys stay as they are, and all
/// others become +∞, so that they are not the smallest.
static OUTSIDE: [f64; 2 * AT_ONCE] = {
    let mut outside = [f64::INFINITY; 2 * AT_ONCE];
    let (inside, _) = outside.split_at_mut(AT_ONCE);
    let mut i = 0;
    while i < AT_ONCE {
        inside[i] = f64::NEG_INFINITY;
        i += 1;
    }
    outside
};

impl Batch {
    /// Writes the `k` candidates with the smallest keys for each point. `keys` has a key for every
    /// candidate; `tie` decides between equal keys. `index` and `distance` have a row of `k`
    /// entries for each point of the whole query. If a point has fewer than `k` candidates, the rest
    /// of its row is left as it was.
    ///
    /// # Errors
    /// [`Error::CandidateKeys`] if there is not one key for each candidate; [`Error::CandidateKey`]
    /// if a key is NaN.
    ///
    /// # Panics
    /// If `index` or `distance` does not have `k` entries for each point of the query.
    pub fn best_into(
        &self,
        keys: &[f64],
        tie: Tie,
        k: NonZeroUsize,
        index: &mut [i64],
        distance: &mut [f64],
    ) -> Result<(), Error> {
        if keys.len() != self.count() {
            return Err(Error::CandidateKeys { expected: self.count(), got: keys.len() });
        }
        let keys = Keys { batch: self, keys, tie };
        match k.get() {
            1 if is_on(Shortcut::ChooseOne) => self.level.run(Choose { keys, index, distance }),
            k => keys.best_into(k, index, distance),
        }
    }
}

/// A key for every candidate of a batch, and the rule that decides between equal keys.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) batch: &'a Batch,
    pub(crate) keys: &'a [f64],
    pub(crate) tie: Tie,
}

impl Keys<'_> {
    /// Writes the best `k` candidates of each point.
    pub(crate) fn best_into(
        self,
        k: usize,
        index: &mut [i64],
        distance: &mut [f64],
    ) -> Result<(), Error> {
        if self.keys.iter().any(|key| key.is_nan()) {
            return Err(self.first_nan());
        }
        let mut best = Vec::new();
        for row in 0..self.batch.points().len() {
            let is_better = |&a: &usize, &b: &usize| self.compare(row, a, b);
            best.clear();
            best.extend(self.batch.row(row));
            if best.len() > k {
                best.select_nth_unstable_by(k, is_better);
                best.truncate(k);
            }
            best.sort_unstable_by(is_better);
            let places = self.batch.place(row) * k..(self.batch.place(row) + 1) * k;
            let to = index[places.clone()].iter_mut().zip(&mut distance[places]);
            for (&at, (index, distance)) in best.iter().zip(to) {
                let found = self.batch.candidate(row, at);
                (*index, *distance) = (as_i64(found.index), found.distance);
            }
        }
        Ok(())
    }

    /// Compares two candidates of a point; the better one is less.
    fn compare(&self, row: usize, a: usize, b: usize) -> Ordering {
        let by_key = self.keys[a].partial_cmp(&self.keys[b]).unwrap_or(Ordering::Equal);
        by_key.then_with(|| {
            by_tie(self.batch.candidate(row, a), self.batch.candidate(row, b), self.tie)
        })
    }

    /// Returns the error for the first key that is NaN, in the order of the query.
    #[cold]
    fn first_nan(&self) -> Error {
        let Self { batch, keys, .. } = *self;
        let in_row = |row: usize| {
            let nan = batch.row(row).filter(|&at| keys[at].is_nan());
            nan.map(move |at| (batch.place(row), batch.candidate(row, at).index))
        };
        let first = (0..batch.points().len()).flat_map(in_row).min();
        let (point, polygon) = first.unwrap_or_default();
        Error::CandidateKey { point, polygon }
    }

    /// Returns the best candidate of a row, if it has any.
    #[inline(always)]
    fn best<S: Simd>(&self, simd: S, row: usize) -> Option<usize> {
        let all = self.batch.row(row);
        if all.len() <= AT_ONCE {
            return self.best_of(simd, row, all);
        }
        let pieces = all.clone().step_by(AT_ONCE);
        let best =
            pieces.filter_map(|start| self.best_of(simd, row, start..all.end.min(start + AT_ONCE)));
        best.min_by(|&a, &b| self.compare(row, a, b))
    }

    /// Returns the best of up to [`AT_ONCE`] candidates of a row.
    #[inline(always)]
    fn best_of<S: Simd>(&self, simd: S, row: usize, some: Range<usize>) -> Option<usize> {
        let Range { start, .. } = some;
        // This branch is predicted well where rows have similar lengths. The loops have no other.
        let smallest = if some.len() <= LANES {
            smallest::<_, 1>(simd, self.keys, some)
        } else {
            smallest::<_, CHUNKS>(simd, self.keys, some)
        };
        if smallest & smallest.wrapping_sub(1) == 0 {
            return (smallest != 0).then(|| start + smallest.trailing_zeros() as usize);
        }
        let several = (0..AT_ONCE).filter(|bit| smallest >> bit & 1 != 0);
        let several = several.map(|bit| (start + bit, self.batch.candidate(row, start + bit)));
        several.min_by(|&(_, a), &(_, b)| by_tie(a, b, self.tie)).map(|(at, _)| at)
    }
}

/// The task that writes the best candidate of each point.
pub(crate) struct Choose<'a> {
    pub(crate) keys: Keys<'a>,
    pub(crate) index: &'a mut [i64],
    pub(crate) distance: &'a mut [f64],
}

impl Task for Choose<'_> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let Self { keys, index, distance } = self;
        let batch = keys.batch;
        let count = batch.points().len();
        let mut winners = [None; POINTS];
        for first in (0..count).step_by(POINTS) {
            let rows = first..count.min(first + POINTS);
            if !are_numbers(simd, &keys.keys[batch.all(rows.clone())]) {
                return Err(keys.first_nan());
            }
            for (winner, row) in winners.iter_mut().zip(rows.clone()) {
                *winner = keys.best(simd, row);
            }
            for (&winner, row) in winners.iter().zip(rows) {
                let Some(at) = winner else { continue };
                let (place, found) = (batch.place(row), batch.candidate(row, at));
                (index[place], distance[place]) = (as_i64(found.index), found.distance);
            }
        }
        Ok(())
    }
}

/// Returns whether no key is NaN.
#[inline(always)]
fn are_numbers<S: Simd>(simd: S, keys: &[f64]) -> bool {
    let (chunks, rest) = keys.as_chunks();
    let lanes = chunks.iter().fold(!0, |lanes, chunk| lanes & simd.at_most(chunk, f64::INFINITY));
    lanes & ALL_LANES == ALL_LANES && !rest.iter().any(|key| key.is_nan())
}

/// Returns which of up to `COUNT` times [`LANES`] keys are the smallest, a bit for each.
#[inline(always)]
fn smallest<S: Simd, const COUNT: usize>(simd: S, keys: &[f64], some: Range<usize>) -> u64 {
    let count = some.len();
    let padded;
    // This may read keys of the next rows, which `OUTSIDE` hides.
    let chunks = match keys[some.start..].as_chunks().0.first_chunk::<COUNT>() {
        Some(chunks) => chunks,
        None => {
            padded = pad(&keys[some]);
            &padded
        }
    };
    let (outside, _) = OUTSIDE[AT_ONCE - count..].as_chunks::<LANES>();
    let mut least = [f64::INFINITY; LANES];
    for (chunk, outside) in chunks.iter().zip(outside) {
        for i in 0..LANES {
            least[i] = smaller(least[i], larger(chunk[i], outside[i]));
        }
    }
    for half in [4, 2, 1] {
        for i in 0..half {
            least[i] = smaller(least[i], least[i + half]);
        }
    }
    let mut smallest = 0;
    for chunk in chunks {
        // Shift the bits in from the top: for shifts by constants the compiler would make slow
        // vector code.
        smallest =
            smallest >> LANES | u64::from(simd.at_most(chunk, least[0])) << (AT_ONCE - LANES);
    }
    let left_out = u32::try_from(AT_ONCE - count).unwrap_or(0); // at most 64
    smallest >> (AT_ONCE - COUNT * LANES) & u64::MAX.unbounded_shr(left_out)
}

/// Copies keys to an array and fills the rest with +∞.
#[cold]
fn pad<const COUNT: usize>(keys: &[f64]) -> [[f64; LANES]; COUNT] {
    let mut padded = [[f64::INFINITY; LANES]; COUNT];
    padded.as_flattened_mut()[..keys.len()].copy_from_slice(keys);
    padded
}
