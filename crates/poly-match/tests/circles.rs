//! Circles from outside: exact limits, and what is refused.

use poly_match::{Best, Builder, Error, Matcher, Near, Query, Rule, Tie};

const CIRCLE: Near = Near::Circle { inclusive: false };

fn circles(centers: &[[f64; 2]], radii: &[f64]) -> Result<Matcher, Error> {
    Builder::new(CIRCLE).circles(centers, radii)
}

#[test]
fn a_point_at_the_radius_is_near_only_if_inclusive() {
    let (centers, radii, points) = ([[0.0, 0.0]], [5.0], [[3.0, 4.0]]);
    for inclusive in [false, true] {
        let matcher = Builder::new(Near::Circle { inclusive }).circles(&centers, &radii);
        let matcher = matcher.expect("sound");
        assert_eq!(matcher.find(points[0]).expect("finite").is_some(), inclusive);
        assert_eq!(matcher.near(), &Near::Circle { inclusive });
    }
}

#[test]
fn radii_of_0_and_infinity_are_near_nothing_and_all() {
    let matcher = circles(&[[0.0, 0.0]; 2], &[0.0, f64::INFINITY]).expect("sound");
    for point in [[0.0, 0.0], [1e308, -1e308]] {
        let found = matcher.candidates(&[point]).expect("finite");
        let found: Vec<_> = found.rows().flatten().map(|found| found.index).collect();
        assert_eq!(found, [1]);
    }
}

/// Squares of these radii overflow, or underflow to 0.
#[test]
fn areas_compare_where_squares_cannot() {
    for radii in [[1e200, 1e190], [1e-150, 1e-170]] {
        for (best, expected) in [(Best::Smallest, 1), (Best::Largest, 0)] {
            let rule = Rule { near: CIRCLE, best: &[best], tie: Tie::Index };
            let matcher = Builder::new(rule).circles(&[[0.0, 0.0]; 2], &radii).expect("sound");
            let found = matcher.find([0.0, 0.0]).expect("finite").expect("both are near");
            assert_eq!(found.index, expected);
        }
    }
}

#[test]
fn wrong_circles_are_refused_with_their_position() {
    let centers = [[0.0, 0.0]; 3];
    for got in [-1.0, f64::NAN, f64::NEG_INFINITY] {
        let radii = [1.0, got, 1.0];
        let refused = circles(&centers, &radii).expect_err("no radius");
        assert_eq!(refused, Error::Radius { polygon: 1, got });
        let skip = [false, true, false];
        let matcher = Builder::new(CIRCLE).skip(&skip).circles(&centers, &radii);
        assert_eq!(matcher.expect("skipped").skipped(), 1);
    }
    let refused = circles(&centers, &[1.0]).expect_err("too few");
    assert_eq!(refused, Error::Radii { expected: 3, got: 1 });
    let refused = circles(&[[f64::NAN, 0.0]], &[1.0]).expect_err("no centre");
    assert!(matches!(refused, Error::Center { polygon: 0, .. }));
}

#[test]
fn a_rule_and_polygons_must_fit() {
    let matcher = circles(&[[0.0, 0.0]], &[1.0]).expect("sound");
    let query = Query { max_dist: Some(&[1.0]), ..Query::from(&[[0.0, 0.0]]) };
    assert_eq!(matcher.match_points(query).expect_err("two limits"), Error::OwnRadii);
    let refused = Builder::new(Near::Covers).circles(&[[0.0, 0.0]], &[1.0]);
    assert_eq!(refused.expect_err("no circles"), Error::NotCircles);
    let refused = Builder::new(CIRCLE).centers(&[[0.0, 0.0]]);
    assert_eq!(refused.expect_err("no radii"), Error::NoCircles);
    assert_eq!(Matcher::new(&[], CIRCLE).expect_err("no radii"), Error::NoCircles);
}
