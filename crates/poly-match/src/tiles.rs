//! The splitting of so many sites as fit in the processor's cache: on whole numbers.
//!
//! A site is one integer: its place on a grid over the box of all, 2^24 lines a side, and its
//! position. Such integers are put into buckets of equal width, half as many as there are sites, by
//! counting; only what shares a bucket with the end of a part is compared.
//!
//! A tree is sound in any order, so the grid can cost no more than quality, and that is seen to:
//! sites that are close together on the grid get one of their own, and where many are on one line
//! their coordinates decide.

use crate::Point;
use crate::simd::LANES;
use crate::split::{Site, bounds_of, compare, half_sides, step};

/// Up to this many sites, a position has 16 bits.
pub(crate) const MAX: usize = 1 << POSITION_BITS;

const POSITION_BITS: u32 = 16;
const LINE_BITS: u32 = 24;
const LINES: u32 = 1 << LINE_BITS;

/// Sites within fewer lines get a grid of their own.
const FEW_LINES: u32 = 1 << 12;

const MAX_BUCKETS: usize = 1 << 10;

/// Where more than half of so many are on one line, their coordinates are compared.
const MANY_ON_A_LINE: usize = 16;

/// Reorders up to [`MAX`] sites.
pub(crate) fn split(sites: &mut [Site]) {
    if sites.len() <= LANES {
        return;
    }
    let given = sites.to_vec();
    let mut cells: Vec<Cell> = (0_u64..).take(given.len()).map(Cell).collect();
    let (mut spare, mut buckets) = (cells.clone(), vec![0; given.len()]);
    let part = Part {
        cells: &mut cells,
        spare: &mut spare,
        buckets: &mut buckets,
        ends: &mut [0; MAX_BUCKETS],
    };
    part.split_on_a_grid(&given);
    for (site, cell) in sites.iter_mut().zip(cells) {
        *site = given[cell.position()];
    }
}

/// From the highest bits: the line along x, the line along y, the position.
#[derive(Debug, Clone, Copy)]
struct Cell(u64);

impl Cell {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // the low bits are what is asked for
    fn position(self) -> usize {
        self.0 as usize % MAX
    }

    /// The line along an axis, and all else after it.
    #[inline(always)]
    fn along(self, axis: usize) -> u64 {
        if axis == 0 { self.0 } else { self.0 << LINE_BITS }
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // 24 bits
    fn line(self, axis: usize) -> u32 {
        (self.along(axis) >> (u64::BITS - LINE_BITS)) as u32
    }
}

/// Some cells, and room of the same length to work in.
struct Part<'a> {
    cells: &'a mut [Cell],
    spare: &'a mut [Cell],
    /// The bucket of each cell.
    buckets: &'a mut [u16],
    /// Where the next cell of each bucket goes.
    ends: &'a mut [u32; MAX_BUCKETS],
}

impl Part<'_> {
    /// Puts the cells on a grid over their own box, and splits them.
    fn split_on_a_grid(self, sites: &[Site]) {
        let center = |cell: &Cell| sites[cell.position()].center;
        let bounds = bounds_of(self.cells.iter().map(center));
        let sides = half_sides(&bounds);
        if sides == [0.0; 2] {
            return; // all in one place
        }
        let per_unit = sides.map(|side| {
            let lines = f64::from(LINES - 1) / side;
            if lines.is_finite() { lines } else { 0.0 }
        });
        for cell in self.cells.iter_mut() {
            let center = center(cell);
            let [x, y] = [0, 1].map(|axis| {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in the box
                let line = ((center[axis] / 2.0 - bounds.min[axis] / 2.0) * per_unit[axis]) as u32;
                u64::from(line.min(LINES - 1))
            });
            *cell = Cell((x << LINE_BITS | y) << POSITION_BITS | cell.position() as u64);
        }
        self.split(sites, sides, true);
    }

    /// Cuts the cells along the longer side of their box, and splits the parts.
    fn split(mut self, sites: &[Site], sides: Point, is_grid: bool) {
        let count = self.cells.len();
        if count <= LANES {
            return;
        }
        let (mut low, mut high) = ([u64::MAX; 2], [0; 2]);
        for cell in self.cells.iter() {
            for axis in 0..2 {
                low[axis] = low[axis].min(cell.along(axis));
                high[axis] = high[axis].max(cell.along(axis));
            }
        }
        #[allow(clippy::cast_possible_truncation)] // 24 bits
        let [low, high] =
            [low, high].map(|ends| ends.map(|end| (end >> (u64::BITS - LINE_BITS)) as u32));
        let across = [0, 1].map(|axis| f64::from(high[axis] - low[axis]) * sides[axis]);
        let axis = usize::from(across[1] > across[0]);
        let lines = high[axis] - low[axis] + 1;
        if lines < FEW_LINES && !is_grid {
            return self.split_on_a_grid(sites);
        }
        let step = step(count, if count > 4 * LANES { 4 } else { 2 });
        self.cut(axis, low[axis], lines, step, sites);
        let parts = self.cells.chunks_mut(step).zip(self.spare.chunks_mut(step));
        for ((cells, spare), buckets) in parts.zip(self.buckets.chunks_mut(step)) {
            Part { cells, spare, buckets, ends: self.ends }.split(sites, sides, false);
        }
    }

    /// Reorders the cells so that none lies beyond one of a later `step`.
    fn cut(&mut self, axis: usize, low: u32, lines: u32, step: usize, sites: &[Site]) {
        let Self { cells, spare, buckets, ends } = self;
        let count = (cells.len().next_power_of_two() / 2).min(MAX_BUCKETS);
        let per_line = ((count as u64) << 32) / u64::from(lines);
        ends[..count].fill(0);
        for (bucket, cell) in buckets.iter_mut().zip(cells.iter()) {
            let at = (u64::from(cell.line(axis) - low) * per_line) >> 32;
            #[allow(clippy::cast_possible_truncation)] // at most 2^10
            let at = at as u16;
            *bucket = at;
            ends[usize::from(at) % MAX_BUCKETS] += 1;
        }
        let ends = &mut ends[..count];
        let mut start = 0;
        for end in ends.iter_mut() {
            start += std::mem::replace(end, start);
        }
        for (&bucket, &cell) in buckets.iter().zip(cells.iter()) {
            let end = &mut ends[usize::from(bucket)];
            spare[*end as usize] = cell;
            *end += 1;
        }
        cells.copy_from_slice(spare);
        let (mut start, mut at) = (0, step);
        for &end in ends.iter() {
            let end = end as usize;
            if end > at {
                select(&mut cells[start..end], axis, at - start, step, sites);
                at += (end - at).div_ceil(step) * step;
            }
            start = end;
        }
    }
}

/// Reorders cells so that none of those at `first` and every `step` from there has one before it that
/// lies beyond.
fn select(mut cells: &mut [Cell], axis: usize, first: usize, step: usize, sites: &[Site]) {
    let mut at = first;
    while at < cells.len() {
        let count = cells.len();
        let line = cells.select_nth_unstable_by_key(at, |cell| cell.along(axis)).1.line(axis);
        let on_line = || cells.iter().filter(|cell| cell.line(axis) == line).count();
        if count > MANY_ON_A_LINE && on_line() > count / 2 {
            let center = |cell: &Cell| sites[cell.position()].center[axis];
            cells.select_nth_unstable_by(at, |a, b| compare(center(a), center(b)));
        }
        cells = &mut cells[at..];
        at = step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::ranked;

    /// The sum of the half perimeters of the boxes of all leaves but the widest.
    fn size_of_leaves(places: &[Point]) -> f64 {
        let mut sites: Vec<Site> = ranked(places).collect();
        split(&mut sites);
        let size = |sites: &[Site]| {
            let [width, height] = half_sides(&bounds_of(sites.iter().map(|site| site.center)));
            width + height
        };
        let mut sizes: Vec<f64> = sites.chunks(LANES).map(size).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.pop();
        sizes.into_iter().sum()
    }

    fn heap(middle: f64, side: f64) -> Vec<Point> {
        let place = |i: u32| f64::from(i % 4096) / 4096.0 * side + middle;
        (0..4096_u32).map(|i| [place(i * 1597), place(i * 2731 + i / 64 * 977)]).collect()
    }

    #[test]
    fn leaves_are_small() {
        let leaves_across = f64::sqrt(4096.0 / 8.0);
        assert!(size_of_leaves(&heap(0.0, 1.0)) < 1.2 * leaves_across);
    }

    /// Sites that the first grid does not tell apart.
    #[test]
    fn a_site_far_away_costs_the_others_nothing() {
        for (middle, side) in [(0.0, 1.0), (1e9, 1.0), (0.0, 1e-280), (0.0, 1e280)] {
            let mut places = heap(middle, side);
            let near_each_other = size_of_leaves(&places);
            places.pop();
            places.push([middle + side * 1e12, middle + side * 1e13]);
            let with_one_apart = size_of_leaves(&places);
            assert!(with_one_apart < 1.3 * near_each_other, "{with_one_apart} {near_each_other}");
        }
    }

    #[test]
    fn no_two_heaps_share_a_leaf() {
        let heaps = [heap(0.0, 1e-9), heap(1.0, 1e-9), heap(1e9, 1e-3)];
        let alone: f64 = heaps.iter().map(|heap| size_of_leaves(heap)).sum();
        assert!(size_of_leaves(&heaps.concat()) < 1.3 * alone);
    }
}
