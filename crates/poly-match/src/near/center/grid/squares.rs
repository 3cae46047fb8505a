//! [`Grid`]: square cells over the points, and the geometry of a cell.
//!
//! How large the cells are is decided here, and which cells lie within reach of a site. Which cells
//! hold points is `occupancy`'s part.

use crate::geometry::{Bounds, Point};
use crate::rule::Within;
#[cfg(test)]
use crate::testing::reached::{Structure, note};

/// A grid of square cells. One of them is centred on the lowest x and y of all points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    origin: Point,
    side: f64,
    per_unit: f64,
    /// The number of the last column and of the last row.
    last: [u32; 2],
    /// The middle of the columns and of the rows, in sides from the origin, and a distance from it
    /// within which all points on the grid are, and few others.
    middle: [f64; 2],
    half: [f64; 2],
}

/// Points per cell, on average, that are best.
const POINTS_PER_CELL: f64 = 12.0;

/// Fewest points per cell for which making its list pays.
const MIN_POINTS_PER_CELL: f64 = 6.0;

/// Largest number of cells: more would not stay in a cache.
const MAX_CELLS: f64 = (1 << 22) as f64;

/// Most sides of a cell that a distance spans: smaller cells would hardly make shorter lists.
const MAX_PER_DISTANCE: f64 = 12.0;

/// Fewest sides of a cell that a distance spans: larger cells would make much longer lists.
const MIN_PER_DISTANCE: f64 = 1.25;

impl Grid {
    /// Makes a grid with about [`POINTS_PER_CELL`] points per cell, if they are spread evenly.
    /// Returns `None` if the cells would be too large for the distance.
    pub(crate) fn even(bounds: &Bounds, points: usize, near: &Within) -> Option<Self> {
        let [width, height] = extent(bounds);
        #[allow(clippy::cast_precision_loss)]
        let points = points as f64;
        let side = |points_per_cell: f64| {
            let cells = (points / points_per_cell).min(MAX_CELLS);
            // In a narrow grid the number of cells depends on its length alone.
            f64::max((width / cells).sqrt() * height.sqrt(), width.max(height) / cells)
        };
        let largest = near.max_dist() / MIN_PER_DISTANCE;
        if side(MIN_POINTS_PER_CELL) > largest {
            return None;
        }
        let smallest = (near.max_dist() / MAX_PER_DISTANCE).min(width.max(height));
        Self::new(bounds, side(POINTS_PER_CELL).min(largest).max(smallest))
    }

    /// Makes a grid whose cells are just small enough for the distance. It is for points that fill
    /// few of its cells.
    pub(crate) fn suited(bounds: &Bounds, near: &Within) -> Option<Self> {
        Self::new(bounds, near.max_dist() / MIN_PER_DISTANCE)
    }

    fn new(bounds: &Bounds, side: f64) -> Option<Self> {
        let per_unit = 1.0 / side;
        // The cell that `place` gives to the highest x or y. One cell more would have no points, and
        // often no site that covers it, so that all sites would be painted.
        let last = extent(bounds).map(|extent| (extent * per_unit).round_ties_even());
        let magnitude = bounds.min.into_iter().chain(bounds.max).fold(0.0, |m, v| v.abs().max(m));
        // Why the first two conditions, which are both false for a side of 0 and for NaN: a cell
        // must be large compared with the last bit of the coordinates, or the slack of `interval`
        // does not cover the rounding of `place`. And squared distances must not underflow to 0, or
        // a site may be near a point that is beyond the distance, and so beyond `reach`.
        let is_sound = side > magnitude * 1e-8
            && side > 1e-150
            && side.is_finite()
            && last[0].max(last[1]) < f64::from(u32::MAX);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in range if sound
        let last = last.map(|last| last as u32);
        #[cfg(test)]
        if is_sound {
            note(Structure::Grid, (last[0].max(last[1]) + 1).ilog2() as usize);
        }
        let middle = last.map(|last| f64::from(last) / 2.0);
        let half = middle.map(|middle| middle + 1.0);
        is_sound.then_some(Self { origin: bounds.min, side, per_unit, last, middle, half })
    }

    pub(crate) fn columns(&self) -> usize {
        self.last[0] as usize + 1
    }

    pub(crate) fn rows(&self) -> usize {
        self.last[1] as usize + 1
    }

    /// Returns the length of the side of a cell.
    pub(crate) fn side(&self) -> f64 {
        self.side
    }

    /// Returns how many sides of a cell the distance spans.
    pub(crate) fn per_distance(&self, near: &Within) -> f64 {
        near.max_dist() * self.per_unit
    }

    /// Returns the column and row of a point, and whether the point is on the grid. The column and
    /// row of a point that is not, or that is not finite, mean nothing.
    #[inline(always)]
    pub(crate) fn place(&self, point: Point) -> (u32, u32, bool) {
        // Adding 2^52 leaves the whole number in the low bits, rounded to nearest. A conversion
        // would have to handle NaN and overflow.
        const ROUND: f64 = (1_u64 << 52) as f64;
        let place = |axis: usize| {
            let sides = (point[axis] - self.origin[axis]) * self.per_unit;
            #[allow(clippy::cast_possible_truncation)] // the low bits
            let place = (sides + ROUND).to_bits() as u32;
            // The first test is false for NaN, and for numbers of which the low bits say nothing.
            let is_close = (sides - self.middle[axis]).abs() <= self.half[axis];
            (place, is_close & (place <= self.last[axis]))
        };
        let ((column, has_column), (row, has_row)) = (place(0), place(1));
        (column, row, has_column & has_row)
    }

    /// Returns an interval that holds the coordinates of all points of a column or row.
    ///
    /// The slack is far above the rounding errors of `place`. These are a few units in the last
    /// place of the coordinates (see `new`) and of the number of cells, which is below 2^32.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn interval(&self, axis: usize, place: usize) -> (f64, f64) {
        const HALF: f64 = 0.5 + 1e-6;
        let at = |sides: f64| self.origin[axis] + sides * self.side;
        (at(place as f64 - HALF), at(place as f64 + HALF))
    }

    /// Returns which columns, or rows, can hold points near a site at `coordinate`. The result is
    /// in sides from the origin: every such column is at least the first number and at most the
    /// second.
    #[inline(always)]
    pub(crate) fn reach(&self, axis: usize, coordinate: f64, near: &Within) -> (f64, f64) {
        // The slack of a whole side is far above all rounding, unless the distance is huge.
        if near.max_dist() > self.side * 1e8 {
            return (0.0, f64::INFINITY);
        }
        let sides = |coordinate: f64| (coordinate - self.origin[axis]) * self.per_unit;
        let (low, high) = (coordinate - near.max_dist(), coordinate + near.max_dist());
        (sides(low) - 1.5, sides(high) + 1.5)
    }
}

/// Returns width and height. They are infinite where the difference of two coordinates overflows.
fn extent(bounds: &Bounds) -> [f64; 2] {
    [0, 1].map(|axis| bounds.max[axis] - bounds.min[axis])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn within(max_dist: f64) -> Within {
        Within::new(max_dist).expect("a legal distance")
    }

    #[test]
    fn a_grid_is_made_where_some_points_share_a_cell() {
        let square = Bounds { min: [0.0, 0.0], max: [100.0, 100.0] };
        let many = Grid::even(&square, 1_200_000, &within(1.0)).expect("12 points to a cell");
        assert!(many.columns() > 300 && many.columns() < 330);
        let all_near = Grid::even(&square, 1_000_000, &within(f64::INFINITY)).expect("a grid");
        assert!(all_near.columns() <= 3, "one cell would do");
        assert!(Grid::even(&square, 1_000_000, &within(0.1)).is_none());
        assert!(Grid::even(&square, 1_000_000, &within(0.0)).is_none());
        let one_place = Bounds { min: [3.0, 3.0], max: [3.0, 3.0] };
        assert!(Grid::even(&one_place, 1_000_000, &within(1.0)).is_none());
        let line = Bounds { min: [0.0, 3.0], max: [100.0, 3.0] };
        let line = Grid::even(&line, 12_000, &within(1.0)).expect("1000 columns and one row");
        assert!(line.columns() > 900 && line.columns() < 1100 && line.rows() == 1);
        let far = Bounds { min: [1e12, 1e12], max: [1e12 + 100.0, 1e12 + 100.0] };
        assert!(
            Grid::even(&far, 1_000_000, &within(1.0)).is_none(),
            "rounding errors would be too large"
        );
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
            let bounds = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
            // A number of points that gives the finest grid.
            let grid = Grid::even(&bounds, usize::MAX >> 12, &within(max_dist * scale));
            if let Some(grid) = grid {
                let (column, row, _) = grid.place(bounds.max);
                prop_assert_eq!([column as usize + 1, row as usize + 1], [grid.columns(), grid.rows()]);
                for point in points {
                    let (column, row, is_on_grid) = grid.place(point);
                    prop_assert!(is_on_grid);
                    for (axis, place) in [(0, column), (1, row)] {
                        let (low, high) = grid.interval(axis, place as usize);
                        prop_assert!(low < point[axis] && point[axis] < high);
                    }
                }
            }
        }

        /// Points that the grid was not made over fall in the cell that holds them, or in none.
        #[test]
        fn a_point_is_on_the_grid_or_not(
            unit in vec([-1.0..1.0, -1.0..1.0], 2..30),
            others in vec([-2.0..2.0, -2.0..2.0], 0..300),
            scale in prop::sample::select(vec![1e-3, 1.0, 1e6, 1e300]),
            max_dist in 0.001..1.0,
            odd in prop::sample::select(vec![f64::NAN, f64::INFINITY, -1e307, 1e18]),
        ) {
            let scaled = |p: &Point| p.map(|v| v * scale);
            let bounds = unit.iter().map(scaled).fold(Bounds::EMPTY, Bounds::including);
            let side = scale * max_dist;
            if let Some(grid) = Grid::new(&bounds, side) {
                let near_edge = |p: &Point| [bounds.min[0] - p[0] * side, bounds.max[1] + p[1] * side];
                let edges = others.iter().map(near_edge);
                for point in others.iter().map(scaled).chain(edges) {
                    let (column, row, is_on_grid) = grid.place(point);
                    let is_inside = (0..2).all(|axis| {
                        bounds.min[axis] <= point[axis] && point[axis] <= bounds.max[axis]
                    });
                    prop_assert!(is_on_grid || !is_inside);
                    let (odd_column, _, is_on_grid_too) = grid.place([odd, point[1]]);
                    if is_on_grid_too {
                        let (low, high) = grid.interval(0, odd_column as usize);
                        prop_assert!(low < odd && odd < high);
                    }
                    for (axis, place) in [(0, column), (1, row)].into_iter().filter(|_| is_on_grid) {
                        prop_assert!(place <= grid.last[axis]);
                        let (low, high) = grid.interval(axis, place as usize);
                        prop_assert!(low < point[axis] && point[axis] < high);
                    }
                }
            }
        }

        #[test]
        fn what_is_near_a_site_is_within_its_reach(
            sites in vec([-1e3..1e3, -1e3..1e3], 1..50),
            off in vec([-1.5..1.5, -1.5..1.5], 50),
            max_dist in prop::sample::select(vec![0.01, 1.0, 1e3, 1e9, 1e17, f64::INFINITY]),
            far in prop::sample::select(vec![0.0, 1e3, 1e17]),
        ) {
            let near = Within::inclusive(max_dist).expect("a legal distance");
            let grid = Grid::new(&Bounds { min: [-9.0, -9.0], max: [9.0, 9.0] }, 0.01)
                .expect("a sound grid");
            for (site, off) in sites.iter().zip(off) {
                let site = site.map(|v: f64| v + far);
                let point: Point = [0, 1].map(|axis: usize| {
                    f64::clamp(site[axis] + off[axis] * max_dist, -9.0, 9.0)
                });
                if near.is_near(site, point) {
                    let (column, row, _) = grid.place(point);
                    for (axis, place) in [(0, column), (1, row)] {
                        let (low, high) = grid.reach(axis, site[axis], &near);
                        prop_assert!(low <= f64::from(place) && f64::from(place) <= high);
                    }
                }
            }
        }
    }
}
