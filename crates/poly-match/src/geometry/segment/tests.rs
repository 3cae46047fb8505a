//! Tests the predicates against exact rational arithmetic.

use std::cmp::Ordering;

use num_rational::BigRational;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::geometry::{Location, Shapes};

type Exact = [BigRational; 2];

fn exact(point: Point) -> Exact {
    point.map(|v| BigRational::from_float(v).expect("finite"))
}

/// The sign of the area, by its definition.
fn exact_side(a: &Exact, b: &Exact, p: &Exact) -> Ordering {
    let left = (&a[0] - &p[0]) * (&b[1] - &p[1]);
    let right = (&a[1] - &p[1]) * (&b[0] - &p[0]);
    left.cmp(&right)
}

/// Where a point is by the even-odd rule: on an edge, or by the crossings of a ray.
fn exact_location(edges: &[[Point; 2]], point: Point) -> Location {
    let p = exact(point);
    let mut is_inside = false;
    for edge in edges {
        let [a, b] = edge.map(exact);
        let in_box = |axis: usize| {
            let (low, high) = if a[axis] < b[axis] { (&a, &b) } else { (&b, &a) };
            low[axis] <= p[axis] && p[axis] <= high[axis]
        };
        let side = exact_side(&a, &b, &p);
        if side == Ordering::Equal && in_box(0) && in_box(1) {
            return Location::Boundary;
        }
        if (a[1] > p[1]) != (b[1] > p[1]) {
            // The x of the edge at the height of the point.
            let x = &a[0] + (&p[1] - &a[1]) * (&b[0] - &a[0]) / (&b[1] - &a[1]);
            is_inside ^= x > p[0];
        }
    }
    if is_inside { Location::Inside } else { Location::Outside }
}

fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-4_i32..4).prop_map(f64::from),
        -4.0..4.0,
        (-9_i32..9).prop_map(|i| f64::from(i) * 0.1)
    ]
}

fn point() -> impl Strategy<Value = Point> {
    [coordinate(), coordinate()]
}

/// A factor for each coordinate, and an offset that is added after it.
fn frame() -> impl Strategy<Value = (f64, f64)> {
    select(vec![(1.0, 0.0), (1.0, 1e9), (1e-9, 1.0), (1e-150, 0.0), (1e150, 0.0), (0.1, -1e15)])
}

/// The point itself, and the doubles next to it.
fn around([x, y]: Point) -> [Point; 5] {
    [[x, y], [x.next_up(), y], [x.next_down(), y], [x, y.next_up()], [x, y.next_down()]]
}

/// A double close to a place on the line through two points.
fn between(a: Point, b: Point, part: f64) -> Point {
    [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * part)
}

proptest! {
    #[test]
    fn the_side_is_exact(
        [a, b, p] in [point(), point(), point()],
        part in prop_oneof![-1.0..2.0, select(vec![0.0, 0.25, 0.5, 1.0, 2.0])],
        (scale, offset) in frame(),
    ) {
        let [a, b, p] = [a, b, p].map(|p| p.map(|v| v * scale + offset));
        for p in around(p).into_iter().chain(around(between(a, b, part))) {
            let expected = exact_side(&exact(a), &exact(b), &exact(p));
            prop_assert_eq!(side(a, b, p).partial_cmp(&0.0), Some(expected), "{:?}", p);
        }
    }

    #[test]
    fn the_location_is_exact(
        rings in vec(vec(point(), 1..7), 1..3),
        others in vec(point(), 0..5),
        part in prop_oneof![0.0..1.0, select(vec![0.0, 0.25, 0.5])],
        (scale, offset) in frame(),
    ) {
        let to = |p: Point| p.map(|v| v * scale + offset);
        let mut shapes = Shapes::new();
        let placed = rings.iter().map(|ring| ring.iter().copied().map(to));
        shapes.push_parts([placed]).expect("sound vertices");
        let edges: Vec<[Point; 2]> = shapes.edges(0).collect();
        let places = edges.iter().flat_map(|&[a, b]| [between(a, b, part), [a[0], b[1]]]);
        for p in places.chain(others.into_iter().map(to)).flat_map(around) {
            prop_assert_eq!(shapes.locate(0, p), exact_location(&edges, p), "{:?}", p);
        }
    }
}

/// The exact square of the distance to an edge.
fn exact_squared_distance(a: Point, b: Point, point: Point) -> BigRational {
    let [a, b, p] = [a, b, point].map(exact);
    let minus = |u: &Exact, v: &Exact| [&u[0] - &v[0], &u[1] - &v[1]];
    let dot = |u: &Exact, v: &Exact| &u[0] * &v[0] + &u[1] * &v[1];
    let (along, from_a, from_b) = (minus(&b, &a), minus(&p, &a), minus(&p, &b));
    let (length, place) = (dot(&along, &along), dot(&from_a, &along));
    if place > rational(0.0) && place < length {
        let area = &from_a[0] * &along[1] - &from_a[1] * &along[0];
        &area * &area / length
    } else {
        dot(&from_a, &from_a).min(dot(&from_b, &from_b))
    }
}

fn rational(number: f64) -> BigRational {
    BigRational::from_float(number).expect("finite")
}

/// Whether `distance` is within `units` · 2^-53 of the exact one, relative to the exact distance
/// and to `length`.
fn is_within(distance: f64, squared: &BigRational, units: f64, length: f64) -> bool {
    let unit = f64::EPSILON / 2.0 * units;
    let (distance, slack) = (rational(distance), rational(unit) * rational(length));
    let (more, less) = (rational(1.0 + unit), rational(1.0 - unit));
    let low = (&distance - &slack).max(rational(0.0));
    let high = &distance + &slack;
    &low * &low <= squared * &more * &more && squared * &less * &less <= &high * &high
}

/// Edges of any length, near and very far, with points beside them, beyond their ends, and almost
/// on their line.
fn edge_and_point() -> impl Strategy<Value = (Point, Point, Point)> {
    let exponent = |range: std::ops::Range<i32>| range.prop_map(|e| 2_f64.powi(e));
    let places = (point(), point(), select(vec![0.0, 1.0, 1e6, 2e7]));
    (places, exponent(-40..3), -1.0..2.0, exponent(-40..40), any::<bool>()).prop_map(
        |((a, step, offset), length, along, aside, turned)| {
            let a = a.map(|v| v + offset);
            let step = step.map(|v| v * length);
            let sign = if turned { -1.0 } else { 1.0 };
            let at = [
                a[0] + along * step[0] - sign * aside * step[1],
                a[1] + along * step[1] + sign * aside * step[0],
            ];
            (a, [a[0] + step[0], a[1] + step[1]], at)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_distance_is_as_near_as_its_bound((a, b, p) in edge_and_point()) {
        let (squared, found) = (exact_squared_distance(a, b, p), distance(a, b, p));
        let length = squared_distance(a, b).sqrt();
        prop_assert_eq!(found.to_bits(), distance(b, a, p).to_bits(), "the other way round");
        let slack = if found > length { 0.0 } else { length };
        prop_assert!(is_within(found, &squared, 12.0, slack), "{} {} {:?}", found, length, (a, b, p));
        let is_on = exact_location(&[[a, b]], p) == Location::Boundary;
        prop_assert_eq!(found == 0.0, is_on);
    }
}

/// An edge six units long, a million away: the sides to both ends are nearly parallel.
#[test]
fn a_short_edge_far_away_is_measured_to_the_last_bits() {
    assert_eq!(distance([1e6, -3.0], [1e6, 3.0], [7.0, 0.0]), 999_993.0);
    assert_eq!(distance([1e6, -3.0], [1e6, 3.0], [7.0, 1.5]), 999_993.0);
    let found = distance([1e6, -4.0], [1e6 + 6.0, 4.0], [7.0, 2.5]);
    let squared = exact_squared_distance([1e6, -4.0], [1e6 + 6.0, 4.0], [7.0, 2.5]);
    assert!(is_within(found, &squared, 4.0, 0.0), "{found}");
}

#[test]
fn an_area_too_small_for_a_double_has_a_sign() {
    let (a, b) = ([0.0, 0.0], [0.0, 1e-150]);
    assert!(side(a, b, [-5e-324, 5e-151]) > 0.0);
    assert!(side(a, b, [5e-324, 5e-151]) < 0.0);
    assert_eq!(side(a, b, [0.0, 5e-151]), 0.0);
    // In the units of the other coordinates, this offset is far below one bit.
    assert!(side([0.0, 0.0], [0.0, 1.0], [5e-324, 0.5]) < 0.0);
    assert!(side([0.0, 0.0], [1e300, 1e300], [1e300, 1e300_f64.next_up()]) > 0.0);
}
