//! Runs the cases of many seeds on all cores. `POLY_MATCH_CASES` sets the number of cases (default
//! 4000), `POLY_MATCH_SEED` the first seed (default 0). `make oracle` runs a million in a release
//! build.
//!
//! The run also counts what the cases cover, because code that no case reaches is not tested.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::ops::{Range, RangeInclusive};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::reached::{self, Structure};
use crate::answer::Match;
use crate::machine::{Level, all_cores};

/// A random case.
pub(crate) trait Case: Debug + Send {
    /// The case of a seed.
    fn new(seed: u64) -> Self;

    /// Takes the case through every path. The first difference is an error.
    fn check(&self, used: &mut Used) -> Result<(), String>;

    /// Shrinks a failing case: removes everything without which it still fails.
    fn shrink(self) -> Self;
}

/// How many cases covered each feature.
#[derive(Debug, Default)]
pub(crate) struct Used(BTreeMap<&'static str, u64>);

impl Used {
    pub(crate) fn count(&mut self, what: &'static str, is_used: bool) {
        *self.0.entry(what).or_default() += u64::from(is_used);
    }

    fn add(&mut self, other: Self) {
        other.0.into_iter().for_each(|(what, count)| *self.0.entry(what).or_default() += count);
    }

    fn get(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }
}

/// What the cases of a run must cover.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// Must be covered by every run of at least `SOME` cases.
    pub(crate) always: &'a [&'static str],
    pub(crate) levels: &'a [(Structure, RangeInclusive<usize>)],
    /// Must be covered by a run of at least `MANY` cases. These features are rare because they need
    /// many sites or points.
    pub(crate) rarely: &'a [&'static str],
    pub(crate) rare_levels: &'a [(Structure, RangeInclusive<usize>)],
}

/// From `SOME` cases on, a run must cover everything common; from `MANY` on, also everything rare.
const SOME: u64 = 4000;
const MANY: u64 = 500_000;

/// Runs the cases of the seeds that the environment sets.
///
/// # Panics
/// If a case differs from the oracle, or no case covers something that it should.
pub(crate) fn run<C: Case>(expected: Expected<'_>) {
    let (seed, cases) = (setting("POLY_MATCH_SEED", 0), setting("POLY_MATCH_CASES", SOME));
    let names: Vec<String> = Level::all().into_iter().map(name).collect();
    println!("{cases} cases from seed {seed} on, for {}", names.join(", "));
    let used = run_all::<C>(seed..seed + cases).unwrap_or_else(|difference| panic!("{difference}"));
    let mut report = format!("{cases} cases from seed {seed} on: no difference. Of these,\n");
    for what in expected.always.iter().chain(expected.rarely) {
        writeln!(report, "{:>10} {what}", used.get(what)).expect("it is text");
    }
    let (levels, mut missing) = reached::report(expected.levels);
    let (_, rare) = reached::report(expected.rare_levels);
    println!("{report}Levels, and how often each was reached:\n{}", levels.join("\n"));
    let unused = |all: &[&'static str]| {
        all.iter().filter(|what| used.get(what) == 0).map(|&what| what.to_owned()).collect()
    };
    let always: Vec<String> = unused(expected.always);
    let rarely: Vec<String> = unused(expected.rarely);
    missing.extend(always);
    if cases >= MANY {
        missing.extend(rarely);
        missing.extend(rare);
    }
    assert!(cases < SOME || missing.is_empty(), "no case covered: {missing:?}");
}

/// Runs all seeds. The first case that fails is an error, with its shrunk form.
fn run_all<C: Case>(seeds: Range<u64>) -> Result<Used, String> {
    let (next, tenth) = (AtomicU64::new(seeds.start), (seeds.end - seeds.start) / 10);
    let (all, failed) = (Mutex::new(Used::default()), Mutex::new(None));
    std::thread::scope(|scope| {
        for _ in 0..all_cores().get() {
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
                    let (case, mut used) = (C::new(seed), Used::default());
                    if let Err(difference) = check_caught(&case, &mut used) {
                        next.store(seeds.end, Ordering::Relaxed);
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.get_or_insert((seed, case, difference));
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
        Some((seed, case, difference)) => {
            let mut text = format!("seed {seed}: {difference}\n");
            text += &format!("again: make oracle SEED={seed} CASES=1\n");
            let less = case.shrink();
            if let Err(difference) = check_caught(&less, &mut Used::default()) {
                text += &format!("shrunk: {difference}\n");
            }
            text.extend(format!("{less:?}").chars().take(4000).chain("\n".chars()));
            Err(text)
        }
    }
}

/// Checks a case; a panic counts as a difference.
fn check_caught<C: Case>(case: &C, used: &mut Used) -> Result<(), String> {
    let checked = catch_unwind(AssertUnwindSafe(|| case.check(used)));
    checked.unwrap_or_else(|_| Err("panicked".to_owned()))
}

/// Whether a case fails.
pub(crate) fn differs<C: Case>(case: &C) -> bool {
    check_caught(case, &mut Used::default()).is_err()
}

/// A number from the environment, or `usual` if it is not set.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a whole number"))
}

/// The name of an instruction set, without the details that `pulp` prints.
pub(crate) fn name(level: Level) -> String {
    let name = format!("{level:?}");
    name.split('(').next().unwrap_or_default().to_owned()
}

/// A position, or −1, and the bits of a distance.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Found(pub(crate) i64, pub(crate) u64);

impl Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?} ({:#x})", self.0, f64::from_bits(self.1), self.1)
    }
}

/// Answers in a form that compares to the last bit.
pub(crate) fn bits(index: &[i64], distance: &[f64]) -> Vec<Found> {
    index.iter().zip(distance).map(|(&index, distance)| Found(index, distance.to_bits())).collect()
}

pub(crate) fn as_bits(found: Option<Match>) -> Found {
    let index = found.map_or(-1, |found| i64::try_from(found.index).expect("small"));
    Found(index, found.map_or(f64::NAN, |found| found.distance).to_bits())
}

/// Describes the first difference. Every point has the same number of answers.
pub(crate) fn compare(
    how: impl Fn() -> String,
    points: &[crate::geometry::Point],
    got: &[Found],
    expected: &[Found],
) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    let at = got.iter().zip(expected).position(|(got, expected)| got != expected);
    let at = at.unwrap_or_else(|| got.len().min(expected.len()));
    let of_one = (expected.len() / points.len().max(1)).max(1);
    let (point, got, expected) = (points.get(at / of_one), got.get(at), expected.get(at));
    Err(format!("{}, for {point:?}: {got:?}, not {expected:?}", how()))
}
