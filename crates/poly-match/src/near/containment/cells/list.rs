//! The edges in a cell, grouped by part of a polygon.

use std::ops::Range;

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
    /// Ends a part: its edges are those that were added to `edges` after the part before.
    #[allow(clippy::cast_possible_truncation)] // `Cells::new` checks the number of vertices
    pub(super) fn end_part(&mut self, rank: u32, is_inside: bool) {
        self.items.push(Item { rank, end: self.edges.len() as u32, is_inside });
    }

    /// Appends the list of the next parts, of the same or higher ranks, in the same cell.
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    pub(super) fn append(&mut self, next: &Self) {
        let before = self.edges.len() as u32;
        self.edges.extend_from_slice(&next.edges);
        self.items.extend(next.items.iter().map(|&item| Item { end: before + item.end, ..item }));
    }

    /// Empties the list and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.edges.clear();
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
