//! Of the candidates of many points, those that a caller's keys make the best.
//!
//! Of a row the smallest key is looked for eight at a time, and then the candidates that have it, as the
//! bits of a word: mostly one. Where there are several, their distances or positions decide.
//!
//! What is written for a point lies anywhere in memory. So the winners of some points are found first,
//! where branches are guessed wrong, and written then, where none is.

use std::cmp::Ordering;
use std::ops::Range;

use crate::batch::Batch;
use crate::matches::{as_i64, by_tie};
use crate::simd::{LANES, Simd, Task};
use crate::{Error, Tie};

/// Points whose winners are written at a time.
const POINTS: usize = 64;

/// Candidates among which those of the smallest key are the bits of a word.
const AT_ONCE: usize = 8 * LANES;

/// A key for every candidate of a batch, and what decides between equal ones.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) batch: &'a Batch,
    pub(crate) keys: &'a [f64],
    pub(crate) tie: Tie,
}

impl Keys<'_> {
    /// Writes the best `k` of each point.
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

    /// Which of two candidates of a point is better.
    fn compare(&self, row: usize, a: usize, b: usize) -> Ordering {
        let by_key = self.keys[a].partial_cmp(&self.keys[b]).unwrap_or(Ordering::Equal);
        by_key.then_with(|| {
            by_tie(self.batch.candidate(row, a), self.batch.candidate(row, b), self.tie)
        })
    }

    /// The first key that is NaN, in the order of the query.
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

    /// The best candidate of a row, where it has any.
    #[inline(always)]
    fn best<S: Simd>(&self, simd: S, row: usize, numbers: &mut Numbers) -> Option<usize> {
        let all = self.batch.row(row);
        if all.len() <= AT_ONCE {
            return self.best_of(simd, row, all, numbers);
        }
        let pieces = all.clone().step_by(AT_ONCE);
        let best = pieces.filter_map(|start| {
            self.best_of(simd, row, start..all.end.min(start + AT_ONCE), numbers)
        });
        best.min_by(|&a, &b| self.compare(row, a, b))
    }

    /// The same of up to [`AT_ONCE`] candidates of a row.
    #[inline(always)]
    fn best_of<S: Simd>(
        &self,
        simd: S,
        row: usize,
        some: Range<usize>,
        numbers: &mut Numbers,
    ) -> Option<usize> {
        let Range { start, .. } = some;
        let smallest = smallest(simd, self.keys, some, numbers);
        if smallest & smallest.wrapping_sub(1) == 0 {
            return (smallest != 0).then(|| start + smallest.trailing_zeros() as usize);
        }
        let several = (0..AT_ONCE).filter(|bit| smallest >> bit & 1 != 0);
        several.map(|bit| start + bit).min_by(|&a, &b| self.compare(row, a, b))
    }
}

/// Writes the best candidate of each point.
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
        let mut numbers = Numbers::ALL;
        let count = batch.points().len();
        for first in (0..count).step_by(POINTS) {
            let mut winners = [(0, 0); POINTS];
            let mut won = 0;
            for row in first..count.min(first + POINTS) {
                if let Some(at) = keys.best(simd, row, &mut numbers) {
                    winners[won % POINTS] = (row, at);
                    won += 1;
                }
            }
            for &(row, at) in &winners[..won] {
                let (place, found) = (batch.place(row), batch.candidate(row, at));
                (index[place], distance[place]) = (as_i64(found.index), found.distance);
            }
        }
        if numbers == Numbers::ALL { Ok(()) } else { Err(keys.first_nan()) }
    }
}

/// The lanes that have seen nothing but numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Numbers(u32);

impl Numbers {
    const ALL: Self = Self((1 << LANES) - 1);
}

/// Which of up to [`AT_ONCE`] keys are the smallest: a bit each.
#[inline(always)]
fn smallest<S: Simd>(simd: S, keys: &[f64], some: Range<usize>, numbers: &mut Numbers) -> u64 {
    let count = some.len();
    let chunks: &[[f64; LANES]];
    let padded;
    // Keys of the next rows are read, and left out.
    match keys.get(some.start..some.start + count.next_multiple_of(LANES)) {
        Some(keys) => chunks = keys.as_chunks().0,
        None => {
            padded = pad(&keys[some]);
            chunks = &padded;
        }
    }
    let mut least = [f64::INFINITY; LANES];
    for (chunk, first) in chunks.iter().zip((0..).step_by(LANES)) {
        numbers.0 &= simd.at_most(chunk, f64::INFINITY);
        for i in 0..LANES {
            let key = if first + i < count { chunk[i] } else { f64::INFINITY };
            least[i] = if key < least[i] { key } else { least[i] };
        }
    }
    for half in [4, 2, 1] {
        for i in 0..half {
            least[i] = if least[i + half] < least[i] { least[i + half] } else { least[i] };
        }
    }
    let mut smallest = 0;
    for (chunk, first) in chunks.iter().zip((0..).step_by(LANES)) {
        smallest |= u64::from(simd.at_most(chunk, least[0])) << first;
    }
    let left_out = u32::try_from(AT_ONCE - count).unwrap_or(0); // of 64
    smallest & u64::MAX.unbounded_shr(left_out)
}

/// The same keys, with others behind them.
#[cold]
fn pad(keys: &[f64]) -> [[f64; LANES]; AT_ONCE / LANES] {
    let mut padded = [[f64::INFINITY; LANES]; AT_ONCE / LANES];
    padded.as_flattened_mut()[..keys.len()].copy_from_slice(keys);
    padded
}
