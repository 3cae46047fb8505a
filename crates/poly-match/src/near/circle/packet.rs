//! [`CirclePacket`]: eight circles, tested at once. It is a leaf of the packed tree.

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use bytemuck::{Pod, Zeroable};

use crate::geometry::bounds::bounds_of;
use crate::geometry::float::squared_distance;
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::rank::NO_RANK;

/// A circle as the index has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circle {
    pub(crate) center: Point,
    /// The largest squared distance from the centre at which a point is in the circle; see
    /// [`Within::limit`](crate::rule::Within::limit).
    pub(crate) limit: f64,
    pub(crate) rank: u32,
}

/// Up to eight circles, sorted by rank. Unused lanes have NaN coordinates and [`NO_RANK`].
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(32))]
pub(crate) struct CirclePacket {
    x: [f64; LANES],
    y: [f64; LANES],
    /// The limit of each circle; NaN for padding.
    limit: [f64; LANES],
    pub(crate) rank: [u32; LANES],
}

impl CirclePacket {
    const EMPTY: Self = Self {
        x: [f64::NAN; LANES],
        y: [f64::NAN; LANES],
        limit: [f64::NAN; LANES],
        rank: [NO_RANK; LANES],
    };

    /// Packs up to [`LANES`] circles, which come by rank.
    pub(crate) fn of(circles: impl Iterator<Item = Circle>) -> Self {
        let mut packet = Self::EMPTY;
        for (lane, Circle { center, limit, rank }) in circles.enumerate() {
            [packet.x[lane], packet.y[lane]] = center;
            (packet.limit[lane], packet.rank[lane]) = (limit, rank);
        }
        packet
    }

    /// The bounding box of the centres, and the lowest rank.
    pub(crate) fn whole(&self) -> (Bounds, u32) {
        // `bounds_of` skips the NaN coordinates of the padding.
        (bounds_of(self.x.into_iter().zip(self.y).map(|(x, y)| [x, y])), self.rank[0])
    }

    /// The largest limit; NaN if all lanes are padding.
    pub(crate) fn reach(&self) -> f64 {
        self.limit.into_iter().fold(f64::NAN, f64::max)
    }

    /// The circle in a lane.
    #[inline(always)]
    pub(crate) fn circle(&self, lane: usize) -> Circle {
        let (center, limit) = ([self.x[lane], self.y[lane]], self.limit[lane]);
        Circle { center, limit, rank: self.rank[lane] }
    }

    /// Whether a lane is padding: it holds no circle, and no point is in it.
    pub(crate) fn is_padding(&self, lane: usize) -> bool {
        self.rank[lane] == NO_RANK && self.x[lane].is_nan()
    }

    /// Returns which circles hold `point` and have a centre at a squared distance of at most `limit`
    /// from it, and the squared distances of all lanes.
    #[inline(always)]
    pub(crate) fn at_most<S: Simd>(
        &self,
        simd: S,
        point: Point,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        let mut squared = [0.0; LANES];
        for i in 0..LANES {
            squared[i] = squared_distance([self.x[i], self.y[i]], point);
        }
        let near = Mask::at_most(simd, &squared, limit);
        (near & Mask::at_most_each(simd, &squared, &self.limit), squared)
    }
}
