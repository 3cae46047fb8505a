//! Clips rings to a rectangle, so that distant coordinates do not overflow the integers of a page.
//!
//! I. E. Sutherland and G. W. Hodgman, "Reentrant polygon clipping", CACM 17 (1974).

use poly_match::Point;

/// Clips a ring to `min..=max`. Separate pieces stay joined along the sides of the rectangle.
pub(super) fn clip(ring: &[Point], min: Point, max: Point) -> Vec<Point> {
    let mut ring = ring.to_vec();
    for axis in [0, 1] {
        ring = half(&ring, axis, min[axis], |value| value >= min[axis]);
        ring = half(&ring, axis, max[axis], |value| value <= max[axis]);
    }
    ring
}

/// Clips a ring to one side of a line across `axis`.
fn half(ring: &[Point], axis: usize, line: f64, inside: impl Fn(f64) -> bool) -> Vec<Point> {
    let mut kept = Vec::with_capacity(ring.len());
    let Some(mut previous) = ring.last().copied() else { return kept };
    for &vertex in ring {
        if inside(vertex[axis]) != inside(previous[axis]) {
            kept.push(crossing(previous, vertex, axis, line));
        }
        if inside(vertex[axis]) {
            kept.push(vertex);
        }
        previous = vertex;
    }
    kept
}

/// The point where the segment from `a` to `b` crosses the line.
fn crossing(a: Point, b: Point, axis: usize, line: f64) -> Point {
    let share = (line - a[axis]) / (b[axis] - a[axis]);
    let mut point = a;
    point[axis] = line;
    point[1 - axis] = a[1 - axis] + share * (b[1 - axis] - a[1 - axis]);
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_stays_and_what_is_outside_goes() {
        let inside = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]];
        assert_eq!(clip(&inside, [0.0, 0.0], [3.0, 3.0]), inside);
        assert_eq!(clip(&inside, [5.0, 5.0], [9.0, 9.0]), Vec::<Point>::new());
        assert_eq!(clip(&[], [0.0, 0.0], [1.0, 1.0]), Vec::<Point>::new());
    }

    #[test]
    fn a_ring_across_a_side_is_cut_there() {
        let square = [[-2.0, 1.0], [2.0, 1.0], [2.0, 2.0], [-2.0, 2.0]];
        let cut = clip(&square, [0.0, 0.0], [3.0, 3.0]);
        assert_eq!(cut, [[0.0, 1.0], [2.0, 1.0], [2.0, 2.0], [0.0, 2.0]]);
    }

    #[test]
    fn nothing_is_left_outside_however_far_it_was() {
        let huge = [[-1e300, 0.5], [1e300, 0.7], [0.5, 1e300]];
        for [x, y] in clip(&huge, [0.0, 0.0], [1.0, 1.0]) {
            assert!((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y), "{x} {y}");
        }
    }
}
