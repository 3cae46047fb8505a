//! Whether what was read of a saved matcher makes sense.
//!
//! Checksums say that bytes are as they were written; they do not say who wrote them. Here stands what
//! must hold of the numbers themselves, as far as one pass over them can tell: that each array is as
//! long as there are polygons, and that positions, ranks and slots exist. Coordinates are not checked:
//! a box or a centre that is elsewhere makes a wrong answer.

use crate::error::{Unreadable, unsound};
use crate::matcher::Matcher;
use crate::near::Part;
use crate::near::containment::Inside;
use crate::rule::Near;

/// Refuses a matcher whose arrays do not go together.
pub(super) fn check(matcher: &Matcher) -> Result<(), Unreadable> {
    let Matcher { near, parts, is_grouped, len, .. } = matcher;
    let ranked: usize = parts.iter().map(|part| part.order.ranking.order().len()).sum();
    let has_what_is_searched = |part: &Part| match near {
        Near::Center(_) => part.index.is_some(),
        Near::Boundary(_) => part.inside.is_some() && part.outlines.is_some(),
        Near::Contains | Near::Covers => part.inside.is_some(),
    };
    if ranked != *len
        || (!*is_grouped && parts.len() != 1)
        || !parts.iter().all(has_what_is_searched)
    {
        return Err(unsound("arrays that go together"));
    }
    for Part { order, index, inside, outlines } in parts {
        let sites = order.ranking.order().len();
        if !order.is_sound(*len) {
            return Err(unsound("an order of the polygons that there are"));
        }
        if index.as_ref().is_some_and(|index| !index.is_sound(sites)) {
            return Err(unsound("an index of the sites that there are"));
        }
        let boxes = match inside {
            Some(Inside::Boxes(boxes)) => boxes.levels.is_sound(sites, sites),
            Some(Inside::Cells(_)) | None => true, // cells are checked as they are read
        };
        if !boxes || outlines.as_ref().is_some_and(|outlines| !outlines.is_sound(sites)) {
            return Err(unsound("a tree of the polygons that there are"));
        }
    }
    Ok(())
}
