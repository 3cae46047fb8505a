//! Distributes the edges of a cell to its sixteen children: one split of the tree.
//!
//! Whether to split a cell does not belong here; see `build.rs`.

use std::ops::Range;

use super::frame::{CHILDREN, Frame, side};
use super::path::crossed;
use crate::geometry::Point;

/// Edges to process between two questions whether to go on.
pub(super) const POLL_EVERY_EDGES: usize = 1 << 14;

/// The edges in a cell, grouped by part of a polygon. The edges of a part keep their order.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) items: Vec<Item>,
    /// An edge is stored as the index of its first vertex.
    pub(super) edges: Vec<u32>,
}

/// A part of a polygon with edges in a cell. Parts of one polygon follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// The rank of the polygon.
    pub(super) rank: u32,
    /// End of this part's edges in `List::edges`. They start at the end of the item before.
    end: u32,
    /// Whether the cell's upper right corner is inside the part.
    pub(super) is_inside: bool,
}

impl List {
    /// Adds a part to the list of the root. `edges` are the indices of their first vertices.
    #[allow(clippy::cast_possible_truncation)] // `Cells::new` checks the number of vertices
    pub(super) fn push(&mut self, rank: u32, edges: impl Iterator<Item = u32>) {
        self.edges.extend(edges);
        self.items.push(Item { rank, end: self.edges.len() as u32, is_inside: false });
    }

    /// Number of entries of this list: its parts and its edges.
    pub(super) fn size(&self) -> usize {
        self.items.len() + self.edges.len()
    }

    /// Returns every part with its edges.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Item, &[u32])> {
        self.rows_of(0..self.items.len())
    }

    /// Returns the parts of a range of `items`, each with its edges.
    pub(super) fn rows_of(&self, items: Range<usize>) -> impl Iterator<Item = (Item, &[u32])> {
        let mut start =
            items.start.checked_sub(1).map_or(0, |before| self.items[before].end as usize);
        self.items[items].iter().map(move |&item| {
            let start = std::mem::replace(&mut start, item.end as usize);
            (item, &self.edges[start..item.end as usize])
        })
    }

    /// Splits `items` into consecutive ranges of about `edges` edges each.
    pub(super) fn pieces(&self, edges: usize) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let (mut first, mut start) = (0, 0);
        for (i, item) in self.items.iter().enumerate() {
            if item.end as usize - start >= edges || i + 1 == self.items.len() {
                pieces.push(std::mem::replace(&mut first, i + 1)..i + 1);
                start = item.end as usize;
            }
        }
        pieces
    }
}

/// The input of the build, common to all cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) frame: &'a Frame,
    /// The vertices of all rings. Each ring is closed: it repeats its first vertex at its end.
    pub(super) vertices: &'a [Point],
    /// The same vertices, in units.
    pub(super) units: &'a [Point],
}

/// Converts a column or row from 0 to 4 to a double.
#[allow(clippy::cast_precision_loss)]
pub(super) fn to_f64(i: usize) -> f64 {
    i as f64
}

/// The result of splitting one cell.
#[derive(Default)]
pub(super) struct Split {
    pub(super) children: [List; CHILDREN],
    /// For each child, the ranks that cover it but not the whole cell, in ascending order.
    pub(super) covers: [Vec<u32>; CHILDREN],
}

impl Split {
    /// Appends the split of the next parts, of the same or higher ranks, in the same cell.
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    pub(super) fn append(&mut self, next: &Self) {
        for (list, next) in self.children.iter_mut().zip(&next.children) {
            let before = list.edges.len() as u32;
            list.edges.extend(&next.edges);
            let items = next.items.iter().map(|&item| Item { end: before + item.end, ..item });
            list.items.extend(items);
        }
        for (covers, next) in self.covers.iter_mut().zip(&next.covers) {
            next.iter().for_each(|&rank| push_cover(covers, rank));
        }
    }
}

/// Distributes the edges of one cell to its children.
pub(super) struct Sharing<'a> {
    source: Source<'a>,
    children: Children,
    /// The right sides of the columns, and the upper sides of the rows, as coordinates.
    x: [f64; 4],
    y: [f64; 4],
}

impl<'a> Sharing<'a> {
    /// Prepares for the cell with this lower left corner, in units, and this level.
    pub(super) fn of(source: Source<'a>, at: Point, level: u32) -> Self {
        let side = side(level + 1);
        let corners =
            [0, 1, 2, 3].map(|i| source.frame.corner(at.map(|v| v + side * to_f64(i + 1))));
        let (x, y) = (corners.map(|corner| corner[0]), corners.map(|corner| corner[1]));
        Self { source, children: Children::of(at, side, source.frame.slack()), x, y }
    }

    /// Distributes the edges of some parts. Asks `go_on` regularly, and stops with an incomplete
    /// result once it returns false.
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    pub(super) fn share<'l>(
        &self,
        rows: impl Iterator<Item = (Item, &'l [u32])>,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Split {
        let Source { vertices, units, .. } = self.source;
        let mut split = Split::default();
        let mut work = 0;
        for (item, edges) in rows {
            let (mut touched, mut inside) = (0, if item.is_inside { u16::MAX } else { 0 });
            for edges in edges.chunks(POLL_EVERY_EDGES) {
                work += 1 + edges.len();
                if work > POLL_EVERY_EDGES {
                    work = 0;
                    if !go_on() {
                        return split;
                    }
                }
                for &edge in edges {
                    let i = edge as usize;
                    let bits = self.children.touched(units[i], units[i + 1]);
                    inside ^= crossed(vertices[i], vertices[i + 1], &self.x, &self.y);
                    touched |= bits;
                    each_bit(bits, |child| split.children[child].edges.push(edge));
                }
            }
            each_bit(touched, |child| {
                let list = &mut split.children[child];
                let (end, is_inside) = (list.edges.len() as u32, inside >> child & 1 == 1);
                list.items.push(Item { rank: item.rank, end, is_inside });
            });
            each_bit(inside & !touched, |child| push_cover(&mut split.covers[child], item.rank));
        }
        split
    }
}

/// Adds a rank to the covers of a cell, once if several of its parts cover the cell.
fn push_cover(covers: &mut Vec<u32>, rank: u32) {
    if covers.last() != Some(&rank) {
        covers.push(rank);
    }
}

/// Calls `with` with the number of each bit that is set.
fn each_bit(mut bits: u16, mut with: impl FnMut(usize)) {
    while bits != 0 {
        with(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The 4 by 4 children of a cell, each widened by the slack.
struct Children {
    /// The lower left corner of the cell, in units.
    at: Point,
    /// The side of a child, in units.
    side: f64,
    /// 1 / `side`. It is exact, because the side is a power of two.
    scale: f64,
    slack: f64,
}

impl Children {
    fn of(at: Point, side: f64, slack: f64) -> Self {
        Self { at, side, scale: side.recip(), slack }
    }

    /// Returns a bit for each column (axis 0) or row (axis 1) that an interval touches.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..4
    fn bits(&self, axis: usize, low: f64, high: f64) -> u16 {
        let [low, high] =
            [low - self.slack, high + self.slack].map(|v| (v - self.at[axis]) * self.scale);
        if low >= 4.0 || high < 0.0 {
            return 0;
        }
        (0b1111 << low.max(0.0) as u16) & (0b1111 >> (3 - high.min(3.0) as u16))
    }

    /// Returns a bit for each child that the edge touches.
    fn touched(&self, a: Point, b: Point) -> u16 {
        let columns = self.bits(0, a[0].min(b[0]), a[0].max(b[0]));
        let rows = self.bits(1, a[1].min(b[1]), a[1].max(b[1]));
        let along = [b[0] - a[0], b[1] - a[1]];
        let is_one = columns.is_power_of_two() || rows.is_power_of_two();
        let mut touched = 0;
        // If this is NaN or infinite, the edge is practically level. It then touches all of
        // `columns`.
        let per_row = along[1].recip();
        each_bit(rows, |row| {
            let mut in_row = columns;
            if !is_one && along[1] != 0.0 {
                // Clip the edge to the row: x where it enters and where it leaves.
                let low = self.at[1] + to_f64(row) * self.side - self.slack;
                let x = [low, low + self.side + 2.0 * self.slack]
                    .map(|y| a[0] + ((y - a[1]) * per_row).clamp(0.0, 1.0) * along[0]);
                in_row &= self.bits(0, x[0].min(x[1]), x[0].max(x[1]));
            }
            touched |= in_row << (4 * row);
        });
        touched
    }
}
