//! Whether what was read of a saved matcher makes sense.
//!
//! Checksums say that bytes are as they were written; they do not say who wrote them. Here stands what
//! must hold of the numbers themselves, as far as it takes one pass over them: that there is of
//! everything as much as there are polygons, and that positions, ranks and slots are of something that
//! exists. What is only a hint to a search, such as a box in a tree, is not checked: a wrong one makes
//! a wrong answer, or a panic that is caught.

use super::{Unreadable, unsound};
use crate::best::Ranking;
use crate::index::{Index, NO_RANK};
use crate::inside::Inside;
use crate::levels::Levels;
use crate::part::Part;
use crate::simd::LANES;
use crate::{Matcher, Near};

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
    if !parts.iter().all(|part| are_positions(&part.order.ranking, *len)) {
        return Err(unsound("positions of polygons"));
    }
    for part in parts {
        let sites = part.order.ranking.order().len();
        if !part.order.classes().1.is_sorted() {
            return Err(unsound("classes that rise with the rank"));
        }
        if part.index.as_ref().is_some_and(|index| !is_index(index, sites)) {
            return Err(unsound("an index of the sites that there are"));
        }
        let outlines = part.outlines.as_ref().map(|outlines| &outlines.levels);
        let boxes = match &part.inside {
            Some(Inside::Boxes(boxes)) => Some(&boxes.levels),
            Some(Inside::Cells(_)) | None => None,
        };
        if !outlines.into_iter().chain(boxes).all(|levels| are_levels(levels, sites)) {
            return Err(unsound("a tree of the polygons that there are"));
        }
    }
    Ok(())
}

fn are_positions(ranking: &Ranking, len: usize) -> bool {
    let order = ranking.order();
    if ranking.is_by_position() {
        return (0..).zip(order).fold(true, |all, (rank, &position)| all & (position == rank));
    }
    all_below(order, len)
}

fn is_index(index: &Index, sites: usize) -> bool {
    let Index { leaves, levels, slots, .. } = index;
    let full = leaves.len().min(sites / LANES);
    let is_full = |ids: &[u32; LANES]| all_below(ids, sites);
    let are_full = leaves[..full].iter().fold(true, |all, leaf| all & is_full(&leaf.id));
    // The last one is padded with sites that are near nothing.
    let are_padded = leaves[full..].iter().all(|leaf| {
        (0..LANES).all(|lane| match lane < sites % LANES {
            true => (leaf.id[lane] as usize) < sites,
            false => leaf.id[lane] == NO_RANK && leaf.x[lane].is_nan() && leaf.y[lane].is_nan(),
        })
    });
    are_full && are_padded && all_below(slots, sites) && are_levels(levels, sites)
}

/// Whether the lowest rank of every node is of a site; that of a node that is none is no rank.
fn are_levels(levels: &Levels, sites: usize) -> bool {
    let is_rank = |&rank: &u32| rank == NO_RANK || (rank as usize) < sites;
    levels.groups.iter().all(|group| group.min_rank.iter().all(is_rank))
}

fn all_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(true, |all, &number| all & ((number as usize) < end))
}
