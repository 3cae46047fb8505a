//! Chooses what the picture shows: the order of the polygons, and the visible area.

use poly_match::{Bounds, Point, Shapes};
use poly_match_geo::Finding;

use super::collected::Collected;
use crate::extents;

/// The data to draw.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(super) shapes: &'a Shapes,
    /// Positions of the polygons, largest first, so that no polygon hides a smaller one.
    pub(super) order: Vec<usize>,
    /// Whether a polygon has its colour, because it is part of what is shown.
    pub(super) is_colored: Vec<bool>,
    pub(super) shown: Shown<'a>,
    /// The names of the axes.
    pub(super) axes: [&'a str; 2],
    pub(super) bounds: Bounds,
}

/// What is shown on the polygons.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    Matches(&'a Collected),
    Findings(&'a [Finding]),
}

impl<'a> Scene<'a> {
    /// Shows points and their matches. `shapes` are the shapes of the polygons, and `axes` the names of x
    /// and y.
    pub(crate) fn of_matches(
        collected: &'a Collected,
        shapes: &'a Shapes,
        axes: [&'a str; 2],
    ) -> Self {
        Self {
            shapes,
            order: largest_first(shapes),
            is_colored: collected.is_matched().to_vec(),
            shown: Shown::Matches(collected),
            axes,
            bounds: view(collected, shapes),
        }
    }

    /// Marks what was found in the polygons. `is_degrees` says what to call the axes.
    pub(crate) fn of_findings(shapes: &'a Shapes, found: &'a [Finding], is_degrees: bool) -> Self {
        Self {
            shapes,
            order: largest_first(shapes),
            is_colored: flags(shapes.len(), found.iter().map(|finding| finding.polygon)),
            shown: Shown::Findings(found),
            axes: if is_degrees { ["longitude", "latitude"] } else { ["x", "y"] },
            bounds: extents::of_shapes(shapes),
        }
    }
}

/// The positions of polygons by their area.
fn largest_first(shapes: &Shapes) -> Vec<usize> {
    let areas = shapes.areas();
    let mut order: Vec<_> = (0..areas.len()).collect();
    order.sort_by(|&a, &b| areas[b].total_cmp(&areas[a]));
    order
}

/// Whether each of `count` positions is among some.
fn flags(count: usize, positions: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut flags = vec![false; count];
    positions.for_each(|position| flags[position] = true);
    flags
}

/// Two corners of a box; none of an empty one.
fn corners(bounds: Bounds) -> impl Iterator<Item = Point> {
    let is_empty = bounds.min[0] > bounds.max[0];
    [bounds.min, bounds.max].into_iter().filter(move |_| !is_empty)
}

/// Chooses the visible area: the points and the matched polygons.
///
/// The other polygons are included too, unless that makes either side more than 1.4 times longer.
fn view(collected: &Collected, shapes: &Shapes) -> Bounds {
    const STRETCH: f64 = 1.4;
    let around = |bounds: Bounds, point: Point| bounds.including(point);
    let places = collected.bounds();
    let boxes = |seen: &dyn Fn(usize) -> bool| {
        let boxes = (0..shapes.len()).filter(|&polygon| seen(polygon)).map(|i| shapes.bounds(i));
        boxes.flat_map(corners).fold(places, around)
    };
    let matched = boxes(&|polygon| collected.is_matched()[polygon]);
    let all = boxes(&|_| true);
    let far = |axis: usize| {
        let span = |bounds: Bounds| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0;
        span(all) > STRETCH * span(matched)
    };
    if places != Bounds::EMPTY && (far(0) || far(1)) { matched } else { all }
}
