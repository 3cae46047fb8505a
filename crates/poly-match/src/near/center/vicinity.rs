//! [`Vicinity`]: the sites near some boxes, copied side by side.

use std::ops::Range;

use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::near::center::view::{IndexView, PendingNode};
use crate::rank::order::Ranks;
use crate::rule::Within;

/// Lists of sites, one after the other. Each list is padded to whole packets of [`LANES`] sites.
#[derive(Debug, Default)]
pub(crate) struct Vicinity {
    x: Vec<f64>,
    y: Vec<f64>,
    /// The input position of each site.
    positions: Vec<u64>,
}

/// Some packets of a vicinity: x, y and input position of their sites.
pub(crate) type Packets<'a> = (&'a [[f64; LANES]], &'a [[f64; LANES]], &'a [[u64; LANES]]);

impl Vicinity {
    pub(crate) fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.positions.clear();
    }

    /// Appends exactly the sites of an index that are near some place of a box. Returns the range of
    /// packets they fill.
    #[inline(always)]
    pub(crate) fn add<S: Simd>(
        &mut self,
        simd: S,
        (ranking, index): (Ranks<'_>, IndexView<'_>),
        within: &Within,
        bounds: &Bounds,
        stack: &mut Vec<PendingNode>,
    ) -> Range<usize> {
        let start = self.count();
        index.leaves_near_box(simd, within, bounds, stack, |packet, mask| {
            self.push(simd, mask, (&packet.x, &packet.y, &packet.id.map(u64::from)));
        });
        if !ranking.is_by_position() {
            for position in &mut self.positions[start * LANES..] {
                #[allow(clippy::cast_possible_truncation)] // a rank, widened from `u32`
                let rank = *position as u32;
                *position = ranking.position(rank).into();
            }
        }
        self.end_packet();
        start..self.count()
    }

    /// Returns the number of packets.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.x.len() / LANES
    }

    /// Returns the sites of a range of packets.
    #[inline(always)]
    pub(crate) fn packets(&self, some: Range<usize>) -> Packets<'_> {
        let places = some.start * LANES..some.end * LANES;
        let x = self.x[places.clone()].as_chunks().0;
        let y = self.y[places.clone()].as_chunks().0;
        (x, y, self.positions[places].as_chunks().0)
    }

    /// Returns the coordinates of a site and its input position.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // a position, widened from `u32`
    pub(crate) fn site(&self, place: usize) -> (Point, usize) {
        ([self.x[place], self.y[place]], self.positions[place] as usize)
    }

    #[inline(always)]
    fn push<S: Simd>(
        &mut self,
        simd: S,
        mask: Mask,
        (x, y, positions): (&[f64; LANES], &[f64; LANES], &[u64; LANES]),
    ) {
        push(simd, mask, &x.map(f64::to_bits), f64::from_bits, &mut self.x);
        push(simd, mask, &y.map(f64::to_bits), f64::from_bits, &mut self.y);
        push(simd, mask, positions, |position| position, &mut self.positions);
    }

    /// Pads the last packet with sites at NaN, which are near nothing.
    #[inline(always)]
    fn end_packet(&mut self) {
        let end = self.x.len().next_multiple_of(LANES);
        self.x.resize(end, f64::NAN);
        self.y.resize(end, f64::NAN);
        self.positions.resize(end, 0);
    }
}

/// Appends the words of the lanes in `mask`. It writes all eight and truncates, which is faster
/// than a branch per lane.
#[inline(always)]
fn push<S: Simd, T: Copy>(
    simd: S,
    mask: Mask,
    words: &[u64; LANES],
    of_word: impl Fn(u64) -> T,
    to: &mut Vec<T>,
) {
    let mut packed = [0; LANES];
    let end = to.len() + mask.pack(simd, words, &mut packed);
    to.extend_from_slice(&packed.map(of_word));
    to.truncate(end);
}
