//! A mask over eight lanes, and the operations on it.
//!
//! Nothing here knows what a lane holds.

// Loops over lanes index arrays of fixed length, because the compiler vectorizes that form.
#![allow(clippy::needless_range_loop)]

use std::ops::{BitAnd, BitOr, BitXor};

use crate::machine::{LANES, Simd};

/// A set of lanes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mask(u32);

impl Mask {
    pub(crate) const NONE: Self = Self(0);

    /// The lanes whose value is at most `limit`. A NaN is never in the mask.
    #[inline(always)]
    pub(crate) fn at_most<S: Simd>(simd: S, values: &[f64; LANES], limit: f64) -> Self {
        Self(simd.at_most(values, limit))
    }

    /// The lanes whose value is at most the limit of the lane. A NaN is never in the mask.
    #[inline(always)]
    pub(crate) fn at_most_each<S: Simd>(
        simd: S,
        values: &[f64; LANES],
        limits: &[f64; LANES],
    ) -> Self {
        Self(simd.at_most_each(values, limits))
    }

    /// The lowest `count` lanes, at most all eight.
    #[inline(always)]
    pub(crate) fn first_lanes(count: usize) -> Self {
        Self((1 << count.min(LANES)) - 1)
    }

    /// The highest `count` lanes, at most all eight.
    #[inline(always)]
    pub(crate) fn last_lanes(count: usize) -> Self {
        Self(0xff & (0xff00 >> count.min(LANES)))
    }

    #[inline(always)]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The lowest lane in the mask.
    #[inline(always)]
    pub(crate) fn first(self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize % LANES)
    }

    #[inline(always)]
    pub(crate) fn has(self, lane: usize) -> bool {
        self.0 >> lane & 1 != 0
    }

    #[inline(always)]
    pub(crate) fn without_first(self) -> Self {
        Self(self.0 & self.0.wrapping_sub(1))
    }

    /// Packs the words of the lanes in the mask to the front of `to`, lowest lane first, and
    /// returns their count. The words of `to` after that are unspecified.
    #[inline(always)]
    pub(crate) fn pack<S: Simd>(
        self,
        simd: S,
        words: &[u64; LANES],
        to: &mut [u64; LANES],
    ) -> usize {
        simd.pack(words, self.0, to);
        self.count()
    }

    /// The mask as an integer: bit `i` is lane `i`.
    #[inline(always)]
    pub(crate) fn bits(self) -> u64 {
        self.0.into()
    }

    /// The number of lanes in the mask.
    #[inline(always)]
    pub(crate) fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The lanes in the mask, highest first.
    #[inline(always)]
    pub(crate) fn lanes_down(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let lane = self.0.checked_ilog2()?;
            self.0 ^= 1 << lane;
            Some(lane as usize % LANES)
        })
    }

    /// The lanes in the mask, lowest first.
    #[inline(always)]
    pub(crate) fn lanes(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let lane = self.first();
            self = self.without_first();
            lane
        })
    }
}

impl BitAnd for Mask {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Mask {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitXor for Mask {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}
