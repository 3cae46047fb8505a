//! Chooses the visible area, and counts what lies outside it.

use poly_match::{Bounds, Point, Shapes};

use super::frame::Frame;
use crate::extents;

/// How much longer polygons without matches may make a side of the picture.
const STRETCH: f64 = 2.0;

/// If they would make it longer, those that add no more than this to any side are shown.
const EDGE: f64 = 0.05;

/// Chooses the visible area. All points, in `places`, and the matched polygons are in it.
///
/// So are all other polygons, unless that makes a side longer than [`STRETCH`] allows. Then only those at
/// the edge are. If nothing matched, the picture shows everything, and so why.
pub(super) fn of_matches(places: Bounds, is_matched: &[bool], shapes: &Shapes) -> Bounds {
    let all = corners(extents::of_shapes(shapes)).fold(places, Bounds::including);
    if !is_matched.contains(&true) {
        return all;
    }
    let boxes = || (0..shapes.len()).map(|position| shapes.bounds(position));
    let matched = boxes().zip(is_matched).filter_map(|(bounds, &is)| is.then_some(bounds));
    let matched = matched.flat_map(corners).fold(places, Bounds::including);
    let span = |bounds: Bounds, axis: usize| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0;
    let fits = |bounds: Bounds| {
        let is_short = |axis: usize| span(bounds, axis) <= STRETCH * span(matched, axis);
        is_short(0) && is_short(1)
    };
    if fits(all) {
        return all;
    }
    let room = [0, 1].map(|axis| 2.0 * EDGE * span(matched, axis));
    let is_near = |bounds: &Bounds| {
        (0..2).all(|axis| {
            matched.min[axis] - bounds.min[axis] <= room[axis]
                && bounds.max[axis] - matched.max[axis] <= room[axis]
        })
    };
    boxes().filter(is_near).flat_map(corners).fold(matched, Bounds::including)
}

/// How many polygons have no part in the panel. Those without an outline do not count.
pub(super) fn outside(shapes: &Shapes, frame: &Frame) -> usize {
    let boxes = (0..shapes.len()).map(|position| shapes.bounds(position));
    boxes.filter(|&bounds| bounds.min[0] <= bounds.max[0] && !frame.shows(bounds)).count()
}

/// Two corners of a box; none of an empty one.
fn corners(bounds: Bounds) -> impl Iterator<Item = Point> {
    let is_empty = bounds.min[0] > bounds.max[0];
    [bounds.min, bounds.max].into_iter().filter(move |_| !is_empty)
}

#[cfg(test)]
mod tests {
    use poly_match::Polygon;

    use super::*;

    /// Squares with a side of 1, from these corners on.
    fn squares(corners: &[Point]) -> Shapes {
        let square = |&[x, y]: &Point| {
            Polygon::new(vec![x, x + 1.0, x + 1.0, x], vec![y, y, y + 1.0, y + 1.0])
        };
        let squares: Vec<_> = corners.iter().map(|at| square(at).expect("a square")).collect();
        squares.iter().collect()
    }

    fn view(points: &[Point], corners: &[Point], matched: usize) -> (Bounds, usize) {
        let places = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
        let is_matched: Vec<_> = (0..corners.len()).map(|i| i < matched).collect();
        let shapes = squares(corners);
        let bounds = of_matches(places, &is_matched, &shapes);
        (bounds, outside(&shapes, &Frame::new(bounds, 3, 100.0, false)))
    }

    #[test]
    fn near_polygons_are_shown_and_far_ones_counted() {
        let points = [[0.5, 0.5], [9.5, 9.5]];
        let (all, none) = view(&points, &[[0.0, 0.0], [9.0, 9.0], [18.5, 3.0]], 2);
        assert_eq!((all.min, all.max, none), ([0.0; 2], [19.5, 10.0], 0));
        let far = [[0.0, 0.0], [9.0, 9.0], [9.4, 3.0], [1e6, 0.0], [0.0, -1e6]];
        let (near, two) = view(&points, &far, 2);
        assert_eq!((near.min, near.max, two), ([0.0; 2], [10.4, 10.0], 2));
    }

    #[test]
    fn points_and_matched_polygons_are_always_shown() {
        let corners = [[0.0, 0.0], [1e6, 0.0], [-1e9, 0.0]];
        let (bounds, one) = view(&[[0.5, 7e5]], &corners, 2);
        assert_eq!((bounds.min, bounds.max, one), ([0.0; 2], [1e6 + 1.0, 7e5], 1));
    }

    #[test]
    fn without_a_match_everything_is_shown() {
        let (bounds, none) = view(&[[-1e6, 0.0]], &[[0.0, 0.0], [1e6, 0.0]], 0);
        assert_eq!((bounds.min, bounds.max, none), ([-1e6, 0.0], [1e6 + 1.0, 1.0], 0));
        assert_eq!(view(&[], &[], 0), (Bounds::EMPTY, 0));
        assert_eq!(view(&[], &[[3.0, 3.0]], 0).0.min, [3.0, 3.0]);
    }

    #[test]
    fn polygons_without_an_outline_do_not_count() {
        let mut shapes = squares(&[[0.0, 0.0]]);
        shapes.push_nothing();
        let bounds = of_matches(Bounds::EMPTY, &[true, true], &shapes);
        assert_eq!(outside(&shapes, &Frame::new(bounds, 3, 100.0, false)), 0);
    }
}
