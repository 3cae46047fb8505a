//! The sites of a matcher, arranged for search: a packed tree with the lowest rank in every node.
//!
//! A site is a centre with its rank. The tree is static and implicit: the sites are reordered once
//! by k-d median splits so that every run of eight sites is a leaf, every run of eight leaves a
//! node of the next level, and so on. No node holds a pointer; the children of node `i` are group
//! `i` of the level below. Leaves and groups are structures of arrays, tested a group at a time, and
//! what they hold stands in the order of rank, so that the first that is near is the next to search.
//!
//! Where there are few sites a tree costs more than it saves: up to [`FLAT_MAX`] they stand in leaves
//! in the order of rank, with no level above, and the first one that is near is the best.
//!
//! A site takes 20 bytes, 8 more for the way from its rank to its place and to its position in the
//! input, and about 6 for the boxes above it.

// Loops over lanes index arrays of fixed length: that is what the compiler makes vectors of.
#![allow(clippy::needless_range_loop)]

use crate::near::{Within, farthest, nearest};
use crate::simd::{LANES, Simd};
use crate::split::{in_order_of_rank, split};
use crate::tiles::bounds_of;
use crate::{Bounds, Point};

/// Up to this many sites, a scan in rank order is faster than the tree.
const FLAT_MAX: usize = 1024;

/// Leaves that are made between two questions whether to go on.
const ASK_EVERY: usize = 1 << 13;

/// No site: the rank of padding, and of a point without a match.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Some sites, the best first, padded with sites that are near nothing.
#[derive(Debug, Clone)]
#[repr(align(32))]
pub(crate) struct Leaf {
    pub(crate) x: [f64; LANES],
    pub(crate) y: [f64; LANES],
    /// What the sites are known by: their rank in an index, their input position in a cell.
    pub(crate) id: [u32; LANES],
}

impl Leaf {
    pub(crate) const EMPTY: Self =
        Self { x: [f64::NAN; LANES], y: [f64::NAN; LANES], id: [NO_RANK; LANES] };

    /// A leaf of up to [`LANES`] sites, given in order.
    #[inline(always)]
    pub(crate) fn of(sites: impl Iterator<Item = (Point, u32)>) -> Self {
        let mut leaf = Self::EMPTY;
        for (lane, (center, id)) in sites.enumerate() {
            [leaf.x[lane], leaf.y[lane]] = center;
            leaf.id[lane] = id;
        }
        leaf
    }

    /// The first site near `point`, and its squared distance.
    #[inline(always)]
    pub(crate) fn first_near<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        point: Point,
    ) -> Option<(u32, f64)> {
        let (mask, squared) = self.near(simd, near, point);
        mask.first().map(|lane| (self.id[lane], squared[lane]))
    }

    /// The sites near `point`, and the squared distances of all.
    #[inline(always)]
    pub(crate) fn near<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        point: Point,
    ) -> (Mask, [f64; LANES]) {
        let mut squared = [0.0; LANES];
        for i in 0..LANES {
            let (dx, dy) = (self.x[i] - point[0], self.y[i] - point[1]);
            squared[i] = dx * dx + dy * dy;
        }
        (Mask(simd.at_most(&squared, near.limit())), squared)
    }
}

impl Leaf {
    /// Which sites a box can reach.
    #[inline(always)]
    pub(crate) fn reach<S: Simd>(&self, simd: S, near: &Within, bounds: &Bounds) -> Reach {
        reach(simd, near, bounds, (&self.x, &self.x), (&self.y, &self.y))
    }
}

/// What a search must know of eight sibling nodes to leave them out.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Group {
    min_x: [f64; LANES],
    min_y: [f64; LANES],
    max_x: [f64; LANES],
    max_y: [f64; LANES],
    pub(crate) min_rank: [u32; LANES],
}

/// Some of the lanes: a bit each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mask(u32);

impl Mask {
    pub(crate) const NONE: Self = Self(0);

    #[inline(always)]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The lowest lane.
    #[inline(always)]
    pub(crate) fn first(self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize % LANES)
    }

    #[inline(always)]
    pub(crate) fn without_first(self) -> Self {
        Self(self.0 & self.0.wrapping_sub(1))
    }

    /// The lanes, from the highest.
    #[inline(always)]
    fn lanes_down(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let lane = self.0.checked_ilog2()?;
            self.0 ^= 1 << lane;
            Some(lane as usize % LANES)
        })
    }

    /// The lanes, from the lowest.
    #[inline(always)]
    pub(crate) fn lanes(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let lane = self.first();
            self = self.without_first();
            lane
        })
    }
}

/// Which nodes of a group a box can reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Some place of the node is near some place of the box.
    pub(crate) some: Mask,
    /// Every place of the node is near every place of the box.
    pub(crate) all: Mask,
}

impl Group {
    pub(crate) const EMPTY: Self = Self {
        min_x: [f64::NAN; LANES],
        min_y: [f64::NAN; LANES],
        max_x: [f64::NAN; LANES],
        max_y: [f64::NAN; LANES],
        min_rank: [NO_RANK; LANES],
    };

    pub(crate) fn set(&mut self, lane: usize, bounds: Bounds, min_rank: u32) {
        [self.min_x[lane], self.min_y[lane]] = bounds.min;
        [self.max_x[lane], self.max_y[lane]] = bounds.max;
        self.min_rank[lane] = min_rank;
    }

    /// The box around all nodes, and the lowest rank in them.
    fn whole(&self) -> (Bounds, u32) {
        // `f64::min` and `f64::max` leave out the NaN of the padding.
        let bounds = (0..LANES).fold(Bounds::EMPTY, |bounds, i| {
            let (min, max) = ([self.min_x[i], self.min_y[i]], [self.max_x[i], self.max_y[i]]);
            bounds.union(Bounds { min, max })
        });
        (bounds, self.min_rank.into_iter().min().unwrap_or(NO_RANK))
    }

    /// Which nodes a box can reach.
    #[inline(always)]
    pub(crate) fn reach<S: Simd>(&self, simd: S, near: &Within, bounds: &Bounds) -> Reach {
        reach(simd, near, bounds, (&self.min_x, &self.max_x), (&self.min_y, &self.max_y))
    }
}

type Lanes = [f64; LANES];

#[inline(always)]
fn reach<S: Simd>(
    simd: S,
    near: &Within,
    bounds: &Bounds,
    x: (&Lanes, &Lanes),
    y: (&Lanes, &Lanes),
) -> Reach {
    let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        let dx = nearest(x.0[i], x.1[i], bounds.min[0], bounds.max[0]);
        let dy = nearest(y.0[i], y.1[i], bounds.min[1], bounds.max[1]);
        low[i] = dx * dx + dy * dy;
        let dx = farthest(x.0[i], x.1[i], bounds.min[0], bounds.max[0]);
        let dy = farthest(y.0[i], y.1[i], bounds.min[1], bounds.max[1]);
        high[i] = dx * dx + dy * dy;
    }
    let at_most = |squared| Mask(simd.at_most(squared, near.limit()));
    Reach { some: at_most(&low), all: at_most(&high) }
}

/// A node waiting to be searched: a leaf, or one whose children are a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending {
    pub(crate) min_rank: u32,
    /// Levels below the node, less one: that of the group of its children, or `LEAF`.
    level: u32,
    pub(crate) node: u32,
}

const LEAF: u32 = u32::MAX;

impl Pending {
    #[inline(always)]
    pub(crate) fn is_leaf(self) -> bool {
        self.level == LEAF
    }

    /// Adds those of the children that have a rank below `bound`, the lowest rank last, so that it is
    /// the next to be searched. They stand in order but for one that is not full.
    #[inline(always)]
    pub(crate) fn push_children(
        self,
        group: &Group,
        mask: Mask,
        bound: u32,
        stack: &mut Vec<Self>,
    ) {
        let first = stack.len();
        for lane in mask.lanes_down() {
            let min_rank = group.min_rank[lane];
            if min_rank >= bound {
                continue;
            }
            #[allow(clippy::cast_possible_truncation)] // a lane
            let node = self.node * LANES as u32 + lane as u32;
            stack.push(Self { min_rank, level: self.level.wrapping_sub(1), node });
            let mut at = stack.len() - 1;
            while at > first && stack[at - 1].min_rank < min_rank {
                stack.swap(at - 1, at);
                at -= 1;
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) leaves: Vec<Leaf>,
    /// `levels[0]` groups the leaves; the last level is one group. Empty where the sites are few.
    pub(crate) levels: Vec<Vec<Group>>,
    /// From a rank to its place in the leaves; empty where the sites are few, since they are ranks.
    slots: Vec<u32>,
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
        if order.len() <= FLAT_MAX {
            let center = |&position: &u32| centers[position as usize];
            return Ok(Self::flat(&order.iter().map(center).collect::<Vec<_>>()));
        }
        Self::tree_of(centers, order, poll)
    }

    pub(crate) fn flat(sites: &[Point]) -> Self {
        let leaf = |(sites, first): (&[Point], u32)| Leaf::of(sites.iter().copied().zip(first..));
        let leaves = sites.chunks(LANES).zip((0..).step_by(LANES)).map(leaf).collect();
        Self { leaves, levels: Vec::new(), slots: Vec::new() }
    }

    #[cfg(test)]
    pub(crate) fn tree(sites: &[Point]) -> Self {
        let go_on = || Ok::<(), std::convert::Infallible>(());
        let order: Vec<u32> = (0..).take(sites.len()).collect();
        Self::tree_of(sites, &order, go_on).expect("nothing can fail")
    }

    fn tree_of<E>(
        centers: &[Point],
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let positions = split(centers, &mut poll)?;
        let mut rank_of = vec![0; order.len()];
        for (rank, &position) in (0..).zip(order) {
            rank_of[position as usize] = rank;
        }
        poll()?;
        let ranks: Vec<u32> = positions.iter().map(|&at| rank_of[at as usize]).collect();
        poll()?;
        let starts = in_order_of_rank(&ranks);
        let mut leaves = vec![Leaf::EMPTY; starts.len()];
        let mut slots = rank_of; // room of the right size: new memory is dear
        let mut first_slots = (0..).step_by(LANES);
        for (leaves, starts) in leaves.chunks_mut(ASK_EVERY).zip(starts.chunks(ASK_EVERY)) {
            poll()?;
            for ((leaf, &start), first_slot) in leaves.iter_mut().zip(starts).zip(&mut first_slots)
            {
                let sites = start..ranks.len().min(start + LANES);
                let (positions, ranks) = (&positions[sites.clone()], &ranks[sites]);
                fill(leaf, centers, positions, ranks, first_slot, &mut slots);
            }
        }
        // The NaN of the padding is left out.
        let sites = |leaf: &Leaf| bounds_of((0..LANES).map(|i| [leaf.x[i], leaf.y[i]]));
        let mut levels = vec![grouped(&leaves, |leaf| (sites(leaf), leaf.id[0]))];
        while let Some(top) = levels.last()
            && top.len() > 1
        {
            let above = grouped(top, Group::whole);
            levels.push(above);
        }
        Ok(Self { leaves, levels, slots })
    }

    /// Where the site of a rank is.
    #[inline(always)]
    pub(crate) fn center(&self, rank: u32) -> Point {
        let slot = self.slots.get(rank as usize).map_or(rank, |&slot| slot) as usize;
        let leaf = &self.leaves[slot / LANES];
        [leaf.x[slot % LANES], leaf.y[slot % LANES]]
    }

    /// The node above all others, where there is a tree.
    pub(crate) fn root(&self) -> Option<Pending> {
        let level = u32::try_from(self.levels.len().checked_sub(1)?).unwrap_or(0);
        Some(Pending { min_rank: 0, level, node: 0 })
    }

    /// The children of a node that is no leaf.
    #[inline(always)]
    pub(crate) fn group(&self, pending: Pending) -> &Group {
        &self.levels[pending.level as usize][pending.node as usize]
    }

    /// Visits all near sites with their squared distances, in no particular order.
    #[inline(always)]
    pub(crate) fn each<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        point: Point,
        stack: &mut Vec<Pending>,
        mut visit: impl FnMut(u32, f64),
    ) {
        let mut in_leaf = |leaf: &Leaf| {
            let (mask, squared) = leaf.near(simd, near, point);
            mask.lanes().for_each(|lane| visit(leaf.id[lane], squared[lane]));
        };
        let Some(root) = self.root() else {
            return self.leaves.iter().for_each(in_leaf);
        };
        let bounds = Bounds { min: point, max: point };
        stack.clear();
        stack.push(root);
        while let Some(pending) = stack.pop() {
            if pending.is_leaf() {
                in_leaf(&self.leaves[pending.node as usize]);
                continue;
            }
            let group = self.group(pending);
            let reach = group.reach(simd, near, &bounds);
            pending.push_children(group, reach.some, NO_RANK, stack);
        }
    }
}

/// Puts up to [`LANES`] sites in the order of rank into a leaf that is empty, and their places into
/// `slots`.
fn fill(
    leaf: &mut Leaf,
    centers: &[Point],
    positions: &[u32],
    ranks: &[u32],
    first_slot: u32,
    slots: &mut [u32],
) {
    // A position in the low bits of its rank: sorted without a branch.
    let mut lanes = [u64::MAX; LANES];
    for ((lane, &rank), &position) in lanes.iter_mut().zip(ranks).zip(positions) {
        *lane = u64::from(rank) << u32::BITS | u64::from(position);
    }
    for (a, b) in SORTING_NETWORK {
        (lanes[a], lanes[b]) = (lanes[a].min(lanes[b]), lanes[a].max(lanes[b]));
    }
    for ((i, &lane), slot) in lanes[..ranks.len()].iter().enumerate().zip(first_slot..) {
        #[allow(clippy::cast_possible_truncation)] // the halves are what is asked for
        let (rank, position) = ((lane >> u32::BITS) as u32, lane as u32);
        [leaf.x[i], leaf.y[i]] = centers[position as usize];
        leaf.id[i] = rank;
        slots[rank as usize] = slot;
    }
}

/// Exchanges that put any eight numbers in order (K. E. Batcher, "Sorting networks and their
/// applications", 1968).
#[rustfmt::skip]
const SORTING_NETWORK: [(usize, usize); 19] = [
    (0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6),
    (0, 4), (1, 5), (2, 6), (3, 7), (2, 4), (3, 5), (1, 2), (3, 4), (5, 6),
];

/// Groups nodes by eight.
fn grouped<T>(nodes: &[T], whole: impl Fn(&T) -> (Bounds, u32)) -> Vec<Group> {
    let group = |nodes: &[T]| {
        let mut group = Group::EMPTY;
        for (lane, node) in nodes.iter().enumerate() {
            let (bounds, min_rank) = whole(node);
            group.set(lane, bounds, min_rank);
        }
        group
    };
    nodes.chunks(LANES).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that sorts all zeros and ones sorts everything.
    #[test]
    fn the_network_sorts() {
        for bits in 0..1_u32 << LANES {
            let mut lanes: Vec<u32> = (0..LANES).map(|lane| bits >> lane & 1).collect();
            for (a, b) in SORTING_NETWORK {
                if lanes[a] > lanes[b] {
                    lanes.swap(a, b);
                }
            }
            assert!(lanes.is_sorted(), "{bits:b}");
        }
    }
}
