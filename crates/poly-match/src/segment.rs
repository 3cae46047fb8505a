//! One edge of a ring against one point: on which side it is, whether on it, and how far away.
//!
//! What is decided by a sign is exact; see [`side`].

use robust::{Coord, orient2d};

use crate::Point;
use crate::near::squared_distance;

/// Twice the area of the triangle, positive where `point` is to the left of the line from `a` to `b`.
///
/// The sign is exact, and 0 means on the line: the difference of two products is taken as it is where
/// its rounding cannot matter, and is left to adaptive arithmetic where it can (J. R. Shewchuk,
/// "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997). This
/// holds as long as the products neither overflow nor vanish after scaling by a power of two: for
/// coordinates that differ by less than some 10^250 in size.
#[inline(always)]
pub(crate) fn side(a: Point, b: Point, point: Point) -> f64 {
    /// Shewchuk's bound on the error of the difference, relative to the sum of the products.
    const ERROR: f64 = 3.330_669_062_177_372_4e-16;
    /// Below this a product may have lost bits.
    const TINY: f64 = 1e-280;
    let left = (a[0] - point[0]) * (b[1] - point[1]);
    let right = (a[1] - point[1]) * (b[0] - point[0]);
    let (difference, sum) = (left - right, (left + right).abs());
    if difference.abs() > ERROR * sum && difference.abs() > TINY && difference.is_finite() {
        return difference;
    }
    side_by_adaptive_arithmetic(a, b, point)
}

#[cold]
fn side_by_adaptive_arithmetic(a: Point, b: Point, point: Point) -> f64 {
    // Powers of two, so that scaling rounds nothing.
    const BIG: f64 = f64::from_bits((1023 + 400) << 52);
    const HUGE: f64 = f64::from_bits((1023 + 600) << 52);
    let largest = [a, b, point].iter().flatten().fold(0.0, |max: f64, v| max.max(v.abs()));
    let scale = match largest {
        size if size > BIG => HUGE.recip(),
        size if size < BIG.recip() => HUGE,
        _ => 1.0,
    };
    let [a, b, point] =
        [a, b, point].map(|point| Coord { x: point[0] * scale, y: point[1] * scale });
    orient2d(a, b, point) / scale / scale
}

/// What an edge is to the ray that goes from a point towards greater x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crossing {
    Apart,
    Crosses,
    /// The point is on the edge.
    Touches,
}

/// How the edge from `a` to `b` meets the ray from `point`.
///
/// An edge takes part from its lower end up to, but without, its upper end, so that a ray through a
/// vertex counts once.
#[inline(always)]
pub(crate) fn crossing(a: Point, b: Point, point: Point) -> Crossing {
    if (a[1] > point[1]) != (b[1] > point[1]) {
        let side = side(a, b, point);
        if side == 0.0 {
            Crossing::Touches
        } else if (side > 0.0) == (b[1] > a[1]) {
            Crossing::Crosses
        } else {
            Crossing::Apart
        }
    } else {
        let between = |low: f64, high: f64| low.min(high) <= point[0] && point[0] <= low.max(high);
        let is_level = a[1] == point[1] && b[1] == point[1] && between(a[0], b[0]);
        if is_level || a == point || b == point { Crossing::Touches } else { Crossing::Apart }
    }
}

/// The distance from `point` to the edge from `a` to `b`, ends included.
///
/// To an end it is `sqrt(dx*dx + dy*dy)`; to the line between them the area of the parallelogram by
/// its base, so that a point exactly on the edge is at distance 0.
#[inline(always)]
pub(crate) fn distance(a: Point, b: Point, point: Point) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared_length = along[0] * along[0] + along[1] * along[1];
    let place = (point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1];
    if place > 0.0 && place < squared_length {
        side(a, b, point).abs() / squared_length.sqrt()
    } else {
        squared_distance(a, point).min(squared_distance(b, point)).sqrt()
    }
}
