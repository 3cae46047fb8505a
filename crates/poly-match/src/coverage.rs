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
//! [`Shapes::locate`], exactly.
//!
//! `frame` tells the cell of a point, `path` crosses the edges, `tree` is how it is kept and `build`
//! how it is made.

mod build;
mod frame;
mod path;
#[cfg(test)]
mod tests;
mod tree;

use std::hint::black_box;
use std::ops::Range;

use crate::simd::{Simd, Task};
use crate::{Bounds, Location, Point, Shapes};
use build::{List, Source, build};
use frame::Frame;
use tree::{CELLS, Kind, Leaf, NONE, NUMBERS, Tree, kind, number, settled};

/// The polygons of a matcher, or of a group of it, by what they cover.
#[derive(Debug, Clone)]
pub(crate) struct Coverage {
    frame: Frame,
    /// The rings, each with its first vertex again at its end.
    vertices: Vec<Point>,
    tree: Tree,
    /// The word of the root.
    root: u32,
    /// The words for the best of all cells of a level, or of the larger cells that they are in; then
    /// that of the world outside.
    table: Vec<u32>,
    table_level: u32,
}

/// Beyond this factor between coordinates, signs of areas are not sure to be exact.
const WIDEST: f64 = 1e240;

/// Levels of the table at most: it has then some millions of cells.
const MAX_TABLE_LEVEL: u32 = 5;

impl Coverage {
    /// The coverage of the polygons at these positions, by rank. There is none for polygons that are
    /// too many or whose coordinates are too different in size; they are to be looked at one by one.
    pub(crate) fn new<E: From<crate::Error>>(
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Option<Self>, E> {
        /// Polygons between two calls of `poll`.
        const AT_ONCE: usize = 1 << 12;
        let mut vertices = Vec::new();
        let mut list = List::default();
        for (rank, &position) in (0_u32..).zip(order) {
            if (rank as usize).is_multiple_of(AT_ONCE) {
                poll()?;
            }
            let start = vertices.len();
            let mut ends = Vec::new();
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
        }
        poll()?;
        let bounds = vertices.iter().copied().fold(Bounds::EMPTY, Bounds::including);
        let sizes = vertices.iter().flatten().map(|v| v.abs()).filter(|&size| size > 0.0);
        let (least, most) = sizes.fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        let Some(frame) = Frame::over(bounds).filter(|_| most / WIDEST <= least) else {
            return Ok(None);
        };
        if order.len() >= NUMBERS {
            return Ok(None);
        }
        let units: Vec<Point> = vertices.iter().map(|&vertex| frame.units(vertex)).collect();
        let source = Source { frame: &frame, vertices: &vertices, units: &units };
        let (tree, [root, best]) = build(source, list, poll)?;
        if !tree.is_sound() {
            return Ok(None);
        }
        // As fine as the tree, by and large.
        let is_fine = |&level: &u32| CELLS.pow(level) <= tree.next.len();
        let table_level = (0..=MAX_TABLE_LEVEL.min(frame.max_level())).take_while(is_fine).last();
        let table_level = table_level.unwrap_or(0);
        let mut table = vec![0; CELLS.pow(table_level) + 1];
        tree.fill(&mut table, table_level, best);
        Ok(Some(Self { frame, vertices, tree, root, table, table_level }))
    }

    /// The lowest rank that contains the point; where `boundary_counts`, that covers it.
    #[inline(always)]
    pub(crate) fn best(&self, point: Point, boundary_counts: bool) -> Option<u32> {
        let place = self.frame.place(point);
        let mut word = self.table[self.cell(point, place)];
        let mut level = self.table_level;
        while kind(word) == Kind::Node {
            level += 1;
            word = self.tree.best[slot(word, place, level)];
        }
        match kind(word) {
            Kind::Leaf => self.best_in(self.tree.leaf(number(word)), point, boundary_counts),
            _ => word.checked_sub(1),
        }
    }

    /// Hands over every rank that contains the point; where `boundary_counts`, that covers it.
    pub(crate) fn each(&self, point: Point, boundary_counts: bool, mut found: impl FnMut(u32)) {
        if !self.frame.holds(point) {
            return;
        }
        let place = self.frame.place(point);
        let (mut word, mut level) = (self.root, 0);
        while kind(word) == Kind::Node {
            level += 1;
            let slot = slot(word, place, level);
            self.tree.covers(slot).iter().for_each(|&rank| found(rank));
            word = self.tree.next[slot];
        }
        if kind(word) == Kind::Leaf {
            self.each_in(self.tree.leaf(number(word)), point, NONE, |rank, location| {
                if counts(location, boundary_counts) {
                    found(rank);
                }
                true
            });
        }
    }

    /// The cell of the table.
    #[inline(always)]
    fn cell(&self, point: Point, place: [u64; 2]) -> usize {
        let shift = frame::shift(self.table_level);
        let [column, row] = place.map(|v| v >> shift);
        let cell = row << (frame::STEP * self.table_level) | column;
        let outside = self.table.len() - 1;
        #[allow(clippy::cast_possible_truncation)] // it is below the table's length
        let cell = cell as usize;
        if self.frame.holds(point) { cell } else { outside }
    }

    #[inline(always)]
    fn best_in(&self, leaf: Leaf<'_>, point: Point, boundary_counts: bool) -> Option<u32> {
        let mut best = leaf.cover;
        self.each_in(leaf, point, leaf.cover, |rank, location| {
            let is_found = counts(location, boundary_counts);
            if is_found {
                best = rank;
            }
            !is_found
        });
        (best != NONE).then_some(best)
    }

    /// Where the point is, seen from each polygon of a leaf that has a rank below `end`; until
    /// `found` returns false.
    #[inline(always)]
    fn each_in(
        &self,
        leaf: Leaf<'_>,
        point: Point,
        end: u32,
        mut found: impl FnMut(u32, Location) -> bool,
    ) {
        let mut entries = leaf.entries().take_while(|entry| entry.rank < end).peekable();
        while let Some(first) = entries.next() {
            let mut is_inside = Some(first.is_inside);
            let mut chain = Some(first);
            while let Some(entry) = chain {
                let chain_of = &self.vertices[entry.start..=entry.start + entry.count];
                is_inside = is_inside.and_then(|is_inside| {
                    Some(is_inside ^ path::is_odd(chain_of, point, leaf.corner)?)
                });
                chain = entries.next_if(|entry| !entry.is_first);
            }
            let location = match is_inside {
                Some(true) => Location::Inside,
                Some(false) => Location::Outside,
                None => Location::Boundary,
            };
            if !found(first.rank, location) {
                return;
            }
        }
    }
}

#[inline(always)]
fn counts(location: Location, boundary_counts: bool) -> bool {
    match location {
        Location::Inside => true,
        Location::Boundary => boundary_counts,
        Location::Outside => false,
    }
}

/// The slot of the cell of a level that a place is in, below a node.
#[inline(always)]
fn slot(node: u32, place: [u64; 2], level: u32) -> usize {
    let [column, row] = place.map(|v| v >> frame::shift(level) & 3);
    #[allow(clippy::cast_possible_truncation)] // below 16
    let child = (row << 2 | column) as usize;
    number(node) * CELLS + child
}

impl Tree {
    /// Writes, to every cell of a table of this level, the word for the best of the cell that it is
    /// in; `root` is the root's.
    fn fill(&self, table: &mut [u32], level: u32, root: u32) {
        let width = 1 << (frame::STEP * level);
        for (cell, to) in table.iter_mut().enumerate() {
            let place = [cell % width, cell / width].map(|v| (v as u64) << frame::shift(level));
            *to = root;
            let mut at = 0;
            while kind(*to) == Kind::Node && at < level {
                at += 1;
                *to = self.best[slot(*to, place, at)];
            }
        }
        if let Some(outside) = table.last_mut() {
            *outside = settled(NONE);
        }
    }
}

/// Points that are looked up together: what they ask for comes from memory together.
const TOGETHER: usize = 1024;

/// Writes the best of every point: the position, or −1, and the distance, which is 0, or NaN.
pub(crate) struct FindCovering<'a, 'p> {
    pub(crate) coverage: &'a Coverage,
    /// The position of every rank.
    pub(crate) order: &'a [u32],
    pub(crate) boundary_counts: bool,
    pub(crate) points: &'p [Point],
    pub(crate) index: &'p mut [i64],
    pub(crate) distance: &'p mut [f64],
}

impl Task for FindCovering<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { coverage, order, boundary_counts, .. } = self;
        let tree = &coverage.tree;
        let answers = self.index.chunks_mut(TOGETHER).zip(self.distance.chunks_mut(TOGETHER));
        for (points, (index, distance)) in self.points.chunks(TOGETHER).zip(answers) {
            // The words of the table.
            let mut words = [0; TOGETHER];
            for (word, &point) in words.iter_mut().zip(points) {
                *word = coverage.table[coverage.cell(point, coverage.frame.place(point))];
            }
            // Those that go down, a level at a time, until none is at a node. No branch depends on
            // a point: a processor that guesses wrong loses more time than the step takes.
            let mut waiting = [0_u16; TOGETHER];
            let mut count = filter(&mut waiting, 0..points.len(), |i| kind(words[i]) == Kind::Node);
            let mut level = coverage.table_level;
            while count > 0 {
                level += 1;
                let mut left = 0;
                for k in 0..count {
                    let i = usize::from(waiting[k]);
                    let place = coverage.frame.place(points[i]);
                    words[i] = tree.best[slot(words[i], place, level)];
                    waiting[left] = waiting[k];
                    left += usize::from(kind(words[i]) == Kind::Node);
                }
                count = left;
            }
            // Those in leaves: their words become those of settled points.
            let count = filter(&mut waiting, 0..points.len(), |i| kind(words[i]) == Kind::Leaf);
            // What they will read is asked of memory for all of them first.
            let waiting = &waiting[..count];
            let first = |&i: &u16| tree.leaf(number(words[usize::from(i)])).entries().next();
            let mut starts = [0; TOGETHER];
            for (start, i) in starts.iter_mut().zip(waiting) {
                *start = first(i).map_or(0, |entry| entry.start);
            }
            let asked = starts[..count].iter().map(|&start| coverage.vertices[start][0].to_bits());
            black_box(asked.fold(0, |all, bits| all ^ bits));
            for &i in waiting {
                let i = usize::from(i);
                let leaf = tree.leaf(number(words[i]));
                let best = coverage.best_in(leaf, points[i], boundary_counts);
                words[i] = settled(best.unwrap_or(NONE));
            }
            for ((&word, index), distance) in words.iter().zip(index).zip(distance) {
                (*index, *distance) = match word.checked_sub(1) {
                    Some(rank) => (i64::from(order[rank as usize]), 0.0),
                    None => (-1, f64::NAN),
                };
            }
        }
    }
}

/// Writes the numbers for which it holds, one after the other, and returns how many they are.
#[inline(always)]
fn filter(to: &mut [u16; TOGETHER], all: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let mut count = 0;
    for i in all {
        #[allow(clippy::cast_possible_truncation)] // below TOGETHER
        let number = i as u16;
        to[count % TOGETHER] = number;
        count += usize::from(holds(i));
    }
    count
}
