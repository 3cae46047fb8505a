//! The k-d sort of sites for bulk loading, done on integers by bucket sort.
//!
//! A site is one integer: its cell on a grid over the bounding box of all sites, with up to 2^24
//! lines a side, and its position. To cut a part, its integers are counted into buckets of equal
//! width, about half as many buckets as sites. Sites are only compared in a bucket that holds the
//! end of a piece. A node is cut into columns along the longer side of its box, and the columns
//! into rows. A full node is cut straight into the 64 nodes two levels down, which saves passes
//! over the data.
//!
//! A tree gives right answers in any order of the sites, so a coarse grid can only make it slower.
//! Two measures keep the quality up: sites that are close together on the grid get a finer grid of
//! their own, and where many sites are on one line, their coordinates are compared.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicBool};

use crate::geometry::Point;
use crate::geometry::bounds::bounds_of;
use crate::geometry::extent::{Extent, Measure};
use crate::machine::{LANES, Level, Simd, Task, join};
use crate::tree::BOTTOM_SITES;
use crate::tree::kd_grid::{Cell, Grid};

/// Sites that span fewer lines than this along their longer side get a grid of their own.
const FEW_LINES: u32 = 1 << 12;

/// Most buckets of a cut. Bucket numbers are stored in 16 bits.
const MAX_BUCKETS: usize = 1 << 10;

/// A bucket with more sites than this is split by comparing coordinates if more than half of its
/// sites are on one line.
const MANY_ON_A_LINE: usize = 16;

/// From this many sites on, the two halves are sorted on two threads.
const PARALLEL_MIN: usize = 1 << 16;

/// A part of at least this many sites checks for interruption first.
const ASK_MIN: usize = 1 << 13;

/// What all threads share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) centers: &'a [Point],
    pub(crate) level: Level,
    /// Once it is set, threads return early and leave the order unfinished.
    pub(crate) stop: &'a AtomicBool,
}

/// The positions of the sites, ordered so that each run of [`BOTTOM_SITES`] lies close together,
/// and so does each run of eight times as many, and so on. The order is the same for any number of
/// threads.
pub(crate) fn split(work: Work<'_>, workers: usize, ask: &mut dyn FnMut()) -> Vec<u32> {
    let Work { centers, level, .. } = work;
    let Extent { bounds, .. } = level.run(Measure(centers));
    let grid = Grid::over(&bounds, centers.len());
    let mut cells = vec![Cell(0); centers.len()];
    level.run(PlaceAll { grid, centers, cells: &mut cells });
    let mut spare = vec![Cell(0); centers.len()];
    let mut buckets = vec![0; centers.len()];
    let mut order = vec![0; centers.len()];
    let part =
        Part { cells: &mut cells, spare: &mut spare, buckets: &mut buckets, order: &mut order };
    Splitter { work, ends: [0; MAX_BUCKETS], ask }.split(part, grid, true, workers);
    order
}

/// An axis to cut along.
#[derive(Debug, Clone, Copy)]
struct Along {
    grid: Grid,
    axis: usize,
    /// The first and the last line that has a site.
    lines: (u32, u32),
}

/// Some sites, with scratch buffers of the same length.
struct Part<'a> {
    cells: &'a mut [Cell],
    spare: &'a mut [Cell],
    /// The bucket of each site.
    buckets: &'a mut [u16],
    /// Where the sorted positions are written.
    order: &'a mut [u32],
}

/// The state of one thread.
struct Splitter<'a> {
    work: Work<'a>,
    /// Where the next site of each bucket goes.
    ends: [u32; MAX_BUCKETS],
    ask: &'a mut dyn FnMut(),
}

impl Splitter<'_> {
    /// Sorts the sites of a part. `is_own` tells that the grid is over their own bounding box.
    fn split(&mut self, part: Part<'_>, grid: Grid, is_own: bool, workers: usize) {
        let count = part.cells.len();
        if count >= ASK_MIN {
            (self.ask)();
            if self.work.stop.load(atomic::Ordering::Relaxed) {
                return;
            }
        }
        if count <= BOTTOM_SITES || grid.sides == [0.0; 2] {
            return grid.positions(part.cells, part.order);
        }
        let level = self.work.level;
        let lines = [0, 1].map(|axis| level.run(LinesOf { grid, axis, cells: part.cells }));
        let width = |axis: usize| lines[axis].1 - lines[axis].0;
        let sides = [0, 1].map(|axis| f64::from(width(axis)) * grid.sides[axis]);
        let axis = usize::from(sides[1] > sides[0]);
        if width(axis) < FEW_LINES && !is_own {
            return self.split_on_own_grid(part, grid, workers);
        }
        let is_even = is_even(grid, lines, part.cells);
        let plan = Plan::of(count, sides[axis] / sides[1 - axis], is_even);
        let Part { mut cells, mut spare, buckets, order } = part;
        let column = plan.rows * plan.size;
        let along = Along { grid, axis, lines: lines[axis] };
        self.cut(along, column, cells, spare, buckets);
        std::mem::swap(&mut cells, &mut spare);
        if plan.rows > 1 {
            let columns = cells.chunks_mut(column).zip(spare.chunks_mut(column));
            for ((cells, spare), buckets) in columns.zip(buckets.chunks_mut(column)) {
                let axis = 1 - axis;
                let lines = level.run(LinesOf { grid, axis, cells });
                self.cut(Along { grid, axis, lines }, plan.size, cells, spare, buckets);
            }
            std::mem::swap(&mut cells, &mut spare);
        }
        if plan.size <= BOTTOM_SITES {
            for (i, cells) in cells.chunks(plan.size).enumerate() {
                grid.positions(cells, &mut order[plan.place(i) * plan.size..]);
            }
            return;
        }
        let mut orders: Vec<_> = order.chunks_mut(plan.size).map(Some).collect();
        let cells = cells.chunks_mut(plan.size).zip(spare.chunks_mut(plan.size));
        let parts = cells.zip(buckets.chunks_mut(plan.size)).enumerate();
        let parts = parts.filter_map(|(i, ((cells, spare), buckets))| {
            let order = orders[plan.place(i)].take()?;
            Some(Part { cells, spare, buckets, order })
        });
        self.split_all(parts.collect(), grid, workers);
    }

    fn split_on_own_grid(&mut self, part: Part<'_>, grid: Grid, workers: usize) {
        let centers = self.work.centers;
        let center = |cell: Cell| centers[grid.position(cell) as usize];
        let own =
            Grid::over(&bounds_of(part.cells.iter().map(|&cell| center(cell))), centers.len());
        #[cfg(test)]
        note_own_grid(&grid, &own);
        for cell in part.cells.iter_mut() {
            *cell = own.cell(center(*cell), u64::from(grid.position(*cell)));
        }
        self.split(part, own, true, workers);
    }

    fn split_all(&mut self, mut parts: Vec<Part<'_>>, grid: Grid, workers: usize) {
        let count: usize = parts.iter().map(|part| part.cells.len()).sum();
        if workers == 1 || count < PARALLEL_MIN || parts.len() == 1 {
            return parts.into_iter().for_each(|part| self.split(part, grid, false, workers));
        }
        let others = parts.split_off(parts.len() / 2);
        let (half, rest) = (workers / 2, workers - workers / 2);
        let work = self.work;
        // Both closures use it, one after the other.
        let ask = RefCell::new(&mut *self.ask);
        let there = || {
            let ends = [0; MAX_BUCKETS];
            Splitter { work, ends, ask: &mut || () }.split_all(parts, grid, half);
        };
        let here = || {
            let (ends, ask) = ([0; MAX_BUCKETS], &mut *ask.borrow_mut());
            Splitter { work, ends, ask }.split_all(others, grid, rest);
        };
        join(there, here, || (*ask.borrow_mut())());
    }

    /// Reorders sites into `to`, cut into pieces of `step`: no site lies beyond a site of a later
    /// piece.
    fn cut(
        &mut self,
        along: Along,
        step: usize,
        cells: &[Cell],
        to: &mut [Cell],
        buckets: &mut [u16],
    ) {
        if cells.len() <= step {
            return to.copy_from_slice(cells);
        }
        let Work { level, centers, .. } = self.work;
        let count = (cells.len().next_power_of_two() / 2).min(MAX_BUCKETS);
        level.run(Buckets { along, count, cells, buckets });
        let ends = &mut self.ends;
        ends[..count].fill(0);
        for &bucket in &*buckets {
            ends[usize::from(bucket) % MAX_BUCKETS] += 1;
        }
        let mut start = 0;
        for end in &mut ends[..count] {
            start += std::mem::replace(end, start);
        }
        for (&bucket, &cell) in buckets.iter().zip(cells) {
            let end = &mut ends[usize::from(bucket) % MAX_BUCKETS];
            to[*end as usize] = cell;
            *end += 1;
        }
        let (mut start, mut at) = (0, step);
        for &end in &ends[..count] {
            let end = end as usize;
            if end > at {
                select(along, centers, step, at - start, &mut to[start..end]);
                at += (end - at).div_ceil(step) * step;
            }
            start = end;
        }
    }
}

/// How to cut a node: into columns along its longer side, and the columns into rows.
#[derive(Debug)]
struct Plan {
    /// Sites in a part.
    size: usize,
    /// Parts in a column.
    rows: usize,
    /// Whether the parts are grandchildren of the node, which must be put into tree order.
    is_full: bool,
}

impl Plan {
    /// Plans the cuts of `count` sites in a box that is `length` times as long as it is wide.
    ///
    /// If the sites are not spread evenly over the box, the plan only halves them, because the
    /// boxes of the halves tell better how to go on.
    fn of(count: usize, length: f64, is_even: bool) -> Self {
        let mut size = BOTTOM_SITES;
        while size * LANES < count {
            size *= LANES;
        }
        if !is_even {
            let size = count.div_ceil(2).next_multiple_of(size);
            return Self { size, rows: 1, is_full: false };
        }
        let is_full = count == size * LANES && size > BOTTOM_SITES;
        if is_full {
            size /= LANES;
        }
        // A part should be about as long as it is wide.
        let mut rows = 1;
        #[allow(clippy::cast_precision_loss)]
        while (2 * rows * rows) as f64 * length < count.div_ceil(size) as f64 {
            rows *= 2;
        }
        Self { size, rows, is_full }
    }

    /// The place in the tree of a part that is counted column by column. In the tree, siblings
    /// stand next to each other. Siblings are in neighbouring columns, and together are as square
    /// as possible.
    fn place(&self, part: usize) -> usize {
        if !self.is_full {
            return part; // all are siblings
        }
        let height = self.rows.min(LANES / 2);
        let width = LANES / height;
        let (column, row) = (part / self.rows, part % self.rows);
        let parent = column / width * (self.rows / height) + row / height;
        parent * LANES + column % width * height + row % height
    }
}

/// Whether sites are spread evenly over their box. That holds if the middle 12 of a sample of 16
/// span at least an eighth of both sides. A few outliers can make a box that says nothing about the
/// others.
fn is_even(grid: Grid, lines: [(u32, u32); 2], cells: &[Cell]) -> bool {
    const SAMPLE: usize = 16;
    (0..2).all(|axis| {
        let mut sample = [0; SAMPLE];
        for (i, line) in sample.iter_mut().enumerate() {
            *line = grid.line(grid.along(axis, cells[cells.len() * i / SAMPLE]));
        }
        sample.sort_unstable();
        let (low, high) = lines[axis];
        sample[SAMPLE - 3] - sample[2] >= (high - low) / 8
    })
}

/// Partitions sites at position `first` and at every `step` after it: no site before such a
/// position lies beyond the site at it.
fn select(along: Along, centers: &[Point], step: usize, first: usize, mut cells: &mut [Cell]) {
    let Along { grid, axis, .. } = along;
    let line = |cell: Cell| grid.line(grid.along(axis, cell));
    let mut at = first;
    while at < cells.len() {
        let count = cells.len();
        let middle = *cells.select_nth_unstable_by_key(at, |&cell| grid.along(axis, cell)).1;
        let on_line = || cells.iter().filter(|&&cell| line(cell) == line(middle)).count();
        if count > MANY_ON_A_LINE && on_line() > count / 2 {
            let center = |cell: Cell| centers[grid.position(cell) as usize][axis];
            cells.select_nth_unstable_by(at, |&a, &b| compare(center(a), center(b)));
        }
        cells = &mut cells[at..];
        at = step;
    }
}

/// Compares finite numbers, which takes one instruction. It does not matter which of two zeros
/// comes first.
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

// The kernels, compiled for each instruction set.

/// Puts all sites on a grid.
struct PlaceAll<'a> {
    grid: Grid,
    centers: &'a [Point],
    cells: &'a mut [Cell],
}

impl Task for PlaceAll<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let grid = self.grid;
        for ((cell, &center), position) in self.cells.iter_mut().zip(self.centers).zip(0..) {
            *cell = grid.cell(center, position);
        }
    }
}

/// Finds the first and the last line of sites along an axis.
struct LinesOf<'a> {
    grid: Grid,
    axis: usize,
    cells: &'a [Cell],
}

impl Task for LinesOf<'_> {
    type Output = (u32, u32);

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Self::Output {
        let Self { grid, axis, cells } = self;
        let (mut low, mut high) = ([u64::MAX; LANES], [0; LANES]);
        let (chunks, rest) = cells.as_chunks::<LANES>();
        for chunk in chunks {
            for i in 0..LANES {
                let along = grid.along(axis, chunk[i]);
                low[i] = low[i].min(along);
                high[i] = high[i].max(along);
            }
        }
        let rest = || rest.iter().map(|&cell| grid.along(axis, cell));
        let low = low.into_iter().chain(rest()).fold(u64::MAX, u64::min);
        let high = high.into_iter().chain(rest()).fold(0, u64::max);
        (grid.line(low), grid.line(high))
    }
}

/// Finds the bucket of each site, out of `count` buckets of equal width.
struct Buckets<'a> {
    along: Along,
    count: usize,
    cells: &'a [Cell],
    buckets: &'a mut [u16],
}

impl Task for Buckets<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // at most 2^10 buckets
    fn run<S: Simd>(self, _: S) {
        let Self { along: Along { grid, axis, lines: (low, high) }, count, cells, buckets } = self;
        let per_line = ((count as u64) << 32) / u64::from(high - low + 1);
        let per_line = u64::from(u32::try_from(per_line).unwrap_or(u32::MAX));
        for (bucket, &cell) in buckets.iter_mut().zip(cells) {
            let line = u64::from(grid.line(grid.along(axis, cell)) - low);
            *bucket = ((line * per_line) >> 32) as u16;
        }
    }
}

#[cfg(test)]
fn note_own_grid(grid: &Grid, own: &Grid) {
    use crate::testing::reached::{Structure, note};
    let side = |grid: &Grid| grid.sides[0].max(grid.sides[1]);
    let bits = (side(grid) / side(own)).log2();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small number, or huge
    note(Structure::OwnGrid, bits as usize);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::bounds::half_sides;
    use crate::tree::bulk_load;
    use std::convert::Infallible;

    /// The sum of the half perimeters of the boxes of all bottom nodes except the widest.
    fn size_of_nodes(places: &[Point]) -> f64 {
        let order =
            bulk_load::split(places, None, || Ok::<(), Infallible>(())).expect("nothing can fail");
        let size = |sites: &[u32]| {
            let centers = sites.iter().map(|&site| places[site as usize]);
            let [width, height] = half_sides(&bounds_of(centers));
            width + height
        };
        let mut sizes: Vec<f64> = order.chunks(BOTTOM_SITES).map(size).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.pop();
        sizes.into_iter().sum()
    }

    fn cluster(middle: f64, side: f64) -> Vec<Point> {
        let place = |i: u32| f64::from(i % 4096) / 4096.0 * side + middle;
        (0..4096_u32).map(|i| [place(i * 1597), place(i * 2731 + i / 64 * 977)]).collect()
    }

    #[test]
    fn nodes_are_small() {
        let nodes_across = f64::sqrt(4096.0 / 64.0);
        assert!(size_of_nodes(&cluster(0.0, 1.0)) < 1.2 * nodes_across);
    }

    /// All sites except one share a cell of the first grid.
    #[test]
    fn a_site_far_away_costs_the_others_nothing() {
        for (middle, side) in [(0.0, 1.0), (1e9, 1.0), (0.0, 1e-280), (0.0, 1e280)] {
            let mut places = cluster(middle, side);
            let near_each_other = size_of_nodes(&places);
            places.pop();
            places.push([middle + side * 1e12, middle + side * 1e13]);
            let with_one_apart = size_of_nodes(&places);
            assert!(with_one_apart < 1.3 * near_each_other, "{with_one_apart} {near_each_other}");
        }
    }

    #[test]
    fn no_two_clusters_share_a_node() {
        let clusters = [cluster(0.0, 1e-9), cluster(1.0, 1e-9), cluster(1e9, 1e-3)];
        let alone: f64 = clusters.iter().map(|cluster| size_of_nodes(cluster)).sum();
        assert!(size_of_nodes(&clusters.concat()) < 1.3 * alone);
    }
}
