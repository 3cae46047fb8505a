//! The polygons that a point is inside of, or on the boundary of.
//!
//! They are told by the cell that the point is in; see [`Coverage`]. Where there can be none, their
//! boxes are packed into a tree as that of an index, with the polygons in the place of leaves.

pub(crate) mod boxes;
pub(crate) mod cells;

use crate::error::Error;
use crate::geometry::{Location, Point, Shapes};
use crate::machine::Simd;
use boxes::Boxes;
use cells::Coverage;

/// What finds the polygons that contain a point, or cover it.
#[derive(Debug, Clone)]
pub(crate) struct Containing {
    /// Whether a point on the boundary is in the polygon.
    pub(crate) boundary_counts: bool,
    pub(crate) inside: Inside,
}

impl Containing {
    /// Arranges polygons whose positions are given in the order of rank.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn new<E: From<Error>>(
        boundary_counts: bool,
        shapes: &Shapes,
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Ok(Self { boundary_counts, inside: Inside::new(shapes, order, poll)? })
    }
}

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
