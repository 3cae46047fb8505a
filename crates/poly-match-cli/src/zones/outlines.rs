//! Where polygons and circles are, what is odd in them, and their outlines for a picture.

use std::f64::consts::TAU;
use std::sync::Arc;

use poly_match::{Bounds, Point, Shapes};
use poly_match_geo::{Count, OddDegrees, odd_degrees, points_beyond};

use crate::extents;
use crate::read::Circles;

/// How many vertices the outline of a circle has.
const VERTICES: u32 = 180;

/// What is known of the outlines of the polygons.
pub(crate) struct Outlines {
    pub(crate) extent: Bounds,
    pub(crate) odd: OddDegrees,
    /// The outlines themselves, for a picture or a map.
    pub(crate) shapes: Option<Arc<Shapes>>,
}

impl Outlines {
    /// Those of polygons. `is_kept` keeps the shapes.
    pub(super) fn of_shapes(shapes: &Arc<Shapes>, is_kept: bool) -> Self {
        Self {
            extent: extents::of_shapes(shapes),
            odd: odd_degrees(shapes),
            shapes: is_kept.then(|| shapes.clone()),
        }
    }

    /// Those of circles. `is_kept` makes shapes of them.
    pub(super) fn of_circles(circles: &Circles, is_kept: bool) -> Self {
        let Circles { centers, radii } = circles;
        Self {
            extent: extents::of_circles(centers.iter().zip(radii)),
            odd: OddDegrees { beyond: points_beyond(centers), wide: Count::default() },
            shapes: is_kept.then(|| Arc::new(drawn(circles))),
        }
    }
}

/// Circles as polygons, for a picture or a map. A circle without an end has no outline.
fn drawn(circles: &Circles) -> Shapes {
    let mut shapes = Shapes::new();
    for ([x, y], radius) in circles.centers.iter().zip(&circles.radii) {
        let vertex = |i: u32| {
            let (sine, cosine) = (TAU * f64::from(i) / f64::from(VERTICES)).sin_cos();
            [x + radius * cosine, y + radius * sine]
        };
        let ring: Vec<Point> = (0..VERTICES).map(vertex).collect();
        if shapes.push_parts([[ring]]).is_err() {
            shapes.push_nothing(); // a missing centre or radius, or one that overflows
        }
    }
    shapes
}
