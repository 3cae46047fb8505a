//! The search for the polygons that contain a point.

use super::{Boxes, Edges, Part, chain};
use crate::geometry::{Location, Point};
use crate::machine::{LANES, Simd};
use crate::rank::NO_RANK;
#[cfg(test)]
use crate::testing::reached::{Structure, note};

/// A node that waits to be searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingNode {
    /// The level of its children.
    level: u32,
    node: u32,
    /// The lowest rank in it.
    rank: u32,
}

impl Boxes {
    /// The lowest rank that contains the point. If `boundary_counts`, a point on the boundary is
    /// contained.
    #[inline(always)]
    pub(crate) fn best<S: Simd>(
        &self,
        simd: S,
        point: Point,
        boundary_counts: bool,
        stack: &mut Vec<PendingNode>,
    ) -> Option<u32> {
        let mut best = NO_RANK;
        self.search(simd, point, boundary_counts, stack, |rank| {
            if rank < best {
                best = rank;
            }
            best
        });
        (best != NO_RANK).then_some(best)
    }

    /// Calls `found` with every rank that contains the point, once for each of its parts that does.
    /// If `boundary_counts`, a point on the boundary is contained.
    #[inline(always)]
    pub(crate) fn each<S: Simd>(
        &self,
        simd: S,
        point: Point,
        boundary_counts: bool,
        stack: &mut Vec<PendingNode>,
        mut found: impl FnMut(u32),
    ) {
        self.search(simd, point, boundary_counts, stack, |rank| {
            found(rank);
            NO_RANK
        });
    }

    /// Calls `found` with ranks that contain the point. It returns a rank: ranks from there on are
    /// not wanted any more.
    #[inline(always)]
    fn search<S: Simd>(
        &self,
        simd: S,
        point: Point,
        boundary_counts: bool,
        stack: &mut Vec<PendingNode>,
        mut found: impl FnMut(u32) -> u32,
    ) {
        let levels = self.levels.view();
        let Some(top) = levels.count().checked_sub(1) else { return };
        let mut end = NO_RANK;
        stack.clear();
        #[allow(clippy::cast_possible_truncation)] // there are few levels
        stack.push(PendingNode { level: top as u32, node: 0, rank: 0 });
        while let Some(PendingNode { level, node, rank }) = stack.pop() {
            if rank >= end {
                continue;
            }
            let group = levels.group(level as usize, node as usize);
            let holding = group.holding(simd, point);
            if level > 0 {
                for lane in holding.lanes_down() {
                    let rank = group.min_rank[lane];
                    if rank < end {
                        #[allow(clippy::cast_possible_truncation)] // nodes are fewer than 2^32
                        let node = node * LANES as u32 + lane as u32;
                        stack.push(PendingNode { level: level - 1, node, rank });
                    }
                }
                continue;
            }
            for lane in holding.lanes() {
                let rank = group.min_rank[lane];
                if rank < end {
                    let part = &self.parts[node as usize * LANES + lane];
                    if self.locate(simd, part, point).counts(boundary_counts) {
                        end = found(rank);
                    }
                }
            }
        }
    }

    /// Where `point` is, relative to a part. The answer is exact.
    #[inline(always)]
    fn locate<S: Simd>(&self, simd: S, part: &Part, point: Point) -> Location {
        let vertices = self.shapes.vertices();
        let mut is_inside = false;
        match self.runs.of(part) {
            Edges::Whole(runs) => {
                #[cfg(test)]
                note(Structure::Runs, 0);
                for run in runs {
                    match chain::is_odd(simd, run.chain(vertices), point) {
                        Some(is_odd) => is_inside ^= is_odd,
                        None => return Location::Boundary,
                    }
                }
            }
            Edges::Cut(runs, boxes) => {
                for (boxes, runs) in boxes.iter().zip(runs.chunks(LANES)) {
                    let (ahead, right) = boxes.ahead(simd, point);
                    for lane in ahead.lanes() {
                        #[cfg(test)]
                        note(Structure::Runs, 1 + usize::from(right.has(lane)));
                        let (chain, end) = runs[lane].chain(vertices);
                        if right.has(lane) {
                            is_inside ^= (chain[0][1] > point[1]) != (end[1] > point[1]);
                            continue;
                        }
                        match chain::is_odd(simd, (chain, end), point) {
                            Some(is_odd) => is_inside ^= is_odd,
                            None => return Location::Boundary,
                        }
                    }
                }
            }
        }
        if is_inside { Location::Inside } else { Location::Outside }
    }
}
