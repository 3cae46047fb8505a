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
/// coordinates whose bits are no further apart than some 10^250, and for most others.
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
    // By a power of two, so that scaling rounds nothing, to where the largest coordinate is about
    // 2^500: products are then far from overflow, and the smallest as far as can be from vanishing.
    let largest = [a, b, point].iter().flatten().fold(0.0, |max: f64, v| max.max(v.abs()));
    let exponent = largest.to_bits() >> 52; // 1023 more than it is
    let scale = f64::from_bits((1023 + 500 + 1023 - exponent).min(2000) << 52);
    let [a, b, point] =
        [a, b, point].map(|point| Coord { x: point[0] * scale, y: point[1] * scale });
    let scaled = orient2d(a, b, point);
    let area = scaled / scale / scale;
    // An area too small for a double has a sign all the same.
    if area == 0.0 && scaled != 0.0 { f64::from_bits(1).copysign(scaled) } else { area }
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
/// its base, so that a point exactly on the edge is at distance 0. An edge that is shorter than 2^-17
/// of the way to it is taken for its ends: they are as far as its line but for 2^-35 of the distance,
/// while the area would be rounded by more.
///
/// # Error
/// With D the exact distance and L the length of the edge, the result is not below
/// D (1 − 2^-33) − 2^-49 L, however close to a point the edge comes; see `outline` for what this is
/// good for. To an end, only the rounding of a root of two squares counts. To the line, write A for
/// the distance from `a`, so that A ≤ D + L and, by the rule above, A ≤ 2^17 L. Then, with every
/// rounding at most 2^-53 of its result,
///
/// - the area is off by less than 2^-51 A (A + L): [`side`] errs by less than 4 · 2^-53 of the sum of
///   its products, and that is at most |a − p| |b − p|. By its base this is less than
///   2^-51 (A²/L + A), and A²/L ≤ D²/L + 2D + L ≤ 2^17 D + 2D + L.
/// - the place of the foot is off by less than 2^-51 (A + L), and by as much may the foot lie beyond
///   an end, so that the edge is that much farther than its line.
/// - the length, its root and the division are off by 2^-50 of the result.
///
/// Together less than 2^-51 ((2^17 + 6) D + 4 L), and 2^-50 D for the last. Products that vanish add
/// less than 1e-145: edges shorter than 1e-150 are farther than that by 2^17 of their length, or the
/// point is nearer than that.
#[inline(always)]
pub(crate) fn distance(a: Point, b: Point, point: Point) -> f64 {
    /// 2^34, for squares.
    const FAR: f64 = (1_u64 << 34) as f64;
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared_length = along[0] * along[0] + along[1] * along[1];
    let place = (point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1];
    let from_a = squared_distance(a, point);
    if place > 0.0 && place < squared_length && from_a < squared_length * FAR {
        side(a, b, point).abs() / squared_length.sqrt()
    } else {
        from_a.min(squared_distance(b, point)).sqrt()
    }
}

#[cfg(test)]
mod tests;
