//! Random cases to compare every path with the oracle. A seed determines a case completely.
//!
//! Most cases are small, so that a million can be run. A few are large enough to reach every path,
//! and to build every list, tree and piece of work.

use std::f64::consts::TAU;

use super::fine::{Detail, moved};
use super::random::Random;
use crate::geometry::Point;
use crate::rule::Within;

/// Sites with their keys, points, and the distance rule.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) kind: Kind,
    pub(crate) centers: Vec<Point>,
    pub(crate) keys: Vec<f64>,
    pub(crate) points: Vec<Point>,
    pub(crate) near: Within,
}

/// How sites and points are distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Uniform over a square.
    Spread,
    /// On whole numbers: many pairs are at the same distance, which may be the limit.
    Lattice,
    /// Clustered around a few places, some clusters denser than others.
    Heaps,
    Line,
    /// At one place, or a few steps beside it.
    OnePlace,
    /// On whole numbers far from the origin, where the last bits matter.
    Offset,
    /// At the ends of the range of doubles.
    Extremes,
    /// On a lattice so fine that squares underflow, so wide that they overflow, or between.
    Scaled,
    /// The points are far from most sites, or from all.
    Apart,
    /// Detail that is fine relative to the extent, at places where maps have it, and a few strays.
    Fine,
    /// The points are on a few islands, far apart relative to the distance.
    Islands,
    /// Most sites are at one place, which is at the limit of reach for some points.
    Crowd,
}

impl Kind {
    pub(crate) const ALL: [Self; 12] = [
        Self::Spread,
        Self::Lattice,
        Self::Heaps,
        Self::Line,
        Self::OnePlace,
        Self::Offset,
        Self::Extremes,
        Self::Scaled,
        Self::Apart,
        Self::Fine,
        Self::Islands,
        Self::Crowd,
    ];

    /// A kind. `Islands` and `Crowd` are rarer, because they take many points or sites.
    fn random(random: &mut Random) -> Self {
        match random.below(100) {
            96.. => Self::Islands,
            92.. => Self::Crowd,
            other => Self::ALL[other % 10],
        }
    }
}

impl Case {
    pub(crate) fn of(seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let kind = Kind::random(random);
        let (sites, points) = counts(random, kind);
        let layout = Layout::random(random, kind);
        let centers: Vec<Point> = (0..sites).map(|i| layout.site(random, i, sites)).collect();
        let mut points: Vec<Point> = (0..points).map(|_| layout.point(random)).collect();
        let near = near(random, &layout, &centers, &points);
        let keys = keys(random, kind, sites);
        if random.once_in(4) && !points.is_empty() {
            for _ in 0..1 + random.below(4) {
                let (at, axis) = (random.below(points.len()), random.below(2));
                points[at][axis] = random.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
            }
        }
        Self { seed, kind, centers, keys, points, near }
    }
}

/// The numbers of sites and points.
fn counts(random: &mut Random, kind: Kind) -> (usize, usize) {
    let sites = match random.below(10_000) {
        0..20 => 0,
        20..7500 => random.count(1.0, 64.0),
        7500..9500 => random.count(32.0, 300.0),
        9500..9900 => random.count(200.0, 1500.0),
        9900..9980 => random.count(1025.0, 4000.0),
        9980..9998 => random.count(4000.0, 10_000.0),
        // Enough sites to build the tree on several threads.
        _ => return (random.count(66_000.0, 80_000.0), random.count(1.0, 40.0)),
    };
    let points = match random.below(10_000) {
        0..6500 => random.count(1.0, 200.0) - 1,
        6500..9200 => random.count(100.0, 600.0),
        9200..9900 => random.count(600.0, 3000.0),
        9900..9998 => random.count(3000.0, 9000.0),
        // Enough points to be cut into several pieces on every path.
        _ if random.once_in(20) => return (sites.min(8), 700_000),
        _ => return (sites.min(32), random.count(66_000.0, 140_000.0)),
    };
    match kind {
        Kind::Islands => (sites.min(300), points.max(random.count(1000.0, 5000.0))),
        // Enough sites to build a tree.
        Kind::Fine => (sites.max(random.count(1.0, 400.0)), points.min(2000)),
        Kind::Crowd => (sites.max(random.count(200.0, 700.0)), points.clamp(50, 1000)),
        _ => (sites, points.min(3_000_000 / sites.max(1))),
    }
}

/// Where sites and points may be.
struct Layout {
    kind: Kind,
    /// The step of the lattice, or the size of the detail.
    unit: f64,
    /// The middle of each cluster, and how far places are from it.
    middles: Vec<(Point, f64)>,
}

impl Layout {
    fn random(random: &mut Random, kind: Kind) -> Self {
        let mut unit = 1.0;
        let few = 1 + random.below(5);
        let middles = match kind {
            Kind::Heaps => {
                let heap = |random: &mut Random| {
                    let middle = if random.once_in(2) {
                        random.on_lattice()
                    } else {
                        random.in_square(30.0)
                    };
                    (middle, random.skewed(1e-9, 10.0))
                };
                (0..=few).map(|_| heap(random)).collect()
            }
            Kind::OnePlace => vec![(random.in_square(30.0), 0.0)],
            Kind::Line => {
                let along = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [3.0, 4.0], [1.0, -1e-9]];
                vec![(random.on_lattice(), 0.0), (random.pick(&along), 0.0)]
            }
            Kind::Scaled => {
                unit = 2_f64.powi(i32::try_from(random.below(1055)).expect("small") - 545);
                Vec::new()
            }
            Kind::Apart => {
                let (away, angle) = (random.skewed(20.0, 1e12), random.between(0.0, TAU));
                let middle = [away * angle.cos(), away * angle.sin()];
                vec![(middle, away.min(1e6) * random.skewed(1e-3, 1.0))]
            }
            Kind::Fine => {
                let detail = Detail::random(random);
                unit = detail.unit;
                vec![(detail.middle, 0.0), (detail.stray, 0.0)]
            }
            Kind::Islands => {
                let (wide, apart) = (random.skewed(0.1, 3.0), random.skewed(60.0, 200.0));
                let island = |i: f64| {
                    // The first two are at opposite corners, so that they are far apart along both
                    // axes.
                    let place = if i < 2.0 { [i, i] } else { random.in_square(0.5) };
                    (place.map(|x| x * apart), wide)
                };
                [0.0, 1.0, 2.0, 3.0].map(island)[..2 + few % 3].to_vec()
            }
            _ => Vec::new(),
        };
        Self { kind, unit, middles }
    }

    fn site(&self, random: &mut Random, i: usize, count: usize) -> Point {
        match self.kind {
            Kind::Apart => random.in_square(30.0),
            // The crowd comes first, the other sites after it.
            Kind::Crowd if i < count / 10 * 9 => [0.0, 0.0],
            Kind::Islands if random.once_in(3) => {
                let (middle, wide) = random.pick(&self.middles);
                // Beside the island, sometimes within reach of its points.
                let [x, y] = random.in_square(wide + 2.0);
                [middle[0] + x, middle[1] + y]
            }
            _ => self.point(random),
        }
    }

    fn point(&self, random: &mut Random) -> Point {
        match self.kind {
            Kind::Spread => random.in_square(30.0),
            Kind::Lattice => random.on_lattice(),
            Kind::Offset => [1e9 + random.whole(30), random.whole(30) - 1e9],
            Kind::Scaled => random.on_lattice().map(|x| x * self.unit),
            Kind::Crowd => random.in_square(1.6),
            Kind::Fine => {
                let (middle, stray) = (self.middles[0].0, self.middles[1].0);
                let place =
                    if random.once_in(2) { random.on_lattice() } else { random.in_square(9.0) };
                if random.once_in(40) { stray } else { moved(middle, place.map(|v| v * self.unit)) }
            }
            Kind::Extremes => {
                let hard = [5e-324, 1e-300, 1e-160, 0.0, 1.0, 1e154, 1e300, 9e307, f64::MAX];
                [0, 1].map(|_| random.pick(&hard) * random.pick(&[1.0, -1.0]))
            }
            Kind::Line => {
                let (from, along) = (self.middles[0].0, self.middles[1].0);
                let far =
                    if random.once_in(2) { random.whole(30) } else { random.between(-30.0, 30.0) };
                [from[0] + far * along[0], from[1] + far * along[1]]
            }
            Kind::OnePlace if random.once_in(3) => {
                let (place, _) = self.middles[0];
                [place[0] + random.whole(4), place[1] + random.whole(4)]
            }
            Kind::Apart if random.once_in(8) => random.in_square(40.0),
            Kind::Heaps | Kind::OnePlace | Kind::Apart | Kind::Islands => {
                let (middle, wide) = random.pick(&self.middles);
                let [x, y] = random.in_square(wide);
                [middle[0] + x, middle[1] + y]
            }
        }
    }
}

fn near(random: &mut Random, layout: &Layout, centers: &[Point], points: &[Point]) -> Within {
    let max_dist = match random.below(20) {
        8.. if layout.kind == Kind::Islands => random.between(0.4, 2.0),
        8.. if layout.kind == Kind::Crowd => random.between(0.7, 1.5),
        // Exactly the distance of a pair, or the double next to it.
        0..7 if !centers.is_empty() && !points.is_empty() => {
            let (site, point) = (random.pick(centers), random.pick(points));
            let (dx, dy) = (site[0] - point[0], site[1] - point[1]);
            let distance = (dx * dx + dy * dy).sqrt();
            match random.below(4) {
                0 => distance.next_up(),
                1 => distance.next_down().max(0.0),
                _ => distance,
            }
        }
        7..11 => {
            let (x, y) = (random.whole(20), random.whole(20));
            (x * x + y * y).sqrt() * layout.unit
        }
        11..15 => random.whole(40).abs() * layout.unit,
        15..19 => random.between(0.0, 40.0) * layout.unit,
        _ => random.pick(&[0.0, 5e-324, 1e-9, 1e300, f64::MAX, f64::INFINITY]),
    };
    let near = if random.once_in(2) { Within::inclusive(max_dist) } else { Within::new(max_dist) };
    near.expect("a legal distance")
}

/// Keys with many ties, with a few, or with none.
fn keys(random: &mut Random, kind: Kind, count: usize) -> Vec<f64> {
    let ends = [f64::NEG_INFINITY, -1.0, -0.0, 0.0, 1.0, f64::INFINITY];
    let how = if kind == Kind::Crowd && !random.once_in(4) { 0 } else { random.below(8) };
    let distinct = random.count(2.0, 30.0);
    let key = |i: u32| match how {
        0 => 1.0,
        1..4 => f64::from(u32::try_from(random.below(distinct)).expect("small")),
        4 => random.pick(&ends),
        5 => -f64::from(i / 3), // the best come last
        _ => random.between(-1.0, 1.0),
    };
    (0..).map(key).take(count).collect()
}

#[test]
fn a_seed_determines_a_case() {
    for seed in 0..100 {
        let case = Case::of(seed);
        assert_eq!(format!("{case:?}"), format!("{:?}", Case::of(seed)));
        assert!(case.centers.len() == case.keys.len());
        assert!(case.centers.as_flattened().iter().all(|x| x.is_finite()));
        assert!(case.keys.iter().all(|key| !key.is_nan()));
    }
}
