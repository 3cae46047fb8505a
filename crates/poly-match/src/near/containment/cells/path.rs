//! Carries *inside* from one point of a cell to another, by the even-odd rule along a path.
//!
//! The path from a point to the upper right corner of its cell goes right to the corner's x, then
//! up to the corner's y. Each edge that it crosses turns inside to outside, and back.
//!
//! *Inside* is defined by a ray towards greater x, as in
//! [`crossing`](crate::geometry::segment::crossing). An edge takes part if one end is at the height
//! of the point or below, and the other end above it. It counts if it passes to the right of the
//! point. This is equivalent to a symbolic perturbation: every point moves by a tiny distance to
//! the right, and by a far smaller distance up. Then it is on no edge, and level with no vertex.
//! The path is perturbed in the same way, so nothing on it needs a special case.

use super::extent::Span;
use crate::geometry::Point;
use crate::geometry::segment::side;

/// Whether the edge passes to the right of the point. One end of the edge must be above the point,
/// the other not.
#[inline(always)]
fn passes_right(a: Point, b: Point, point: Point) -> bool {
    let side = side(a, b, point);
    side != 0.0 && (side > 0.0) == (b[1] > a[1])
}

/// Whether the perturbed point is to the left of the line from `a` to `b`. The two must differ.
#[inline(always)]
fn is_left(a: Point, b: Point, point: Point) -> bool {
    let side = side(a, b, point);
    if side != 0.0 { side > 0.0 } else { is_left_on(a, b) }
}

/// Whether a perturbed point on the line from `a` to `b` is to the left of it.
#[inline(always)]
fn is_left_on(a: Point, b: Point) -> bool {
    if a[1] != b[1] { a[1] > b[1] } else { b[0] > a[0] }
}

/// Whether the path from `point` to `corner` crosses the edges of a chain an odd number of times.
/// Returns `None` if the point is on one of the edges.
#[inline(always)]
pub(super) fn is_odd(chain: &[Point], point: Point, corner: Point) -> Option<bool> {
    let mut is_odd = false;
    let turn = [corner[0], point[1]];
    for edge in chain.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        // The part of the path to the right, from `point` to `turn`.
        if (a[1] > point[1]) != (b[1] > point[1]) {
            let side = side(a, b, point);
            if side == 0.0 {
                return None;
            }
            is_odd ^= (side > 0.0) == (b[1] > a[1]);
            // An edge with both ends left of the corner cannot pass to the right of `turn`.
            is_odd ^= a[0].max(b[0]) > corner[0] && passes_right(a, b, turn);
        } else if a[1] == point[1] || b[1] == point[1] {
            let is_between = a[0].min(b[0]) <= point[0] && point[0] <= a[0].max(b[0]);
            if a == point || b == point || (a[1] == b[1] && is_between) {
                return None;
            }
        }
        // The part of the path up, from `turn` to `corner`.
        if (a[0] > corner[0]) != (b[0] > corner[0]) {
            is_odd ^= is_left(a, b, turn) != is_left(a, b, corner);
        }
    }
    Some(is_odd)
}

/// An edge, prepared for many paths to one corner.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PathEdge {
    /// The heights of its ends.
    low: f64,
    high: f64,
    is_up: bool,
    /// Whether an end is to the right of the corner.
    reaches: bool,
    /// Whether only one end is.
    spans: bool,
    /// Whether the perturbed corner is to the left of the edge's line. Known if the edge spans.
    corner_is_left: bool,
    /// Whether perturbed points on the edge's line are to the left of it.
    is_left_on: bool,
}

impl PathEdge {
    /// Prepares an edge. `side` returns a number with the sign of
    /// [`side`](crate::geometry::segment::side) for a point of the cell.
    #[inline(always)]
    pub(super) fn new([a, b]: [Point; 2], corner: Point, side: impl FnOnce(Point) -> f64) -> Self {
        let is_up = b[1] > a[1];
        let (low, high) = if is_up { (a[1], b[1]) } else { (b[1], a[1]) };
        let [is_right, other] = [a, b].map(|end| end[0] > corner[0]);
        let edge = Self {
            low,
            high,
            is_up,
            reaches: is_right || other,
            spans: is_right != other,
            corner_is_left: false,
            is_left_on: is_left_on(a, b),
        };
        Self { corner_is_left: edge.spans && edge.is_left(side(corner)), ..edge }
    }

    /// Whether the path from a point to the corner crosses the edge. The point must not be on the
    /// edge's line; `is_left` tells on which side of it. `turn` returns a number with the sign of
    /// the side of the path's turn.
    #[inline(always)]
    pub(super) fn is_odd(&self, point: Point, is_left: bool, turn: impl FnOnce() -> f64) -> bool {
        let is_level = self.low <= point[1] && point[1] < self.high;
        let mut is_odd = is_level && is_left == self.is_up;
        if self.reaches && (is_level || self.spans) {
            let turn = turn();
            is_odd ^= is_level && turn != 0.0 && (turn > 0.0) == self.is_up;
            is_odd ^= self.spans && self.is_left(turn) != self.corner_is_left;
        }
        is_odd
    }

    fn is_left(&self, side: f64) -> bool {
        if side != 0.0 { side > 0.0 } else { self.is_left_on }
    }
}

/// Returns, for the upper right corner of each of a cell's sixteen children, whether an edge
/// separates it from the cell's own upper right corner.
///
/// A path joins the cell's corner to the child's corner: first along the right side, then to the
/// left. The child's bit is set if the path crosses the edge an odd number of times. Bits are
/// numbered from left to right, then upwards. `x` and `y` are the coordinates of the children's
/// corners, in ascending order. `columns` and `rows` are those that the edge may touch.
pub(super) fn crossed(
    [a, b]: [Point; 2],
    [x, y]: &[[f64; 4]; 2],
    columns: Span,
    rows: Span,
) -> u16 {
    let mut bits = 0;
    if columns.last > 3 && (a[0] > x[3]) != (b[0] > x[3]) {
        // The part of the path along the right side.
        let is_left = |row: usize| {
            if row < rows.first {
                a[0] > b[0]
            } else if row >= rows.last {
                b[0] > a[0]
            } else {
                is_left(a, b, [x[3], y[row]])
            }
        };
        let from = is_left(3);
        for row in 0..rows.last.min(3) {
            if is_left(row) != from {
                bits ^= 0b1111 << (4 * row);
            }
        }
    }
    for (row, &y) in y.iter().enumerate().take(rows.last).skip(rows.first) {
        if (a[1] > y) != (b[1] > y) {
            // The part of the path to the left.
            let mut passes = (1 << columns.first) - 1;
            for (column, &x) in x.iter().enumerate().take(columns.last).skip(columns.first) {
                passes |= u16::from(passes_right(a, b, [x, y])) << column;
            }
            let from = if passes >> 3 & 1 == 1 { 0b111 } else { 0 };
            bits ^= (passes & 0b111 ^ from) << (4 * row);
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Point> {
        let coordinate = || prop_oneof![3 => (0..5_i32).prop_map(f64::from), 1 => -1.0..5.0];
        [coordinate(), coordinate()]
    }

    proptest! {
        #[test]
        fn a_prepared_edge_is_crossed_as_a_chain_of_one(
            ends in [place(), place()],
            point in place(),
            corner in place(),
        ) {
            let [a, b] = ends;
            if a != b && side(a, b, point) != 0.0 {
                let edge = PathEdge::new(ends, corner, |at| side(a, b, at));
                let turn = || side(a, b, [corner[0], point[1]]);
                let found = edge.is_odd(point, side(a, b, point) > 0.0, turn);
                prop_assert_eq!(Some(found), is_odd(&ends, point, corner));
            }
        }

        #[test]
        fn what_is_beside_the_spans_needs_no_comparison(ends in [place(), place()]) {
            let sides = [[0.5, 1.5, 2.0, 3.5], [0.0, 1.0, 2.5, 3.0]];
            let all = Span { first: 0, last: 4 };
            let [columns, rows] = [0, 1].map(|axis| {
                let [low, high] = [f64::min, f64::max].map(|of| of(ends[0][axis], ends[1][axis]));
                let first = sides[axis].iter().filter(|&&side| side < low).count().min(3);
                Span { first, last: sides[axis].iter().filter(|&&side| side <= high).count() }
            });
            let last = |span: Span| Span { last: span.last.max(span.first), ..span };
            let expected = crossed(ends, &sides, all, all);
            prop_assert_eq!(crossed(ends, &sides, last(columns), last(rows)), expected);
        }
    }
}
