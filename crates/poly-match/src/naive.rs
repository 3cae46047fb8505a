//! The oracle: the meaning of a match in its plainest form, to hold every other path against.
//!
//! One loop, the square root taken, nothing skipped. Slow, and small enough to trust by eye.

use crate::answer::Match;
use crate::geometry::{Location, Point, Shapes};
use crate::rule::{Near, Tie, Within};

/// The positions and distances of all candidates of `point`, in input order.
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

/// The candidate of the smallest key; of equal keys, the one of the lowest position.
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

/// The positions and distances of all candidates of `point` by any *near*, in input order.
///
/// The distance of a centre is to the mean of the vertices; under *contains* and *covers* it is 0.
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

/// Candidates with the best first: by the smaller key, then as `tie` says.
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
