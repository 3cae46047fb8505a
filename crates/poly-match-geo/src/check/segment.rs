//! Where two segments meet. Every decision is exact; only the place of a crossing is rounded.

use poly_match::Point;
use robust::{Coord, orient2d};

/// How two segments meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meeting {
    Apart,
    /// They cross in the interior of both, close to this point.
    Cross(Point),
    /// They have one point in common: an end of one or of both.
    Touch(Point),
    /// They have a stretch in common, with this point close to its middle.
    Overlap(Point),
}

/// Positive if `point` is to the left of the line from `a` to `b`, 0 on it. The sign is exact for
/// coordinates scaled as those of an [`Outline`](super::outline::Outline).
pub(super) fn side(a: Point, b: Point, point: Point) -> f64 {
    let [a, b, point] = [a, b, point].map(|[x, y]| Coord { x, y });
    orient2d(a, b, point)
}

/// How the segments `a` and `b` meet. No segment is a single point.
pub(super) fn meeting(a: [Point; 2], b: [Point; 2]) -> Meeting {
    let of_b = [side(a[0], a[1], b[0]), side(a[0], a[1], b[1])];
    if is_on_one_side(of_b) {
        return Meeting::Apart;
    }
    let of_a = [side(b[0], b[1], a[0]), side(b[0], b[1], a[1])];
    if is_on_one_side(of_a) {
        return Meeting::Apart;
    }
    if of_b == [0.0, 0.0] {
        return on_a_line(a, b);
    }
    // Not on one line, so the only common point is the end that is on the other's line.
    let ends = [(of_a[0], a[0]), (of_a[1], a[1]), (of_b[0], b[0]), (of_b[1], b[1])];
    match ends.iter().find(|(side, _)| *side == 0.0) {
        Some(&(_, end)) => Meeting::Touch(end),
        None => {
            let share = of_b[0] / (of_b[0] - of_b[1]);
            Meeting::Cross([0, 1].map(|axis| b[0][axis] + (b[1][axis] - b[0][axis]) * share))
        }
    }
}

fn is_on_one_side([a, b]: [f64; 2]) -> bool {
    (a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0)
}

/// How two segments of one line meet. Points of a line are in lexicographic order.
fn on_a_line(a: [Point; 2], b: [Point; 2]) -> Meeting {
    let [[a_low, a_high], [b_low, b_high]] =
        [a, b].map(|[one, other]| if is_before(one, other) { [one, other] } else { [other, one] });
    let low = if is_before(a_low, b_low) { b_low } else { a_low };
    let high = if is_before(a_high, b_high) { a_high } else { b_high };
    if is_before(low, high) {
        Meeting::Overlap([0, 1].map(|axis| f64::midpoint(low[axis], high[axis])))
    } else if low == high {
        Meeting::Touch(low)
    } else {
        Meeting::Apart
    }
}

/// Whether `a` comes before `b` in lexicographic order.
pub(super) fn is_before(a: Point, b: Point) -> bool {
    a[0] < b[0] || (a[0] == b[0] && a[1] < b[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, whichever segment comes first and in whatever directions they run.
    fn both_ways(a: [Point; 2], b: [Point; 2]) -> Meeting {
        let found = meeting(a, b);
        let turned = |[one, other]: [Point; 2]| [other, one];
        for (a, b) in [(b, a), (turned(a), b), (a, turned(b)), (turned(b), turned(a))] {
            assert_eq!(meeting(a, b), found, "{a:?} {b:?}");
        }
        found
    }

    #[test]
    fn segments_meet_in_every_way() {
        let a = [[0.0, 0.0], [4.0, 4.0]];
        for (b, expected) in [
            ([[0.0, 4.0], [4.0, 0.0]], Meeting::Cross([2.0, 2.0])),
            ([[0.0, 4.0], [2.0, 2.0]], Meeting::Touch([2.0, 2.0])),
            ([[4.0, 4.0], [9.0, 0.0]], Meeting::Touch([4.0, 4.0])),
            ([[4.0, 4.0], [9.0, 9.0]], Meeting::Touch([4.0, 4.0])),
            ([[2.0, 2.0], [9.0, 9.0]], Meeting::Overlap([3.0, 3.0])),
            ([[1.0, 1.0], [3.0, 3.0]], Meeting::Overlap([2.0, 2.0])),
            (a, Meeting::Overlap([2.0, 2.0])),
            ([[5.0, 5.0], [9.0, 9.0]], Meeting::Apart),
            ([[0.0, 1.0], [4.0, 5.0]], Meeting::Apart),
            ([[0.0, 4.0], [1.0, 2.0]], Meeting::Apart),
            ([[3.0, 2.0], [4.0, 0.0]], Meeting::Apart),
        ] {
            assert_eq!(both_ways(a, b), expected, "{b:?}");
        }
        let upright = [[1.0, 0.0], [1.0, 4.0]];
        assert_eq!(both_ways(upright, [[1.0, 3.0], [1.0, 9.0]]), Meeting::Overlap([1.0, 3.5]));
        assert_eq!(both_ways(upright, [[1.0, 5.0], [1.0, 9.0]]), Meeting::Apart);
    }

    #[test]
    fn a_touch_is_told_from_a_near_miss() {
        let a = [[0.0, 0.0], [3.0, 1.0]];
        let middle = [1.5, 0.5];
        assert_eq!(both_ways(a, [middle, [0.0, 9.0]]), Meeting::Touch(middle));
        let above = [1.5, 0.5_f64.next_up()];
        assert_eq!(both_ways(a, [above, [0.0, 9.0]]), Meeting::Apart);
        let below = [1.5, 0.5_f64.next_down()];
        assert!(matches!(both_ways(a, [below, [0.0, 9.0]]), Meeting::Cross(_)));
    }
}
