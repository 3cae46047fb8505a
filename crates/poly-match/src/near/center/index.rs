//! The index of the sites: a packed tree with the lowest rank in every node, or a flat list.
//!
//! A site is a centre with its rank. This file builds an index, restores a saved one and checks it;
//! the searches live in the files beside it.
//!
//! The tree is static and implicit. Its sites are reordered once by k-d splits: every run of 64
//! sites is a bottom node, every run of eight bottom nodes is a node of the next level, and so on.
//! No node holds a pointer. The children of node `i` are node packet `i` of the level below.
//!
//! A leaf is a [`SitePacket`] of eight sites. Leaves and node packets are structures of arrays,
//! tested eight lanes at a time. A bottom node takes one of two forms:
//!
//! - Where rank matters, its 64 sites stand in eight leaves in rank order. A search for one point
//!   reads these leaves in order and mostly stops after the first. That is faster than one more
//!   level.
//! - Where distance alone decides, the 64 sites are split again. Each bottom node is then one leaf
//!   of eight sites that lie close together.
//!
//! The children of a node stand in rank order too. The first child that is near is the next to
//! search.
//!
//! With few sites a tree costs more than it saves. Up to [`FLAT_MAX`] sites stand in leaves in rank
//! order, with no level above. The first site that is near is the best.
//!
//! Memory: a site takes 20 bytes. The maps from its rank to its slot and to its input position take
//! 8 more. The boxes above it take less than 1 byte, or about 6 where each leaf is a bottom node.

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use crate::ablate::{Shortcut, is_on};
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

/// Largest number of sites kept flat: up to here a scan in rank order is faster than the tree.
const FLAT_MAX: usize = 1024;

/// How many bottom nodes are built between two calls of `poll`.
const ASK_EVERY: usize = 1 << 10;

#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) leaves: Array<SitePacket>,
    /// The levels above the bottom nodes; none if the index is flat.
    pub(crate) levels: Levels,
    /// How many leaves a bottom node has: [`BOTTOM_LEAVES`] in rank order, or one.
    pub(crate) bottom_leaves: usize,
    /// For each rank, the slot of its site in `leaves`. Empty where the index is flat: slots are
    /// then ranks.
    pub(crate) slots: Array<u32>,
}

impl Index {
    /// Builds an index over `centers`. `order` gives their positions in rank order.
    ///
    /// # Errors
    /// Whatever `poll` returns. It is called from time to time.
    pub(crate) fn new<E>(
        centers: &[Point],
        order: &[u32],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Self::arranged(centers, order, (FLAT_MAX, BOTTOM_LEAVES), poll)
    }

    /// Builds an index, flat up to `flat_max` sites and a tree above that. `bottom_leaves` is
    /// [`BOTTOM_LEAVES`] for leaves in rank order, or 1 for leaves of sites that lie close
    /// together.
    ///
    /// # Errors
    /// Whatever `poll` returns. It is called from time to time.
    pub(crate) fn arranged<E>(
        centers: &[Point],
        order: &[u32],
        (flat_max, bottom_leaves): (usize, usize),
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        if order.is_empty() || (order.len() <= flat_max && is_on(Shortcut::Scan)) {
            return Ok(Self::flat_of(centers, order));
        }
        let is_by_position = || (0..).eq(order.iter().copied());
        if order.len() < centers.len() || (bottom_leaves == 1 && !is_by_position()) {
            // `order` names only some of the centres, as for one group of polygons; or leaves are
            // not filled by rank, so that a position must be a rank. Copy the centres in rank order.
            let centers: Vec<_> =
                order.iter().map(|&position| centers[position as usize]).collect();
            let order: Vec<u32> = (0..).take(order.len()).collect();
            return Self::tree_of(&centers, &order, bottom_leaves, poll);
        }
        Self::tree_of(centers, order, bottom_leaves, poll)
    }

    /// Builds a flat index: leaves in rank order, no tree.
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

    /// Builds a tree over all of `centers`.
    fn tree_of<E>(
        centers: &[Point],
        order: &[u32],
        bottom_leaves: usize,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut positions = split(centers, None, &mut poll)?;
        let mut rank_of = vec![0; order.len()];
        for (rank, &position) in (0..).zip(order) {
            rank_of[position as usize] = rank;
        }
        poll()?;
        let ranks: Vec<u32> = positions.iter().map(|&at| rank_of[at as usize]).collect();
        poll()?;
        let starts = in_order_of_rank(&ranks);
        let mut leaves = Vec::with_capacity(ranks.len().div_ceil(LANES));
        // Reuse this array: it has the right size, and new memory is expensive.
        let mut slots = rank_of;
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
        // `bounds_of` skips the NaN coordinates of the padding.
        let sites = |leaves: &[SitePacket]| bounds_of(leaves.iter().flat_map(SitePacket::places));
        let lowest = |leaves: &[SitePacket]| leaves.iter().flat_map(|leaf| leaf.id).min();
        let nodes: Vec<_> = leaves.chunks(bottom_leaves).collect();
        let levels =
            Levels::over(&nodes, |leaves| (sites(leaves), lowest(leaves).unwrap_or(NO_RANK)));
        Ok(Self { leaves: leaves.into(), levels, bottom_leaves, slots: slots.into() })
    }

    /// Restores the index of `sites` sites from saved arrays that [`new`](Self::new) or
    /// [`arranged`](Self::arranged) made. Returns `None` if their lengths do not fit together.
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

    /// Checks that every rank, slot and node is within range for `sites` sites.
    pub(crate) fn is_sound(&self, sites: usize) -> bool {
        let Self { leaves, levels, bottom_leaves, slots } = self;
        let full = leaves.len().min(sites / LANES);
        let are_full =
            leaves[..full].iter().fold(true, |all, leaf| all & are_below(&leaf.id, sites));
        // The last leaf is padded with lanes that are near nothing.
        let are_padded = leaves[full..].iter().all(|leaf| {
            (0..LANES).all(|lane| match lane < sites % LANES {
                true => (leaf.id[lane] as usize) < sites,
                false => leaf.is_padding(lane),
            })
        });
        let nodes = leaves.len().div_ceil(*bottom_leaves);
        are_full && are_padded && are_below(slots, sites) && levels.is_sound(nodes, sites)
    }

    /// Whether the index is flat: too few sites for a tree.
    #[inline(always)]
    pub(crate) fn is_flat(&self) -> bool {
        self.levels.is_none()
    }

    /// Borrows the index for a search.
    #[inline(always)]
    pub(crate) fn view(&self) -> IndexView<'_> {
        let Self { leaves, levels, bottom_leaves, slots } = self;
        IndexView { leaves, levels: levels.view(), bottom_leaves: *bottom_leaves, slots }
    }
}

/// Adds the leaves of up to [`BOTTOM_SITES`] sites in rank order, and writes their slots into
/// `slots`.
fn fill(
    leaves: &mut Vec<SitePacket>,
    centers: &[Point],
    positions: &[u32],
    ranks: &[u32],
    first_slot: u32,
    slots: &mut [u32],
) {
    // Pack the rank into the high bits and the position into the low bits, to sort by rank.
    let mut sites = [u64::MAX; BOTTOM_SITES];
    for ((site, &rank), &position) in sites.iter_mut().zip(ranks).zip(positions) {
        *site = u64::from(rank) << u32::BITS | u64::from(position);
    }
    sites.sort_unstable();
    let sites = &sites[..ranks.len()];
    #[allow(clippy::cast_possible_truncation)] // take the two halves
    let halves = |&site: &u64| ((site >> u32::BITS) as u32, site as u32);
    leaves.extend(sites.chunks(LANES).map(|sites| {
        SitePacket::of(sites.iter().map(halves).map(|(rank, at)| (centers[at as usize], rank)))
    }));
    for (slot, (rank, _)) in (first_slot..).zip(sites.iter().map(halves)) {
        slots[rank as usize] = slot;
    }
}

/// Adds the leaves of one bottom run in the order given, and writes their slots into `slots`. Used if
/// only the distance decides: then the rank of a site is its input position.
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
