//! The oracle: what a match means, in its plainest form. Every other path is tested against it.
//!
//! One loop, with the square root, skipping nothing. It is slow, and short enough to check by
//! reading. Nothing here may be optimized.

use crate::answer::Match;
use crate::geometry::{Location, Point, Shapes};
use crate::rule::{Near, Tie, Within};

/// All candidates of `point`: positions and distances, in input order.
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

/// The candidate with the smallest key; of equal keys, the one with the lowest position.
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
/// 0.
#[must_use]
pub fn candidates_of_shapes(shapes: &Shapes, point: Point, near: &Near) -> Vec<Match> {
    let all = 0..shapes.len();
    match near {
        Near::Center(within) => {
            candidates(&shapes.centers(crate::Center::VertexMean), point, within)
        }
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
