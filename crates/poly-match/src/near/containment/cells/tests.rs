//! Tests the cells against [`Shapes::locate`] in every polygon.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::lookup::MAX_RATIO;
use super::word::{Kind, kind, number};
use super::{Cells, FindCovering};
use crate::error::Error;
use crate::geometry::{Location, Point, Shapes};
use crate::machine::Level;

fn cells_of(shapes: &Shapes) -> Option<Cells> {
    let count = u32::try_from(shapes.len()).expect("few");
    // Ranks run against the input order, so that a mix-up of rank and position shows.
    let order: Vec<u32> = (0..count).rev().collect();
    Cells::new(shapes, &order, None, || Ok::<(), Error>(())).expect("nothing ends it")
}

/// Compares every kind of lookup with [`Shapes::locate`].
fn check(shapes: &Shapes, cells: &Cells, points: &[Point]) -> Result<(), TestCaseError> {
    let order: Vec<u32> = (0..u32::try_from(shapes.len()).expect("few")).rev().collect();
    let locate = |&point: &Point| {
        let at = |&position: &u32| shapes.locate(position as usize, point);
        order.iter().map(at).collect::<Vec<_>>()
    };
    let locations: Vec<_> = points.iter().map(locate).collect();
    for boundary_counts in [false, true] {
        let mut best = Vec::new();
        for (&point, locations) in points.iter().zip(&locations) {
            let is_found = |&(_, &location): &(u32, &Location)| location.counts(boundary_counts);
            let expected: Vec<u32> =
                (0..).zip(locations).filter(is_found).map(|(rank, _)| rank).collect();
            let mut found = Vec::new();
            cells.each(point, boundary_counts, |rank| found.push(rank));
            found.sort_unstable();
            found.dedup(); // once for each part
            prop_assert_eq!(&found, &expected, "each: {:?}, {:?}", boundary_counts, point);
            best.push(expected.first().copied());
            let found = cells.best(point, boundary_counts);
            prop_assert_eq!(found, expected.first().copied(), "{:?}, {:?}", boundary_counts, point);
        }
        for level in Level::all() {
            let (mut index, mut distance) = (vec![7; points.len()], vec![7.0; points.len()]);
            level.run(FindCovering {
                cells,
                order: &order,
                boundary_counts,
                points,
                index: &mut index,
                distance: &mut distance,
            });
            let position = |rank: &Option<u32>| rank.map_or(-1, |rank| order[rank as usize].into());
            prop_assert_eq!(&index, &best.iter().map(position).collect::<Vec<i64>>());
            for (best, distance) in best.iter().zip(distance) {
                prop_assert_eq!(distance.to_bits(), best.map_or(f64::NAN, |_| 0.0).to_bits());
            }
        }
    }
    Ok(())
}

/// Returns points where a mistake is likely: on vertices and edges, on the corners of cells, and
/// right beside these.
fn delicate(shapes: &Shapes, cells: &Cells) -> Vec<Point> {
    let mut points = Vec::new();
    for position in 0..shapes.len() {
        for [a, b] in shapes.edges(position) {
            points.push(a);
            points.push([0, 1].map(|axis| a[axis] / 2.0 + b[axis] / 2.0));
            points.push([a[0], b[1]]);
        }
    }
    points.truncate(200);
    let mut starts: Vec<usize> = Vec::new();
    let words = cells.tree.next.iter().copied().chain([cells.root]);
    starts.extend(words.filter(|&word| kind(word) == Kind::Leaf).map(number));
    let few = starts.len() / 50 + 1;
    let corners = starts.into_iter().step_by(few).map(|start| cells.tree.view().leaf(start).corner);
    points.extend(corners);
    let near = points
        .iter()
        .flat_map(|&[x, y]| [[x.next_up(), y], [x, y.next_down()], [x.next_down(), y.next_up()]]);
    let near: Vec<_> = near.collect();
    points.extend(near);
    points.extend([[f64::MAX, 0.0], [0.0, f64::MIN], [0.0, 1e-310], [-0.0, -0.0]]);
    points
}

fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (-6_i32..6).prop_map(f64::from), 1 => -6.0..6.0]
}

fn lattice_point() -> impl Strategy<Value = Point> {
    [coordinate(), coordinate()]
}

fn square() -> impl Strategy<Value = Vec<Point>> {
    (lattice_point(), 1_i32..6, 1_i32..6).prop_map(|([x, y], width, height)| {
        let (right, top) = (x + f64::from(width), y + f64::from(height));
        vec![[x, y], [right, y], [right, top], [x, top]]
    })
}

/// A star of many vertices. If its rays are equally long, it is a round polygon.
fn star() -> impl Strategy<Value = Vec<Point>> {
    (lattice_point(), vec(0.5..4.0, 3..60)).prop_map(|([x, y], rays)| {
        let step = TAU / f64::from(u32::try_from(rays.len()).expect("few"));
        let vertex = |(i, ray): (u32, &f64)| {
            let angle = step * f64::from(i);
            [x + ray * angle.cos(), y + ray * angle.sin()]
        };
        (0..).zip(&rays).map(vertex).collect()
    })
}

/// A thin and long polygon, across the whole lattice.
fn sliver() -> impl Strategy<Value = Vec<Point>> {
    (lattice_point(), lattice_point(), select(vec![0.0, 1e-300, 1e-15, 1e-9, 1e-3]))
        .prop_map(|([x, y], [u, v], width)| vec![[x, y], [u, v], [u + width, v], [x, y + width]])
}

/// Boxes, stars, slivers, and rings of random vertices, which may cross themselves or repeat
/// vertices.
fn ring() -> impl Strategy<Value = Vec<Point>> {
    prop_oneof![square(), star(), sliver(), vec(lattice_point(), 1..7)]
}

/// Parts with holes. A hole need not be inside its part.
fn polygon() -> impl Strategy<Value = Vec<Vec<Vec<Point>>>> {
    prop_oneof![
        3 => ring().prop_map(|ring| vec![vec![ring]]),
        1 => vec(vec(ring(), 1..3), 1..3),
    ]
}

/// Scales and then moves the polygons. Rounding may change the shapes; the test works for any
/// shapes.
fn shapes_of(polygons: &[Vec<Vec<Vec<Point>>>], scale: f64, offset: Point) -> Shapes {
    let to = |v: Point| [v[0] * scale + offset[0], v[1] * scale + offset[1]];
    let mut shapes = Shapes::new();
    for parts in polygons {
        let parts = parts.iter().map(|rings| rings.iter().map(|ring| ring.iter().copied().map(to)));
        shapes.push_parts(parts).expect("sound vertices");
    }
    shapes
}

fn frames() -> impl Strategy<Value = (f64, Point)> {
    let scale = prop_oneof![4 => Just(1.0), 1 => select(vec![1e-150, 1e-9, 1e9, 1e150, 0.1])];
    let offset = prop_oneof![3 => Just([0.0; 2]), 1 => Just([1e9, -1e9]), 1 => Just([0.1, 1e15])];
    (scale, offset).prop_map(|(scale, offset)| {
        (scale, if scale == 1.0 || scale == 1e9 { offset } else { [0.0; 2] })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn cells_agree_with_locating_in_every_polygon(
        polygons in prop_oneof![vec(polygon(), 0..6), vec(polygon(), 20..60)],
        (scale, offset) in frames(),
        points in vec(lattice_point(), 0..60),
    ) {
        let shapes = shapes_of(&polygons, scale, offset);
        if let Some(cells) = cells_of(&shapes) {
            let to = |v: Point| [v[0] * scale + offset[0], v[1] * scale + offset[1]];
            let mut points: Vec<Point> = points.into_iter().map(to).collect();
            points.extend(delicate(&shapes, &cells));
            check(&shapes, &cells, &points)?;
        } else {
            prop_assert!(polygons.is_empty() || sizes_differ(&shapes));
        }
    }
}

#[test]
fn a_point_that_is_not_finite_is_in_no_polygon() {
    let shapes = shapes_of(&[vec![vec![vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]]]], 1.0, [0.0; 2]);
    let cells = cells_of(&shapes).expect("of sound size");
    for point in [[f64::NAN, 1.0], [1.0, f64::NAN], [f64::INFINITY, 1.0], [1.0, f64::NEG_INFINITY]]
    {
        assert_eq!(cells.best(point, true), None);
        cells.each(point, true, |rank| panic!("{rank} has {point:?}"));
    }
}

/// A round polygon of many vertices, and `heap` equal squares at the same place on it.
fn crowded(heap: usize) -> Shapes {
    let vertex = |i: u32| {
        let angle = TAU * f64::from(i) / 3000.0;
        [40.0 * angle.cos(), 40.0 * angle.sin()]
    };
    let mut polygons = vec![vec![vec![(0..3000).map(vertex).collect::<Vec<_>>()]]];
    let square = vec![[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]];
    polygons.resize(1 + heap, vec![vec![square]]);
    shapes_of(&polygons, 1.0, [0.0; 2])
}

#[test]
fn the_tree_stays_small_for_many_equal_polygons() {
    let shapes = crowded(500);
    let cells = cells_of(&shapes).expect("of sound size");
    let tree = &cells.tree;
    let entries = tree.next.len() + tree.covers.len() + tree.leaves.len();
    assert!(entries < 200 * cells.vertices.len(), "{entries} entries");
    let points: Vec<Point> =
        (-11..=11).flat_map(|x| (-11..=11).map(move |y| [x.into(), y.into()])).collect();
    check(&shapes, &cells, &points).expect("the same");
}

/// Circles with enough edges for threads to build the tree in pieces.
fn circles() -> (Shapes, impl Fn(u32) -> Point) {
    let lattice = |i: u32| [f64::from(i % 90) * 0.7, f64::from(i / 90) * 0.7];
    let circle = |i: u32| {
        let [x, y] = lattice(i);
        let vertex = |k: u32| {
            let angle = TAU * f64::from(k) / 8.0;
            [x + angle.cos(), y + angle.sin()]
        };
        vec![vec![(0..8).map(vertex).collect()]]
    };
    let polygons: Vec<_> = (0..5000).map(circle).collect();
    (shapes_of(&polygons, 1.0, [0.0; 2]), lattice)
}

#[test]
fn pieces_of_a_tree_fit_together() {
    let (shapes, lattice) = circles();
    let cells = cells_of(&shapes).expect("of sound size");
    let points: Vec<Point> =
        (0..60).flat_map(|i| [lattice(i * 83), shapes.bounds(i as usize * 80).max]).collect();
    check(&shapes, &cells, &points).expect("the same");
}

#[test]
fn the_tree_is_the_same_for_any_number_of_threads() {
    let (shapes, _) = circles();
    let order: Vec<u32> = (0..5000).collect();
    let made = |workers| {
        let made = Cells::new(&shapes, &order, NonZeroUsize::new(workers), || Ok::<(), Error>(()));
        made.expect("nothing ends it").expect("of sound size")
    };
    let one = made(1);
    for workers in [2, 3, 7] {
        let other = made(workers);
        assert!(one.tree == other.tree, "{workers} threads");
        assert_eq!((one.root, &one.table), (other.root, &other.table), "{workers} threads");
    }
}

/// Quadrilaterals that share their edges: a square lattice with its corners moved at random.
fn districts(side: u32) -> Shapes {
    let corner = |x: u32, y: u32| {
        let moved = |seed: u32| f64::from((x * 7919 + y * 104_729 + seed) % 71) / 100.0 - 0.35;
        [f64::from(x) + moved(1), f64::from(y) + moved(2)]
    };
    let cell = |i: u32| {
        let (x, y) = (i % side, i / side);
        let ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        vec![vec![ring.map(|(x, y)| corner(x, y)).to_vec()]]
    };
    shapes_of(&(0..side * side).map(cell).collect::<Vec<_>>(), 1.0, [0.0; 2])
}

#[test]
fn half_planes_answer_where_edges_are_shared() {
    let shapes = districts(12);
    let cells = cells_of(&shapes).expect("of sound size");
    let words = cells.tree.best.iter().map(|&word| kind(word));
    let (mut by_half_planes, mut by_edges) = (0, 0);
    for kind in words {
        by_half_planes += usize::from(matches!(kind, Kind::TwoHalfPlanes | Kind::FourHalfPlanes));
        by_edges += usize::from(kind == Kind::Leaf);
    }
    assert!(by_half_planes > 50 * by_edges, "{by_half_planes} by half-planes, {by_edges} by edges");
    let places = 0..150_u32;
    let points: Vec<Point> = places
        .clone()
        .flat_map(|x| places.clone().map(move |y| [x, y].map(|v| f64::from(v) * 0.083 - 0.2)))
        .collect();
    let unsure = points.iter().filter(|&&point| cells.asks_a_leaf(point)).count();
    assert!(unsure < points.len() / 200, "{unsure} of {}", points.len());
    check(&shapes, &cells, &points[..2000]).expect("the same");
}

/// Right beside an edge, the sign from plain floating-point arithmetic may be wrong.
#[test]
fn beside_a_line_the_leaf_answers() {
    let shapes = districts(6);
    let cells = cells_of(&shapes).expect("of sound size");
    let mut points = Vec::new();
    for [a, b] in (0..shapes.len()).flat_map(|position| shapes.edges(position)) {
        for part in 1..40 {
            let part = f64::from(part) / 40.0;
            let [x, y] = [0, 1].map(|axis| a[axis] + part * (b[axis] - a[axis]));
            points.extend([[x, y], [x.next_up(), y], [x, y.next_down()], [x + 1e-13, y]]);
        }
    }
    check(&shapes, &cells, &points).expect("the same");
}

#[test]
fn building_stops_on_an_error_of_poll() {
    let (shapes, stopped) = (crowded(20_000), Error::MaxDist { got: -1.0 });
    let order: Vec<u32> = (0..20_001).collect();
    for after in [0, 1, 3, 6] {
        let mut polls = 0;
        let poll = || {
            polls += 1;
            if polls > after { Err(stopped.clone()) } else { Ok(()) }
        };
        let result = Cells::new(&shapes, &order, None, poll);
        assert_eq!(result.err(), Some(stopped.clone()));
    }
}

#[test]
fn coordinates_too_different_in_size_have_no_cells() {
    let wide = [vec![vec![vec![[-1e308, 0.0], [1e308, 0.0], [0.0, 1.0]]]]];
    let tiny = [vec![vec![vec![[1e-300, 0.0], [1.0, 0.0], [0.0, 1.0]]]]];
    for polygons in [wide, tiny] {
        assert!(cells_of(&shapes_of(&polygons, 1.0, [0.0; 2])).is_none());
    }
    assert!(cells_of(&Shapes::new()).is_none());
}

fn sizes_differ(shapes: &Shapes) -> bool {
    let edges = (0..shapes.len()).flat_map(|position| shapes.edges(position));
    let sizes = edges.flatten().flatten().map(f64::abs).filter(|&size| size > 0.0);
    let (least, most) = sizes.fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
    most / MAX_RATIO > least
}
