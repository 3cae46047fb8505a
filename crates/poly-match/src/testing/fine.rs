//! Random polygons whose detail is small relative to the extent of all: millimetres on a map of the
//! world, with a stray polygon at the origin. Only such cases reach the deepest levels of every
//! structure.

use std::num::NonZeroUsize;

use super::oracle::{self, Expected, Used};
use super::random::Random;
use super::reached::{Structure, UNSURE_ANSWER};
use super::rows::check_rows;
use super::stages::Stage;
use crate::answer::{Match, as_i64};
use crate::builder::Builder;
use crate::error::Error;
use crate::geometry::{Point, Shapes};
use crate::machine::Level;
use crate::matcher::Matcher;
use crate::naive;
use crate::query::{Options, Query};
use crate::rule::{Best, Criterion, Key, Near, Rule, Tie, Within};

/// Where fine detail is, how fine it is, and where a stray polygon is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail {
    pub(crate) middle: Point,
    pub(crate) unit: f64,
    pub(crate) stray: Point,
}

impl Detail {
    /// A place as maps have it, with detail of 2^-4 to 2^-52 of the extent.
    pub(crate) fn random(random: &mut Random) -> Self {
        let middle = match random.below(8) {
            // Web Mercator, a UTM zone, degrees: metres and degrees with all their digits.
            0 => [random.between(-2e7, 2e7), random.between(-2e7, 2e7)],
            1 => [random.between(166_021.0, 833_979.0), random.between(0.0, 9.3e6)],
            2 => [random.between(-180.0, 180.0), random.between(-90.0, 90.0)],
            // Web Mercator in whole metres.
            3 => [random.whole(20_000_000), random.whole(20_000_000)],
            // Powers of two, where a cell begins.
            4 => {
                let power = |random: &mut Random| {
                    let exponent = i32::try_from(random.below(60)).expect("small");
                    2_f64.powi(exponent - 30) * random.pick(&[-1.0, 0.0, 1.0, 1.0])
                };
                [power(random), power(random)]
            }
            5 => random.in_square(1.0),
            // Numbers without a finite binary expansion.
            6 => [1.0 / 3.0, -2.0 / 3.0],
            _ => random.on_lattice(),
        };
        let stray = match random.below(4) {
            0 | 1 => [0.0, 0.0],
            2 => [middle[0] + random.pick(&[1.0, -3.0, 1e3, 0.0]), middle[1] + 1.0],
            _ => [-middle[1], middle[0]],
        };
        let extent = [0, 1].map(|axis: usize| (middle[axis] - stray[axis]).abs());
        let extent = extent[0].max(extent[1]).max(f64::MIN_POSITIVE);
        let bits = i32::try_from(4 + random.below(49)).expect("small");
        Self { middle, unit: extent * 2_f64.powi(-bits), stray }
    }
}

pub(crate) fn moved(place: Point, by: Point) -> Point {
    [place[0] + by[0], place[1] + by[1]]
}

/// Criteria to pick from.
const CRITERIA: &str = "smallest,largest,nearest,first,min:keys,max:keys,min:some,max:some";

/// The parts of a polygon, each of some rings.
type Parts = Vec<Vec<Vec<Point>>>;

/// Polygons with fine detail, points close to them, and a rule.
#[derive(Debug, Clone)]
struct Case {
    seed: u64,
    polygons: Vec<Parts>,
    /// Keys beyond 2^53.
    keys: Vec<i64>,
    /// Keys that may be missing.
    some: Vec<f64>,
    /// The groups of the polygons and of the points, if there are any.
    groups: Option<(Vec<u32>, Vec<u32>)>,
    points: Vec<Point>,
    max_dists: Option<Vec<f64>>,
    near: Near,
    best: Vec<Criterion>,
    tie: Tie,
    k: usize,
}

impl oracle::Case for Case {
    fn new(seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let details: Vec<Detail> = details(random);
        let many = random.once_in(20_000);
        let polygons = match many {
            true => districts(&details[0], random.pick(&[100, 256])),
            false => polygons(random, &details),
        };
        let count = if many { 24 } else { random.count(1.0, 40.0) };
        let mut points = Vec::with_capacity(count);
        let vertices: Vec<Point> = polygons.iter().flatten().flatten().flatten().copied().collect();
        for _ in 0..count {
            points.push(point(random, &details, &vertices));
        }
        let length =
            if random.once_in(8) { 1.0 } else { details[0].unit * random.skewed(0.1, 40.0) };
        let within =
            if random.once_in(2) { Within::new(length) } else { Within::inclusive(length) };
        let within = within.expect("a legal distance");
        let measures = !many && random.once_in(4);
        let near = match random.below(2) {
            _ if measures => Near::Boundary(within),
            0 => Near::Contains,
            _ => Near::Covers,
        };
        let some_of =
            |random: &mut Random, count| (0..count).map(|_| u32::from(random.once_in(3))).collect();
        let groups = (!many && random.once_in(6))
            .then(|| (some_of(random, polygons.len()), some_of(random, points.len())));
        let max_dists = (measures && random.once_in(4))
            .then(|| points.iter().map(|_| length * random.pick(&[0.5, 1.0, 3.0])).collect());
        let keys = polygons.iter().map(|_| i64::MAX - as_i64(random.below(3))).collect();
        let some = polygons.iter().map(|_| random.pick(&[f64::NAN, -0.0, 0.0, 1.0])).collect();
        let criteria = Criterion::parse(&[CRITERIA]).expect("sound");
        let best = (0..random.below(4)).map(|_| criteria[random.below(criteria.len())].clone());
        let best = best.collect();
        Self {
            seed,
            keys,
            some,
            groups,
            max_dists,
            near,
            best,
            tie: random.pick(&[Tie::Index, Tie::Distance]),
            k: random.pick(&[1, 2, 5, 30]),
            polygons,
            points,
        }
    }

    fn check(&self, used: &mut Used) -> Result<(), String> {
        let shapes = self.shapes();
        let [all, best] = self.expected(&shapes);
        self.count(&best, used);
        let ways = Level::all().into_iter().zip([1, 3, 2]);
        for ((level, workers), stage) in ways.zip(Stage::all(self.seed)) {
            let mut matcher = self.matcher(&shapes)?;
            stage.set(&matcher).map_err(|error| error.to_string())?;
            matcher.prepared.level = level;
            let options = Options { workers: NonZeroUsize::new(workers), ..Options::default() };
            check_rows(&matcher, &self.query(), self.k, options, (&all, &best))
                .map_err(|difference| format!("{stage:?}, {difference}"))?;
        }
        if self.seed.is_multiple_of(8) {
            let (matcher, mut bytes) = (self.matcher(&shapes)?, Vec::new());
            matcher.write_to(&mut bytes, &[]).map_err(|error| error.to_string())?;
            let loaded = Matcher::from_bytes(bytes).map_err(|error| error.to_string())?;
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
            if let Some(all) = &mut less.max_dists {
                all.remove(at);
            }
            if oracle::differs(&less) { self = less } else { at += 1 }
        }
        at = 0;
        while at < self.polygons.len() {
            let mut less = self.clone();
            less.polygons.remove(at);
            less.keys.remove(at);
            less.some.remove(at);
            if let Some((labels, _)) = &mut less.groups {
                labels.remove(at);
            }
            if oracle::differs(&less) { self = less } else { at += 1 }
        }
        self
    }
}

/// One place with detail, or several of different sizes, nested or side by side.
fn details(random: &mut Random) -> Vec<Detail> {
    let first = Detail::random(random);
    let mut details = vec![first];
    while details.len() < 4 && random.once_in(2) {
        let Detail { middle, unit, stray } = details[details.len() - 1];
        let inner = moved(middle, [random.whole(6) * unit, random.whole(6) * unit]);
        let finer = unit * 2_f64.powi(-i32::try_from(random.below(20)).expect("small"));
        details.push(Detail { middle: inner, unit: finer, stray });
    }
    details
}

fn polygons(random: &mut Random, details: &[Detail]) -> Vec<Parts> {
    let count = random.count(1.0, 14.0);
    let mut polygons = Vec::with_capacity(count + 1);
    for _ in 0..count {
        // Parts of a polygon may overlap, or share edges.
        let mut parts = Vec::new();
        while parts.is_empty() || random.once_in(4) {
            let detail = random.pick(details);
            let mut rings = vec![ring(random, &detail)];
            if random.once_in(5) {
                rings.push(ring(random, &detail));
            }
            parts.push(rings);
        }
        polygons.push(parts);
    }
    let stray = details[0].stray;
    match random.below(4) {
        0 => {}
        1 => polygons.push(vec![vec![vec![stray]]]),
        2 => {
            let triangle = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(|v| moved(stray, v));
            polygons.push(vec![vec![triangle.to_vec()]]);
        }
        // One polygon over everything.
        _ => {
            let [[a, b], [c, d]] = [stray, details[0].middle];
            polygons.push(vec![vec![vec![[a, b], [c, b], [c, d], [a, d]]]]);
        }
    }
    polygons
}

/// A random ring of one of four kinds: vertices on a lattice, where many edges and points meet;
/// vertices anywhere; round with many vertices; or one vertex repeated.
fn ring(random: &mut Random, detail: &Detail) -> Vec<Point> {
    let Detail { middle, unit, .. } = *detail;
    let at = |[x, y]: Point| moved(middle, [x * unit, y * unit]);
    match random.below(6) {
        0 => {
            let place = at([random.whole(3), random.whole(3)]);
            vec![place; 1 + random.below(40)]
        }
        1 => {
            let (x, y) = (random.whole(6), random.whole(6));
            let (width, height) = (random.whole(3).abs() + 1.0, random.whole(3).abs() + 1.0);
            [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(at).to_vec()
        }
        2 => {
            let times = if random.once_in(8) { 16 } else { 1 };
            let (count, [x, y]) = (3 + random.below(40) * times, random.in_square(4.0));
            let vertex = |random: &mut Random, i: usize| {
                #[allow(clippy::cast_precision_loss)] // few
                let angle = std::f64::consts::TAU * i as f64 / count as f64;
                let ray = random.between(2.0, 4.0);
                at([x + ray * angle.cos(), y + ray * angle.sin()])
            };
            (0..count).map(|i| vertex(random, i)).collect()
        }
        3 => (0..1 + random.below(7)).map(|_| at(random.in_square(6.0))).collect(),
        _ => (0..1 + random.below(9)).map(|_| at([random.whole(6), random.whole(6)])).collect(),
    }
}

/// Quadrilaterals that share their edges: the squares of a lattice with its corners moved.
fn districts(detail: &Detail, side: u32) -> Vec<Parts> {
    let unit =
        detail.unit.max(f64::EPSILON * detail.middle[0].abs().max(detail.middle[1].abs()) * 16.0);
    let corner = |x: u32, y: u32| {
        let moved_by = |seed: u32| f64::from((x * 7919 + y * 104_729 + seed) % 71) / 100.0 - 0.35;
        let place = [f64::from(x) + moved_by(1), f64::from(y) + moved_by(2)];
        moved(detail.middle, place.map(|v| v * unit))
    };
    let square = |i: u32| {
        let (x, y) = (i % side, i / side);
        let ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        vec![vec![ring.map(|(x, y)| corner(x, y)).to_vec()]]
    };
    (0..side * side).map(square).collect()
}

/// A point on a vertex, between two vertices, in the detail, or far away. Some are moved to a
/// neighbouring double.
fn point(random: &mut Random, details: &[Detail], vertices: &[Point]) -> Point {
    let detail = random.pick(details);
    let Detail { middle, unit, stray } = detail;
    let place = match random.below(8) {
        0 | 1 if !vertices.is_empty() => random.pick(vertices),
        2 if !vertices.is_empty() => {
            let (a, b) = (random.pick(vertices), random.pick(vertices));
            [0, 1].map(|axis| a[axis] / 2.0 + b[axis] / 2.0)
        }
        3 => moved(middle, random.in_square(7.0).map(|v| v * unit)),
        4 if random.once_in(3) => moved(stray, random.in_square(1.0)),
        _ => moved(middle, [random.whole(14) * 0.5 * unit, random.whole(14) * 0.5 * unit]),
    };
    match random.below(8) {
        0 => [place[0].next_up(), place[1]],
        1 => [place[0], place[1].next_down()],
        2 => [place[0].next_down(), place[1].next_up()],
        _ => place,
    }
}

impl Case {
    fn shapes(&self) -> Shapes {
        let mut shapes = Shapes::new();
        for parts in &self.polygons {
            let rings = |part: &Vec<Vec<Point>>| part.clone();
            shapes.push_parts(parts.iter().map(rings)).expect("finite vertices");
        }
        shapes
    }

    fn best(&self) -> Vec<Best<'_>> {
        let key = |name: &str| {
            Ok::<Key<'_>, Error>(match name {
                "keys" => Key::from(&self.keys),
                _ => Key::from(&self.some).nulls_last(),
            })
        };
        self.best.iter().map(|best| best.with_key(key).expect("known")).collect()
    }

    fn matcher(&self, shapes: &Shapes) -> Result<Matcher, String> {
        let best = self.best();
        let builder = Builder::new(Rule { near: self.near, best: &best, tie: self.tie });
        let builder = match &self.groups {
            Some((groups, _)) => builder.groups(groups),
            None => builder,
        };
        let matcher: Result<_, Error> = builder.shapes_with(shapes, || Ok(()));
        matcher.map_err(|error| format!("cannot build a matcher: {error}"))
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
        let rows = |best, tie| {
            let rule = Rule { near: self.near, best, tie };
            naive::rows(shapes, &rule, &self.query(), |point, polygon| {
                let groups = self.groups.as_ref();
                groups.is_none_or(|(polygons, points)| polygons[polygon] == points[point])
            })
        };
        [rows(&[], Tie::Index), rows(&self.best(), self.tie)]
    }

    fn count(&self, best: &[Vec<Match>], used: &mut Used) {
        used.count("contains", self.near == Near::Contains);
        used.count("covers", self.near == Near::Covers);
        used.count("boundary", matches!(self.near, Near::Boundary(_)));
        used.count("groups", self.groups.is_some());
        used.count("a distance for each point", self.max_dists.is_some());
        used.count("several parts", self.polygons.iter().any(|parts| parts.len() > 1));
        used.count("several criteria", self.best.len() > 1);
        used.count("a point in several polygons", best.iter().any(|row| row.len() > 1));
        used.count("a point in none", best.iter().any(Vec::is_empty));
        used.count("many districts", self.polygons.len() >= 10_000);
    }
}

/// Reaches cells down to the deepest level, every kind of answer, and every way to ask.
#[test]
fn fine_detail_agrees_with_the_oracle() {
    oracle::run::<Case>(Expected {
        always: &[
            "contains",
            "covers",
            "boundary",
            "groups",
            "a distance for each point",
            "several parts",
            "several criteria",
            "a point in several polygons",
            "a point in none",
        ],
        levels: &[
            (Structure::Cells, 2..=20),
            (Structure::Table, 0..=3),
            (Structure::Answer, 0..=1),
            (Structure::Answer, 3..=UNSURE_ANSWER),
            (Structure::Runs, 0..=2),
        ],
        rarely: &["many districts"],
        rare_levels: &[(Structure::Cells, 2..=21), (Structure::Table, 0..=5)],
    });
}
