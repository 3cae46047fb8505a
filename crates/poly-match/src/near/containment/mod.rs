//! The index for the *contains* and *covers* rules: finds the polygons that a point is inside of,
//! or on the boundary of.
//!
//! It grows in two stages ([`stages`]). The [`boxes`] of the polygons are quick to build. The
//! [`cells`], a quadtree-like tree, take far longer to build and are faster to search, so they are
//! built once enough points were asked for. If there cannot be cells (too many vertices, or
//! coordinates too different in size), the boxes stay. Distances do not belong here; see `boundary`.

pub(crate) mod boxes;
pub(crate) mod cells;
pub(crate) mod stages;

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::error::Error;
use crate::geometry::Point;
use crate::machine::Simd;
use boxes::{Boxes, PendingNode};
use cells::Cells;
use stages::{Stage, Stages};

/// Finds the polygons that contain a point, or that cover it.
#[derive(Debug, Clone)]
pub(crate) struct Containing {
    /// Whether a point on the boundary counts as inside: *covers* instead of *contains*.
    pub(crate) boundary_counts: bool,
    /// Shared by the copies of a matcher.
    pub(crate) stages: Arc<Stages<Inside>>,
}

impl Containing {
    /// What there is at the moment to search.
    #[inline(always)]
    pub(crate) fn inside(&self) -> InsideView<'_> {
        match self.stages.now() {
            Stage::Boxes(boxes) => InsideView::Boxes(boxes),
            Stage::Full(inside) => inside.view(),
        }
    }
}

/// From how many points on cells pay.
///
/// This is fitted to where building and searching the cells takes as long as searching the boxes, and
/// is within a factor of three of it: for counties, districts that share their edges, urban areas far
/// apart, and coasts of very many vertices.
pub(crate) fn enough(boxes: &Boxes) -> u64 {
    60_000 + boxes.shapes.vertices().len() as u64 / 2
}

/// Tells which polygons a point is in, by cells or by bounding boxes.
#[derive(Debug)]
pub(crate) enum Inside {
    Cells(Box<Cells>),
    /// There cannot be cells.
    Boxes(Arc<Boxes>),
}

/// An [`Inside`] as a search reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum InsideView<'a> {
    Cells(&'a Cells),
    Boxes(&'a Boxes),
}

impl Inside {
    /// Builds the cells, if there can be any. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn over<E: From<Error>>(
        boxes: &Arc<Boxes>,
        order: &[u32],
        workers: Option<NonZeroUsize>,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Ok(match Cells::new(&boxes.shapes, order, workers, poll)? {
            Some(cells) => Self::Cells(Box::new(cells)),
            None => Self::Boxes(boxes.clone()),
        })
    }

    #[inline(always)]
    pub(crate) fn view(&self) -> InsideView<'_> {
        match self {
            Self::Cells(cells) => InsideView::Cells(cells),
            Self::Boxes(boxes) => InsideView::Boxes(boxes),
        }
    }
}

impl InsideView<'_> {
    /// Calls `found` with the rank of every polygon that contains the point, once for each of its
    /// parts that does. If `boundary_counts`, a point on the boundary is contained.
    #[inline(always)]
    pub(crate) fn each<S: Simd>(
        self,
        simd: S,
        point: Point,
        boundary_counts: bool,
        stack: &mut Vec<PendingNode>,
        found: impl FnMut(u32),
    ) {
        match self {
            Self::Cells(cells) => cells.each(point, boundary_counts, found),
            Self::Boxes(boxes) => boxes.each(simd, point, boundary_counts, stack, found),
        }
    }
}
