//! From a point to its cell: the root square, and integer coordinates in it (*units*).
//!
//! The bits of a point's coordinates in units lead down the tree, two bits of each axis per level.
//! The root square covers all polygons. Its side is a power of two, so scaling to units is exact.

use crate::geometry::{Bounds, Point};

/// The root square is 2^48 by 2^48 units. A coordinate in units fits a double with 5 bits to spare.
pub(super) const BITS: u32 = 48;

/// How far rounding may move an edge, in units, with a wide margin. One unit is at most a few
/// roundings of a coordinate. If the coordinates of the polygons are rounded more coarsely than
/// that, [`Frame::slack`] is larger.
const SLACK: f64 = 4.0;

/// Smallest side of a cell, in multiples of the slack. At 16, the slack on both sides widens a cell
/// by at most 1/8 of its side.
const MIN_SIDE_IN_SLACKS: f64 = 16.0;

/// Bits of each axis that one level of the tree uses. A cell has 2^2 by 2^2 children.
pub(super) const STEP: u32 = 2;

/// Children per cell.
pub(super) const CHILDREN: usize = 1 << (2 * STEP);

/// The root square: the coordinate system of the cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The bounding box of all polygons.
    pub(super) bounds: Bounds,
    /// Units per unit of the coordinates; a power of two.
    scale: f64,
    /// The lower left corner, in units.
    origin: Point,
    slack: f64,
}

impl Frame {
    /// Returns the frame over these bounds. Returns `None` if the bounds are empty, or so wide that
    /// their extent or a corner of the root square overflows.
    pub(super) fn over(bounds: Bounds) -> Option<Self> {
        /// Smallest side: 2^-960. With it, the scale is 2^1008, which does not overflow.
        const MIN_SIDE: f64 = f64::from_bits((1023 - 960) << 52);
        let Bounds { min, max } = bounds;
        let extent = (max[0] - min[0]).max(max[1] - min[1]);
        if !(extent >= 0.0 && extent.is_finite()) {
            return None;
        }
        let least = MIN_SIDE.max(largest(&bounds) * f64::EPSILON);
        // The next power of two: clear the fraction bits, then double.
        let side = f64::from_bits(extent.max(least).to_bits() >> 52 << 52) * 2.0;
        let scale = power_of_two(BITS) / side;
        let slack = SLACK * (1.0 + largest(&bounds) * scale * f64::EPSILON);
        let frame = Self { bounds, scale, origin: min.map(|v| v * scale), slack };
        frame.corner([power_of_two(BITS); 2]).iter().all(|v| v.is_finite()).then_some(frame)
    }

    /// Whether the point is within the bounds.
    pub(super) fn holds(&self, point: Point) -> bool {
        let Bounds { min, max } = self.bounds;
        // `&` instead of `&&`: points come in any order, so a branch on each comparison would be
        // mispredicted.
        (min[0] <= point[0]) & (point[0] <= max[0]) & (min[1] <= point[1]) & (point[1] <= max[1])
    }

    /// Converts a point within the bounds to units. The result is monotone in each coordinate. Its
    /// error is less than one unit.
    #[inline(always)]
    pub(super) fn units(&self, point: Point) -> Point {
        [point[0] * self.scale - self.origin[0], point[1] * self.scale - self.origin[1]]
    }

    /// Converts a point within the bounds to whole units, with an error of one unit at most. For a
    /// point beyond the bounds, the result is in the root square but means nothing.
    #[inline(always)]
    pub(super) fn quantize(&self, point: Point) -> [u64; 2] {
        /// Adding 2^52 rounds to a whole number and leaves it in the low bits. This vectorizes on
        /// every processor.
        const ROUND: f64 = (1_u64 << 52) as f64;
        const LAST: f64 = ((1_u64 << BITS) - 1) as f64;
        self.units(point).map(|v| {
            let v = if v < LAST { v } else { LAST };
            let v = if v > 0.0 { v } else { 0.0 };
            (v + ROUND).to_bits() & ((1 << BITS) - 1)
        })
    }

    /// Converts units to a point.
    pub(super) fn corner(&self, units: Point) -> Point {
        [0, 1].map(|axis| (self.origin[axis] + units[axis]) / self.scale)
    }

    /// Returns by how many units a cell is widened when edges are assigned to it. Then the list of
    /// a cell holds every edge that meets a path within the cell. The slack is far above the errors
    /// of [`units`](Self::units), of [`corner`](Self::corner) and of clipping an edge to a cell.
    pub(super) fn slack(&self) -> f64 {
        self.slack
    }

    /// Returns the deepest level that a cell may have.
    pub(super) fn max_level(&self) -> u32 {
        let least = MIN_SIDE_IN_SLACKS * self.slack();
        (1..=BITS / STEP).rfind(|&level| side(level) >= least).unwrap_or(0)
    }
}

/// Returns the side of a cell of this level, in units.
pub(super) fn side(level: u32) -> f64 {
    power_of_two(BITS - STEP * level)
}

/// Returns the child that a place in whole units is in, at this level. Children are numbered from
/// left to right, then upwards.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // below 16
pub(super) fn child(place: [u64; 2], level: u32) -> usize {
    let [column, row] = place.map(|v| v >> (BITS - STEP * level) & 3);
    (row << STEP | column) as usize
}

/// Packs the children of the first [`CODED`] levels that a place is in, 4 bits each, the first
/// level in the highest bits. This is a Morton code with digits of two bits.
#[inline(always)]
pub(super) fn code(place: [u64; 2]) -> u64 {
    // Spread pairs of bits, to interleave them.
    let [column, row] = place.map(|v| {
        let v = v >> (BITS - STEP * CODED);
        let v = (v | v << 16) & 0x0000_ffff_0000_ffff;
        let v = (v | v << 8) & 0x00ff_00ff_00ff_00ff;
        let v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        (v | v << 2) & 0x3333_3333_3333_3333
    });
    row << STEP | column
}

/// Levels that fit into a code: 64 bits, 4 for each level.
pub(super) const CODED: u32 = 16;

/// Returns the child that a code leads to, at a level from 1 to [`CODED`].
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // below 16
pub(super) fn coded_child(code: u64, level: u32) -> usize {
    // A rotation brings the child of this level to the lowest bits. It is defined at every level; a
    // shift by all 64 bits is not.
    code.rotate_left(2 * STEP * level) as usize % CHILDREN
}

/// Returns the children of the first `levels` levels, at most [`CODED`], as one number. This is the
/// number of the cell of that level.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of few levels
pub(super) fn leading(code: u64, levels: u32) -> usize {
    code.unbounded_shr(u64::BITS - 2 * STEP * levels) as usize
}

/// Returns 2^`bits`.
fn power_of_two(bits: u32) -> f64 {
    f64::from_bits(u64::from(1023 + bits) << 52)
}

/// Returns the largest absolute coordinate of the bounds.
fn largest(bounds: &Bounds) -> f64 {
    bounds.min.iter().chain(&bounds.max).fold(0.0, |largest: f64, v| largest.max(v.abs()))
}
