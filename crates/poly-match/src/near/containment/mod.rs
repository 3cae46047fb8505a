//! The index for the *contains* and *covers* rules: finds the polygons that a point is inside of,
//! or on the boundary of.
//!
//! A lookup finds the cell of the point in a quadtree-like tree of [`cells`]. If the cells cannot
//! be built (too many vertices, or coordinates too different in size), the fallback is a packed
//! tree of bounding boxes ([`boxes`]). Distances do not belong here; see `boundary.rs`.

pub(crate) mod boxes;
pub(crate) mod cells;

use crate::error::Error;
use crate::geometry::{Location, Point, Shapes};
use crate::machine::Simd;
use boxes::Boxes;
use cells::Cells;

/// Finds the polygons that contain a point, or that cover it.
#[derive(Debug, Clone)]
pub(crate) struct Containing {
    /// Whether a point on the boundary counts as inside: *covers* instead of *contains*.
    pub(crate) boundary_counts: bool,
    pub(crate) inside: Inside,
}

impl Containing {
    /// Builds the index. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E: From<Error>>(
        boundary_counts: bool,
        shapes: &Shapes,
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Ok(Self { boundary_counts, inside: Inside::new(shapes, order, poll)? })
    }
}

/// Tells which polygons a point is in, by cells or by bounding boxes.
#[derive(Debug, Clone)]
pub(crate) enum Inside {
    Cells(Box<Cells>),
    /// The fallback if the cells cannot be built.
    Boxes(Boxes),
}

impl Inside {
    /// Builds the index. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E: From<Error>>(
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        match Cells::new(shapes, order, &mut poll)? {
            Some(cells) => Ok(Self::Cells(Box::new(cells))),
            None => Ok(Self::Boxes(Boxes::new(shapes, order, poll)?)),
        }
    }

    /// Calls `found` with the rank of every polygon that contains the point. If `boundary_counts`,
    /// a point on the boundary is contained.
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
            Self::Cells(cells) => cells.each(point, boundary_counts, found),
            Self::Boxes(boxes) => boxes.each(simd, point, stack, |rank, location| {
                if location == Location::Inside || boundary_counts {
                    found(rank);
                }
            }),
        }
    }
}
