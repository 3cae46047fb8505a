//! A packed tree of the bounding boxes of polygons: the fallback if the cells cannot be built.
//!
//! A search visits every polygon whose bounding box holds the point, and locates the point in it.

use crate::geometry::{Bounds, Location, Point, Shapes};
use crate::machine::{LANES, Simd};
use crate::tree::bulk_load::{in_leaves, split};
use crate::tree::levels::Levels;

/// The tree of bounding boxes, and the polygons themselves.
#[derive(Debug, Clone)]
pub(crate) struct Boxes {
    /// The lanes of the lowest level are polygons, named by rank.
    pub(crate) levels: Levels,
    /// The polygons, by rank.
    pub(crate) shapes: Shapes,
}

impl Boxes {
    /// Builds the index. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(super) fn new<E>(
        shapes: &Shapes,
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let shapes = shapes.at(order);
        let boxes: Vec<Bounds> = (0..shapes.len()).map(|rank| shapes.bounds(rank)).collect();
        let middle =
            |bounds: &Bounds| [0, 1].map(|axis| bounds.min[axis] / 2.0 + bounds.max[axis] / 2.0);
        let middles: Vec<Point> = boxes.iter().map(middle).collect();
        let ranks = in_leaves(split(&middles, poll)?, &middles);
        let levels = Levels::over(&ranks, |&rank| (boxes[rank as usize], rank));
        Ok(Self { levels, shapes })
    }

    /// Calls `found` with the rank of every polygon that covers the point, and with the point's
    /// location: inside or on the boundary.
    #[inline(always)]
    pub(super) fn each<S: Simd>(
        &self,
        simd: S,
        point: Point,
        stack: &mut Vec<(usize, usize)>,
        mut found: impl FnMut(u32, Location),
    ) {
        let levels = self.levels.view();
        if levels.top().is_none() {
            return;
        }
        stack.clear();
        stack.push((levels.count() - 1, 0));
        while let Some((level, node)) = stack.pop() {
            let group = levels.group(level, node);
            for lane in group.at_most(simd, point, 0.0).0.lanes() {
                if level > 0 {
                    stack.push((level - 1, node * LANES + lane));
                    continue;
                }
                let rank = group.min_rank[lane];
                let location = self.shapes.locate(rank as usize, point);
                if location != Location::Outside {
                    found(rank, location);
                }
            }
        }
    }
}
