//! Builds the tree: splits cells until each has few edges.
//!
//! A split costs memory: an edge that crosses several children is stored in each of them. So every
//! cell has a budget of extra entries. Without it, many edges at the same place would be split down
//! to the smallest cells. How one cell is split does not belong here; see `share.rs`.
//!
//! With many edges, the top of the tree is built first. It postpones small cells, and threads then
//! build these as separate pieces. The result is the same for any number of threads.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::frame::{CHILDREN, side};
use super::half_planes::{LeafCell, LeafEdges};
use super::share::{List, POLL_EVERY_EDGES, Sharing, Source, Split, to_f64};
use super::tree::{Entry, Tree};
use super::word::{
    NONE, four_half_planes_word, leaf_word, node_word, settled, two_half_planes_word,
};
use crate::ablate::{Shortcut, is_on};
use crate::error::Error;
use crate::geometry::Point;
use crate::machine::share_out;

/// A cell of at most this many edges is never split. So few are fast to cross.
const MAX_LEAF_EDGES: usize = 4;

/// A cell of at most this many edges is not split if half-planes answer for it. This happens where
/// polygons share edges: if two polygons share each edge, 8 edges are only 4 distinct ones.
const MAX_SHARED_EDGES: usize = 8;

// The budget of extra entries for the whole tree: 8 per edge, plus min(24 per edge, 2^20), plus
// 512. An entry is a cell, a cover, or a polygon or an edge in a cell. The polygons and edges of
// the input are not counted.

/// Extra entries per edge, for any number of edges.
const ENTRIES_PER_EDGE: u64 = 8;

/// More extra entries per edge, for inputs of few edges, where the memory is small anyway.
const MORE_PER_EDGE: u64 = 24;

/// Limit of [`MORE_PER_EDGE`] in all: 2^20 entries.
const MAX_MORE: u64 = 1 << 20;

/// Extra entries that even the smallest input may use.
const BASE_ENTRIES: u64 = 512;

/// Least number of edges for which threads build pieces of the tree.
const MANY_EDGES: usize = 1 << 15;

/// About how many edges of a large cell one thread distributes to the children at a time.
const EDGES_PER_TASK: usize = 1 << 12;

/// A cell is postponed as a piece of its own once its list is at most 1/64 of the whole input.
const PIECE_DIVISOR: usize = 64;

/// A cell that is to be split or to become a leaf.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// The lower left corner, in units.
    at: Point,
    level: u32,
    /// The lowest rank that covers the cell, or [`NONE`].
    cover: u32,
    /// Budget of extra entries for the tree below the cell.
    budget: u64,
}

impl Cell {
    /// Returns a child, with the cover and the budget of its parent.
    fn child(&self, child: usize) -> Self {
        let side = side(self.level + 1);
        let at = [self.at[0] + to_f64(child % 4) * side, self.at[1] + to_f64(child / 4) * side];
        Self { at, level: self.level + 1, ..*self }
    }
}

/// A postponed cell, and the slot that gets its word.
struct PostponedCell {
    slot: usize,
    cell: Cell,
    list: List,
}

/// Builds the tree of all edges in `list`. Also returns the two words of the root: that in the
/// place of [`Tree::next`], and that in the place of [`Tree::best`].
///
/// # Errors
/// Returns the error of `poll`, which is called regularly, or [`Error::WorkerPanicked`] if a thread
/// panicked.
pub(super) fn build<E: From<Error>>(
    source: Source<'_>,
    list: List,
    workers: Option<NonZeroUsize>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(Tree, [u32; 2]), E> {
    let edges = list.edges.len() as u64;
    let budget = edges * ENTRIES_PER_EDGE + (edges * MORE_PER_EDGE).min(MAX_MORE) + BASE_ENTRIES;
    let root = Cell { at: [0.0; 2], level: 0, cover: NONE, budget };
    let is_large = list.edges.len() >= MANY_EDGES;
    let small = if is_large { list.size() / PIECE_DIVISOR } else { 0 };
    let mut result = Ok(());
    let mut go_on = || {
        if result.is_ok() {
            result = poll();
        }
        result.is_ok()
    };
    let mut top = TreeBuilder { workers, ..TreeBuilder::new(source, small, &mut go_on) };
    let words = top.add_cell(root, list, None);
    let TreeBuilder { mut tree, postponed, result: shared, .. } = top;
    result?;
    shared?;
    let mut pieces: Vec<Option<(Tree, [u32; 2])>> = Vec::new();
    pieces.resize_with(postponed.len(), || None);
    let slots: Vec<usize> = postponed.iter().map(|postponed| postponed.slot).collect();
    share_out(
        postponed.into_iter().zip(&mut pieces),
        workers,
        &mut poll,
        |(postponed, piece), go_on| {
            let PostponedCell { cell, list, .. } = postponed;
            let mut builder = TreeBuilder::new(source, 0, go_on);
            let words = builder.add_cell(cell, list, None);
            *piece = Some((builder.tree, words));
        },
    )?;
    let pieces: Vec<_> = pieces.into_iter().flatten().collect();
    tree.reserve(pieces.iter().map(|(piece, _)| piece));
    for (slot, (piece, words)) in slots.into_iter().zip(pieces) {
        poll()?;
        let words = tree.append(&piece, words);
        (tree.next.to_mut()[slot], tree.best.to_mut()[slot]) = (words[0], words[1]);
    }
    Ok((tree, words))
}

/// Builds a tree, or a piece of one, from the top down.
struct TreeBuilder<'a> {
    source: Source<'a>,
    /// Postpone cells whose lists have at most this size.
    small: usize,
    max_level: u32,
    postponed: Vec<PostponedCell>,
    tree: Tree,
    go_on: &'a mut dyn FnMut() -> bool,
    /// Edges processed since the last call of `go_on`.
    work: usize,
    /// Whether every call of `go_on` returned true.
    goes_on: bool,
    /// Threads for distributing the edges of a large cell.
    workers: Option<NonZeroUsize>,
    /// The error of these threads, if any.
    result: Result<(), Error>,
}

impl<'a> TreeBuilder<'a> {
    fn new(source: Source<'a>, small: usize, go_on: &'a mut dyn FnMut() -> bool) -> Self {
        let max_level = source.frame.max_level();
        let (postponed, tree) = (Vec::new(), Tree::default());
        let (workers, result) = (Some(NonZeroUsize::MIN), Ok(()));
        Self {
            source,
            small,
            max_level,
            postponed,
            tree,
            go_on,
            work: 0,
            goes_on: true,
            workers,
            result,
        }
    }

    /// Adds a cell to the tree. Returns its words in [`Tree::next`] and in [`Tree::best`].
    fn add_cell(&mut self, cell: Cell, list: List, slot: Option<usize>) -> [u32; 2] {
        let of_cover = settled(cell.cover);
        let Some(best) = list.items.first().map(|item| item.rank) else {
            return [of_cover; 2];
        };
        if let Some(slot) = slot
            && list.size() <= self.small
            && list.edges.len() > MAX_LEAF_EDGES
        {
            self.postponed.push(PostponedCell { slot, cell, list });
            return [of_cover; 2];
        }
        let [word, of_best] = self.split(cell, list);
        // If no edge has a lower rank than the cover, the cover is the best everywhere in the cell.
        [word, if best >= cell.cover { of_cover } else { of_best }]
    }

    /// Splits a cell that has edges, or makes it a leaf. Returns its words in [`Tree::next`] and in
    /// [`Tree::best`].
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    fn split(&mut self, cell: Cell, list: List) -> [u32; 2] {
        let is_small = list.edges.len() <= MAX_LEAF_EDGES;
        if is_small || cell.level == self.max_level || !self.goes_on {
            return self.leaf(cell, &list, None);
        }
        if list.edges.len() <= MAX_SHARED_EDGES
            && let Some(half_planes) = self.half_planes(&self.leaf_cell(cell), &list)
        {
            return self.leaf(cell, &list, Some(half_planes));
        }
        let split = self.share(cell, &list);
        let sizes = split.children.each_ref().map(List::size);
        let total: usize = sizes.iter().sum();
        let covers: usize = split.covers.iter().map(Vec::len).sum();
        let more = (total + covers + CHILDREN).saturating_sub(list.size()) as u64;
        if more > cell.budget {
            return self.leaf(cell, &list, None);
        }
        drop(list);
        let left = cell.budget - more;
        let first = self.tree.next.len();
        for covers in &split.covers {
            self.tree.covers.to_mut().extend(covers);
            self.tree.cover_ends.to_mut().push(self.tree.covers.len() as u32);
        }
        self.tree.next.to_mut().resize(first + CHILDREN, 0);
        self.tree.best.to_mut().resize(first + CHILDREN, 0);
        let lists = split.children.into_iter().zip(split.covers);
        for (child, (list, covers)) in lists.enumerate() {
            let slot = first + child;
            let cover = covers.first().map_or(cell.cover, |&cover| cover.min(cell.cover));
            drop(covers);
            let budget = left * sizes[child] as u64 / (total as u64).max(1);
            let cell = Cell { cover, budget, ..cell.child(child) };
            let [next, best] = self.add_cell(cell, list, Some(slot));
            (self.tree.next.to_mut()[slot], self.tree.best.to_mut()[slot]) = (next, best);
        }
        [node_word(first / CHILDREN); 2]
    }

    /// Distributes the edges of a cell to its children. Uses several threads if there are many
    /// edges.
    fn share(&mut self, cell: Cell, list: &List) -> Split {
        let sharing = Sharing::of(self.source, cell.at, cell.level);
        if self.small == 0 || list.edges.len() < 2 * EDGES_PER_TASK {
            self.still_goes_on(list.size());
            return sharing.share(list.rows(), &mut || self.still_goes_on(POLL_EVERY_EDGES));
        }
        let pieces = list.pieces(EDGES_PER_TASK);
        let mut splits: Vec<Option<Split>> = Vec::new();
        splits.resize_with(pieces.len(), || None);
        // If `go_on` returns false, its owner knows the real error. The error here stands in for
        // it, and is real only if a thread panicked.
        let poll = || if (self.go_on)() { Ok(()) } else { Err(Error::WorkerPanicked) };
        let work = |(rows, split): (Range<usize>, &mut Option<Split>),
                    go_on: &mut dyn FnMut() -> bool| {
            *split = Some(sharing.share(list.rows_of(rows), go_on));
        };
        let shared = share_out(pieces.into_iter().zip(&mut splits), self.workers, poll, work);
        self.goes_on &= shared.is_ok();
        self.result = std::mem::replace(&mut self.result, Ok(())).and(shared);
        let mut splits = splits.into_iter().flatten();
        let mut all = splits.next().unwrap_or_default();
        splits.for_each(|split| all.append(&split));
        all
    }

    /// Counts processed edges, calls `go_on` regularly, and returns whether to go on.
    fn still_goes_on(&mut self, edges: usize) -> bool {
        self.work += 1 + edges;
        if self.work > POLL_EVERY_EDGES {
            self.work = 0;
            self.goes_on = self.goes_on && (self.go_on)();
        }
        self.goes_on
    }

    /// Returns the cell as a leaf.
    fn leaf_cell(&self, cell: Cell) -> LeafCell {
        let Cell { at, level, cover, .. } = cell;
        let corner = self.source.frame.corner(at.map(|v| v + side(level)));
        LeafCell { at, level, corner, cover }
    }

    /// Adds a leaf. Returns its words in [`Tree::next`] and in [`Tree::best`]. `lines` is the word
    /// of its half-planes, if they were added before.
    fn leaf(&mut self, cell: Cell, list: &List, half_planes: Option<u32>) -> [u32; 2] {
        let leaf_cell = self.leaf_cell(cell);
        let entries = list.rows().flat_map(|(item, edges)| {
            // Consecutive edges form one chain.
            let chains = edges.chunk_by(|&a, &b| a + 1 == b).enumerate();
            chains.map(move |(i, chain)| Entry {
                rank: item.rank,
                is_inside: item.is_inside && i == 0,
                is_first: i == 0,
                start: chain[0] as usize,
                count: chain.len(),
            })
        });
        let word = leaf_word(self.tree.add_leaf(cell.cover, leaf_cell.corner, entries));
        [word, half_planes.or_else(|| self.half_planes(&leaf_cell, list)).unwrap_or(word)]
    }

    /// Adds the half-planes of a leaf and returns their word. Returns `None` if the leaf does not
    /// qualify.
    fn half_planes(&mut self, cell: &LeafCell, list: &List) -> Option<u32> {
        let Source { frame, vertices, .. } = self.source;
        let mut leaf_edges = LeafEdges::new();
        for (item, edges) in list.rows().take_while(|(item, _)| item.rank < cell.cover) {
            let edges = edges.iter().map(|&edge| edge as usize);
            leaf_edges.push(
                item.rank,
                item.is_inside,
                edges.map(|i| [vertices[i], vertices[i + 1]]),
            )?;
        }
        if leaf_edges.edge_count() <= 2 {
            if !is_on(Shortcut::TwoHalfPlanes) {
                return None;
            }
            self.tree.two_half_planes.to_mut().push(leaf_edges.two_half_planes(frame, cell)?);
            Some(two_half_planes_word(self.tree.two_half_planes.len() - 1))
        } else if list.edges.len() <= leaf_edges.edge_count() || !is_on(Shortcut::FourHalfPlanes) {
            None // without shared edges, the memory for four lines does not pay
        } else {
            self.tree.four_half_planes.to_mut().push(leaf_edges.four_half_planes(frame, cell)?);
            Some(four_half_planes_word(self.tree.four_half_planes.len() - 1))
        }
    }
}
