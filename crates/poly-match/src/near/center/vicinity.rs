//! The sites near a box, side by side: those of a wide box come from the index, and those of a narrow
//! box inside it from these.

use std::ops::Range;

use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd};
use crate::near::center::view::{IndexView, PendingNode};
use crate::rank::order::Ranks;
use crate::rule::Within;
use crate::tree::reach::reach;

/// Lists of sites, each of which fills whole leaves of [`LANES`] sites.
#[derive(Debug, Default)]
pub(crate) struct Vicinity {
    x: Vec<f64>,
    y: Vec<f64>,
    /// The position of each in the input.
    positions: Vec<u64>,
}

/// Some leaves of a vicinity: the sites' x, y and positions.
pub(crate) type Leaves<'a> = (&'a [[f64; LANES]], &'a [[f64; LANES]], &'a [[u64; LANES]]);

impl Vicinity {
    pub(crate) fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.positions.clear();
    }

    /// Takes the sites of an index that are near some place of a box, and no others.
    #[inline(always)]
    pub(crate) fn fill<S: Simd>(
        &mut self,
        simd: S,
        (ranking, index): (Ranks<'_>, IndexView<'_>),
        within: &Within,
        bounds: &Bounds,
        stack: &mut Vec<PendingNode>,
    ) {
        self.clear();
        index.leaves_near_box(simd, within, bounds, stack, |leaf, mask| {
            self.push(simd, mask, (&leaf.x, &leaf.y, &leaf.id.map(u64::from)));
        });
        if !ranking.is_by_position() {
            for position in &mut self.positions {
                #[allow(clippy::cast_possible_truncation)] // it is the rank, which was one before
                let rank = *position as u32;
                *position = ranking.position(rank).into();
            }
        }
        self.end_leaf();
    }

    /// Adds those sites of another vicinity that are near some place of a box; returns which leaves
    /// they are.
    #[inline(always)]
    pub(crate) fn add_from<S: Simd>(
        &mut self,
        simd: S,
        wide: &Self,
        within: &Within,
        bounds: &Bounds,
    ) -> Range<usize> {
        let start = self.x.len() / LANES;
        let (x, y, positions) = wide.leaves(0..wide.x.len() / LANES);
        for ((x, y), positions) in x.iter().zip(y).zip(positions) {
            let mask = reach(simd, within, bounds, (x, x), (y, y)).some;
            self.push(simd, mask, (x, y, positions));
        }
        self.end_leaf();
        start..self.x.len() / LANES
    }

    /// The sites of some leaves.
    #[inline(always)]
    pub(crate) fn leaves(&self, some: Range<usize>) -> Leaves<'_> {
        let places = some.start * LANES..some.end * LANES;
        let x = self.x[places.clone()].as_chunks().0;
        let y = self.y[places.clone()].as_chunks().0;
        (x, y, self.positions[places].as_chunks().0)
    }

    /// Where a site is, and its position in the input.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // it was a position before
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

    /// Fills the last leaf with sites that are nowhere.
    #[inline(always)]
    fn end_leaf(&mut self) {
        let end = self.x.len().next_multiple_of(LANES);
        self.x.resize(end, f64::NAN);
        self.y.resize(end, f64::NAN);
        self.positions.resize(end, 0);
    }
}

/// Adds the words of some lanes: all are written, as that is faster, and the others left out.
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
