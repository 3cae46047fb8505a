//! Random tables of zones and shoppers, and their matches by a naive loop.
//!
//! Zones are rectangles, and all coordinates are on a lattice. So there are many ties, and many points
//! on boundaries.

use std::fmt::Write as _;

use crate::bench::Bench;

/// A rectangle, its priority and its level.
pub(crate) struct Zone {
    pub(crate) min: [f64; 2],
    pub(crate) max: [f64; 2],
    pub(crate) priority: i32,
    pub(crate) level: &'static str,
}

/// A point, how far it reaches, and its floor.
pub(crate) struct Shopper {
    pub(crate) at: [f64; 2],
    pub(crate) reach: f64,
    pub(crate) floor: &'static str,
}

pub(crate) struct Shop {
    pub(crate) bench: Bench,
    pub(crate) zones: Vec<Zone>,
    pub(crate) shoppers: Vec<Shopper>,
}

/// Matches of a shopper: positions and distances, the best first.
pub(crate) type Found = Vec<(usize, f64)>;

impl Shop {
    pub(crate) fn new() -> Self {
        // A plain congruential generator (D. E. Knuth, TAOCP 2, 3.3.4, line 26).
        let mut state = 7_u64;
        let mut below = |end: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32 % end
        };
        let zone = |below: &mut dyn FnMut(u32) -> u32| {
            let min = [f64::from(below(12)), f64::from(below(12))];
            let size = [1 + below(5), 1 + below(5)].map(f64::from);
            let level = ["0", "1", ""][below(3) as usize];
            let priority = i32::try_from(below(4)).expect("small") - 1;
            Zone { min, max: [min[0] + size[0], min[1] + size[1]], priority, level }
        };
        let zones: Vec<_> = (0..40).map(|_| zone(&mut below)).collect();
        let shopper = |below: &mut dyn FnMut(u32) -> u32| Shopper {
            at: [f64::from(below(36)) / 2.0 - 1.0, f64::from(below(36)) / 2.0 - 1.0],
            reach: f64::from(below(5)),
            floor: ["0", "1", "", "roof"][below(4) as usize],
        };
        let shoppers: Vec<_> = (0..150).map(|_| shopper(&mut below)).collect();
        let bench = Bench::new();
        let mut text = String::from("wkt,priority,level\n");
        for Zone { min: [a, b], max: [c, d], priority, level } in &zones {
            let wkt = format!("POLYGON (({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))");
            let _ = writeln!(text, "\"{wkt}\",{priority},{level}");
        }
        bench.write("zones.csv", text);
        let mut text = String::from("x,y,reach,floor\n");
        for Shopper { at: [x, y], reach, floor } in &shoppers {
            let _ = writeln!(text, "{x},{y},{reach},{floor}");
        }
        bench.write("points.csv", text);
        Self { bench, zones, shoppers }
    }

    /// The matches that the program finds. Asserts that the rank column counts from 1.
    #[track_caller]
    pub(crate) fn found(&self, options: &str) -> Vec<Found> {
        let out = self.bench.run(&format!("match points.csv zones.csv {options}")).ok();
        let mut lines = out.lines();
        let header: Vec<_> = lines.next().expect("a header").split(',').collect();
        let ranked = header.contains(&"rank");
        assert_eq!(ranked, options.contains("--k "));
        let mut found: Vec<Found> = Vec::new();
        let mut rows = lines.map(|line| line.split(',').collect::<Vec<_>>()).peekable();
        for shopper in &self.shoppers {
            let mut of_point = Found::new();
            loop {
                let row = rows.next().expect("a row for every point");
                assert_eq!([row[0].parse(), row[1].parse()], shopper.at.map(Ok));
                let [polygon, distance] = [row[row.len() - 2], row[row.len() - 1]];
                if polygon.is_empty() {
                    assert!(row[4..].iter().all(|cell| cell.is_empty()), "{row:?}");
                    break;
                }
                let distance = distance.parse().expect("a number");
                of_point.push((polygon.parse().expect("a position"), distance));
                if ranked {
                    assert_eq!(row[4], of_point.len().to_string());
                }
                let next = rows.peek().filter(|_| ranked);
                if next.is_none_or(|next| next[4].is_empty() || next[4] == "1") {
                    break;
                }
            }
            found.push(of_point);
        }
        assert_eq!(rows.next(), None);
        found
    }

    /// The expected matches: the first `k` zones by `key`, of those to which `near` gives a distance.
    pub(crate) fn expected<K: PartialOrd>(
        &self,
        near: impl Fn(&Zone, &Shopper) -> Option<f64>,
        key: impl Fn(usize, f64) -> K,
        k: usize,
    ) -> Vec<Found> {
        let of_shopper = |shopper: &Shopper| {
            let zones = self.zones.iter().enumerate();
            let mut found: Found =
                zones.filter_map(|(i, zone)| Some((i, near(zone, shopper)?))).collect();
            // The sort is stable, so of equal keys the lower position comes first.
            found
                .sort_by(|&(a, at), &(b, bt)| key(a, at).partial_cmp(&key(b, bt)).expect("no NaN"));
            found.truncate(k);
            found
        };
        self.shoppers.iter().map(of_shopper).collect()
    }

    pub(crate) fn area(&self, zone: usize) -> f64 {
        let Zone { min, max, .. } = &self.zones[zone];
        (max[0] - min[0]) * (max[1] - min[1])
    }
}

impl Zone {
    pub(crate) fn to_center(&self, at: [f64; 2]) -> f64 {
        let [dx, dy] = [0, 1].map(|i| f64::midpoint(self.min[i], self.max[i]) - at[i]);
        (dx * dx + dy * dy).sqrt()
    }

    pub(crate) fn to_boundary(&self, at: [f64; 2]) -> f64 {
        let [dx, dy] = [0, 1].map(|i| (self.min[i] - at[i]).max(at[i] - self.max[i]).max(0.0));
        (dx * dx + dy * dy).sqrt()
    }

    fn contains(&self, at: [f64; 2]) -> bool {
        (0..2).all(|i| self.min[i] < at[i] && at[i] < self.max[i])
    }

    fn covers(&self, at: [f64; 2]) -> bool {
        self.to_boundary(at) == 0.0
    }
}

pub(crate) type Near = fn(&Zone, &Shopper) -> Option<f64>;

pub(crate) const NEARS: [(&str, Near); 6] = [
    ("--max-dist 2", |zone, at| Some(zone.to_center(at.at)).filter(|&d| d < 2.0)),
    ("--near center --max-dist 2 --inclusive", |zone, at| {
        Some(zone.to_center(at.at)).filter(|&d| d <= 2.0)
    }),
    ("--near boundary --max-dist 1", |zone, at| Some(zone.to_boundary(at.at)).filter(|&d| d < 1.0)),
    ("--near boundary --max-dist 1 --inclusive", |zone, at| {
        Some(zone.to_boundary(at.at)).filter(|&d| d <= 1.0)
    }),
    ("--near contains", |zone, at| zone.contains(at.at).then_some(0.0)),
    ("--near covers", |zone, at| zone.covers(at.at).then_some(0.0)),
];
