//! Which cells of a tile a site touches, and which it covers.
//!
//! The bounds of a distance are those of `near`, so they err, to the last bit, on the safe side: no
//! site is left out that is near a point of a cell, and none covers a cell that is not near to all of
//! it.

use crate::geometry::Point;
use crate::geometry::float::{farthest, nearest};
use crate::machine::{LANES, Simd};
use crate::near::center::grid::occupancy::TILE;
use crate::near::center::grid::squares::Grid;
use crate::rule::Within;

/// Where eight columns, or rows, begin and end.
pub(crate) struct TileSides {
    low: [f64; LANES],
    high: [f64; LANES],
}

impl TileSides {
    pub(crate) fn of(grid: &Grid, axis: usize, tile: usize) -> Self {
        let mut edges = Self { low: [0.0; LANES], high: [0.0; LANES] };
        for i in 0..TILE {
            (edges.low[i], edges.high[i]) = grid.interval(axis, tile * TILE + i);
        }
        edges
    }

    /// Squares of the smallest and of the largest differences from a coordinate.
    #[inline(always)]
    fn squares(&self, coordinate: f64) -> ([f64; LANES], [f64; LANES]) {
        let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
        for i in 0..LANES {
            let difference = nearest(self.low[i], self.high[i], coordinate, coordinate);
            low[i] = difference * difference;
            let difference = farthest(self.low[i], self.high[i], coordinate, coordinate);
            high[i] = difference * difference;
        }
        (low, high)
    }
}

/// Which cells of a tile a site touches: is near some place of; and which it covers: is near every
/// place of.
#[inline(always)]
pub(crate) fn reach<S: Simd>(
    simd: S,
    near: &Within,
    center: Point,
    x: &TileSides,
    y: &TileSides,
) -> (u64, u64) {
    let ((low_x, high_x), (low_y, high_y)) = (x.squares(center[0]), y.squares(center[1]));
    let (mut touched, mut covered) = (0, 0);
    for row in 0..TILE {
        let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
        for i in 0..LANES {
            low[i] = low_x[i] + low_y[row];
            high[i] = high_x[i] + high_y[row];
        }
        touched |= u64::from(simd.at_most(&low, near.limit())) << (TILE * row);
        covered |= u64::from(simd.at_most(&high, near.limit())) << (TILE * row);
    }
    (touched, covered)
}
