//! Tests which of eight boxes are within a distance of another box.

use crate::geometry::Bounds;
use crate::geometry::float::{farthest, nearest};
use crate::machine::{LANES, Mask, Simd};
use crate::rule::Within;

/// The boxes within reach of another box, by its distance to their nearest and to their farthest
/// places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Boxes with at least one place near a place of the other box. The rest can be pruned.
    pub(crate) some: Mask,
    /// Boxes with every place near every place of the other box. They need no further test.
    pub(crate) all: Mask,
}

type Lanes = [f64; LANES];

/// Tests which of eight boxes are within reach of `bounds`. `x` and `y` hold the lower and the
/// upper sides of the eight.
#[inline(always)]
pub(crate) fn reach<S: Simd>(
    simd: S,
    near: &Within,
    bounds: &Bounds,
    x: (&Lanes, &Lanes),
    y: (&Lanes, &Lanes),
) -> Reach {
    let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        let dx = nearest(x.0[i], x.1[i], bounds.min[0], bounds.max[0]);
        let dy = nearest(y.0[i], y.1[i], bounds.min[1], bounds.max[1]);
        low[i] = dx * dx + dy * dy;
        let dx = farthest(x.0[i], x.1[i], bounds.min[0], bounds.max[0]);
        let dy = farthest(y.0[i], y.1[i], bounds.min[1], bounds.max[1]);
        high[i] = dx * dx + dy * dy;
    }
    let at_most = |squared| Mask::at_most(simd, squared, near.limit());
    Reach { some: at_most(&low), all: at_most(&high) }
}
