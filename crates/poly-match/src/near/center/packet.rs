//! [`SitePacket`]: eight sites, tested at once. It is a leaf of the packed tree.
//!
//! Only tests of one packet live here; which packets to test is decided by the searches.

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use bytemuck::{Pod, Zeroable};

use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::rank::NO_RANK;
use crate::rule::Within;
use crate::tree::reach::reach;

/// Up to eight sites, best first, padded with lanes that are near nothing.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(32))]
pub(crate) struct SitePacket {
    pub(crate) x: [f64; LANES],
    pub(crate) y: [f64; LANES],
    /// The identifier of each site: its rank in an index, or its input position in a list of sites.
    pub(crate) id: [u32; LANES],
}

impl SitePacket {
    pub(crate) const EMPTY: Self =
        Self { x: [f64::NAN; LANES], y: [f64::NAN; LANES], id: [NO_RANK; LANES] };

    /// Packs up to [`LANES`] sites, in the order given.
    #[inline(always)]
    pub(crate) fn of(sites: impl Iterator<Item = (Point, u32)>) -> Self {
        let mut leaf = Self::EMPTY;
        for (lane, (center, id)) in sites.enumerate() {
            [leaf.x[lane], leaf.y[lane]] = center;
            leaf.id[lane] = id;
        }
        leaf
    }

    /// Returns the coordinates of all lanes; NaN for padding.
    pub(crate) fn places(&self) -> impl Iterator<Item = Point> {
        self.x.into_iter().zip(self.y).map(|(x, y)| [x, y])
    }

    /// Whether a lane is padding: it holds no site and is near nothing.
    pub(crate) fn is_padding(&self, lane: usize) -> bool {
        self.id[lane] == NO_RANK && self.x[lane].is_nan() && self.y[lane].is_nan()
    }

    /// Returns the first site near `point`, and its squared distance.
    #[inline(always)]
    pub(crate) fn first_near<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        point: Point,
    ) -> Option<(u32, f64)> {
        let (mask, squared) = self.near(simd, near, point);
        mask.first().map(|lane| (self.id[lane], squared[lane]))
    }

    /// Returns which sites are near `point`, and the squared distances of all lanes.
    #[inline(always)]
    pub(crate) fn near<S: Simd>(
        &self,
        simd: S,
        near: &Within,
        point: Point,
    ) -> (Mask, [f64; LANES]) {
        self.at_most(simd, point, near.limit())
    }

    /// Returns which sites have a squared distance to `point` of at most `limit`, and the squared
    /// distances of all lanes.
    #[inline(always)]
    pub(crate) fn at_most<S: Simd>(
        &self,
        simd: S,
        point: Point,
        limit: f64,
    ) -> (Mask, [f64; LANES]) {
        let mut squared = [0.0; LANES];
        for i in 0..LANES {
            let (dx, dy) = (self.x[i] - point[0], self.y[i] - point[1]);
            squared[i] = dx * dx + dy * dy;
        }
        (Mask::at_most(simd, &squared, limit), squared)
    }
}

impl SitePacket {
    /// Returns which sites are near some place of a box.
    #[inline(always)]
    pub(crate) fn reach<S: Simd>(&self, simd: S, near: &Within, bounds: &Bounds) -> Mask {
        reach(simd, near, bounds, (&self.x, &self.x), (&self.y, &self.y))
    }
}
