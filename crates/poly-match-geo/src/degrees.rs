//! Finds what cannot be right in degrees: coordinates beyond the globe, and edges round half of it.
//!
//! On a plane, an edge from longitude 170 to -170 goes 340 degrees to the west, through Greenwich.
//! RFC 7946 (section 3.1.9) says to cut a polygon there, into parts on both sides.

use poly_match::{Bounds, Point, Shapes};

/// How many elements are odd, and the position of the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// The number of elements.
    pub count: usize,
    /// The position of the first; 0 if there is none.
    pub first: usize,
}

/// The polygons whose coordinates cannot be right in degrees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OddDegrees {
    /// Polygons with a longitude beyond ±180 or a latitude beyond ±90.
    pub beyond: Count,
    /// Polygons with an edge that spans more than 180 degrees of longitude.
    pub wide: Count,
}

impl Count {
    fn add(&mut self, position: usize) {
        if self.count == 0 {
            self.first = position;
        }
        self.count += 1;
    }
}

/// Counts the points with a longitude beyond ±180 or a latitude beyond ±90. A point that is not finite
/// is not counted.
///
/// ```
/// let count = poly_match_geo::points_beyond(&[[8.5, 47.4], [47.4, 98.5]]);
/// assert_eq!((count.count, count.first), (1, 1));
/// ```
#[must_use]
pub fn points_beyond(points: &[Point]) -> Count {
    let mut found = Count::default();
    for (position, &point) in points.iter().enumerate() {
        if is_beyond(point) && point.into_iter().all(f64::is_finite) {
            found.add(position);
        }
    }
    found
}

/// Finds the polygons whose coordinates cannot be right in degrees.
///
/// ```
/// use poly_match::{Polygon, Shapes};
///
/// let strait = Polygon::new(vec![170.0, -170.0, -170.0, 170.0], vec![60.0, 60.0, 66.0, 66.0])?;
/// let mut shapes = Shapes::new();
/// shapes.push(&strait);
/// let odd = poly_match_geo::odd_degrees(&shapes);
/// assert_eq!((odd.beyond.count, odd.wide.count), (0, 1));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[must_use]
pub fn odd_degrees(shapes: &Shapes) -> OddDegrees {
    let mut found = OddDegrees::default();
    for position in 0..shapes.len() {
        let bounds = shapes.bounds(position);
        if bounds == Bounds::EMPTY {
            continue;
        }
        if are_beyond(&bounds) {
            found.beyond.add(position);
        }
        if are_wide(&bounds)
            && shapes.parts_of(position).flatten().any(|ring| wide_edge(ring).is_some())
        {
            found.wide.add(position);
        }
    }
    found
}

/// Whether [`odd_degrees`] may count a polygon that is in these bounds. False is certain.
#[must_use]
pub fn may_be_odd(bounds: &Bounds) -> bool {
    are_beyond(bounds) || are_wide(bounds)
}

fn are_beyond(bounds: &Bounds) -> bool {
    is_beyond(bounds.min) || is_beyond(bounds.max)
}

/// Whether bounds are so wide that a polygon may have an edge that spans more than 180 degrees.
fn are_wide(bounds: &Bounds) -> bool {
    bounds.max[0] - bounds.min[0] > 180.0
}

/// Whether a longitude is beyond ±180 or a latitude beyond ±90.
pub(crate) fn is_beyond([x, y]: Point) -> bool {
    x.abs() > 180.0 || y.abs() > 90.0
}

/// The first edge of a ring that spans more than 180 degrees of longitude.
pub(crate) fn wide_edge(ring: &[Point]) -> Option<[Point; 2]> {
    let before = ring.last().into_iter().chain(ring);
    let mut edges = before.zip(ring).map(|(&a, &b)| [a, b]);
    edges.find(|[a, b]| (b[0] - a[0]).abs() > 180.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A polygon of one part for each ring.
    fn push(shapes: &mut Shapes, rings: &[&[Point]]) {
        let parts = rings.iter().map(|ring| [ring.iter().copied()]);
        shapes.push_parts(parts).expect("finite");
    }

    #[test]
    fn edges_and_coordinates_are_counted() {
        let mut shapes = Shapes::new();
        let west: &[Point] = &[[-180.0, 0.0], [-170.0, 0.0], [-170.0, 9.0]];
        let east: &[Point] = &[[180.0, 0.0], [170.0, 0.0], [170.0, 9.0]];
        let strait: &[Point] = &[[170.0, 0.0], [-170.0, 0.0], [-170.0, 9.0], [170.0, 9.0]];
        let half: &[Point] = &[[-180.0, -90.0], [0.0, -90.0], [180.0, -90.0], [0.0, 90.0]];
        shapes.push_nothing();
        push(&mut shapes, &[west, east]);
        push(&mut shapes, &[half, &[[-180.0, 0.0], [0.0, 1.0], [0.0, 2.0]]]);
        let closed_by_a_wide_edge: &[Point] = &[[-100.0, 0.0], [0.0, 0.0], [100.0, 0.0]];
        push(&mut shapes, &[closed_by_a_wide_edge]);
        push(&mut shapes, &[west, strait]);
        push(&mut shapes, &[&[[0.0, 0.0], [190.0, 0.0], [0.0, 9.0]]]);
        push(&mut shapes, &[&[[0.0, 0.0], [9.0, 0.0], [0.0, -90.5]]]);
        let odd = odd_degrees(&shapes);
        // The edge of `half` that closes it spans 180 degrees, which is not more.
        assert_eq!(odd.wide, Count { count: 3, first: 3 });
        assert_eq!(odd.beyond, Count { count: 2, first: 5 });
        let may_be = (1..shapes.len()).map(|position| may_be_odd(&shapes.bounds(position)));
        assert!(may_be.eq([true; 6]), "all but the one that is nothing");
        assert!(!may_be_odd(&Bounds::of(west)));
    }

    #[test]
    fn points_that_are_missing_are_not_beyond() {
        let points = [[180.0, 90.0], [f64::NAN, 91.0], [-180.5, 0.0], [0.0, -91.0]];
        assert_eq!(points_beyond(&points), Count { count: 2, first: 2 });
        assert_eq!(points_beyond(&[[f64::INFINITY, 0.0]]), Count::default());
        assert_eq!(points_beyond(&[]), Count::default());
    }
}
