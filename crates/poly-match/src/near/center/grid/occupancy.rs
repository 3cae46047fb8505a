//! [`Occupancy`]: which cells of a grid points may fall in, and the numbers of these cells.
//!
//! The cells stand in pages of 4 × 4 tiles of 8 × 8 cells. If the points fill the whole grid, all
//! pages exist, in order. If the points fill only parts of it, only pages with points exist.
//!
//! Here is also decided whether the points are dense enough for a grid.

use std::ops::Range;

use crate::ablate::{Shortcut, is_on};
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::near::center::grid::squares::Grid;
use crate::rule::Within;

/// Cells along a side of a tile.
pub(crate) const TILE: usize = 8;
/// Tiles along a side of a page.
pub(crate) const PAGE: usize = 4;

/// Cells of a tile, tiles of a page, and cells of a page.
pub(crate) const CELLS: usize = TILE * TILE;
pub(crate) const TILES: usize = PAGE * PAGE;
pub(crate) const PAGE_CELLS: usize = CELLS * TILES;

/// Cells along a side of a page.
const SIDE: usize = TILE * PAGE;

/// Largest number of pages. `paint` allows each of their 16 tiles about 2,000 list entries, so
/// entries can be numbered with 32 bits.
const MAX_PAGES: usize = 1 << 16;

/// The number of a cell is the number of its page, shifted left by this, plus its place in the
/// page.
const PAGE_SHIFT: u32 = PAGE_CELLS.ilog2();

#[derive(Debug)]
pub(crate) struct Occupancy {
    pub(crate) grid: Grid,
    /// Pages along each side of the grid.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// The number of every page of the grid, row by row; 0 for pages that do not exist. One more 0
    /// stands at the end.
    numbers: Vec<u32>,
    /// How many pages exist.
    count: usize,
    /// The cells with points, a bit each, tile by tile. `None` if every cell may have some.
    filled: Option<Vec<u64>>,
}

// A grid that points fill only in parts pays within these three limits.

/// Fewest points per page of the whole grid.
const POINTS_PER_PAGE: f64 = 8.0;

/// Most cells of existing pages per point.
const CELLS_PER_POINT: usize = 2;

/// Fewest points per cell that is not empty.
const POINTS_PER_CELL: usize = 6;

/// One point in 64 is looked at first, to see whether the points fill the whole grid.
const SAMPLE: usize = 64;

impl Occupancy {
    /// Chooses a grid with cells small enough for the distance and several points in each. Returns
    /// `None` if there is none.
    pub(crate) fn over(bounds: &Bounds, points: &[Point], near: &Within) -> Option<Self> {
        if let Some(grid) = Grid::even(bounds, points.len(), near) {
            return Self::all(grid);
        }
        let grid = Grid::suited(bounds, near)?;
        #[allow(clippy::cast_precision_loss)]
        let pages = |cells: usize| cells.div_ceil(SIDE) as f64;
        #[allow(clippy::cast_precision_loss)]
        let most = points.len() as f64 / POINTS_PER_PAGE;
        let are_few = pages(grid.columns()) * pages(grid.rows()) <= most;
        if are_few && is_on(Shortcut::SparseGrid) { Self::filled(grid, points) } else { None }
    }

    fn all(grid: Grid) -> Option<Self> {
        let mut occupancy = Self::new(grid);
        let count = occupancy.columns * occupancy.rows;
        occupancy.numbers[..count].fill(1);
        occupancy.number_pages()
    }

    fn filled(grid: Grid, points: &[Point]) -> Option<Self> {
        let mut occupancy = Self::new(grid);
        // If a sample alone fills over 90 % of the pages, the points are all over the grid: cells
        // small enough for the distance would then have too few points.
        if occupancy.mark_pages(points.iter().step_by(SAMPLE))
            > occupancy.columns * occupancy.rows * 9 / 10
        {
            return None;
        }
        occupancy.mark_pages(points.iter());
        let mut occupancy = occupancy.number_pages()?;
        if occupancy.count * PAGE_CELLS > points.len() * CELLS_PER_POINT {
            return None;
        }
        let mut filled = vec![0_u64; (1 + occupancy.count) * TILES];
        for &point in points.iter().filter(|&&point| is_finite(point)) {
            let (column, row, _) = occupancy.grid.place(point);
            let page = occupancy.numbers[occupancy.page_of(column, row) as usize];
            let cell = (page << PAGE_SHIFT | in_page(column, row)) as usize;
            filled[cell / CELLS] |= 1 << (cell % CELLS);
        }
        let cells: usize = filled.iter().map(|cells| cells.count_ones() as usize).sum();
        occupancy.filled = Some(filled);
        (cells * POINTS_PER_CELL <= points.len()).then_some(occupancy)
    }

    /// Marks the pages that points fall in. Returns how many were not marked before.
    fn mark_pages<'p>(&mut self, points: impl Iterator<Item = &'p Point>) -> usize {
        let mut count = 0;
        for &point in points.filter(|&&point| is_finite(point)) {
            let (column, row, _) = self.grid.place(point);
            let page = self.page_of(column, row) as usize;
            count += usize::from(self.numbers[page] == 0);
            self.numbers[page] = 1;
        }
        count
    }

    fn new(grid: Grid) -> Self {
        let (columns, rows) = (grid.columns().div_ceil(SIDE), grid.rows().div_ceil(SIDE));
        Self { grid, columns, rows, numbers: vec![0; columns * rows + 1], count: 0, filled: None }
    }

    /// Numbers the existing pages from 1. Returns `None` if they are more than [`MAX_PAGES`].
    fn number_pages(mut self) -> Option<Self> {
        for number in self.numbers.iter_mut().filter(|number| **number != 0) {
            self.count += 1;
            *number = u32::try_from(self.count).ok()?;
        }
        (self.count <= MAX_PAGES).then_some(self)
    }

    /// Returns the page of the grid that a cell is in; any number for a cell that is not on the
    /// grid. Numbers have 32 bits, since a vector holds more of these.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // fewer than 2^32
    fn page_of(&self, column: u32, row: u32) -> u32 {
        (row / SIDE as u32).wrapping_mul(self.columns as u32).wrapping_add(column / SIDE as u32)
    }

    /// Cuts the pages of the grid into up to `count` runs that have about as many cells for points.
    pub(crate) fn cut(&self, count: usize) -> Vec<Range<usize>> {
        let pages = self.columns * self.rows;
        let mut total = 0;
        let mut cells_up_to = Vec::new();
        if count > 1 {
            cells_up_to.extend((0..pages).map(|page| {
                if self.numbers[page] != 0 {
                    let cells = (0..TILES).map(|tile| self.open(page, tile).count_ones() as usize);
                    total += cells.sum::<usize>();
                }
                total
            }));
        }
        let mut start = 0;
        let ends = (1..=count).map(|i| match i == count {
            true => pages,
            false => cells_up_to.partition_point(|&cells| cells * count < total * i),
        });
        let runs = ends.map(|end| std::mem::replace(&mut start, end)..end);
        runs.filter(|run| !run.is_empty()).collect()
    }

    /// Returns the number of cells of all existing pages.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn cells(&self) -> f64 {
        (self.count * PAGE_CELLS) as f64
    }

    /// Returns the number of a page of the grid; 0 if it does not exist.
    pub(crate) fn number(&self, page: usize) -> u32 {
        self.numbers[page]
    }

    /// Returns the cells of a tile of a page that points may fall in, a bit for each.
    pub(crate) fn open(&self, page: usize, tile: usize) -> u64 {
        if let Some(filled) = &self.filled {
            return filled[self.numbers[page] as usize * TILES + tile];
        }
        // All cells of the tile that lie on the grid.
        let left = |count: usize, page: usize, tile: usize| {
            count.saturating_sub(page * SIDE + tile * TILE).min(TILE)
        };
        let columns = left(self.grid.columns(), page % self.columns, tile % PAGE);
        let rows = left(self.grid.rows(), page / self.columns, tile / PAGE);
        let line: u64 = (1 << columns) - 1;
        (0..rows).fold(0, |cells, row| cells | line << (TILE * row))
    }

    /// How many bytes of memory the pages take.
    pub(crate) fn bytes(&self) -> usize {
        let filled = self.filled.as_ref().map_or(0, |filled| filled.capacity() * size_of::<u64>());
        self.numbers.capacity() * size_of::<u32>() + filled
    }

    /// Writes the numbers of the cells that up to `N` points fall in. A point that is not on the
    /// grid, or not finite, gets a cell of page 0.
    #[inline(always)]
    pub(crate) fn place<const N: usize>(&self, points: &[Point], cells: &mut [u32; N]) {
        let nowhere = self.numbers.len() - 1;
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32
        let nowhere = nowhere as u32;
        let mut pages = [nowhere; N];
        for ((cell, page), &point) in cells.iter_mut().zip(&mut pages).zip(points) {
            let (column, row, is_on_grid) = self.grid.place(point);
            *cell = in_page(column, row);
            *page = if is_on_grid { self.page_of(column, row) } else { nowhere };
        }
        if self.filled.is_none() {
            for (cell, &page) in cells.iter_mut().zip(&pages) {
                let number = if page == nowhere { 0 } else { page + 1 };
                *cell |= number << PAGE_SHIFT;
            }
        } else {
            let numbers = self.numbers.as_slice();
            for (cell, &page) in cells.iter_mut().zip(&pages[..points.len()]) {
                *cell |= numbers[page as usize] << PAGE_SHIFT;
            }
        }
    }
}

/// Returns the place of a cell among the cells of its page, tile by tile.
#[inline(always)]
fn in_page(column: u32, row: u32) -> u32 {
    (row >> 3 & 3) << 8 | (column >> 3 & 3) << 6 | (row & 7) << 3 | column & 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A narrow grid counts its full length too: none is made when one point lies far away.
    #[test]
    fn no_grid_is_made_for_an_outlier() {
        let mut points = vec![[1.0, 1.0]; 3000];
        points.push([1e7, 2.0]);
        let bounds = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
        let near = Within::new(1.0).expect("a legal distance");
        assert!(Occupancy::over(&bounds, &points, &near).is_none());
    }

    proptest! {
        #[test]
        fn every_point_falls_in_an_open_cell(
            unit in vec(([-1.0..1.0, -1.0..1.0], prop::sample::select(vec![0.01, 1.0])), 2..300),
            max_dist in 0.001..3.0,
        ) {
            let points: Vec<Point> =
                unit.iter().map(|(point, scale)| point.map(|v| v * scale)).collect();
            let bounds = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
            let near = Within::new(max_dist).expect("a legal distance");
            // The finest grid with all pages; and one with only the pages that have points.
            let even = Grid::even(&bounds, usize::MAX >> 12, &near).and_then(Occupancy::all);
            let suited = Grid::suited(&bounds, &near);
            let repeated = points.repeat(2000); // enough for any grid of this size
            let filled = suited.and_then(|grid| Occupancy::filled(grid, &repeated));
            for occupancy in [even, filled].into_iter().flatten() {
                for &point in &points {
                    let mut cell = [0; 1];
                    occupancy.place(&[point], &mut cell);
                    let (page, cell) = (cell[0] >> PAGE_SHIFT, cell[0] as usize % PAGE_CELLS);
                    let page = occupancy.numbers.iter().position(|&number| number == page);
                    let open = occupancy.open(page.expect("it is there"), cell / CELLS);
                    prop_assert!(open >> (cell % CELLS) & 1 == 1);
                    let mut cell = [0; 1];
                    occupancy.place(&[[f64::NAN, point[1]]], &mut cell);
                    prop_assert!(cell[0] >> PAGE_SHIFT == 0);
                }
            }
        }
    }
}
