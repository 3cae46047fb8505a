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
        if is_beyond(point) {
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
        if are_beyond(&bounds) {
            found.beyond.add(position);
        }
        if is_wide(&bounds) && shapes.parts_of(position).flatten().any(has_wide_edge) {
            found.wide.add(position);
        }
    }
    found
}

/// Whether [`odd_degrees`] may count a polygon in these bounds. False is certain.
#[must_use]
pub fn may_be_odd(bounds: &Bounds) -> bool {
    are_beyond(bounds) || is_wide(bounds)
}

/// Whether a longitude is beyond ±180 or a latitude beyond ±90.
fn is_beyond(point: Point) -> bool {
    point.into_iter().all(f64::is_finite) && are_beyond(&Bounds { min: point, max: point })
}

/// Whether the bounds of a polygon reach beyond the globe. Those of an empty polygon do not.
fn are_beyond(&Bounds { min, max }: &Bounds) -> bool {
    min[0] < -180.0 || max[0] > 180.0 || min[1] < -90.0 || max[1] > 90.0
}

/// Whether bounds are so wide that an edge may span more than 180 degrees.
fn is_wide(bounds: &Bounds) -> bool {
    bounds.max[0] - bounds.min[0] > 180.0
}

fn has_wide_edge(ring: &[Point]) -> bool {
    let Some(mut before) = ring.last() else { return false };
    ring.iter().any(|vertex| {
        let width = (vertex[0] - before[0]).abs();
        before = vertex;
        width > 180.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(rings: &[&[Point]]) -> Shapes {
        let mut shapes = Shapes::new();
        for ring in rings {
            match ring {
                [] => shapes.push_nothing(),
                ring => shapes.push_parts([[ring.iter().copied()]]).expect("sound"),
            }
        }
        shapes
    }

    fn square(west: f64, east: f64, north: f64) -> [Point; 4] {
        [[west, 0.0], [east, 0.0], [east, north], [west, north]]
    }

    #[test]
    fn polygons_are_counted_and_the_first_is_named() {
        let fine = square(-180.0, 0.0, 90.0); // 180 degrees are not more
        let strait = square(170.0, -170.0, 20.0);
        let (over, swapped) = (square(170.0, 190.0, 20.0), square(8.0, 9.0, 170.0));
        // As wide as the globe, in edges of less than 180 degrees.
        let ring =
            [[-180.0, 0.0], [-60.0, 0.0], [60.0, 0.0], [180.0, 0.0], [60.0, 9.0], [-60.0, 9.0]];
        let none: [Point; 0] = [];
        let found = odd_degrees(&shapes(&[&none, &fine, &strait, &ring, &over, &swapped, &strait]));
        assert_eq!(found.beyond, Count { count: 2, first: 4 });
        assert_eq!(found.wide, Count { count: 2, first: 2 });
        assert!(!may_be_odd(&Bounds::of(&fine)));
        for ring in [&strait[..], &ring, &over, &swapped] {
            assert!(may_be_odd(&Bounds::of(ring)), "{ring:?}");
        }
        assert!(!may_be_odd(&Bounds::EMPTY));
    }

    #[test]
    fn points_beyond_the_globe_are_counted() {
        let nan = f64::NAN;
        let points =
            [[180.0, -90.0], [nan, 95.0], [f64::INFINITY, 0.0], [181.0, 0.0], [0.0, -90.5]];
        assert_eq!(points_beyond(&points), Count { count: 2, first: 3 });
        assert_eq!(points_beyond(&points[..3]), Count::default());
    }
}
