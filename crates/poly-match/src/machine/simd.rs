//! One place where the processor's vector width is chosen, at run time.
//!
//! The kernels are plain loops over arrays of [`LANES`] doubles. Compiled for the baseline of the
//! platform and for two wider instruction sets of x86-64, they do the same IEEE operations in the
//! same order, so they give the same bits. What a compiler does not find by itself, the bits of a
//! comparison, is asked of `pulp`, which also detects what the processor has and keeps the calls
//! safe.

use pulp::NullaryFnOnce;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

/// As many doubles as the widest vectors hold.
pub(crate) const LANES: usize = 8;

/// What the kernels ask of an instruction set.
pub(crate) trait Simd: Copy {
    /// A bit for every value that is not above the limit, and is a number.
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32;

    /// Writes the words whose bits are set, the lowest first; what comes after them has no meaning.
    #[inline(always)]
    fn pack(self, words: &[u64; LANES], bits: u32, to: &mut [u64; LANES]) {
        // Each is written, and the next one over it where its bit is not set: no branch to guess.
        let mut next = 0;
        for (lane, &word) in words.iter().enumerate() {
            to[next % LANES] = word;
            next += (bits >> lane & 1) as usize;
        }
    }
}

/// What every processor of the platform has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Baseline;

impl Simd for Baseline {
    #[inline(always)]
    fn at_most(self, values: &[f64; LANES], limit: f64) -> u32 {
        (0..LANES).fold(0, |bits, i| bits | u32::from(values[i] <= limit) << i)
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
            // The sign of each lane, as a bit; there are four.
            self.avx._mm256_movemask_pd(pulp::cast(mask)).cast_unsigned()
        };
        bits(&values[..4]) | bits(&values[4..]) << 4
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
    #[allow(clippy::cast_possible_truncation)] // a bit for each lane
    fn pack(self, words: &[u64; LANES], bits: u32, to: &mut [u64; LANES]) {
        let packed = self.avx512f._mm512_maskz_compress_epi64(bits as u8, pulp::cast(*words));
        *to = pulp::cast(packed);
    }
}

/// Work that is compiled for every instruction set. Only what is inlined into `run` is, so `run` and
/// all that it uses in its loops are `#[inline(always)]`.
pub(crate) trait Task {
    type Output;

    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// An instruction set that this processor has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

impl Level {
    /// The widest that this processor has.
    pub(crate) fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(simd) = V4::try_new() {
                return Self::Avx512(simd);
            }
            if let Some(simd) = V3::try_new() {
                return Self::Avx2(simd);
            }
        }
        Self::Baseline
    }

    /// All that this processor has.
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

    /// Runs `task` as it was compiled for this instruction set.
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

/// A task with its instruction set, as `pulp` wants it.
struct With<S, T>(S, T);

impl<S: Simd, T: Task> NullaryFnOnce for With<S, T> {
    type Output = T::Output;

    #[inline(always)]
    fn call(self) -> T::Output {
        self.1.run(self.0)
    }
}
