//! The grid of lines that a k-d sort counts sites by, and a site as one integer on it.

use crate::geometry::Point;
use crate::geometry::bounds::{Bounds, half_sides};

/// Most bits of a line number. Two line numbers and a position share 64 bits.
const MAX_LINE_BITS: u32 = 24;

/// A site as one integer. From the highest bits: the line along x, the line along y, the position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell(pub(super) u64);

/// A grid of lines over a bounding box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// Half of the lowest coordinates, since the difference of two large doubles may overflow.
    half_min: Point,
    /// Lines per half unit.
    per_unit: Point,
    /// Half the width and the height of the box.
    pub(super) sides: Point,
    line_bits: u32,
}

impl Grid {
    /// A grid for sites whose positions are below `count`.
    pub(super) fn over(bounds: &Bounds, count: usize) -> Self {
        let position_bits = usize::BITS - count.leading_zeros();
        let line_bits = ((u64::BITS - position_bits) / 2).min(MAX_LINE_BITS);
        let sides = half_sides(bounds);
        let per_unit = sides.map(|side| {
            let lines = f64::from((1_u32 << line_bits) - 1) / side;
            if lines.is_finite() { lines } else { 0.0 }
        });
        Self { half_min: bounds.min.map(|min| min / 2.0), per_unit, sides, line_bits }
    }

    #[inline(always)]
    pub(super) fn cell(&self, center: Point, position: u64) -> Cell {
        let [x, y] = [0, 1].map(|axis| {
            // Adding 2^52 leaves the whole number in the low bits.
            const ROUND: f64 = (1_u64 << 52) as f64;
            let lines = (center[axis] / 2.0 - self.half_min[axis]) * self.per_unit[axis];
            #[allow(clippy::cast_possible_truncation)] // only the low bits are wanted
            let line = (lines + ROUND).to_bits() as u32;
            u64::from(line.min((1 << self.line_bits) - 1))
        });
        Cell((x << self.line_bits | y) << (u64::BITS - 2 * self.line_bits) | position)
    }

    #[inline(always)]
    pub(super) fn position(&self, cell: Cell) -> u32 {
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32
        let position = (cell.0 & (u64::MAX >> (2 * self.line_bits))) as u32;
        position
    }

    /// The line along an axis in the highest bits. The bits below it break ties.
    #[inline(always)]
    pub(super) fn along(&self, axis: usize, cell: Cell) -> u64 {
        if axis == 0 { cell.0 } else { cell.0 << self.line_bits }
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // 24 bits
    pub(super) fn line(&self, along: u64) -> u32 {
        (along >> (u64::BITS - self.line_bits)) as u32
    }

    /// Writes the positions of the sites in `cells`.
    pub(super) fn positions(&self, cells: &[Cell], positions: &mut [u32]) {
        for (position, &cell) in positions.iter_mut().zip(cells) {
            *position = self.position(cell);
        }
    }
}
