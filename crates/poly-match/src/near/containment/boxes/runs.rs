//! Cuts the rings of a part into runs: consecutive edges with a box.
//!
//! A ray from a point towards greater x crosses only edges in boxes that it meets. If such a box
//! lies wholly to the right of the point, its edges are not looked at: a chain is crossed an odd
//! number of times if one of its two ends is above the ray, and the other is not.

use std::ops::Range;

use crate::ablate::{Shortcut, is_on};
use crate::geometry::float::{larger, smaller};
use crate::geometry::{Bounds, Point};
use crate::machine::LANES;
use crate::tree::levels::NodePacket;

/// A part of at most this many edges is not cut: so few are quick to look at.
const WHOLE: usize = 64;

/// Least number of edges in a run of a part that is cut.
const MIN_RUN: usize = 32;

/// Consecutive edges of a ring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// The first vertex.
    start: usize,
    /// The last vertex that follows the first in the array of vertices.
    last: usize,
    /// The vertex where the run ends: the ring's first one if the run closes the ring, or `last`.
    end: usize,
    is_closing: bool,
}

impl Run {
    /// The vertices in a row, and the vertex after them where the run ends. It may be the last of
    /// the row.
    #[inline(always)]
    pub(crate) fn chain<'s>(&self, vertices: &'s [Point]) -> (&'s [Point], Point) {
        (&vertices[self.start..=self.last], vertices[self.end])
    }

    /// The number of edges.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.last - self.start + usize::from(self.is_closing)
    }
}

/// A part of a polygon: its runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The rank of its polygon.
    pub(crate) rank: u32,
    first_run: usize,
    end_run: usize,
    /// Where the boxes of the runs start, eight in a packet; [`NO_BOXES`] if the part is not cut.
    first_box: usize,
}

const NO_BOXES: usize = usize::MAX;

/// The runs of all parts.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    boxes: Vec<NodePacket>,
    /// The largest width plus height of the box of a run.
    longest: f64,
}

impl Runs {
    /// Adds a part by its rings, ranges of `vertices`. Returns it with its box.
    pub(super) fn push(
        &mut self,
        rank: u32,
        vertices: &[Point],
        rings: impl Iterator<Item = Range<usize>> + Clone,
    ) -> (Part, Bounds) {
        let edges = rings.clone().map(|ring| ring.len()).sum();
        let first_run = self.runs.len();
        let is_cut = edges > WHOLE && is_on(Shortcut::BoxRuns);
        let size = if is_cut { size_of_run(edges) } else { usize::MAX };
        for Range { start: first, end } in rings {
            let mut start = first;
            while end - start > size {
                let last = start + size;
                self.runs.push(Run { start, last, end: last, is_closing: false });
                start = last;
            }
            self.runs.push(Run { start, last: end - 1, end: first, is_closing: true });
        }
        let end_run = self.runs.len();
        let runs = &self.runs[first_run..];
        let (mut all, mut longest) = (Bounds::EMPTY, self.longest);
        let mut bounds_of = |run: &Run| {
            let (chain, end) = run.chain(vertices);
            let bounds = bounds(chain).including(end);
            all = all.union(bounds);
            let sides = [0, 1].map(|axis| bounds.max[axis] - bounds.min[axis]);
            longest = larger(sides[0] + sides[1], longest);
            bounds
        };
        let first_box = if is_cut { self.boxes.len() } else { NO_BOXES };
        if !is_cut {
            runs.iter().for_each(|run| _ = bounds_of(run));
        } else {
            self.boxes.extend(
                runs.chunks(LANES)
                    .map(|runs| NodePacket::of(runs.iter().map(|run| (bounds_of(run), rank)))),
            );
        }
        self.longest = longest;
        (Part { rank, first_run, end_run, first_box }, all)
    }

    /// No edge is longer than this: the largest width plus height of the box of a run.
    pub(super) fn longest(&self) -> f64 {
        self.longest
    }

    /// The runs of a part.
    #[inline(always)]
    pub(crate) fn of(&self, part: &Part) -> &[Run] {
        &self.runs[part.first_run..part.end_run]
    }

    /// The boxes of the runs of a part, eight in a packet; `None` if the part is not cut.
    #[inline(always)]
    pub(crate) fn boxes(&self, part: &Part) -> Option<&[NodePacket]> {
        let count = (part.end_run - part.first_run).div_ceil(LANES);
        let is_cut = part.first_box != NO_BOXES;
        is_cut.then(|| &self.boxes[part.first_box..part.first_box + count])
    }
}

/// Edges in a run of a part that has this many. A search looks at the boxes of all runs, and at the
/// edges of a few; the square root balances the two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn size_of_run(edges: usize) -> usize {
    let size = (edges as f64 / 4.0).sqrt() as usize;
    size.max(MIN_RUN).next_multiple_of(LANES)
}

/// The bounding box of at least one vertex.
#[inline]
fn bounds(chain: &[Point]) -> Bounds {
    // Four at a time, since each comparison waits for the one before.
    let (four, rest) = chain.as_chunks::<4>();
    let (mut min, mut max) = ([[f64::INFINITY; 2]; 4], [[f64::NEG_INFINITY; 2]; 4]);
    for points in four {
        for i in 0..4 {
            for axis in 0..2 {
                min[i][axis] = smaller(points[i][axis], min[i][axis]);
                max[i][axis] = larger(points[i][axis], max[i][axis]);
            }
        }
    }
    let all = (0..4).map(|i| Bounds { min: min[i], max: max[i] });
    rest.iter().copied().fold(all.fold(Bounds::EMPTY, Bounds::union), Bounds::including)
}
