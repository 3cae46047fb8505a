//! Counts points in square cells, without knowing beforehand where the points are.
//!
//! The side of a cell is a power of two, and its corners are multiples of it. The cells are the finest
//! of which at most [`ACROSS`] lie side by side over the bounding box of the points, in either
//! direction; but no finer than floats near the largest coordinate. So the bounding box alone decides
//! their size. When it grows, the side doubles, and four cells become one: exactly what these cells
//! would have counted from the start. The counts depend on no order and no batches.

use poly_match::{Bounds, Point};

/// The largest number of cells side by side. There are never more than its square.
const ACROSS: usize = 1024;

/// The finest cells have sides of 2^-1022, the smallest normal float.
const FINEST: i32 = f64::MIN_EXP - 1;

/// How many points wait to be counted together. Their cells are far apart in memory. In a loop that does
/// nothing else, the processor fetches several at once, which takes a third of the time.
const WAITING: usize = 1024;

/// The numbers of matched and of unmatched points.
pub(super) type Counts = [usize; 2];

/// Points counted in cells.
#[derive(Debug)]
pub(super) struct Density {
    level: Level,
    /// The first and the last cells in x and in y; the last are before the first if there are none.
    first: [i64; 2],
    last: [i64; 2],
    /// Cell (x, y) is in row `y % ACROSS` and column `x % ACROSS`. So no cell moves when the box grows.
    counts: Vec<Counts>,
    /// Where in `counts`, taken as a flat array, to count the points that are not counted yet.
    waiting: Vec<usize>,
}

/// A cell with points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its place, in sides of a cell.
    pub(super) at: [i64; 2],
    pub(super) counts: Counts,
}

impl Density {
    /// No points.
    pub(super) fn new() -> Self {
        Self::of_level(Level::new(FINEST))
    }

    fn of_level(level: Level) -> Self {
        Self {
            level,
            first: [0; 2],
            last: [-1; 2],
            counts: vec![[0; 2]; ACROSS * ACROSS],
            waiting: Vec::new(),
        }
    }

    /// Makes room for points in `bounds`, which are not empty and include all points so far.
    pub(super) fn make_room(&mut self, bounds: Bounds) {
        let level = self.level.with_room(bounds);
        if level.exponent > self.level.exponent {
            *self = self.coarser(level.exponent - self.level.exponent);
        }
        self.first = bounds.min.map(|x| level.cell(x));
        self.last = bounds.max.map(|x| level.cell(x));
    }

    /// Adds a point, for which there is room. It counts from [`settle`](Self::settle) on.
    #[inline]
    pub(super) fn add(&mut self, point: Point, is_matched: bool) {
        let cell = point.map(|x| self.level.cell(x));
        self.waiting.push(2 * slot(cell) + usize::from(!is_matched));
        if self.waiting.len() == WAITING {
            self.settle();
        }
    }

    /// Counts all points that were added. Call it after each batch.
    pub(super) fn settle(&mut self) {
        let counts = self.counts.as_flattened_mut();
        self.waiting.drain(..).for_each(|at| counts[at] += 1);
    }

    /// Cells whose sides are 2^`doublings` times longer.
    pub(super) fn coarser(&self, doublings: i32) -> Self {
        // A shift by 63 leaves only the sign, as any larger one would.
        let larger = |cell: [i64; 2]| cell.map(|x| x >> doublings.min(63));
        let mut merged = Self::of_level(Level::new(self.level.exponent + doublings));
        (merged.first, merged.last) = (larger(self.first), larger(self.last));
        for Cell { at, counts } in self.cells() {
            let sum = &mut merged.counts[slot(larger(at))];
            *sum = [sum[0] + counts[0], sum[1] + counts[1]];
        }
        merged
    }

    /// The cells that have points, by y, then x.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> {
        let [columns, rows] = [0, 1].map(|axis| self.first[axis]..=self.last[axis]);
        let places = rows.flat_map(move |y| columns.clone().map(move |x| [x, y]));
        let cells = places.map(|at| Cell { at, counts: self.counts[slot(at)] });
        cells.filter(|cell| cell.counts != [0; 2])
    }

    /// The side of a cell.
    pub(super) fn side(&self) -> f64 {
        self.level.side
    }

    /// The side of a cell, as a power of two.
    pub(super) fn exponent(&self) -> i32 {
        self.level.exponent
    }
}

/// Where the counts of a cell are.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a remainder is small
#[allow(clippy::cast_possible_wrap)] // so is the number of cells
#[inline]
fn slot([x, y]: [i64; 2]) -> usize {
    const MASK: i64 = ACROSS as i64 - 1;
    (y & MASK) as usize * ACROSS + (x & MASK) as usize
}

/// The size of cells.
#[derive(Debug, Clone, Copy)]
struct Level {
    exponent: i32,
    /// 2^`exponent`.
    side: f64,
    /// 2^-`exponent`.
    per_unit: f64,
}

impl Level {
    fn new(exponent: i32) -> Self {
        Self { exponent, side: 2_f64.powi(exponent), per_unit: 2_f64.powi(-exponent) }
    }

    /// The cell of a coordinate: the largest integer of which `side` times is not above it.
    ///
    /// Products with powers of two are exact, unless they are too small for a float. Then the cell is 0
    /// or -1, as the comparison says.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // at most 2^53
    #[inline]
    fn cell(self, x: f64) -> i64 {
        let toward_zero = (x * self.per_unit) as i64;
        toward_zero - i64::from(x < toward_zero as f64 * self.side)
    }

    /// The finest level from this one on that has room for `bounds`.
    fn with_room(self, bounds: Bounds) -> Self {
        let corners = [bounds.min, bounds.max].into_iter().flatten();
        let largest = corners.fold(0.0, |largest: f64, x| largest.max(x.abs()));
        let finest = exponent(largest) - f64::MANTISSA_DIGITS.cast_signed();
        let mut level = if finest > self.exponent { Self::new(finest) } else { self };
        while !level.has_room(bounds) {
            level = Self::new(level.exponent + 1);
        }
        level
    }

    fn has_room(self, bounds: Bounds) -> bool {
        [0, 1].into_iter().all(|axis| {
            let cells = self.cell(bounds.max[axis]) - self.cell(bounds.min[axis]);
            usize::try_from(cells).is_ok_and(|cells| cells < ACROSS)
        })
    }
}

/// The smallest power of two that is above a number which is not negative, but at least 2^-1022.
pub(super) fn exponent(number: f64) -> i32 {
    let bits = (number.to_bits() >> (f64::MANTISSA_DIGITS - 1)) & 0x7FF;
    i32::try_from(bits).unwrap_or(0) + FINEST
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts points one by one, or all at once.
    fn density(points: &[Point], batch: usize) -> Density {
        let mut density = Density::new();
        let mut bounds = Bounds::EMPTY;
        for batch in points.chunks(batch) {
            bounds = batch.iter().copied().fold(bounds, Bounds::including);
            density.make_room(bounds);
            batch.iter().for_each(|&point| density.add(point, point[0] > 0.0));
            density.settle();
        }
        density
    }

    /// Checks that batches change nothing, that no point is lost, and that the box of every cell holds
    /// as many points as are counted.
    fn check(points: &[Point]) -> Density {
        let all = density(points, points.len());
        let cells: Vec<_> = all.cells().collect();
        for batch in [1, 2, 7] {
            let other = density(points, batch);
            assert_eq!(all.exponent(), other.exponent(), "{points:?}");
            assert_eq!(cells, other.cells().collect::<Vec<_>>(), "{points:?}");
        }
        let backward: Vec<_> = points.iter().rev().copied().collect();
        assert_eq!(cells, density(&backward, 1).cells().collect::<Vec<_>>(), "{points:?}");
        for cell in &cells {
            let inside = |point: &&Point| {
                [0, 1].into_iter().all(|axis| all.level.cell(point[axis]) == cell.at[axis])
            };
            assert_eq!(points.iter().filter(inside).count(), cell.counts.iter().sum::<usize>());
        }
        let sum: usize = cells.iter().flat_map(|cell| cell.counts).sum();
        assert_eq!(sum, points.len());
        all
    }

    const HUGE: f64 = f64::MAX;
    const TINY: f64 = 5e-324;

    #[test]
    fn hostile_coordinates_are_counted() {
        let numbers =
            [0.0, -0.0, TINY, -TINY, 1e-310, -1e-300, 1.0, -1.0, 1e18, 1e300, -1e300, HUGE, -HUGE];
        let squares = numbers.map(|x| [x, -x]);
        for (&a, &b) in squares.iter().zip(&squares[1..]) {
            check(&[a]);
            check(&[a, b, [1e-9, 3.0], a]);
        }
        check(&squares);
    }

    #[test]
    fn cells_are_as_fine_as_the_bounding_box_allows() {
        let all = check(&[[0.0, 0.0], [1.0, 0.25]]);
        assert_eq!(all.exponent(), -9); // 513 cells from 0 to 1: with 2^-10 there would be 1025
        let all = check(&[[-180.0, -90.0], [179.9, 90.0]]);
        assert_eq!(all.side(), 0.5);
        // Equal points are in one cell, and neighbours among the floats in two.
        assert_eq!(check(&[[1e300, 5.0]; 3]).cells().count(), 1);
        let next = f64::from_bits(1.5_f64.to_bits() + 1);
        assert_eq!(check(&[[1.5, 0.0], [next, 0.0]]).cells().count(), 2);
    }

    #[test]
    fn a_growing_box_changes_nothing() {
        // A spiral that leaves the box at every step, around a place far from the origin.
        let spiral = |i: u32| {
            let (sin, cos) = (f64::from(i) * 0.7).sin_cos();
            let radius = 1.1_f64.powi(i.cast_signed() % 300);
            [1e6 + radius * cos, radius * sin]
        };
        check(&(0..600).map(spiral).collect::<Vec<_>>());
    }

    #[test]
    fn memory_is_bounded() {
        let points: Vec<_> =
            (0..1500).flat_map(|x| (0..1500).map(move |y| [f64::from(x), f64::from(y)])).collect();
        let all = density(&points, 999);
        assert_eq!(all.counts.len(), ACROSS * ACROSS);
        assert_eq!((all.side(), all.cells().count()), (2.0, 750 * 750));
        assert!(all.cells().all(|cell| cell.counts.iter().sum::<usize>() == 4));
    }

    #[test]
    fn four_cells_become_one() {
        let all = check(&[[0.0, 0.0], [1023.0, 0.0], [-1.0, 3.0], [2.0, 2.0], [3.0, 3.0]]);
        assert_eq!(all.side(), 2.0);
        let twice: Vec<_> = all.coarser(2).cells().collect();
        assert_eq!(all.coarser(1).coarser(1).cells().collect::<Vec<_>>(), twice);
        let of = |x: i64, y: i64, counts: Counts| Cell { at: [x, y], counts };
        assert_eq!(twice, [of(-1, 0, [0, 1]), of(0, 0, [2, 1]), of(127, 0, [1, 0])]);
        let signs: Vec<_> = all.coarser(1000).cells().collect();
        assert_eq!(signs, [of(-1, 0, [0, 1]), of(0, 0, [3, 1])]);
    }
}
