//! The boxes: an index of the polygons that is quick to build.
//!
//! Each part of a polygon has a bounding box in a packed tree, with the rank of its polygon. A
//! search visits the parts whose box holds the point, and locates the point in each by the even-odd
//! rule, eight edges at a time. It reads the vertices of the caller's shapes, and copies none.
//!
//! A part of many edges is cut into *runs* of consecutive edges with a box each. The ray from the
//! point meets few of these boxes; see [`runs`]. So the work for one point grows with the square
//! root of the edges.
//!
//! | file | holds |
//! |---|---|
//! | `runs.rs` | cutting the rings of a part into runs |
//! | `chain.rs` | how often a ray crosses consecutive edges |
//! | `find.rs` | the search for a point |

mod chain;
mod find;
mod runs;

use std::sync::Arc;

use crate::geometry::{Bounds, Point, Shapes};
use crate::tree::bulk_load::{in_leaves, split};
use crate::tree::levels::Levels;
pub(crate) use chain::Eights;
pub(crate) use find::PendingNode;
pub(crate) use runs::{Edges, Part, Run, Runs};

/// Vertices to read between two calls of `poll`.
const POLL_EVERY: usize = 1 << 16;

/// The boxes of the parts of polygons, and their runs.
#[derive(Debug)]
pub(crate) struct Boxes {
    /// The polygons, by position.
    pub(crate) shapes: Arc<Shapes>,
    /// The lanes of the lowest level are `parts`.
    pub(crate) levels: Levels,
    pub(crate) parts: Vec<Part>,
    pub(crate) runs: Runs,
    /// No edge is longer, and no coordinate larger.
    pub(crate) longest: f64,
    pub(crate) largest: f64,
}

impl Boxes {
    /// Builds the index. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E>(
        shapes: Arc<Shapes>,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut runs = Runs::default();
        let (mut parts, mut boxes) =
            (Vec::with_capacity(order.len()), Vec::with_capacity(order.len()));
        let mut work = 0;
        for (rank, &position) in (0..).zip(order) {
            for part in shapes.part_rings(position as usize) {
                let (part, bounds) = runs.push(rank, shapes.vertices(), part);
                parts.push(part);
                boxes.push(bounds);
            }
            work += 1 + shapes.vertices_of(position as usize).len();
            if work > POLL_EVERY {
                work = 0;
                poll()?;
            }
        }
        let middle = |&Bounds { min, max }: &Bounds| {
            [min[0] / 2.0 + max[0] / 2.0, min[1] / 2.0 + max[1] / 2.0]
        };
        let middles: Vec<Point> = boxes.iter().map(middle).collect();
        // Parts are numbered by rank, so in the order of part numbers they are in that of ranks.
        let numbers = in_leaves(split(&middles, None, poll)?, &middles);
        let node = |&part: &u32| (boxes[part as usize], parts[part as usize].rank);
        let levels = if numbers.is_empty() { Levels::none() } else { Levels::over(&numbers, node) };
        let parts = numbers.iter().map(|&part| parts[part as usize]).collect();
        let Bounds { min, max } = boxes.iter().copied().fold(Bounds::EMPTY, Bounds::union);
        let largest = [min, max].as_flattened().iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        let longest = runs.longest();
        Ok(Self { shapes, levels, parts, runs, longest, largest })
    }
}
