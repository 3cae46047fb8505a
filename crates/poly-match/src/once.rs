//! Matches few points to few polygons once, without an index: building one would cost more.
//!
//! Only the best polygons are sorted: those with a key up to a threshold, which a sample of the keys
//! gives. Each point is first tested against them, best first. If points have many candidates, almost
//! all find one here. The other points are tested against all polygons, in input order.

use crate::ablate::{Shortcut, is_on};
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

/// Most polygons and most points to match without an index. Beyond either, a matcher is built.
const FEW_POLYGONS: usize = 2048;
const FEW_POINTS: usize = 512;

/// About how many of the best polygons are sorted.
const BEST: usize = 192;

/// About how many keys are sampled to find the largest key of the best polygons.
const SAMPLE: usize = 64;

/// Finds the match of every point once, by the centres of polygons and a key for each.
///
/// The answer is that of [`Matcher::from_arrays_with`] and [`Matcher::match_points_with`], which take
/// the same arguments. For up to 2048 polygons and 512 points this is faster, since it builds no index.
///
/// ```
/// use poly_match::{Error, Options, Within, match_once};
///
/// let (centers, keys) = ([[0.0, 0.0], [1.0, 0.0]], [2.0, 1.0]);
/// let points = [[0.0, 1.0], [50.0, 0.0]];
/// let never_stop = || Ok::<(), Error>(());
/// let within = Within::new(5.0)?;
/// let found = match_once(&centers, &keys, within, &points, Options::default(), never_stop)?;
/// assert!(found.indices().eq([Some(1), None]));
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// [`Error::Center`] for a centre that is not finite; [`Error::Keys`] if there is not one key for each
/// centre; [`Error::Key`] for a key that is NaN; [`Error::TooMany`] for more than 2^32 − 1 polygons;
/// [`Error::Point`] for a point that is not finite, unless the options allow it; and the error of `poll`.
pub fn match_once<E: From<Error>>(
    centers: &[Point],
    keys: &[f64],
    near: Within,
    points: &[Point],
    options: Options,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Matches, E> {
    let are_few = centers.len() <= FEW_POLYGONS && points.len() <= FEW_POINTS;
    if !(are_few && is_on(Shortcut::Once)) {
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

/// Tests that every centre is finite and no key is NaN. It does not stop at the first bad one, so that
/// the compiler can vectorize the loops.
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
        let best = match is_on(Shortcut::OnceBestFirst) {
            true => best_few(keys),
            false => Vec::new(),
        };
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

/// The best polygons, best first: about [`BEST`] of them, or all if there are fewer.
///
/// These are the polygons with a key up to a threshold, so no other polygon can be better than one of
/// them. A sample of the keys gives a threshold that about [`BEST`] keys meet.
#[inline(always)]
fn best_few(keys: &[f64]) -> Vec<Coded> {
    let mut best: Vec<Coded> = Coded::of_floats(keys).collect();
    if keys.len() > BEST {
        let mut sample: Vec<f64> = keys.iter().step_by(keys.len() / SAMPLE).copied().collect();
        let fitting = sample.len() * BEST / keys.len();
        let most = *sample.select_nth_unstable_by(fitting, f64::total_cmp).1;
        // Every key is written. If it is too large, the next one overwrites it. This needs no branch.
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

/// The near site with the smallest key; of equal keys, the first. The leaves are in input order.
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
