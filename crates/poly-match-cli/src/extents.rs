//! Says why nothing matched, if points and polygons lie apart.

use std::fmt;

use poly_match::{Bounds, Point, Shapes};

use crate::numbers::short;

/// Significant digits, which are enough to see where something is.
const DIGITS: usize = 7;

/// The extents of the points and of the polygons.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extents {
    pub(crate) points: Bounds,
    pub(crate) polygons: Bounds,
}

impl Extents {
    /// Whether both have something, and they do not meet.
    pub(crate) fn are_apart(self) -> bool {
        [self.points, self.polygons].iter().all(|bounds| *bounds != Bounds::EMPTY)
            && !meet(self.points, self.polygons)
    }
}

/// The extent with the points that have coordinates.
pub(crate) fn around(extent: Bounds, points: &[Point]) -> Bounds {
    let usable = points.iter().filter(|point| !point[0].is_nan());
    usable.fold(extent, |bounds, &point| bounds.including(point))
}

/// The least x and y and the greatest, if there are any.
pub(crate) fn corners(bounds: Bounds) -> Option<[f64; 4]> {
    let Bounds { min, max } = bounds;
    (bounds != Bounds::EMPTY).then_some([min[0], min[1], max[0], max[1]])
}

/// The extent of all polygons.
pub(crate) fn of_shapes(shapes: &Shapes) -> Bounds {
    let boxes = (0..shapes.len()).map(|position| shapes.bounds(position));
    let corners = boxes.filter(|bounds| *bounds != Bounds::EMPTY).flat_map(|b| [b.min, b.max]);
    corners.fold(Bounds::EMPTY, Bounds::including)
}

/// The extent of circles, with their centres and radii. One without a centre or a radius has none.
pub(crate) fn of_circles<'a>(circles: impl Iterator<Item = (&'a Point, &'a f64)>) -> Bounds {
    let corners = circles.filter(|([x, y], r)| x.is_finite() && y.is_finite() && !r.is_nan());
    let corners = corners.flat_map(|([x, y], r)| [[x - r, y - r], [x + r, y + r]]);
    corners.fold(Bounds::EMPTY, Bounds::including)
}

/// Where both are, and what may be the reason that they are apart.
impl fmt::Display for Extents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { points, polygons } = *self;
        f.write_str("the points are at ")?;
        place(f, points)?;
        f.write_str(", the polygons at ")?;
        place(f, polygons)?;
        let swapped = |bounds: Bounds| {
            let [min, max] = [bounds.min, bounds.max].map(|[x, y]| [y, x]);
            Bounds { min, max }
        };
        if meet(swapped(points), polygons) {
            f.write_str(": perhaps x and y of one of them are swapped")
        } else if may_be_degrees(points) != may_be_degrees(polygons) {
            let (one, other) = if may_be_degrees(points) {
                ("points", "polygons")
            } else {
                ("polygons", "points")
            };
            write!(
                f,
                ": perhaps the {one} are in degrees, and the {other} in another coordinate system"
            )
        } else {
            Ok(())
        }
    }
}

fn place(f: &mut fmt::Formatter<'_>, bounds: Bounds) -> fmt::Result {
    let Bounds { min, max } = bounds;
    let [xmin, ymin, xmax, ymax] =
        [min[0], min[1], max[0], max[1]].map(|value| short(value, DIGITS));
    write!(f, "x {xmin} to {xmax}, y {ymin} to {ymax}")
}

fn meet(a: Bounds, b: Bounds) -> bool {
    (0..2).all(|axis| a.min[axis] <= b.max[axis] && b.min[axis] <= a.max[axis])
}

/// Whether all is on the globe, if these are degrees.
fn may_be_degrees(bounds: Bounds) -> bool {
    let most = [180.0, 90.0];
    (0..2).all(|axis| bounds.min[axis] >= -most[axis] && bounds.max[axis] <= most[axis])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extents(points: &[Point], polygons: &[Point]) -> Extents {
        let of = |points| around(Bounds::EMPTY, points);
        Extents { points: of(points), polygons: of(polygons) }
    }

    #[test]
    fn only_extents_that_do_not_meet_are_apart() {
        let zones = [[0.0, 0.0], [4.0, 4.0]];
        assert!(!extents(&[[4.0, 4.0]], &zones).are_apart());
        assert!(extents(&[[5.0, 4.0]], &zones).are_apart());
        assert!(!extents(&[], &zones).are_apart());
        assert!(!extents(&[[f64::NAN; 2]], &zones).are_apart());
        assert!(!extents(&[[5.0, 4.0]], &[]).are_apart());
    }

    #[test]
    fn the_likely_reason_is_named() {
        let switzerland = [[6.0, 45.8], [10.5, 47.8]];
        let swapped = extents(&[[47.4, 8.5]], &switzerland).to_string();
        assert_eq!(
            swapped,
            "the points are at x 47.4 to 47.4, y 8.5 to 8.5, the polygons at x 6 to 10.5, y 45.8 to \
             47.8: perhaps x and y of one of them are swapped"
        );
        let metres = extents(&[[2_683_000.0, 1_248_000.0]], &switzerland).to_string();
        assert!(
            metres.ends_with(
                "perhaps the polygons are in degrees, and the points in another coordinate system"
            ),
            "{metres}"
        );
        let degrees = extents(&switzerland, &[[2_683_000.0, 1_248_000.0]]).to_string();
        assert!(degrees.contains("perhaps the points are in degrees"), "{degrees}");
        let far = extents(&[[1000.0, 1000.0]], &[[2000.0, 2000.0]]).to_string();
        assert!(far.ends_with("y 2000 to 2000"), "{far}");
    }
}
