//! [`Circles`]: circles in a packed tree, pruned by the largest radius below each node.
//!
//! The tree is like that of the centres (`center/index.rs`), with one leaf of eight circles in each
//! node of the lowest level. Beside the nodes stands the *reach* of each: the largest squared limit of
//! its circles. A point that is farther from the box of the centres than the reach is in none of them.
//!
//! A node with one large circle among small ones would be searched for nearly every point. So circles
//! are first put together by size (see [`by_size`]), and those of a size by place. Then few nodes hold
//! circles of different sizes.
//!
//! A circle takes 28 bytes in a leaf and about 10 bytes in the boxes above it.

use crate::bytes::Array;
use crate::error::Error;
use crate::geometry::Point;
use crate::geometry::float::{square_above, squared_distance};
use crate::machine::{LANES, Mask, Simd};
use crate::near::circle::packet::{Circle, CirclePacket};
use crate::rank::radix;
use crate::rule::Within;
use crate::tree::BOTTOM_SITES;
use crate::tree::branch_and_bound::{Sites, Taker};
use crate::tree::bulk_load::{in_leaves, split};
use crate::tree::levels::{Levels, LevelsView, NodePacket};

/// Circles to read or to pack between two calls of `poll`: a multiple of [`LANES`].
const POLL_EVERY: u32 = 1 << 16;

/// The reach of eight sibling nodes; NaN for padding.
pub(crate) type Reaches = [f64; LANES];

/// The index of the circles.
#[derive(Debug, Clone)]
pub(crate) struct Circles {
    pub(crate) leaves: Array<CirclePacket>,
    /// The tree above the leaves; empty if there are no circles.
    pub(crate) levels: Levels,
    /// The reach of each node, in the order of the groups of `levels`.
    pub(crate) reaches: Array<Reaches>,
}

impl Circles {
    /// Builds the index. `order` lists the positions of the circles by rank. The circles are sound.
    ///
    /// # Errors
    /// Returns the error of `poll`, which is called regularly.
    pub(crate) fn new<E: From<Error>>(
        (centers, radii): (&[Point], &[f64]),
        is_inclusive: bool,
        order: &[u32],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut circles = Vec::with_capacity(order.len());
        for (rank, &position) in (0_u32..).zip(order) {
            if rank % POLL_EVERY == 0 {
                poll()?;
            }
            let (center, radius) = (centers[position as usize], radii[position as usize]);
            let limit = Within::of(radius, is_inclusive)?.limit();
            circles.push(Circle { center, limit, rank });
        }
        let mut ranks = Vec::with_capacity(circles.len());
        for some in by_size(&circles, &mut poll)? {
            let centers: Vec<Point> =
                some.iter().map(|&rank| circles[rank as usize].center).collect();
            let places = in_leaves(split(&centers, None, &mut poll)?, &centers);
            ranks.extend(places.into_iter().map(|place| some[place as usize]));
        }
        let leaf = |ranks: &mut [u32]| {
            ranks.sort_unstable();
            CirclePacket::of(ranks.iter().map(|&rank| circles[rank as usize]))
        };
        let mut leaves: Vec<CirclePacket> = Vec::with_capacity(ranks.len().div_ceil(LANES));
        for ranks in ranks.chunks_mut(POLL_EVERY as usize) {
            poll()?;
            leaves.extend(ranks.chunks_mut(LANES).map(leaf));
        }
        let levels = match leaves.as_slice() {
            [] => Levels::none(),
            leaves => Levels::over(leaves, CirclePacket::whole),
        };
        let reaches = reaches(&leaves, levels.groups.len());
        Ok(Self { leaves: leaves.into(), levels, reaches: reaches.into() })
    }

    /// Restores an index from saved arrays. `None` if their lengths do not fit together.
    pub(crate) fn from_arrays(
        circles: usize,
        leaves: Array<CirclePacket>,
        groups: Array<NodePacket>,
        reaches: Array<Reaches>,
    ) -> Option<Self> {
        let levels = match leaves.len() {
            0 => groups.is_empty().then(Levels::none)?,
            nodes => Levels::from_array(nodes, groups)?,
        };
        // A slot is a u32.
        u32::try_from(leaves.len() * LANES).ok()?;
        let is_sound =
            leaves.len() == circles.div_ceil(LANES) && reaches.len() == levels.groups.len();
        is_sound.then_some(Self { leaves, levels, reaches })
    }

    /// Checks that every rank in leaves and nodes is below `circles`.
    pub(crate) fn is_sound(&self, circles: usize) -> bool {
        let is_circle = |leaf: &CirclePacket, lane: usize| {
            ((leaf.rank[lane] as usize) < circles) | leaf.is_padding(lane)
        };
        let are_circles =
            |leaf: &CirclePacket| (0..LANES).fold(true, |all, lane| all & is_circle(leaf, lane));
        self.leaves.iter().fold(true, |all, leaf| all & are_circles(leaf))
            && self.levels.is_sound(self.leaves.len(), circles)
    }

    /// Borrows the index for a search.
    #[inline(always)]
    pub(crate) fn view(&self) -> CirclesView<'_> {
        let Self { leaves, levels, reaches } = self;
        CirclesView { leaves, levels: levels.view(), reaches }
    }
}

/// The ranks of circles of about the same size together, the smallest circles first. Radii that are
/// put together differ at most fourfold, but no part has fewer than [`BOTTOM_SITES`] circles, except
/// the last.
///
/// # Errors
/// Returns the error of `poll`, which is called now and then.
fn by_size<E>(circles: &[Circle], poll: impl FnMut() -> Result<(), E>) -> Result<Vec<Vec<u32>>, E> {
    /// Squares in the same class differ by a factor below 2^4.
    const CLASS_SHIFT: u32 = f64::MANTISSA_DIGITS - 1 + 2;
    // A negative limit, of a circle that holds no point, has the class of the smallest.
    let class = |circle: &Circle| circle.limit.max(0.0).to_bits() >> CLASS_SHIFT;
    let class_of = |rank: u32| class(&circles[rank as usize]);
    let ranks = radix::order(circles, class, poll)?;
    let mut parts: Vec<Vec<u32>> = Vec::new();
    for same in ranks.chunk_by(|&a, &b| class_of(a) == class_of(b)) {
        match parts.last_mut() {
            Some(part) if part.len() < BOTTOM_SITES => part.extend_from_slice(same),
            _ => parts.push(same.to_vec()),
        }
    }
    Ok(parts)
}

/// The reach of every node of the levels over `leaves`, which have `groups` groups.
fn reaches(leaves: &[CirclePacket], groups: usize) -> Vec<Reaches> {
    let pack = |of: &[f64]| {
        let mut reaches = [f64::NAN; LANES];
        reaches[..of.len()].copy_from_slice(of);
        reaches
    };
    let mut nodes: Vec<f64> = leaves.iter().map(CirclePacket::reach).collect();
    let mut all = Vec::with_capacity(groups);
    while all.len() < groups {
        let first = all.len();
        all.extend(nodes.chunks(LANES).map(pack));
        let largest = |reaches: &Reaches| reaches.iter().copied().fold(f64::NAN, f64::max);
        nodes = all[first..].iter().map(largest).collect();
    }
    all
}

/// A view of [`Circles`] for a search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CirclesView<'a> {
    leaves: &'a [CirclePacket],
    levels: LevelsView<'a>,
    reaches: &'a [Reaches],
}

impl Sites for CirclesView<'_> {
    #[inline(always)]
    fn levels(&self) -> LevelsView<'_> {
        self.levels
    }

    #[inline(always)]
    fn limit(&self, distance: f64) -> f64 {
        square_above(distance)
    }

    #[inline(always)]
    fn at<S: Simd>(&self, _: S, slot: u32, point: Point) -> Option<(u32, f64)> {
        let Circle { center, limit, rank } =
            self.leaves[slot as usize / LANES].circle(slot as usize % LANES);
        let squared = squared_distance(center, point);
        (squared <= limit).then(|| (rank, squared.sqrt()))
    }

    #[inline(always)]
    fn children<S: Simd>(
        &self,
        simd: S,
        (level, node): (usize, usize),
        point: Point,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        let (near, low) = self.levels.group(level, node).at_most(simd, point, limit);
        let reaches = &self.reaches[self.levels.place(level, node)];
        (near & Mask::at_most_each(simd, &low, reaches), low)
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
        let circles = &self.leaves[leaf];
        let (mask, squared) = circles.at_most(simd, point, limit);
        taker.take_lanes(leaf, mask, &circles.rank, |lane| squared[lane].sqrt());
    }
}
