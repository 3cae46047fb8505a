//! What is suspicious in polygons is found, of every kind and in whatever form a polygon comes.

use std::cell::Cell;

use poly_match::{Point, Polygon, Shapes};
use poly_match_geo::{Finding, FindingKind, check};
use proptest::prelude::*;

type Ring = Vec<Point>;
type Parts = Vec<Vec<Ring>>;

fn shapes(polygons: &[Parts]) -> Shapes {
    let mut shapes = Shapes::new();
    for parts in polygons {
        if parts.is_empty() {
            shapes.push_nothing();
        } else {
            shapes.push_parts(parts.clone()).expect("finite");
        }
    }
    shapes
}

fn find(polygons: &[Parts], is_degrees: bool) -> Vec<Finding> {
    let never = || Ok::<(), poly_match::Error>(());
    check(&shapes(polygons), is_degrees, never).expect("nobody stops it")
}

/// The words of the findings of one polygon.
fn words(parts: &Parts) -> Vec<&'static str> {
    let found = find(std::slice::from_ref(parts), false);
    found.iter().map(|finding| finding.kind.word()).collect()
}

fn ring(vertices: &[[i32; 2]]) -> Ring {
    vertices.iter().map(|vertex| vertex.map(f64::from)).collect()
}

fn square([x, y]: [i32; 2], side: i32) -> Ring {
    ring(&[[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
}

/// Finds one fault of a kind, at a place.
fn assert_found(parts: Parts, kind: FindingKind, at: Point) {
    let found = find(std::slice::from_ref(&parts), false);
    assert_eq!(found, [Finding { polygon: 0, kind, at: Some(at) }], "{parts:?}");
}

#[test]
fn sound_polygons_have_no_findings() {
    let diamond = ring(&[[0, 4], [2, 2], [4, 4], [2, 6]]);
    for parts in [
        vec![vec![square([0, 0], 9)]],
        vec![vec![square([0, 0], 9), square([1, 1], 2), square([4, 4], 2)]],
        vec![vec![square([0, 0], 9)], vec![square([10, 0], 9)]],
        // An island in a hole.
        vec![vec![square([0, 0], 9), square([1, 1], 7)], vec![square([2, 2], 5)]],
        // An island that touches its hole with every vertex.
        vec![
            vec![square([0, 0], 9), square([2, 2], 4)],
            vec![ring(&[[4, 2], [6, 4], [4, 6], [2, 4]])],
        ],
        // Holes that touch the outer ring and each other, once each.
        vec![vec![square([0, 0], 9), diamond, square([4, 4], 2)]],
        // Three holes at one point.
        vec![vec![
            square([0, 0], 9),
            ring(&[[4, 4], [6, 4], [6, 5]]),
            ring(&[[4, 4], [4, 6], [3, 6]]),
            ring(&[[4, 4], [2, 4], [2, 3]]),
        ]],
        // Parts that touch at points.
        vec![
            vec![square([0, 0], 4)],
            vec![square([4, 4], 4)],
            vec![ring(&[[4, 1], [6, 0], [6, 2]])],
        ],
    ] {
        assert_eq!(words(&parts), [""; 0], "{parts:?}");
    }
}

#[test]
fn every_fault_is_found_where_it_can_be_seen() {
    use FindingKind as Kind;
    let big = || square([0, 0], 9);
    for (parts, kind, at) in [
        (vec![vec![ring(&[[0, 0], [4, 4], [4, 0], [0, 4]])]], Kind::SelfIntersection, [2.0, 2.0]),
        // A spike, which runs along itself.
        (
            vec![vec![ring(&[[0, 0], [4, 0], [4, 6], [4, 4], [0, 4]])]],
            Kind::SelfIntersection,
            [4.0, 5.0],
        ),
        // It goes through a vertex to the other side.
        (
            vec![vec![ring(&[[0, 0], [2, 2], [4, 4], [4, 0], [2, 2], [0, 4]])]],
            Kind::SelfIntersection,
            [2.0, 2.0],
        ),
        (
            vec![vec![ring(&[[0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4]])]],
            Kind::SelfTouch,
            [2.0, 2.0],
        ),
        // A vertex in the middle of an edge.
        (vec![vec![ring(&[[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]])]], Kind::SelfTouch, [2.0, 0.0]),
        (vec![vec![big(), ring(&[[8, 1], [11, 2], [8, 3]])]], Kind::RingsCross, [9.0, 4.0 / 3.0]),
        (vec![vec![big(), square([0, 2], 2)]], Kind::RingsCross, [0.0, 3.0]),
        (vec![vec![big()], vec![square([2, 2], 2)]], Kind::PartsOverlap, [2.0, 2.0]),
        (vec![vec![square([2, 2], 2)], vec![big()]], Kind::PartsOverlap, [2.0, 2.0]),
        (vec![vec![big()], vec![square([4, 4], 9)]], Kind::PartsOverlap, [9.0, 4.0]),
        (vec![vec![big()], vec![big()]], Kind::PartsOverlap, [4.5, 0.0]),
        (vec![vec![square([0, 0], 4)], vec![square([4, 0], 4)]], Kind::SharedBoundary, [4.0, 2.0]),
        (vec![vec![big(), square([20, 20], 2)]], Kind::HoleOutside, [20.0, 20.0]),
        (vec![vec![big(), ring(&[[9, 4], [12, 3], [12, 5]])]], Kind::HoleOutside, [9.0, 4.0]),
        (vec![vec![big(), square([1, 1], 6), square([2, 2], 2)]], Kind::HoleInHole, [2.0, 2.0]),
        (
            vec![vec![big(), ring(&[[0, 4], [4, 0], [5, 5]])]],
            Kind::DisconnectedInterior,
            [4.0, 0.0],
        ),
        (vec![vec![ring(&[[0, 0], [4, 4]])]], Kind::NoArea, [0.0, 0.0]),
        (vec![vec![ring(&[[0, 0], [4, 4], [2, 2]])]], Kind::NoArea, [0.0, 0.0]),
        (vec![vec![ring(&[[7, 7]])]], Kind::NoArea, [7.0, 7.0]),
    ] {
        assert!(kind.is_invalid());
        assert_found(parts, kind, at);
    }
}

#[test]
fn legal_oddities_are_no_faults() {
    let repeated = vec![vec![ring(&[[0, 0], [4, 0], [4, 0], [4, 4], [4, 4]])]];
    assert_found(repeated, FindingKind::RepeatedVertex, [4.0, 0.0]);
    let nothing = Finding { polygon: 0, kind: FindingKind::Empty, at: None };
    assert_eq!(find(&[vec![]], false), [nothing]);
    let closed = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 0.0]).expect("finite");
    let found = check(&[&closed].into_iter().collect(), true, || Ok::<(), ()>(()));
    assert_eq!(found, Ok(vec![]));
    for kind in [
        FindingKind::RepeatedVertex,
        FindingKind::Empty,
        FindingKind::WideEdge,
        FindingKind::BeyondGlobe,
        FindingKind::Duplicate { of: 0 },
    ] {
        assert!(!kind.is_invalid());
    }
}

#[test]
fn degrees_are_checked_on_request() {
    let strait = vec![vec![ring(&[[170, 60], [-170, 60], [-170, 66], [170, 66]])]];
    let swapped = vec![vec![square([40, 89], 3)]];
    assert_eq!(find(&[strait.clone(), swapped.clone()], false), []);
    let found = find(&[strait, swapped], true);
    let at = |polygon, kind, at| Finding { polygon, kind, at: Some(at) };
    let wide = at(0, FindingKind::WideEdge, [0.0, 60.0]);
    assert_eq!(found, [wide, at(1, FindingKind::BeyondGlobe, [43.0, 92.0])]);
}

#[test]
fn duplicates_are_found_in_whatever_form_they_come() {
    let hole = square([5, 5], 2);
    let big = vec![square([0, 0], 9), square([1, 1], 2), hole.clone()];
    let mut turned = square([0, 0], 9);
    turned.rotate_left(3);
    turned.reverse();
    turned.insert(2, turned[2]);
    let same = vec![turned, hole, square([1, 1], 2)];
    let far = vec![square([20, 0], 9)];
    let other = vec![square([0, 0], 9), square([1, 1], 3)];
    let polygons = [
        vec![],
        vec![big.clone(), far.clone()],
        vec![],
        vec![other, far.clone()],
        vec![far.clone(), same],
        vec![far, big],
    ];
    let found = find(&polygons, false);
    let duplicates: Vec<_> = found
        .iter()
        .filter_map(|finding| match finding.kind {
            FindingKind::Duplicate { of } => Some((finding.polygon, of, finding.at)),
            _ => None,
        })
        .collect();
    assert_eq!(duplicates, [(4, 1, Some([20.0, 0.0])), (5, 1, Some([20.0, 0.0]))]);
    assert!(found.is_sorted_by_key(|finding| (finding.polygon, finding.kind)));
}

#[test]
fn any_scale_is_exact() {
    let bowtie = ring(&[[0, 0], [4, 4], [4, 0], [0, 4]]);
    let touching = [square([0, 0], 9), ring(&[[0, 4], [3, 3], [3, 5]])];
    for exponent in [-1000, -300, 0, 300, 1000] {
        let scaled = |ring: &Ring| -> Ring {
            ring.iter().map(|vertex| vertex.map(|value| value * 2_f64.powi(exponent))).collect()
        };
        let at = [2_f64.powi(exponent + 1); 2];
        assert_found(vec![vec![scaled(&bowtie)]], FindingKind::SelfIntersection, at);
        let touching = touching.iter().map(scaled).collect();
        assert_eq!(words(&vec![touching]), [""; 0], "{exponent}");
    }
}

#[test]
fn a_polygon_with_countless_crossings_is_done_soon() {
    // Every edge crosses nearly every other: some 2 * 10^9 crossings.
    let count = 60_001;
    let step = std::f64::consts::PI * f64::from(count - 1) / f64::from(count);
    let star = (0..count).map(|i| (f64::from(i) * step).sin_cos().into()).collect();
    let parts = vec![vec![star, square([5, 5], 2), square([6, 6], 2)]];
    let polls = Cell::new(0);
    let poll = || {
        polls.set(polls.get() + 1);
        Ok::<(), ()>(())
    };
    let found = check(&shapes(&[parts]), false, poll).expect("nobody stops it");
    assert_eq!(found[0].kind, FindingKind::SelfIntersection);
    assert!(polls.get() < 2000, "{}", polls.get());
}

#[test]
fn poll_stops_the_work() {
    let many = vec![vec![vec![square([0, 0], 9)]]; 20_000];
    let calls = Cell::new(0);
    let poll = || {
        calls.set(calls.get() + 1);
        if calls.get() < 3 { Ok(()) } else { Err("stopped") }
    };
    assert_eq!(check(&shapes(&many), false, poll), Err("stopped"));
    assert_eq!(calls.get(), 3);
}

// Random polygons on few places, where much touches.

fn random_parts() -> impl Strategy<Value = Vec<Vec<Vec<[i32; 2]>>>> {
    let ring = prop::collection::vec([0..7, 0..7], 1..8);
    prop::collection::vec(prop::collection::vec(ring, 1..4), 1..4)
}

/// The same polygon with every edge cut into pieces, so that it has many vertices.
fn cut(parts: &[Vec<Vec<[i32; 2]>>], pieces: i32) -> Parts {
    let cut_ring = |vertices: &Vec<[i32; 2]>| {
        let next = vertices.iter().cycle().skip(1);
        let edges = vertices.iter().zip(next);
        let pieces = edges.flat_map(|(a, b)| {
            let count = if a == b { 1 } else { pieces };
            let vertex =
                move |i| [0, 1].map(|axis| f64::from(a[axis] * (pieces - i) + b[axis] * i));
            (0..count).map(vertex)
        });
        pieces.collect()
    };
    parts.iter().map(|rings| rings.iter().map(cut_ring).collect()).collect()
}

proptest! {
    #[test]
    fn the_number_of_vertices_changes_nothing(parts in random_parts()) {
        let few = words(&cut(&parts, 1));
        for pieces in [2, 40] {
            prop_assert_eq!(&words(&cut(&parts, pieces)), &few, "{} pieces", pieces);
        }
    }

    #[test]
    fn the_form_changes_nothing(parts in random_parts(), by in 0_usize..8) {
        let plain = cut(&parts, 1);
        let mut turned = plain.clone();
        for rings in &mut turned {
            for ring in rings.iter_mut() {
                let by = by % ring.len();
                ring.rotate_left(by);
                ring.reverse();
            }
            rings[1..].reverse();
        }
        turned.reverse();
        let words = |parts| {
            let mut words = words(parts);
            // A vertex that closes a ring is not repeated.
            words.retain(|word| *word != "repeated-vertex");
            // A ring that crosses itself has no side that is inside.
            if words.contains(&"self-intersection") {
                words.retain(|word| !["parts-overlap", "shared-boundary"].contains(word));
            }
            words
        };
        prop_assert_eq!(words(&turned), words(&plain));
    }
}
