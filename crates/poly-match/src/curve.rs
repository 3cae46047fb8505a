//! Points in the order of a space-filling curve, so that those that lie close together come together.

use crate::polygon::is_finite;
use crate::{Bounds, Point};

/// The curve runs through a square of up to 2^9 cells a side.
const MAX_BITS: u32 = 9;

/// What is used again from one sorting to the next.
#[derive(Debug, Default)]
pub(crate) struct Curve {
    keys: Vec<u32>,
    counts: Vec<u32>,
    order: Vec<u32>,
}

impl Curve {
    /// The places of the finite points in the order of a Morton curve over a box, at whose sides are
    /// those that lie beyond, by a counting sort of the curve's cells, of about so many points each
    /// (G. M. Morton, "A computer oriented geodetic data base", 1966).
    #[inline(always)]
    pub(crate) fn sort(
        &mut self,
        points: &[Point],
        bounds: &Bounds,
        points_per_cell: usize,
    ) -> &[u32] {
        let Self { keys, counts, order } = self;
        let mut bits = 1;
        while bits < MAX_BITS && (points.len() >> (2 * bits)) > points_per_cell {
            bits += 1;
        }
        let cells = f64::from((1_u32 << bits) - 1);
        // Only an order, so that what overflows or is divided by zero is out of order, and no more.
        let scale = [0, 1].map(|axis| {
            let scale = cells / (bounds.max[axis] - bounds.min[axis]);
            if scale.is_finite() { scale } else { 0.0 }
        });
        let cells_in_all = 1_u32 << (2 * bits);
        // The points that are not finite come last, in a cell of their own.
        let last = cells_in_all as usize;
        keys.clear();
        keys.extend(points.iter().map(|&point| {
            let [x, y] = [0, 1].map(|axis| {
                let (low, high) = (bounds.min[axis], bounds.max[axis]);
                let inside = if point[axis] < high { point[axis] } else { high };
                let inside = if inside > low { inside } else { low };
                low_bits((inside - low) * scale[axis])
            });
            interleave(x, y) & (cells_in_all - 1)
        }));
        counts.clear();
        counts.resize(last + 1, 0);
        for (key, &point) in keys.iter_mut().zip(points) {
            if !is_finite(point) {
                *key = cells_in_all;
            }
            counts[*key as usize] += 1;
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
        order
    }

    /// The places as they were put in order last.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The same places, those of group 0 first, then those of group 1, and so on, each in the order
    /// of the curve; those of groups from `count` on are left out.
    pub(crate) fn by_group(&mut self, groups: &[u32], count: usize) -> &[u32] {
        let Self { keys, counts, order } = self;
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

/// The nearest whole number, for numbers from 0 to 2^32: adding 2^52 leaves it in the low bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // the low bits are what is asked for
fn low_bits(number: f64) -> u32 {
    const ROUND: f64 = (1_u64 << 52) as f64;
    (number + ROUND).to_bits() as u32
}

/// The low 16 bits of x and y by turns.
#[inline(always)]
fn interleave(x: u32, y: u32) -> u32 {
    let spread = |bits: u32| {
        let bits = (bits | bits << 8) & 0x00ff_00ff;
        let bits = (bits | bits << 4) & 0x0f0f_0f0f;
        let bits = (bits | bits << 2) & 0x3333_3333;
        (bits | bits << 1) & 0x5555_5555
    };
    spread(x & 0xffff) | spread(y & 0xffff) << 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::bounds_of;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_finite_point_comes_once_and_by_group(
            points in vec(((prop_oneof![-9.0..9.0, Just(f64::NAN)], -9.0..9.0), 0_u32..5), 0..99),
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
