//! Sorts points along a space-filling curve, so that points that lie close together are processed
//! together.

use crate::ablate::{Shortcut, is_on};
use crate::geometry::bounds::bounds_of;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
#[cfg(test)]
use crate::testing::reached::{Structure, note};

/// The curve runs through a square of up to 2^9 cells a side. A crowded cell gets a finer curve of
/// its own.
const MAX_BITS: u32 = 9;

/// A cell with this many points is crowded. Evenly spread points give a cell far fewer.
const CROWDED: usize = 64;

/// The finer curve of a crowded cell runs through a square of 2^16 cells a side.
const FINE_BITS: u32 = 16;

/// The buffers of a sort, reused from one sort to the next.
#[derive(Debug, Default)]
pub(crate) struct Curve {
    keys: Vec<u32>,
    counts: Vec<u32>,
    order: Vec<u32>,
    /// The points of a crowded cell: the key in the high half, the position in the low half.
    crowd: Vec<u64>,
}

impl Curve {
    /// Sorts the finite points along a Hilbert curve over `bounds` and returns their positions (D.
    /// Hilbert, "Ueber die stetige Abbildung einer Linie auf ein Flächenstück", 1891). Points
    /// outside `bounds` count as points on its sides.
    ///
    /// This is a counting sort by cell, with about `points_per_cell` points a cell. The points of a
    /// crowded cell are then sorted along a curve over their own bounding box.
    #[inline(always)]
    pub(crate) fn sort(
        &mut self,
        points: &[Point],
        bounds: &Bounds,
        points_per_cell: usize,
    ) -> &[u32] {
        let Self { keys, counts, order, crowd } = self;
        let mut bits = 1;
        while bits < MAX_BITS
            && (points.len() >> (2 * bits)) > points_per_cell
            && is_on(Shortcut::CurveOrder)
        {
            bits += 1;
        }
        #[cfg(test)]
        note(Structure::Curve, bits as usize);
        let cells_in_all = 1_u32 << (2 * bits);
        // Points that are not finite go to an extra cell behind all others.
        let last = cells_in_all as usize;
        let square = Square::over(bounds, MAX_BITS);
        // Loops, here and below, because `extend` may be compiled apart, without the caller's
        // instruction set.
        keys.clear();
        keys.resize(points.len(), 0);
        for (key, &point) in keys.iter_mut().zip(points) {
            // Without its low bits, the key is the position of the cell in a coarser square.
            let cell = square.key::<MAX_BITS>(point) >> (2 * (MAX_BITS - bits));
            *key = if is_finite(point) { cell } else { cells_in_all };
        }
        counts.clear();
        counts.resize(last + 1, 0);
        for &key in keys.iter() {
            counts[key as usize] += 1;
        }
        let finite = points.len() - counts[last] as usize;
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        order.clear();
        order.resize(points.len(), 0);
        for (place, &key) in (0..).zip(keys.iter()) {
            let at = &mut counts[key as usize];
            order[*at as usize] = place;
            *at += 1;
        }
        order.truncate(finite);
        let mut rest = order.as_mut_slice();
        let mut start = 0;
        for &end in &counts[..last] {
            let (cell, after) = rest.split_at_mut((end - start) as usize);
            (rest, start) = (after, end);
            if cell.len() >= CROWDED && is_on(Shortcut::CrowdedCurve) {
                sort_crowd(points, cell, crowd);
            }
        }
        order
    }

    /// The positions in the order of the last sort.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Regroups the positions of the last sort: group 0 first, then group 1, and so on. Each group
    /// stays in the order of the curve. Groups from `count` on are left out.
    pub(crate) fn by_group(&mut self, groups: &[u32], count: usize) -> &[u32] {
        let Self { keys, counts, order, .. } = self;
        counts.clear();
        counts.resize(count, 0);
        for &place in order.iter() {
            if let Some(count) = counts.get_mut(groups[place as usize] as usize) {
                *count += 1;
            }
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        keys.clear();
        keys.resize(start as usize, 0);
        for &place in order.iter() {
            if let Some(at) = counts.get_mut(groups[place as usize] as usize) {
                keys[*at as usize] = place;
                *at += 1;
            }
        }
        std::mem::swap(keys, order);
        order
    }
}

/// Sorts the positions of finite points along a curve over their own bounding box.
#[inline(always)]
fn sort_crowd(points: &[Point], places: &mut [u32], crowd: &mut Vec<u64>) {
    #[cfg(test)]
    note(Structure::Crowd, places.len().ilog2() as usize);
    let bounds = bounds_of(places.iter().map(|&place| points[place as usize]));
    let square = Square::over(&bounds, FINE_BITS);
    crowd.clear();
    crowd.resize(places.len(), 0);
    for (word, &place) in crowd.iter_mut().zip(places.iter()) {
        let key = square.key::<FINE_BITS>(points[place as usize]);
        *word = u64::from(key) << u32::BITS | u64::from(place);
    }
    crowd.sort_unstable();
    for (place, &key) in places.iter_mut().zip(crowd.iter()) {
        #[allow(clippy::cast_possible_truncation)] // only the low half is wanted
        let low = key as u32;
        *place = low;
    }
}

/// A square grid of cells over a bounding box.
#[derive(Debug, Clone, Copy)]
struct Square {
    bounds: Bounds,
    /// Cells per unit of each axis.
    scale: [f64; 2],
}

impl Square {
    /// A grid of 2^`bits` cells a side.
    fn over(bounds: &Bounds, bits: u32) -> Self {
        let cells = f64::from((1_u32 << bits) - 1);
        // A scale of 0 if the division overflows or divides by zero. The points are then out of
        // order, which costs speed but never a wrong answer.
        let scale = [0, 1].map(|axis| {
            let scale = cells / (bounds.max[axis] - bounds.min[axis]);
            if scale.is_finite() { scale } else { 0.0 }
        });
        Self { bounds: *bounds, scale }
    }

    /// The position of a point's cell on the curve through a grid of 2^`BITS` cells a side.
    #[inline(always)]
    fn key<const BITS: u32>(&self, point: Point) -> u32 {
        let Self { bounds, scale } = self;
        let [x, y] = [0, 1].map(|axis| {
            let (low, high) = (bounds.min[axis], bounds.max[axis]);
            let inside = if point[axis] < high { point[axis] } else { high };
            let inside = if inside > low { inside } else { low };
            low_bits((inside - low) * scale[axis])
        });
        hilbert::<BITS>(x, y)
    }
}

/// The nearest whole number, for numbers from 0 to 2^32. Adding 2^52 leaves it in the low bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // only the low bits are wanted
fn low_bits(number: f64) -> u32 {
    const ROUND: f64 = (1_u64 << 52) as f64;
    (number + ROUND).to_bits() as u32
}

/// The position of a cell on a Hilbert curve, from the low `BITS` bits of x and y.
///
/// One bit of each tells the quadrant. The curve visits the quadrants along three sides of the
/// square. It goes through the first and the last one turned over: in one of them x and y are
/// swapped, in the other they are also counted from the far side.
#[inline(always)]
fn hilbert<const BITS: u32>(mut x: u32, mut y: u32) -> u32 {
    let mut key = 0;
    for bit in (0..BITS).rev() {
        let (right, upper) = (x >> bit & 1, y >> bit & 1);
        key = key << 2 | ((3 * right) ^ upper);
        // Masks of all ones or all zeros instead of branches, because branches that depend on a
        // point are mispredicted.
        let is_lower = upper.wrapping_sub(1);
        let is_lower_right = is_lower & right.wrapping_neg();
        (x, y) = (x ^ is_lower_right, y ^ is_lower_right);
        let differ = (x ^ y) & is_lower;
        (x, y) = (x ^ differ, y ^ differ);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn the_curve_goes_from_every_cell_to_one_beside_it() {
        let mut cells: Vec<_> = (0..1 << 10).map(|i| (i & 31, i >> 5)).collect();
        cells.sort_by_key(|&(x, y)| hilbert::<5>(x, y));
        for (place, &(x, y)) in (0..).zip(&cells) {
            assert_eq!(hilbert::<5>(x, y), place);
        }
        for pair in cells.windows(2) {
            assert_eq!(pair[0].0.abs_diff(pair[1].0) + pair[0].1.abs_diff(pair[1].1), 1);
        }
    }

    #[test]
    fn crowded_cells_are_sorted_too() {
        // On a line, with all points but one in the same cell.
        let mut points: Vec<Point> =
            (0..1000_u32).map(|i| [f64::from(i * 387 % 1000), 7.0]).collect();
        points.push([1e12, 1e12]);
        let mut curve = Curve::default();
        let order = curve.sort(&points, &bounds_of(points.iter().copied()), 2);
        let sorted: Vec<f64> = order.iter().map(|&place| points[place as usize][0]).collect();
        assert_eq!(sorted.len(), 1001);
        assert!(sorted.is_sorted() || sorted[..1000].iter().rev().is_sorted());
    }

    proptest! {
        #[test]
        fn every_finite_point_comes_once_and_by_group(
            points in vec(((prop_oneof![-9.0..9.0, Just(f64::NAN)], -9.0..9.0), 0_u32..5), 0..999),
        ) {
            let points = points.into_iter().map(|((x, y), group)| ([x, y], group));
            let (points, groups): (Vec<Point>, Vec<u32>) = points.unzip();
            let finite = (0..).zip(&points).filter(|&(_, &point)| is_finite(point));
            let bounds = bounds_of(finite.clone().map(|(_, &point)| point));
            let mut curve = Curve::default();
            let mut order = curve.sort(&points, &bounds, 2).to_vec();
            let mut expected = order.clone();
            order.sort_unstable();
            prop_assert!(order.into_iter().eq(finite.map(|(place, _)| place)));
            expected.retain(|&place| groups[place as usize] < 3);
            expected.sort_by_key(|&place| groups[place as usize]);
            prop_assert_eq!(curve.by_group(&groups, 3), expected);
        }
    }
}
