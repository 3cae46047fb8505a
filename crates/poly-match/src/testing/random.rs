//! Random numbers, the same on every machine: a seed determines a case completely.

use crate::geometry::Point;

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
/// 2014).
pub(crate) struct Random(u64);

impl Random {
    /// The generator of a seed. Its numbers are unrelated to those of the next seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Self(seed).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// A whole number below `end`.
    #[allow(clippy::cast_possible_truncation)] // a number below `end` is a usize
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in `times` calls on average.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        #[allow(clippy::cast_precision_loss)] // 53 bits
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// Log-uniform: between 1 and 10 as often as between 10 and 100.
    pub(crate) fn skewed(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small and positive
    pub(crate) fn count(&mut self, low: f64, high: f64) -> usize {
        self.skewed(low, high) as usize
    }

    /// A whole number from −`most` to `most`.
    pub(crate) fn whole(&mut self, most: u32) -> f64 {
        f64::from(u32::try_from(self.below(2 * most as usize + 1)).expect("small"))
            - f64::from(most)
    }

    pub(crate) fn in_square(&mut self, half: f64) -> Point {
        [self.between(-half, half), self.between(-half, half)]
    }

    pub(crate) fn on_lattice(&mut self) -> Point {
        [self.whole(30), self.whole(30)]
    }
}
