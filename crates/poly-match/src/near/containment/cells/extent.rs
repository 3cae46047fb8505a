//! The bounding box of an edge in whole numbers. It tells which children of a cell the edge may
//! touch.
//!
//! The sides of all cells, down to a level, are multiples of one step. A comparison with such a
//! side does not change if a number is rounded down to a whole number of steps. So one box per edge
//! serves all these levels, and a shift turns it into columns and rows.

use super::frame::{BITS, STEP};
use crate::geometry::Point;

/// The deepest level whose cells have sides of whole steps.
pub(super) const MAX_EXTENT_LEVEL: u32 = u32::BITS / STEP;

/// One step, the side of a cell of [`MAX_EXTENT_LEVEL`], in units.
const EXTENT_STEP: f64 = (1_u64 << (BITS - u32::BITS)) as f64;

/// The bounding box of an edge, widened by the slack, in steps, rounded down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) low: [u32; 2],
    pub(super) high: [u32; 2],
}

/// The columns or rows of a cell's children that an edge may touch. For these, the positions of the
/// edge's ends must be compared; all others are surely apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// From 0 to 3. The right or upper sides of all before are below the edge.
    pub(super) first: usize,
    /// From `first` to 4. 4 means beyond the cell. The right or upper sides of this one and of all
    /// after it are above the edge.
    pub(super) last: usize,
}

impl Extent {
    /// Returns the box of an edge, given its ends in units.
    pub(super) fn of(ends: [Point; 2], slack: f64) -> Self {
        Self::from(ends, slack, [0.0; 2], EXTENT_STEP.recip())
    }

    /// Returns the box relative to the corner `from`, in steps of 1 / `scale`, a power of two. What
    /// is to the left of the corner or below it becomes 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // meant to saturate
    pub(super) fn from([a, b]: [Point; 2], slack: f64, from: Point, scale: f64) -> Self {
        let low = |axis: usize| if a[axis] < b[axis] { a[axis] } else { b[axis] };
        let high = |axis: usize| if a[axis] < b[axis] { b[axis] } else { a[axis] };
        let steps = |v: f64, axis: usize| ((v - from[axis]) * scale) as u32;
        Self {
            low: [0, 1].map(|axis| steps(low(axis) - slack, axis)),
            high: [0, 1].map(|axis| steps(high(axis) + slack, axis)),
        }
    }
}

impl Span {
    /// Whether this is one column or row, or one and what is beyond the cell.
    pub(super) fn is_one(self) -> bool {
        self.first >= self.last_within()
    }

    /// The last one within the cell.
    pub(super) fn last_within(self) -> usize {
        self.last.min(3)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::near::containment::cells::frame::side;

    /// A place in the root square: near a side of a cell of some level, or anywhere.
    fn place() -> impl Strategy<Value = f64> {
        let beside = (1..=MAX_EXTENT_LEVEL, 0.0..1.0, -9.0..9.0).prop_map(
            |(level, part, off): (u32, f64, f64)| {
                (part * side(0) / side(level)).floor() * side(level) + off
            },
        );
        prop_oneof![beside, 0.0..side(0)].prop_map(|v: f64| v.clamp(0.0, side(0)))
    }

    proptest! {
        #[test]
        fn one_box_serves_all_levels(
            ends in [[place(), place()], [place(), place()]],
            slack in prop_oneof![Just(4.0), 4.0..1e9],
            level in 1..=MAX_EXTENT_LEVEL,
        ) {
            let Extent { low, high } = Extent::of(ends, slack);
            let shift = u32::BITS - STEP * level;
            let last = side(0) / side(level) - 1.0;
            for axis in 0..2 {
                let [a, b] = ends.map(|end| end[axis]);
                let cell = |v: f64| (v / side(level)).floor().clamp(0.0, last);
                prop_assert_eq!(f64::from(low[axis] >> shift), cell(a.min(b) - slack));
                prop_assert_eq!(f64::from(high[axis] >> shift), cell(a.max(b) + slack));
            }
        }
    }
}
