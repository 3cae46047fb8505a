//! Coverage: which polygons contain a point, told by the cell that it is in.
//!
//! The bounds of all polygons are split into cells, four by four and each of them again, where there
//! are edges. A polygon that covers a cell is noted at the largest cell that it covers, so that the
//! notes grow with the length of the boundaries and not with the areas. A cell that is not split
//! further is a leaf: it holds, in the order of rank, the polygons of which an edge touches it, each
//! with these few edges, and with whether the cell's upper right corner is inside.
//!
//! So a point in a cell without edges is answered by its cell. In a leaf it is joined to the corner
//! by a path of two straight parts within the cell: inside turns to outside with every edge that is
//! crossed on the way, and all edges that can be crossed are the leaf's. What is decided at an edge
//! is decided by the sign of [`side`](crate::segment::side), so the answer is that of
//! [`Shapes::locate`], exactly. Where the best alone is asked for and a leaf has few edges, they are
//! not crossed: the sides that the point is on tell the answer, unless it is too close to one.
//!
//! `frame` tells the cell of a point, `path` crosses the edges of a `leaf`, `lines` tell the sides,
//! `tree` is how it is kept, `build` and `share` how it is made; `find` takes many points down it.

mod build;
mod find;
mod frame;
mod leaf;
mod lines;
mod path;
mod sections;
mod share;
mod sound;
#[cfg(test)]
mod tests;
mod tree;

use std::num::NonZeroUsize;

use crate::bytes::Array;
use crate::geometry::{Bounds, Point, Shapes};
use build::build;
pub(crate) use find::FindCovering;
use frame::Frame;
use leaf::counts;
use lines::UNSURE;
use share::{List, Source};
use tree::{CELLS, Kind, NONE, NUMBERS, Tree, kind, number, settled};

/// The polygons of a matcher, or of a group of it, by what they cover.
#[derive(Debug, Clone)]
pub(crate) struct Coverage {
    frame: Frame,
    /// The rings, each with its first vertex again at its end.
    vertices: Array<Point>,
    tree: Tree,
    /// The word of the root.
    root: u32,
    /// The words for the best of all cells of a level, or of the larger cells that they are in; then
    /// that of the world outside.
    table: Array<u32>,
    table_level: u32,
}

/// Beyond this factor between coordinates, signs of areas are not sure to be exact.
const WIDEST: f64 = 1e240;

/// Vertices, or cells of the table, between two calls of `poll`.
const AT_ONCE: usize = 1 << 16;

/// Levels of the table at most: it has then some millions of cells.
const MAX_TABLE_LEVEL: u32 = 5;

impl Coverage {
    /// The coverage of the polygons at these positions, by rank. There is none for polygons that are
    /// too many or whose coordinates are too different in size; they are to be looked at one by one.
    pub(crate) fn new<E: From<crate::error::Error>>(
        shapes: &Shapes,
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Option<Self>, E> {
        Self::on(None, shapes, order, poll)
    }

    /// The same on so many threads.
    fn on<E: From<crate::error::Error>>(
        workers: Option<NonZeroUsize>,
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Option<Self>, E> {
        let mut vertices: Vec<Point> = Vec::new();
        let mut list = List::default();
        let (mut ends, mut work) = (Vec::new(), 0);
        for (rank, &position) in (0_u32..).zip(order) {
            let start = vertices.len();
            ends.clear();
            for ring in shapes.rings_of(position as usize) {
                vertices.extend(ring);
                vertices.extend(ring.first());
                ends.push(vertices.len());
            }
            if vertices.len() >= NUMBERS {
                return Ok(None);
            }
            let starts = std::iter::once(start).chain(ends.iter().copied());
            #[allow(clippy::cast_possible_truncation)] // it was just seen that they fit
            let edges = starts.zip(&ends).flat_map(|(start, &end)| start as u32..end as u32 - 1);
            list.push(rank, edges);
            work += vertices.len() - start;
            if work > AT_ONCE {
                work = 0;
                poll()?;
            }
        }
        let mut bounds = Bounds::EMPTY;
        let (mut least, mut most) = (f64::MAX, 0.0_f64);
        for some in vertices.chunks(AT_ONCE) {
            poll()?;
            bounds = some.iter().copied().fold(bounds, Bounds::including);
            let sizes = some.iter().flatten().map(|v| v.abs()).filter(|&size| size > 0.0);
            (least, most) = sizes.fold((least, most), |(a, b), v| (a.min(v), b.max(v)));
        }
        let Some(frame) = Frame::over(bounds).filter(|_| most / WIDEST <= least) else {
            return Ok(None);
        };
        if order.len() >= NUMBERS {
            return Ok(None);
        }
        let mut units: Vec<Point> = Vec::with_capacity(vertices.len());
        for some in vertices.chunks(AT_ONCE) {
            poll()?;
            units.extend(some.iter().map(|&vertex| frame.units(vertex)));
        }
        let source = Source { frame: &frame, vertices: &vertices, units: &units };
        let (tree, [root, best]) = build(source, list, workers, &mut poll)?;
        if !tree.is_sound() {
            return Ok(None);
        }
        // As fine as the tree, by and large: it is not much larger.
        let is_fine = |&level: &u32| CELLS.pow(level) <= 4 * tree.next.len();
        let table_level = (0..=MAX_TABLE_LEVEL.min(frame.max_level())).take_while(is_fine).last();
        let table_level = table_level.unwrap_or(0);
        let mut table = vec![0; CELLS.pow(table_level) + 1];
        tree.fill(&mut table, table_level, best, poll)?;
        let (vertices, table) = (vertices.into(), table.into());
        Ok(Some(Self { frame, vertices, tree, root, table, table_level }))
    }

    /// The lowest rank that contains the point; where `boundary_counts`, that covers it.
    #[inline(always)]
    pub(crate) fn best(&self, point: Point, boundary_counts: bool) -> Option<u32> {
        let tree = self.tree.view();
        let place = self.frame.place(point);
        let mut word = self.table[self.cell(point, frame::code(place))];
        let mut level = self.table_level;
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.best[number(word) * CELLS + frame::child(place, level)];
        }
        let word = tree.answer(word, self.frame.units(point));
        let word = if word == UNSURE { self.word_in_leaf(point, boundary_counts) } else { word };
        word.checked_sub(1)
    }

    /// Whether no lines answer for a point of a leaf.
    #[cfg(test)]
    fn asks_a_leaf(&self, point: Point) -> bool {
        let tree = self.tree.view();
        let (place, mut word, mut level) = (self.frame.place(point), self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.best[number(word) * CELLS + frame::child(place, level)];
        }
        tree.answer(word, self.frame.units(point)) == UNSURE
    }

    /// The same for a point that is in a leaf, as the word of a settled cell.
    fn word_in_leaf(&self, point: Point, boundary_counts: bool) -> u32 {
        let tree = self.tree.view();
        let place = self.frame.place(point);
        let (mut word, mut level) = (self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.next[number(word) * CELLS + frame::child(place, level)];
        }
        debug_assert_eq!(kind(word), Kind::Leaf);
        settled(tree.leaf(number(word)).best(&self.vertices, point, boundary_counts))
    }

    /// Hands over every rank that contains the point; where `boundary_counts`, that covers it.
    pub(crate) fn each(&self, point: Point, boundary_counts: bool, mut found: impl FnMut(u32)) {
        if !self.frame.holds(point) {
            return;
        }
        let tree = self.tree.view();
        let place = self.frame.place(point);
        let (mut word, mut level) = (self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            let slot = number(word) * CELLS + frame::child(place, level);
            tree.covers(slot).iter().for_each(|&rank| found(rank));
            word = tree.next[slot];
        }
        if kind(word) == Kind::Leaf {
            tree.leaf(number(word)).each(&self.vertices, point, NONE, |rank, location| {
                if counts(location, boundary_counts) {
                    found(rank);
                }
                true
            });
        }
    }

    /// The cell of the table, by a point and its code.
    #[inline(always)]
    fn cell(&self, point: Point, code: u64) -> usize {
        let cell = frame::leading(code, self.table_level);
        let outside = CELLS.pow(self.table_level);
        if self.frame.holds(point) { cell } else { outside }
    }
}

impl Tree {
    /// Writes, to every cell of a table of this level, the word for the best of the cell that it is
    /// in; `root` is the root's.
    fn fill<E>(
        &self,
        table: &mut [u32],
        level: u32,
        root: u32,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        for (cell, to) in table.iter_mut().enumerate() {
            if cell.is_multiple_of(AT_ONCE) {
                poll()?;
            }
            *to = root;
            let mut at = 0;
            while kind(*to) == Kind::Node && at < level {
                at += 1;
                let child = cell / CELLS.pow(level - at) % CELLS;
                *to = self.best[number(*to) * CELLS + child];
            }
        }
        if let Some(outside) = table.last_mut() {
            *outside = settled(NONE);
        }
        Ok(())
    }
}
