//! Chooses what the picture shows: the order of the polygons, and the visible area.

use poly_match::{Bounds, Point, Shapes};

use crate::found::Found;
use crate::read::Points;

/// The data to draw.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(super) points: &'a [Point],
    pub(super) found: &'a Found,
    pub(super) shapes: &'a Shapes,
    /// Positions of the polygons, largest first, so that no polygon hides a smaller one.
    pub(super) order: Vec<usize>,
    /// Whether a polygon is the match of any point.
    pub(super) is_matched: Vec<bool>,
    pub(super) axes: &'a [String; 2],
    pub(super) bounds: Bounds,
}

impl<'a> Scene<'a> {
    /// Builds a scene. `shapes` are the shapes of the polygons.
    pub(crate) fn new(points: &'a Points, shapes: &'a Shapes, found: &'a Found) -> Self {
        let areas = shapes.areas();
        let mut order: Vec<_> = (0..areas.len()).collect();
        order.sort_by(|&a, &b| areas[b].total_cmp(&areas[a]));
        let mut is_matched = vec![false; areas.len()];
        for best in found.best().flatten() {
            is_matched[best.index] = true;
        }
        let bounds = view(points, shapes, &is_matched);
        let axes = &points.axes;
        Self { points: &points.at, found, shapes, order, is_matched, axes, bounds }
    }
}

/// Chooses the visible area: the points and the matched polygons.
///
/// The other polygons are included too, unless that makes either side more than 1.4 times longer.
fn view(points: &Points, shapes: &Shapes, is_matched: &[bool]) -> Bounds {
    const STRETCH: f64 = 1.4;
    let places = points.at.iter().copied().filter(|point| !point[0].is_nan());
    let corners = |bounds: Bounds| [bounds.min, bounds.max];
    let around = |bounds: Bounds, point: Point| bounds.including(point);
    let places = places.fold(Bounds::EMPTY, around);
    let boxes = |seen: &dyn Fn(usize) -> bool| {
        let boxes = (0..shapes.len()).filter(|&polygon| seen(polygon)).map(|i| shapes.bounds(i));
        boxes.filter(|bounds| *bounds != Bounds::EMPTY).flat_map(corners).fold(places, around)
    };
    let matched = boxes(&|polygon| is_matched[polygon]);
    let all = boxes(&|_| true);
    let far = |axis: usize| {
        let span = |bounds: Bounds| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0;
        span(all) > STRETCH * span(matched)
    };
    if places != Bounds::EMPTY && (far(0) || far(1)) { matched } else { all }
}
