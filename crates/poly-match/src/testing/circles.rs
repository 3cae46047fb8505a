//! Random circles: centres and points as in `cases`, and radii that are often exactly the distance of a
//! point, equal, or of different sizes.

use std::num::NonZeroUsize;

use super::cases;
use super::oracle::{self, Expected, Used};
use super::random::Random;
use super::rows::check_rows;
use crate::answer::Match;
use crate::builder::Builder;
use crate::error::Error;
use crate::geometry::Point;
use crate::geometry::polygon::is_finite;
use crate::machine::Level;
use crate::matcher::Matcher;
use crate::naive;
use crate::query::batches::Batches;
use crate::query::{Options, Query};
use crate::rule::{Best, Criterion, Key, Near, Rule, Tie};

/// Criteria to pick from.
const CRITERIA: &str = "smallest,largest,nearest,first,min:keys,max:keys";

/// The most pairs of a point and a circle in a case.
const MOST_PAIRS: usize = 20_000;

/// Circles, points, and a rule.
#[derive(Debug, Clone)]
struct Case {
    seed: u64,
    centers: Vec<Point>,
    radii: Vec<f64>,
    keys: Vec<f64>,
    /// The flags of the circles that match nothing; empty if there are none.
    skip: Vec<bool>,
    /// The groups of the circles and of the points, if there are any.
    groups: Option<(Vec<u32>, Vec<u32>)>,
    points: Vec<Point>,
    inclusive: bool,
    best: Vec<Criterion>,
    tie: Tie,
    k: usize,
}

/// The radii of circles around `centers`. `usual` is the distance of the case.
fn radii(random: &mut Random, centers: &[Point], points: &[Point], usual: f64) -> Vec<f64> {
    let are_equal = random.once_in(6);
    let spread = random.pick(&[1, 8, 40]);
    let radius = |center: &Point| match random.below(20) {
        _ if are_equal => usual,
        0..6 if !points.is_empty() => {
            let point = random.pick(points);
            let (dx, dy) = (center[0] - point[0], center[1] - point[1]);
            let distance = (dx * dx + dy * dy).sqrt();
            match random.below(4) {
                0 => distance.next_up(),
                1 => distance.next_down().max(0.0),
                _ => distance,
            }
        }
        6 => random.pick(&[0.0, -0.0, 5e-324, f64::MAX, f64::INFINITY]),
        7..13 => {
            let exponent = i32::try_from(random.below(spread)).expect("small");
            usual * 2_f64.powi(-exponent)
        }
        13..17 => usual * random.between(0.0, 2.0),
        _ => usual,
    };
    let legal = |radius: f64| if radius.is_nan() { 1.0 } else { radius };
    centers.iter().map(radius).map(legal).collect()
}

impl oracle::Case for Case {
    fn new(seed: u64) -> Self {
        let cases::Case { centers, keys, mut points, near, .. } = cases::Case::of(seed);
        let random = &mut Random::new(seed ^ 0x00c1_7c1e);
        points.retain(|&point| is_finite(point));
        points.truncate(MOST_PAIRS / centers.len().max(1));
        let radii = radii(random, &centers, &points, near.max_dist());
        let some_of =
            |random: &mut Random, count| (0..count).map(|_| u32::from(random.once_in(3))).collect();
        let groups = random
            .once_in(6)
            .then(|| (some_of(random, centers.len()), some_of(random, points.len())));
        let skip = match random.once_in(6) {
            true => centers.iter().map(|_| random.once_in(4)).collect(),
            false => Vec::new(),
        };
        let criteria = Criterion::parse(&[CRITERIA]).expect("sound");
        let best = (0..random.below(4)).map(|_| criteria[random.below(criteria.len())].clone());
        let best = best.collect();
        Self {
            seed,
            centers,
            radii,
            keys,
            skip,
            groups,
            points,
            inclusive: random.once_in(2),
            best,
            tie: random.pick(&[Tie::Index, Tie::Distance]),
            k: random.pick(&[1, 2, 5, 30]),
        }
    }

    fn check(&self, used: &mut Used) -> Result<(), String> {
        let [all, best] = self.expected();
        self.count(&best, used);
        let built = self.matcher()?;
        for (level, workers) in Level::all().into_iter().zip([1, 3, 2]) {
            let mut matcher = built.clone();
            matcher.prepared.level = level;
            let options = Options { workers: NonZeroUsize::new(workers), ..Options::default() };
            check_rows(&matcher, &self.query(), self.k, options, (&all, &best))?;
            self.check_batches(&matcher, options, &all)?;
        }
        if self.seed.is_multiple_of(8) {
            let mut bytes = Vec::new();
            built.write_to(&mut bytes, &[]).map_err(|error| error.to_string())?;
            let loaded = Matcher::from_bytes(bytes).map_err(|error| error.to_string())?;
            if loaded.near() != built.near() {
                return Err(format!("loaded {:?}", loaded.near()));
            }
            check_rows(&loaded, &self.query(), self.k, Options::default(), (&all, &best))?;
        }
        Ok(())
    }

    fn shrink(mut self) -> Self {
        let mut at = 0;
        while at < self.points.len() {
            let mut less = self.clone();
            less.points.remove(at);
            if let Some((_, labels)) = &mut less.groups {
                labels.remove(at);
            }
            if oracle::differs(&less) { self = less } else { at += 1 }
        }
        at = 0;
        while at < self.centers.len() {
            let mut less = self.clone();
            less.centers.remove(at);
            less.radii.remove(at);
            less.keys.remove(at);
            if !less.skip.is_empty() {
                less.skip.remove(at);
            }
            if let Some((labels, _)) = &mut less.groups {
                labels.remove(at);
            }
            if oracle::differs(&less) { self = less } else { at += 1 }
        }
        self
    }
}

impl Case {
    fn best(&self) -> Vec<Best<'_>> {
        let key = |_: &str| Ok::<Key<'_>, Error>(Key::from(&self.keys));
        self.best.iter().map(|best| best.with_key(key).expect("known")).collect()
    }

    fn near(&self) -> Near {
        Near::Circle { inclusive: self.inclusive }
    }

    fn matcher(&self) -> Result<Matcher, String> {
        let best = self.best();
        let mut builder = Builder::new(Rule { near: self.near(), best: &best, tie: self.tie });
        if let Some((groups, _)) = &self.groups {
            builder = builder.groups(groups);
        }
        if !self.skip.is_empty() {
            builder = builder.skip(&self.skip);
        }
        let matcher = builder.circles(&self.centers, &self.radii);
        matcher.map_err(|error| format!("cannot build a matcher: {error}"))
    }

    fn query(&self) -> Query<'_> {
        Query {
            points: &self.points,
            max_dist: None,
            groups: self.groups.as_ref().map(|(_, groups)| groups.as_slice()),
        }
    }

    /// The candidates of every point, in input order and best first.
    fn expected(&self) -> [Vec<Vec<Match>>; 2] {
        let rows = |best, tie| {
            let rule = Rule { near: self.near(), best, tie };
            let circles = (self.centers.as_slice(), self.radii.as_slice());
            naive::rows_of_circles(circles, &rule, &self.query(), |point, circle| {
                let groups = self.groups.as_ref();
                self.skip.get(circle) != Some(&true)
                    && groups.is_none_or(|(circles, points)| circles[circle] == points[point])
            })
        };
        [rows(&[], Tie::Index), rows(&self.best(), self.tie)]
    }

    /// Checks the best by keys that the caller gives to the candidates, in batches of any size.
    fn check_batches(
        &self,
        matcher: &Matcher,
        options: Options,
        all: &[Vec<Match>],
    ) -> Result<(), String> {
        let told = |error: Error| format!("batches: {error}");
        let go_on = || Ok::<(), Error>(());
        let (mut index, mut distance) =
            (vec![-1; self.points.len()], vec![f64::NAN; self.points.len()]);
        let cut = (1 + self.keys.len() % 200, 1 + self.points.len() % 40);
        let batches = Batches::cut(&matcher.prepared, self.query(), options, cut, go_on);
        let mut batches = batches.map_err(told)?;
        while let Some((batch, indices)) = batches.next_with(go_on).map_err(told)? {
            let key = |&position: &i64| self.keys[usize::try_from(position).expect("positive")];
            let keys: Vec<f64> = indices.iter().map(key).collect();
            let (tie, one) = (self.tie, NonZeroUsize::MIN);
            batch.best_into(&keys, tie, one, &mut index, &mut distance).map_err(told)?;
        }
        let key = |candidate: &Match| self.keys[candidate.index];
        let best = all.iter().map(|row| {
            oracle::as_bits(naive::best_first(row.clone(), key, self.tie).first().copied())
        });
        let found = oracle::bits(&index, &distance);
        oracle::compare(|| "batches".to_owned(), &self.points, &found, &best.collect::<Vec<_>>())
    }

    fn count(&self, best: &[Vec<Match>], used: &mut Used) {
        used.count("inclusive", self.inclusive);
        used.count("groups", self.groups.is_some());
        used.count("skipped circles", self.skip.contains(&true));
        used.count("several criteria", self.best.len() > 1);
        used.count("several levels", self.centers.len() > 64);
        used.count("a point in several circles", best.iter().any(|row| row.len() > 1));
        used.count("a point in none", best.iter().any(Vec::is_empty));
        used.count("a radius of infinity", self.radii.contains(&f64::INFINITY));
        used.count("a radius of 0", self.radii.contains(&0.0));
        let is_at_limit = |found: &Match| {
            let radius = self.radii[found.index];
            self.inclusive && found.distance == radius && radius.is_finite()
        };
        used.count("a point at the radius", best.iter().flatten().any(is_at_limit));
        used.count("many circles", self.centers.len() >= 4000);
    }
}

#[test]
fn circles_agree_with_the_oracle() {
    oracle::run::<Case>(Expected {
        always: &[
            "inclusive",
            "groups",
            "skipped circles",
            "several criteria",
            "several levels",
            "a point in several circles",
            "a point in none",
            "a radius of infinity",
            "a radius of 0",
            "a point at the radius",
        ],
        levels: &[],
        rarely: &["many circles"],
        rare_levels: &[],
    });
}
