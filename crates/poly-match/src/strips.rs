//! The lists of `cells`, made for a strip of eight cells at a time.
//!
//! One walk down the tree serves the whole strip: it takes the sites near any place of it, the lower
//! ranks first, and notes for each cell which of them covers it. When every cell has a site that
//! covers it, nothing of a rank above the worst of those can win anywhere in the strip.

use crate::index::{Group, Index, Leaf, Mask, NO_RANK, Pending};
use crate::join::Search;
use crate::near::Within;
use crate::simd::{LANES, Simd};
use crate::{Bounds, Point};

/// Eight neighbouring cells, or fewer at the end of a row.
#[derive(Debug)]
struct Strip {
    cells: Group,
    bounds: Bounds,
    /// The best rank that covers each cell; 0 where there is no cell.
    covers: [u32; LANES],
    /// The worst of them: no rank above it can win.
    worst: u32,
}

/// A site, and the cells that it is near some place of.
#[derive(Debug, Clone, Copy)]
struct Found {
    rank: u32,
    cells: Mask,
}

/// What is used again from strip to strip.
#[derive(Debug)]
pub(crate) struct Scratch {
    stack: Vec<Pending>,
    found: Vec<Found>,
    list: Vec<u32>,
    /// What covered the cells of the strip before: likely to cover the next ones, too.
    guesses: [u32; LANES],
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let (stack, found, list) = (Vec::new(), Vec::new(), Vec::new());
        Self { stack, found, list, guesses: [NO_RANK; LANES] }
    }
}

/// Hands over the list of each of up to eight neighbouring cells, in order: the sites that are near
/// some place of it, by rank, up to and including the first that covers it.
#[inline(always)]
pub(crate) fn list_sites<S: Simd>(
    simd: S,
    search: Search<'_>,
    cells: &[Bounds],
    scratch: &mut Scratch,
    mut each: impl FnMut(&[u32]),
) {
    let Search { index, near, .. } = search;
    let Scratch { stack, found, list, guesses } = scratch;
    found.clear();
    let mut strip = Strip::new(cells);
    let mut last = NO_RANK;
    for &rank in guesses.iter() {
        if rank != last && rank != NO_RANK {
            strip.take(simd, near, index.center(rank), rank, found);
            last = rank;
        }
    }
    match index.root() {
        Some(root) => strip.search(simd, index, near, root, stack, found),
        None => strip.scan(simd, index, near, found),
    }
    found.sort_unstable_by_key(|found| found.rank);
    found.dedup_by_key(|found| found.rank); // a guess is found again
    for (lane, &cover) in strip.covers[..cells.len()].iter().enumerate() {
        let can_win = found.iter().take_while(|found| found.rank <= cover);
        list.clear();
        list.extend(can_win.filter(|found| found.cells.has(lane)).map(|found| found.rank));
        each(list);
    }
    *guesses = strip.covers;
    guesses[cells.len()..].fill(NO_RANK);
}

impl Strip {
    fn new(cells: &[Bounds]) -> Self {
        let mut strip =
            Self { cells: Group::EMPTY, bounds: Bounds::EMPTY, covers: [0; LANES], worst: NO_RANK };
        for (lane, &bounds) in cells.iter().enumerate() {
            strip.cells.set(lane, bounds, NO_RANK);
            strip.bounds = strip.bounds.including(bounds.min).including(bounds.max);
            strip.covers[lane] = NO_RANK;
        }
        strip
    }

    #[inline(always)]
    fn take<S: Simd>(
        &mut self,
        simd: S,
        near: &Within,
        site: Point,
        rank: u32,
        found: &mut Vec<Found>,
    ) {
        let reach = self.cells.reach(simd, near, &Bounds { min: site, max: site });
        if reach.some.first().is_some() {
            found.push(Found { rank, cells: reach.some });
        }
        for lane in reach.all.lanes() {
            self.covers[lane] = self.covers[lane].min(rank);
        }
        self.worst = self.covers.into_iter().fold(0, u32::max);
    }

    /// Takes the sites of a leaf; false once its ranks are too high.
    #[inline(always)]
    fn take_leaf<S: Simd>(
        &mut self,
        simd: S,
        near: &Within,
        leaf: &Leaf,
        found: &mut Vec<Found>,
    ) -> bool {
        for lane in leaf.reach(simd, near, &self.bounds).some.lanes() {
            if leaf.id[lane] >= self.worst {
                return false;
            }
            self.take(simd, near, [leaf.x[lane], leaf.y[lane]], leaf.id[lane], found);
        }
        leaf.id[0] < self.worst
    }

    /// Takes sites in the order of rank.
    #[inline(always)]
    fn scan<S: Simd>(&mut self, simd: S, index: &Index, near: &Within, found: &mut Vec<Found>) {
        for leaf in &index.leaves {
            if !self.take_leaf(simd, near, leaf, found) {
                return;
            }
        }
    }

    #[inline(always)]
    fn search<S: Simd>(
        &mut self,
        simd: S,
        index: &Index,
        near: &Within,
        root: Pending,
        stack: &mut Vec<Pending>,
        found: &mut Vec<Found>,
    ) {
        stack.clear();
        stack.push(root);
        while let Some(pending) = stack.pop() {
            if pending.min_rank >= self.worst {
                continue;
            }
            if pending.is_leaf() {
                self.take_leaf(simd, near, &index.leaves[pending.node as usize], found);
                continue;
            }
            let group = index.group(pending);
            let reach = group.reach(simd, near, &self.bounds);
            // A node within reach of the whole strip gives its best site; the others cannot win.
            for lane in reach.all.lanes() {
                let rank = group.min_rank[lane];
                if rank < self.worst {
                    self.take(simd, near, index.center(rank), rank, found);
                }
            }
            pending.push_children(group, reach.some.without(reach.all), self.worst, stack);
        }
    }
}
