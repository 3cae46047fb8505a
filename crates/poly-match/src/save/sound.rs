//! Whether what was read of a saved matcher makes sense.
//!
//! Checksums say that bytes are as they were written; they do not say who wrote them. Here stands what
//! must hold of the numbers themselves, as far as one pass over them can tell: that each array is as
//! long as there are polygons, and that positions, ranks and slots exist. Coordinates are not checked:
//! a box or a centre that is elsewhere makes a wrong answer.

use crate::error::{Unreadable, unsound};
use crate::near::boundary::Boundaries;
use crate::near::containment::{Containing, Inside};
use crate::near::{Group, NearIndex, Prepared};

/// Refuses polygons whose arrays do not go together.
pub(super) fn check(prepared: &Prepared) -> Result<(), Unreadable> {
    let Prepared { groups, is_grouped, len, .. } = prepared;
    let ranked: usize = groups.iter().map(|group| group.order.ranking.order().len()).sum();
    if ranked != *len || (!*is_grouped && groups.len() != 1) {
        return Err(unsound("arrays that go together"));
    }
    for Group { order, index } in groups {
        let sites = order.ranking.order().len();
        if !order.is_sound(*len) {
            return Err(unsound("an order of the polygons that there are"));
        }
        let is_sound = match index {
            NearIndex::Center(centers) => centers.index.is_sound(sites),
            NearIndex::Boundary(Boundaries { inside, edges, .. }) => {
                is_inside_sound(inside, sites) && edges.is_sound(sites)
            }
            NearIndex::Containment(Containing { inside, .. }) => is_inside_sound(inside, sites),
        };
        if !is_sound {
            return Err(unsound("an index of the polygons that there are"));
        }
    }
    Ok(())
}

fn is_inside_sound(inside: &Inside, sites: usize) -> bool {
    match inside {
        Inside::Cells(_) => true, // they are checked as they are read
        Inside::Boxes(boxes) => boxes.levels.is_sound(sites, sites),
    }
}
