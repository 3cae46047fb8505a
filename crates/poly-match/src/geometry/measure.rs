//! The area and the centre of rings, wherever their vertices are stored.

use crate::geometry::Point;

/// The vertices of one ring, which has at least one.
pub(crate) trait Ring: DoubleEndedIterator<Item = Point> + Clone {}

impl<I: DoubleEndedIterator<Item = Point> + Clone> Ring for I {}

/// The area of the outer rings minus that of the holes. Each ring comes with whether it is a hole.
pub(crate) fn area(rings: impl Iterator<Item = (impl Ring, bool)>) -> f64 {
    rings.fold(0.0, |area, (ring, is_hole)| {
        let of_ring = shoelace(ring);
        area + if is_hole { -of_ring } else { of_ring }
    })
}

/// `0.5 * |Σ (x_i·y_{i-1} − y_i·x_{i-1})|`, with the terms added in order.
fn shoelace(ring: impl Ring) -> f64 {
    let mut before = ring.clone().next_back().unwrap_or_default();
    let mut sum = 0.0;
    for [x, y] in ring {
        sum += x * before[1] - y * before[0];
        before = [x, y];
    }
    0.5 * f64::abs(sum)
}

/// The centroid of the area: the mean of the triangles between each edge and the first vertex,
/// weighted by their signed areas. Holes are subtracted, whichever way their rings run. `None` if
/// the area is 0, if it overflows, or if there are no rings.
pub(crate) fn centroid(rings: impl Iterator<Item = (impl Ring, bool)>) -> Option<Point> {
    let mut origin = None;
    let (mut area, mut moment) = (0.0, [0.0; 2]);
    for (ring, is_hole) in rings {
        // Relative to a vertex, so that polygons far from the origin lose no bits.
        let origin = match origin {
            Some(origin) => origin,
            None => *origin.insert(ring.clone().next()?),
        };
        let relative = |[x, y]: Point| [x - origin[0], y - origin[1]];
        let (mut of_ring, mut moment_of_ring) = (0.0, [0.0; 2]);
        let mut a = relative(ring.clone().next_back()?);
        for b in ring.map(relative) {
            let cross = a[0] * b[1] - b[0] * a[1];
            of_ring += cross;
            for axis in [0, 1] {
                moment_of_ring[axis] += (a[axis] + b[axis]) * cross;
            }
            a = b;
        }
        let sign = if (of_ring < 0.0) == is_hole { 1.0 } else { -1.0 };
        area += sign * of_ring;
        for axis in [0, 1] {
            moment[axis] += sign * moment_of_ring[axis];
        }
    }
    let origin = origin?;
    let centroid = [0, 1].map(|axis| origin[axis] + moment[axis] / (3.0 * area));
    centroid.iter().all(|x| x.is_finite()).then_some(centroid)
}

/// The mean of one coordinate as NumPy computes it, with the additions in the same order. NaN if
/// there are no values.
#[allow(clippy::cast_precision_loss)] // NumPy too divides by the count as a double
pub(crate) fn mean<T: Copy>(values: &[T], coordinate: impl Fn(T) -> f64 + Copy) -> f64 {
    pairwise_sum(values, coordinate) / values.len() as f64
}

/// Adds a coordinate of all values as NumPy adds a contiguous array: eight running sums over blocks
/// of up to 128 values. Longer arrays are split in halves; the length of the first half is a
/// multiple of eight.
///
/// N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993),
/// describes pairwise summation; the block sizes are NumPy's. (Before 2.3, NumPy did this for each
/// 8192 values of a longer array, and added the results one by one.)
fn pairwise_sum<T: Copy>(values: &[T], coordinate: impl Fn(T) -> f64 + Copy) -> f64 {
    const LANES: usize = 8;
    const BLOCK: usize = 128;
    if values.len() < LANES {
        return values.iter().fold(0.0, |sum, &value| sum + coordinate(value));
    }
    if values.len() <= BLOCK {
        let (chunks, rest) = values.as_chunks::<LANES>();
        let mut sums = chunks[0].map(coordinate);
        for chunk in &chunks[1..] {
            for (sum, &value) in sums.iter_mut().zip(chunk) {
                *sum += coordinate(value);
            }
        }
        let [a, b, c, d, e, f, g, h] = sums;
        let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
        return rest.iter().fold(sum, |sum, &value| sum + coordinate(value));
    }
    let half = values.len() / 2;
    let (left, right) = values.split_at(half - half % LANES);
    pairwise_sum(left, coordinate) + pairwise_sum(right, coordinate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected means come from NumPy. A plain sum gives other bits from 128 values on.
    #[test]
    fn the_mean_has_the_bits_of_numpy() {
        let expected = [
            (7, 0.370_408_163_265_306_07),
            (128, 0.042_446_461_660_852_91),
            (129, 0.042_177_511_864_912_164),
            (300, 0.020_942_212_934_331_68),
            (1000, 0.007_485_470_860_550_345),
        ];
        for (n, expected) in expected {
            let values: Vec<f64> = (1..=n).map(|i| 1.0 / f64::from(i)).collect();
            assert_eq!(mean(&values, |value| value), expected, "{n} values");
        }
    }
}
