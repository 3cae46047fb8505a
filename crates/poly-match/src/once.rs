//! Matches few points to few polygons once, without an index: building one would cost more.
//!
//! The polygons are not even ranked in full. The best few are picked out by a guess at how small
//! their keys are, and put in order; the points that find one of them near are done: almost all,
//! where points have many candidates. The others look through all polygons as they came.

use crate::answer::Matches;
use crate::error::Error;
use crate::geometry::Point;
use crate::geometry::polygon::is_finite;
use crate::machine::{LANES, Level, Simd, Task};
use crate::matcher::Matcher;
use crate::near::center::check_sites;
use crate::near::center::packet::SitePacket;
use crate::query::Options;
use crate::rank::order::{Coded, check};
use crate::rule::Within;

/// Up to this many polygons and points; beyond, a matcher is built.
const FEW_POLYGONS: usize = 2048;
const FEW_POINTS: usize = 512;

/// Polygons that are put in order, about; and how many are looked at to guess their largest key.
const BEST: usize = 192;
const SAMPLE: usize = 64;

/// The match of every point, for polygons that are not needed again.
///
/// The same answer as [`Matcher::from_arrays`] followed by [`Matcher::match_points_with`], whose
/// arguments these are; faster where there are few polygons and few points.
///
/// # Errors
/// As those two.
pub fn match_once<E: From<Error>>(
    centers: &[Point],
    keys: &[f64],
    near: Within,
    points: &[Point],
    options: Options,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Matches, E> {
    if centers.len() > FEW_POLYGONS || points.len() > FEW_POINTS {
        let matcher = Matcher::from_arrays_with(centers, keys, near, &mut poll)?;
        return matcher.match_points_with(points, options, poll);
    }
    let level = Level::widest();
    if centers.len() != keys.len() || !level.run(AreSound { centers, keys }) {
        check_sites(centers, keys)?;
        check(keys)?;
    }
    options.check(points)?;
    let mut matches = Matches::none(points.len());
    level.run(Find { centers, keys, near: &near, points, matches: &mut matches });
    Ok(matches)
}

/// Whether every centre is finite and no key is NaN, without stopping at the first that is not: that
/// is a loop over vectors.
struct AreSound<'a> {
    centers: &'a [Point],
    keys: &'a [f64],
}

impl Task for AreSound<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        let finite = self.centers.as_flattened().iter().fold(true, |all, x| all & x.is_finite());
        self.keys.iter().fold(finite, |all, key| all & !key.is_nan())
    }
}

struct Find<'a> {
    centers: &'a [Point],
    keys: &'a [f64],
    near: &'a Within,
    points: &'a [Point],
    matches: &'a mut Matches,
}

impl Task for Find<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { centers, keys, near, points, matches } = self;
        let best = best_few(keys);
        let site = |key: &Coded| (centers[key.position() as usize], key.position());
        let leaf = |keys: &[Coded]| SitePacket::of(keys.iter().map(site));
        let best_leaves: Vec<SitePacket> = best.chunks(LANES).map(leaf).collect();
        let mut all: Vec<SitePacket> = Vec::new();
        for (i, &point) in points.iter().enumerate() {
            if !is_finite(point) {
                continue;
            }
            let mut found = best_leaves.iter().find_map(|leaf| leaf.first_near(simd, near, point));
            if found.is_none() && best.len() < keys.len() {
                if all.is_empty() {
                    let mut positions = 0..;
                    let leaf =
                        |some: &[Point]| SitePacket::of(some.iter().copied().zip(&mut positions));
                    all.extend(centers.chunks(LANES).map(leaf));
                }
                found = least(simd, near, point, &all, keys);
            }
            if let Some((position, squared_distance)) = found {
                matches.set(i, position, squared_distance);
            }
        }
    }
}

/// The best polygons in order: about [`BEST`], or all where they are fewer.
///
/// All whose key is at most some key are the first ones in the order of rank, whichever key it is.
/// A small sample tells one that fits.
#[inline(always)]
fn best_few(keys: &[f64]) -> Vec<Coded> {
    let mut best: Vec<Coded> = Coded::of_floats(keys).collect();
    if keys.len() > BEST {
        let mut sample: Vec<f64> = keys.iter().step_by(keys.len() / SAMPLE).copied().collect();
        let fitting = sample.len() * BEST / keys.len();
        let most = *sample.select_nth_unstable_by(fitting, f64::total_cmp).1;
        // Each is written, and the next one over it where its key is too large: no branch to guess.
        let mut count = 0;
        for i in 0..keys.len() {
            best[count] = best[i];
            count += usize::from(keys[i] <= most);
        }
        best.truncate(count);
    }
    best.sort_unstable();
    best
}

/// The near site of the smallest key, and of these the first, among leaves in input order.
#[inline(always)]
fn least<S: Simd>(
    simd: S,
    near: &Within,
    point: Point,
    leaves: &[SitePacket],
    keys: &[f64],
) -> Option<(u32, f64)> {
    let mut least: Option<(f64, u32, f64)> = None;
    for (leaf, keys) in leaves.iter().zip(keys.chunks(LANES)) {
        let (mask, squared) = leaf.near(simd, near, point);
        for lane in mask.lanes() {
            if least.is_none_or(|(key, ..)| keys[lane] < key) {
                least = Some((keys[lane], leaf.id[lane], squared[lane]));
            }
        }
    }
    least.map(|(_, position, squared_distance)| (position, squared_distance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn once_is_what_a_matcher_finds(
            sites in vec(([-9i32..9, -9i32..9], 0i32..50), 0..600),
            points in vec([-9i32..9, -9i32..9], 0..60),
            max_dist in 0i32..9,
        ) {
            let point = |place: [i32; 2]| place.map(f64::from);
            let centers: Vec<Point> = sites.iter().map(|&(place, _)| point(place)).collect();
            let keys: Vec<f64> = sites.iter().map(|&(_, key)| f64::from(key)).collect();
            let points: Vec<Point> = points.into_iter().map(point).collect();
            let near = Within::new(f64::from(max_dist)).expect("legal");
            let matcher = Matcher::from_arrays(&centers, &keys, near).expect("sound");
            let expected = matcher.match_points(&points).expect("finite");
            let go_on = || Ok::<(), Error>(());
            let once = match_once(&centers, &keys, near, &points, Options::default(), go_on);
            let once = once.expect("sound");
            prop_assert_eq!(once.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn once_refuses_what_a_matcher_refuses() {
        let near = Within::new(1.0).expect("legal");
        let once = |centers: &[Point], keys: &[f64], points: &[Point]| {
            match_once(centers, keys, near, points, Options::default(), || Ok::<(), Error>(()))
                .expect_err("bad input")
        };
        let (origin, nan) = ([0.0, 0.0], [f64::NAN, 0.0]);
        assert_eq!(once(&[origin], &[], &[]), Error::Keys { expected: 1, got: 0 });
        assert_eq!(once(&[origin], &[f64::NAN], &[]), Error::Key { polygon: 0 });
        assert!(matches!(once(&[nan], &[0.0], &[]), Error::Center { polygon: 0, .. }));
        assert!(matches!(once(&[origin], &[0.0], &[nan]), Error::Point { point: 0, .. }));
    }
}
