//! Which edges may be within a distance of a point: the bounds that a search prunes by.
//!
//! The distance to an edge is that of [`segment::distance`], bit for bit. It involves a division,
//! so, unlike the distance to a centre, it is not monotone: the computed distance to a box may be
//! slightly larger than the computed distance to an edge in it. [`segment::distance`] proves a
//! bound. Let D be the distance to a box and L the length of the longest edge. Then the computed
//! distance to an edge in the box is at least D (1 − 2^-48) − 2^-49 L. So a box is pruned only if D
//! is above (distance + 2^-48 L) (1 + 2^-46).

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use crate::geometry::float::larger;
use crate::geometry::{Point, segment};
use crate::machine::{LANES, Mask, Simd};

/// The part of the longest edge that is added to a distance: 2^-48. The proof in
/// [`segment::distance`] needs 2^-49.
const SLACK: f64 = 1.0 / (1_u64 << 48) as f64;

/// Largest absolute coordinate for which boxes are pruned. Above it a product may overflow, so the
/// slack is infinite and nothing is pruned.
const MAX_COORDINATE: f64 = 1e150;

/// Always added to the slack: above the error of all products that underflow.
const UNDERFLOW: f64 = 1e-145;

/// Multiplied with a distance before it is compared with the distance to a box: 1 + 2^-46. The
/// proof in [`segment::distance`] needs a factor of 1 / (1 − 2^-48).
const ROUNDING: f64 = 1.0 + 1.0 / (1_u64 << 46) as f64;

/// What is added to a distance before it is compared with the distance to a box. It covers the
/// rounding errors of the distance to an edge. No edge is longer than `longest`, and no coordinate
/// is larger than `largest`.
pub(super) fn slack(longest: f64, largest: f64) -> f64 {
    if largest > MAX_COORDINATE { f64::INFINITY } else { longest * SLACK + UNDERFLOW }
}

/// Threshold for the squared distance to a box: a box that holds an edge at `distance` or closer is
/// never above it.
#[inline(always)]
pub(super) fn limit(distance: f64, slack: f64) -> f64 {
    let distance = (distance + slack) * ROUNDING;
    distance * distance
}

/// Those of eight edges that may be within `limit`, which [`limit`] gave.
///
/// The distance is measured to the foot of the perpendicular, clamped to the edge. Rounding moves
/// the foot along the edge by less than 2^-51 of the distance to the ends, and changes the distance
/// by no more than that. This is below the error of [`segment::distance`], which the slack covers.
#[inline(always)]
pub(super) fn at_most<S: Simd>(
    simd: S,
    from: (&[f64; LANES], &[f64; LANES]),
    to: (&[f64; LANES], &[f64; LANES]),
    point: Point,
    limit: f64,
) -> Mask {
    // All edges match, also those for which the code below would overflow.
    if limit == f64::INFINITY {
        return Mask::first_lanes(LANES);
    }
    let mut squared = [0.0; LANES];
    for i in 0..LANES {
        let along = [to.0[i] - from.0[i], to.1[i] - from.1[i]];
        let from = [from.0[i] - point[0], from.1[i] - point[1]];
        let squared_length = along[0] * along[0] + along[1] * along[1];
        let place = -(from[0] * along[0] + from[1] * along[1]) / squared_length;
        // `larger` returns its second argument if one is NaN. So the foot on an edge without
        // length is its start.
        let place = larger(place, 0.0);
        let place = if place < 1.0 { place } else { 1.0 };
        let (dx, dy) = (from[0] + place * along[0], from[1] + place * along[1]);
        squared[i] = dx * dx + dy * dy;
    }
    Mask::at_most(simd, &squared, limit)
}

/// The distance to an edge, or infinity if it is NaN because a product overflows. Infinity and NaN
/// have the same effect on the minimum over all edges of a polygon.
#[inline(always)]
pub(super) fn distance(a: Point, b: Point, point: Point) -> f64 {
    let distance = segment::distance(a, b, point);
    if distance.is_nan() { f64::INFINITY } else { distance }
}
