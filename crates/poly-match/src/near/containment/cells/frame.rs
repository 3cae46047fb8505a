//! Where a point is in a square of whole units, whose bits lead down the tree.
//!
//! The square lies over all polygons, and its side is a power of two, so that scaling rounds nothing.

use super::tree::CELLS;
use crate::geometry::{Bounds, Point};

/// The square has 2^48 by 2^48 units: a place in it fits a double with some bits to spare.
pub(super) const BITS: u32 = 48;

/// How far, in units, arithmetic may put an edge from where it is, with a wide margin. A unit is at
/// most a few roundings of a place, as the coordinates of polygons are, see [`Frame::slack`].
const SLACK: f64 = 4.0;

/// Cells are not made smaller than this many times the slack.
const SMALLEST: f64 = 16.0;

/// Half the logarithm of how many children a cell has: four by four.
pub(super) const STEP: u32 = 2;

/// The square.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) bounds: Bounds,
    /// Units for one of the coordinates' own, a power of two.
    scale: f64,
    /// The lower left corner, in units.
    origin: Point,
}

impl Frame {
    /// The frame over these bounds; none where they are empty, or so wide that their extent or a
    /// corner of the square is no double.
    pub(super) fn over(bounds: Bounds) -> Option<Self> {
        /// The least side that can be scaled.
        const MIN_SIDE: f64 = f64::from_bits((1023 - 960) << 52);
        let Bounds { min, max } = bounds;
        let extent = (max[0] - min[0]).max(max[1] - min[1]);
        if !(extent >= 0.0 && extent.is_finite()) {
            return None;
        }
        let least = MIN_SIDE.max(largest(&bounds) * f64::EPSILON);
        // The next power of two: without the bits of the fraction, and doubled.
        let side = f64::from_bits(extent.max(least).to_bits() >> 52 << 52) * 2.0;
        let scale = units(BITS) / side;
        let frame = Self { bounds, scale, origin: min.map(|v| v * scale) };
        frame.corner([units(BITS); 2]).iter().all(|v| v.is_finite()).then_some(frame)
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        let Bounds { min, max } = self.bounds;
        // Not `&&`: points come in any order, and a branch on each comparison would be guessed wrong.
        (min[0] <= point[0]) & (point[0] <= max[0]) & (min[1] <= point[1]) & (point[1] <= max[1])
    }

    /// A point that the bounds hold, in units. It grows with the coordinate, and is wrong by less
    /// than one.
    #[inline(always)]
    pub(super) fn units(&self, point: Point) -> Point {
        [point[0] * self.scale - self.origin[0], point[1] * self.scale - self.origin[1]]
    }

    /// The unit that a point is in, or next to; any, for a point beyond the bounds.
    #[inline(always)]
    pub(super) fn place(&self, point: Point) -> [u64; 2] {
        /// Adding 2^52 rounds to a whole number and leaves it in the low bits: there are vectors for
        /// this on every processor.
        const ROUND: f64 = (1_u64 << 52) as f64;
        const LAST: f64 = ((1_u64 << BITS) - 1) as f64;
        self.units(point).map(|v| {
            let v = if v < LAST { v } else { LAST };
            let v = if v > 0.0 { v } else { 0.0 };
            (v + ROUND).to_bits() & ((1 << BITS) - 1)
        })
    }

    /// The point at a place in units.
    pub(super) fn corner(&self, units: Point) -> Point {
        [0, 1].map(|axis| (self.origin[axis] + units[axis]) / self.scale)
    }

    /// By how many units cells are widened, so that an edge that meets a path within a cell is
    /// always found: it is far above the errors of [`units`](Self::units), of [`corner`](Self::corner)
    /// and of cutting an edge by a cell.
    pub(super) fn slack(&self) -> f64 {
        SLACK * (1.0 + largest(&self.bounds) * self.scale * f64::EPSILON)
    }

    /// How many times the square can be split.
    pub(super) fn max_level(&self) -> u32 {
        let least = SMALLEST * self.slack();
        (1..=BITS / STEP).rfind(|&level| side(level) >= least).unwrap_or(0)
    }
}

/// The side of a cell, in units.
pub(super) fn side(level: u32) -> f64 {
    units(BITS - STEP * level)
}

/// The child of a level that a place is in, from left to right and then up.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // below 16
pub(super) fn child(place: [u64; 2], level: u32) -> usize {
    let [column, row] = place.map(|v| v >> (BITS - STEP * level) & 3);
    (row << STEP | column) as usize
}

/// The children of the first [`CODED`] levels that a place is in, the first in the highest bits.
#[inline(always)]
pub(super) fn code(place: [u64; 2]) -> u64 {
    // Pairs of bits are moved apart.
    let [column, row] = place.map(|v| {
        let v = v >> (BITS - STEP * CODED);
        let v = (v | v << 16) & 0x0000_ffff_0000_ffff;
        let v = (v | v << 8) & 0x00ff_00ff_00ff_00ff;
        let v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        (v | v << 2) & 0x3333_3333_3333_3333
    });
    row << STEP | column
}

/// As many levels as a code has room for.
pub(super) const CODED: u32 = 16;

/// The child of a level, from 1 to [`CODED`], that a code leads to.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // below 16
pub(super) fn coded_child(code: u64, level: u32) -> usize {
    // Turning brings the children of the levels down to this one to the low bits, at every level:
    // a shift by what is left of the 64 bits is not defined where nothing is left.
    code.rotate_left(2 * STEP * level) as usize % CELLS
}

/// The children of the first levels, up to [`CODED`] of them, as one number.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of few levels
pub(super) fn leading(code: u64, levels: u32) -> usize {
    code.unbounded_shr(u64::BITS - 2 * STEP * levels) as usize
}

/// A power of two.
fn units(bits: u32) -> f64 {
    f64::from_bits(u64::from(1023 + bits) << 52)
}

fn largest(bounds: &Bounds) -> f64 {
    bounds.min.iter().chain(&bounds.max).fold(0.0, |largest: f64, v| largest.max(v.abs()))
}
