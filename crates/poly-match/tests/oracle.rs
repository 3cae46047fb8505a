//! Every public path against the naive oracle: one point, many, any number of workers, candidates.

use std::num::NonZeroUsize;

use poly_match::{Error, Match, Matcher, Matches, OnInvalid, Options, Point, Within, naive};
use proptest::collection::vec;
use proptest::prelude::*;

/// A set of polygons, some points, and a rule.
#[derive(Debug, Clone)]
struct Case {
    centers: Vec<Point>,
    keys: Vec<f64>,
    points: Vec<Point>,
    near: Within,
}

/// Lattice coordinates put many pairs exactly on the boundary; the others spread.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (-20i32..20).prop_map(f64::from),
        2 => -20.0..20.0,
        1 => (-20i32..20).prop_map(|i| 1e9 + f64::from(i)),
    ]
}

fn point() -> impl Strategy<Value = Point> {
    [coordinate(), coordinate()]
}

/// Few distinct keys make ties common.
fn keyed_center() -> impl Strategy<Value = (Point, f64)> {
    (point(), prop_oneof![(0i32..4).prop_map(f64::from), -1.0..1.0])
}

fn near() -> impl Strategy<Value = Within> {
    let max_dist = prop_oneof![
        (0i32..30).prop_map(f64::from),
        (0i32..20, 0i32..20).prop_map(|(x, y)| f64::from(x * x + y * y).sqrt()),
        0.0..30.0,
        Just(f64::INFINITY),
    ];
    (max_dist, any::<bool>()).prop_map(|(max_dist, inclusive)| {
        let near = if inclusive { Within::inclusive(max_dist) } else { Within::new(max_dist) };
        near.expect("a legal distance")
    })
}

/// Up to 1500 polygons reach both the scan of few sites and the tree of many.
fn case() -> impl Strategy<Value = Case> {
    let sites = prop_oneof![vec(keyed_center(), 0..40), vec(keyed_center(), 1000..1500)];
    (sites, vec(point(), 0..40), near()).prop_map(|(sites, points, near)| {
        let (centers, keys) = sites.into_iter().unzip();
        Case { centers, keys, points, near }
    })
}

fn workers(count: usize) -> Options {
    Options { workers: NonZeroUsize::new(count), ..Options::default() }
}

fn go_on() -> Result<(), Error> {
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_path_agrees_with_the_oracle(case in case()) {
        let Case { centers, keys, points, near } = &case;
        let matcher = Matcher::from_arrays(centers, keys, *near).expect("sound input");
        let expected: Vec<Option<Match>> =
            points.iter().map(|&point| naive::find(centers, keys, point, near)).collect();

        for (&point, expected) in points.iter().zip(&expected) {
            prop_assert_eq!(&matcher.find(point).expect("finite"), expected);
        }
        let matches = matcher.match_points(points).expect("finite");
        prop_assert_eq!(matches.iter().collect::<Vec<_>>(), expected);

        let candidates = matcher.candidates(points).expect("finite");
        prop_assert_eq!(candidates.rows().len(), points.len());
        for (&point, row) in points.iter().zip(candidates.rows()) {
            prop_assert_eq!(row.collect::<Vec<_>>(), naive::candidates(centers, point, near));
        }
    }
}

/// Enough points for many pieces, so that threads do share them.
fn many() -> (Matcher, Vec<Point>) {
    let lattice = |i: u32, step: u32| f64::from(i * step % 211);
    let centers: Vec<Point> = (0..3000).map(|i| [lattice(i, 37), lattice(i, 101)]).collect();
    let keys: Vec<f64> = (0..3000).map(|i| f64::from(i % 17)).collect();
    let points = (0..20_000).map(|i| [lattice(i, 53), lattice(i, 89) + 0.5]).collect();
    let near = Within::new(6.5).expect("legal");
    (Matcher::from_arrays(&centers, &keys, near).expect("sound"), points)
}

#[test]
fn any_number_of_workers_gives_the_same_bits() {
    let (matcher, points) = many();
    let one = matcher.match_points_with(&points, workers(1), go_on).expect("finite");
    let candidates = matcher.candidates_with(&points, workers(1), go_on).expect("finite");
    assert!(one.iter().any(|found| found.is_none()) && one.iter().any(|found| found.is_some()));
    for count in [2, 3, 64] {
        let bits = |matches: &Matches| {
            let (index, distance) = matches.clone().into_arrays();
            (index, distance.iter().map(|d| d.to_bits()).collect::<Vec<_>>())
        };
        let many = matcher.match_points_with(&points, workers(count), go_on).expect("finite");
        assert_eq!(bits(&many), bits(&one));
        let again = matcher.candidates_with(&points, workers(count), go_on).expect("finite");
        assert_eq!(again, candidates);
    }
}

#[test]
fn batches_give_the_same_as_the_whole() {
    let (matcher, points) = many();
    let whole = matcher.match_points(&points).expect("finite");
    let batches: Vec<Option<Match>> = points
        .chunks(7)
        .flat_map(|batch| matcher.match_points(batch).expect("finite").iter().collect::<Vec<_>>())
        .collect();
    assert_eq!(batches, whole.iter().collect::<Vec<_>>());
}

#[derive(Debug, PartialEq)]
enum Stop {
    Asked,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

#[test]
fn poll_ends_the_work() {
    let (matcher, points) = many();
    let mut polls = 0;
    let mut stop_at_third = || {
        polls += 1;
        if polls == 3 { Err(Stop::Asked) } else { Ok(()) }
    };
    let stopped = matcher.match_points_with(&points, workers(1), &mut stop_at_third);
    assert_eq!(stopped.expect_err("asked to stop"), Stop::Asked);
    assert_eq!(polls, 3);
    let failed = matcher.match_points_with(&[[f64::NAN, 0.0]], workers(1), || Err(Stop::Asked));
    assert!(matches!(failed, Err(Stop::Failed(Error::Point { point: 0, .. }))));
}

/// At whichever question: of ranking, of splitting on one thread and on two, and of packing.
#[test]
fn poll_ends_the_build() {
    let centers: Vec<Point> = (0..150_000_u32).map(|i| [i % 389, i / 389].map(f64::from)).collect();
    let keys = vec![0.0; centers.len()];
    let near = Within::new(1.0).expect("legal");
    let build = |most| {
        let mut polls = 0;
        let poll = || {
            polls += 1;
            if polls == most { Err(Stop::Asked) } else { Ok(()) }
        };
        let built = Matcher::from_arrays_with(&centers, &keys, near, poll);
        (built.map(|matcher| matcher.len()), polls)
    };
    let (built, all) = build(0);
    assert_eq!(built, Ok(centers.len()));
    assert!(all >= 10, "{all} questions");
    // How many are asked while one thread waits for another is a matter of chance.
    for polls in 1..=10 {
        assert_eq!(build(polls), (Err(Stop::Asked), polls));
    }
    let failed = Matcher::from_arrays_with(&centers, &keys[1..], near, || Err(Stop::Asked));
    assert!(matches!(failed, Err(Stop::Failed(Error::Keys { .. }))));
}

#[test]
fn a_point_that_is_not_finite_is_refused_or_left_unmatched() {
    let near = Within::new(f64::INFINITY).expect("legal");
    let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], near).expect("sound");
    let points = [[1.0, 1.0], [f64::NAN, 0.0], [0.0, f64::INFINITY]];
    let error = matcher.match_points(&points).expect_err("the second is NaN");
    assert!(matches!(error, Error::Point { point: 1, .. }), "{error}");
    assert!(matcher.find([f64::NEG_INFINITY, 0.0]).is_err());
    assert!(matcher.candidates(&points).is_err());

    let options = Options { on_invalid: OnInvalid::Unmatched, ..Options::default() };
    let matches = matcher.match_points_with(&points, options, go_on).expect("allowed");
    assert!(matches.indices().eq([Some(0), None, None]));
    assert!(matches.clone().into_arrays().1[1].is_nan());
    let candidates = matcher.candidates_with(&points, options, go_on).expect("allowed");
    assert_eq!(candidates.as_csr().0, [0, 1, 1, 1]);
}

#[test]
fn bad_arrays_are_refused() {
    let near = Within::new(1.0).expect("legal");
    let build = |centers: &[Point], keys: &[f64]| Matcher::from_arrays(centers, keys, near);
    let origin = [0.0, 0.0];
    assert_eq!(build(&[origin], &[]).expect_err("no key"), Error::Keys { expected: 1, got: 0 });
    let error = build(&[origin, origin], &[0.0, f64::NAN]).expect_err("NaN key");
    assert_eq!(error, Error::Key { polygon: 1 });
    let got = [f64::INFINITY, 0.0];
    let error = build(&[origin, got], &[0.0, 0.0]).expect_err("infinite centre");
    assert_eq!(error, Error::Center { polygon: 1, got });
}

#[test]
fn no_polygons_match_nothing() {
    let near = Within::new(f64::INFINITY).expect("legal");
    let matcher = Matcher::new(&[], near).expect("sound");
    assert!(matcher.is_empty());
    assert_eq!(matcher.match_points(&[[0.0, 0.0]]).expect("finite").get(0), None);
    assert!(matcher.match_points(&[]).expect("finite").is_empty());
}

/// Enough sites for the halves of the tree to be split on several threads.
#[test]
fn a_large_index_agrees_with_the_oracle() {
    let spread = |i: u32, step: u32| f64::from(i.wrapping_mul(step) % 10_007);
    let layouts: [fn(f64, f64) -> Point; 5] = [
        |x, y| [x, y],
        |x, _| [x, 5000.0],
        |_, _| [5000.0, 5000.0],
        |x, y| [1e9 + x, y - 1e9],
        |x, y| [(x / 100.0).floor() * 100.0, (y / 5000.0).floor() * 5000.0],
    ];
    for layout in layouts {
        let centers: Vec<Point> =
            (0..70_000).map(|i| layout(spread(i, 7919), spread(i, 104_729))).collect();
        let keys: Vec<f64> = (0..70_000).map(|i| spread(i, 15_485_863)).collect();
        let points: Vec<Point> =
            (0..30_000).map(|i| layout(spread(i, 611_953) + 0.5, spread(i, 27_644_437))).collect();
        for max_dist in [0.5, 30.0, 2000.0] {
            let near = Within::new(max_dist).expect("legal");
            let matcher = Matcher::from_arrays(&centers, &keys, near).expect("sound");
            let matches = matcher.match_points(&points).expect("finite");
            for i in (0..points.len()).step_by(997) {
                let expected = naive::find(&centers, &keys, points[i], &near);
                assert_eq!(matches.get(i), expected, "within {max_dist}");
                assert_eq!(matcher.find(points[i]).expect("finite"), expected);
            }
        }
    }
}

/// The square of less than 1.5e-162 is 0, so a site may be near that is beyond the distance.
#[test]
fn a_site_is_near_where_the_square_of_its_distance_vanishes() {
    let near = Within::new(2e-163).expect("legal");
    let points: Vec<Point> = (0..400).map(|i| [f64::from(i) * 1e-164, 0.0]).collect();
    let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], near).expect("sound");
    let matches = matcher.match_points(&points).expect("finite");
    for (i, &point) in points.iter().enumerate() {
        assert_eq!(matches.get(i), naive::find(&[[0.0, 0.0]], &[1.0], point, &near), "{point:?}");
    }
}
