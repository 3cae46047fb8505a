//! Axis-aligned bounding boxes.

use crate::geometry::Point;
use crate::geometry::float::{larger, smaller};

/// An axis-aligned bounding box. It includes its sides.
///
/// ```
/// use poly_match::{Bounds, Polygon};
///
/// let triangle = Polygon::new(vec![0.0, 4.0, 0.0], vec![1.0, 1.0, 3.0])?;
/// assert_eq!(triangle.bounds(), Bounds { min: [0.0, 1.0], max: [4.0, 3.0] });
///
/// let points = [[2.0, 5.0], [7.0, 1.0]];
/// let around = points.into_iter().fold(Bounds::EMPTY, Bounds::including);
/// assert_eq!(around, Bounds { min: [2.0, 1.0], max: [7.0, 5.0] });
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The smallest x and y.
    pub min: Point,
    /// The largest x and y.
    pub max: Point,
}

impl Bounds {
    /// The empty box: its `min` is above its `max`. [`including`](Self::including) a point gives the
    /// box of that point alone.
    pub const EMPTY: Self = Self { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    /// The smallest box that holds all points. Coordinates that are NaN are ignored.
    #[must_use]
    #[inline]
    pub fn of(points: &[Point]) -> Self {
        // Four boxes at a time, since each comparison waits for the one before.
        let (chunks, rest) = points.as_chunks::<4>();
        let mut all = [Self::EMPTY; 4];
        for chunk in chunks {
            for (bounds, &point) in all.iter_mut().zip(chunk) {
                *bounds = bounds.including(point);
            }
        }
        let [a, b, c, d] = all;
        rest.iter().copied().fold(a.union(b).union(c.union(d)), Self::including)
    }

    /// The smallest box that holds this one and `point`.
    #[must_use]
    #[inline]
    pub fn including(self, point: Point) -> Self {
        self.union(Self { min: point, max: point })
    }

    /// The middle of the box; NaN for the empty one.
    pub(crate) fn middle(self) -> Point {
        [0, 1].map(|axis| self.min[axis] + (self.max[axis] - self.min[axis]) / 2.0)
    }

    /// The smallest box that holds both. An empty box adds nothing, and nor does a NaN in `other`.
    #[inline]
    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            min: [smaller(other.min[0], self.min[0]), smaller(other.min[1], self.min[1])],
            max: [larger(other.max[0], self.max[0]), larger(other.max[1], self.max[1])],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_holds_all_points_however_many_there_are() {
        for len in 0..20 {
            let points: Vec<Point> =
                (0..len).map(|i| [f64::from(i * 7 % 10) - 4.0, f64::from(i * 3 % 11)]).collect();
            let expected = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
            assert_eq!(Bounds::of(&points), expected, "{len} points");
        }
    }
}
