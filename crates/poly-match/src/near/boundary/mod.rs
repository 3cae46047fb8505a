//! The index for the *boundary* rule: finds the polygons whose boundary is near a point.
//!
//! Like that for *contains*, it grows in two stages. First there are the boxes of polygons and of
//! runs of edges ([`runs`]). Once enough points were asked for, there is a tree of all edges
//! ([`outlines`]) too, and cells for the points inside.

pub(crate) mod outlines;
mod reach;
mod runs;

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::error::Error;
use crate::near::containment::Inside;
use crate::near::containment::boxes::Boxes;
use crate::near::containment::stages::Stages;
use crate::rule::Within;
use outlines::Outlines;
pub(crate) use runs::EdgesInBoxes;

/// Finds the polygons whose boundary is near a point, and those that contain it.
#[derive(Debug, Clone)]
pub(crate) struct Boundaries {
    pub(crate) within: Within,
    /// Shared by the copies of a matcher.
    pub(crate) stages: Arc<Stages<Edges>>,
}

/// From how many points on the full index pays; see
/// [`containment::enough`](crate::near::containment::enough).
pub(crate) fn enough(boxes: &Boxes) -> u64 {
    100_000 + boxes.shapes.vertices().len() as u64 / 2
}

/// The full index.
#[derive(Debug)]
pub(crate) struct Edges {
    /// Finds the polygons that contain a point: their distance is 0.
    pub(crate) inside: Inside,
    pub(crate) outlines: Outlines,
}

impl Edges {
    /// Builds the full index. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn over<E: From<Error>>(
        boxes: &Arc<Boxes>,
        order: &[u32],
        workers: Option<NonZeroUsize>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let inside = Inside::over(boxes, order, workers, &mut poll)?;
        let outlines = Outlines::new(&boxes.shapes, order, workers, poll)?;
        Ok(Self { inside, outlines })
    }
}
