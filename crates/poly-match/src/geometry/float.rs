//! Distances and rounding-safe bounds on them: lower bounds that are never too high, upper bounds
//! that are never too low.

use crate::geometry::Point;

/// The smallest difference between a number of one interval and a number of another.
///
/// A lower bound of a search goes through the same IEEE operations as a distance, and each of them
/// is monotone. So when two such differences are squared and added, the sum is never above a
/// distance between the boxes, to the last bit, and no candidate is lost. In the same way
/// [`farthest`] is never below.
#[inline(always)]
pub(crate) fn nearest(low: f64, high: f64, other_low: f64, other_high: f64) -> f64 {
    larger(0.0, larger(low - other_high, other_low - high))
}

/// The largest difference between a number of one interval and a number of another.
#[inline(always)]
pub(crate) fn farthest(low: f64, high: f64, other_low: f64, other_high: f64) -> f64 {
    larger(high - other_low, other_high - low)
}

/// The larger of two numbers, or the second if one is NaN. Most processors do this in one
/// instruction.
#[inline(always)]
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller of two numbers, or the second if one is NaN.
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

/// A threshold for squares: no square whose rounded root is at most `distance` is above it.
///
/// It may be a little too high, so it only serves to prune. Use it if the distance changes with
/// every point, where computing the exact limit of [`Within`](crate::rule::Within) would cost too
/// much.
///
/// With u = 2^-53: if the rounded root is at most d, the number is at most d²(1 + u)². The rounding
/// of d² here loses a factor of 1 − u at worst, or less than the smallest normal number.
#[inline(always)]
pub(crate) fn square_above(distance: f64) -> f64 {
    const FACTOR: f64 = 1.0 + 4.0 * f64::EPSILON;
    distance * distance * FACTOR + f64::MIN_POSITIVE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Bounds;
    use proptest::prelude::*;

    proptest! {
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
        fn bounds_never_cross_a_distance(
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
