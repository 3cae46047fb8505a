//! Checks whether the numbers in a loaded matcher make sense.
//!
//! Checksums show that the bytes are as they were written, but not who wrote them. The checks here
//! cover what one pass over the numbers can tell: each array has one element for each polygon, and
//! all positions, ranks and slots exist. Coordinates are not checked: a wrong box or centre gives a
//! wrong answer.

use crate::error::{Unreadable, unsound};
use crate::near::boundary::Boundaries;
use crate::near::{Group, NearIndex, Prepared};

/// Refuses a matcher whose arrays do not fit together. `skipped` is how many polygons match nothing.
pub(super) fn check(prepared: &Prepared, skipped: usize) -> Result<(), Unreadable> {
    let Prepared { groups, is_grouped, len, .. } = prepared;
    if prepared.ranked() + skipped != *len || (!*is_grouped && groups.len() != 1) {
        return Err(unsound("arrays that fit together"));
    }
    for Group { order, index } in groups {
        let sites = order.ranking.order().len();
        if !order.is_sound(*len) {
            return Err(unsound("an order of all polygons"));
        }
        let is_sound = match index {
            NearIndex::Center(centers) => centers.index.is_sound(sites),
            NearIndex::Boundary(Boundaries { stages, .. }) => {
                stages.full().is_none_or(|edges| edges.outlines.is_sound(sites))
            }
            NearIndex::Circle(circles) => circles.is_sound(sites),
            // Cells are checked when they are read; boxes are built.
            NearIndex::Containment(_) => true,
        };
        if !is_sound {
            return Err(unsound("an index of all polygons"));
        }
    }
    Ok(())
}
