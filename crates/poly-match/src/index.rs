//! The sites of a matcher, arranged for search: a packed tree with the lowest rank in every node.
//!
//! A site is a centre with its rank. The tree is static and implicit: the sites are reordered once
//! by k-d median splits so that every run of [`FANOUT`] sites is a leaf, every run of `FANOUT`
//! leaves a node of the next level, and so on. No node holds a pointer; children of node `i` are
//! nodes `i * FANOUT ..` of the level below.
//!
//! A search for the best candidate goes down depth first, children of the lower minimum rank
//! first, and leaves out a node that is out of reach or that cannot hold a better rank than the
//! best found. Where there are few sites a tree costs more than it saves: up to [`SCAN_MAX`] they
//! are kept in rank order instead, and the first one that is near is the best.

use crate::near::{Within, squared_distance};
use crate::{Bounds, Point};

const FANOUT: usize = 8;

/// Up to this many sites, a scan in rank order is no slower than the tree.
const SCAN_MAX: usize = 1024;

/// A centre, and its rank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) center: Point,
    pub(crate) rank: u32,
}

/// What a search found: the rank of a site, and its squared distance from the point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub(crate) rank: u32,
    pub(crate) squared_distance: f64,
}

#[derive(Debug, Clone)]
pub(crate) enum Index {
    /// Few sites, in rank order.
    Scan(Vec<Site>),
    /// Many sites, in a tree.
    Tree(Tree),
}

impl Index {
    /// Arranges `sites`, given in rank order.
    pub(crate) fn new(sites: Vec<Site>) -> Self {
        if sites.len() <= SCAN_MAX { Self::Scan(sites) } else { Self::Tree(Tree::new(sites)) }
    }

    /// The near site of the lowest rank.
    pub(crate) fn best(&self, near: &Within, point: Point) -> Option<Found> {
        match self {
            Self::Scan(sites) => scan(sites, near, point).next(),
            Self::Tree(tree) => tree.best(near, point),
        }
    }

    /// Visits all near sites, in no particular order.
    pub(crate) fn each(&self, near: &Within, point: Point, mut visit: impl FnMut(Found)) {
        match self {
            Self::Scan(sites) => scan(sites, near, point).for_each(visit),
            Self::Tree(tree) => tree.each(near, point, &mut visit),
        }
    }
}

/// The near ones of `sites`, in their order.
fn scan(sites: &[Site], near: &Within, point: Point) -> impl Iterator<Item = Found> {
    sites.iter().filter_map(move |site| {
        let squared_distance = squared_distance(site.center, point);
        near.admits(squared_distance).then_some(Found { rank: site.rank, squared_distance })
    })
}

/// What a search must know of a node to leave it out.
#[derive(Debug, Clone, Copy)]
struct Node {
    bounds: Bounds,
    min_rank: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Tree {
    sites: Vec<Site>,
    /// `levels[0]` are the leaves; the last level is the root alone.
    levels: Vec<Vec<Node>>,
}

/// A node by its place: `levels[level][node]`.
#[derive(Debug, Clone, Copy)]
struct Place {
    level: usize,
    node: usize,
}

impl Tree {
    fn new(mut sites: Vec<Site>) -> Self {
        split(&mut sites);
        let leaf = |sites: &[Site]| Node {
            bounds: sites.iter().fold(Bounds::EMPTY, |bounds, site| bounds.including(site.center)),
            min_rank: sites.iter().map(|site| site.rank).min().unwrap_or(u32::MAX),
        };
        let parent = |nodes: &[Node]| Node {
            bounds: nodes.iter().fold(Bounds::EMPTY, |bounds, node| {
                bounds.including(node.bounds.min).including(node.bounds.max)
            }),
            min_rank: nodes.iter().map(|node| node.min_rank).min().unwrap_or(u32::MAX),
        };
        let mut levels: Vec<Vec<Node>> = vec![sites.chunks(FANOUT).map(leaf).collect()];
        while let Some(top) = levels.last()
            && top.len() > 1
        {
            let above = top.chunks(FANOUT).map(parent).collect();
            levels.push(above);
        }
        Self { sites, levels }
    }

    fn root(&self) -> Place {
        Place { level: self.levels.len() - 1, node: 0 }
    }

    fn node(&self, place: Place) -> &Node {
        &self.levels[place.level][place.node]
    }

    fn sites(&self, leaf: usize) -> &[Site] {
        let start = leaf * FANOUT;
        &self.sites[start..self.sites.len().min(start + FANOUT)]
    }

    fn children(&self, place: Place) -> impl Iterator<Item = Place> {
        let level = place.level - 1;
        let start = place.node * FANOUT;
        let end = self.levels[level].len().min(start + FANOUT);
        (start..end).map(move |node| Place { level, node })
    }

    fn best(&self, near: &Within, point: Point) -> Option<Found> {
        let mut best: Option<Found> = None;
        let mut stack = vec![self.root()];
        while let Some(place) = stack.pop() {
            let improves = |rank: u32| best.is_none_or(|best| rank < best.rank);
            if !improves(self.node(place).min_rank) {
                continue;
            }
            if place.level == 0 {
                for found in scan(self.sites(place.node), near, point) {
                    if best.is_none_or(|best| found.rank < best.rank) {
                        best = Some(found);
                    }
                }
            } else {
                let first = stack.len();
                stack.extend(self.children(place).filter(|&child| {
                    let node = self.node(child);
                    improves(node.min_rank) && near.may_admit(&node.bounds, point)
                }));
                // The last one is popped first: the one of the lowest rank.
                stack[first..]
                    .sort_unstable_by_key(|&child| std::cmp::Reverse(self.node(child).min_rank));
            }
        }
        best
    }

    fn each(&self, near: &Within, point: Point, visit: &mut impl FnMut(Found)) {
        let mut stack = vec![self.root()];
        while let Some(place) = stack.pop() {
            if place.level == 0 {
                scan(self.sites(place.node), near, point).for_each(&mut *visit);
            } else {
                stack.extend(
                    self.children(place)
                        .filter(|&child| near.may_admit(&self.node(child).bounds, point)),
                );
            }
        }
    }
}

/// Reorders `sites` so that runs of `FANOUT`, `FANOUT²`, … sites lie close together: halves them
/// along the longer side of their box, again and again, at a multiple of the largest run that the
/// half can hold.
fn split(sites: &mut [Site]) {
    if sites.len() <= FANOUT {
        return;
    }
    let mut run = FANOUT;
    while run * FANOUT < sites.len() {
        run *= FANOUT;
    }
    let middle = (sites.len() / 2).next_multiple_of(run);
    let middle = if middle < sites.len() { middle } else { middle - run };
    let bounds = sites.iter().fold(Bounds::EMPTY, |bounds, site| bounds.including(site.center));
    // Halved first, since the difference of two large doubles may overflow.
    let side = |axis: usize| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0;
    let axis = usize::from(side(1) > side(0));
    sites.select_nth_unstable_by(middle, |a, b| {
        a.center[axis].total_cmp(&b.center[axis]).then(a.rank.cmp(&b.rank))
    });
    let (left, right) = sites.split_at_mut(middle);
    split(left);
    split(right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Coordinates that make ties and boundaries common, and others that stretch the range.
    fn coordinate() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (-8i32..8).prop_map(f64::from),
            2 => -8.0..8.0,
            1 => (0i32..16).prop_map(|i| 1e9 + f64::from(i)),
            1 => prop::sample::select(vec![1e300, -1e300, 1e-300, -0.0, f64::MAX, f64::MIN]),
        ]
    }

    fn max_dist() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (0i32..12).prop_map(f64::from),
            2 => 0.0..20.0,
            1 => prop::sample::select(vec![1e-300, 1e300, f64::INFINITY]),
        ]
    }

    fn sites(centers: &[Point]) -> Vec<Site> {
        (0..).zip(centers).map(|(rank, &center)| Site { center, rank }).collect()
    }

    fn all(index: &Index, near: &Within, point: Point) -> Vec<Found> {
        let mut found = Vec::new();
        index.each(near, point, |site| found.push(site));
        found.sort_by_key(|site| site.rank);
        found
    }

    proptest! {
        /// A tree of any size, small ones too, finds what a scan of all sites finds.
        #[test]
        fn the_tree_agrees_with_the_scan(
            centers in vec([coordinate(), coordinate()], 1..300),
            point in [coordinate(), coordinate()],
            max_dist in max_dist(),
        ) {
            let near = Within::new(max_dist).expect("legal");
            let tree = Index::Tree(Tree::new(sites(&centers)));
            let scan = Index::Scan(sites(&centers));
            prop_assert_eq!(tree.best(&near, point), scan.best(&near, point));
            prop_assert_eq!(all(&tree, &near, point), all(&scan, &near, point));
        }
    }

    #[test]
    fn every_level_covers_the_one_below() {
        for count in [1, 7, 8, 9, 64, 65, 511, 512, 513, 5000] {
            let centers: Vec<Point> =
                (0..count).map(|i| [f64::from(i % 71), f64::from(i * 31 % 97)]).collect();
            let tree = Tree::new(sites(&centers));
            assert_eq!(tree.levels[0].len(), centers.len().div_ceil(FANOUT));
            assert_eq!(tree.levels.last().map(Vec::len), Some(1));
            assert_eq!(tree.node(tree.root()).min_rank, 0);
        }
    }
}
