//! One edge of a ring and one point: on which side the point is, whether it is on the edge, and how
//! far away.
//!
//! Every decision by a sign is exact; see [`side`]. Nothing here knows of rings or polygons.

use robust::{Coord, orient2d};

use crate::geometry::Point;
use crate::geometry::float::squared_distance;

/// Twice the signed area of the triangle: positive if `point` is to the left of the line from `a`
/// to `b`.
///
/// The sign is exact, and 0 means on the line. If rounding cannot change the sign, the result is
/// the plain difference of two products. Else it is left to adaptive arithmetic (J. R. Shewchuk,
/// "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997). The
/// sign is exact as long as the products neither overflow nor vanish after scaling by a power of
/// two. This holds for coordinates whose bits are no further apart than some 10^250, and for most
/// others.
#[inline(always)]
pub(crate) fn side(a: Point, b: Point, point: Point) -> f64 {
    /// Shewchuk's bound on the error of the difference, relative to the sum of the products.
    const ERROR: f64 = 3.330_669_062_177_372_4e-16;
    /// A product below this may have lost bits.
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
    // Scale by a power of two, which rounds nothing, so that the largest coordinate is about 2^500.
    // The products are then far from overflow, and the smallest is as far as possible from
    // vanishing.
    let largest = [a, b, point].iter().flatten().fold(0.0, |max: f64, v| max.max(v.abs()));
    let exponent = largest.to_bits() >> 52; // 1023 more than it is
    let scale = f64::from_bits((1023 + 500 + 1023 - exponent).min(2000) << 52);
    let [a, b, point] =
        [a, b, point].map(|point| Coord { x: point[0] * scale, y: point[1] * scale });
    let scaled = orient2d(a, b, point);
    let area = scaled / scale / scale;
    // An area too small for a double still needs its sign.
    if area == 0.0 && scaled != 0.0 { f64::from_bits(1).copysign(scaled) } else { area }
}

/// How an edge meets the ray that goes from a point towards greater x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crossing {
    Apart,
    Crosses,
    /// The point is on the edge.
    Touches,
}

/// How the edge from `a` to `b` meets the ray from `point`.
///
/// The lower end belongs to an edge and the upper end does not, so that a ray through a vertex
/// counts once.
#[inline(always)]
pub(crate) fn crossing(a: Point, b: Point, point: Point) -> Crossing {
    if (a[1] > point[1]) != (b[1] > point[1]) {
        if a[0] > point[0] && b[0] > point[0] {
            return Crossing::Crosses;
        }
        if a[0] < point[0] && b[0] < point[0] {
            return Crossing::Apart;
        }
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

/// The distance from `point` to the edge between `a` and `b`, including its ends. The bits are the
/// same whichever way the edge runs.
///
/// The distance to an end is `sqrt(dx*dx + dy*dy)`. The distance to the line between them is the
/// area of a parallelogram divided by its base. There are two forms of the area, because each
/// rounds badly where the other rounds well:
///
/// - Close to the edge, the sides of the parallelogram run from the point to both ends ([`side`]).
///   The sign is exact, so the distance is 0 for a point exactly on the edge, and for no other
///   point.
/// - Farther away than the edge is long, these two sides are nearly parallel, and their product is
///   nearly all rounding error. So here the sides are the edge itself and the way to the nearer
///   end.
///
/// If the edge is shorter than 2^-28 of the way to it, only its ends are measured. Its line is then
/// nearer by less than 2^-57 of the distance.
///
/// # Error
/// With u = 2^-53, D the exact distance, L the length of the edge, and A ≤ B the distances to its
/// nearer and its farther end, so that A ≤ D + L / 2:
///
/// - Close to the edge (B ≤ L), [`side`] is off by less than 4 u times the sum of its products,
///   which is at most A B. Divided by the base, this is less than 4 u A.
/// - Farther away (B > L), the product is off by less than 4 u A L, which is 4 u A after division
///   by the base. The foot of the perpendicular is on the edge, so B > L implies A² < 2 D², and
///   this is less than 6 u D.
/// - The position of the foot is off by less than 4 u (D + L). The foot may lie beyond an end by
///   this much, and so the edge may be farther than its line by this much.
/// - The length, its root and the division are off by 4 u of the result; a root of squares is off
///   by 2 u.
///
/// So if the point is farther from the edge than the edge is long, the result is within 12 u D of
/// the exact distance. In every case it is at least D (1 − 2^-48) − 2^-49 L; `near/boundary.rs`
/// uses this bound. Products that vanish add less than 1e-145: of the edges shorter than 1e-150,
/// those that are not replaced by their ends are nearer than that.
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
        // The point is not on the edge, so an area of 0 is a rounding error: the foot is almost at
        // an end or beyond it. Measure the ends instead.
        if area != 0.0 {
            return area.abs() / squared_length.sqrt();
        }
    }
    from_a.min(from_b).sqrt()
}

#[cfg(test)]
mod tests;
