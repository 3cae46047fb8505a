//! The tree of cells as flat arrays of whole numbers.
//!
//! A *word* says what is at a cell: in its two highest bits, or three, the kind, in the others a number.

use super::lines::{Four, Two, UNSURE};
use crate::bytes::Array;
use crate::geometry::Point;

/// Children of a cell.
pub(super) const CELLS: usize = 16;

/// No rank.
pub(super) const NONE: u32 = u32::MAX;

/// As many numbers as a word has room for, and as one for lines has.
pub(super) const NUMBERS: usize = 1 << 30;
const NUMBERS_OF_LINES: usize = 1 << 29;

/// Words of a leaf before its entries, and of each entry.
pub(super) const HEAD: usize = 6;
pub(super) const ENTRY: usize = 3;

/// What is at a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No edge: the number is one more than the lowest rank that covers the cell, or 0.
    Settled,
    /// Edges: the number is where the leaf begins.
    Leaf,
    /// Children: the number is their node's.
    Node,
    /// A leaf that lines answer for, where the best alone is asked for: the number is theirs.
    Two,
    Four,
}

#[inline(always)]
pub(super) fn kind(word: u32) -> Kind {
    match word >> 29 {
        0 | 1 => Kind::Settled,
        2 | 3 => Kind::Leaf,
        4 | 5 => Kind::Node,
        6 => Kind::Two,
        _ => Kind::Four,
    }
}

#[inline(always)]
pub(super) fn number(word: u32) -> usize {
    let is_of_lines = word >> 30 == 3;
    word as usize & if is_of_lines { NUMBERS_OF_LINES - 1 } else { NUMBERS - 1 }
}

/// The word of a cell without edges, by the lowest rank that covers it, or [`NONE`].
pub(super) fn settled(cover: u32) -> u32 {
    cover.wrapping_add(1)
}

// Numbers that have no room make a tree that `is_sound` refuses.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn leaf_word(start: usize) -> u32 {
    1 << 30 | start as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn node_word(node: usize) -> u32 {
    2 << 30 | node as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn two_word(two: usize) -> u32 {
    6 << 29 | two as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn four_word(four: usize) -> u32 {
    7 << 29 | four as u32
}

/// The tree, but for its root.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tree {
    /// The words of cells, each in its *slot*: the [`CELLS`] slots of a node's children follow each
    /// other, from left to right and then up.
    pub(super) next: Array<u32>,
    /// The same where the best alone is asked for: a cell whose edges are of higher ranks than the
    /// lowest that covers it is settled, and lines answer for leaves that have few of them.
    pub(super) best: Array<u32>,
    pub(super) twos: Array<Two>,
    pub(super) fours: Array<Four>,
    /// The ranks that cover a slot's cell but not all of its parent, in order, and where they end.
    pub(super) covers: Array<u32>,
    pub(super) cover_ends: Array<u32>,
    /// Of each leaf: the bits of its upper right corner, the lowest rank that covers it, the number
    /// of its entries, and these.
    pub(super) leaves: Array<u32>,
}

/// The tree as a search reads it.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeView<'a> {
    pub(super) next: &'a [u32],
    pub(super) best: &'a [u32],
    pub(super) twos: &'a [Two],
    pub(super) fours: &'a [Four],
    covers: &'a [u32],
    cover_ends: &'a [u32],
    leaves: &'a [u32],
}

/// A chain of edges of a polygon in a leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) rank: u32,
    /// Its first vertex, and how many edges it has.
    pub(super) start: usize,
    pub(super) count: usize,
    /// Whether it is the first of its polygon in the leaf.
    pub(super) is_first: bool,
    /// Whether the leaf's corner is inside the polygon; false but in the first.
    pub(super) is_inside: bool,
}

/// What a leaf tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) corner: Point,
    pub(super) cover: u32,
    entries: &'a [[u32; ENTRY]],
}

impl Tree {
    /// Adds a leaf; where it begins.
    #[allow(clippy::cast_possible_truncation)] // into halves, and of sizes that `is_sound` bounds
    pub(super) fn add_leaf(
        &mut self,
        cover: u32,
        corner: Point,
        entries: impl Iterator<Item = Entry>,
    ) -> usize {
        let leaves = self.leaves.to_mut();
        let start = leaves.len();
        for bits in corner.map(f64::to_bits) {
            leaves.extend([bits as u32, (bits >> 32) as u32]);
        }
        leaves.extend([cover, 0]);
        for entry in entries {
            let flags = u32::from(entry.is_first) << 1 | u32::from(entry.is_inside);
            let count = (entry.count as u32) << 2;
            leaves.extend([entry.rank, entry.start as u32, count | flags]);
            leaves[start + HEAD - 1] += 1;
        }
        start
    }

    /// What a search reads.
    #[inline(always)]
    pub(super) fn view(&self) -> TreeView<'_> {
        let Self { next, best, twos, fours, covers, cover_ends, leaves } = self;
        TreeView { next, best, twos, fours, covers, cover_ends, leaves }
    }

    /// Makes room for pieces.
    pub(super) fn reserve<'a>(&mut self, pieces: impl Iterator<Item = &'a Self> + Clone) {
        let sum = |len: fn(&Self) -> usize| pieces.clone().map(len).sum();
        self.next.to_mut().reserve_exact(sum(|piece| piece.next.len()));
        self.best.to_mut().reserve_exact(sum(|piece| piece.best.len()));
        self.twos.to_mut().reserve_exact(sum(|piece| piece.twos.len()));
        self.fours.to_mut().reserve_exact(sum(|piece| piece.fours.len()));
        self.covers.to_mut().reserve_exact(sum(|piece| piece.covers.len()));
        self.cover_ends.to_mut().reserve_exact(sum(|piece| piece.cover_ends.len()));
        self.leaves.to_mut().reserve_exact(sum(|piece| piece.leaves.len()));
    }

    /// Adds a piece with these words; the words that they are then.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn append(&mut self, piece: &Self, words: [u32; 2]) -> [u32; 2] {
        let (node, leaf) = ((self.next.len() / CELLS) as u32, self.leaves.len() as u32);
        let (two, four) = (self.twos.len() as u32, self.fours.len() as u32);
        let moved = |&word: &u32| match kind(word) {
            Kind::Settled => word,
            Kind::Leaf => word.wrapping_add(leaf),
            Kind::Node => word.wrapping_add(node),
            Kind::Two => word.wrapping_add(two),
            Kind::Four => word.wrapping_add(four),
        };
        let covers = self.covers.len() as u32;
        self.next.to_mut().extend(piece.next.iter().map(moved));
        self.best.to_mut().extend(piece.best.iter().map(moved));
        self.covers.to_mut().extend_from_slice(&piece.covers);
        self.cover_ends
            .to_mut()
            .extend(piece.cover_ends.iter().map(|end| end.wrapping_add(covers)));
        self.leaves.to_mut().extend_from_slice(&piece.leaves);
        self.twos.to_mut().extend_from_slice(&piece.twos);
        self.fours.to_mut().extend_from_slice(&piece.fours);
        words.map(|word| moved(&word))
    }

    /// Whether there was room for all numbers.
    pub(super) fn is_sound(&self) -> bool {
        let longest = self.next.len().max(self.covers.len()).max(self.leaves.len());
        longest < NUMBERS && self.twos.len().max(self.fours.len()) < NUMBERS_OF_LINES
    }
}

impl<'a> TreeView<'a> {
    /// The word of a leaf or a settled cell as lines answer for a point in units: that of a settled
    /// cell, or [`UNSURE`].
    #[inline(always)]
    pub(super) fn answer(self, word: u32, units: Point) -> u32 {
        match kind(word) {
            Kind::Two => self.twos[number(word)].word(units),
            Kind::Four => self.fours[number(word)].word(units),
            Kind::Leaf => UNSURE,
            _ => word,
        }
    }

    #[inline(always)]
    pub(super) fn leaf(self, start: usize) -> Leaf<'a> {
        let words = &self.leaves[start..];
        let &[a, b, c, d, cover, count] = words.first_chunk().expect("a leaf has a head");
        let value = |low: u32, high: u32| f64::from_bits(u64::from(high) << 32 | u64::from(low));
        let entries = &words[HEAD..HEAD + ENTRY * count as usize];
        Leaf { corner: [value(a, b), value(c, d)], cover, entries: entries.as_chunks().0 }
    }

    /// The ranks that cover a slot's cell but not all of its parent.
    pub(super) fn covers(self, slot: usize) -> &'a [u32] {
        let start = slot.checked_sub(1).map_or(0, |before| self.cover_ends[before]);
        &self.covers[start as usize..self.cover_ends[slot] as usize]
    }
}

impl Leaf<'_> {
    /// Its entries.
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
