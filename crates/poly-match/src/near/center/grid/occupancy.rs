//! The cells of a grid that points may fall in.
//!
//! They stand in pages of 4 × 4 tiles of 8 × 8 cells. Where points are all over the grid, all pages
//! are there, in order; where they fill only parts of it, only those that hold any.

use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::near::center::grid::squares::Grid;
use crate::rule::Within;

/// Cells along a side of a tile, and tiles along a side of a page.
pub(crate) const TILE: usize = 8;
pub(crate) const PAGE: usize = 4;

/// Cells of a tile, tiles of a page, and cells of a page.
pub(crate) const CELLS: usize = TILE * TILE;
pub(crate) const TILES: usize = PAGE * PAGE;
pub(crate) const PAGE_CELLS: usize = CELLS * TILES;

/// Cells along a side of a page.
const SIDE: usize = TILE * PAGE;

/// Blocks at most: a few thousand entries of lists for each of their tiles, as many as `paint` allows,
/// have numbers of 32 bits.
const MAX_PAGES: usize = 1 << 16;

/// What the numbers of the pages are shifted by in the number of a cell.
const PAGE_SHIFT: u32 = PAGE_CELLS.ilog2();

#[derive(Debug)]
pub(crate) struct Occupancy {
    pub(crate) grid: Grid,
    /// Blocks along each side of the grid.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// The number of every page of the grid, row by row; 0 for those that are not there. One more 0
    /// stands at the end.
    numbers: Vec<u32>,
    /// How many are there.
    count: usize,
    /// The cells with points, a bit each, tile by tile; nothing where all may have some.
    filled: Option<Vec<u64>>,
}

/// Where points fill only parts of a grid: points to a page of all the grid, at least; cells of the
/// pages that are there to a point, at most; and points to a cell that is not empty, at least.
const POINTS_PER_PAGE: f64 = 8.0;
const CELLS_PER_POINT: usize = 2;
const POINTS_PER_CELL: usize = 6;

/// One point in so many is looked at first.
const SAMPLE: usize = 64;

impl Occupancy {
    /// Cells that are small against the distance and have some points each; none where that cannot
    /// be.
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
        if are_few { Self::filled(grid, points) } else { None }
    }

    fn all(grid: Grid) -> Option<Self> {
        let mut occupancy = Self::new(grid);
        let count = occupancy.columns * occupancy.rows;
        occupancy.numbers[..count].fill(1);
        occupancy.number_pages()
    }

    fn filled(grid: Grid, points: &[Point]) -> Option<Self> {
        let mut occupancy = Self::new(grid);
        // Points all over the grid show in a few of them.
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
            let (column, row) = occupancy.grid.place(point);
            let page = occupancy.numbers[occupancy.page_of(column, row) as usize];
            let cell = (page << PAGE_SHIFT | in_page(column, row)) as usize;
            filled[cell / CELLS] |= 1 << (cell % CELLS);
        }
        let cells: usize = filled.iter().map(|cells| cells.count_ones() as usize).sum();
        occupancy.filled = Some(filled);
        (cells * POINTS_PER_CELL <= points.len()).then_some(occupancy)
    }

    /// Marks the pages that points fall in; returns how many it found unmarked.
    fn mark_pages<'p>(&mut self, points: impl Iterator<Item = &'p Point>) -> usize {
        let mut count = 0;
        for &point in points.filter(|&&point| is_finite(point)) {
            let (column, row) = self.grid.place(point);
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

    /// Numbers the pages that are there from 1; none where they are more than [`MAX_PAGES`].
    fn number_pages(mut self) -> Option<Self> {
        for number in self.numbers.iter_mut().filter(|number| **number != 0) {
            self.count += 1;
            *number = u32::try_from(self.count).ok()?;
        }
        (self.count <= MAX_PAGES).then_some(self)
    }

    /// Which page of the grid a cell is in; numbers of 32 bits, since a vector holds more of them.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // fewer than 2^32
    fn page_of(&self, column: u32, row: u32) -> u32 {
        row / SIDE as u32 * self.columns as u32 + column / SIDE as u32
    }

    /// The number of a page of the grid; 0 where it is not there.
    pub(crate) fn number(&self, page: usize) -> u32 {
        self.numbers[page]
    }

    /// The cells of a tile of a page that points may fall in, a bit for each.
    pub(crate) fn open(&self, page: usize, tile: usize) -> u64 {
        if let Some(filled) = &self.filled {
            return filled[self.numbers[page] as usize * TILES + tile];
        }
        // Those that are on the grid.
        let left = |count: usize, page: usize, tile: usize| {
            count.saturating_sub(page * SIDE + tile * TILE).min(TILE)
        };
        let columns = left(self.grid.columns(), page % self.columns, tile % PAGE);
        let rows = left(self.grid.rows(), page / self.columns, tile / PAGE);
        let line: u64 = (1 << columns) - 1;
        (0..rows).fold(0, |cells, row| cells | line << (TILE * row))
    }

    /// The numbers of the cells that `N` points, or fewer, fall in: of a cell of page 0 for those
    /// that are not finite.
    #[inline(always)]
    pub(crate) fn place<const N: usize>(&self, points: &[Point], cells: &mut [u32; N]) {
        let nowhere = self.numbers.len() - 1;
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32
        let nowhere = nowhere as u32;
        let mut pages = [nowhere; N];
        for ((cell, page), &point) in cells.iter_mut().zip(&mut pages).zip(points) {
            let (column, row) = self.grid.place(point);
            *cell = in_page(column, row);
            *page = if is_finite(point) { self.page_of(column, row) } else { nowhere };
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

/// The place of a cell among those of its page, tile by tile.
#[inline(always)]
fn in_page(column: u32, row: u32) -> u32 {
    (row >> 3 & 3) << 8 | (column >> 3 & 3) << 6 | (row & 7) << 3 | column & 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A narrow grid is as long as any other: it is not made for a point that lies far away.
    #[test]
    fn no_raster_is_made_for_an_outlier() {
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
            // As many as it takes for the finest grid; and only where they are.
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
