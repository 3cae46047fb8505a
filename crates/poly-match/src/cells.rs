//! Cells: for every square of a grid over the points, the few sites that can win there.
//!
//! A site that is near every place of a cell *covers* it, and ends the cell's list: no later rank
//! can win there. So a list holds, in rank order, the sites that are near some place of the cell, up
//! to and including the first that covers it. Where cells are small against the distance, most sites
//! that are near any place of a cell cover it, and a list is one or two sites long, however many
//! candidates there are. A point then looks up its cell and takes the first near site of the list.
//!
//! The points stay in their order: nothing is sorted, and the answers are written one after the
//! other. It pays where many points share a cell; `blocks` is for where they do not.

use crate::index::Leaf;
use crate::join::Search;
use crate::near::Within;
use crate::simd::{LANES, Simd};
use crate::strips::{self, Scratch};
use crate::{Bounds, Point};

/// The lists of all cells.
#[derive(Debug)]
pub(crate) struct Cells {
    grid: Grid,
    rows: Vec<Row>,
}

/// The lists of one row of cells.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Where the list of each cell starts, and where the last one ends.
    starts: Vec<u32>,
    lists: Vec<Leaf>,
}

/// Squares of one size, one of them centred on the lowest x and y of all points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    origin: Point,
    side: f64,
    per_unit: f64,
    columns: usize,
    rows: usize,
}

/// Points to a cell, at least, for its list to pay.
const POINTS_PER_CELL: f64 = 16.0;

/// Points to a cell, about, where the distance alone would let cells be larger: small cells make
/// short lists.
const MANY_POINTS_PER_CELL: f64 = 256.0;

impl Grid {
    /// A grid whose cells are well below the distance in size, and have many points each; none
    /// where that cannot be.
    pub(crate) fn over(bounds: &Bounds, points: usize, near: &Within) -> Option<Self> {
        let [width, height] = [bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1]];
        let longest = width.max(height);
        if !longest.is_finite() {
            return None;
        }
        #[allow(clippy::cast_precision_loss)]
        let points = points as f64;
        let cells_along = (points / MANY_POINTS_PER_CELL).sqrt().max(1.0);
        [0.5, 0.75, 1.0].into_iter().find_map(|share| {
            let side = (near.max_dist() * share).min(longest / cells_along);
            // Two more than fit, for the half cell on either side.
            let (columns, rows) = ((width / side).ceil() + 2.0, (height / side).ceil() + 2.0);
            let magnitude =
                bounds.min.into_iter().chain(bounds.max).fold(0.0, |m, v| v.abs().max(m));
            // The slack of `bounds_of` covers the rounding of `cell` only where a cell is large
            // against the last bit of the coordinates. (False for a side of 0, and for NaN.)
            let is_sound = side > magnitude * 1e-8 && side > f64::MIN_POSITIVE / f64::EPSILON;
            if !(is_sound && columns * rows * POINTS_PER_CELL <= points) {
                return None;
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (columns, rows) = (columns as usize, rows as usize);
            Some(Self { origin: bounds.min, side, per_unit: 1.0 / side, columns, rows })
        })
    }

    /// Column or row of a coordinate: the nearest whole number of sides from the origin.
    #[inline(always)]
    fn place(&self, axis: usize, coordinate: f64) -> usize {
        // Adding 2^52 leaves the whole number in the low bits, rounded to nearest; a conversion
        // would have to mind NaN and overflow. What a NaN leaves is kept in the grid by the caller.
        const ROUND: f64 = (1_u64 << 52) as f64;
        let sides = (coordinate - self.origin[axis]) * self.per_unit;
        ((sides + ROUND).to_bits() & 0xffff_ffff) as usize
    }

    /// A box that holds all points of a cell.
    ///
    /// The slack is far above the rounding errors of `place`: these are a few units in the last
    /// place of the coordinates (see `over`) and of the number of cells, which is below 2^32.
    fn bounds_of(&self, column: usize, row: usize) -> Bounds {
        const HALF: f64 = 0.5 + 1e-6;
        #[allow(clippy::cast_precision_loss)]
        let interval = |axis: usize, place: usize| {
            let place = place as f64;
            let at = |sides: f64| self.origin[axis] + sides * self.side;
            (at(place - HALF), at(place + HALF))
        };
        let ((min_x, max_x), (min_y, max_y)) = (interval(0, column), interval(1, row));
        Bounds { min: [min_x, min_y], max: [max_x, max_y] }
    }
}

impl Cells {
    /// Cells whose lists are yet to be made, each row by [`Row::fill`].
    pub(crate) fn new(grid: Grid) -> Self {
        Self { grid, rows: (0..grid.rows).map(|_| Row::default()).collect() }
    }

    pub(crate) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// The list of the cell that a finite point on the grid falls in; of some cell, for others.
    #[inline(always)]
    pub(crate) fn list(&self, point: Point) -> &[Leaf] {
        let row = &self.rows[self.grid.place(1, point[1]).min(self.grid.rows - 1)];
        let column = self.grid.place(0, point[0]).min(self.grid.columns - 1);
        &row.lists[row.starts[column] as usize..row.starts[column + 1] as usize]
    }
}

impl Row {
    /// Makes the lists of the cells of one row.
    #[inline(always)]
    pub(crate) fn fill<S: Simd>(
        &mut self,
        simd: S,
        search: Search<'_>,
        grid: &Grid,
        row: usize,
        scratch: &mut Scratch,
    ) {
        let Search { index, ranking, .. } = search;
        let Self { starts, lists } = self;
        starts.reserve_exact(grid.columns + 1);
        starts.push(0);
        for first in (0..grid.columns).step_by(LANES) {
            let mut cells = [Bounds::EMPTY; LANES];
            let count = LANES.min(grid.columns - first);
            for (lane, cell) in cells[..count].iter_mut().enumerate() {
                *cell = grid.bounds_of(first + lane, row);
            }
            strips::list_sites(simd, search, &cells[..count], scratch, |ranks| {
                for ranks in ranks.chunks(LANES) {
                    let site = |&rank: &u32| (index.center(rank), ranking.position(rank));
                    lists.push(Leaf::of(ranks.iter().map(site)));
                }
                starts.push(u32::try_from(lists.len()).unwrap_or(u32::MAX));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn around(points: &[Point]) -> Bounds {
        points.iter().fold(Bounds::EMPTY, |bounds, &point| bounds.including(point))
    }

    fn within(max_dist: f64) -> Within {
        Within::new(max_dist).expect("a legal distance")
    }

    #[test]
    fn a_grid_is_made_where_many_points_share_a_cell() {
        let square = Bounds { min: [0.0, 0.0], max: [100.0, 100.0] };
        let many = Grid::over(&square, 1_000_000, &within(1.0)).expect("25 points to a cell");
        assert_eq!((many.columns, many.rows), (202, 202));
        let all_near = Grid::over(&square, 1_000_000, &within(f64::INFINITY)).expect("a grid");
        assert!(all_near.columns > 32);
        assert!(Grid::over(&square, 1_000_000, &within(0.1)).is_none());
        assert!(Grid::over(&square, 1_000_000, &within(0.0)).is_none());
        let one_place = Bounds { min: [3.0, 3.0], max: [3.0, 3.0] };
        assert!(Grid::over(&one_place, 1_000_000, &within(1.0)).is_none());
        let far = Bounds { min: [1e12, 1e12], max: [1e12 + 100.0, 1e12 + 100.0] };
        assert!(Grid::over(&far, 1_000_000, &within(1.0)).is_none(), "rounding would be felt");
    }

    proptest! {
        #[test]
        fn a_cell_holds_the_points_that_fall_in_it(
            unit in vec([-1.0..1.0, -1.0..1.0], 2..300),
            scale in prop::sample::select(vec![1e-200, 1e-3, 1.0, 1e6, 1e300]),
            offset in prop::sample::select(vec![0.0, 1.0, 1e5, -3e6]),
            max_dist in 0.001..1.0,
        ) {
            let points: Vec<Point> =
                unit.iter().map(|p: &[f64; 2]| p.map(|v| v * scale + offset * scale)).collect();
            // As many as it takes for the finest grid.
            let grid = Grid::over(&around(&points), usize::MAX >> 12, &within(max_dist * scale));
            if let Some(grid) = grid {
                for point in points {
                    let [column, row] = [0, 1].map(|axis| grid.place(axis, point[axis]));
                    prop_assert!(column < grid.columns && row < grid.rows);
                    let bounds = grid.bounds_of(column, row);
                    prop_assert!(bounds.min[0] < point[0] && point[0] < bounds.max[0]);
                    prop_assert!(bounds.min[1] < point[1] && point[1] < bounds.max[1]);
                }
            }
        }
    }
}
