//! Draws the density of points: cells, coloured by how many points they have and how many are matched.

use plotters::element::Rectangle;
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::RGBColor;

use super::collected::Collected;
use super::density::{Cell, Counts, Density, exponent};
use super::frame::{Frame, Pixel};
use super::page::{Done, Page};
use super::palette;

/// The least number of points that a cell has on average: with fewer, the picture is mere noise.
const POINTS_OF_CELL: usize = 8;

/// The side of a cell, in shown pixels, is at least this.
const SMALLEST: f64 = 1.0;

/// A cell is drawn at least this large if there are few, so that they are seen.
const LARGEST: f64 = 8.0;

/// The cells to draw.
#[derive(Debug)]
pub(super) struct Cells {
    /// Those with most points last, so that they are on top.
    cells: Vec<Cell>,
    /// The side of a cell.
    pub(super) side: f64,
    /// The largest number of points in a cell.
    pub(super) most: usize,
}

impl Cells {
    /// Chooses the size of cells: the finest of which there are at most `most_cells`, not too fine to be
    /// seen.
    pub(super) fn new(collected: &Collected, frame: &Frame, most_cells: usize) -> Self {
        let most_cells = most_cells.min((collected.placed() / POINTS_OF_CELL).max(4));
        let density = collected.density();
        // One level too coarse if the side is a power of two itself.
        let side = frame.units(0, SMALLEST).max(frame.units(1, SMALLEST));
        let finest = exponent(side).max(density.exponent());
        let mut density = density.coarser(finest - density.exponent());
        while density.cells().count() > most_cells {
            density = density.coarser(1);
        }
        Self::of(&density)
    }

    fn of(density: &Density) -> Self {
        let mut cells: Vec<_> = density.cells().collect();
        cells.sort_by_key(|cell| sum(cell.counts));
        let most = cells.last().map_or(0, |cell| sum(cell.counts));
        Self { cells, side: density.side(), most }
    }

    pub(super) fn draw<DB: DrawingBackend>(&self, page: &Page<DB>, frame: &Frame) -> Done<DB> {
        for cell in &self.cells {
            let style = self.color(cell.counts).filled();
            page.draw(&Rectangle::new(self.place(cell.at, frame), style))?;
        }
        Ok(())
    }

    fn color(&self, counts: Counts) -> RGBColor {
        palette::of_cell(self.shade(sum(counts)), ratio(counts[0], sum(counts)))
    }

    /// Where a number of points is on the logarithmic scale: 0 for one, 1 for the most.
    #[allow(clippy::cast_precision_loss)] // of a colour
    pub(super) fn shade(&self, points: usize) -> f64 {
        (points as f64).ln() / (self.most.max(2) as f64).ln()
    }

    /// The opposite corners of a cell on the page.
    #[allow(clippy::cast_precision_loss)] // at most 2^53
    fn place(&self, at: [i64; 2], frame: &Frame) -> [Pixel; 2] {
        let [left, top, right, bottom] = frame.panel();
        let [a, b] = [0, 1].map(|step| frame.shown(at.map(|x| (x + step) as f64 * self.side)));
        // A cell that is too small to be seen grows on all sides.
        let least = (140.0 / ratio(self.cells.len(), 1).sqrt()).clamp(SMALLEST, LARGEST);
        let [wider, higher] =
            [b[0] - a[0], a[1] - b[1]].map(|side| ((least - side) / 2.0).max(0.0));
        let x = |x: f64| x.clamp(left, right);
        let y = |y: f64| y.clamp(top, bottom);
        let first = frame.at([x(a[0] - wider), y(b[1] - higher)]);
        let last = frame.at([x(b[0] + wider), y(a[1] + higher)]);
        // Neighbours overlap a little, so that no light shines through where a viewer smooths edges.
        [first, (last.0 + 1, last.1 + 1)]
    }
}

fn sum(counts: Counts) -> usize {
    counts[0] + counts[1]
}

#[allow(clippy::cast_precision_loss)] // of a colour or a size
fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}

#[cfg(test)]
mod tests {
    use poly_match::{Bounds, Point};

    use super::*;

    impl Cells {
        /// No cells, on a scale up to `most` points.
        pub(in crate::plot) fn with_most(most: usize) -> Self {
            Self { cells: Vec::new(), side: 1.0, most }
        }
    }

    /// The cells of points that are drawn on a page of their own.
    fn cells(points: &[Point], most_cells: usize) -> (Cells, Frame) {
        let mut collected = Collected::new(1);
        collected.add(points, points.iter().map(|point| (point[0] < 0.5).then_some(0)));
        let frame = Frame::new(collected.bounds(), 3, 100.0, false);
        (Cells::new(&collected, &frame, most_cells), frame)
    }

    fn width([a, b]: [Pixel; 2]) -> i32 {
        b.0 - a.0
    }

    /// Points on a square lattice of 512 × 512.
    fn lattice(times: usize) -> Vec<Point> {
        let place = |i: u32| [i % 512, i / 512].map(|x| f64::from(x) / 512.0);
        (0..512 * 512).flat_map(|i| vec![place(i); times]).collect()
    }

    #[test]
    fn cells_hold_several_points_and_are_not_too_many() {
        let (few, _) = cells(&lattice(1), usize::MAX);
        assert_eq!((few.cells.len(), few.most), (128 * 128, 16));
        let (many, frame) = cells(&lattice(8), usize::MAX);
        assert_eq!((many.cells.len(), many.most), (512 * 512, 8));
        assert!((3..=8).contains(&width(many.place(many.cells[0].at, &frame))));
        let (bounded, _) = cells(&lattice(8), 100_000);
        assert_eq!((bounded.cells.len(), bounded.most), (256 * 256, 32));
    }

    #[test]
    fn few_cells_are_large_enough_to_be_seen() {
        let (few, frame) = cells(&[[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]], usize::MAX);
        assert_eq!(few.cells.iter().map(|cell| cell.counts).collect::<Vec<_>>(), [[1, 0], [0, 2]]);
        for cell in &few.cells {
            assert!((24..=27).contains(&width(few.place(cell.at, &frame))));
        }
    }

    #[test]
    fn a_cell_on_the_side_of_the_panel_is_cut_there() {
        let frame = Frame::new(Bounds { min: [0.0; 2], max: [1.0; 2] }, 3, 100.0, false);
        let [left, top, right, bottom] = frame.panel();
        let all =
            Cells { cells: Vec::new(), side: f64::MAX / 4.0, most: 1 }.place([-5, -5], &frame);
        assert!(all[0].0 >= frame.at([left, top]).0 && all[1].1 <= frame.at([right, bottom]).1 + 1);
    }

    #[test]
    fn the_scale_is_logarithmic() {
        let cells = Cells::with_most(10_000);
        let shades = [1, 10, 100, 10_000].map(|number| cells.shade(number));
        for (shade, expected) in shades.into_iter().zip([0.0, 0.25, 0.5, 1.0]) {
            assert!((shade - expected).abs() < 1e-12);
        }
        assert_eq!(Cells::with_most(1).shade(1), 0.0);
    }
}
