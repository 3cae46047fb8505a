//! A uniform sample of points, which depends on nothing but their positions.
//!
//! Every position has a hash, and the points with the smallest hashes are kept: any set of positions of
//! that size is as likely as any other. If there are few points, all are kept.

use poly_match::Point;

/// A point of the sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sampled {
    /// Its position among all points.
    position: u64,
    pub(super) at: Point,
    /// The position of its best match.
    pub(super) best: Option<usize>,
}

/// Points with the smallest hashes so far, and perhaps others: at most twice as many as wanted.
#[derive(Debug)]
pub(super) struct Sample {
    most: usize,
    kept: Vec<Sampled>,
    /// A point with a larger hash is not in the sample.
    limit: u64,
}

impl Sample {
    /// A sample of at most `most` points.
    pub(super) fn new(most: usize) -> Self {
        Self { most, kept: Vec::new(), limit: u64::MAX }
    }

    /// Offers a point. No two points have the same position.
    #[inline]
    pub(super) fn add(&mut self, position: u64, at: Point, best: Option<usize>) {
        if hash(position) <= self.limit {
            self.kept.push(Sampled { position, at, best });
            if self.kept.len() >= 2 * self.most {
                self.limit = smallest(&mut self.kept, self.most);
            }
        }
    }

    /// The points of the sample, by position.
    pub(super) fn points(&self) -> Vec<Sampled> {
        let mut points = self.kept.clone();
        if points.len() > self.most {
            smallest(&mut points, self.most);
        }
        points.sort_unstable_by_key(|point| point.position);
        points
    }
}

/// Keeps the `most` points with the smallest hashes. Returns the largest of these hashes.
fn smallest(points: &mut Vec<Sampled>, most: usize) -> u64 {
    let hash = |point: &Sampled| hash(point.position);
    let (_, last, _) = points.select_nth_unstable_by_key(most - 1, hash);
    let limit = hash(last);
    points.truncate(most);
    limit
}

/// Mixes the bits of a position. Different positions have different hashes.
///
/// The finalizer of SplitMix64: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014.
fn hash(position: u64) -> u64 {
    let mut bits = position.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(most: usize, offered: u64) -> Vec<u64> {
        let mut sample = Sample::new(most);
        for position in 0..offered {
            sample.add(position, [0.0; 2], None);
            assert!(sample.kept.len() < 2 * most);
        }
        sample.points().iter().map(|point| point.position).collect()
    }

    #[test]
    fn few_points_are_all_kept() {
        assert_eq!(positions(100, 100), (0..100).collect::<Vec<_>>());
        assert!(positions(100, 0).is_empty());
    }

    #[test]
    fn of_many_points_those_with_the_smallest_hashes_are_kept() {
        let mut all: Vec<_> = (0..10_000).collect();
        all.sort_by_key(|&position| hash(position));
        all.truncate(300);
        all.sort_unstable();
        assert_eq!(positions(300, 10_000), all);
    }

    /// Counts the sample in 50 stretches, and by the lowest bits: chi-squared with 49 and 15 degrees of
    /// freedom is above these limits once in a million samples.
    #[test]
    fn the_sample_is_uniform() {
        const OFFERED: u64 = 1_000_000;
        let sample = positions(20_000, OFFERED);
        assert_eq!(sample.len(), 20_000);
        let chi_squared = |classes: u64, class: &dyn Fn(u64) -> u64| -> f64 {
            let expected = 20_000.0 / f64::from(u32::try_from(classes).expect("few"));
            let of = |one| sample.iter().filter(|&&position| class(position) == one).count();
            let counts = (0..classes).map(|one| f64::from(u32::try_from(of(one)).expect("few")));
            counts.map(|count| (count - expected).powi(2) / expected).sum()
        };
        let by_place = chi_squared(50, &|position| position / (OFFERED / 50));
        let by_bits = chi_squared(16, &|position| position % 16);
        assert!(by_place < 109.0 && by_bits < 57.0, "{by_place} {by_bits}");
    }
}
