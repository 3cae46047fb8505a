//! Checks the cells of a loaded matcher: every reference must lead to something that exists.
//!
//! A file may be wrong: a word may refer to a missing node, leaf or polygon, or the tree may be
//! deeper than a coordinate in units has bits. Rust checks every index, so such a tree cannot
//! corrupt memory. But a lookup in it would panic, or run for a time that grows with the size of
//! the file.

use super::frame::{BITS, CHILDREN, STEP};
use super::lookup::Cells;
use super::tree::{ENTRY, HEAD, Tree};
use super::word::{NONE, UNSURE};

/// Deepest level of the tree: each level uses [`STEP`] of the [`BITS`] of a coordinate in units.
const MAX_DEPTH: u32 = BITS / STEP;

/// The kinds of words, by their highest three bits. Each of the first three kinds has two values of
/// these bits; the constant is the lower one.
const SETTLED: usize = 0;
const LEAF: usize = 2;
const NODE: usize = 4;
const TWO_HALF_PLANES: usize = 6;
const FOUR_HALF_PLANES: usize = 7;

/// Returns the kind of a word, and its number. The kind of the next word is hard to predict, so
/// this reads a table instead of branching.
fn read(word: u32) -> (usize, usize) {
    const KINDS: [usize; 8] =
        [SETTLED, SETTLED, LEAF, LEAF, NODE, NODE, TWO_HALF_PLANES, FOUR_HALF_PLANES];
    let kind = KINDS[(word >> 29) as usize];
    let bits = if kind < TWO_HALF_PLANES { 30 } else { 29 };
    (kind, word as usize & ((1 << bits) - 1))
}

/// The targets that words may refer to.
struct Words<'a> {
    next: &'a [u32],
    best: &'a [u32],
    /// A bit for each position in `Tree::leaves`, set where a leaf starts.
    starts: Vec<u64>,
    /// For each kind of word, the lowest number that is too large.
    ends: [usize; 8],
}

impl Cells {
    /// Whether every word refers to something that exists. `sites` is the number of polygons.
    pub(super) fn is_sound(&self, sites: usize) -> bool {
        let Self { vertices, tree, root, table, table_level, .. } = self;
        let Tree { next, best, two_half_planes, four_half_planes, covers, cover_ends, leaves } =
            tree;
        let Some(starts) = starts_of(leaves, sites, vertices.len()) else { return false };
        let mut ends = [0; 8];
        ends[SETTLED] = (sites + 1).min(1 << 30); // a number is 1 + a rank, or 0
        ends[LEAF] = leaves.len();
        ends[NODE] = next.len() / CHILDREN;
        ends[TWO_HALF_PLANES] = two_half_planes.len();
        ends[FOUR_HALF_PLANES] = four_half_planes.len();
        let words = Words { next, best, starts, ends };
        let faces = two_half_planes.iter().flat_map(|two| &two.faces);
        let faces = faces.chain(four_half_planes.iter().flat_map(|four| &four.faces));
        let is_face = |&word: &u32| word == UNSURE || words.is_settled(word);
        covers_are_sound(covers, cover_ends, sites)
            && cover_ends.len() == next.len()
            && faces.fold(true, |all, word| all & is_face(word))
            && words.are_sound(*root)
            && words.has_table(*root, *table_level, table)
    }
}

/// Returns where leaves start, one bit for each position. Returns `None` if the leaves do not
/// follow each other without gaps, or refer to missing polygons or vertices.
fn starts_of(leaves: &[u32], sites: usize, vertices: usize) -> Option<Vec<u64>> {
    let is_rank = |rank: u32| (rank as usize) < sites;
    let mut starts = vec![0_u64; leaves.len().div_ceil(64)];
    let mut at = 0;
    while at < leaves.len() {
        let &[.., cover, count] = leaves.get(at..at + HEAD)?.first_chunk::<HEAD>()?;
        let end = (count as usize).checked_mul(ENTRY)?.checked_add(at + HEAD)?;
        let (entries, _) = leaves.get(at + HEAD..end)?.as_chunks::<ENTRY>();
        let has_edges = |&[rank, start, count]: &[u32; ENTRY]| {
            is_rank(rank) & (start as usize + (count as usize >> 2) < vertices)
        };
        let is_sound = (cover == NONE || is_rank(cover)) && count > 0;
        if !(is_sound && entries.iter().fold(true, |all, entry| all & has_edges(entry))) {
            return None;
        }
        starts[at / 64] |= 1 << (at % 64);
        at = end;
    }
    Some(starts)
}

/// Whether all covers are ranks of polygons, and all ends are in order and within `covers`.
fn covers_are_sound(covers: &[u32], ends: &[u32], sites: usize) -> bool {
    let are_ranks = covers.iter().fold(true, |all, &rank| all & ((rank as usize) < sites));
    are_ranks && ends.is_sorted() && ends.last().is_none_or(|&end| end as usize <= covers.len())
}

impl Words<'_> {
    /// Whether the word is that of a settled cell with an existing polygon, or with none.
    fn is_settled(&self, word: u32) -> bool {
        // The kind bits of a settled cell are 0, so the word is its number.
        (word as usize) < self.ends[SETTLED]
    }

    /// Whether a word is valid in [`Tree::next`].
    fn is_next(&self, word: u32) -> bool {
        let (kind, number) = read(word);
        let start = if kind == LEAF { number.min(self.ends[LEAF]) } else { 0 };
        let bits = self.starts.get(start / 64).copied().unwrap_or(0);
        (kind < TWO_HALF_PLANES)
            & (number < self.ends[kind])
            & ((kind != LEAF) | (bits >> (start % 64) & 1 == 1))
    }

    /// Whether a word is valid in [`Tree::best`] for a cell whose word in [`Tree::next`] is `next`.
    /// Half-planes need a leaf there, as the fallback for points that they do not answer.
    fn is_best(&self, next: u32, word: u32) -> bool {
        let (kind, number) = read(word);
        let is_in_place = (kind == SETTLED) | ((kind >= TWO_HALF_PLANES) & (read(next).0 == LEAF));
        (word == next) | (is_in_place & (number < self.ends[kind]))
    }

    /// Whether all words of the tree are valid, and no path from the root is longer than
    /// [`MAX_DEPTH`]. To bound the depth in one pass, a node must come before its children, and
    /// must have at most one parent.
    fn are_sound(&self, root: u32) -> bool {
        let Self { next, best, .. } = self;
        if !next.len().is_multiple_of(CHILDREN) || best.len() != next.len() || !self.is_next(root) {
            return false;
        }
        let words = || next.iter().zip(best.iter());
        if !words()
            .fold(true, |all, (&word, &best)| all & self.is_next(word) & self.is_best(word, best))
        {
            return false;
        }
        let mut depths = vec![0_u32; self.ends[NODE]];
        if let (NODE, node) = read(root) {
            depths[node] = 1;
        }
        for (slot, &word) in next.iter().enumerate() {
            if let (NODE, node) = read(word) {
                let parent = slot / CHILDREN;
                if node <= parent || depths[node] > 0 || depths[parent] >= MAX_DEPTH {
                    return false;
                }
                // A node that the root does not lead to has depth 0. No lookup reaches it.
                depths[node] = depths[parent] + 1;
            }
        }
        true
    }

    /// Whether the table of a level has the right size, and a valid word for each cell of that
    /// level.
    fn has_table(&self, root: u32, level: u32, table: &[u32]) -> bool {
        let Some((&outside, table)) = table.split_last() else { return false };
        CHILDREN.checked_pow(level) == Some(table.len())
            && outside == 0
            && self.has_best(root, table)
    }

    /// Whether `words` are valid words of [`Tree::best`] for the descendants of a cell, all of one
    /// level. `next` is the word of the cell.
    fn has_best(&self, next: u32, words: &[u32]) -> bool {
        match read(next) {
            (NODE, node) if words.len() > 1 => {
                let children = &self.next[node * CHILDREN..][..CHILDREN];
                let words = words.chunks(words.len() / CHILDREN);
                children.iter().zip(words).all(|(&next, words)| self.has_best(next, words))
            }
            _ => words.iter().fold(true, |all, &word| all & self.is_best(next, word)),
        }
    }
}
