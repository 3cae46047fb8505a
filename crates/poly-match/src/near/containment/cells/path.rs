//! Whether a point is inside, told from another place of its cell.
//!
//! A point is joined to the upper right corner of its cell: to the right as far as the corner's x,
//! then up as far as its y. Each edge that is crossed on the way turns inside to outside, and back.
//!
//! *Inside* is told by the ray towards greater x, as in [`crossing`](crate::segment::crossing): of
//! the edges that reach from the height of the point or below to above it, those count that pass to
//! the right of the point. This is the same as to move every point by two tiny distances, to the
//! right, and by one still far tinier up, so that it is on no edge, nor level with a vertex. The path
//! is moved in the same way: then nothing on it needs a case of its own.

use crate::geometry::Point;
use crate::geometry::segment::side;

/// Whether the edge, which is not all above nor all below the point, passes to its right.
#[inline(always)]
fn passes_right(a: Point, b: Point, point: Point) -> bool {
    let side = side(a, b, point);
    side != 0.0 && (side > 0.0) == (b[1] > a[1])
}

/// Whether the point, once moved, is to the left of the line from `a` to `b`, which differ.
#[inline(always)]
fn is_left(a: Point, b: Point, point: Point) -> bool {
    let side = side(a, b, point);
    if side != 0.0 {
        side > 0.0
    } else if a[1] != b[1] {
        a[1] > b[1]
    } else {
        b[0] > a[0]
    }
}

/// Whether the edges of a chain are crossed an odd number of times on the way from `point` to
/// `corner`; none where the point is on one of them.
#[inline(always)]
pub(super) fn is_odd(chain: &[Point], point: Point, corner: Point) -> Option<bool> {
    let mut is_odd = false;
    let turn = [corner[0], point[1]];
    for edge in chain.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        // To the right.
        if (a[1] > point[1]) != (b[1] > point[1]) {
            let side = side(a, b, point);
            if side == 0.0 {
                return None;
            }
            is_odd ^= (side > 0.0) == (b[1] > a[1]);
            // What ends before the corner does not pass to its right.
            is_odd ^= a[0].max(b[0]) > corner[0] && passes_right(a, b, turn);
        } else if a[1] == point[1] || b[1] == point[1] {
            let is_between = a[0].min(b[0]) <= point[0] && point[0] <= a[0].max(b[0]);
            if a == point || b == point || (a[1] == b[1] && is_between) {
                return None;
            }
        }
        // Up.
        if (a[0] > corner[0]) != (b[0] > corner[0]) {
            is_odd ^= is_left(a, b, turn) != is_left(a, b, corner);
        }
    }
    Some(is_odd)
}

/// Of the sixteen corners of a cell's children, a bit for those that are joined to the last, which is
/// the cell's own, by a path that crosses the edge: up or down, and then to the left.
///
/// The children's bits go from left to right, and then up, as `x` and `y` do.
pub(super) fn crossed(a: Point, b: Point, x: &[f64; 4], y: &[f64; 4]) -> u16 {
    let above = |point: Point| y.iter().filter(|&&y| point[1] > y).count();
    let is_across = (a[0] > x[3]) != (b[0] > x[3]);
    if !is_across && above(a) == above(b) {
        return 0;
    }
    let mut bits = 0;
    if is_across {
        let from = is_left(a, b, [x[3], y[3]]);
        for (row, &y) in y[..3].iter().enumerate() {
            if is_left(a, b, [x[3], y]) != from {
                bits ^= 0b1111 << (4 * row);
            }
        }
    }
    for (row, &y) in y.iter().enumerate() {
        if (a[1] > y) != (b[1] > y) {
            let from = passes_right(a, b, [x[3], y]);
            for (column, &x) in x[..3].iter().enumerate() {
                let is_crossed = passes_right(a, b, [x, y]) != from;
                bits ^= u16::from(is_crossed) << (4 * row + column);
            }
        }
    }
    bits
}
