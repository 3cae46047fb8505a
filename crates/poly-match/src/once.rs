//! Few polygons and few points, once: building anything would cost more than it saves.
//!
//! The polygons are not even ranked in full. The best few are picked out and put in order, and the
//! points that find one of them near are done; the others go on to the next few, which are more, and
//! so on. Where a point has many candidates, the first few settle almost all.

use crate::best::{Key, check};
use crate::index::Leaf;
use crate::near::Within;
use crate::polygon::is_finite;
use crate::simd::{LANES, Level, Simd, Task};
use crate::{Error, Matcher, Matches, Options, Point};

/// Up to this many polygons and points; beyond, a matcher is built.
const FEW_POLYGONS: usize = 4096;
const FEW_POINTS: usize = 512;

/// Polygons in the first round; each round has [`GROWTH`] times as many as the last.
const FIRST_ROUND: usize = 64;
const GROWTH: usize = 4;

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
    poll: impl FnMut() -> Result<(), E>,
) -> Result<Matches, E> {
    if centers.len() > FEW_POLYGONS || points.len() > FEW_POINTS {
        return Matcher::from_arrays(centers, keys, near)?.match_points_with(points, options, poll);
    }
    crate::matcher::check_sites(centers, keys)?;
    check(keys)?;
    options.check(points)?;
    let mut matches = Matches::none(points.len());
    let task = Rounds { centers, keys, near: &near, points, matches: &mut matches };
    Level::widest().run(task);
    Ok(matches)
}

struct Rounds<'a> {
    centers: &'a [Point],
    keys: &'a [f64],
    near: &'a Within,
    points: &'a [Point],
    matches: &'a mut Matches,
}

impl Task for Rounds<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { centers, keys, near, points, matches } = self;
        let mut open: Vec<usize> = (0..points.len()).filter(|&i| is_finite(points[i])).collect();
        let mut keys: Vec<Key> = Key::of_all(keys).collect();
        let mut rest = keys.as_mut_slice();
        let mut leaves = Vec::new();
        let mut size = FIRST_ROUND;
        while !rest.is_empty() && !open.is_empty() {
            if size < rest.len() {
                rest.select_nth_unstable(size);
            }
            let (round, later) = rest.split_at_mut(size.min(rest.len()));
            round.sort_unstable();
            leaves.clear();
            leaves.extend(round.chunks(LANES).map(|keys| {
                let site = |key: &Key| (centers[key.position() as usize], key.position());
                Leaf::of(keys.iter().map(site))
            }));
            open.retain(|&i| {
                let found = leaves.iter().find_map(|leaf| leaf.first_near(simd, near, points[i]));
                if let Some((position, squared_distance)) = found {
                    matches.set(i, position, squared_distance);
                }
                found.is_none()
            });
            rest = later;
            size *= GROWTH;
        }
    }
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
