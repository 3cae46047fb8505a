//! The oracle: what a match means, in its plainest form. Every other path is tested against it.
//!
//! One loop over all polygons, with the square root. It is slow, and short enough to check by reading.
//! Nothing here may be optimized.

use std::cmp::Ordering;

use crate::answer::Match;
use crate::geometry::{Location, Point, Shapes};
use crate::query::Query;
use crate::rule::{Best, Key, Near, Rule, Tie, Values, Within};

/// All candidates of `point` by the centres of polygons: positions and distances, in input order.
#[must_use]
pub fn candidates(centers: &[Point], point: Point, near: &Within) -> Vec<Match> {
    let mut found = Vec::new();
    for (index, center) in centers.iter().enumerate() {
        let (dx, dy) = (center[0] - point[0], center[1] - point[1]);
        let distance = (dx * dx + dy * dy).sqrt();
        let is_near = distance < near.max_dist()
            || (near.is_inclusive() && distance == near.max_dist())
            || near.max_dist() == f64::INFINITY;
        if is_near {
            found.push(Match { index, distance });
        }
    }
    found
}

/// All candidates of `point` among circles, each with a centre and a radius: positions and distances, in
/// input order.
#[must_use]
pub fn candidates_of_circles(
    centers: &[Point],
    radii: &[f64],
    point: Point,
    inclusive: bool,
) -> Vec<Match> {
    let mut found = Vec::new();
    for (index, (center, &radius)) in centers.iter().zip(radii).enumerate() {
        let (dx, dy) = (center[0] - point[0], center[1] - point[1]);
        let distance = (dx * dx + dy * dy).sqrt();
        let is_near =
            distance < radius || (inclusive && distance == radius) || radius == f64::INFINITY;
        if is_near {
            found.push(Match { index, distance });
        }
    }
    found
}

/// The candidate with the smallest key; of equal keys, the one with the lowest position.
///
/// # Panics
/// If a candidate has no key in `keys`.
#[must_use]
pub fn find(centers: &[Point], keys: &[f64], point: Point, near: &Within) -> Option<Match> {
    let mut best: Option<Match> = None;
    for candidate in candidates(centers, point, near) {
        if best.is_none_or(|best| keys[candidate.index] < keys[best.index]) {
            best = Some(candidate);
        }
    }
    best
}

/// All candidates of `point` under any *near*: positions and distances, in input order.
///
/// For *center*, the distance is to the mean of the vertices. Under *contains* and *covers* it is
/// 0. Under *circle* there are none, since shapes are no circles; see [`candidates_of_circles`].
#[must_use]
pub fn candidates_of_shapes(shapes: &Shapes, point: Point, near: &Near) -> Vec<Match> {
    let all = 0..shapes.len();
    match near {
        Near::Center(within) => {
            candidates(&shapes.centers(crate::Center::VertexMean), point, within)
        }
        Near::Circle { .. } => Vec::new(),
        Near::Boundary(within) => all
            .map(|index| Match { index, distance: shapes.distance(index, point) })
            .filter(|candidate| within.admits_distance(candidate.distance))
            .collect(),
        Near::Contains | Near::Covers => all
            .filter(|&index| match shapes.locate(index, point) {
                Location::Inside => true,
                Location::Boundary => *near == Near::Covers,
                Location::Outside => false,
            })
            .map(|index| Match { index, distance: 0.0 })
            .collect(),
    }
}

/// Sorts candidates, best first: by key, smallest first, then as `tie` says.
///
/// # Panics
/// If a key or a distance is NaN.
#[must_use]
pub fn best_first(mut candidates: Vec<Match>, key: impl Fn(&Match) -> f64, tie: Tie) -> Vec<Match> {
    candidates.sort_by(|a, b| {
        let by_key = key(a).partial_cmp(&key(b)).expect("no key is NaN");
        let by_distance = a.distance.partial_cmp(&b.distance).expect("no distance is NaN");
        let by_index = a.index.cmp(&b.index);
        match tie {
            Tie::Index => by_key.then(by_index),
            Tie::Distance => by_key.then(by_distance).then(by_index),
        }
    });
    candidates
}

/// The candidates of every point of a query, best first by the criteria of a rule.
///
/// Only the pairs of a point and a polygon that `may_match` allows are looked at, such as those of
/// the same group. The groups of the query are not used.
#[must_use]
pub fn rows(
    shapes: &Shapes,
    rule: &Rule<'_>,
    query: &Query<'_>,
    may_match: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<Match>> {
    let candidates = |i: usize, point| {
        let near = match (query.max_dist, rule.near) {
            (Some(all), Near::Center(within)) => Near::Center(within.with_max_dist(all[i])),
            (Some(all), Near::Boundary(within)) => Near::Boundary(within.with_max_dist(all[i])),
            (_, near) => near,
        };
        candidates_of_shapes(shapes, point, &near)
    };
    rows_of(candidates, &shapes.areas(), rule, query, may_match)
}

/// The candidates of every point of a query among circles, with their centres and radii; see [`rows`].
/// There are none if the rule is not [`Near::Circle`].
#[must_use]
pub fn rows_of_circles(
    (centers, radii): (&[Point], &[f64]),
    rule: &Rule<'_>,
    query: &Query<'_>,
    may_match: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<Match>> {
    let candidates = |_, point| match rule.near {
        Near::Circle { inclusive } => candidates_of_circles(centers, radii, point, inclusive),
        Near::Center(_) | Near::Boundary(_) | Near::Contains | Near::Covers => Vec::new(),
    };
    // The areas rise with the radii.
    rows_of(candidates, radii, rule, query, may_match)
}

/// Sorts the candidates of every point; see [`rows`].
fn rows_of(
    candidates: impl Fn(usize, Point) -> Vec<Match>,
    areas: &[f64],
    rule: &Rule<'_>,
    query: &Query<'_>,
    may_match: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<Match>> {
    let mut criteria = rule.best.to_vec();
    if rule.tie == Tie::Distance {
        criteria.push(Best::Nearest);
    }
    let mut rows = Vec::new();
    for (i, &point) in query.points.iter().enumerate() {
        let mut row = candidates(i, point);
        row.retain(|candidate| may_match(i, candidate.index));
        row.sort_by(|a, b| {
            let mut order = Ordering::Equal;
            for criterion in &criteria {
                order = order.then(compare(criterion, areas, a, b));
            }
            order.then(a.index.cmp(&b.index))
        });
        rows.push(row);
    }
    rows
}

/// Compares two candidates by one criterion. The better one is less.
fn compare(criterion: &Best<'_>, areas: &[f64], a: &Match, b: &Match) -> Ordering {
    let by_area = areas[a.index].partial_cmp(&areas[b.index]).expect("no area is NaN");
    match criterion {
        Best::Smallest => by_area,
        Best::Largest => by_area.reverse(),
        Best::Nearest => a.distance.partial_cmp(&b.distance).expect("no distance is NaN"),
        Best::First => a.index.cmp(&b.index),
        Best::Key(key) => compare_keys(key, a.index, b.index),
    }
}

/// Compares the values of two polygons. One without a value comes last.
fn compare_keys(key: &Key<'_>, a: usize, b: usize) -> Ordering {
    match (key.is_missing(a), key.is_missing(b)) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let order = match key.values {
                Values::Float(values) => values[a].partial_cmp(&values[b]).expect("not NaN"),
                Values::Signed(values) => values[a].cmp(&values[b]),
                Values::Unsigned(values) => values[a].cmp(&values[b]),
            };
            if key.is_largest_first { order.reverse() } else { order }
        }
    }
}
