//! Finds the bounding box of many points, and whether all are finite, in one pass.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Level, Simd, Task, share_out};

/// Facts about all points that are needed before the first is matched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// The bounding box of the finite points.
    pub(crate) bounds: Bounds,
    pub(crate) is_finite: bool,
}

/// Points that one thread takes at a time.
const PIECE: usize = 1 << 15;

impl Extent {
    /// Finds the extent of points, on up to `workers` threads.
    pub(crate) fn of<E: From<Error>>(
        points: &[Point],
        level: Level,
        workers: Option<NonZeroUsize>,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        if points.len() <= PIECE {
            return Ok(level.run(Measure(points)));
        }
        let none = Self { bounds: Bounds::EMPTY, is_finite: true };
        let mut parts = vec![none; points.len().div_ceil(PIECE)];
        share_out(points.chunks(PIECE).zip(&mut parts), workers, poll, |(points, part), _| {
            *part = level.run(Measure(points));
        })?;
        Ok(parts.into_iter().fold(none, |all, part| Self {
            bounds: all.bounds.union(part.bounds),
            is_finite: all.is_finite && part.is_finite,
        }))
    }
}

/// Finds the [`Extent`] of points, on this thread.
pub(crate) struct Measure<'p>(pub(crate) &'p [Point]);

impl Task for Measure<'_> {
    type Output = Extent;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Extent {
        let Self(points) = self;
        // The lanes hold x and y in turns.
        let (mut min, mut max) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let mut zero = [0.0; LANES];
        let (chunks, rest) = points.as_chunks::<{ LANES / 2 }>();
        for chunk in chunks {
            let values = chunk.as_flattened();
            for i in 0..LANES {
                min[i] = if values[i] < min[i] { values[i] } else { min[i] };
                max[i] = if values[i] > max[i] { values[i] } else { max[i] };
                zero[i] += values[i] * 0.0; // NaN for infinity and NaN
            }
        }
        if zero.iter().any(|zero| zero.is_nan()) || !rest.iter().all(|&point| is_finite(point)) {
            let finite = points.iter().filter(|&&point| is_finite(point));
            let bounds = finite.fold(Bounds::EMPTY, |bounds, &point| bounds.including(point));
            return Extent { bounds, is_finite: false };
        }
        let lanes = (0..LANES / 2).flat_map(|i| {
            let at = |lanes: &[f64; LANES]| [lanes[2 * i], lanes[2 * i + 1]];
            [at(&min), at(&max)]
        });
        let lanes = lanes.filter(|_| !chunks.is_empty());
        let all = lanes.chain(rest.iter().copied());
        Extent { bounds: all.fold(Bounds::EMPTY, Bounds::including), is_finite: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_extent_is_that_of_the_finite_points(
            mut points in vec([-1e300..1e300, -9.0..9.0], 0..40),
            holes in vec((0usize..60, prop::sample::select(vec![f64::NAN, f64::INFINITY])), 0..3),
        ) {
            for (at, coordinate) in holes {
                if let Some(point) = points.get_mut(at) {
                    point[at % 2] = coordinate;
                }
            }
            let finite = points.iter().copied().filter(|&point: &Point| is_finite(point));
            let bounds = finite.clone().fold(Bounds::EMPTY, Bounds::including);
            let is_finite = finite.clone().count() == points.len();
            for level in Level::all() {
                let extent = level.run(Measure(&points));
                prop_assert_eq!((extent.bounds, extent.is_finite), (bounds, is_finite));
            }
            let mut many = vec![[f64::NAN; 2]; if is_finite { 0 } else { PIECE }];
            many.extend(&points);
            many.extend(finite.clone().cycle().take(2 * PIECE));
            let extent = Extent::of(&many, Level::widest(), None, || Ok::<(), Error>(()));
            let extent = extent.expect("nothing can fail");
            prop_assert_eq!((extent.bounds, extent.is_finite), (bounds, is_finite));
        }
    }
}
