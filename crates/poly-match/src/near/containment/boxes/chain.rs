//! How often the ray from a point crosses consecutive edges, eight of them at a time.
//!
//! An edge wholly to the left of the point is not crossed. One wholly to its right is crossed if its
//! ends are on both sides of the ray. This is left to vectors. The few edges that are left and right
//! of the point are tested one by one, exactly; see [`crossing`].

// Loops over lanes index fixed-size arrays: the compiler turns these into vectors.
#![allow(clippy::needless_range_loop)]

use crate::geometry::Point;
use crate::geometry::float::{larger, smaller};
use crate::geometry::segment::{Crossing, crossing};
use crate::machine::{LANES, Mask, Simd};

/// The vertices of eight consecutive edges.
pub(crate) type Vertices = [Point; LANES + 1];

/// The edges of a chain, eight at a time: those between vertices in a row, and that from the last of
/// them to `end`.
#[derive(Debug)]
pub(crate) struct Eights<'s> {
    chain: &'s [Point],
    rest: &'s [Point],
    last: Vertices,
}

impl<'s> Eights<'s> {
    #[inline(always)]
    pub(crate) fn of((chain, end): (&'s [Point], Point)) -> Self {
        Self { chain, rest: chain, last: [end; LANES + 1] }
    }

    /// The next edges, as a mask of eight lanes. The other lanes have no edge, or one that was there
    /// before.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<(Mask, &Vertices)> {
        if let Some(vertices) = self.rest.first_chunk() {
            self.rest = &self.rest[LANES..];
            return Some((Mask::last_lanes(LANES), vertices));
        }
        let count = self.rest.len();
        if count == 0 {
            return None;
        }
        self.rest = &[];
        let (vertices, _) = self.last.split_at_mut(LANES);
        match self.chain.last_chunk::<LANES>() {
            Some(chain) => vertices.copy_from_slice(chain),
            None => {
                for (i, vertex) in vertices.iter_mut().enumerate() {
                    *vertex = self.chain[(i + count).saturating_sub(LANES)];
                }
            }
        }
        Some((Mask::last_lanes(count), &self.last))
    }
}

/// Whether the ray from `point` crosses the edges of a chain an odd number of times. `None` if the
/// point is on one of them.
#[inline(always)]
pub(super) fn is_odd<S: Simd>(simd: S, chain: (&[Point], Point), point: Point) -> Option<bool> {
    let (mut crossings, mut eights) = (0, Eights::of(chain));
    while let Some((edges, vertices)) = eights.next() {
        let (sure, unsure) = sides(simd, vertices, point);
        crossings += (sure & edges).count();
        for lane in (unsure & edges).lanes() {
            match crossing(vertices[lane], vertices[lane + 1], point) {
                Crossing::Apart => {}
                Crossing::Crosses => crossings += 1,
                Crossing::Touches => return None,
            }
        }
    }
    Some(crossings % 2 == 1)
}

/// The edges that the ray from `point` crosses for sure, and those that must be tested one by one.
#[inline(always)]
fn sides<S: Simd>(simd: S, vertices: &Vertices, [x, y]: Point) -> (Mask, Mask) {
    let (mut from_y, mut to_y) = ([0.0; LANES], [0.0; LANES]);
    // Largest coordinates are negated, since there is only one comparison: a >= b if -a <= -b.
    let (mut min_x, mut max_x, mut max_y) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        let [from, to] = [vertices[i], vertices[i + 1]];
        (from_y[i], to_y[i]) = (from[1], to[1]);
        min_x[i] = smaller(from[0], to[0]);
        max_x[i] = -larger(from[0], to[0]);
        max_y[i] = -larger(from[1], to[1]);
    }
    let is_from_below = Mask::at_most(simd, &from_y, y);
    let is_to_below = Mask::at_most(simd, &to_y, y);
    let straddles = is_from_below ^ is_to_below;
    // The point is as high as the higher end, and may be on the edge.
    let is_level = is_from_below & is_to_below & Mask::at_most(simd, &max_y, -y);
    let is_not_right = Mask::at_most(simd, &min_x, x);
    let is_between = is_not_right & Mask::at_most(simd, &max_x, -x);
    (straddles.without(is_not_right), (straddles | is_level) & is_between)
}
