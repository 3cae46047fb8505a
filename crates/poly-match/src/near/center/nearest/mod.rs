//! The nearest site of points that lie close together, found for all of them at once.
//!
//! The points come in the order of a curve and are taken [`BLOCK`] at a time. A block goes down the
//! tree with its box, the closest node first, and leaves out a node that is farther from the box than
//! the worst of what its points have found. A leaf that is left is measured against all points of the
//! block, which take the lanes of the vectors. What the nearest leaf of one block is to the next bounds
//! it from the start.
//!
//! Squares are compared, but it is roots that decide, and of equal ones the lower rank. So a point
//! keeps its least square with the leaf of it, and the next larger of the other leaves: only where
//! both may have one root are all leaves asked again. In the end the roots of one leaf are compared.
//!
//! A block whose points lie so far apart for the sites that it meets too many leaves gives up, and so
//! do the next ones, the more often it happens: its points are searched for one by one.

// Loops over lanes index arrays of fixed length: that is what the compiler makes vectors of.
#![allow(clippy::needless_range_loop)]

use crate::geometry::float::{larger, smaller};
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Simd};
use crate::near::center::packet::SitePacket;
use crate::near::center::view::{IndexView, PendingNode};
use crate::rank::NO_RANK;
use crate::rule::Within;

/// Points in a block: as many as are measured at once.
const BLOCK: usize = LANES;

/// Points that are read together, and whose answers are written together, so that none waits for the
/// memory of another.
pub(crate) const BATCH: usize = 8 * BLOCK;

/// Leaves and groups of nodes that a block may ask.
const MAX_ASKED: usize = 128;

/// Blocks that are left out at most after one that gave up.
const MAX_REST: usize = 64;

const NO_LEAF: u64 = u64::MAX;

type Lanes = [f64; LANES];

/// What is used again from block to block.
#[derive(Debug)]
pub(crate) struct Nearest {
    block: Block,
    stack: Vec<(f64, PendingNode)>,
    /// The leaf of what the last point found.
    last: u64,
    /// Blocks still to be left out, and how many the next that gives up adds.
    rest: usize,
    next_rest: usize,
}

/// Some points with what they have found.
#[derive(Debug)]
#[repr(align(64))]
struct Block {
    x: Lanes,
    y: Lanes,
    /// The least squared distance to a site, or the limit.
    least: Lanes,
    /// The leaf of that site.
    leaf: [u64; LANES],
    /// The least squared distance to a site of another leaf, or to one at the limit.
    other: Lanes,
    /// All that the points were measured against.
    leaves: Vec<u64>,
}

/// A point with what it has found.
#[derive(Debug)]
struct Single {
    point: Point,
    rank: u32,
    distance: f64,
    /// The leaf of the site that was found.
    leaf: u64,
}

/// Who is taken to the leaves. A closure that is not inlined would miss the instruction set.
trait Visitor {
    /// Measures the distances to the sites of a leaf that may be within a limit, and returns a limit for
    /// those that may still be better, or as good.
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

    /// Forgets the last block: the next one is of another index.
    pub(crate) fn leave(&mut self) {
        self.last = NO_LEAF;
    }

    /// Finds the nearest sites of up to [`BATCH`] finite points at `places`, and hands over the place,
    /// the rank and the distance of each that has one.
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

    /// Measures a block against all leaves that may hold the nearest site of one of its points; false
    /// where they are too many, or where they were for the blocks before.
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
        let Self { block, stack, last, .. } = self;
        let bounds = block.load(points);
        let mut bound = within.limit();
        if *last != NO_LEAF {
            // Only as a bound: it comes again.
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

    /// The rank of the nearest site of a point of the block, or none, and its distance.
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

    /// The same of a point alone.
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
        if *last != NO_LEAF {
            limit = single.visit(simd, index, *last, limit);
        }
        let bounds = Bounds { min: point, max: point };
        walk(simd, index, &bounds, limit, usize::MAX, stack, &mut single);
        *last = single.leaf;
        (single.rank, single.distance)
    }
}

/// Visits the leaves at most as far from a box as a bound, the closest first, until so many leaves and
/// groups were asked. True at the end.
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
        let group = index.group(pending);
        let (mask, low) = group.at_most_from_box(simd, bounds, bound);
        let first = stack.len();
        for lane in mask.lanes() {
            let child = (low[lane], pending.child(group, lane));
            // The closest last, so that it is the next.
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
    /// Takes up to [`BLOCK`] finite points; the last one fills what is left. Returns their box.
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

    /// Forgets what was found.
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
                // That of padding is NaN, and never smaller.
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

/// A number that no square is above whose root is that of `squared`: at most two doubles more.
#[inline(always)]
fn above(squared: f64) -> f64 {
    squared * (1.0 + 4.0 * f64::EPSILON)
}

#[inline(always)]
fn leaf_of(index: IndexView<'_>, number: u64) -> &SitePacket {
    #[allow(clippy::cast_possible_truncation)] // there are fewer than 2^32
    &index.leaves[number as usize]
}

/// One number of all lanes.
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
