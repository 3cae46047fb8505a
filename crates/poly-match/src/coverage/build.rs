//! Splitting cells, until few edges are in each.

use std::num::NonZeroUsize;

use super::frame::{Frame, STEP, side};
use super::path::crossed;
use super::tree::{CELLS, Entry, NONE, Tree, leaf_word, node_word, settled};
use crate::threads::share_out;
use crate::{Error, Point};

/// A cell of no more edges is not split.
const FEW_EDGES: usize = 4;

/// How many notes may be added, at most, to the one of each edge: so many for each; where they are
/// few, more; and some for next to nothing.
const NOTES_OF_AN_EDGE: u64 = 8;
const MORE_OF_FEW: u64 = 24;
const MOST_MORE: u64 = 1 << 20;
const MORE: u64 = 512;

/// From this many edges on, pieces of the tree are made on several threads.
const MANY_EDGES: usize = 1 << 15;

/// Edges that are looked at between two questions whether to go on.
const EDGES_AT_ONCE: usize = 1 << 14;

/// Pieces are no smaller than this part of the tree.
const PIECES: usize = 64;

/// The edges that are in a cell, by polygon and, within it, in their order.
#[derive(Debug, Default)]
pub(super) struct List {
    items: Vec<Item>,
    /// An edge is the position of the vertex where it starts.
    edges: Vec<u32>,
}

/// A polygon with edges in a cell.
#[derive(Debug, Clone, Copy)]
struct Item {
    rank: u32,
    /// Where its edges end in the list's.
    end: u32,
    /// Whether the cell's upper right corner is inside.
    is_inside: bool,
}

impl List {
    /// Adds a polygon with edges that start at these vertices, in the root.
    #[allow(clippy::cast_possible_truncation)] // `Coverage::new` has seen to it
    pub(super) fn push(&mut self, rank: u32, edges: impl Iterator<Item = u32>) {
        self.edges.extend(edges);
        self.items.push(Item { rank, end: self.edges.len() as u32, is_inside: false });
    }

    /// How much there is to note.
    fn size(&self) -> usize {
        self.items.len() + self.edges.len()
    }

    fn rows(&self) -> impl Iterator<Item = (Item, &[u32])> {
        let mut start = 0;
        self.items.iter().map(move |&item| {
            let start = std::mem::replace(&mut start, item.end as usize);
            (item, &self.edges[start..item.end as usize])
        })
    }
}

/// A cell that is to be split or to be a leaf.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Its lower left corner, in units.
    at: Point,
    level: u32,
    /// The lowest rank that covers it, or [`NONE`].
    cover: u32,
    /// How many notes may still be added below it.
    allowance: u64,
}

impl Cell {
    fn child(&self, child: usize) -> Self {
        let side = side(self.level + 1);
        let at = [self.at[0] + place(child % 4) * side, self.at[1] + place(child / 4) * side];
        Self { at, level: self.level + 1, ..*self }
    }
}

/// A column or row among four.
#[allow(clippy::cast_precision_loss)]
fn place(i: usize) -> f64 {
    i as f64
}

/// Everything that is the same for all cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) frame: &'a Frame,
    /// The rings, each with its first vertex again at its end.
    pub(super) vertices: &'a [Point],
    /// The same in units.
    pub(super) units: &'a [Point],
}

/// A cell whose piece of the tree is made later, and the slot that it belongs to.
struct Later {
    slot: usize,
    cell: Cell,
    list: List,
}

/// Makes the tree of all that is in `list`; the word of its root, and of its root for the best.
pub(super) fn build<E: From<Error>>(
    source: Source<'_>,
    list: List,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(Tree, [u32; 2]), E> {
    let edges = list.edges.len() as u64;
    let allowance = edges * NOTES_OF_AN_EDGE + (edges * MORE_OF_FEW).min(MOST_MORE) + MORE;
    let root = Cell { at: [0.0; 2], level: 0, cover: NONE, allowance };
    let is_large = list.edges.len() >= MANY_EDGES;
    let small = if is_large { list.size() / PIECES } else { 0 };
    let mut result = Ok(());
    let mut go_on = || {
        if result.is_ok() {
            result = poll();
        }
        result.is_ok()
    };
    let mut top = Splitting::new(source, small, &mut go_on);
    let words = top.place(root, list, None);
    let Splitting { mut tree, later, .. } = top;
    result?;
    let mut pieces: Vec<Option<(Tree, [u32; 2])>> = Vec::new();
    pieces.resize_with(later.len(), || None);
    let slots: Vec<usize> = later.iter().map(|later| later.slot).collect();
    let workers: Option<NonZeroUsize> = None;
    share_out(later.into_iter().zip(&mut pieces), workers, poll, |(later, piece), go_on| {
        let Later { cell, list, .. } = later;
        let mut splitting = Splitting::new(source, 0, go_on);
        let words = splitting.place(cell, list, None);
        *piece = Some((splitting.tree, words));
    })?;
    for (slot, (piece, words)) in slots.into_iter().zip(pieces.into_iter().flatten()) {
        let words = tree.append(&piece, words);
        (tree.next[slot], tree.best[slot]) = (words[0], words[1]);
    }
    Ok((tree, words))
}

struct Splitting<'a> {
    source: Source<'a>,
    /// Cells of no more notes are put off.
    small: usize,
    max_level: u32,
    later: Vec<Later>,
    tree: Tree,
    go_on: &'a mut dyn FnMut() -> bool,
    /// Edges since `go_on` was asked, and whether it still said so.
    work: usize,
    goes_on: bool,
}

/// What a split finds.
struct Split {
    children: [List; CELLS],
    covers: [Vec<u32>; CELLS],
}

impl<'a> Splitting<'a> {
    fn new(source: Source<'a>, small: usize, go_on: &'a mut dyn FnMut() -> bool) -> Self {
        let max_level = source.frame.max_level();
        let (later, tree) = (Vec::new(), Tree::default());
        Self { source, small, max_level, later, tree, go_on, work: 0, goes_on: true }
    }

    /// Adds a cell to the tree; its word, and its word for the best.
    fn place(&mut self, cell: Cell, list: List, slot: Option<usize>) -> [u32; 2] {
        let of_cover = settled(cell.cover);
        let Some(best) = list.items.first().map(|item| item.rank) else {
            return [of_cover; 2];
        };
        if let Some(slot) = slot
            && list.size() <= self.small
            && list.edges.len() > FEW_EDGES
        {
            self.later.push(Later { slot, cell, list });
            return [of_cover; 2];
        }
        let word = self.split(cell, list);
        // No rank below the cover's is in the cell.
        [word, if best > cell.cover { of_cover } else { word }]
    }

    /// Splits a cell where that pays.
    #[allow(clippy::cast_possible_truncation)] // of sizes that are bounded by the edges' number
    fn split(&mut self, cell: Cell, list: List) -> u32 {
        let is_small = list.edges.len() <= FEW_EDGES;
        if is_small || cell.level == self.max_level || !self.goes_on {
            return self.leaf(cell, &list);
        }
        let split = self.share(cell, &list);
        let sizes = split.children.each_ref().map(List::size);
        let total: usize = sizes.iter().sum();
        let covers: usize = split.covers.iter().map(Vec::len).sum();
        let more = (total + covers + CELLS).saturating_sub(list.size()) as u64;
        if more > cell.allowance {
            return self.leaf(cell, &list);
        }
        drop(list);
        let left = cell.allowance - more;
        let first = self.tree.next.len();
        for covers in &split.covers {
            self.tree.covers.extend(covers);
            self.tree.cover_ends.push(self.tree.covers.len() as u32);
        }
        self.tree.next.resize(first + CELLS, 0);
        self.tree.best.resize(first + CELLS, 0);
        let lists = split.children.into_iter().zip(split.covers);
        for (child, (list, covers)) in lists.enumerate() {
            let slot = first + child;
            let cover = covers.first().map_or(cell.cover, |&cover| cover.min(cell.cover));
            drop(covers);
            let allowance = left * sizes[child] as u64 / (total as u64).max(1);
            let cell = Cell { cover, allowance, ..cell.child(child) };
            [self.tree.next[slot], self.tree.best[slot]] = self.place(cell, list, Some(slot));
        }
        node_word(first / CELLS)
    }

    /// Shares the edges of a cell out among its children.
    #[allow(clippy::cast_possible_truncation)]
    fn share(&mut self, cell: Cell, list: &List) -> Split {
        let Source { frame, vertices, units } = self.source;
        let mut split = Split { children: Default::default(), covers: Default::default() };
        let corners = [0, 1, 2, 3].map(|i| {
            let to = side(cell.level + 1) * place(i + 1);
            frame.corner([cell.at[0] + to, cell.at[1] + to])
        });
        let (x, y) = (corners.map(|corner| corner[0]), corners.map(|corner| corner[1]));
        let children = Children::of(cell, frame.slack());
        for (item, edges) in list.rows() {
            let (mut touched, mut inside) = (0, if item.is_inside { u16::MAX } else { 0 });
            for edges in edges.chunks(EDGES_AT_ONCE) {
                if !self.still_goes_on(edges.len()) {
                    break;
                }
                for &edge in edges {
                    let i = edge as usize;
                    let bits = children.touched(units[i], units[i + 1]);
                    inside ^= crossed(vertices[i], vertices[i + 1], &x, &y);
                    touched |= bits;
                    each_bit(bits, |child| split.children[child].edges.push(edge));
                }
            }
            each_bit(touched, |child| {
                let list = &mut split.children[child];
                let (end, is_inside) = (list.edges.len() as u32, inside >> child & 1 == 1);
                list.items.push(Item { rank: item.rank, end, is_inside });
            });
            each_bit(inside & !touched, |child| split.covers[child].push(item.rank));
        }
        split
    }

    /// Whether to go on, asked now and then.
    fn still_goes_on(&mut self, edges: usize) -> bool {
        self.work += 1 + edges;
        if self.work > EDGES_AT_ONCE {
            self.work = 0;
            self.goes_on = self.goes_on && (self.go_on)();
        }
        self.goes_on
    }

    /// Adds a leaf.
    fn leaf(&mut self, cell: Cell, list: &List) -> u32 {
        let side = side(cell.level);
        let corner = self.source.frame.corner([cell.at[0] + side, cell.at[1] + side]);
        let entries = list.rows().flat_map(|(item, edges)| {
            // Edges that follow each other are one chain.
            let chains = edges.chunk_by(|&a, &b| a + 1 == b).enumerate();
            chains.map(move |(i, chain)| Entry {
                rank: item.rank,
                is_inside: item.is_inside && i == 0,
                is_first: i == 0,
                start: chain[0] as usize,
                count: chain.len(),
            })
        });
        leaf_word(self.tree.add_leaf(cell.cover, corner, entries))
    }
}

fn each_bit(mut bits: u16, mut with: impl FnMut(usize)) {
    while bits != 0 {
        with(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The children of a cell, widened by the slack.
struct Children {
    at: Point,
    side: f64,
    /// One by the side, which is a power of two.
    scale: f64,
    slack: f64,
}

impl Children {
    fn of(cell: Cell, slack: f64) -> Self {
        let side = side(cell.level + 1);
        Self { at: cell.at, side, scale: side.recip(), slack }
    }

    /// A bit for each row, or column, that an interval touches.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it is cut to 0..4
    fn bits(&self, axis: usize, low: f64, high: f64) -> u16 {
        let [low, high] =
            [low - self.slack, high + self.slack].map(|v| (v - self.at[axis]) * self.scale);
        if low >= 4.0 || high < 0.0 {
            return 0;
        }
        (0b1111 << low.max(0.0) as u16) & (0b1111 >> (3 - high.min(3.0) as u16))
    }

    /// A bit for each child that the edge touches.
    fn touched(&self, a: Point, b: Point) -> u16 {
        let columns = self.bits(0, a[0].min(b[0]), a[0].max(b[0]));
        let rows = self.bits(1, a[1].min(b[1]), a[1].max(b[1]));
        let along = [b[0] - a[0], b[1] - a[1]];
        let is_one = columns.is_power_of_two() || rows.is_power_of_two();
        let mut touched = 0;
        each_bit(rows, |row| {
            let mut in_row = columns;
            if !is_one && along[1] != 0.0 {
                // From where the edge enters the row to where it leaves it.
                let low = self.at[1] + place(row) * self.side - self.slack;
                let x = [low, low + self.side + 2.0 * self.slack]
                    .map(|y| a[0] + ((y - a[1]) / along[1]).clamp(0.0, 1.0) * along[0]);
                in_row &= self.bits(0, x[0].min(x[1]), x[0].max(x[1]));
            }
            touched |= in_row << (4 * row);
        });
        touched
    }
}

const _: () = assert!(1 << (2 * STEP) == CELLS);
