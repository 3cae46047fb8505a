//! One edge of a ring against one point: on which side it is, whether on it, and how far away.
//!
//! What is decided by a sign is exact; see [`side`].

use robust::{Coord, orient2d};

use crate::geometry::Point;
use crate::geometry::float::squared_distance;

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

/// The distance from `point` to the edge between `a` and `b`, ends included: the same bits whichever
/// way the edge runs.
///
/// To an end it is `sqrt(dx*dx + dy*dy)`. To the line between them it is the area of a parallelogram
/// over its base, in one of two forms, for the one rounds badly where the other rounds well:
///
/// - Close to the edge the sides are the ways to both ends ([`side`]). The sign is exact, so a point
///   that is exactly on the edge is at distance 0, and no other is.
/// - Farther away than the edge is long, these are nearly parallel, and their product is nearly all
///   rounding. There the sides are the edge itself and the way to the nearer end.
///
/// Where the edge is shorter than 2^-28 of the way to it, it is taken for its ends. Its line is then
/// nearer by less than 2^-57 of the distance.
///
/// # Error
/// With u = 2^-53, D the exact distance, L the length of the edge, and A ≤ B the distances to its
/// nearer and its farther end, so that A ≤ D + L / 2:
///
/// - close to it (B ≤ L), [`side`] is off by less than 4 u of the sum of its products, which is at most
///   A B; over the base this is less than 4 u A.
/// - farther away (B > L), the product is off by less than 4 u A L, which is 4 u A over the base. The
///   foot is on the edge, so B > L means that A² < 2 D², and this is less than 6 u D.
/// - the place of the foot is off by less than 4 u (D + L). By as much may the foot lie beyond an end,
///   and the edge be farther than its line.
/// - the length, its root and the division are off by 4 u of the result, a root of squares by 2 u.
///
/// So the result is within 12 u D of the distance wherever the point is farther from the edge than the
/// edge is long, and it is never below D (1 − 2^-48) − 2^-49 L; see `outline` for what this is good
/// for. Products that vanish add less than 1e-145: of edges shorter than 1e-150, those that are not
/// taken for their ends are nearer than that.
#[inline(always)]
pub(crate) fn distance(a: Point, b: Point, point: Point) -> f64 {
    /// 2^56, for squares.
    const FAR: f64 = (1_u64 << 56) as f64;
    let (a, b) = if (a[0], a[1]) <= (b[0], b[1]) { (a, b) } else { (b, a) };
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared_length = along[0] * along[0] + along[1] * along[1];
    let place = (point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1];
    let (from_a, from_b) = (squared_distance(a, point), squared_distance(b, point));
    let is_between = place > 0.0 && place < squared_length && from_a < squared_length * FAR;
    if is_between && from_a.max(from_b) <= squared_length {
        return side(a, b, point).abs() / squared_length.sqrt();
    }
    if is_between {
        let end = if from_a <= from_b { a } else { b };
        let area = (end[0] - point[0]) * along[1] - (end[1] - point[1]) * along[0];
        // Of a point that is not on the edge, so that 0 is rounding: it is all but beyond an end.
        if area != 0.0 {
            return area.abs() / squared_length.sqrt();
        }
    }
    from_a.min(from_b).sqrt()
}

#[cfg(test)]
mod tests;
