//! Axis-aligned bounding boxes.

use crate::geometry::Point;
use crate::geometry::float::larger;

/// An axis-aligned bounding box; its sides belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The smallest x and y.
    pub min: Point,
    /// The largest x and y.
    pub max: Point,
}

impl Bounds {
    /// The box that holds nothing. [`including`](Self::including) a point gives the box of that
    /// point.
    pub const EMPTY: Self = Self { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    /// The smallest box that holds this one and `point`.
    #[must_use]
    pub fn including(self, point: Point) -> Self {
        Self {
            min: [self.min[0].min(point[0]), self.min[1].min(point[1])],
            max: [self.max[0].max(point[0]), self.max[1].max(point[1])],
        }
    }

    /// The smallest box that holds both. An empty box adds nothing.
    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            min: [0, 1].map(|axis| self.min[axis].min(other.min[axis])),
            max: [0, 1].map(|axis| self.max[axis].max(other.max[axis])),
        }
    }
}

/// The bounding box of finite points.
#[inline(always)]
pub(crate) fn bounds_of(points: impl Iterator<Item = Point>) -> Bounds {
    points.fold(Bounds::EMPTY, |Bounds { mut min, mut max }, point| {
        for axis in 0..2 {
            min[axis] = if point[axis] < min[axis] { point[axis] } else { min[axis] };
            max[axis] = larger(point[axis], max[axis]);
        }
        Bounds { min, max }
    })
}

/// Half the width and the height. Half, because the difference of two large doubles may overflow.
pub(crate) fn half_sides(bounds: &Bounds) -> [f64; 2] {
    [0, 1].map(|axis| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0)
}
