//! Trees of several levels, in every order: each instruction set and several numbers of threads
//! against the oracle, bit for bit.
//!
//! Places are on a lattice, in clusters, on a line or all at one place, at scales where squares
//! underflow and where they overflow. Edges are from long to far shorter than their coordinates can
//! represent.

use std::num::NonZeroUsize;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::stages::Stage;
use crate::answer::{Candidates, Match};
use crate::builder::Builder;
use crate::error::Error;
use crate::geometry::{Point, Shapes};
use crate::machine::Level;
use crate::matcher::Matcher;
use crate::naive;
use crate::query::batches::Batches;
use crate::query::{Options, Query, RowOrder};
use crate::rule::{Best, Near, Rule, Tie, Within};

#[derive(Debug, Clone)]
struct Case {
    /// The centres, or the first vertices.
    places: Vec<Point>,
    /// Steps from the first vertex to the others, if the rule is about boundaries.
    steps: Option<Vec<[Point; 2]>>,
    keys: Vec<f64>,
    groups: Option<(Vec<u32>, Vec<u32>)>,
    points: Vec<Point>,
    max_dist: f64,
    max_dists: Option<Vec<f64>>,
    inclusive: bool,
    best: usize,
    tie: Tie,
    k: usize,
}

/// Places of one distribution.
fn places(count: usize) -> impl Strategy<Value = Vec<Point>> {
    let near = |center: f64| center - 0.1..center + 0.1;
    let heap = (0..3_usize, near(0.0), near(0.0))
        .prop_map(|(heap, x, y)| [x + [-5.0, 0.0, 6.0][heap], y + [1.0, 0.0, -4.0][heap]]);
    let lattice = [-9_i32..9, -9_i32..9].prop_map(|place| place.map(f64::from));
    let line = (-900_i32..900).prop_map(|x| [f64::from(x) * 0.01, f64::from(x) * 0.02]);
    prop_oneof![
        3 => vec([-9.0..9.0, -9.0..9.0], count),
        2 => vec(lattice, count),
        2 => vec(heap, count),
        1 => vec(line, count),
        1 => vec(Just([3.0, -4.0]), count),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let sizes = (prop_oneof![0_usize..40, 60_usize..700, 1000_usize..1700], 0_usize..50);
    let scales =
        select(vec![1.0, 1.0, 1.0, 1e-3, 1e9, 1e-155, 1e-162, 1e-300, 1e152, 1e155, 1e300]);
    (sizes, any::<bool>(), scales).prop_flat_map(|((count, points), by_boundary, scale)| {
        // The oracle tests every edge, so use fewer polygons.
        let count = if by_boundary { count / 3 } else { count };
        let step = (0_i32..60, [-3.0..3.0, -3.0..3.0])
            .prop_map(|(exponent, step)| step.map(|step: f64| step * 0.5_f64.powi(exponent)));
        let distance = || {
            let of_lattice = (0_i32..20).prop_map(f64::from);
            prop_oneof![0.0..20.0, of_lattice, Just(0.0), Just(f64::INFINITY), Just(5.0)]
        };
        let inputs = (
            places(count),
            vec([step.clone(), step], count),
            vec((0_i32..20).prop_map(f64::from), count),
            prop::option::weighted(0.3, (vec(0_u32..3, count), vec(0_u32..4, points))),
            places(points),
        );
        let k = prop_oneof![3 => Just(1), 2 => 2_usize..30, 1 => 30_usize..900, 1 => Just(4000)];
        let rule = (0..3_usize, select(vec![Tie::Index, Tie::Distance]), k, any::<bool>());
        let distances = (distance(), prop::option::weighted(0.4, vec(distance(), points)));
        (inputs, rule, distances).prop_map(move |(inputs, rule, distances)| {
            let (places, steps, keys, groups, points) = inputs;
            let (best, tie, k, inclusive) = rule;
            let scaled = |places: Vec<Point>| -> Vec<Point> {
                places.into_iter().map(|place| place.map(|x| x * scale)).collect()
            };
            let steps = steps.into_iter().map(|steps| steps.map(|step| step.map(|x| x * scale)));
            Case {
                places: scaled(places),
                steps: by_boundary.then(|| steps.collect()),
                keys,
                groups,
                points: scaled(points),
                max_dist: distances.0 * scale,
                max_dists: distances.1.map(|all| all.into_iter().map(|d| d * scale).collect()),
                inclusive,
                best,
                tie,
                k,
            }
        })
    })
}

impl Case {
    fn within(&self, max_dist: f64) -> Within {
        let make = if self.inclusive { Within::inclusive } else { Within::new };
        make(max_dist).expect("legal")
    }

    fn near(&self, max_dist: f64) -> Near {
        match self.steps {
            Some(_) => Near::Boundary(self.within(max_dist)),
            None => Near::Center(self.within(max_dist)),
        }
    }

    fn shapes(&self) -> Shapes {
        let mut shapes = Shapes::new();
        for (&place, steps) in self.places.iter().zip(self.steps.iter().flatten()) {
            let mut ring = vec![place];
            for step in steps {
                let [x, y] = ring[ring.len() - 1];
                ring.push([x + step[0], y + step[1]]);
            }
            shapes.push_parts([[ring]]).expect("finite");
        }
        shapes
    }

    fn matcher(&self, shapes: &Shapes) -> Matcher {
        let best = [[Best::Nearest, Best::First, Best::key(&self.keys)][self.best]];
        let rule = Rule { near: self.near(self.max_dist), best: &best, tie: self.tie };
        let builder = Builder::new(rule);
        let builder = match &self.groups {
            Some((groups, _)) => builder.groups(groups),
            None => builder,
        };
        match self.steps {
            Some(_) => builder.shapes_with(shapes, go_on),
            None => builder.centers_with(&self.places, go_on),
        }
        .expect("sound")
    }

    fn query(&self) -> Query<'_> {
        Query {
            points: &self.points,
            max_dist: self.max_dists.as_deref(),
            groups: self.groups.as_ref().map(|(_, groups)| groups.as_slice()),
        }
    }

    /// The candidates of every point, in input order and best first.
    fn expected(&self, shapes: &Shapes) -> [Vec<Vec<Match>>; 2] {
        let key = |candidate: &Match| match self.best {
            0 => candidate.distance,
            1 => 0.0,
            _ => self.keys[candidate.index],
        };
        let tie = if self.best == 1 { Tie::Index } else { self.tie };
        let all = self.points.iter().enumerate().map(|(i, &point)| {
            let max_dist = self.max_dists.as_ref().map_or(self.max_dist, |all| all[i]);
            let mut all = match self.near(max_dist) {
                Near::Center(within) => naive::candidates(&self.places, point, &within),
                near => naive::candidates_of_shapes(shapes, point, &near),
            };
            if let Some((polygons, points)) = &self.groups {
                all.retain(|candidate| polygons[candidate.index] == points[i]);
            }
            (all.clone(), naive::best_first(all, key, tie))
        });
        let (all, best) = all.unzip();
        [all, best]
    }
}

fn go_on() -> Result<(), Error> {
    Ok(())
}

fn rows(candidates: &Candidates) -> Vec<Vec<Match>> {
    candidates.rows().map(Iterator::collect).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_order_agrees_with_the_oracle(case in case()) {
        let shapes = case.shapes();
        let [all, best] = case.expected(&shapes);
        let k = NonZeroUsize::new(case.k).expect("not zero");
        let size = case.k * case.points.len();
        let (mut index, mut distance) = (vec![7; size], vec![7.0; size]);
        let ways = Level::all().into_iter().zip([1, 3, 2]);
        for ((level, workers), stage) in ways.zip(Stage::all(case.k as u64)) {
            let mut matcher = case.matcher(&shapes);
            stage.set(&matcher).expect("nothing fails");
            matcher.prepared.level = level;
            let options = Options { workers: NonZeroUsize::new(workers), ..Options::default() };
            matcher
                .match_k_into(case.query(), k, &mut index, &mut distance, options, go_on)
                .expect("sound");
            let found = index.chunks(case.k).zip(distance.chunks(case.k));
            for (point, ((index, distance), best)) in found.zip(&best).enumerate() {
                let (count, none) = (best.len().min(case.k), [-1_i64]);
                let expected = best.iter().map(|found| found.index as i64);
                let expected = expected.chain(none.into_iter().cycle()).take(case.k);
                prop_assert!(index.iter().copied().eq(expected), "{:?} point {}", level, point);
                let bits = |distance: f64| distance.to_bits();
                let expected = best.iter().map(|found| bits(found.distance)).take(count);
                prop_assert!(distance[..count].iter().copied().map(bits).eq(expected));
                prop_assert!(distance[count..].iter().all(|distance| distance.is_nan()));
            }
            for (order, expected) in [(RowOrder::Input, &all), (RowOrder::Best, &best)] {
                let found = matcher
                    .some_candidates(case.query(), order, usize::MAX, options, go_on)
                    .expect("sound");
                prop_assert_eq!(&rows(&found), expected, "{:?} {:?}", level, order);
            }
        }
    }

    /// However the points are cut into batches, each point comes once, with all its candidates and
    /// their distances.
    #[test]
    fn keys_of_candidates_choose_as_the_oracle_does(
        case in case(),
        cut in (1_usize..200, 1_usize..40),
        choose_one: bool,
    ) {
        let shapes = case.shapes();
        let [all, _] = case.expected(&shapes);
        let k = NonZeroUsize::new(if choose_one { 1 } else { case.k }).expect("not zero");
        let ways = Level::all().into_iter().zip([1, 3, 2]);
        for ((level, workers), stage) in ways.zip(Stage::all(case.k as u64)) {
            let mut matcher = case.matcher(&shapes);
            stage.set(&matcher).expect("nothing fails");
            matcher.prepared.level = level;
            let options = Options { workers: NonZeroUsize::new(workers), ..Options::default() };
            let size = k.get() * case.points.len();
            let (mut index, mut distance) = (vec![-1; size], vec![f64::NAN; size]);
            let mut batches =
                Batches::cut(&matcher.prepared, case.query(), options, cut, go_on).expect("sound");
            let (mut seen, mut count) = (Vec::new(), 0);
            let mut distances_of_all = Vec::new();
            while let Some((batch, indices)) = batches.next_with(go_on).expect("sound") {
                let distances = batch.distances();
                prop_assert_eq!(distances.len(), indices.len());
                for (row, point) in batch.points().iter().enumerate() {
                    let found = batch.row(row).map(|at| (indices[at], distances[at].to_bits()));
                    let mut found: Vec<_> = found.collect();
                    found.sort_unstable();
                    distances_of_all.push((point.map(f64::to_bits), found));
                }
                let positions = indices.into_iter().map(usize::try_from);
                let keys: Vec<f64> =
                    positions.map(|position| case.keys[position.expect("positive")]).collect();
                batch.best_into(&keys, case.tie, k, &mut index, &mut distance).expect("no NaN");
                seen.extend_from_slice(batch.points());
                count += batch.count();
                prop_assert_eq!(batch.indptr().len(), batch.points().len() + 1);
                prop_assert_eq!(batch.indptr().last(), Some(&(keys.len() as i64)));
            }
            prop_assert!(seen.len() <= case.points.len());
            prop_assert_eq!(count, all.iter().map(Vec::len).sum::<usize>());
            let expected = case.points.iter().zip(&all).map(|(point, row)| {
                let row = row.iter().map(|found| (found.index as i64, found.distance.to_bits()));
                (point.map(f64::to_bits), row.collect::<Vec<_>>())
            });
            let mut expected: Vec<_> = expected.filter(|(_, row)| !row.is_empty()).collect();
            expected.sort_unstable();
            distances_of_all.retain(|(_, row)| !row.is_empty());
            distances_of_all.sort_unstable();
            prop_assert_eq!(distances_of_all, expected, "{:?}", level);
            let found = index.chunks(k.get()).zip(distance.chunks(k.get()));
            for (point, ((index, distance), all)) in found.zip(&all).enumerate() {
                let key = |candidate: &Match| case.keys[candidate.index];
                let best = naive::best_first(all.clone(), key, case.tie);
                let best = best.iter().map(|found| (found.index as i64, found.distance.to_bits()));
                let none = (-1, f64::NAN.to_bits());
                let expected = best.chain(std::iter::repeat(none)).take(k.get());
                let found = index.iter().copied().zip(distance.iter().map(|d| d.to_bits()));
                prop_assert!(found.eq(expected), "{:?} point {}", level, point);
            }
        }
    }
}
