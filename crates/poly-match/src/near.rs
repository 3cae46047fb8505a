//! *Near*: what makes a polygon a candidate for a point, and the bounds that let a search skip.
//!
//! Nothing here knows which candidate is the best; that is `best`.

use crate::{Error, Point};

/// The rule *the centre is closer than `max_dist`*, exact to the last bit.
///
/// A candidate is a centre for which `sqrt(dx*dx + dy*dy) < max_dist` in IEEE double, without
/// fused multiply-add. Since the square root is monotone and correctly rounded, there is a largest
/// double `limit` whose root is still below `max_dist`, and `dx*dx + dy*dy <= limit` decides the
/// same with no root at all. (`dx*dx + dy*dy < max_dist*max_dist` does not: it disagrees on the
/// boundary.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within {
    max_dist: f64,
    inclusive: bool,
    limit: f64,
}

impl Within {
    /// Centres strictly closer than `max_dist`, in the units of the coordinates.
    ///
    /// 0 admits nothing, infinity everything.
    ///
    /// # Errors
    /// [`Error::MaxDist`] when `max_dist` is negative or NaN.
    pub fn new(max_dist: f64) -> Result<Self, Error> {
        Self::with_boundary(max_dist, false)
    }

    /// Centres no farther than `max_dist`: the boundary belongs to it.
    ///
    /// # Errors
    /// [`Error::MaxDist`] when `max_dist` is negative or NaN.
    pub fn inclusive(max_dist: f64) -> Result<Self, Error> {
        Self::with_boundary(max_dist, true)
    }

    fn with_boundary(max_dist: f64, inclusive: bool) -> Result<Self, Error> {
        if max_dist.is_nan() || max_dist < 0.0 {
            return Err(Error::MaxDist { got: max_dist });
        }
        Ok(Self { max_dist, inclusive, limit: squared_limit(max_dist, inclusive) })
    }

    /// The same with another distance, which is neither negative nor NaN.
    pub(crate) fn with_max_dist(self, max_dist: f64) -> Self {
        let Self { inclusive, .. } = self;
        Self { max_dist, inclusive, limit: squared_limit(max_dist, inclusive) }
    }

    /// Whether a polygon at this distance is a candidate.
    #[inline(always)]
    pub(crate) fn admits_distance(&self, distance: f64) -> bool {
        distance < self.max_dist
            || (self.inclusive && distance == self.max_dist)
            || self.max_dist == f64::INFINITY
    }

    /// The distance that the rule was made with.
    #[must_use]
    pub fn max_dist(&self) -> f64 {
        self.max_dist
    }

    /// Whether a centre at exactly `max_dist` is a candidate.
    #[must_use]
    pub fn is_inclusive(&self) -> bool {
        self.inclusive
    }

    /// Whether a polygon with this centre is a candidate for `point`.
    #[inline]
    #[must_use]
    pub fn is_near(&self, center: Point, point: Point) -> bool {
        self.admits(squared_distance(center, point))
    }

    /// The largest squared distance at which a centre is a candidate; below 0 where none is.
    #[inline(always)]
    pub(crate) fn limit(&self) -> f64 {
        self.limit
    }

    /// Whether a centre at this squared distance is a candidate.
    #[inline(always)]
    pub(crate) fn admits(&self, squared_distance: f64) -> bool {
        squared_distance <= self.limit
    }
}

/// The smallest difference between a number of one interval and a number of another.
///
/// A bound of a search goes through the same IEEE operations as a distance, and each of them is
/// monotone: squared and added like two differences, it is never above a distance between the
/// boxes, to the last bit, so no candidate is lost by it. [`farthest`] is never below.
#[inline(always)]
pub(crate) fn nearest(low: f64, high: f64, other_low: f64, other_high: f64) -> f64 {
    larger(0.0, larger(low - other_high, other_low - high))
}

/// The largest difference between a number of one interval and a number of another.
#[inline(always)]
pub(crate) fn farthest(low: f64, high: f64, other_low: f64, other_high: f64) -> f64 {
    larger(high - other_low, other_high - low)
}

/// The larger of two numbers, or the second where one is NaN: one instruction of most processors.
#[inline(always)]
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller of two numbers, or the second where one is NaN.
#[inline(always)]
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// `dx*dx + dy*dy`, the square of the distance.
#[inline]
pub(crate) fn squared_distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    dx * dx + dy * dy
}

/// The largest double whose square root is below `max_dist` (or equal to it, where inclusive);
/// below zero where there is none.
fn squared_limit(max_dist: f64, inclusive: bool) -> f64 {
    const NOTHING: f64 = -1.0;
    if max_dist == f64::INFINITY {
        return f64::INFINITY;
    }
    let admits = |squared: f64| {
        let distance = squared.sqrt();
        if inclusive { distance <= max_dist } else { distance < max_dist }
    };
    if !admits(0.0) {
        return NOTHING;
    }
    // The rounded square is at most a few doubles away from the answer.
    let mut limit = (max_dist * max_dist).min(f64::MAX);
    if !admits(limit) {
        while !admits(limit) {
            limit = limit.next_down();
        }
        return limit;
    }
    while admits(limit.next_up()) {
        limit = limit.next_up();
    }
    limit
}

/// A number that no square is above whose root is `distance` or less: good enough to skip by, where
/// it changes with every point and [`Within`] would be too dear.
///
/// With u = 2^-53, a rounded root of at most d is one of a number of at most d²(1 + u)², and d² is
/// rounded here by a factor of 1 − u at the worst, or by less than the smallest normal number.
#[inline(always)]
pub(crate) fn square_above(distance: f64) -> f64 {
    const FACTOR: f64 = 1.0 + 4.0 * f64::EPSILON;
    distance * distance * FACTOR + f64::MIN_POSITIVE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bounds;
    use proptest::prelude::*;

    /// The same limit by bisection over the bit patterns, which order as the doubles do.
    fn limit_by_bisection(max_dist: f64, inclusive: bool) -> f64 {
        let (mut low, mut high) = (0, f64::INFINITY.to_bits());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let distance = f64::from_bits(middle).sqrt();
            if distance < max_dist || (inclusive && distance == max_dist) {
                low = middle;
            } else {
                high = middle;
            }
        }
        f64::from_bits(low)
    }

    #[test]
    fn the_limit_is_the_last_double_whose_root_is_admitted() {
        let hard = [f64::from_bits(1), 1e-300, 1e-170, 1e-154, 0.1, 1.0, 5.0, 10.0, 1e154, 1e300];
        for max_dist in hard.into_iter().chain([f64::MIN_POSITIVE, f64::MAX]) {
            for inclusive in [false, true] {
                let expected = limit_by_bisection(max_dist, inclusive);
                assert_eq!(squared_limit(max_dist, inclusive), expected, "{max_dist:e}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_are_legal() {
        assert!(!Within::new(0.0).expect("legal").admits(0.0));
        assert!(Within::inclusive(0.0).expect("legal").admits(0.0));
        assert!(!Within::inclusive(0.0).expect("legal").admits(f64::from_bits(1)));
        assert!(Within::new(f64::INFINITY).expect("legal").admits(f64::INFINITY));
        assert!(!Within::new(f64::MAX).expect("legal").admits(f64::INFINITY));
    }

    #[test]
    fn a_distance_below_zero_is_refused() {
        assert_eq!(Within::new(-1.0), Err(Error::MaxDist { got: -1.0 }));
        assert!(Within::new(f64::NAN).is_err());
    }

    proptest! {
        #[test]
        fn the_limit_agrees_with_bisection(max_dist in 0.0..f64::MAX, inclusive: bool) {
            prop_assume!(max_dist > 0.0);
            let expected = limit_by_bisection(max_dist, inclusive);
            prop_assert_eq!(squared_limit(max_dist, inclusive), expected);
        }

        #[test]
        fn no_square_is_lost(squared in prop_oneof![0.0..f64::MAX, any::<u64>().prop_map(f64::from_bits)]) {
            prop_assume!(squared >= 0.0);
            let limit = square_above(squared.sqrt());
            prop_assert!(squared <= limit);
            if squared.sqrt() == squared.next_up().sqrt() {
                prop_assert!(squared.next_up() <= limit);
            }
        }

        #[test]
        fn no_comparison_of_lattice_pairs_differs_from_the_root(
            dx in -200i32..200, dy in -200i32..200, x in -200i32..200, y in -200i32..200,
        ) {
            let max_dist = f64::from(x).hypot(f64::from(y));
            let squared = squared_distance([f64::from(dx), f64::from(dy)], [0.0, 0.0]);
            let within = Within::new(max_dist).expect("legal");
            prop_assert_eq!(within.admits(squared), squared.sqrt() < max_dist);
            let within = Within::inclusive(max_dist).expect("legal");
            prop_assert_eq!(within.admits(squared), squared.sqrt() <= max_dist);
        }

        #[test]
        fn bounds_are_on_their_side_of_every_distance(
            site: [f64; 2], other: [f64; 2], point: [f64; 2],
        ) {
            let interval = |axis: usize| {
                let bounds = Bounds::EMPTY.including(site).including(other);
                (bounds.min[axis], bounds.max[axis], point[axis], point[axis])
            };
            let squared = |bound: fn(f64, f64, f64, f64) -> f64| {
                let [(a, b, c, d), (e, f, g, h)] = [interval(0), interval(1)];
                let (dx, dy) = (bound(a, b, c, d), bound(e, f, g, h));
                dx * dx + dy * dy
            };
            for site in [site, other] {
                prop_assert!(squared(nearest) <= squared_distance(point, site));
                prop_assert!(squared(farthest) >= squared_distance(point, site));
            }
        }
    }
}
