//! Cuts the rings of a part into runs: consecutive edges with a box.
//!
//! A ray from a point towards greater x crosses only edges in boxes that it meets. If such a box
//! lies wholly to the right of the point, its edges are not looked at: a chain is crossed an odd
//! number of times if one of its two ends is above the ray, and the other is not.

use std::ops::Range;

use crate::ablate::{Shortcut, is_on};
use crate::geometry::float::larger;
use crate::geometry::{Bounds, Point};
use crate::machine::LANES;
use crate::tree::levels::NodePacket;

/// A part of at most this many edges is not cut: so few are quick to look at.
const WHOLE: usize = 64;

/// Least number of edges in a run of a part that is cut.
const MIN_RUN: usize = 32;

/// Consecutive edges of a ring: between the vertices from `start` to `stop`, without it, and from the
/// last of these to `end`, which follows it in the ring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    start: usize,
    stop: usize,
    end: usize,
}

impl Run {
    /// A whole ring.
    fn of_ring(ring: &Range<usize>) -> Self {
        Self { start: ring.start, stop: ring.end, end: ring.start }
    }

    /// The vertices in a row, and the vertex where the run ends.
    #[inline(always)]
    pub(crate) fn chain<'s>(&self, vertices: &'s [Point]) -> (&'s [Point], Point) {
        (&vertices[self.start..self.stop], vertices[self.end])
    }
}

/// A part of a polygon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The rank of the polygon.
    pub(crate) rank: u32,
    kind: Kind,
}

impl Part {
    /// Whether the edges of the part are cut into runs.
    #[inline(always)]
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self.kind, Kind::Cut { .. })
    }
}

/// The edges of a part: numbers of runs, and of packets with their boxes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A ring of few edges.
    Ring(Run),
    /// Several rings of few edges.
    Rings { start: usize, end: usize },
    /// Many edges.
    Cut { start: usize, end: usize, boxes: usize },
}

/// The edges of a part, as a search reads them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Edges<'a> {
    /// All must be looked at.
    Whole(&'a [Run]),
    /// Runs, and their boxes, eight in a packet.
    Cut(&'a [Run], &'a [NodePacket]),
}

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
        let (mut all, mut longest) = (Bounds::EMPTY, self.longest);
        let mut bounds_of = |run: &Run| {
            let (chain, end) = run.chain(vertices);
            let bounds = Bounds::of(chain).including(end);
            all = all.union(bounds);
            let Bounds { min, max } = bounds;
            longest = larger((max[0] - min[0]) + (max[1] - min[1]), longest);
            bounds
        };
        let (start, mut edges, mut count) = (self.runs.len(), 0, 0);
        for ring in rings.clone() {
            (edges, count) = (edges + ring.len(), count + 1);
        }
        let kind = if edges > WHOLE && is_on(Shortcut::BoxRuns) {
            let (size, boxes) = (size_of_run(edges), self.boxes.len());
            rings.for_each(|ring| self.cut(ring, size));
            let packets = self.runs[start..].chunks(LANES);
            self.boxes.extend(
                packets.map(|runs| NodePacket::of(runs.iter().map(|run| (bounds_of(run), rank)))),
            );
            Kind::Cut { start, end: self.runs.len(), boxes }
        } else {
            self.runs.extend(rings.map(|ring| Run::of_ring(&ring)));
            self.runs[start..].iter().for_each(|run| _ = bounds_of(run));
            match self.runs.pop_if(|_| count == 1) {
                Some(ring) => Kind::Ring(ring),
                None => Kind::Rings { start, end: self.runs.len() },
            }
        };
        self.longest = longest;
        (Part { rank, kind }, all)
    }

    /// Adds a ring in runs of `size` edges.
    fn cut(&mut self, ring: Range<usize>, size: usize) {
        let mut rest = Run::of_ring(&ring);
        while rest.stop - rest.start > size {
            let stop = rest.start + size;
            self.runs.push(Run { stop, end: stop, ..rest });
            rest.start = stop;
        }
        self.runs.push(rest);
    }

    /// No edge is longer than this: the largest width plus height of the box of a run.
    pub(super) fn longest(&self) -> f64 {
        self.longest
    }

    /// The edges of a part.
    #[inline(always)]
    pub(crate) fn of<'a>(&'a self, part: &'a Part) -> Edges<'a> {
        match &part.kind {
            Kind::Ring(ring) => Edges::Whole(std::slice::from_ref(ring)),
            &Kind::Rings { start, end } => Edges::Whole(&self.runs[start..end]),
            &Kind::Cut { start, end, boxes } => {
                let packets = (end - start).div_ceil(LANES);
                Edges::Cut(&self.runs[start..end], &self.boxes[boxes..boxes + packets])
            }
        }
    }
}

/// Edges in a run of a part that has this many. A search looks at the boxes of all runs, and at the
/// edges of a few; the square root balances the two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn size_of_run(edges: usize) -> usize {
    let size = (edges as f64 / 4.0).sqrt() as usize;
    size.max(MIN_RUN).next_multiple_of(LANES)
}
