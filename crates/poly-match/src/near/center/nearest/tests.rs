//! Every instruction set and number of threads against the oracle, with many ties and near ties.
use std::num::NonZeroUsize;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::builder::Builder;
use crate::error::Error;
use crate::machine::Level;
use crate::matcher::Matcher;
use crate::naive;
use crate::near::center::index::Index;
use crate::query::{OnInvalid, Options, Query};
use crate::rule::{Best, Rule, Tie};
use crate::testing::cases::Case;

/// Compares every instruction set and number of threads with the oracle, bit for bit.
fn check(centers: &[Point], points: &[Point], within: Within) -> Result<(), TestCaseError> {
    let expected: Vec<(i64, u64)> = points
        .iter()
        .map(|&point| {
            if !point.iter().all(|x| x.is_finite()) {
                return (-1, 0);
            }
            let all = naive::candidates(centers, point, &within);
            let best = naive::best_first(all, |found| found.distance, Tie::Index);
            best.first().map_or((-1, 0), |found| (found.index as i64, found.distance.to_bits()))
        })
        .collect();
    let rule = Rule { near: within.into(), best: &[Best::Nearest], tie: Tie::Index };
    let mut matcher: Matcher = Builder::new(rule).centers(centers).expect("sound");
    for level in Level::all() {
        for workers in 1..=3 {
            matcher.prepared.level = level;
            let options =
                Options { workers: NonZeroUsize::new(workers), on_invalid: OnInvalid::Unmatched };
            let query = Query::from(points);
            let found =
                matcher.match_points_with(query, options, || Ok::<(), Error>(())).expect("sound");
            let (indices, distances) = found.into_arrays();
            for (point, &(index, bits)) in expected.iter().enumerate() {
                let at = (indices[point], distances[point]);
                prop_assert_eq!(at.0, index, "{:?} {} point {}", level, workers, point);
                let is_right = if index < 0 { at.1.is_nan() } else { at.1.to_bits() == bits };
                prop_assert!(is_right, "{:?} {} point {}: {}", level, workers, point, at.1);
            }
        }
    }
    Ok(())
}

/// Places of one kind. Many pairs of them are at the same distance, or nearly.
fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
    let lattice = |step: f64| {
        [-60_i32..60, -60_i32..60].prop_map(move |place| place.map(|x| f64::from(x) * step))
    };
    let cluster = (0..3_usize, [-1.0..1.0, -1.0..1.0])
        .prop_map(|(at, [x, y])| [x * 1e-3 + [-5.0, 0.0, 6.0][at], y * 1e-6]);
    let circle = (0_i32..9999).prop_map(|i| [f64::from(i).cos() * 5.0, f64::from(i).sin() * 5.0]);
    prop_oneof![
        2 => vec([-6.0..6.0, -6.0..6.0], count.clone()),
        2 => vec(lattice(0.1), count.clone()),
        1 => vec(lattice(1.0), count.clone()),
        1 => vec(lattice(1.0).prop_map(|[x, _]| [x * 0.01, x * 0.03]), count.clone()),
        1 => vec(cluster, count.clone()),
        1 => vec(circle, count),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_kind_agrees_with_the_oracle(seed: u64) {
        let case = Case::of(seed);
        check(&case.centers, &case.points, case.near)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Enough sites that a few points far apart give up on blocks.
    #[test]
    fn deep_trees_agree_with_the_oracle(
        sites in prop_oneof![2 => places(1..600), 2 => places(4000..9000)],
        points in prop_oneof![places(1..30), places(200..400)],
        scale in select(vec![1.0, 1.0, 1.0, 1e-155, 1e-162, 1e150, 1e153, 1e300]),
        (max_dist, inclusive) in (select(vec![f64::INFINITY, f64::INFINITY, 0.0, 0.1, 0.5, 3.0, 1e9]), any::<bool>()),
    ) {
        let scaled = |places: Vec<Point>| -> Vec<Point> {
            places.into_iter().map(|place| place.map(|x| x * scale)).collect()
        };
        let make = if inclusive { Within::inclusive } else { Within::new };
        let within = make(max_dist * scale).expect("legal");
        check(&scaled(sites), &scaled(points), within)?;
    }

    #[test]
    fn no_square_of_the_same_root_is_lost(
        squared in prop_oneof![0.0..f64::MAX, 0.0..4.0, any::<u64>().prop_map(f64::from_bits)],
    ) {
        prop_assume!(squared >= 0.0);
        let mut larger = squared;
        while larger.sqrt() == squared.sqrt() && larger.is_finite() {
            prop_assert!(larger <= above(squared), "{:e} {:e}", squared, larger);
            larger = larger.next_up();
        }
    }
}

/// Points far from many sites close together: all of these are about equally near.
#[test]
fn blocks_that_give_up_agree_with_the_oracle() {
    let spread = |i: u32, by: f64| {
        let (x, y) = (i.wrapping_mul(2_654_435_761), i.wrapping_mul(1_597_334_677));
        [f64::from(x >> 12) * by, f64::from(y >> 12) * by]
    };
    let sites: Vec<Point> = (0..20_000).map(|i| spread(i, 1e-6)).collect();
    let points: Vec<Point> =
        (0..300).map(|i| spread(i, if i % 3 == 0 { 1e-6 } else { 1e-2 })).collect();
    check(&sites, &points, Within::new(f64::INFINITY).expect("legal")).expect("the same");
    let mut nearest = Nearest::new();
    let index =
        Index::arranged(&sites, &(0..).take(sites.len()).collect::<Vec<_>>(), (64, 1), || {
            Ok::<(), Error>(())
        })
        .expect("sound");
    let within = Within::new(f64::INFINITY).expect("legal");
    let places: Vec<u32> = (0..).take(BATCH).collect();
    nearest.search(
        crate::machine::simd::Baseline,
        (index.view(), &within),
        &points,
        &places,
        |_, _, _| (),
    );
    assert!(nearest.next_rest > 0, "some blocks gave up");
}
