//! The full index of boundaries: the edges of all polygons in a packed tree.
//!
//! The tree is like that of the centres (`center/index.rs`), split by the midpoints of the edges. A
//! leaf holds eight edges and the ranks of their polygons. Within a leaf the edges are sorted by
//! rank, so the first edge has the lowest rank.
//!
//! An edge takes 36 bytes in a leaf and about 6 bytes in the boxes above it.

// The compiler vectorizes loops that index arrays of fixed length.
#![allow(clippy::needless_range_loop)]

use std::num::NonZeroUsize;

use bytemuck::{Pod, Zeroable};

use crate::bytes::Array;
use crate::geometry::float::{larger, squared_distance};
use crate::geometry::{Bounds, Point, Shapes};
use crate::machine::{LANES, Mask, Simd};
use crate::near::boundary::reach;
use crate::rank::NO_RANK;
use crate::tree::branch_and_bound::{Sites, Taker};
use crate::tree::bulk_load::{in_leaves, split};
use crate::tree::levels::{Levels, LevelsView, NodePacket};

/// Edges to collect between two calls of `poll`.
const POLL_EVERY: usize = 1 << 16;

/// Up to eight edges of a leaf, sorted by rank. Unused lanes have NaN coordinates and [`NO_RANK`].
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(32))]
pub(crate) struct EdgePacket {
    from_x: [f64; LANES],
    from_y: [f64; LANES],
    to_x: [f64; LANES],
    to_y: [f64; LANES],
    /// The rank of each edge's polygon.
    rank: [u32; LANES],
}

/// The edges of all polygons, in a packed tree.
#[derive(Debug, Clone)]
pub(crate) struct Outlines {
    pub(crate) leaves: Array<EdgePacket>,
    /// The tree above the leaves; empty if there are no edges.
    pub(crate) levels: Levels,
    /// Added to a distance before it is compared with the distance to a box. It covers the rounding
    /// errors of the distance to an edge.
    pub(crate) slack: f64,
}

/// A view of [`Outlines`] for a search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EdgesView<'a> {
    leaves: &'a [EdgePacket],
    levels: LevelsView<'a>,
    slack: f64,
}

/// The two ends of an edge, and the rank of its polygon.
type Edge = ([Point; 2], u32);

impl Outlines {
    /// Builds the tree of edges. `order` lists the positions of the polygons by rank.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E>(
        shapes: &Shapes,
        order: &[u32],
        workers: Option<NonZeroUsize>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut edges: Vec<Edge> = Vec::new();
        let mut next = POLL_EVERY;
        for (rank, &position) in (0..).zip(order) {
            edges.extend(shapes.edges(position as usize).map(|edge| (edge, rank)));
            if edges.len() >= next {
                next = edges.len() + POLL_EVERY;
                poll()?;
            }
        }
        Self::of(&edges, workers, poll)
    }

    fn of<E>(
        edges: &[Edge],
        workers: Option<NonZeroUsize>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        if edges.is_empty() {
            return Ok(Self { leaves: Array::default(), levels: Levels::none(), slack: 0.0 });
        }
        let middle = |&([a, b], _): &Edge| [0, 1].map(|axis| a[axis] / 2.0 + b[axis] / 2.0);
        // The edges are collected by rank, so sorting edge numbers sorts ranks.
        let middles: Vec<Point> = edges.iter().map(middle).collect();
        let mut sites = in_leaves(split(&middles, workers, &mut poll)?, &middles);
        drop(middles);
        let leaf = |sites: &mut [u32]| {
            sites.sort_unstable();
            EdgePacket::of(sites.iter().map(|&edge| edges[edge as usize]))
        };
        let leaves: Vec<EdgePacket> = sites.chunks_mut(LANES).map(leaf).collect();
        let levels = Levels::over(&leaves, EdgePacket::whole);
        let squared_lengths = edges.iter().map(|&([a, b], _)| squared_distance(a, b));
        let longest = squared_lengths.fold(0.0, f64::max).sqrt();
        let largest = edges.iter().flat_map(|(edge, _)| edge.as_flattened());
        let largest = largest.fold(0.0, |largest, x| larger(x.abs(), largest));
        let slack = reach::slack(longest, largest);
        Ok(Self { leaves: leaves.into(), levels, slack })
    }

    /// Restores outlines from saved arrays. Returns `None` if the arrays do not fit together.
    pub(crate) fn from_arrays(
        leaves: Array<EdgePacket>,
        groups: Array<NodePacket>,
        slack: f64,
    ) -> Option<Self> {
        let levels = match leaves.len() {
            0 => groups.is_empty().then(Levels::none)?,
            nodes => Levels::from_array(nodes, groups)?,
        };
        // A slot is a u32.
        u32::try_from(leaves.len() * LANES).ok()?;
        (slack >= 0.0).then_some(Self { leaves, levels, slack })
    }

    /// Whether all ranks in edges and nodes are below `polygons`.
    pub(crate) fn is_sound(&self, polygons: usize) -> bool {
        // A padding lane has NaN coordinates, so that it is near no point.
        let is_edge = |leaf: &EdgePacket, lane: usize| {
            ((leaf.rank[lane] as usize) < polygons)
                | ((leaf.rank[lane] == NO_RANK) & leaf.from_x[lane].is_nan())
        };
        let are_edges =
            |leaf: &EdgePacket| (0..LANES).fold(true, |all, lane| all & is_edge(leaf, lane));
        self.leaves.iter().fold(true, |all, leaf| all & are_edges(leaf))
            && self.levels.is_sound(self.leaves.len(), polygons)
    }

    /// Returns the view for a search.
    #[inline(always)]
    pub(crate) fn view(&self) -> EdgesView<'_> {
        EdgesView { leaves: &self.leaves, levels: self.levels.view(), slack: self.slack }
    }
}

impl EdgePacket {
    const EMPTY: Self = Self {
        from_x: [f64::NAN; LANES],
        from_y: [f64::NAN; LANES],
        to_x: [f64::NAN; LANES],
        to_y: [f64::NAN; LANES],
        rank: [NO_RANK; LANES],
    };

    fn of(edges: impl Iterator<Item = Edge>) -> Self {
        let mut leaf = Self::EMPTY;
        for (lane, ([from, to], rank)) in edges.enumerate() {
            [leaf.from_x[lane], leaf.from_y[lane]] = from;
            [leaf.to_x[lane], leaf.to_y[lane]] = to;
            leaf.rank[lane] = rank;
        }
        leaf
    }

    #[inline(always)]
    fn edge(&self, lane: usize) -> [Point; 2] {
        [[self.from_x[lane], self.from_y[lane]], [self.to_x[lane], self.to_y[lane]]]
    }

    fn whole(&self) -> (Bounds, u32) {
        let lanes = (0..LANES).filter(|&lane| self.rank[lane] != NO_RANK);
        let ends = lanes.flat_map(|lane| self.edge(lane));
        (ends.fold(Bounds::EMPTY, Bounds::including), self.rank[0])
    }

    /// The edges that may be within `limit`, a squared distance from [`Sites::limit`].
    #[inline(always)]
    fn at_most<S: Simd>(&self, simd: S, point: Point, limit: f64) -> Mask {
        let (from, to) = ((&self.from_x, &self.from_y), (&self.to_x, &self.to_y));
        let near = reach::at_most(simd, from, to, point, limit);
        if limit < f64::INFINITY {
            return near; // lanes without an edge are NaN, and so not near
        }
        let edges = self.rank.iter().filter(|&&rank| rank != NO_RANK).count();
        near & Mask::first_lanes(edges)
    }
}

impl Sites for EdgesView<'_> {
    #[inline(always)]
    fn levels(&self) -> LevelsView<'_> {
        self.levels
    }

    #[inline(always)]
    fn limit(&self, distance: f64) -> f64 {
        reach::limit(distance, self.slack)
    }

    #[inline(always)]
    fn at<S: Simd>(&self, _: S, slot: u32, point: Point) -> Option<(u32, f64)> {
        let (leaf, lane) = (&self.leaves[slot as usize / LANES], slot as usize % LANES);
        let [a, b] = leaf.edge(lane);
        Some((leaf.rank[lane], reach::distance(a, b, point)))
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
        let edges = &self.leaves[leaf];
        let mask = edges.at_most(simd, point, limit);
        taker.take_lanes(leaf, mask, &edges.rank, |lane| {
            let [a, b] = edges.edge(lane);
            reach::distance(a, b, point)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Level, Task};
    use proptest::prelude::*;

    /// Tests which edges of the first leaf, and whether their box, may be within `distance`.
    struct Look<'a> {
        outlines: EdgesView<'a>,
        point: Point,
        distance: f64,
    }

    impl Task for Look<'_> {
        type Output = (Vec<usize>, bool);

        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let Self { outlines, point, distance } = self;
            let limit = outlines.limit(distance);
            let lanes = outlines.leaves[0].at_most(simd, point, limit).lanes().collect();
            let (mask, _) = outlines.levels.group(0, 0).at_most(simd, point, limit);
            (lanes, mask.first() == Some(0))
        }
    }

    fn number(exponents: std::ops::Range<i32>) -> impl Strategy<Value = f64> {
        (exponents, -1.0..1.0).prop_map(|(exponent, x): (i32, f64)| x * 2.0_f64.powi(exponent))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// Tries edges of any length at any distance, and points nearly on the line of the edge.
        #[test]
        fn no_edge_is_left_out_by_its_box(
            start in [number(-3..9), number(-3..9)],
            step in [number(-70..9), number(-70..9)],
            along in number(-2..3),
            aside in number(-60..9),
            scale in prop::sample::select(vec![1.0, 1.0, 1.0, 1e-150, 1e-290, 1e150, 1e290]),
        ) {
            let end = [start[0] + step[0], start[1] + step[1]];
            let length = step[0].hypot(step[1]);
            let aside = if length > 0.0 { aside / length } else { 0.0 };
            let point = [
                start[0] + along * step[0] - aside * step[1],
                start[1] + along * step[1] + aside * step[0],
            ];
            let [a, b, point] = [start, end, point].map(|place| place.map(|x| x * scale));
            let go_on = || Ok::<(), std::convert::Infallible>(());
            let outlines = Outlines::of(&[([a, b], 0)], None, go_on).expect("nothing can fail");
            let distance = reach::distance(a, b, point);
            for level in Level::all() {
                let look = Look { outlines: outlines.view(), point, distance };
                prop_assert_eq!(level.run(look), (vec![0], true));
            }
        }
    }
}
