//! The sites of a matcher, arranged for search: a packed tree with the lowest rank in every node.
//!
//! A site is a centre with its rank. The tree is static and implicit: the sites are reordered once
//! by k-d splits so that every run of 64 sites is a bottom node, every run of eight of these a node of
//! the next level, and so on. No node holds a pointer; the children of node `i` are group `i` of the
//! level below. Where the rank has a say, a bottom node has its sites in eight leaves, in the order of
//! rank: a search for one point reads them one after the other, mostly no more than the first, and that
//! is faster than a further level. Where the distance alone decides, the 64 are split again, and a
//! bottom node is one leaf of eight sites that lie close together. Leaves and groups are structures of
//! arrays, tested eight lanes at a time, and the children of a node stand in the order of rank too, so
//! that the first that is near is the next to search.
//!
//! Where there are few sites a tree costs more than it saves: up to [`FLAT_MAX`] they stand in leaves
//! in the order of rank, with no level above, and the first one that is near is the best.
//!
//! A site takes 20 bytes, 8 more for the way from its rank to its place and to its position in the
//! input, and less than one for the boxes above it, or about six where a leaf is a node.

// Loops over lanes index arrays of fixed length: that is what the compiler makes vectors of.
#![allow(clippy::needless_range_loop)]

use crate::bytes::Array;
use crate::geometry::Point;
use crate::geometry::bounds::bounds_of;
use crate::machine::LANES;
use crate::near::center::packet::SitePacket;
use crate::near::center::view::IndexView;
use crate::rank::{NO_RANK, are_below};
use crate::tree::bulk_load::{halve, in_order_of_rank, split};
use crate::tree::levels::{Levels, NodePacket};
use crate::tree::{BOTTOM_LEAVES, BOTTOM_SITES};

/// Up to this many sites, a scan in rank order is faster than the tree.
const FLAT_MAX: usize = 1024;

/// Bottom nodes that are made between two questions whether to go on.
const ASK_EVERY: usize = 1 << 10;

#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) leaves: Array<SitePacket>,
    /// Over the bottom nodes; none where the sites are few.
    pub(crate) levels: Levels,
    /// How many leaves a bottom node has: several in the order of rank, or one.
    pub(crate) bottom_leaves: usize,
    /// From a rank to its place in the leaves; empty where the sites are few, since they are ranks.
    pub(crate) slots: Array<u32>,
}

impl Index {
    /// Arranges the centres, whose positions are given in rank order.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn new<E>(
        centers: &[Point],
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Self::arranged(centers, order, (FLAT_MAX, BOTTOM_LEAVES), poll)
    }

    /// The same with a tree from so many sites on, whose bottom nodes have eight leaves in the order of
    /// rank, or one leaf of sites that lie close together.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn arranged<E>(
        centers: &[Point],
        order: &[u32],
        (flat_max, bottom_leaves): (usize, usize),
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        if order.len() <= flat_max {
            return Ok(Self::flat_of(centers, order));
        }
        if order.len() < centers.len() {
            // A group, or its like: its own centres, in order.
            let centers: Vec<_> =
                order.iter().map(|&position| centers[position as usize]).collect();
            let order: Vec<u32> = (0..).take(order.len()).collect();
            return Self::tree_of(&centers, &order, bottom_leaves, poll);
        }
        Self::tree_of(centers, order, bottom_leaves, poll)
    }

    /// Leaves in the order of rank, and no tree.
    fn flat_of(centers: &[Point], order: &[u32]) -> Self {
        let center = |&position: &u32| centers[position as usize];
        let leaf =
            |(order, first): (&[u32], u32)| SitePacket::of(order.iter().map(center).zip(first..));
        let leaves: Vec<_> = order.chunks(LANES).zip((0..).step_by(LANES)).map(leaf).collect();
        Self {
            leaves: leaves.into(),
            levels: Levels::none(),
            bottom_leaves: BOTTOM_LEAVES,
            slots: Array::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn flat(sites: &[Point]) -> Self {
        let order: Vec<u32> = (0..).take(sites.len()).collect();
        Self::flat_of(sites, &order)
    }

    #[cfg(test)]
    pub(crate) fn tree(sites: &[Point]) -> Self {
        let go_on = || Ok::<(), std::convert::Infallible>(());
        let order: Vec<u32> = (0..).take(sites.len()).collect();
        Self::tree_of(sites, &order, BOTTOM_LEAVES, go_on).expect("nothing can fail")
    }

    /// A tree of all centres.
    fn tree_of<E>(
        centers: &[Point],
        order: &[u32],
        bottom_leaves: usize,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut positions = split(centers, &mut poll)?;
        let mut rank_of = vec![0; order.len()];
        for (rank, &position) in (0..).zip(order) {
            rank_of[position as usize] = rank;
        }
        poll()?;
        let ranks: Vec<u32> = positions.iter().map(|&at| rank_of[at as usize]).collect();
        poll()?;
        let starts = in_order_of_rank(&ranks);
        let mut leaves = Vec::with_capacity(ranks.len().div_ceil(LANES));
        let mut slots = rank_of; // room of the right size: new memory is dear
        let mut first_slots = (0..).step_by(BOTTOM_SITES);
        for starts in starts.chunks(ASK_EVERY) {
            poll()?;
            for (&start, first_slot) in starts.iter().zip(&mut first_slots) {
                let sites = start..ranks.len().min(start + BOTTOM_SITES);
                if bottom_leaves == 1 {
                    let positions = &mut positions[sites];
                    halve(positions, centers);
                    fill_close(&mut leaves, centers, positions, first_slot, &mut slots);
                    continue;
                }
                let (positions, ranks) = (&positions[sites.clone()], &ranks[sites]);
                fill(&mut leaves, centers, positions, ranks, first_slot, &mut slots);
            }
        }
        // The NaN of the padding is left out.
        let sites = |leaves: &[SitePacket]| {
            bounds_of(leaves.iter().flat_map(|leaf| (0..LANES).map(|i| [leaf.x[i], leaf.y[i]])))
        };
        let lowest = |leaves: &[SitePacket]| leaves.iter().flat_map(|leaf| leaf.id).min();
        let nodes: Vec<_> = leaves.chunks(bottom_leaves).collect();
        let levels =
            Levels::over(&nodes, |leaves| (sites(leaves), lowest(leaves).unwrap_or(NO_RANK)));
        Ok(Self { leaves: leaves.into(), levels, bottom_leaves, slots: slots.into() })
    }

    /// The index of so many sites, from arrays that were made by [`new`](Self::new) before; none
    /// where they do not go together.
    pub(crate) fn from_arrays(
        sites: usize,
        leaves: Array<SitePacket>,
        groups: Array<NodePacket>,
        bottom_leaves: usize,
        slots: Array<u32>,
    ) -> Option<Self> {
        let is_flat = groups.is_empty();
        let levels = match is_flat {
            true => Levels::none(),
            false => Levels::from_array(leaves.len().div_ceil(bottom_leaves), groups)?,
        };
        let is_sound = u32::try_from(sites).is_ok()
            && leaves.len() == sites.div_ceil(LANES)
            && slots.len() == if is_flat { 0 } else { sites };
        is_sound.then_some(Self { leaves, levels, bottom_leaves, slots })
    }

    /// Whether all leaves, slots and nodes are of so many sites.
    pub(crate) fn is_sound(&self, sites: usize) -> bool {
        let Self { leaves, levels, bottom_leaves, slots } = self;
        let full = leaves.len().min(sites / LANES);
        let are_full =
            leaves[..full].iter().fold(true, |all, leaf| all & are_below(&leaf.id, sites));
        // The last one is padded with sites that are near nothing.
        let are_padded = leaves[full..].iter().all(|leaf| {
            (0..LANES).all(|lane| match lane < sites % LANES {
                true => (leaf.id[lane] as usize) < sites,
                false => leaf.is_padding(lane),
            })
        });
        let nodes = leaves.len().div_ceil(*bottom_leaves);
        are_full && are_padded && are_below(slots, sites) && levels.is_sound(nodes, sites)
    }

    /// Whether the sites are so few that there is no tree.
    #[inline(always)]
    pub(crate) fn is_flat(&self) -> bool {
        self.levels.is_none()
    }

    /// What a search reads.
    #[inline(always)]
    pub(crate) fn view(&self) -> IndexView<'_> {
        let Self { leaves, levels, bottom_leaves, slots } = self;
        IndexView { leaves, levels: levels.view(), bottom_leaves: *bottom_leaves, slots }
    }
}

/// Adds the leaves of up to [`BOTTOM_SITES`] sites in the order of rank, and puts their places into
/// `slots`.
fn fill(
    leaves: &mut Vec<SitePacket>,
    centers: &[Point],
    positions: &[u32],
    ranks: &[u32],
    first_slot: u32,
    slots: &mut [u32],
) {
    // A position in the low bits of its rank.
    let mut sites = [u64::MAX; BOTTOM_SITES];
    for ((site, &rank), &position) in sites.iter_mut().zip(ranks).zip(positions) {
        *site = u64::from(rank) << u32::BITS | u64::from(position);
    }
    sites.sort_unstable();
    let sites = &sites[..ranks.len()];
    #[allow(clippy::cast_possible_truncation)] // the halves are what is asked for
    let halves = |&site: &u64| ((site >> u32::BITS) as u32, site as u32);
    leaves.extend(sites.chunks(LANES).map(|sites| {
        SitePacket::of(sites.iter().map(halves).map(|(rank, at)| (centers[at as usize], rank)))
    }));
    for (slot, (rank, _)) in (first_slot..).zip(sites.iter().map(halves)) {
        slots[rank as usize] = slot;
    }
}

/// The same with the sites as they come, whose positions are their ranks: by distance alone, the order
/// is that of the input.
fn fill_close(
    leaves: &mut Vec<SitePacket>,
    centers: &[Point],
    positions: &[u32],
    first_slot: u32,
    slots: &mut [u32],
) {
    let center = |&rank: &u32| (centers[rank as usize], rank);
    leaves.extend(positions.chunks(LANES).map(|sites| SitePacket::of(sites.iter().map(center))));
    for (slot, &rank) in (first_slot..).zip(positions) {
        slots[rank as usize] = slot;
    }
}
