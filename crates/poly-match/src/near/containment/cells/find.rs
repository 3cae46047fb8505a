//! Finds the best polygon for many points under *contains* and *covers*.
//!
//! The points of a batch go down the tree together, one level at a time. The code avoids branches
//! that depend on a point. A mispredicted branch costs more than a level of the tree, and it keeps
//! the processor from loading the data of the next points early.

use std::hint::black_box;
use std::ops::Range;

use super::frame::{CHILDREN, CODED, child, code, coded_child};
use super::lookup::Cells;
use super::word::{Kind, UNSURE, kind, number, settled};
use crate::geometry::Point;
use crate::machine::{Simd, Task};
#[cfg(test)]
use crate::testing::reached::{Structure, UNSURE_ANSWER, note};

/// Points per batch. The memory accesses of a batch overlap.
const BATCH: usize = 1024;

/// Writes the best polygon of every point: its position and a distance of 0; or −1 and NaN if no
/// polygon contains the point.
pub(crate) struct FindCovering<'a, 'p> {
    pub(crate) cells: &'a Cells,
    /// The position of each polygon, by rank.
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
        let Self { cells, order, boundary_counts, .. } = self;
        let Cells { frame, .. } = cells;
        let (tree, table): (_, &[u32]) = (cells.tree.view(), &cells.table);
        let vertices: &[Point] = &cells.vertices;
        let answers = self.index.chunks_mut(BATCH).zip(self.distance.chunks_mut(BATCH));
        let (mut codes, mut words) = ([0; BATCH], [0; BATCH]);
        let mut waiting = [0_u16; BATCH];
        for (points, (index, distance)) in self.points.chunks(BATCH).zip(answers) {
            for (code_of, &point) in codes.iter_mut().zip(points) {
                *code_of = code(frame.quantize(point));
            }
            for ((word, &code), &point) in words.iter_mut().zip(&codes).zip(points) {
                *word = table[cells.cell(point, code)];
            }
            // Descend from level to level. `waiting` lists the points that are still at a node.
            let all = 0..points.len();
            let mut count = filter(&mut waiting, all.clone(), |i| kind(words[i]) == Kind::Node);
            let mut level = cells.table_level;
            #[cfg(test)]
            note(Structure::Table, level as usize);
            while count > 0 {
                level += 1;
                #[cfg(test)]
                note(Structure::Cells, level as usize);
                let mut left = 0;
                for k in 0..count {
                    let i = usize::from(waiting[k]) % BATCH;
                    let child = if level <= CODED {
                        coded_child(codes[i], level)
                    } else {
                        child(frame.quantize(points[i]), level)
                    };
                    words[i] = tree.best[number(words[i]) * CHILDREN + child];
                    waiting[left] = waiting[k];
                    left += usize::from(kind(words[i]) == Kind::Node);
                }
                count = left;
            }
            #[cfg(test)]
            words[all.clone()]
                .iter()
                .for_each(|&word| note(Structure::Answer, kind(word) as usize));
            // Answer by half-planes where the leaf has them. This turns the word of a point into
            // that of a settled cell, or into `UNSURE`.
            let mut unsure = [0_u16; BATCH];
            let mut left = 0;
            let count =
                filter(&mut waiting, all.clone(), |i| kind(words[i]) == Kind::TwoHalfPlanes);
            for &i in &waiting[..count] {
                let at = usize::from(i) % BATCH;
                words[at] = tree.two_half_planes[number(words[at])].word(frame.units(points[at]));
                unsure[left % BATCH] = i;
                left += usize::from(words[at] == UNSURE);
            }
            let count = filter(&mut waiting, all.clone(), |i| {
                kind(words[i]) == Kind::FourHalfPlanes && words[i] != UNSURE
            });
            for &i in &waiting[..count] {
                let at = usize::from(i) % BATCH;
                words[at] = tree.four_half_planes[number(words[at])].word(frame.units(points[at]));
                unsure[left % BATCH] = i;
                left += usize::from(words[at] == UNSURE);
            }
            for &i in &unsure[..left] {
                #[cfg(test)]
                note(Structure::Answer, UNSURE_ANSWER);
                let i = usize::from(i);
                words[i] = cells.word_in_leaf(points[i], boundary_counts);
            }
            // Answer the points in leaves. First touch a vertex of each leaf, so that the cache
            // misses of all leaves overlap.
            let count = filter(&mut waiting, all, |i| kind(words[i]) == Kind::Leaf);
            let waiting = &waiting[..count];
            let first = |&i: &u16| tree.leaf(number(words[usize::from(i)])).entries().next();
            let mut starts = [0; BATCH];
            for (start, i) in starts.iter_mut().zip(waiting) {
                *start = first(i).map_or(0, |entry| entry.start);
            }
            let asked = starts[..count].iter().map(|&start| vertices[start][0].to_bits());
            black_box(asked.fold(0, |all, bits| all ^ bits));
            for &i in waiting {
                let i = usize::from(i);
                let leaf = tree.leaf(number(words[i]));
                words[i] = settled(leaf.best(vertices, points[i], boundary_counts));
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

/// Writes the numbers in `all` for which `holds` is true to `to`, without a branch. Returns their
/// count.
#[inline(always)]
fn filter(to: &mut [u16; BATCH], all: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let mut count = 0;
    for i in all {
        #[allow(clippy::cast_possible_truncation)] // below BATCH
        let number = i as u16;
        to[count % BATCH] = number;
        count += usize::from(holds(i));
    }
    count
}
