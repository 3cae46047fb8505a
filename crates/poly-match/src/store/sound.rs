//! Whether what was read of a saved matcher makes sense.
//!
//! Checksums say that bytes are as they were written; they do not say who wrote them. Here stands what
//! must hold of the numbers themselves, as far as it takes one pass over them: that there is of
//! everything as much as there are polygons, and that positions, ranks and slots are of something that
//! exists. Coordinates are not checked: a box or a centre that is elsewhere makes a wrong answer.
//!
//! How a group of nodes and a leaf of edges lie in memory is said here once more, since what their
//! lanes hold is the business of a search alone.

use bytemuck::{Pod, Zeroable};

use super::{Unreadable, unsound};
use crate::best::Ranking;
use crate::index::{Index, NO_RANK};
use crate::inside::Inside;
use crate::levels::Levels;
use crate::outline::Outlines;
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
        let Part { order, index, inside, outlines } = part;
        let sites = order.ranking.order().len();
        if !order.classes().1.is_sorted() {
            return Err(unsound("classes that rise with the rank"));
        }
        if index.as_ref().is_some_and(|index| !is_index(index, sites)) {
            return Err(unsound("an index of the sites that there are"));
        }
        let boxes = match inside {
            Some(Inside::Boxes(boxes)) => are_levels(&boxes.levels, sites, sites),
            Some(Inside::Cells(_)) | None => true, // cells were checked before they were read
        };
        if !boxes || outlines.as_ref().is_some_and(|outlines| !are_outlines(outlines, sites)) {
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
    let Index { leaves, levels, bottom_leaves, slots } = index;
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
    let nodes = leaves.len().div_ceil(*bottom_leaves);
    are_full && are_padded && all_below(slots, sites) && are_levels(levels, nodes, sites)
}

/// A leaf of edges, as `outline.rs` has it.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(32))]
struct Edges {
    from: [[f64; LANES]; 2],
    to: [[f64; LANES]; 2],
    rank: [u32; LANES],
}

fn are_outlines(outlines: &Outlines, sites: usize) -> bool {
    let leaves: &[Edges] = bytemuck::cast_slice(&outlines.leaves);
    // What is no edge is near nothing.
    let is_edge = |leaf: &Edges, lane: usize| {
        ((leaf.rank[lane] as usize) < sites)
            | ((leaf.rank[lane] == NO_RANK) & leaf.from[0][lane].is_nan())
    };
    let are_edges = |leaf: &Edges| (0..LANES).fold(true, |all, lane| all & is_edge(leaf, lane));
    leaves.iter().fold(true, |all, leaf| all & are_edges(leaf))
        && are_levels(&outlines.levels, leaves.len(), sites)
}

/// A group of nodes, as `levels.rs` has it.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Nodes {
    bounds: [[f64; LANES]; 4],
    min_rank: [u32; LANES],
    unused: [u32; LANES],
}

/// Whether each node over so many has a rank, and what is none can be near nothing: it would lead to
/// children that there are not.
fn are_levels(levels: &Levels, nodes: usize, sites: usize) -> bool {
    let (mut groups, mut left): (&[Nodes], _) = (bytemuck::cast_slice(&levels.groups), nodes);
    while !groups.is_empty() {
        let Some((level, above)) = groups.split_at_checked(left.div_ceil(LANES)) else {
            return false;
        };
        let is_sound = |node: usize| {
            let (Nodes { bounds, min_rank, .. }, lane) = (&level[node / LANES], node % LANES);
            match node < left {
                true => (min_rank[lane] as usize) < sites,
                false => min_rank[lane] == NO_RANK && bounds.iter().all(|all| all[lane].is_nan()),
            }
        };
        if !(0..level.len() * LANES).all(is_sound) {
            return false;
        }
        (groups, left) = (above, level.len());
    }
    true
}

fn all_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(true, |all, &number| all & ((number as usize) < end))
}
