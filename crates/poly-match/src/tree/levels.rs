//! The nodes of a packed tree: bounding boxes in groups of eight, level above level.
//!
//! The tree is implicit, without pointers. Node `i` of the lowest level holds the `i`-th item below
//! the tree. The children of node `i` of a higher level are group `i` of the level below. All
//! groups stand in one array, level after level, so the tree is one block of memory that can be
//! saved and loaded as it is.
//!
//! What the nodes of the lowest level hold is not known here.

// Loops over lanes index arrays of fixed length, because the compiler vectorizes that form.
#![allow(clippy::needless_range_loop)]

use bytemuck::{Pod, Zeroable};

use crate::bytes::Array;
use crate::geometry::float::nearest;
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::reach::reach;

/// The most levels that a tree can have: there are fewer than 2^32 nodes, and each level has an
/// eighth of the nodes of the level below.
pub(crate) const MAX_LEVELS: usize = 11;

/// Eight sibling nodes: what a search needs to prune them.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct NodePacket {
    min_x: [f64; LANES],
    min_y: [f64; LANES],
    max_x: [f64; LANES],
    max_y: [f64; LANES],
    pub(crate) min_rank: [u32; LANES],
    /// Pads to a multiple of the alignment. It has a name, and is zero, because it is saved with
    /// the rest.
    unused: [u32; LANES],
}

impl NodePacket {
    const EMPTY: Self = Self {
        min_x: [f64::NAN; LANES],
        min_y: [f64::NAN; LANES],
        max_x: [f64::NAN; LANES],
        max_y: [f64::NAN; LANES],
        min_rank: [NO_RANK; LANES],
        unused: [0; LANES],
    };

    /// A group of up to eight nodes, from their boxes and their lowest ranks.
    pub(crate) fn of(nodes: impl Iterator<Item = (Bounds, u32)>) -> Self {
        let mut group = Self::EMPTY;
        for (lane, (bounds, min_rank)) in nodes.enumerate() {
            [group.min_x[lane], group.min_y[lane]] = bounds.min;
            [group.max_x[lane], group.max_y[lane]] = bounds.max;
            group.min_rank[lane] = min_rank;
        }
        group
    }

    /// Whether a lane is padding: it holds no node, and its box is near nothing.
    fn is_padding(&self, lane: usize) -> bool {
        let sides = [self.min_x[lane], self.min_y[lane], self.max_x[lane], self.max_y[lane]];
        self.min_rank[lane] == NO_RANK && sides.iter().all(|side| side.is_nan())
    }

    /// The box around all nodes of the group, and their lowest rank.
    pub(crate) fn whole(&self) -> (Bounds, u32) {
        // `f64::min` and `f64::max` ignore the NaN of the padding.
        let bounds = (0..LANES).fold(Bounds::EMPTY, |bounds, i| {
            let (min, max) = ([self.min_x[i], self.min_y[i]], [self.max_x[i], self.max_y[i]]);
            bounds.union(Bounds { min, max })
        });
        (bounds, self.min_rank.into_iter().min().unwrap_or(NO_RANK))
    }

    /// The nodes whose box holds `point`, sides included.
    #[inline(always)]
    pub(crate) fn holding<S: Simd>(&self, simd: S, point: Point) -> Mask {
        let (is_ahead, _) = self.ahead(simd, point);
        is_ahead & Mask::at_most(simd, &self.min_x, point[0])
    }

    /// The nodes whose box a ray from `point` towards greater x meets; and those of them that do not
    /// hold the point but lie wholly to its right.
    #[inline(always)]
    pub(crate) fn ahead<S: Simd>(&self, simd: S, point: Point) -> (Mask, Mask) {
        // Negated, since there is only one comparison: a >= b if -a <= -b.
        let (mut max_x, mut max_y) = ([0.0; LANES], [0.0; LANES]);
        for i in 0..LANES {
            (max_x[i], max_y[i]) = (-self.max_x[i], -self.max_y[i]);
        }
        let [x, y] = point;
        let ahead = Mask::at_most(simd, &max_x, -x)
            & Mask::at_most(simd, &self.min_y, y)
            & Mask::at_most(simd, &max_y, -y);
        (ahead, ahead.without(Mask::at_most(simd, &self.min_x, x)))
    }

    /// The nodes that are in reach of a box.
    #[inline(always)]
    pub(crate) fn reach<S: Simd>(&self, simd: S, near: &Within, bounds: &Bounds) -> Mask {
        reach(simd, near, bounds, (&self.min_x, &self.max_x), (&self.min_y, &self.max_y))
    }

    /// The nodes whose squared distance from `point` is at most `limit`, and the squared distances
    /// of all eight.
    #[inline(always)]
    pub(crate) fn at_most<S: Simd>(
        &self,
        simd: S,
        point: Point,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        self.at_most_from_box(simd, &Bounds { min: point, max: point }, limit)
    }

    /// The nodes whose squared distance from a box is at most `limit`, and the squared distances of
    /// all eight.
    #[inline(always)]
    pub(crate) fn at_most_from_box<S: Simd>(
        &self,
        simd: S,
        bounds: &Bounds,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        let mut low = [0.0; LANES];
        for i in 0..LANES {
            let dx = nearest(self.min_x[i], self.max_x[i], bounds.min[0], bounds.max[0]);
            let dy = nearest(self.min_y[i], self.max_y[i], bounds.min[1], bounds.max[1]);
            low[i] = dx * dx + dy * dy;
        }
        (Mask::at_most(simd, &low, limit), low)
    }
}

/// Where each level starts in the array of groups: the lowest level first, the single top group
/// last.
#[derive(Debug, Clone, Copy)]
struct Starts {
    starts: [u32; MAX_LEVELS],
    levels: u32,
}

impl Starts {
    const NONE: Self = Self { starts: [0; MAX_LEVELS], levels: 0 };

    /// Where the levels over this many nodes start, and the number of groups.
    fn over(nodes: usize) -> (Self, usize) {
        let (mut starts, mut groups, mut left) = (Self::NONE, 0, nodes);
        while starts.levels == 0 || left > 1 {
            left = left.div_ceil(LANES);
            #[allow(clippy::cast_possible_truncation)] // nodes are fewer than 2^32
            let start = groups as u32;
            starts.starts[starts.levels as usize] = start;
            starts.levels += 1;
            groups += left;
        }
        (starts, groups)
    }
}

/// The nodes of a tree, level above level.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    pub(crate) groups: Array<NodePacket>,
    starts: Starts,
}

/// The nodes of a tree, as a search reads them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LevelsView<'a> {
    groups: &'a [NodePacket],
    starts: &'a Starts,
}

impl Levels {
    /// No tree.
    pub(crate) fn none() -> Self {
        Self { groups: Array::default(), starts: Starts::NONE }
    }

    /// Packs nodes into groups of eight, and these again, up to a single group. `whole` gives the
    /// bounding box of a node and its lowest rank.
    pub(crate) fn over<T>(nodes: &[T], whole: impl Fn(&T) -> (Bounds, u32)) -> Self {
        let (starts, count) = Starts::over(nodes.len());
        let mut groups = Vec::with_capacity(count);
        groups.extend(nodes.chunks(LANES).map(|nodes| NodePacket::of(nodes.iter().map(&whole))));
        let mut below = 0;
        while groups.len() < count {
            let end = groups.len();
            let nodes = groups[below..end].chunks(LANES);
            let above: Vec<_> =
                nodes.map(|nodes| NodePacket::of(nodes.iter().map(NodePacket::whole))).collect();
            groups.extend(above);
            below = end;
        }
        Self { groups: groups.into(), starts }
    }

    /// Restores levels that [`over`](Self::over) made for this many nodes. `None` if the number of
    /// groups does not fit.
    pub(crate) fn from_array(nodes: usize, groups: Array<NodePacket>) -> Option<Self> {
        u32::try_from(nodes).ok()?;
        let (starts, count) = Starts::over(nodes);
        (groups.len() == count).then_some(Self { groups, starts })
    }

    /// Whether every node has the rank of one of `sites` sites, and all padding is near nothing.
    /// Padding that is near something would lead a search to children that do not exist.
    pub(crate) fn is_sound(&self, nodes: usize, sites: usize) -> bool {
        let (mut groups, mut left): (&[NodePacket], _) = (&self.groups, nodes);
        while !groups.is_empty() {
            let Some((level, above)) = groups.split_at_checked(left.div_ceil(LANES)) else {
                return false;
            };
            let is_sound = |node: usize| match node < left {
                true => (level[node / LANES].min_rank[node % LANES] as usize) < sites,
                false => level[node / LANES].is_padding(node % LANES),
            };
            if !(0..level.len() * LANES).all(is_sound) {
                return false;
            }
            (groups, left) = (above, level.len());
        }
        true
    }

    /// Whether there is no tree.
    #[inline(always)]
    pub(crate) fn is_none(&self) -> bool {
        self.starts.levels == 0
    }

    /// The levels as a search reads them.
    #[inline(always)]
    pub(crate) fn view(&self) -> LevelsView<'_> {
        LevelsView { groups: &self.groups, starts: &self.starts }
    }
}

impl<'a> LevelsView<'a> {
    /// The number of levels.
    #[inline(always)]
    pub(crate) fn count(self) -> usize {
        self.starts.levels as usize
    }

    /// The children of a node, where `level` is the level of the children.
    #[inline(always)]
    pub(crate) fn group(self, level: usize, node: usize) -> &'a NodePacket {
        &self.groups[self.place(level, node)]
    }

    /// The place of [`group`](Self::group) in the array of groups.
    #[inline(always)]
    pub(crate) fn place(self, level: usize, node: usize) -> usize {
        self.starts.starts[level] as usize + node
    }

    /// The top group; `None` if there is no tree.
    pub(crate) fn top(self) -> Option<&'a NodePacket> {
        self.groups.last()
    }
}
