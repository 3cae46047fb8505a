//! The distance rule of *near*, and the exact threshold for squared distances.
//!
//! Nothing here knows which candidate wins; that is `rank`.

use crate::error::Error;
use crate::geometry::Point;
use crate::geometry::float::squared_distance;

/// The distance within which a polygon is near, exact to the last bit.
///
/// ```
/// use poly_match::Within;
///
/// let (center, point) = ([0.0, 0.0], [3.0, 4.0]); // 5 apart
/// assert!(!Within::new(5.0)?.is_near(center, point));
/// assert!(Within::inclusive(5.0)?.is_near(center, point));
/// # Ok::<(), poly_match::Error>(())
/// ```
///
/// A centre is near if `sqrt(dx*dx + dy*dy) < max_dist` in IEEE double arithmetic, without fused
/// multiply-add. The square root is monotone and correctly rounded. So there is a largest double
/// `limit` whose root is still below `max_dist`, and `dx*dx + dy*dy <= limit` gives the same answer
/// without a root. (`dx*dx + dy*dy < max_dist*max_dist` does not: it can differ at exactly `max_dist`.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within {
    max_dist: f64,
    inclusive: bool,
    limit: f64,
}

impl Within {
    /// At any distance.
    pub(crate) const ANYWHERE: Self =
        Self { max_dist: f64::INFINITY, inclusive: true, limit: f64::INFINITY };

    /// Strictly closer than `max_dist`, in the units of the coordinates.
    ///
    /// At 0 nothing is near, at infinity everything is.
    ///
    /// # Errors
    /// [`Error::MaxDist`] if `max_dist` is negative or NaN.
    pub fn new(max_dist: f64) -> Result<Self, Error> {
        Self::of(max_dist, false)
    }

    /// At most `max_dist` away: exactly `max_dist` is near too.
    ///
    /// # Errors
    /// [`Error::MaxDist`] if `max_dist` is negative or NaN.
    pub fn inclusive(max_dist: f64) -> Result<Self, Error> {
        Self::of(max_dist, true)
    }

    /// Closer than `max_dist`, or exactly as far if `inclusive`.
    pub(crate) fn of(max_dist: f64, inclusive: bool) -> Result<Self, Error> {
        if max_dist.is_nan() || max_dist < 0.0 {
            return Err(Error::MaxDist { got: max_dist });
        }
        Ok(Self { max_dist, inclusive, limit: squared_limit(max_dist, inclusive) })
    }

    /// This rule with another distance, which must be neither negative nor NaN.
    pub(crate) fn with_max_dist(self, max_dist: f64) -> Self {
        let Self { inclusive, .. } = self;
        Self { max_dist, inclusive, limit: squared_limit(max_dist, inclusive) }
    }

    /// The rule for a point that may have its own distance, which must be neither negative nor NaN.
    #[inline(always)]
    pub(crate) fn or(&self, max_dist: Option<f64>) -> Self {
        max_dist.map_or(*self, |max_dist| self.with_max_dist(max_dist))
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

    /// Whether a polygon at exactly `max_dist` is a candidate.
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

    /// The largest squared distance at which a centre is a candidate; negative if there is none.
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

/// The largest double whose square root is below `max_dist` (or equal to it, if inclusive);
/// negative if there is none.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Finds the limit by bisection over the bit patterns, which sort as the doubles do.
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
    }
}
