//! Distributes the edges of a cell to its sixteen children: one split of the tree.
//!
//! Most edges are short and lie in one child. The whole numbers of [`Extent`] tell this, and which
//! child it is. An edge that lies in several columns and rows is clipped to each row.
//!
//! Whether to split a cell does not belong here; see `build.rs`.

use super::extent::{Extent, MAX_EXTENT_LEVEL, Span};
use super::frame::{CHILDREN, Frame, STEP, side};
use super::list::{Item, List};
use super::path::crossed;
use crate::geometry::Point;

/// Edges to process between two questions whether to go on.
pub(super) const POLL_EVERY_EDGES: usize = 1 << 14;

/// The input of the build, common to all cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) frame: &'a Frame,
    /// The vertices of all rings. Each ring is closed: it repeats its first vertex at its end.
    pub(super) vertices: &'a [Point],
    /// The box of each edge, by the index of its first vertex.
    pub(super) extents: &'a [Extent],
}

impl Source<'_> {
    /// Returns the ends of an edge.
    pub(super) fn ends(&self, edge: u32) -> [Point; 2] {
        let edge = edge as usize;
        [self.vertices[edge], self.vertices[edge + 1]]
    }
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
    pub(super) fn append(&mut self, next: &Self) {
        for (list, next) in self.children.iter_mut().zip(&next.children) {
            list.append(next);
        }
        for (covers, next) in self.covers.iter_mut().zip(&next.covers) {
            next.iter().for_each(|&rank| push_cover(covers, rank));
        }
    }

    /// Empties all lists and keeps their memory.
    pub(super) fn clear(&mut self) {
        self.children.iter_mut().for_each(List::clear);
        self.covers.iter_mut().for_each(Vec::clear);
    }
}

/// Distributes the edges of one cell to its children.
pub(super) struct Sharing<'a> {
    source: Source<'a>,
    /// The lower left corner of the cell, in units.
    at: Point,
    /// The side of a child, in units.
    side: f64,
    /// 1 / `side`. It is exact, because the side is a power of two.
    scale: f64,
    slack: f64,
    /// The right sides of the columns, and the upper sides of the rows, as coordinates.
    corners: [[f64; 4]; 2],
    /// Bits of a number in an [`Extent`] below its column or row.
    shift: u32,
    /// Column and row of the first child, among all cells of its level.
    first: [u32; 2],
    /// Whether the children are too small for [`Source::extents`].
    is_deep: bool,
}

impl<'a> Sharing<'a> {
    /// Prepares for the cell with this lower left corner, in units, and this level.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cell's number
    pub(super) fn of(source: Source<'a>, at: Point, level: u32) -> Self {
        let level = level + 1;
        let side = side(level);
        let scale = side.recip();
        let corners =
            [0, 1, 2, 3].map(|i| source.frame.corner(at.map(|v| v + side * to_f64(i + 1))));
        let corners = [0, 1].map(|axis| corners.map(|corner| corner[axis]));
        let is_deep = level > MAX_EXTENT_LEVEL;
        let (shift, first) = if is_deep {
            (0, [0; 2])
        } else {
            (u32::BITS - STEP * level, at.map(|v| (v * scale) as u32))
        };
        let slack = source.frame.slack();
        Self { source, at, side, scale, slack, corners, shift, first, is_deep }
    }

    /// Distributes the edges of some parts to the lists of `split`. Asks `go_on` regularly, and
    /// stops with an incomplete result once it returns false.
    pub(super) fn share<'l>(
        &self,
        rows: impl Iterator<Item = (Item, &'l [u32])>,
        split: &mut Split,
        go_on: &mut dyn FnMut() -> bool,
    ) {
        let mut work = 0;
        for (item, edges) in rows {
            let (mut touched, mut inside) = (0, if item.is_inside { u16::MAX } else { 0 });
            for edges in edges.chunks(POLL_EVERY_EDGES) {
                work += 1 + edges.len();
                if work > POLL_EVERY_EDGES {
                    work = 0;
                    if !go_on() {
                        return;
                    }
                }
                for &edge in edges {
                    let extent = self.extent(edge);
                    if let Some(child) = self.only_child(extent) {
                        touched |= 1 << child;
                        split.children[child].edges.push(edge);
                        continue;
                    }
                    let [columns, rows] = self.spans(extent);
                    let bits = self.touched(edge, columns, rows);
                    if columns.last > 3 || rows.first < rows.last {
                        inside ^= crossed(self.source.ends(edge), &self.corners, columns, rows);
                    }
                    touched |= bits;
                    each_bit(bits, |child| split.children[child].edges.push(edge));
                }
            }
            each_bit(touched, |child| {
                split.children[child].end_part(item.rank, inside >> child & 1 == 1);
            });
            each_bit(inside & !touched, |child| push_cover(&mut split.covers[child], item.rank));
        }
    }

    /// Returns the box of an edge.
    fn extent(&self, edge: u32) -> Extent {
        if self.is_deep {
            let ends = self.source.ends(edge).map(|end| self.source.frame.units(end));
            Extent::from(ends, self.slack, self.at, self.scale)
        } else {
            self.source.extents[edge as usize]
        }
    }

    /// Returns the child that the box is in, if it is in one. The path from the corner of the cell
    /// to that of any child is then apart from the edge.
    fn only_child(&self, Extent { low, high }: Extent) -> Option<usize> {
        let is_one = ((low[0] ^ high[0]) | (low[1] ^ high[1])) >> self.shift == 0;
        let [column, row] = low.map(|v| (v >> self.shift) as usize % 4);
        is_one.then_some(4 * row + column)
    }

    /// Returns the columns and the rows that the box touches. It must touch the cell.
    fn spans(&self, Extent { low, high }: Extent) -> [Span; 2] {
        let of = |v: u32, axis: usize| (v >> self.shift).saturating_sub(self.first[axis]) as usize;
        [0, 1].map(|axis| Span { first: of(low[axis], axis), last: of(high[axis], axis).min(4) })
    }

    /// Returns a bit for each child that the edge touches.
    fn touched(&self, edge: u32, columns: Span, rows: Span) -> u16 {
        let in_row = bits(columns.first, columns.last_within());
        if columns.is_one() || rows.is_one() {
            // A row is four bits.
            return in_row * (0x1111 & bits(4 * rows.first, 4 * rows.last_within()));
        }
        let [a, b] = self.source.ends(edge).map(|end| self.source.frame.units(end));
        let along = [b[0] - a[0], b[1] - a[1]];
        // If this is NaN or infinite, the edge is practically level. It then touches all of
        // `columns`.
        let per_row = along[1].recip();
        let mut touched = 0;
        for row in rows.first..=rows.last_within() {
            let mut in_row = in_row;
            if along[1] != 0.0 {
                // Clip the edge to the row: x where it enters and where it leaves.
                let low = self.at[1] + to_f64(row) * self.side - self.slack;
                let x = [low, low + self.side + 2.0 * self.slack]
                    .map(|y| a[0] + ((y - a[1]) * per_row).clamp(0.0, 1.0) * along[0]);
                in_row &= self.columns(x[0].min(x[1]), x[0].max(x[1]));
            }
            touched |= in_row << (4 * row);
        }
        touched
    }

    /// Returns a bit for each column that an interval touches.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..4
    fn columns(&self, low: f64, high: f64) -> u16 {
        let [low, high] =
            [low - self.slack, high + self.slack].map(|v| (v - self.at[0]) * self.scale);
        if low >= 4.0 || high < 0.0 {
            return 0;
        }
        bits(low as usize, if high < 3.0 { high as usize } else { 3 })
    }
}

/// Returns the bits from `first` to `last`.
fn bits(first: usize, last: usize) -> u16 {
    (2 << last) - (1 << first)
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
