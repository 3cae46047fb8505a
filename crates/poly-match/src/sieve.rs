//! Tells polygons that no point can be near from their bounding boxes alone.
//!
//! For few points and many polygons, a caller then needs to read only some of the polygons.
//!
//! The points are sorted into the cells of a grid over their extent, so that only those in the cells
//! that a box touches are compared with it. The cell of a coordinate rises with the coordinate, so
//! rounding loses no point.

use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::rule::Near;

/// Most cells along an axis.
const MOST_SIDE: usize = 256;

/// A box is compared with at most this many points outside it. Then it passes, so that a crowd of
/// points in one cell does not make the sieve slow.
const MOST_OUTSIDE: usize = 64;

/// Coordinates beyond this may overflow when they are multiplied.
const LARGEST: f64 = 1e100;

/// Some points, prepared to tell which polygons none of them can be near.
///
/// ```
/// use poly_match::{Near, Polygon, Sieve};
///
/// let square = |x: f64| Polygon::new(vec![x, x + 4.0, x + 4.0, x], vec![0.0, 0.0, 4.0, 4.0]);
/// let sieve = Sieve::new(Near::Covers, &[[1.0, 1.0], [9.0, 9.0]]).expect("covers is sieved");
/// assert!(sieve.passes(&square(0.0)?.bounds()));
/// assert!(!sieve.passes(&square(20.0)?.bounds()));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sieve(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Within(Grid),
    /// Points, and how far the nearest polygon is at most.
    Nearest(Vec<(Point, f64)>),
}

/// Finite points in the cells of a grid.
#[derive(Debug, Clone)]
struct Grid {
    /// How far the rule measures; `None` if it asks what contains a point.
    max_dist: Option<f64>,
    extent: Bounds,
    axes: [Axis; 2],
    /// The points by cell: the cells of the lowest row first.
    points: Vec<Point>,
    /// Where the points of each cell start, and where the last one's end.
    starts: Vec<u32>,
}

/// The cells along an axis.
#[derive(Debug, Clone, Copy)]
struct Axis {
    min: f64,
    /// Cells in a unit of length; 0 if all points are in one cell.
    scale: f64,
    count: usize,
}

impl Axis {
    #[allow(clippy::cast_precision_loss)] // there are few cells
    fn new(min: f64, max: f64, count: usize) -> Self {
        let scale = count as f64 / (max - min);
        let scale = if scale.is_finite() { scale } else { 0.0 };
        Self { min, scale, count }
    }

    /// The cell of a coordinate. Coordinates outside the extent are in the first or last cell.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates
    fn cell(&self, coordinate: f64) -> usize {
        (((coordinate - self.min) * self.scale) as usize).min(self.count - 1)
    }
}

/// How far rounding can take a distance to something in a box. For the bound, see
/// `geometry/segment`.
struct Rounding {
    /// The size of the coordinates.
    size: f64,
}

impl Rounding {
    /// `None` if the coordinates are so large that an area may overflow.
    fn of(Bounds { min, max }: &Bounds) -> Option<Self> {
        let largest =
            [*min, *max].as_flattened().iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let size = largest + (max[0] - min[0]) + (max[1] - min[1]);
        (largest <= LARGEST).then_some(Self { size })
    }

    /// A distance that no distance up to `max_dist` is rounded to.
    fn reach(&self, max_dist: f64) -> f64 {
        max_dist + (max_dist + self.size) * 2.0_f64.powi(-40) + 1e-140
    }

    /// A box with all points that may be this close to something in another box.
    fn grown(&self, &Bounds { min, max }: &Bounds, max_dist: f64) -> Bounds {
        let more = self.reach(max_dist);
        Bounds { min: min.map(|low| low - more), max: max.map(|high| high + more) }
    }
}

impl Bounds {
    /// A box with all points that may be closer than `max_dist` to something in this one, whichever
    /// way their distance is rounded. If coordinates are so large that an area may overflow, it is
    /// the whole plane.
    ///
    /// ```
    /// use poly_match::Bounds;
    ///
    /// let hall = Bounds { min: [0.0, 0.0], max: [9.0, 9.0] };
    /// let around = hall.within(2.0);
    /// assert!(around.min[0] <= -2.0 && around.max[1] >= 11.0 && around.max[1] < 11.1);
    /// ```
    #[must_use]
    pub fn within(&self, max_dist: f64) -> Self {
        let everywhere = Self { min: [f64::NEG_INFINITY; 2], max: [f64::INFINITY; 2] };
        Rounding::of(self).map_or(everywhere, |rounding| rounding.grown(self, max_dist))
    }
}

impl Sieve {
    /// Prepares points. Those that are not finite are near nothing. `None` if a bounding box does not
    /// tell what is near: for *center* and *circle*, or without a limit on the distance.
    #[must_use]
    pub fn new(near: Near, points: &[Point]) -> Option<Self> {
        let max_dist = match near {
            Near::Center(_) | Near::Circle { .. } => return None,
            Near::Boundary(within) => Some(within.max_dist()),
            Near::Contains | Near::Covers => None,
        };
        if max_dist > Some(LARGEST) || u32::try_from(points.len()).is_err() {
            return None;
        }
        Some(Self(Kind::Within(Grid::new(max_dist, points))))
    }

    /// Prepares points that are asked for the one polygon whose boundary is nearest, of all that are
    /// in `bounds`. This takes time for each pair of a point and a polygon.
    ///
    /// ```
    /// use poly_match::{Bounds, Sieve};
    ///
    /// let square = |x: f64| Bounds { min: [x, 0.0], max: [x + 1.0, 1.0] };
    /// let sieve = Sieve::nearest(&[square(0.0), square(50.0)], &[[4.0, 0.0]]);
    /// assert!(sieve.passes(&square(0.0)) && !sieve.passes(&square(50.0)));
    /// ```
    #[must_use]
    pub fn nearest(bounds: &[Bounds], points: &[Point]) -> Self {
        let finite = points.iter().copied().filter(|&point| is_finite(point));
        let with_limit = finite.map(|point| {
            // Every polygon has a vertex on each side of its box.
            let farthest = bounds.iter().map(|bounds| {
                let far = |axis: usize| {
                    let (low, high) =
                        (point[axis] - bounds.min[axis], bounds.max[axis] - point[axis]);
                    low.abs().max(high.abs())
                };
                far(0) * far(0) + far(1) * far(1)
            });
            (point, farthest.fold(f64::INFINITY, f64::min).sqrt())
        });
        Self(Kind::Nearest(with_limit.collect()))
    }

    /// Whether a polygon in these bounds may be near one of the points. False is certain. A polygon
    /// whose coordinates are so large that its area may overflow always passes.
    #[must_use]
    pub fn passes(&self, bounds: &Bounds) -> bool {
        let Bounds { min, max } = *bounds;
        let Some(rounding) = Rounding::of(bounds) else { return true };
        match &self.0 {
            Kind::Within(grid) => grid.has_point_in(
                &grid.max_dist.map_or(*bounds, |max_dist| rounding.grown(bounds, max_dist)),
            ),
            Kind::Nearest(points) => points.iter().any(|(point, limit)| {
                let away =
                    |axis: usize| (min[axis] - point[axis]).max(point[axis] - max[axis]).max(0.0);
                let limit = rounding.reach(*limit);
                away(0) * away(0) + away(1) * away(1) <= limit * limit
            }),
        }
    }
}

impl Grid {
    fn new(max_dist: Option<f64>, points: &[Point]) -> Self {
        let finite: Vec<Point> = points.iter().copied().filter(|&point| is_finite(point)).collect();
        let extent = Bounds::of(&finite);
        let side = (2 * finite.len()).isqrt().clamp(1, MOST_SIDE);
        let axes = [0, 1].map(|axis| Axis::new(extent.min[axis], extent.max[axis], side));
        let cell = |point: &Point| axes[1].cell(point[1]) * side + axes[0].cell(point[0]);
        let mut starts = vec![0; side * side + 1];
        finite.iter().for_each(|point| starts[cell(point)] += 1);
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut points = vec![[0.0; 2]; finite.len()];
        for point in &finite {
            let start = &mut starts[cell(point)];
            *start -= 1;
            points[*start as usize] = *point;
        }
        Self { max_dist, extent, axes, points, starts }
    }

    /// Whether a point is in a box; perhaps also if there are many points outside it nearby.
    fn has_point_in(&self, bounds: &Bounds) -> bool {
        let Bounds { min, max } = *bounds;
        let meets =
            |axis: usize| min[axis] <= self.extent.max[axis] && self.extent.min[axis] <= max[axis];
        if !(meets(0) && meets(1)) {
            return false;
        }
        let [columns, rows] =
            [0, 1].map(|axis| [min, max].map(|end| self.axes[axis].cell(end[axis])));
        let mut outside = 0;
        for row in rows[0]..=rows[1] {
            let first = row * self.axes[0].count;
            let [start, end] =
                [first + columns[0], first + columns[1] + 1].map(|cell| self.starts[cell] as usize);
            for &[x, y] in &self.points[start..end] {
                let is_inside = min[0] <= x && x <= max[0] && min[1] <= y && y <= max[1];
                if is_inside || outside == MOST_OUTSIDE {
                    return true;
                }
                outside += 1;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Best, Builder, Center, Polygon, Rule, Shapes, Within};
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn triangle() -> impl Strategy<Value = Vec<Point>> {
        let corner = [-12i32..12, -12i32..12].prop_map(|place| place.map(f64::from));
        vec(corner, 3..4)
    }

    proptest! {
        #[test]
        fn what_does_not_pass_has_no_point(
            triangles in vec(triangle(), 1..20),
            points in vec([-30i32..30, -30i32..30], 0..40),
            max_dist in 0i32..6,
            scale in -3i32..3,
        ) {
            let size = 10.0_f64.powi(40 * scale) / 3.0;
            let place = |place: [f64; 2]| place.map(|x| x * size);
            let points: Vec<Point> =
                points.into_iter().map(|point| place(point.map(f64::from))).collect();
            let polygons: Vec<Polygon> = triangles
                .into_iter()
                .map(|ring| Polygon::from_parts([[ring.into_iter().map(place)]]).expect("finite"))
                .collect();
            let shapes: Shapes = polygons.iter().collect();
            let within = Within::inclusive(f64::from(max_dist) * size).expect("legal");
            let bounds: Vec<Bounds> = polygons.iter().map(Polygon::bounds).collect();
            let unlimited = Near::Boundary(Within::new(f64::INFINITY).expect("legal"));
            let rule = Rule { best: &[Best::Nearest], ..Rule::from(unlimited) };
            let matcher = Builder::new(rule).shapes(&shapes).expect("sound");
            let sieve = Sieve::nearest(&bounds, &points);
            for position in matcher.match_points(&points).expect("finite").indices().flatten() {
                prop_assert!(sieve.passes(&bounds[position]));
            }
            for near in [Near::Contains, Near::Covers, Near::Boundary(within)] {
                let sieve = Sieve::new(near, &points).expect("boxes tell");
                let matcher = Builder::new(Rule::from(near)).shapes(&shapes).expect("sound");
                for position in matcher.candidates(&points).expect("finite").as_csr().1 {
                    let position = usize::try_from(*position).expect("a position");
                    prop_assert!(sieve.passes(&polygons[position].bounds()));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_near_is_within(
            corners in triangle(),
            points in vec([-20i32..20, -20i32..20], 1..40),
            max_dist in 0i32..6,
            scale in -3i32..3,
        ) {
            let size = 10.0_f64.powi(60 * scale) / 3.0;
            let place = |place: [f64; 2]| place.map(|x| x * size);
            let polygon = Polygon::from_parts([[corners.into_iter().map(place)]]).expect("finite");
            let shapes: Shapes = [&polygon].into_iter().collect();
            let center = shapes.center(0, Center::VertexMean);
            // Some touch an edge, and some are farther from it than they are after rounding.
            let places = points.into_iter().map(|point| place(point.map(f64::from)));
            let places = places.chain([0, 1].map(|axis| {
                let far = f64::from(max_dist) * size;
                if axis == 0 { [center[0] + far, center[1]] } else { [center[0], center[1] - far] }
            }));
            let points: Vec<Point> = places.collect();
            let within = Within::inclusive(f64::from(max_dist) * size).expect("legal");
            let sides = [
                (Near::Boundary(within), polygon.bounds()),
                (Near::Center(within), Bounds::of(&[center])),
            ];
            for (near, bounds) in sides {
                let matcher = Builder::new(Rule::from(near)).shapes(&shapes);
                let Bounds { min, max } = bounds.within(within.max_dist());
                let found = matcher.expect("sound").match_points(&points).expect("finite");
                for (&[x, y], index) in points.iter().zip(found.indices()) {
                    let is_in = min[0] <= x && x <= max[0] && min[1] <= y && y <= max[1];
                    prop_assert!(is_in || index.is_none());
                }
            }
        }
    }

    #[test]
    fn a_box_between_the_points_does_not_pass() {
        let points = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0], [f64::NAN, 5.0]];
        let sieve = Sieve::new(Near::Covers, &points).expect("boxes tell");
        assert!(!sieve.passes(&Bounds { min: [4.0, 4.0], max: [6.0, 6.0] }));
        assert!(sieve.passes(&Bounds { min: [4.0, 4.0], max: [10.0, 10.0] }));
        let none = Sieve::new(Near::Covers, &points[4..]).expect("boxes tell");
        assert!(!none.passes(&Bounds { min: [4.0, 4.0], max: [6.0, 6.0] }));
        let large = Bounds { min: [0.0, 0.0], max: [1e200, 1.0] };
        assert!(none.passes(&large), "its area may be infinite or NaN");
    }

    #[test]
    fn boxes_do_not_tell_of_centres_and_without_a_limit() {
        let unlimited = Within::new(f64::INFINITY).expect("legal");
        assert!(Sieve::new(Near::Center(unlimited), &[]).is_none());
        assert!(Sieve::new(Near::Boundary(unlimited), &[]).is_none());
    }
}
