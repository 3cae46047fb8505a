//! [`IndexView`]: an index as a search borrows it, and the nodes a search has yet to visit.
//!
//! What all searches share lives here: reading a site, a bottom node or a node packet, and the
//! visit of all leaves near a box. Building an index belongs in `index`.

use crate::geometry::bounds::bounds_of;
use crate::geometry::float::{square_above, squared_distance};
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::near::center::packet::SitePacket;
use crate::rank::NO_RANK;
use crate::rank::order::Ranks;
use crate::rule::Within;
use crate::tree::branch_and_bound::{Sites, Taker};
use crate::tree::levels::{LevelsView, NodePacket};

/// Everything a search by rank reads: the index, the ranking and the distance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) index: IndexView<'a>,
    pub(crate) ranking: Ranks<'a>,
    pub(crate) near: &'a Within,
}

/// An [`Index`](crate::near::center::index::Index), borrowed for a search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IndexView<'a> {
    pub(crate) leaves: &'a [SitePacket],
    pub(crate) levels: LevelsView<'a>,
    pub(crate) bottom_leaves: usize,
    pub(crate) slots: &'a [u32],
}

/// A node that waits to be searched: a bottom node, or a node whose children are a node packet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingNode {
    pub(crate) min_rank: u32,
    /// The level of the packet that holds its children, or `BOTTOM`.
    level: u32,
    pub(crate) node: u32,
}

const BOTTOM: u32 = u32::MAX;

impl PendingNode {
    #[inline(always)]
    pub(crate) fn is_bottom(self) -> bool {
        self.level == BOTTOM
    }

    /// The child in `lane` of `packet`, the packet of this node's children.
    #[inline(always)]
    pub(crate) fn child(self, packet: &NodePacket, lane: usize) -> Self {
        #[allow(clippy::cast_possible_truncation)] // a lane
        let node = self.node * LANES as u32 + lane as u32;
        Self { min_rank: packet.min_rank[lane], level: self.level.wrapping_sub(1), node }
    }

    /// Pushes the children in `mask` whose lowest rank is below `bound`. The child with the lowest
    /// rank goes last, so that it is searched next. The children already stand in rank order,
    /// except one that is not full.
    #[inline(always)]
    pub(crate) fn push_children(
        self,
        packet: &NodePacket,
        mask: Mask,
        bound: u32,
        stack: &mut Vec<Self>,
    ) {
        let first = stack.len();
        for lane in mask.lanes_down() {
            let min_rank = packet.min_rank[lane];
            if min_rank >= bound {
                continue;
            }
            stack.push(self.child(packet, lane));
            let mut at = stack.len() - 1;
            while at > first && stack[at - 1].min_rank < min_rank {
                stack.swap(at - 1, at);
                at -= 1;
            }
        }
    }
}

impl<'a> IndexView<'a> {
    /// Returns the coordinates of the site with this rank.
    #[inline(always)]
    pub(crate) fn center(&self, rank: u32) -> Point {
        let slot = self.slots.get(rank as usize).map_or(rank, |&slot| slot) as usize;
        let leaf = &self.leaves[slot / LANES];
        [leaf.x[slot % LANES], leaf.y[slot % LANES]]
    }

    /// Returns the bounding box of all sites.
    pub(crate) fn bounds(&self) -> Bounds {
        match self.levels.top() {
            Some(root) => root.whole().0,
            None => bounds_of(self.leaves.iter().flat_map(SitePacket::places)),
        }
    }

    /// Returns the node at the top; `None` if there is no tree.
    pub(crate) fn root(&self) -> Option<PendingNode> {
        let level = u32::try_from(self.levels.count().checked_sub(1)?).unwrap_or(0);
        Some(PendingNode { min_rank: 0, level, node: 0 })
    }

    /// Returns the leaves of a bottom node. If there are several, the best sites come first.
    #[inline(always)]
    pub(crate) fn bottom(&self, node: usize) -> &'a [SitePacket] {
        let leaves = &self.leaves[node * self.bottom_leaves..];
        &leaves[..leaves.len().min(self.bottom_leaves)]
    }

    /// Returns the packet of children of a node that is not a bottom node.
    #[inline(always)]
    pub(crate) fn group(&self, pending: PendingNode) -> &'a NodePacket {
        self.levels.group(pending.level as usize, pending.node as usize)
    }

    /// Calls `visit` for each leaf that has sites near some place of a box, with the mask of these
    /// sites. The leaves come in the same order for every box.
    #[inline(always)]
    pub(crate) fn leaves_near_box<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        bounds: &Bounds,
        stack: &mut Vec<PendingNode>,
        mut visit: impl FnMut(&SitePacket, Mask),
    ) {
        stack.clear();
        stack.extend(self.root());
        let mut leaves = if stack.is_empty() { self.leaves } else { &[] };
        loop {
            // One loop for both kinds of index: `visit` is inlined once, and so is compiled for the
            // instruction set of the caller.
            for leaf in leaves {
                let mask = leaf.reach(simd, near, bounds);
                if mask != Mask::NONE {
                    visit(leaf, mask);
                }
            }
            leaves = loop {
                let Some(pending) = stack.pop() else { return };
                if pending.is_bottom() {
                    break self.bottom(pending.node as usize);
                }
                let packet = self.group(pending);
                let mask = packet.reach(simd, near, bounds);
                pending.push_children(packet, mask, NO_RANK, stack);
            };
        }
    }
}

impl Sites for IndexView<'_> {
    #[inline(always)]
    fn levels(&self) -> LevelsView<'_> {
        self.levels
    }

    #[inline(always)]
    fn lowest_ranks(&self) -> impl Iterator<Item = u32> {
        self.leaves.iter().map(|leaf| leaf.id[0])
    }

    #[inline(always)]
    fn limit(&self, distance: f64) -> f64 {
        square_above(distance)
    }

    #[inline(always)]
    fn at<S: Simd>(&self, _: S, slot: u32, point: Point) -> Option<(u32, f64)> {
        let (leaf, lane) = (&self.leaves[slot as usize / LANES], slot as usize % LANES);
        let squared = squared_distance([leaf.x[lane], leaf.y[lane]], point);
        Some((leaf.id[lane], squared.sqrt()))
    }

    #[inline(always)]
    fn visit<S: Simd>(
        &self,
        simd: S,
        leaf: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    ) {
        let sites = &self.leaves[leaf];
        let (mask, squared) = sites.at_most(simd, point, limit);
        taker.take_lanes(leaf, mask, &sites.id, |lane| squared[lane].sqrt());
    }

    /// The leaves stand in rank order, so the visit stops at the first one that `taker` does not
    /// want.
    #[inline(always)]
    fn visit_bottom<S: Simd>(
        &self,
        simd: S,
        node: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    ) {
        let first = node * self.bottom_leaves;
        for leaf in first..self.leaves.len().min(first + self.bottom_leaves) {
            if !taker.wants(self.leaves[leaf].id[0]) {
                return;
            }
            self.visit(simd, leaf, point, limit, taker);
        }
    }
}
