//! Which polygon is on top, in a coarse raster of the panel, and where it has room for words.

use std::ops::Range;

use super::frame::{Frame, Pixel};
use super::outline::parts;
use super::scene::Scene;

/// The side of a square of the raster, in shown pixels.
const SIDE: f64 = 2.0;

/// The squares of the panel, each with the polygon that is on top in its middle.
#[derive(Debug)]
pub(super) struct Raster {
    columns: usize,
    /// Row by row from the top.
    on_top: Vec<Option<usize>>,
    /// The left upper corner, in shown pixels.
    corner: [f64; 2],
    /// The squares of each polygon that has any; see [`Seen`].
    seen: Vec<Seen>,
}

/// The squares in which a polygon is on top.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) polygon: usize,
    /// Their number.
    pub(super) squares: usize,
    columns: Range<usize>,
    rows: Range<usize>,
    /// Sums of columns and of rows.
    sums: [usize; 2],
}

impl Raster {
    /// Draws the polygons of a scene in their order.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a page is small
    pub(super) fn of(scene: &Scene<'_>, frame: &Frame) -> Self {
        let [left, top, right, bottom] = frame.panel();
        let [columns, rows] = [right - left, bottom - top].map(|side| (side / SIDE) as usize);
        let on_top = vec![None; columns * rows];
        let mut raster = Self { columns, on_top, corner: [left, top], seen: Vec::new() };
        let (zoom, corner) = (frame.length(SIDE), frame.at([left, top]));
        let square = |(x, y): Pixel| {
            let at = |x: i32, from: i32| (f64::from(x) - f64::from(from)) / f64::from(zoom);
            [at(x, corner.0), at(y, corner.1)]
        };
        for &position in &scene.order {
            for rings in parts(frame, scene.shapes, position) {
                let rings: Vec<Vec<_>> =
                    rings.into_iter().map(|ring| ring.into_iter().map(square).collect()).collect();
                raster.fill(&rings, position);
            }
        }
        raster.seen = raster.count(scene.shapes.len());
        raster
    }

    /// Fills rings by the even-odd rule. Their vertices are in squares from the corner.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the raster
    #[allow(clippy::cast_precision_loss)]
    fn fill(&mut self, rings: &[Vec<[f64; 2]>], polygon: usize) {
        // The first square whose middle is at a coordinate or after it.
        let from = |x: f64, most: usize| (x - 0.5).ceil().clamp(0.0, most as f64) as usize;
        let rows = self.on_top.len() / self.columns.max(1);
        let heights = rings.iter().flatten().map(|vertex| vertex[1]);
        let low = from(heights.clone().fold(f64::INFINITY, f64::min), rows);
        let high = from(heights.fold(f64::NEG_INFINITY, f64::max), rows);
        let mut crossings = vec![Vec::new(); high.saturating_sub(low)];
        for ring in rings {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                let (a, b) = if a[1] <= b[1] { (a, b) } else { (b, a) };
                for row in from(a[1], rows)..from(b[1], rows) {
                    let share = (row as f64 + 0.5 - a[1]) / (b[1] - a[1]);
                    crossings[row - low].push(a[0] + share * (b[0] - a[0]));
                }
            }
        }
        for (row, mut crossings) in (low..).zip(crossings) {
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let [first, last] = [0, 1].map(|i| from(pair[i], self.columns));
                let start = row * self.columns;
                self.on_top[start + first..start + last.max(first)].fill(Some(polygon));
            }
        }
    }

    /// The squares of each polygon that has any, by the polygon.
    fn count(&self, polygons: usize) -> Vec<Seen> {
        let mut seen: Vec<Option<Seen>> = vec![None; polygons];
        for (i, polygon) in self.on_top.iter().enumerate() {
            let Some(polygon) = *polygon else { continue };
            let (column, row) = (i % self.columns, i / self.columns);
            let first =
                Seen { polygon, squares: 0, columns: column..column, rows: row..row, sums: [0; 2] };
            let seen = seen[polygon].get_or_insert(first);
            seen.squares += 1;
            seen.columns = seen.columns.start.min(column)..seen.columns.end.max(column + 1);
            seen.rows = row.min(seen.rows.start)..row + 1;
            seen.sums = [seen.sums[0] + column, seen.sums[1] + row];
        }
        seen.into_iter().flatten().collect()
    }

    /// The squares of each polygon that has any.
    pub(super) fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// The middle of a box of a size in which the polygon is everywhere on top, all in shown pixels. Of
    /// several, it is the one that is nearest to the middle of the polygon.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a page is small
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn room(&self, seen: &Seen, size: [f64; 2]) -> Option<[f64; 2]> {
        let [width, height] = size.map(|side| (side / SIDE).ceil().max(1.0));
        let [wide, high] = [width as usize, height as usize];
        if seen.columns.len() < wide || seen.rows.len() < high {
            return None;
        }
        let middle = seen.sums.map(|sum| sum as f64 / seen.squares as f64 + 0.5);
        let mut best: Option<(f64, [f64; 2])> = None;
        // How many squares of the polygon lie above each other, up to this row.
        let mut above = vec![0; seen.columns.len()];
        for row in seen.rows.clone() {
            let squares = &self.on_top[row * self.columns..][seen.columns.clone()];
            for (above, square) in above.iter_mut().zip(squares) {
                *above = if *square == Some(seen.polygon) { *above + 1 } else { 0 };
            }
            let y = (row + 1) as f64 - height / 2.0;
            let mut first = seen.columns.start;
            for run in above.chunk_by(|a, b| (*a >= high) == (*b >= high)) {
                let last = first + run.len();
                if run[0] >= high && run.len() >= wide {
                    let (low, high) = (first as f64 + width / 2.0, last as f64 - width / 2.0);
                    let x = middle[0].max(low).min(high);
                    let far = (x - middle[0]).hypot(y - middle[1]);
                    if best.is_none_or(|(least, _)| far < least) {
                        best = Some((far, [x, y]));
                    }
                }
                first = last;
            }
        }
        let shown = |[x, y]: [f64; 2]| [self.corner[0] + x * SIDE, self.corner[1] + y * SIDE];
        best.map(|(_, place)| shown(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Place = [f64; 2];

    fn raster(columns: usize, rows: usize) -> Raster {
        let on_top = vec![None; columns * rows];
        Raster { columns, on_top, corner: [100.0, 50.0], seen: Vec::new() }
    }

    fn drawn(raster: &Raster) -> String {
        let letter = |polygon: &Option<usize>| polygon.map_or(".".to_owned(), |p| p.to_string());
        let row = |row: &[Option<usize>]| row.iter().map(letter).collect::<String>();
        raster.on_top.chunks(raster.columns).map(row).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rings_are_filled_by_the_even_odd_rule() {
        let mut raster = raster(6, 4);
        let outer = vec![[-5.0, 0.0], [5.0, 0.0], [5.0, 4.0], [-5.0, 4.0]];
        let hole = vec![[1.0, 1.0], [1.0, 3.0], [3.0, 3.0], [3.0, 1.0]];
        raster.fill(&[outer, hole], 0);
        assert_eq!(drawn(&raster), "00000. 0..00. 0..00. 00000.");
        raster.fill(&[vec![[4.0, -9.0], [99.0, -9.0], [99.0, 2.0], [4.0, 2.0]]], 1);
        assert_eq!(drawn(&raster), "000011 0..011 0..00. 00000.");
        for degenerate in
            [vec![], vec![vec![]], vec![vec![[1.0, 1.0]]], vec![vec![[0.0, 0.0], [9.0, 9.0]]]]
        {
            raster.fill(&degenerate, 2);
        }
        assert_eq!(drawn(&raster), "000011 0..011 0..00. 00000.");
    }

    #[test]
    fn room_is_in_the_middle_of_what_is_seen() {
        let mut raster = raster(20, 10);
        raster.fill(&[vec![[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [0.0, 10.0]]], 0);
        raster.fill(&[vec![[0.0, 3.0], [17.0, 3.0], [17.0, 10.0], [0.0, 10.0]]], 1);
        let seen = raster.count(3);
        assert_eq!(
            seen.iter().map(|s| (s.polygon, s.squares)).collect::<Vec<_>>(),
            [(0, 81), (1, 119)]
        );
        let room = |i: usize, size: Place| raster.room(&seen[i], size.map(|side| side * SIDE));
        assert_eq!(room(1, [5.0, 3.0]), Some([100.0 + 8.5 * SIDE, 50.0 + 6.5 * SIDE]));
        // The first has room above the second, or beside it for what is narrow.
        assert_eq!(room(0, [10.0, 3.0]).map(|place| place[1]), Some(50.0 + 1.5 * SIDE));
        assert_eq!(room(0, [3.0, 10.0]).map(|place| place[0]), Some(100.0 + 18.5 * SIDE));
        assert_eq!((room(0, [10.0, 4.0]), room(1, [18.0, 1.0])), (None, None));
    }
}
