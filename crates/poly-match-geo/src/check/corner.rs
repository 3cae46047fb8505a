//! A point that two rings pass through: whether they cross there, and which is inside.
//!
//! A corner is the point with the two directions of a ring there: where it comes from, and where it
//! goes to. The point may also be in the middle of an edge. All decisions are exact.

use poly_match::Point;

use super::segment::{is_before, side};

/// A point of a ring, and the next points to both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) at: Point,
    pub(super) from: Point,
    pub(super) to: Point,
}

impl Corner {
    /// Whether two rings cross at a point that both pass through. If they have a direction in
    /// common, they do not cross there: they run along each other.
    pub(super) fn crosses(&self, other: &Self) -> bool {
        let (mine, its) = ([self.from, self.to], [other.from, other.to]);
        let have_one = mine.iter().any(|&a| its.iter().any(|&b| is_one_way(self.at, a, b)));
        let [one, two] = its.map(|direction| self.has_on_left(direction));
        !have_one && one != two
    }

    /// Whether the direction to `point` leads inside the ring, which turns left or right in all. If
    /// the ring goes in this direction itself, it does not.
    pub(super) fn leads_inside(&self, point: Point, turns_left: bool) -> bool {
        let is_on_it = [self.from, self.to].iter().any(|&way| is_one_way(self.at, way, point));
        !is_on_it && self.has_on_left(point) == turns_left
    }

    /// Whether the direction to `point` is strictly to the left of the ring: between the way to go
    /// and the way back, turning left.
    fn has_on_left(&self, point: Point) -> bool {
        let Self { at, from, to } = *self;
        let turn = side(at, to, from);
        if turn > 0.0 {
            side(at, to, point) > 0.0 && side(at, point, from) > 0.0
        } else if turn < 0.0 {
            // All but the other sector, which is smaller than half a turn.
            !(side(at, from, point) >= 0.0 && side(at, point, to) >= 0.0)
        } else {
            // Straight on, or back on a spike, which has nothing on its left.
            !is_one_way(at, to, from) && side(at, to, point) > 0.0
        }
    }
}

/// Whether `a` and `b` are in one direction from a point.
fn is_one_way(from: Point, a: Point, b: Point) -> bool {
    side(from, a, b) == 0.0 && is_before(from, a) == is_before(from, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Point = [3.0, 3.0];
    /// Eight directions, turning left.
    const AROUND: [Point; 8] = [
        [4.0, 3.0],
        [5.0, 5.0],
        [3.0, 4.0],
        [1.0, 5.0],
        [0.0, 3.0],
        [2.0, 2.0],
        [3.0, 1.0],
        [4.0, 2.0],
    ];

    fn corner(from: usize, to: usize) -> Corner {
        Corner { at: AT, from: AROUND[from], to: AROUND[to] }
    }

    #[test]
    fn the_left_is_between_the_way_to_go_and_the_way_back() {
        for (from, to) in (0..8).flat_map(|from| (0..8).map(move |to| (from, to))) {
            for (way, &point) in AROUND.iter().enumerate() {
                let turned = |way: usize| (way + 8 - to) % 8;
                let expected = turned(way) > 0 && turned(way) < turned(from);
                let left = corner(from, to).has_on_left(point);
                assert_eq!(left, expected, "{from} {to} {way}");
                let inside = |turns_left| corner(from, to).leads_inside(point, turns_left);
                let is_on_it = way == from || way == to;
                assert_eq!([inside(true), inside(false)], [expected, !expected && !is_on_it]);
            }
        }
    }

    #[test]
    fn rings_cross_if_one_changes_sides() {
        let ways = || (0..8).flat_map(|a| (0..8).map(move |b| (a, b)));
        for ((a, b), (c, d)) in ways().flat_map(|one| ways().map(move |other| (one, other))) {
            let between = |way: usize| (way + 8 - a) % 8 < (b + 8 - a) % 8;
            let have_one = [c, d].iter().any(|way| [a, b].contains(way));
            let expected = !have_one && between(c) != between(d);
            assert_eq!(corner(a, b).crosses(&corner(c, d)), expected, "{a} {b} {c} {d}");
        }
    }
}
