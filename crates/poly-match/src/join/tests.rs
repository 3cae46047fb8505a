//! Every way against the oracle, on random cases: a few thousand, or as many as `POLY_MATCH_CASES`
//! says, from the seed `POLY_MATCH_SEED` on. `make oracle` runs a million in a release build.
//!
//! What the cases made use of is counted, since what no case has come to is not tested.

use super::*;
use crate::best::Ranking;
use crate::cases::{Case, Kind};
use crate::cells::NONE;
use crate::extent::Extent;
use crate::index::Index;
use crate::paint::PaintBand;
use crate::raster::CELLS;
use crate::{Match, Matcher, Matches, OnInvalid, Options, match_once, naive};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a case made use of, or how many of some cases did.
#[derive(Debug, Default)]
struct Used(BTreeMap<&'static str, u64>);

/// What every run of some thousand cases must make use of; first the kinds, in their order.
#[rustfmt::skip]
const MUST_BE_USED: [&str; 32] = [
    "Spread", "Lattice", "Heaps", "Line", "OnePlace", "Offset", "Extremes", "Scaled", "Apart",
    "Islands", "Crowd",
    "inclusive", "exclusive", "a pair on the limit", "candidates that tie", "points not finite",
    "a tree of 1 level", "a tree of 2 levels", "a tree of 3 levels",
    "cells all over the grid", "cells on parts of the grid", "cells painted on several threads",
    "lists broken off", "points searched for past the end of such a list", "and found",
    "blocks", "one by one on several threads", "cells on several threads",
    "the choice was one by one", "the choice was cells", "the choice was blocks",
    "once, the best few first",
];

/// What takes so many sites or points that only a long run must make use of it.
const RARELY_USED: [&str; 2] = ["a tree of 4 levels", "blocks on several threads"];

impl Used {
    fn count(&mut self, what: &'static str, is_used: bool) {
        *self.0.entry(what).or_default() |= u64::from(is_used);
    }

    fn add(&mut self, other: Self) {
        other.0.into_iter().for_each(|(what, count)| *self.0.entry(what).or_default() += count);
    }

    fn get(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }
}

const WAYS: [Option<Way>; 4] = [None, Some(Way::Single), Some(Way::Cells), Some(Way::Blocks)];

/// A position, or −1, and the bits of a distance.
#[derive(Clone, Copy, PartialEq)]
struct Found(i64, u64);

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?} ({:#x})", self.0, f64::from_bits(self.1), self.1)
    }
}

type Answer = Vec<Found>;

fn bits(index: &[i64], distance: &[f64]) -> Answer {
    index.iter().zip(distance).map(|(&index, distance)| Found(index, distance.to_bits())).collect()
}

fn as_bits(found: Option<Match>) -> Found {
    let index = found.map_or(-1, |found| i64::try_from(found.index).expect("small"));
    Found(index, found.map_or(f64::NAN, |found| found.distance).to_bits())
}

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

/// The first difference, in words.
fn compare(
    how: impl Fn() -> String,
    points: &[Point],
    got: &[Found],
    expected: &[Found],
) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    let at = got.iter().zip(expected).position(|(got, expected)| got != expected);
    let at = at.unwrap_or_else(|| got.len().min(expected.len()));
    let (point, got, expected) = (points.get(at), got.get(at), expected.get(at));
    Err(format!("{}, for {point:?}: {got:?}, not {expected:?}", how()))
}

/// Takes a case through every way there is; the first difference is an error.
fn check(case: &Case, used: &mut Used) -> Result<(), String> {
    let Case { centers, keys, points, near, seed, .. } = case;
    let workers = NonZeroUsize::new(1 + usize::try_from(seed % 3).expect("small"));
    let expected = expected(case);
    let ranking = Ranking::by_key(keys).expect("no NaN");
    let sites: Vec<Point> =
        ranking.order().iter().map(|&position| centers[position as usize]).collect();
    let tree = (!sites.is_empty()).then(|| Index::tree(&sites));
    for index in [Some(Index::flat(&sites)), tree].iter().flatten() {
        let search = Search { index: index.view(), ranking: ranking.view(), near };
        count_ways(search, workers, points, &expected, used);
        for level in Level::all() {
            for way in WAYS {
                let got = answer(&Join { search, level, workers, way }, points);
                let how = || {
                    let levels = search.index.levels.count();
                    format!("{way:?}, {}, {levels} levels, {workers:?}", name(level))
                };
                compare(how, points, &got, &expected)?;
            }
        }
    }
    check_face(case, workers, &expected, used)
}

/// The public functions.
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
                Ok(Matches { index, distance })
                    if invalid.is_none() || on_invalid == OnInvalid::Unmatched =>
                {
                    compare(|| how.to_owned(), points, &bits(&index, &distance), expected)?;
                }
                Err(Error::Point { point, .. })
                    if on_invalid == OnInvalid::Error && invalid == Some(point) => {}
                other => return Err(format!("{how}, {on_invalid:?}: {other:?}")),
            }
        }
    }
    // Some of the points, one by one, and all their candidates.
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

/// Counts which ways this index and these points make use of.
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
    let join = |way| Join { search, level: Level::widest(), workers, way };
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
    let (_, raster) = join(Some(Way::Cells)).choose(points, &bounds);
    let Some(raster) = raster else { return };
    let is_whole = (0..raster.rows * raster.columns).all(|block| raster.number(block) != 0);
    used.count("cells all over the grid", is_whole);
    used.count("cells on parts of the grid", !is_whole);
    used.count("cells painted on several threads", are_several && raster.rows > 1);
    used.count("cells on several threads", threads(CELLS_PIECE));
    let (rows, go_on) = (0..raster.rows, &mut || true);
    let lists = Level::widest().run(PaintBand { search, raster: &raster, rows, go_on });
    if lists.unfinished.iter().all(|&cells| cells == 0) {
        return;
    }
    used.count("lists broken off", true);
    let is_searched_for = |point: Point| {
        let mut cell = [0];
        raster.place(&[point], &mut cell);
        let cell = cell[0] as usize;
        let is_near = |&site: &u32| search.near.is_near(lists.sites[site as usize], point);
        let rest = &lists.rest[lists.others[cell] as usize..];
        let list = [lists.first[cell]].into_iter().chain(rest.iter().copied());
        let is_open = lists.unfinished[cell / CELLS] >> (cell % CELLS) & 1 == 1;
        is_open
            && is_finite(point)
            && !list.take_while(|&site| site != NONE).any(|site| is_near(&site))
    };
    let searched: Vec<usize> = (0..points.len()).filter(|&i| is_searched_for(points[i])).collect();
    used.count("points searched for past the end of such a list", !searched.is_empty());
    used.count("and found", searched.iter().any(|&i| expected[i].0 >= 0));
}

/// The name of an instruction set, without what `pulp` keeps of it.
fn name(level: Level) -> String {
    let name = format!("{level:?}");
    name.split('(').next().unwrap_or_default().to_owned()
}

/// The same; a panic is a difference too.
fn check_caught(case: &Case, used: &mut Used) -> Result<(), String> {
    let checked = catch_unwind(AssertUnwindSafe(|| check(case, used)));
    checked.unwrap_or_else(|_| Err("panicked".to_owned()))
}

/// Leaves out of a case that differs what it differs without, within some seconds.
fn shrink(mut case: Case) -> Case {
    let until = Instant::now() + Duration::from_secs(20);
    let differs = |case: &Case| {
        let checked = catch_unwind(AssertUnwindSafe(|| check(case, &mut Used::default())));
        matches!(checked, Ok(Err(_)))
    };
    let mut leave_out = |count: fn(&Case) -> usize, drain: fn(&mut Case, Range<usize>)| {
        let mut size = count(&case).div_ceil(2);
        while size > 0 {
            let mut start = 0;
            while start < count(&case) && Instant::now() < until {
                let mut less = case.clone();
                drain(&mut less, start..count(&case).min(start + size));
                if differs(&less) { case = less } else { start += size }
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

/// Runs the cases of some seeds on all cores; the first that differs is an error.
fn run(seeds: Range<u64>) -> Result<Used, String> {
    let (next, tenth) = (AtomicU64::new(seeds.start), (seeds.end - seeds.start) / 10);
    let (all, failed) = (Mutex::new(Used::default()), Mutex::new(None));
    std::thread::scope(|scope| {
        for _ in 0..crate::threads::all_cores().get() {
            scope.spawn(|| {
                let mut sum = Used::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    if tenth >= 10_000 && (seed - seeds.start) % tenth == tenth - 1 {
                        println!("{} cases", seed - seeds.start + 1);
                    }
                    let (case, mut used) = (Case::new(seed), Used::default());
                    let kind = Kind::ALL.iter().position(|&kind| kind == case.kind);
                    used.count(MUST_BE_USED[kind.expect("one of all")], true);
                    if let Err(difference) = check_caught(&case, &mut used) {
                        next.store(seeds.end, Ordering::Relaxed);
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.get_or_insert((case, difference));
                        break;
                    }
                    sum.add(used);
                }
                all.lock().unwrap_or_else(PoisonError::into_inner).add(sum);
            });
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        None => Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner)),
        Some((case, difference)) => {
            let seed = case.seed;
            let mut text = format!("seed {seed}: {difference}\n");
            text += &format!("again: make oracle SEED={seed} CASES=1\n");
            if difference != "panicked" {
                let less = shrink(case);
                let difference = check(&less, &mut Used::default()).expect_err("it differs");
                text += &format!("with less: {difference}\n{:?}\n", less.near);
                for what in [
                    format!("points: {:?}", less.points),
                    format!("sites: {:?}", less.centers),
                    format!("keys: {:?}", less.keys),
                ] {
                    text.extend(what.chars().take(1500).chain("\n".chars()));
                }
            }
            Err(text)
        }
    }
}

/// A number from the environment, or the usual one.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a whole number"))
}

/// Every way, for every instruction set of this machine, flat and as a tree, and all that is public.
#[test]
fn every_way_agrees_with_the_oracle() {
    let (seed, cases) = (setting("POLY_MATCH_SEED", 0), setting("POLY_MATCH_CASES", 4000));
    let names: Vec<String> = Level::all().into_iter().map(name).collect();
    println!("{cases} cases from seed {seed} on, for {}", names.join(", "));
    let used = run(seed..seed + cases).unwrap_or_else(|difference| panic!("{difference}"));
    let mut report = format!("{cases} cases from seed {seed} on: no difference. Of these,\n");
    for what in MUST_BE_USED.iter().chain(&RARELY_USED) {
        writeln!(report, "{:>10} {what}", used.get(what)).expect("it is text");
    }
    println!("{report}");
    let must_be = |what: &&&str| match cases {
        0..4000 => false,
        4000..100_000 => MUST_BE_USED.contains(what),
        _ => true,
    };
    let all = MUST_BE_USED.iter().chain(&RARELY_USED);
    let unused: Vec<_> = all.filter(must_be).filter(|what| used.get(what) == 0).collect();
    assert!(unused.is_empty(), "no case made use of: {unused:?}");
}

/// Sites in one place, of which none covers the cells on the rim of its reach; and a last one,
/// which the lists of those cells do not come to.
#[test]
fn a_point_whose_list_was_broken_off_is_searched_for() {
    let mut centers = vec![[0.0, 0.0]; 5000];
    centers.push([0.5, 0.5]);
    let keys = vec![1.0; centers.len()];
    let points: Vec<Point> = (0..10_000_u32)
        .map(|i| [i % 100, i / 100].map(|step| f64::from(step) * 0.03 - 1.5))
        .collect();
    let near = Within::new(1.0).expect("a legal distance");
    let ranking = Ranking::by_key(&keys).expect("no NaN");
    let case = Case { seed: 0, kind: Kind::Crowd, centers, keys, points, near };
    let expected = expected(&case);
    assert!(expected.iter().any(|found| found.0 == 5000));
    let Case { centers, points, near, .. } = &case;
    for index in [Index::flat(centers), Index::tree(centers)] {
        let search = Search { index: index.view(), ranking: ranking.view(), near };
        let (level, workers) = (Level::widest(), Some(NonZeroUsize::MIN));
        let join = Join { search, level, workers, way: Some(Way::Cells) };
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
