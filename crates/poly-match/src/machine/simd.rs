//! Chooses the processor's vector width at run time. This is the only place that does.
//!
//! The kernels are plain loops over arrays of [`LANES`] doubles. They are compiled for the baseline
//! of the platform and for two wider instruction sets of x86-64. All three do the same IEEE
//! operations in the same order, so they give the same bits. A compiler does not find every vector
//! instruction by itself (the bit mask of a comparison, for example); `pulp` provides those. `pulp`
//! also detects what the processor supports and keeps the calls safe.

use pulp::NullaryFnOnce;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

#[cfg(target_arch = "x86_64")]
use crate::ablate::{Shortcut, is_on};

/// Doubles in one vector of the widest instruction set (AVX-512).
pub(crate) const LANES: usize = 8;

/// The operations that the kernels need from an instruction set.
pub(crate) trait Simd: Copy {
    /// A bit for each value that is at most `limit`. A NaN gets no bit.
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32;

    /// A bit for each value that is at most its own limit. A NaN on either side gets no bit.
    fn at_most_each(self, values: &[f64; LANES], limits: &[f64; LANES]) -> u32;

    /// Packs the words whose bit is set to the front of `to`, lowest first. The words of `to` after
    /// them are unspecified.
    #[inline(always)]
    fn pack(self, words: &[u64; LANES], bits: u32, to: &mut [u64; LANES]) {
        // Write every word, and advance only if its bit is set, so the next word overwrites it
        // otherwise. This needs no branch, so nothing is mispredicted.
        let mut next = 0;
        for (lane, &word) in words.iter().enumerate() {
            to[next % LANES] = word;
            next += (bits >> lane & 1) as usize;
        }
    }
}

/// The instructions that every processor of the platform has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Baseline;

impl Simd for Baseline {
    #[inline(always)]
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32 {
        (0..LANES).fold(0, |bits, i| bits | u32::from(values[i] <= limit) << i)
    }

    #[inline(always)]
    fn at_most_each(self, values: &[f64; LANES], limits: &[f64; LANES]) -> u32 {
        (0..LANES).fold(0, |bits, i| bits | u32::from(values[i] <= limits[i]) << i)
    }
}

#[cfg(target_arch = "x86_64")]
impl Simd for V3 {
    #[inline(always)]
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32 {
        let limit = self.splat_f64x4(limit);
        let bits = |values: &[f64]| {
            let [a, b, c, d] = [values[0], values[1], values[2], values[3]];
            let mask = self.cmp_le_f64x4(pulp::f64x4(a, b, c, d), limit);
            // The sign bit of each of the four lanes.
            self.avx._mm256_movemask_pd(pulp::cast(mask)).cast_unsigned()
        };
        bits(&values[..4]) | bits(&values[4..]) << 4
    }

    #[inline(always)]
    fn at_most_each(self, values: &[f64; LANES], limits: &[f64; LANES]) -> u32 {
        let four = |all: &[f64]| pulp::f64x4(all[0], all[1], all[2], all[3]);
        let bits = |values: &[f64], limits: &[f64]| {
            let mask = self.cmp_le_f64x4(four(values), four(limits));
            // The sign bit of each of the four lanes.
            self.avx._mm256_movemask_pd(pulp::cast(mask)).cast_unsigned()
        };
        bits(&values[..4], &limits[..4]) | bits(&values[4..], &limits[4..]) << 4
    }
}

#[cfg(target_arch = "x86_64")]
impl Simd for V4 {
    #[inline(always)]
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32 {
        let bits = self.cmp_le_f64x8(pulp::cast(*values), self.splat_f64x8(limit));
        u32::from(bits.0)
    }

    #[inline(always)]
    fn at_most_each(self, values: &[f64; LANES], limits: &[f64; LANES]) -> u32 {
        u32::from(self.cmp_le_f64x8(pulp::cast(*values), pulp::cast(*limits)).0)
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // a bit for each lane
    fn pack(self, words: &[u64; LANES], bits: u32, to: &mut [u64; LANES]) {
        let packed = self.avx512f._mm512_maskz_compress_epi64(bits as u8, pulp::cast(*words));
        *to = pulp::cast(packed);
    }
}

/// Work that is compiled once for every instruction set.
///
/// Only code that is inlined into `run` is compiled for the wider sets. So `run` and every function
/// in its loops must be `#[inline(always)]`.
pub(crate) trait Task {
    type Output;

    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// An instruction set that this processor supports.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

impl Level {
    /// The widest instruction set that this processor supports.
    pub(crate) fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(simd) = V4::try_new().filter(|_| is_on(Shortcut::Avx512)) {
                return Self::Avx512(simd);
            }
            if let Some(simd) = V3::try_new().filter(|_| is_on(Shortcut::Avx2)) {
                return Self::Avx2(simd);
            }
        }
        Self::Baseline
    }

    /// All instruction sets that this processor supports.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(V3::try_new().map(Self::Avx2));
            all.extend(V4::try_new().map(Self::Avx512));
        }
        all
    }

    /// Runs the version of `task` that was compiled for this instruction set.
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::Baseline => task.run(Baseline),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.vectorize(With(simd, task)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.vectorize(With(simd, task)),
        }
    }
}

/// A task with its instruction set, in the form that `pulp` expects.
struct With<S, T>(S, T);

impl<S: Simd, T: Task> NullaryFnOnce for With<S, T> {
    type Output = T::Output;

    #[inline(always)]
    fn call(self) -> T::Output {
        self.1.run(self.0)
    }
}
