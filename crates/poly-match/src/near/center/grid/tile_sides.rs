//! [`reach`]: which cells of a tile a site touches, and which it covers.
//!
//! A cell is *touched* if the site is near some place of it, and *covered* if the site is near
//! every place of it. The distance bounds are those of `near`. They err on the safe side, to the
//! last bit: a site near a point of a cell always touches the cell, and a site never covers a cell
//! that is not near it as a whole.

use crate::geometry::Point;
use crate::geometry::float::{farthest, nearest};
use crate::machine::{LANES, Simd};
use crate::near::center::grid::occupancy::TILE;
use crate::near::center::grid::squares::Grid;
use crate::rule::Within;

/// Where the eight columns, or rows, of a tile begin and end.
pub(crate) struct TileSides {
    low: [f64; LANES],
    high: [f64; LANES],
}

impl TileSides {
    pub(crate) fn of(grid: &Grid, axis: usize, tile: usize) -> Self {
        let mut sides = Self { low: [0.0; LANES], high: [0.0; LANES] };
        for i in 0..TILE {
            (sides.low[i], sides.high[i]) = grid.interval(axis, tile * TILE + i);
        }
        sides
    }

    /// Returns, for each column or row, the squares of the smallest and of the largest difference
    /// from a coordinate.
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

/// Returns the cells of a tile that a site touches, and the cells that it covers, a bit for each.
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
