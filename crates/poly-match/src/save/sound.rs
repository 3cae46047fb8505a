//! Checks whether the numbers in a loaded matcher make sense.
//!
//! Checksums show that the bytes are as they were written, but not who wrote them. The checks here
//! cover what one pass over the numbers can tell: each array has one element for each polygon, and
//! all positions, ranks and slots exist. Coordinates are not checked: a wrong box or centre gives a
//! wrong answer.

use crate::error::{Unreadable, unsound};
use crate::near::boundary::Boundaries;
use crate::near::containment::{Containing, Inside};
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
            NearIndex::Boundary(Boundaries { inside, edges, .. }) => {
                is_inside_sound(inside, sites) && edges.is_sound(sites)
            }
            NearIndex::Containment(Containing { inside, .. }) => is_inside_sound(inside, sites),
        };
        if !is_sound {
            return Err(unsound("an index of all polygons"));
        }
    }
    Ok(())
}

fn is_inside_sound(inside: &Inside, sites: usize) -> bool {
    match inside {
        Inside::Cells(_) => true, // checked when they were read
        Inside::Boxes(boxes) => boxes.levels.is_sound(sites, sites),
    }
}
