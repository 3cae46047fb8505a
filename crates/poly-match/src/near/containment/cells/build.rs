//! Builds the tree: splits cells until each has few edges.
//!
//! A split costs memory: an edge that crosses several children is stored in each of them. So every
//! cell has a budget of extra entries. Without it, many edges at the same place would be split down
//! to the smallest cells. How one cell is split does not belong here; see `share.rs`.
//!
//! With many edges, the top of the tree is built first. It postpones small cells, and threads then
//! build these as separate pieces, some at a time, which are appended in order. One thread alone
//! builds them in place. The result is the same for any number of threads.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::frame::{CHILDREN, side};
use super::half_planes::{LeafCell, LeafEdges};
use super::list::List;
use super::share::{POLL_EVERY_EDGES, Sharing, Source, Split, to_f64};
use super::tree::Tree;
use super::word::{
    NONE, four_half_planes_word, leaf_word, node_word, settled, two_half_planes_word,
};
use crate::ablate::{Shortcut, is_on};
use crate::error::Error;
use crate::geometry::Point;
use crate::machine::{all_cores, share_out};

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
const EDGES_PER_TASK: usize = 1 << 14;

/// Postponed cells that are built before their pieces are appended. With fewer, threads wait for
/// each other more often; with more, the pieces take more memory.
const PIECES_AT_ONCE: usize = 64;

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
    mut list: List,
    workers: Option<NonZeroUsize>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(Tree, [u32; 2]), E> {
    let edges = list.edges.len() as u64;
    let budget = edges * ENTRIES_PER_EDGE + (edges * MORE_PER_EDGE).min(MAX_MORE) + BASE_ENTRIES;
    let root = Cell { at: [0.0; 2], level: 0, cover: NONE, budget };
    let is_large = list.edges.len() >= MANY_EDGES;
    let small = if is_large { list.size() / PIECE_DIVISOR } else { 0 };
    let workers = if is_large { workers.unwrap_or_else(all_cores) } else { NonZeroUsize::MIN };
    let mut result = Ok(());
    let mut go_on = || {
        if result.is_ok() {
            result = poll();
        }
        result.is_ok()
    };
    let mut top = TreeBuilder { workers, small, ..TreeBuilder::new(source, &mut go_on) };
    let words = top.add_cell(root, &mut list, None);
    drop(list);
    let mut postponed = std::mem::take(&mut top.postponed);
    if workers == NonZeroUsize::MIN {
        top.small = 0;
        for PostponedCell { slot, cell, mut list } in postponed.drain(..) {
            let words = top.add_cell(cell, &mut list, None);
            top.tree.set(slot, words);
        }
    }
    let TreeBuilder { mut tree, result: shared, .. } = top;
    result?;
    shared?;
    let mut pieces: Vec<Piece> = Vec::new();
    pieces.resize_with(PIECES_AT_ONCE.min(postponed.len()), Piece::default);
    for postponed in postponed.chunks_mut(PIECES_AT_ONCE) {
        let work = |(postponed, piece): (&mut PostponedCell, &mut Piece),
                    go_on: &mut dyn FnMut() -> bool| {
            piece.build(source, postponed, go_on);
        };
        share_out(postponed.iter_mut().zip(&mut pieces), Some(workers), &mut poll, work)?;
        for (PostponedCell { slot, .. }, piece) in postponed.iter().zip(&mut pieces) {
            poll()?;
            let words = tree.append(&piece.tree, piece.words);
            tree.set(*slot, words);
        }
    }
    Ok((tree, words))
}

/// A piece of the tree, below a postponed cell.
#[derive(Default)]
struct Piece {
    tree: Tree,
    /// The words of its root.
    words: [u32; 2],
    #[allow(clippy::vec_box)] // a split is over a kilobyte, too large to move
    spare: Vec<Box<Split>>,
}

impl Piece {
    /// Builds the piece of a postponed cell, in the memory of the piece before.
    fn build(
        &mut self,
        source: Source<'_>,
        postponed: &mut PostponedCell,
        go_on: &mut dyn FnMut() -> bool,
    ) {
        self.tree.clear();
        let (tree, spare) = (std::mem::take(&mut self.tree), std::mem::take(&mut self.spare));
        let mut builder = TreeBuilder { tree, spare, ..TreeBuilder::new(source, go_on) };
        let mut list = std::mem::take(&mut postponed.list);
        self.words = builder.add_cell(postponed.cell, &mut list, None);
        (self.tree, self.spare) = (builder.tree, builder.spare);
    }
}

/// Builds a tree, or a piece of one, from the top down.
struct TreeBuilder<'a> {
    source: Source<'a>,
    /// Postpone cells whose lists have at most this size.
    small: usize,
    max_level: u32,
    postponed: Vec<PostponedCell>,
    tree: Tree,
    /// The memory of splits that are done, for the next ones.
    #[allow(clippy::vec_box)] // a split is over a kilobyte, too large to move
    spare: Vec<Box<Split>>,
    go_on: &'a mut dyn FnMut() -> bool,
    /// Edges processed since the last call of `go_on`.
    work: usize,
    /// Whether every call of `go_on` returned true.
    goes_on: bool,
    /// Threads for distributing the edges of a large cell.
    workers: NonZeroUsize,
    /// The error of these threads, if any.
    result: Result<(), Error>,
}

impl<'a> TreeBuilder<'a> {
    fn new(source: Source<'a>, go_on: &'a mut dyn FnMut() -> bool) -> Self {
        Self {
            source,
            small: 0,
            max_level: source.frame.max_level(),
            postponed: Vec::new(),
            tree: Tree::default(),
            spare: Vec::new(),
            go_on,
            work: 0,
            goes_on: true,
            workers: NonZeroUsize::MIN,
            result: Ok(()),
        }
    }

    /// Adds a cell to the tree. Returns its words in [`Tree::next`] and in [`Tree::best`].
    fn add_cell(&mut self, cell: Cell, list: &mut List, slot: Option<usize>) -> [u32; 2] {
        let of_cover = settled(cell.cover);
        let Some(best) = list.items.first().map(|item| item.rank) else {
            return [of_cover; 2];
        };
        if let Some(slot) = slot
            && list.size() <= self.small
            && list.edges.len() > MAX_LEAF_EDGES
        {
            self.postponed.push(PostponedCell { slot, cell, list: std::mem::take(list) });
            return [of_cover; 2];
        }
        let [word, of_best] = self.split(cell, list);
        // If no edge has a lower rank than the cover, the cover is the best everywhere in the cell.
        [word, if best >= cell.cover { of_cover } else { of_best }]
    }

    /// Splits a cell that has edges, or makes it a leaf. Returns its words in [`Tree::next`] and in
    /// [`Tree::best`].
    fn split(&mut self, cell: Cell, list: &List) -> [u32; 2] {
        let is_small = list.edges.len() <= MAX_LEAF_EDGES;
        if is_small || cell.level == self.max_level || !self.goes_on {
            return self.leaf(cell, list, None);
        }
        if list.edges.len() <= MAX_SHARED_EDGES
            && let Some(half_planes) = self.half_planes(&self.leaf_cell(cell), list)
        {
            return self.leaf(cell, list, Some(half_planes));
        }
        let mut split = self.spare.pop().unwrap_or_default();
        self.share(cell, list, &mut split);
        let word = self.add_children(cell, list.size(), &mut split);
        split.clear();
        self.spare.push(split);
        word.map_or_else(|| self.leaf(cell, list, None), |word| [word; 2])
    }

    /// Adds the children of a cell to the tree and returns the word of their node. Returns `None` if
    /// their lists exceed the budget. `size` is that of the cell's own list.
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    fn add_children(&mut self, cell: Cell, size: usize, split: &mut Split) -> Option<u32> {
        let Split { children, covers } = split;
        let sizes = children.each_ref().map(List::size);
        let total: usize = sizes.iter().sum();
        let cover_count: usize = covers.iter().map(Vec::len).sum();
        let more = (total + cover_count + CHILDREN).saturating_sub(size) as u64;
        let left = cell.budget.checked_sub(more)?;
        let first = self.tree.next.len();
        for covers in &*covers {
            self.tree.covers.to_mut().extend_from_slice(covers);
            self.tree.cover_ends.to_mut().push(self.tree.covers.len() as u32);
        }
        self.tree.next.to_mut().resize(first + CHILDREN, 0);
        self.tree.best.to_mut().resize(first + CHILDREN, 0);
        for (child, list) in children.iter_mut().enumerate() {
            let slot = first + child;
            let cover = covers[child].first().map_or(cell.cover, |&cover| cover.min(cell.cover));
            let budget = left * sizes[child] as u64 / (total as u64).max(1);
            let cell = Cell { cover, budget, ..cell.child(child) };
            let words = self.add_cell(cell, list, Some(slot));
            self.tree.set(slot, words);
        }
        Some(node_word(first / CHILDREN))
    }

    /// Distributes the edges of a cell to its children. Uses several threads if there are many
    /// edges.
    fn share(&mut self, cell: Cell, list: &List, split: &mut Split) {
        let sharing = Sharing::of(self.source, cell.at, cell.level);
        if self.workers == NonZeroUsize::MIN || list.edges.len() < 2 * EDGES_PER_TASK {
            self.still_goes_on(list.size());
            sharing.share(list.rows(), split, &mut || self.still_goes_on(POLL_EVERY_EDGES));
            return;
        }
        let mut pieces: Vec<_> =
            list.pieces(EDGES_PER_TASK).into_iter().map(|rows| (rows, Split::default())).collect();
        // If `go_on` returns false, its owner knows the real error. The error here stands in for
        // it, and is real only if a thread panicked.
        let poll = || if (self.go_on)() { Ok(()) } else { Err(Error::WorkerPanicked) };
        let work = |(rows, split): &mut (Range<usize>, Split), go_on: &mut dyn FnMut() -> bool| {
            sharing.share(list.rows_of(rows.clone()), split, go_on);
        };
        let shared = share_out(pieces.iter_mut(), Some(self.workers), poll, work);
        self.goes_on &= shared.is_ok();
        self.result = std::mem::replace(&mut self.result, Ok(())).and(shared);
        pieces.iter().for_each(|(_, piece)| split.append(piece));
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
        let word = leaf_word(self.tree.add_leaf(cell.cover, leaf_cell.corner, list));
        [word, half_planes.or_else(|| self.half_planes(&leaf_cell, list)).unwrap_or(word)]
    }

    /// Adds the half-planes of a leaf and returns their word. Returns `None` if the leaf does not
    /// qualify.
    fn half_planes(&mut self, cell: &LeafCell, list: &List) -> Option<u32> {
        let frame = self.source.frame;
        let mut leaf_edges = LeafEdges::new();
        for (item, edges) in list.rows() {
            if item.rank >= cell.cover {
                break;
            }
            let edges = edges.iter().map(|&edge| self.source.ends(edge));
            leaf_edges.push(item.rank, item.is_inside, edges)?;
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
