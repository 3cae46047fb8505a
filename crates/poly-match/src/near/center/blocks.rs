//! Finds the best site for points that lie close together, a block at a time.
//!
//! The points are sorted along a space-filling curve and taken [`BLOCK`] at a time. A block goes
//! down the tree with its bounding box; children with the lower minimum rank come first. A node is
//! pruned in two cases: no point of the block can reach it, or its lowest rank is not below the
//! worst rank that any point of the block has found. A site that remains is tested against all
//! points of the block at once.

use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Simd};
use crate::near::center::view::Search;
use crate::near::center::view::{IndexView, PendingNode};
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::curve::Curve;

/// Points in a block.
const BLOCK: usize = 32;

/// How many blocks are searched between two calls of `go_on`.
const ASK_EVERY: usize = 64;

/// Average number of points in a cell of the curve: a fraction of a block.
const POINTS_PER_CELL: usize = 8;

/// Buffers reused between blocks and between pieces.
#[derive(Debug, Default)]
pub(crate) struct BlockBuffers {
    curve: Curve,
    stack: Vec<PendingNode>,
}

#[derive(Debug)]
#[repr(align(64))]
struct Block {
    x: [f64; BLOCK],
    y: [f64; BLOCK],
    /// The best rank that each point has found so far.
    best: [u32; BLOCK],
}

/// Matches the finite ones of `points`. Calls `found` with the place, the rank and the squared
/// distance of each match. Stops early when `go_on` returns false.
#[inline(always)]
pub(crate) fn search<S: Simd>(
    simd: S,
    search: Search<'_>,
    points: &[Point],
    bounds: &Bounds,
    buffers: &mut BlockBuffers,
    go_on: &mut dyn FnMut() -> bool,
    mut found: impl FnMut(usize, u32, f64),
) {
    let Search { index, near, .. } = search;
    let Some(root) = index.root() else { return };
    let BlockBuffers { curve, stack } = buffers;
    let order = curve.sort(points, bounds, POINTS_PER_CELL);
    let mut block = Block::EMPTY;
    for (i, places) in order.chunks(BLOCK).enumerate() {
        if i.is_multiple_of(ASK_EVERY) && !go_on() {
            return;
        }
        let bounds = block.load(points, places);
        block.search(simd, index, near, &bounds, root, stack);
        let mut last = (NO_RANK, [0.0; 2]);
        for (i, &place) in places.iter().enumerate() {
            let rank = block.best[i];
            if rank == NO_RANK {
                continue;
            }
            if rank != last.0 {
                last = (rank, index.center(rank));
            }
            let (dx, dy) = (last.1[0] - block.x[i], last.1[1] - block.y[i]);
            found(place as usize, rank, dx * dx + dy * dy);
        }
    }
}

impl Block {
    const EMPTY: Self = Self { x: [0.0; BLOCK], y: [0.0; BLOCK], best: [NO_RANK; BLOCK] };

    /// Loads up to [`BLOCK`] finite points, repeating the last to fill the block. Returns their
    /// bounding box.
    #[inline(always)]
    fn load(&mut self, points: &[Point], places: &[u32]) -> Bounds {
        self.best = [NO_RANK; BLOCK];
        for i in 0..BLOCK {
            [self.x[i], self.y[i]] = points[places[i.min(places.len() - 1)] as usize];
        }
        let [(min_x, max_x), (min_y, max_y)] = [range(&self.x), range(&self.y)];
        Bounds { min: [min_x, min_y], max: [max_x, max_y] }
    }

    /// Tests some sites against all points. Returns the worst rank that any point has now.
    #[inline(always)]
    fn test(&mut self, near: &Within, sites: &[(Point, u32)]) -> u32 {
        let (x, y) = (self.x.as_chunks::<LANES>().0, self.y.as_chunks::<LANES>().0);
        for ((x, y), best) in x.iter().zip(y).zip(self.best.as_chunks_mut::<LANES>().0) {
            let mut lanes = *best;
            for &(site, rank) in sites {
                for i in 0..LANES {
                    let (dx, dy) = (site[0] - x[i], site[1] - y[i]);
                    let tested = if near.admits(dx * dx + dy * dy) { rank } else { NO_RANK };
                    lanes[i] = lanes[i].min(tested);
                }
            }
            *best = lanes;
        }
        self.worst()
    }

    #[inline(always)]
    fn worst(&self) -> u32 {
        self.best.iter().fold(0, |worst, &rank| worst.max(rank))
    }

    #[inline(always)]
    fn search<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        near: &Within,
        bounds: &Bounds,
        root: PendingNode,
        stack: &mut Vec<PendingNode>,
    ) {
        let mut worst = NO_RANK;
        stack.clear();
        stack.push(root);
        while let Some(pending) = stack.pop() {
            if pending.min_rank >= worst {
                continue;
            }
            if pending.is_bottom() {
                for leaf in index.bottom(pending.node as usize) {
                    if leaf.id[0] >= worst {
                        break;
                    }
                    let mask = leaf.reach(simd, near, bounds);
                    let mut sites = [([0.0; 2], NO_RANK); LANES];
                    let mut count = 0;
                    for lane in mask.lanes() {
                        sites[count % LANES] = ([leaf.x[lane], leaf.y[lane]], leaf.id[lane]);
                        count += usize::from(leaf.id[lane] < worst);
                    }
                    worst = self.test(near, &sites[..count]);
                }
                continue;
            }
            let packet = index.group(pending);
            let mask = packet.reach(simd, near, bounds);
            pending.push_children(packet, mask, worst, stack);
        }
    }
}

/// Returns the smallest and the largest of finite numbers.
#[inline(always)]
fn range(values: &[f64; BLOCK]) -> (f64, f64) {
    let (mut min, mut max) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    for values in values.as_chunks::<LANES>().0 {
        for i in 0..LANES {
            min[i] = if values[i] < min[i] { values[i] } else { min[i] };
            max[i] = if values[i] > max[i] { values[i] } else { max[i] };
        }
    }
    (
        min.into_iter().fold(f64::INFINITY, f64::min),
        max.into_iter().fold(f64::NEG_INFINITY, f64::max),
    )
}
