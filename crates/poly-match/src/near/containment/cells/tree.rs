//! The tree of cells as flat arrays of integers.
//!
//! Each cell is a word; see `word.rs`.

use super::frame::CHILDREN;
use super::half_planes::{FourHalfPlanes, TwoHalfPlanes};
use super::list::List;
use super::word::{Kind, NUMBERS, NUMBERS_OF_HALF_PLANES, UNSURE, kind, number};
use crate::bytes::Array;
use crate::geometry::Point;

/// Words in the head of a leaf, before its entries; and words per entry.
pub(super) const HEAD: usize = 6;
pub(super) const ENTRY: usize = 3;

/// All cells except the root.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tree {
    /// The words of all cells, for finding every polygon. The index of a cell is its *slot*. The
    /// [`CHILDREN`] children of a node have consecutive slots, from left to right, then upwards.
    pub(super) next: Array<u32>,
    /// The words of all cells, by slot, for finding only the best polygon. A cell is settled here
    /// if all its edges have higher ranks than its lowest cover. A leaf of few lines has
    /// half-planes here.
    pub(super) best: Array<u32>,
    /// Half-planes of leaves with up to two lines.
    pub(super) two_half_planes: Array<TwoHalfPlanes>,
    /// Half-planes of leaves with up to four lines.
    pub(super) four_half_planes: Array<FourHalfPlanes>,
    /// The ranks that cover a cell but not all of its parent, in ascending order, for all slots.
    pub(super) covers: Array<u32>,
    /// Where the covers of each slot end in `covers`.
    pub(super) cover_ends: Array<u32>,
    /// All leaves, one after the other. A leaf is a head of [`HEAD`] words (the bits of its upper
    /// right corner, the lowest rank that covers it, and its number of entries), then its entries
    /// of [`ENTRY`] words each.
    pub(super) leaves: Array<u32>,
}

/// A view of [`Tree`] for a lookup.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeView<'a> {
    pub(super) next: &'a [u32],
    pub(super) best: &'a [u32],
    pub(super) two_half_planes: &'a [TwoHalfPlanes],
    pub(super) four_half_planes: &'a [FourHalfPlanes],
    covers: &'a [u32],
    cover_ends: &'a [u32],
    leaves: &'a [u32],
}

/// A leaf entry: a chain of consecutive edges of one part of a polygon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) rank: u32,
    /// Index of the first vertex.
    pub(super) start: usize,
    /// Number of edges.
    pub(super) count: usize,
    /// Whether this is the part's first entry in the leaf.
    pub(super) is_first: bool,
    /// Whether the leaf's corner is inside the part. Set only in the part's first entry.
    pub(super) is_inside: bool,
}

/// A leaf, decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    /// The upper right corner of the cell.
    pub(super) corner: Point,
    /// The lowest rank that covers the cell, or `NONE`.
    pub(super) cover: u32,
    entries: &'a [[u32; ENTRY]],
}

impl Tree {
    /// Adds a leaf and returns its start in `leaves`.
    #[allow(clippy::cast_possible_truncation)] // halves of a u64; sizes that `is_sound` bounds
    pub(super) fn add_leaf(&mut self, cover: u32, corner: Point, list: &List) -> usize {
        let leaves = self.leaves.to_mut();
        let start = leaves.len();
        let [x, y] = corner.map(f64::to_bits);
        let corner = [x as u32, (x >> 32) as u32, y as u32, (y >> 32) as u32];
        leaves.reserve(HEAD + ENTRY * list.edges.len());
        leaves.extend_from_slice(&corner);
        leaves.extend_from_slice(&[cover, 0]);
        for (item, edges) in list.rows() {
            let mut flags = 1 << 1 | u32::from(item.is_inside); // of the first entry
            let mut edges = edges.iter().copied();
            let mut next = edges.next();
            while let Some(first) = next {
                // Consecutive edges form one chain.
                let mut count = 1;
                next = edges.next();
                while next == Some(first + count) {
                    count += 1;
                    next = edges.next();
                }
                leaves.extend_from_slice(&[item.rank, first, count << 2 | flags]);
                flags = 0;
            }
        }
        leaves[start + HEAD - 1] = ((leaves.len() - start - HEAD) / ENTRY) as u32;
        start
    }

    /// Sets the words of a slot in `next` and in `best`.
    pub(super) fn set(&mut self, slot: usize, [next, best]: [u32; 2]) {
        self.next.to_mut()[slot] = next;
        self.best.to_mut()[slot] = best;
    }

    /// Returns the view for a lookup.
    #[inline(always)]
    pub(super) fn view(&self) -> TreeView<'_> {
        let Self { next, best, two_half_planes, four_half_planes, covers, cover_ends, leaves } =
            self;
        TreeView { next, best, two_half_planes, four_half_planes, covers, cover_ends, leaves }
    }

    /// Empties the tree and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.next.to_mut().clear();
        self.best.to_mut().clear();
        self.two_half_planes.to_mut().clear();
        self.four_half_planes.to_mut().clear();
        self.covers.to_mut().clear();
        self.cover_ends.to_mut().clear();
        self.leaves.to_mut().clear();
    }

    /// Appends a piece of the tree. `words` are the words of the piece's root; returns what they
    /// become in the whole tree.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn append(&mut self, piece: &Self, words: [u32; 2]) -> [u32; 2] {
        let (node, leaf) = ((self.next.len() / CHILDREN) as u32, self.leaves.len() as u32);
        let (two, four) = (self.two_half_planes.len() as u32, self.four_half_planes.len() as u32);
        let moved = |&word: &u32| match kind(word) {
            Kind::Settled => word,
            Kind::Leaf => word.wrapping_add(leaf),
            Kind::Node => word.wrapping_add(node),
            Kind::TwoHalfPlanes => word.wrapping_add(two),
            Kind::FourHalfPlanes => word.wrapping_add(four),
        };
        let covers = self.covers.len() as u32;
        self.next.to_mut().extend(piece.next.iter().map(moved));
        self.best.to_mut().extend(piece.best.iter().map(moved));
        self.covers.to_mut().extend_from_slice(&piece.covers);
        self.cover_ends
            .to_mut()
            .extend(piece.cover_ends.iter().map(|end| end.wrapping_add(covers)));
        self.leaves.to_mut().extend_from_slice(&piece.leaves);
        self.two_half_planes.to_mut().extend_from_slice(&piece.two_half_planes);
        self.four_half_planes.to_mut().extend_from_slice(&piece.four_half_planes);
        words.map(|word| moved(&word))
    }

    /// Whether all numbers fit into words.
    pub(super) fn is_sound(&self) -> bool {
        let longest = self.next.len().max(self.covers.len()).max(self.leaves.len());
        longest < NUMBERS
            && self.two_half_planes.len().max(self.four_half_planes.len()) < NUMBERS_OF_HALF_PLANES
    }
}

impl<'a> TreeView<'a> {
    /// Answers for a point in units, given the word of its leaf or settled cell in [`Tree::best`].
    /// Returns the word of a settled cell, or [`UNSURE`] if the leaf's edges must be crossed.
    #[inline(always)]
    pub(super) fn answer(self, word: u32, units: Point) -> u32 {
        match kind(word) {
            Kind::TwoHalfPlanes => self.two_half_planes[number(word)].word(units),
            Kind::FourHalfPlanes => self.four_half_planes[number(word)].word(units),
            Kind::Leaf => UNSURE,
            _ => word,
        }
    }

    /// Decodes the leaf that starts here.
    #[inline(always)]
    pub(super) fn leaf(self, start: usize) -> Leaf<'a> {
        let words = &self.leaves[start..];
        let &[a, b, c, d, cover, count] = words.first_chunk().expect("a leaf has a head");
        let value = |low: u32, high: u32| f64::from_bits(u64::from(high) << 32 | u64::from(low));
        let entries = &words[HEAD..HEAD + ENTRY * count as usize];
        Leaf { corner: [value(a, b), value(c, d)], cover, entries: entries.as_chunks().0 }
    }

    /// Returns the ranks that cover a slot's cell but not all of its parent.
    pub(super) fn covers(self, slot: usize) -> &'a [u32] {
        let start = slot.checked_sub(1).map_or(0, |before| self.cover_ends[before]);
        &self.covers[start as usize..self.cover_ends[slot] as usize]
    }
}

impl Leaf<'_> {
    /// Returns the entries, by rank.
    #[inline(always)]
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.entries.iter().map(|&[rank, start, count]| Entry {
            rank,
            start: start as usize,
            count: (count >> 2) as usize,
            is_first: count >> 1 & 1 == 1,
            is_inside: count & 1 == 1,
        })
    }
}
