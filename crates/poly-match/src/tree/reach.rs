//! Which of eight boxes another box can reach.

use crate::geometry::Bounds;
use crate::geometry::float::{farthest, nearest};
use crate::machine::{LANES, Mask, Simd};
use crate::rule::Within;

/// Which of eight boxes another one can reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Some place of the one is near some place of the other.
    pub(crate) some: Mask,
    /// Every place of the one is near every place of the other.
    pub(crate) all: Mask,
}

type Lanes = [f64; LANES];

/// Which of eight boxes, from the first to the second of `x` and `y`, can be reached from `bounds`.
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
