//! The oracle: the meaning of a match in its plainest form, to hold every other path against.
//!
//! One loop, the square root taken, nothing skipped. Slow, and small enough to trust by eye.

use crate::{Match, Point, Within};

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
