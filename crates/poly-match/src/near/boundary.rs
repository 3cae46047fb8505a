//! The edges of all polygons, arranged for search by distance: what *boundary* is asked of.
//!
//! A packed tree like that of the centres (`index.rs`), split by the middles of the edges. A leaf
//! holds eight edges with the ranks of their polygons, and the edges of all polygons go through the
//! tree in the order of rank, so that the lowest rank of a node is that of its first.
//!
//! The distance to an edge is that of [`segment`], bit for bit. It divides, so it is not monotone as
//! the distance to a centre is, and a box may be a little farther than an edge in it seems to be. By
//! how much at most is shown at [`segment::distance`]: where D is the distance to a box and L the
//! longest edge, an edge in the box has a distance of no less than D (1 − 2^-48) − 2^-49 L. So a box
//! is left out only where D is above (distance + 2^-48 L) (1 + 2^-46).
//!
//! An edge takes 36 bytes in a leaf and about 6 in the boxes above it.

// Loops over lanes index arrays of fixed length: that is what the compiler makes vectors of.
#![allow(clippy::needless_range_loop)]

use bytemuck::{Pod, Zeroable};

use crate::bytes::Array;
use crate::error::Error;
use crate::geometry::float::{larger, squared_distance};
use crate::geometry::{Bounds, Point, Shapes, segment};
use crate::machine::{LANES, Mask, Simd};
use crate::near::containment::Inside;
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::branch_and_bound::{Sites, Taker};
use crate::tree::bulk_load::{in_leaves, split};
use crate::tree::levels::{Levels, LevelsView, NodePacket};

/// Edges that are read between two questions whether to go on.
const ASK_EVERY: usize = 1 << 16;

/// Some edges, those of the best polygon first, padded with edges that are nowhere.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(32))]
pub(crate) struct EdgePacket {
    from_x: [f64; LANES],
    from_y: [f64; LANES],
    to_x: [f64; LANES],
    to_y: [f64; LANES],
    /// Of the polygons.
    rank: [u32; LANES],
}

/// What finds the polygons whose boundary is near.
#[derive(Debug, Clone)]
pub(crate) struct Boundaries {
    pub(crate) within: Within,
    /// A point inside is at distance 0.
    pub(crate) inside: Inside,
    pub(crate) edges: Outlines,
}

impl Boundaries {
    /// Arranges polygons whose positions are given in the order of rank.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn new<E: From<Error>>(
        within: Within,
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let inside = Inside::new(shapes, order, &mut poll)?;
        let edges = Outlines::new(shapes, order, poll)?;
        Ok(Self { within, inside, edges })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Outlines {
    pub(crate) leaves: Array<EdgePacket>,
    /// Over the leaves; none where there are no edges.
    pub(crate) levels: Levels,
    /// What is added to a distance before it is held against that of a box.
    pub(crate) slack: f64,
}

/// Outlines as a search reads them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EdgesView<'a> {
    leaves: &'a [EdgePacket],
    levels: LevelsView<'a>,
    slack: f64,
}

/// An edge of the polygon of a rank.
type Edge = ([Point; 2], u32);

impl Outlines {
    /// Arranges the edges of polygons whose positions are given in the order of rank.
    ///
    /// # Errors
    /// What `poll` returns, which is called now and then.
    pub(crate) fn new<E>(
        shapes: &Shapes,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut edges: Vec<Edge> = Vec::new();
        let mut next = ASK_EVERY;
        for (rank, &position) in (0..).zip(order) {
            edges.extend(shapes.edges(position as usize).map(|edge| (edge, rank)));
            if edges.len() >= next {
                next = edges.len() + ASK_EVERY;
                poll()?;
            }
        }
        Self::of(&edges, poll)
    }

    fn of<E>(edges: &[Edge], mut poll: impl FnMut() -> Result<(), E>) -> Result<Self, E> {
        if edges.is_empty() {
            return Ok(Self { leaves: Array::default(), levels: Levels::none(), slack: 0.0 });
        }
        let middle = |&([a, b], _): &Edge| [0, 1].map(|axis| a[axis] / 2.0 + b[axis] / 2.0);
        // The number of an edge stands for its rank: it grows with it.
        let middles: Vec<Point> = edges.iter().map(middle).collect();
        let mut sites = in_leaves(split(&middles, &mut poll)?, &middles);
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
        let slack = if largest > HUGE { f64::INFINITY } else { longest * SLACK + VANISHED };
        Ok(Self { leaves: leaves.into(), levels, slack })
    }

    /// The outlines that were made of arrays before; none where those do not go together.
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

    /// Whether all edges and nodes are of so many polygons.
    pub(crate) fn is_sound(&self, polygons: usize) -> bool {
        // Padding is near nothing.
        let is_edge = |leaf: &EdgePacket, lane: usize| {
            ((leaf.rank[lane] as usize) < polygons)
                | ((leaf.rank[lane] == NO_RANK) & leaf.from_x[lane].is_nan())
        };
        let are_edges =
            |leaf: &EdgePacket| (0..LANES).fold(true, |all, lane| all & is_edge(leaf, lane));
        self.leaves.iter().fold(true, |all, leaf| all & are_edges(leaf))
            && self.levels.is_sound(self.leaves.len(), polygons)
    }

    /// What a search reads.
    #[inline(always)]
    pub(crate) fn view(&self) -> EdgesView<'_> {
        EdgesView { leaves: &self.leaves, levels: self.levels.view(), slack: self.slack }
    }
}

/// 2^-48.
const SLACK: f64 = 1.0 / (1_u64 << 48) as f64;

/// Beyond this a product may overflow, and nothing is left out.
const HUGE: f64 = 1e150;

/// More than products that vanish can amount to.
const VANISHED: f64 = 1e-145;

/// 1 + 2^-46.
const FACTOR: f64 = 1.0 + 1.0 / (1_u64 << 46) as f64;

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

    /// The edges that may be within a limit, as [`Sites::limit`] has it.
    ///
    /// The distance is that to the foot on the edge. The way to the foot along the edge is rounded by
    /// less than 2^-51 of the way to the ends, and the distance by no more than that: less than the
    /// distance to an edge, which the slack is made for.
    #[inline(always)]
    fn at_most<S: Simd>(&self, simd: S, point: Point, limit: f64) -> Mask {
        // Also where a coordinate of an edge overflows.
        if limit == f64::INFINITY {
            let mut squared = [0.0; LANES];
            for i in 0..LANES {
                squared[i] = if self.rank[i] == NO_RANK { f64::NAN } else { 0.0 };
            }
            return Mask::at_most(simd, &squared, limit);
        }
        let mut squared = [0.0; LANES];
        for i in 0..LANES {
            let along = [self.to_x[i] - self.from_x[i], self.to_y[i] - self.from_y[i]];
            let from = [self.from_x[i] - point[0], self.from_y[i] - point[1]];
            let squared_length = along[0] * along[0] + along[1] * along[1];
            let place = -(from[0] * along[0] + from[1] * along[1]) / squared_length;
            // The second of two is taken where one is NaN: the start of an edge without length.
            let place = larger(place, 0.0);
            let place = if place < 1.0 { place } else { 1.0 };
            let (dx, dy) = (from[0] + place * along[0], from[1] + place * along[1]);
            squared[i] = dx * dx + dy * dy;
        }
        Mask::at_most(simd, &squared, limit)
    }
}

impl Sites for EdgesView<'_> {
    #[inline(always)]
    fn levels(&self) -> LevelsView<'_> {
        self.levels
    }

    /// There are no leaves without a tree.
    fn lowest_ranks(&self) -> impl Iterator<Item = u32> {
        std::iter::empty()
    }

    #[inline(always)]
    fn limit(&self, distance: f64) -> f64 {
        let distance = (distance + self.slack) * FACTOR;
        distance * distance
    }

    #[inline(always)]
    fn at(&self, slot: u32, point: Point) -> (u32, f64) {
        let (leaf, lane) = (&self.leaves[slot as usize / LANES], slot as usize % LANES);
        let [a, b] = leaf.edge(lane);
        (leaf.rank[lane], distance(a, b, point))
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
        #[allow(clippy::cast_possible_truncation)] // there are fewer than 2^32 edges
        let first_slot = (leaf * LANES) as u32;
        let leaf = &self.leaves[leaf];
        let mask = leaf.at_most(simd, point, limit);
        #[allow(clippy::cast_possible_truncation)] // a lane
        for (lane, slot) in mask.lanes().map(|lane| (lane, first_slot + lane as u32)) {
            if taker.wants(leaf.rank[lane]) {
                let [a, b] = leaf.edge(lane);
                taker.take(leaf.rank[lane], distance(a, b, point), slot);
            }
        }
    }
}

/// The distance to an edge, or infinity where it is not a number since a product overflows; that is
/// what the minimum over all edges of a polygon makes of it.
#[inline(always)]
fn distance(a: Point, b: Point, point: Point) -> f64 {
    let distance = segment::distance(a, b, point);
    if distance.is_nan() { f64::INFINITY } else { distance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Level, Task};
    use proptest::prelude::*;

    /// Which of two edges may be as near as `distance`, by their leaf, and whether their box may.
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

        /// Edges of any length at any distance, and points that are all but on their line.
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
            let outlines = Outlines::of(&[([a, b], 0)], go_on).expect("nothing can fail");
            let distance = distance(a, b, point);
            for level in Level::all() {
                let look = Look { outlines: outlines.view(), point, distance };
                prop_assert_eq!(level.run(look), (vec![0], true));
            }
        }
    }
}
