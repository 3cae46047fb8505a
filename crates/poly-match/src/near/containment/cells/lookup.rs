//! The cells of a group: builds them, and looks up one point in them.
//!
//! The lookup of many points together does not belong here; see `find.rs`.

use std::num::NonZeroUsize;

use super::build::build;
use super::extent::Extent;
use super::frame::{self, CHILDREN, Frame};
use super::list::List;
use super::share::Source;
use super::tree::Tree;
use super::word::{Kind, NONE, NUMBERS, UNSURE, kind, number, settled};
use crate::ablate::{Shortcut, is_on};
use crate::bytes::Array;
use crate::geometry::bounds::bounds_of;
use crate::geometry::{Bounds, Point, Shapes};

/// The cells over the polygons of one group.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    pub(super) frame: Frame,
    /// The vertices of all rings. Each ring is closed: it repeats its first vertex at its end.
    pub(super) vertices: Array<Point>,
    pub(super) tree: Tree,
    /// The word of the root.
    pub(super) root: u32,
    /// A shortcut past the first levels of the tree: for each cell of level `table_level`, its word
    /// in `Tree::best`, or that of the larger cell that it is in. The last word is for points
    /// outside the bounds.
    pub(super) table: Array<u32>,
    pub(super) table_level: u32,
}

/// Largest allowed ratio between the absolute values of two non-zero coordinates. Above it, the
/// signs of [`side`](crate::geometry::segment::side) might not be exact.
pub(super) const MAX_RATIO: f64 = 1e240;

/// Vertices, or cells of the table, to process between two calls of `poll`.
const POLL_EVERY: usize = 1 << 16;

/// Largest level of the table. At 5 it has 16^5, about a million, cells.
const MAX_TABLE_LEVEL: u32 = 5;

impl Cells {
    /// Builds the cells on `workers` threads, or on all cores. `order` lists the positions of the
    /// polygons by rank.
    ///
    /// Returns `None` if the polygons have too many vertices for the words of the tree, or
    /// coordinates that are too different in size. The caller then needs a fallback.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E: From<crate::error::Error>>(
        shapes: &Shapes,
        order: &[u32],
        workers: Option<NonZeroUsize>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Option<Self>, E> {
        let rings = order.iter().flat_map(|&at| shapes.parts_of(at as usize)).flatten();
        let len = rings.map(|ring| ring.len() + 1).sum::<usize>();
        if len.max(order.len()) >= NUMBERS || !is_on(Shortcut::Cells) {
            return Ok(None);
        }
        let mut vertices: Vec<Point> = Vec::with_capacity(len);
        let mut list = List::default();
        list.edges.reserve_exact(len);
        let mut work = 0;
        for (rank, &position) in (0_u32..).zip(order) {
            // Each part is an item of its own, with the rank of its polygon. So a polygon is the
            // union of its parts.
            for part in shapes.parts_of(position as usize) {
                for ring in part {
                    #[allow(clippy::cast_possible_truncation)] // the check above bounds them
                    let (start, end) =
                        (vertices.len() as u32, (vertices.len() + ring.len()) as u32);
                    list.edges.extend(start..end);
                    vertices.extend_from_slice(ring);
                    vertices.extend(ring.first());
                    work += ring.len();
                }
                list.end_part(rank, false);
            }
            if work > POLL_EVERY {
                work = 0;
                poll()?;
            }
        }
        let (mut bounds, mut least) = (Bounds::EMPTY, f64::MAX);
        for some in vertices.chunks(POLL_EVERY) {
            poll()?;
            bounds = bounds.union(bounds_of(some.iter().copied()));
            let sizes = some.iter().flatten().map(|v| v.abs());
            least = sizes.fold(least, |least, v| if v > 0.0 && v < least { v } else { least });
        }
        let most =
            [bounds.min, bounds.max].iter().flatten().fold(0.0, |most: f64, v| most.max(v.abs()));
        let Some(frame) = Frame::over(bounds).filter(|_| most / MAX_RATIO <= least) else {
            return Ok(None);
        };
        let (mut extents, slack) = (Vec::with_capacity(vertices.len()), frame.slack());
        let extent =
            |edge: &[Point]| Extent::of([frame.units(edge[0]), frame.units(edge[1])], slack);
        for start in (0..vertices.len()).step_by(POLL_EVERY) {
            poll()?;
            let end = vertices.len().min(start + POLL_EVERY + 1);
            extents.extend(vertices[start..end].windows(2).map(extent));
        }
        let source = Source { frame: &frame, vertices: &vertices, extents: &extents };
        let (tree, [root, best]) = build(source, list, workers, &mut poll)?;
        if !tree.is_sound() {
            return Ok(None);
        }
        // The finest table with at most 4 times as many cells as the tree.
        let is_fine = |&level: &u32| {
            CHILDREN.pow(level) <= 4 * tree.next.len() && (level == 0 || is_on(Shortcut::CellTable))
        };
        let table_level = (0..=MAX_TABLE_LEVEL.min(frame.max_level())).take_while(is_fine).last();
        let table_level = table_level.unwrap_or(0);
        let mut table = vec![0; CHILDREN.pow(table_level)];
        tree.fill(&mut table, best, &mut poll)?;
        table.push(settled(NONE)); // outside the bounds
        let (vertices, table) = (vertices.into(), table.into());
        Ok(Some(Self { frame, vertices, tree, root, table, table_level }))
    }

    /// Returns the lowest rank that contains the point. If `boundary_counts`, a point on the
    /// boundary is contained.
    #[inline(always)]
    pub(crate) fn best(&self, point: Point, boundary_counts: bool) -> Option<u32> {
        let tree = self.tree.view();
        let place = self.frame.quantize(point);
        let mut word = self.table[self.cell(point, frame::code(place))];
        let mut level = self.table_level;
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.best[number(word) * CHILDREN + frame::child(place, level)];
        }
        let word = tree.answer(word, self.frame.units(point));
        let word = if word == UNSURE { self.word_in_leaf(point, boundary_counts) } else { word };
        word.checked_sub(1)
    }

    /// Whether a lookup of the best polygon at this point must cross the edges of a leaf.
    #[cfg(test)]
    pub(super) fn asks_a_leaf(&self, point: Point) -> bool {
        let tree = self.tree.view();
        let (place, mut word, mut level) = (self.frame.quantize(point), self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.best[number(word) * CHILDREN + frame::child(place, level)];
        }
        tree.answer(word, self.frame.units(point)) == UNSURE
    }

    /// Looks up the best polygon for a point in a leaf, by crossing edges. Returns it as the word
    /// of a settled cell.
    pub(super) fn word_in_leaf(&self, point: Point, boundary_counts: bool) -> u32 {
        let tree = self.tree.view();
        let place = self.frame.quantize(point);
        let (mut word, mut level) = (self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            word = tree.next[number(word) * CHILDREN + frame::child(place, level)];
        }
        debug_assert_eq!(kind(word), Kind::Leaf);
        settled(tree.leaf(number(word)).best(&self.vertices, point, boundary_counts))
    }

    /// Calls `found` with every rank that contains the point, once for each of its parts that does.
    /// If `boundary_counts`, a point on the boundary is contained.
    pub(crate) fn each(&self, point: Point, boundary_counts: bool, mut found: impl FnMut(u32)) {
        if !self.frame.holds(point) {
            return;
        }
        let tree = self.tree.view();
        let place = self.frame.quantize(point);
        let (mut word, mut level) = (self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            let slot = number(word) * CHILDREN + frame::child(place, level);
            tree.covers(slot).iter().for_each(|&rank| found(rank));
            word = tree.next[slot];
        }
        if kind(word) == Kind::Leaf {
            tree.leaf(number(word)).each(&self.vertices, point, NONE, |rank, location| {
                if location.counts(boundary_counts) {
                    found(rank);
                }
                true
            });
        }
    }

    /// Returns the index into the table for a point and its code.
    #[inline(always)]
    pub(super) fn cell(&self, point: Point, code: u64) -> usize {
        let cell = frame::leading(code, self.table_level);
        let outside = CHILDREN.pow(self.table_level);
        if self.frame.holds(point) { cell } else { outside }
    }
}

impl Tree {
    /// Fills the table for the cells of a level that are within one cell with words of
    /// [`Tree::best`]. `word` is that of the one cell.
    fn fill<E>(
        &self,
        table: &mut [u32],
        word: u32,
        poll: &mut impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        if table.len() >= POLL_EVERY {
            poll()?;
        }
        if kind(word) != Kind::Node || table.len() == 1 {
            table.fill(word);
            return Ok(());
        }
        let children = &self.best[number(word) * CHILDREN..][..CHILDREN];
        let tables = table.chunks_mut(table.len() / CHILDREN);
        tables.zip(children).try_for_each(|(table, &word)| self.fill(table, word, poll))
    }
}
