//! Tests which of eight boxes are within a distance of another box.

// Loops over lanes index arrays of fixed length, because the compiler vectorizes that form.
#![allow(clippy::needless_range_loop)]

use crate::geometry::Bounds;
use crate::geometry::float::nearest;
use crate::machine::{LANES, Mask, Simd};
use crate::rule::Within;

type Lanes = [f64; LANES];

/// Returns which of eight boxes have a place near some place of `bounds`. The rest can be pruned.
/// `x` and `y` hold the lower and the upper sides of the eight.
#[inline(always)]
pub(crate) fn reach<S: Simd>(
    simd: S,
    near: &Within,
    bounds: &Bounds,
    x: (&Lanes, &Lanes),
    y: (&Lanes, &Lanes),
) -> Mask {
    let mut squared = [0.0; LANES];
    for i in 0..LANES {
        let dx = nearest(x.0[i], x.1[i], bounds.min[0], bounds.max[0]);
        let dy = nearest(y.0[i], y.1[i], bounds.min[1], bounds.max[1]);
        squared[i] = dx * dx + dy * dy;
    }
    Mask::at_most(simd, &squared, near.limit())
}
