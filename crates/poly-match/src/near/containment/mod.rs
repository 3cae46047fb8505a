//! The polygons that a point is inside of, or on the boundary of.
//!
//! They are told by the cell that the point is in; see [`Coverage`]. Where there can be none, their
//! boxes are packed into a tree as that of an index, with the polygons in the place of leaves.

pub(crate) mod cells;

use crate::error::Error;
use crate::geometry::{Bounds, Location, Point, Shapes};
use crate::machine::{LANES, Simd};
use crate::near::containment::cells::Coverage;
use crate::tree::levels::Levels;
use crate::tree::split::{in_leaves, split};

#[derive(Debug, Clone)]
pub(crate) enum Inside {
    Cells(Box<Coverage>),
    Boxes(Boxes),
}

impl Inside {
    /// Arranges polygons whose positions are given in the order of rank.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn new<E: From<Error>>(
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        match Coverage::new(shapes, order, &mut poll)? {
            Some(coverage) => Ok(Self::Cells(Box::new(coverage))),
            None => Ok(Self::Boxes(Boxes::new(shapes, order, poll)?)),
        }
    }

    /// Hands over the rank of every polygon that contains the point; where `boundary_counts`, that
    /// covers it.
    #[inline(always)]
    pub(crate) fn each<S: Simd>(
        &self,
        simd: S,
        point: Point,
        boundary_counts: bool,
        stack: &mut Vec<(usize, usize)>,
        mut found: impl FnMut(u32),
    ) {
        match self {
            Self::Cells(coverage) => coverage.each(point, boundary_counts, found),
            Self::Boxes(boxes) => boxes.each(simd, point, stack, |rank, location| {
                if location == Location::Inside || boundary_counts {
                    found(rank);
                }
            }),
        }
    }
}

/// The boxes of polygons, with the polygons.
#[derive(Debug, Clone)]
pub(crate) struct Boxes {
    /// The lanes of the first are polygons, known by their ranks.
    pub(crate) levels: Levels,
    /// By rank.
    pub(crate) shapes: Shapes,
}

impl Boxes {
    /// Arranges polygons whose positions are given in the order of rank.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    fn new<E>(
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

    /// Hands over the rank of every polygon that covers the point, and where the point is.
    #[inline(always)]
    fn each<S: Simd>(
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
