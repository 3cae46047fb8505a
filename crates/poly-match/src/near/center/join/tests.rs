//! Every way to match many points against the oracle, on random cases.

use super::*;
use crate::geometry::extent::Extent;
use crate::machine::simd::Baseline;
use crate::matcher::Matcher;
use crate::naive;
use crate::near::center::grid::lists::{FIRST, UNLISTED};
use crate::near::center::grid::paint::PaintBand;
use crate::near::center::index::Index;
use crate::once::match_once;
use crate::query::{OnInvalid, Options};
use crate::rank::order::Ranking;
use crate::testing::cases::{Case, Kind};
use crate::testing::oracle::{self, Expected, Found, Used, as_bits, bits, compare, name};
use crate::testing::reached::Structure;
use std::ops::{Range, RangeInclusive};
use std::time::{Duration, Instant};

/// What every run of a few thousand cases must use. The kinds of cases come first, in their order.
#[rustfmt::skip]
const MUST_BE_USED: [&str; 36] = [
    "Spread", "Lattice", "Heaps", "Line", "OnePlace", "Offset", "Extremes", "Scaled", "Apart",
    "Fine", "Islands", "Crowd",
    "inclusive", "exclusive", "a pair on the limit", "candidates that tie", "points not finite",
    "a tree of 1 level", "a tree of 2 levels", "a tree of 3 levels",
    "cells all over the grid", "cells on parts of the grid", "cells painted on several threads",
    "points searched for past a list that was cut off", "found past such a list",
    "kept cells suit all points", "kept cells suit not all points",
    "points outside kept cells", "found outside kept cells",
    "blocks", "one by one on several threads", "cells on several threads",
    "the choice was one by one", "the choice was cells", "the choice was blocks",
    "once, the best few first",
];

/// What only a long run must use, since it takes many sites or points.
const RARELY_USED: [&str; 2] = ["a tree of 4 levels", "blocks on several threads"];

/// Levels that every run of a few thousand cases must reach, and those that a long run must reach.
const LEVELS: [(Structure, RangeInclusive<usize>); 5] = [
    (Structure::Curve, 1..=5),
    (Structure::Crowd, 6..=10),
    (Structure::Digits, 0..=6),
    (Structure::OwnGrid, 18..=24),
    (Structure::Grid, 0..=12),
];
const RARE_LEVELS: [(Structure, RangeInclusive<usize>); 4] = [
    (Structure::Curve, 1..=9),
    (Structure::Crowd, 6..=14),
    (Structure::OwnGrid, 12..=40),
    (Structure::Grid, 0..=26),
];

const WAYS: [Option<Way>; 4] = [None, Some(Way::Single), Some(Way::Cells), Some(Way::Blocks)];

type Answer = Vec<Found>;

fn expected(case: &Case) -> Answer {
    let Case { centers, keys, points, near, .. } = case;
    let find = |&point: &Point| {
        is_finite(point).then(|| naive::find(centers, keys, point, near)).flatten()
    };
    points.iter().map(|point| as_bits(find(point))).collect()
}

fn extent(join: &Join<'_>, points: &[Point]) -> Bounds {
    let go_on = || Ok::<(), Error>(());
    Extent::of(points, join.level, join.workers, go_on).expect("nothing can fail").bounds
}

fn answer(join: &Join<'_>, points: &[Point]) -> Answer {
    let (mut index, mut distance) = (vec![7; points.len()], vec![7.0; points.len()]);
    let bounds = extent(join, points);
    let done: Result<(), Error> = join.run(points, &bounds, &mut index, &mut distance, || Ok(()));
    done.expect("no thread panics");
    bits(&index, &distance)
}

/// Takes a case through every way. The first difference is an error.
fn check(case: &Case, used: &mut Used) -> Result<(), String> {
    let Case { centers, keys, points, near, seed, .. } = case;
    let workers = NonZeroUsize::new(1 + usize::try_from(seed % 3).expect("small"));
    let expected = expected(case);
    let ranking = Ranking::by_key(&keys.into(), || Ok::<(), Error>(())).expect("few");
    let sites: Vec<Point> =
        ranking.order().iter().map(|&position| centers[position as usize]).collect();
    let tree = (!sites.is_empty()).then(|| Index::tree(&sites));
    for index in [Some(Index::flat(&sites)), tree].iter().flatten() {
        let search = Search { index: index.view(), ranking: ranking.view(), near };
        count_ways(search, workers, points, &expected, used);
        for level in Level::all() {
            for way in WAYS {
                let kept = &KeptCells::default();
                let got = answer(&Join { search, level, workers, way, kept }, points);
                let how = || {
                    let levels = search.index.levels.count();
                    format!("{way:?}, {}, {levels} levels, {workers:?}", name(level))
                };
                compare(how, points, &got, &expected)?;
            }
            check_kept(search, level, case, &expected, used)?;
        }
    }
    check_face(case, workers, &expected, used)
}

/// Matches all points by the cells that were made for some of them: those on the left, or the first.
fn check_kept(
    search: Search<'_>,
    level: Level,
    case: &Case,
    expected: &[Found],
    used: &mut Used,
) -> Result<(), String> {
    let Case { points, near, seed, .. } = case;
    let mut some = points.clone();
    if seed % 2 == 0 {
        some.sort_by(|a, b| a[0].total_cmp(&b[0]));
    }
    some.truncate(points.len().div_ceil(2));
    let workers = |count: u64| NonZeroUsize::new(1 + usize::try_from(count % 3).expect("small"));
    let kept = &KeptCells::default();
    let join = |way, count| Join { search, level, workers: workers(count), way, kept };
    // Leaves the cells of these points, if they have any.
    answer(&join(Some(Way::Cells), *seed), &some);
    let bounds = extent(&join(None, 0), &some);
    let Some(cells) = kept.suiting(&some, &bounds, near) else { return Ok(()) };
    let suits = cells.suit(points, &extent(&join(None, 0), points), near);
    used.count("kept cells suit all points", suits);
    used.count("kept cells suit not all points", !suits);
    // All points by these cells, whether they suit or not.
    let (mut index, mut distance) = (vec![7; points.len()], vec![7.0; points.len()]);
    let mut outside = Vec::new();
    cells.find(near, points, &mut index, &mut distance, |point| {
        outside.push(point);
        let (rank, squared) = search.index.best(Baseline, near, point)?;
        Some((search.ranking.position(rank), squared))
    });
    used.count("points outside kept cells", !outside.is_empty());
    let is_found = |(point, found): (&Point, &Found)| outside.contains(point) && found.0 >= 0;
    used.count("found outside kept cells", points.iter().zip(expected).any(is_found));
    let how = |how: &str| format!("{how} after {} points, {}", some.len(), name(level));
    compare(|| how("kept cells"), points, &bits(&index, &distance), expected)?;
    // Calls that use the kept cells where they suit, and replace them where they do not.
    for (i, way) in (1..).zip([None, Some(Way::Cells), None]) {
        let got = answer(&join(way, seed + i), points);
        compare(|| how(&format!("{way:?}, again")), points, &got, expected)?;
    }
    Ok(())
}

/// Takes a case through the public functions.
fn check_face(
    case: &Case,
    workers: Option<NonZeroUsize>,
    expected: &[Found],
    used: &mut Used,
) -> Result<(), String> {
    let Case { centers, keys, points, near, .. } = case;
    let go_on = || Ok::<(), Error>(());
    let matcher = Matcher::from_arrays(centers, keys, *near).expect("sound");
    let invalid = points.iter().position(|&point| !is_finite(point));
    for on_invalid in [OnInvalid::Error, OnInvalid::Unmatched] {
        let options = Options { workers, on_invalid };
        let many = matcher.match_points_with(points, options, go_on);
        let once = match_once(centers, keys, *near, points, options, go_on);
        for (how, got) in [("match_points", many), ("match_once", once)] {
            match got {
                Ok(found) if invalid.is_none() || on_invalid == OnInvalid::Unmatched => {
                    let (index, distance) = found.into_arrays();
                    compare(|| how.to_owned(), points, &bits(&index, &distance), expected)?;
                }
                Err(Error::Point { point, .. })
                    if on_invalid == OnInvalid::Error && invalid == Some(point) => {}
                other => return Err(format!("{how}, {on_invalid:?}: {other:?}")),
            }
        }
    }
    // A stream of batches, on other numbers of threads: each may use what earlier calls left.
    let batch = points.len() / 3 + 1;
    let batches = points.chunks(batch).zip(expected.chunks(batch));
    for (count, (points, expected)) in (1..).zip(batches.chain([(points.as_slice(), expected)])) {
        let options =
            Options { workers: NonZeroUsize::new(count), on_invalid: OnInvalid::Unmatched };
        let found = matcher.match_points_with(points, options, go_on).expect("no thread panics");
        let (index, distance) = found.into_arrays();
        let how = || format!("match_points, batch {count}");
        compare(how, points, &bits(&index, &distance), expected)?;
    }
    // Check some of the points one by one, and all their candidates.
    let some: Vec<usize> = (0..points.len()).step_by(1 + points.len() / 12).collect();
    for &i in &some {
        match matcher.find(points[i]) {
            Ok(found) => {
                let how = || "find".to_owned();
                compare(how, &points[i..=i], &[as_bits(found)], &expected[i..=i])?;
            }
            Err(error) if is_finite(points[i]) => return Err(format!("find {i}: {error}")),
            Err(_) => {}
        }
    }
    let some: Vec<Point> = some.into_iter().map(|i| points[i]).collect();
    let options = Options { workers, on_invalid: OnInvalid::Unmatched };
    let candidates = matcher.candidates_with(&some, options, go_on).expect("no thread panics");
    if candidates.rows().len() != some.len() {
        return Err(format!("candidates: {} rows", candidates.rows().len()));
    }
    let (mut on_limit, mut ties) = (false, false);
    for (&point, row) in some.iter().zip(candidates.rows()) {
        let finite = is_finite(point);
        let expected = if finite { naive::candidates(centers, point, near) } else { Vec::new() };
        let row: Vec<_> = row.map(|one| as_bits(Some(one))).collect();
        let best = expected.iter().map(|one| keys[one.index]).reduce(f64::min);
        ties |= expected.iter().filter(|one| Some(keys[one.index]) == best).count() > 1;
        let expected: Vec<_> = expected.into_iter().map(|one| as_bits(Some(one))).collect();
        compare(|| format!("candidates of {point:?}"), &[], &row, &expected)?;
        on_limit |= centers.iter().any(|center| {
            let (dx, dy) = (center[0] - point[0], center[1] - point[1]);
            (dx * dx + dy * dy).sqrt() == near.max_dist() && near.max_dist().is_finite()
        });
    }
    used.count("a pair on the limit", on_limit);
    used.count("candidates that tie", ties);
    used.count("points not finite", invalid.is_some());
    used.count("inclusive", near.is_inclusive());
    used.count("exclusive", !near.is_inclusive());
    let few = 193..=2048;
    used.count("once, the best few first", few.contains(&keys.len()) && points.len() <= 512);
    Ok(())
}

/// Counts which ways this index and these points use.
fn count_ways(
    search: Search<'_>,
    workers: Option<NonZeroUsize>,
    points: &[Point],
    expected: &[Found],
    used: &mut Used,
) {
    let levels = search.index.levels.count();
    let tree = match levels {
        1 => "a tree of 1 level",
        2 => "a tree of 2 levels",
        3 => "a tree of 3 levels",
        4 => "a tree of 4 levels",
        _ => "no tree",
    };
    used.count(tree, true);
    let kept = &KeptCells::default();
    let join = |way| Join { search, level: Level::widest(), workers, way, kept };
    let bounds = extent(&join(None), points);
    let (way, _) = join(None).choose(points, &bounds);
    used.count("the choice was one by one", way == Way::Single);
    used.count("the choice was cells", way == Way::Cells);
    used.count("the choice was blocks", way == Way::Blocks);
    let are_several = workers.is_some_and(|workers| workers.get() > 1);
    let threads = |piece| are_several && points.len() > piece;
    used.count("one by one on several threads", threads(SINGLE_PIECE));
    used.count("blocks", levels > 0 && !points.is_empty());
    used.count("blocks on several threads", levels > 0 && threads(MIN_BLOCKS_PIECE));
    let (_, occupancy) = join(Some(Way::Cells)).choose(points, &bounds);
    let Some(occupancy) = occupancy else { return };
    let is_whole = (0..occupancy.rows * occupancy.columns).all(|page| occupancy.number(page) != 0);
    used.count("cells all over the grid", is_whole);
    used.count("cells on parts of the grid", !is_whole);
    used.count("cells painted on several threads", are_several && occupancy.cut(2).len() > 1);
    used.count("cells on several threads", threads(CELLS_PIECE));
    let (pages, go_on) = (0..occupancy.rows * occupancy.columns, &mut || true);
    let lists = Level::widest().run(PaintBand { search, occupancy: &occupancy, pages, go_on });
    let is_searched_for = |point: Point| {
        let mut cell = [0];
        occupancy.place(&[point], &mut cell);
        let cell = cell[0] as usize;
        let rest = &lists.rest[lists.others[cell] as usize..];
        let mut list = [lists.first[cell]].into_iter().chain(rest.iter().copied());
        let is_near = |site: u32| search.near.is_near(lists.sites[site as usize], point);
        is_finite(point) && list.find(|&site| site < FIRST || is_near(site)) == Some(UNLISTED)
    };
    let searched: Vec<usize> = (0..points.len()).filter(|&i| is_searched_for(points[i])).collect();
    used.count("points searched for past a list that was cut off", !searched.is_empty());
    used.count("found past such a list", searched.iter().any(|&i| expected[i].0 >= 0));
}

/// Makes a failing case smaller: drops the sites and points that the difference does not need. It
/// stops after 20 seconds.
fn shrink(mut case: Case) -> Case {
    let until = Instant::now() + Duration::from_secs(20);
    let mut leave_out = |count: fn(&Case) -> usize, drain: fn(&mut Case, Range<usize>)| {
        let mut size = count(&case).div_ceil(2);
        while size > 0 {
            let mut start = 0;
            while start < count(&case) && Instant::now() < until {
                let mut less = case.clone();
                drain(&mut less, start..count(&case).min(start + size));
                if oracle::differs(&less) { case = less } else { start += size }
            }
            size /= 2;
        }
    };
    for _ in 0..2 {
        leave_out(|case| case.points.len(), |case, some| drop(case.points.drain(some)));
        leave_out(
            |case| case.centers.len(),
            |case, some| {
                case.centers.drain(some.clone());
                case.keys.drain(some);
            },
        );
    }
    case
}

impl oracle::Case for Case {
    fn new(seed: u64) -> Self {
        Self::of(seed)
    }

    fn check(&self, used: &mut Used) -> Result<(), String> {
        let kind = Kind::ALL.iter().position(|&kind| kind == self.kind);
        used.count(MUST_BE_USED[kind.expect("one of all")], true);
        check(self, used)
    }

    fn shrink(self) -> Self {
        shrink(self)
    }
}

/// Runs every way with every instruction set of this machine, for a flat index and a tree, and the
/// public functions.
#[test]
fn every_way_agrees_with_the_oracle() {
    oracle::run::<Case>(Expected {
        always: &MUST_BE_USED,
        levels: &LEVELS,
        rarely: &RARELY_USED,
        rare_levels: &RARE_LEVELS,
    });
}

/// Many sites at the same place, which cover no cell on the rim of their reach, use up the budget
/// of the tile. The last site is then not on the lists of these cells.
#[test]
fn a_point_whose_list_was_cut_off_is_searched_for() {
    let mut centers = vec![[0.0, 0.0]; 5000];
    centers.push([0.5, 0.5]);
    let keys = vec![1.0; centers.len()];
    let points: Vec<Point> = (0..10_000_u32)
        .map(|i| [i % 100, i / 100].map(|step| f64::from(step) * 0.03 - 1.5))
        .collect();
    let near = Within::new(1.0).expect("a legal distance");
    let ranking = Ranking::by_key(&(&keys).into(), || Ok::<(), Error>(())).expect("few");
    let case = Case { seed: 0, kind: Kind::Crowd, centers, keys, points, near };
    let expected = expected(&case);
    assert!(expected.iter().any(|found| found.0 == 5000));
    let Case { centers, points, near, .. } = &case;
    for index in [Index::flat(centers), Index::tree(centers)] {
        let search = Search { index: index.view(), ranking: ranking.view(), near };
        let (level, workers) = (Level::widest(), Some(NonZeroUsize::MIN));
        let (way, kept) = (Some(Way::Cells), &KeptCells::default());
        let join = Join { search, level, workers, way, kept };
        assert!(join.choose(points, &extent(&join, points)).1.is_some());
        assert!(answer(&join, points) == expected);
    }
}

#[test]
fn a_point_far_away_leaves_the_order_of_the_others() {
    let near = Within::new(1.0).expect("a legal distance");
    let sites = Bounds { min: [0.0, 0.0], max: [10.0, 10.0] };
    let clip = |min, max| clipped(&Bounds { min, max }, &sites, &near);
    assert_eq!(clip([2.0, -9.0], [1e10, 5.0]), Bounds { min: [2.0, -1.0], max: [11.0, 5.0] });
    let all = Within::new(f64::INFINITY).expect("a legal distance");
    let points = Bounds { min: [-1e10, 0.0], max: [1e10, 1.0] };
    assert_eq!(clipped(&points, &sites, &all), points);
}
