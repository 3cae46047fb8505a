//! Whether rings that touch cut the interior of a part into pieces.
//!
//! Rings that touch at single points, without crossing, are legal. Take a graph of the rings and of
//! the points where they touch, with an edge from each ring to each of its points. A cycle in it
//! encloses a piece of the interior.

use std::collections::{BTreeSet, HashMap};

use poly_match::Point;

/// The points where rings of one part touch.
#[derive(Debug, Default)]
pub(super) struct Touches {
    /// Rings, and the bits of points on them.
    found: BTreeSet<(usize, [u64; 2])>,
}

impl Touches {
    pub(super) fn add(&mut self, rings: [usize; 2], at: Point) {
        // Two zeros are one point.
        let bits = at.map(|value| (value + 0.0).to_bits());
        self.found.extend(rings.map(|ring| (ring, bits)));
    }

    /// A point of a cycle, if there is one. `rings` is the number of rings.
    pub(super) fn cycle(&self, rings: usize) -> Option<Point> {
        let mut sets = Sets { above: (0..rings).collect() };
        let mut points = HashMap::new();
        for &(ring, bits) in &self.found {
            let point = *points.entry(bits).or_insert_with(|| sets.add());
            if !sets.join(ring, point) {
                return Some(bits.map(f64::from_bits));
            }
        }
        None
    }
}

/// Disjoint sets (union-find). Each member leads to another of its set, or to itself.
struct Sets {
    above: Vec<usize>,
}

impl Sets {
    /// Adds a member in a set of its own.
    fn add(&mut self) -> usize {
        self.above.push(self.above.len());
        self.above.len() - 1
    }

    /// Joins the sets of two members. Returns whether they were different.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.top(a), self.top(b));
        self.above[a] = b;
        a != b
    }

    fn top(&mut self, mut member: usize) -> usize {
        while self.above[member] != member {
            self.above[member] = self.above[self.above[member]];
            member = self.above[member];
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycle(touches: &[([usize; 2], Point)]) -> Option<Point> {
        let mut found = Touches::default();
        touches.iter().for_each(|&(rings, at)| found.add(rings, at));
        found.cycle(9)
    }

    #[test]
    fn two_touches_of_two_rings_are_a_cycle() {
        let (a, b) = ([0.0, 1.0], [0.0, 2.0]);
        assert_eq!(cycle(&[]), None);
        assert_eq!(cycle(&[([0, 1], a), ([0, 1], a), ([1, 0], [-0.0, 1.0])]), None);
        assert!(cycle(&[([0, 1], a), ([0, 1], b)]).is_some());
        assert!(cycle(&[([0, 1], a), ([1, 2], b), ([2, 0], [0.0, 3.0])]).is_some());
        assert_eq!(cycle(&[([0, 1], a), ([1, 2], b), ([2, 3], [0.0, 3.0])]), None);
    }

    #[test]
    fn three_rings_at_one_point_are_none() {
        let at = [1.0, 1.0];
        assert_eq!(cycle(&[([0, 1], at), ([1, 2], at), ([2, 0], at)]), None);
    }
}
