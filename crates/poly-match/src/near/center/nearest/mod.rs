//! Finds the nearest centre of points that lie close together, eight points at a time.
//!
//! Only the nearest centre, by distance alone, is found here. Everything else that depends on
//! distance goes through branch and bound in `tree::branch_and_bound`.
//!
//! The points come in the order of a space-filling curve and are taken [`BLOCK`] at a time. A block
//! goes down the tree with its bounding box, closest node first. A node is pruned if it is farther
//! from the box than the worst distance that any point of the block has found. A leaf that remains
//! is measured against all points of the block at once: the points are the lanes of the vectors.
//! The leaf that holds the nearest site of a block's last point gives the next block a bound from
//! the start.
//!
//! The search compares squared distances, but the answer is decided by their square roots, and
//! among equal roots by the lower rank. Two squares that differ may have the same root. So a point
//! keeps its smallest square with the leaf it came from, and the smallest square of all other
//! leaves. Only if both may have the same root are all leaves of the block tested again. Otherwise
//! the roots of one leaf are compared.
//!
//! If the points of a block lie too far apart compared with the sites, the block meets too many
//! leaves. It then gives up, and its points are searched for one by one. The blocks after it skip
//! the attempt as well, for longer the more often this happens.

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use crate::ablate::{Shortcut, is_on};
use crate::geometry::float::{larger, smaller};
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Simd};
use crate::near::center::packet::SitePacket;
use crate::near::center::view::{IndexView, PendingNode};
use crate::rank::NO_RANK;
use crate::rule::Within;

/// Points in a block: one for each lane of a vector.
const BLOCK: usize = LANES;

/// Points that are read together and whose answers are written together. Their memory accesses then
/// overlap, instead of each waiting for the last.
pub(crate) const BATCH: usize = 8 * BLOCK;

/// Most leaves and node packets that a block visits before it gives up.
const MAX_ASKED: usize = 128;

/// Most blocks in a row that skip the attempt after one that gave up.
const MAX_REST: usize = 64;

const NO_LEAF: u64 = u64::MAX;

type Lanes = [f64; LANES];

/// Buffers and bounds reused between blocks.
#[derive(Debug)]
pub(crate) struct Nearest {
    block: Block,
    stack: Vec<(f64, PendingNode)>,
    /// The leaf that held the nearest site of the last point.
    last: u64,
    /// The number of next blocks that skip the attempt.
    rest: usize,
    /// The value that the last failure gave to `rest`. Each failure doubles it, each success halves
    /// it.
    next_rest: usize,
}

/// The points of a block, with what each has found.
#[derive(Debug)]
#[repr(align(64))]
struct Block {
    x: Lanes,
    y: Lanes,
    /// The smallest squared distance to a site, or the limit.
    least: Lanes,
    /// The leaf of that site.
    leaf: [u64; LANES],
    /// The smallest squared distance to a site of another leaf, or to one at the limit.
    other: Lanes,
    /// All leaves that the points were measured against.
    leaves: Vec<u64>,
}

/// A point that is searched for alone, with what it has found.
#[derive(Debug)]
struct Single {
    point: Point,
    rank: u32,
    distance: f64,
    /// The leaf of the site that was found.
    leaf: u64,
}

/// Receives the leaves of a walk. A trait, since a closure that is not inlined would miss the
/// instruction set.
trait Visitor {
    /// Measures the distances to those sites of a leaf that may be within `limit`. Returns the
    /// limit for sites that may still be better, or as good.
    fn visit<S: Simd>(&mut self, simd: S, index: IndexView<'_>, leaf: u64, limit: f64) -> f64;
}

impl Nearest {
    pub(crate) fn new() -> Self {
        let zeros = [0.0; LANES];
        let block = Block {
            x: zeros,
            y: zeros,
            least: zeros,
            leaf: [NO_LEAF; LANES],
            other: zeros,
            leaves: Vec::new(),
        };
        Self { block, stack: Vec::new(), last: NO_LEAF, rest: 0, next_rest: 0 }
    }

    /// Forgets the last block, because the next one searches another index.
    pub(crate) fn leave(&mut self) {
        self.last = NO_LEAF;
    }

    /// Finds the nearest site of each of up to [`BATCH`] finite points, at `places` in `points`.
    /// Calls `found` with the place, the rank and the distance for each point that has one.
    #[inline(always)]
    pub(crate) fn search<S: Simd>(
        &mut self,
        simd: S,
        (index, within): (IndexView<'_>, &Within),
        points: &[Point],
        places: &[u32],
        mut found: impl FnMut(usize, u32, f64),
    ) {
        let mut batch = [[0.0; 2]; BATCH];
        for (point, &place) in batch.iter_mut().zip(places) {
            *point = points[place as usize];
        }
        let mut picked = [(NO_RANK, f64::NAN); BATCH];
        let blocks = batch[..places.len()].chunks(BLOCK);
        for (points, picked) in blocks.zip(picked.chunks_mut(BLOCK)) {
            if self.measure(simd, index, within, points) {
                for (lane, picked) in picked[..points.len()].iter_mut().enumerate() {
                    *picked = self.pick(simd, index, within, lane);
                }
            } else {
                for (&point, picked) in points.iter().zip(picked) {
                    *picked = self.find(simd, index, within, point);
                }
            }
        }
        for (&place, &(rank, distance)) in places.iter().zip(&picked) {
            if rank != NO_RANK {
                found(place as usize, rank, distance);
            }
        }
    }

    /// Measures a block against all leaves that may hold the nearest site of one of its points.
    /// Returns false if they are too many, or if the block skips the attempt after earlier ones
    /// gave up.
    #[inline(always)]
    fn measure<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        within: &Within,
        points: &[Point],
    ) -> bool {
        if self.rest > 0 {
            self.rest -= 1;
            return false;
        }
        if !is_on(Shortcut::NearestBlocks) {
            return false;
        }
        let Self { block, stack, last, .. } = self;
        let bounds = block.load(points);
        let mut bound = within.limit();
        if *last != NO_LEAF && is_on(Shortcut::WarmNearest) {
            // Only a bound comes from this visit: the walk below meets the leaf again.
            block.begin(f64::INFINITY);
            bound = block.visit(simd, index, *last, bound);
        }
        block.begin(within.limit());
        let is_done = walk(simd, index, &bounds, bound, MAX_ASKED, stack, block);
        *last = block.leaf[BLOCK - 1];
        if is_done {
            self.next_rest /= 2;
        } else {
            self.next_rest = (self.next_rest * 2).clamp(1, MAX_REST);
            self.rest = self.next_rest;
        }
        is_done
    }

    /// Returns the rank of the nearest site of one point of the block, or [`NO_RANK`], and its
    /// distance.
    #[inline(always)]
    fn pick<S: Simd>(
        &self,
        simd: S,
        index: IndexView<'_>,
        within: &Within,
        lane: usize,
    ) -> (u32, f64) {
        let block = &self.block;
        let limit = smaller(above(block.least[lane]), within.limit());
        let own = [block.leaf[lane]];
        let leaves = if block.other[lane] <= limit {
            block.leaves.as_slice()
        } else if own[0] == NO_LEAF {
            &[]
        } else {
            own.as_slice()
        };
        let mut single = Single::new([block.x[lane], block.y[lane]]);
        for &leaf in leaves {
            single.visit(simd, index, leaf, limit);
        }
        (single.rank, single.distance)
    }

    /// Searches for the nearest site of one point. Returns its rank, or [`NO_RANK`], and its
    /// distance.
    #[inline(always)]
    fn find<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        within: &Within,
        point: Point,
    ) -> (u32, f64) {
        let Self { stack, last, .. } = self;
        let (mut single, mut limit) = (Single::new(point), within.limit());
        if *last != NO_LEAF && is_on(Shortcut::WarmNearest) {
            limit = single.visit(simd, index, *last, limit);
        }
        let bounds = Bounds { min: point, max: point };
        walk(simd, index, &bounds, limit, usize::MAX, stack, &mut single);
        *last = single.leaf;
        (single.rank, single.distance)
    }
}

/// Visits the leaves at most `bound` from a box, closest first. The visits lower the bound. Returns
/// false once more than `max_asked` leaves and node packets would be visited, true at the end.
#[inline(always)]
fn walk<S: Simd>(
    simd: S,
    index: IndexView<'_>,
    bounds: &Bounds,
    mut bound: f64,
    max_asked: usize,
    stack: &mut Vec<(f64, PendingNode)>,
    visitor: &mut impl Visitor,
) -> bool {
    let Some(root) = index.root() else {
        for leaf in (0..).take(index.leaves.len()) {
            bound = visitor.visit(simd, index, leaf, bound);
        }
        return true;
    };
    stack.clear();
    stack.push((0.0, root));
    let mut asked = 0;
    while let Some((low, pending)) = stack.pop() {
        if low > bound {
            continue;
        }
        asked += 1;
        if asked > max_asked {
            return false;
        }
        if pending.is_bottom() {
            bound = visitor.visit(simd, index, u64::from(pending.node), bound);
            continue;
        }
        let packet = index.group(pending);
        let (mask, low) = packet.at_most_from_box(simd, bounds, bound);
        let first = stack.len();
        for lane in mask.lanes() {
            let child = (low[lane], pending.child(packet, lane));
            // Keep the closest on top of the stack, so that it is visited next.
            stack.push(child);
            let mut at = stack.len() - 1;
            while at > first && stack[at - 1].0 < child.0 {
                stack[at] = stack[at - 1];
                at -= 1;
            }
            stack[at] = child;
        }
    }
    true
}

impl Single {
    fn new(point: Point) -> Self {
        Self { point, rank: NO_RANK, distance: f64::INFINITY, leaf: NO_LEAF }
    }
}

impl Visitor for Single {
    #[inline(always)]
    fn visit<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        number: u64,
        mut limit: f64,
    ) -> f64 {
        let leaf = leaf_of(index, number);
        let (mask, squared) = leaf.at_most(simd, self.point, limit);
        for lane in mask.lanes() {
            let (rank, distance) = (leaf.id[lane], squared[lane].sqrt());
            if distance < self.distance || (distance == self.distance && rank < self.rank) {
                (self.rank, self.distance, self.leaf) = (rank, distance, number);
                limit = smaller(above(squared[lane]), limit);
            }
        }
        limit
    }
}

impl Block {
    /// Loads up to [`BLOCK`] finite points, repeating the last to fill the block. Returns their
    /// bounding box.
    #[inline(always)]
    fn load(&mut self, points: &[Point]) -> Bounds {
        let last = points.len() - 1;
        for i in 0..BLOCK {
            [self.x[i], self.y[i]] = points[i.min(last)];
        }
        Bounds {
            min: [reduce(self.x, smaller), reduce(self.y, smaller)],
            max: [reduce(self.x, larger), reduce(self.y, larger)],
        }
    }

    /// Forgets what was found, and starts again with a limit.
    #[inline(always)]
    fn begin(&mut self, limit: f64) {
        self.least = [limit; LANES];
        self.leaf = [NO_LEAF; LANES];
        self.other = [f64::INFINITY; LANES];
        self.leaves.clear();
    }
}

impl Visitor for Block {
    #[inline(always)]
    fn visit<S: Simd>(&mut self, _: S, index: IndexView<'_>, number: u64, limit: f64) -> f64 {
        self.leaves.push(number);
        let leaf = leaf_of(index, number);
        let mut found = [f64::INFINITY; LANES];
        for site in 0..LANES {
            for i in 0..LANES {
                let (dx, dy) = (leaf.x[site] - self.x[i], leaf.y[site] - self.y[i]);
                // The distance to padding is NaN, and never smaller.
                found[i] = smaller(dx * dx + dy * dy, found[i]);
            }
        }
        for i in 0..LANES {
            self.other[i] = smaller(larger(found[i], self.least[i]), self.other[i]);
            self.leaf[i] = if found[i] < self.least[i] { number } else { self.leaf[i] };
            self.least[i] = smaller(found[i], self.least[i]);
        }
        smaller(above(reduce(self.least, larger)), limit)
    }
}

/// Returns an upper bound on all squares whose root equals that of `squared`. Such a square is at
/// most two doubles larger.
#[inline(always)]
fn above(squared: f64) -> f64 {
    squared * (1.0 + 4.0 * f64::EPSILON)
}

#[inline(always)]
fn leaf_of(index: IndexView<'_>, number: u64) -> &SitePacket {
    #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 leaves
    &index.leaves[number as usize]
}

/// Combines all lanes into one number.
#[inline(always)]
fn reduce(mut lanes: Lanes, of_two: impl Fn(f64, f64) -> f64) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = of_two(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests;
