//! Every *near* × every *best*, with ties, the k best, groups and a distance for each point, against
//! the naive oracle.

use std::num::NonZeroUsize;

use poly_match::{
    Best, Builder, Center, Criterion, Error, Key, Match, Matcher, Near, Options, Point, Polygon,
    Query, RowOrder, Rule, Shapes, Tie, Within, naive,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Polygons, points, and what belongs to each of them.
#[derive(Debug, Clone)]
struct Case {
    shapes: Shapes,
    /// Keys with few values; some beyond 2^53; and some that are missing.
    keys: Vec<f64>,
    large: Vec<i64>,
    some: Vec<f64>,
    /// Polygons to leave out.
    skip: Option<Vec<bool>>,
    groups: Option<(Vec<u32>, Vec<u32>)>,
    points: Vec<Point>,
    max_dist: Option<Vec<f64>>,
    near: Near,
    best: Vec<Criterion>,
    tie: Tie,
    k: usize,
}

/// A lattice puts many points on vertices and edges.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (-6_i32..6).prop_map(f64::from), 1 => -6.0..6.0]
}

fn point() -> impl Strategy<Value = Point> {
    [coordinate(), coordinate()]
}

/// A box, whichever way it runs, closed or not.
fn square() -> impl Strategy<Value = Vec<Point>> {
    (point(), 1_i32..6, 1_i32..6, any::<bool>(), any::<bool>()).prop_map(
        |([x, y], width, height, is_reversed, is_closed)| {
            let (right, top) = (x + f64::from(width), y + f64::from(height));
            let mut ring = vec![[x, y], [right, y], [right, top], [x, top]];
            if is_reversed {
                ring.reverse();
            }
            if is_closed {
                ring.push(ring[0]);
            }
            ring
        },
    )
}

/// Boxes, and rings of any vertices, which cross themselves and repeat vertices.
fn ring() -> impl Strategy<Value = Vec<Point>> {
    prop_oneof![square(), vec(point(), 1..7)]
}

/// Parts with holes, which need not be in them.
fn shapes(count: std::ops::Range<usize>) -> impl Strategy<Value = Shapes> {
    let part = vec(ring(), 1..3);
    let polygon = prop_oneof![3 => vec(vec(ring(), 1..2), 1..2), 1 => vec(part, 1..3)];
    vec(polygon, count).prop_map(|polygons| {
        polygons.into_iter().fold(Shapes::new(), |mut shapes, parts| {
            shapes.push_parts(parts).expect("sound vertices");
            shapes
        })
    })
}

fn within() -> impl Strategy<Value = Within> {
    let max_dist = prop_oneof![(0_i32..8).prop_map(f64::from), 0.0..8.0, Just(f64::INFINITY)];
    (max_dist, any::<bool>()).prop_map(|(max_dist, inclusive)| {
        let within = if inclusive { Within::inclusive(max_dist) } else { Within::new(max_dist) };
        within.expect("a legal distance")
    })
}

fn near() -> impl Strategy<Value = Near> {
    prop_oneof![
        within().prop_map(Near::Center),
        within().prop_map(Near::Boundary),
        Just(Near::Contains),
        Just(Near::Covers),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let sizes = (prop_oneof![4 => 0_usize..12, 1 => 100_usize..140], 0_usize..30);
    sizes.prop_flat_map(|(polygons, points)| {
        let groups = (vec(0_u32..3, polygons), vec(0_u32..5, points));
        let keys = (
            vec((0_i32..3).prop_map(f64::from), polygons),
            vec((0_i64..3).prop_map(|key| (1 << 60) + key), polygons),
            vec(select(vec![f64::NAN, 0.0, 1.0, f64::INFINITY]), polygons),
        );
        let inputs = (
            shapes(polygons..polygons + 1),
            keys,
            prop::option::weighted(0.2, vec(any::<bool>(), polygons)),
            prop::option::weighted(0.3, groups),
            vec(point(), points),
            prop::option::weighted(0.3, vec((0_i32..8).prop_map(f64::from), points)),
        );
        let rule = (near(), vec(criterion(), 0..4), select(vec![Tie::Index, Tie::Distance]));
        (inputs, rule, 1_usize..5).prop_map(|(inputs, (near, best, tie), k)| {
            let (shapes, (keys, large, some), skip, groups, points, max_dist) = inputs;
            let max_dist = max_dist.filter(|_| near.within().is_some());
            Case { shapes, keys, large, some, skip, groups, points, max_dist, near, best, tie, k }
        })
    })
}

fn criterion() -> impl Strategy<Value = Criterion> {
    let words =
        "smallest,largest,nearest,first,min:keys,max:keys,min:large,max:large,min:some,max:some";
    select(Criterion::parse(&[words]).expect("sound"))
}

impl Case {
    fn best(&self) -> Vec<Best<'_>> {
        let key = |name: &str| {
            Ok::<Key<'_>, Error>(match name {
                "keys" => Key::from(&self.keys),
                "large" => Key::from(&self.large),
                _ => Key::from(&self.some).nulls_last(),
            })
        };
        self.best.iter().map(|best| best.with_key(key).expect("known")).collect()
    }

    fn matcher(&self) -> Matcher {
        let best = self.best();
        let mut builder = Builder::new(Rule { near: self.near, best: &best, tie: self.tie });
        if let Some((groups, _)) = &self.groups {
            builder = builder.groups(groups);
        }
        if let Some(skip) = &self.skip {
            builder = builder.skip(skip);
        }
        builder.shapes_with(&self.shapes, || Ok::<(), Error>(())).expect("sound input")
    }

    fn query(&self) -> Query<'_> {
        Query {
            points: &self.points,
            max_dist: self.max_dist.as_deref(),
            groups: self.groups.as_ref().map(|(_, groups)| groups.as_slice()),
        }
    }

    /// The candidates of every point by these criteria, by the naive oracle.
    fn rows(&self, best: &[Best<'_>], tie: Tie) -> Vec<Vec<Match>> {
        let rule = Rule { near: self.near, best, tie };
        naive::rows(&self.shapes, &rule, &self.query(), |point, polygon| {
            let is_skipped = self.skip.as_ref().is_some_and(|skip| skip[polygon]);
            let groups = self.groups.as_ref();
            !is_skipped
                && groups.is_none_or(|(polygons, points)| polygons[polygon] == points[point])
        })
    }

    /// The candidates of every point, in input order.
    fn candidates(&self) -> Vec<Vec<Match>> {
        self.rows(&[], Tie::Index)
    }

    /// The candidates of every point, best first.
    fn best_first(&self) -> Vec<Vec<Match>> {
        self.rows(&self.best(), self.tie)
    }
}

/// The matcher, saved and loaded again.
fn loaded(matcher: &Matcher) -> Matcher {
    let mut bytes = Vec::new();
    matcher.write_to(&mut bytes, &[]).expect("a vector takes all");
    Matcher::from_bytes(bytes).expect("as it was written")
}

fn workers(count: usize) -> Options {
    Options { workers: NonZeroUsize::new(count), ..Options::default() }
}

fn go_on() -> Result<(), Error> {
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_rule_agrees_with_the_oracle(case in case()) {
        let (matcher, query, best) = (case.matcher(), case.query(), case.best_first());
        for (matcher, count) in [(&loaded(&matcher), 1), (&matcher, 1), (&matcher, 2)] {
            let found = matcher.match_points_with(query, workers(count), go_on).expect("sound");
            for (point, found) in found.iter().enumerate() {
                prop_assert_eq!(found, best[point].first().copied(), "point {}", point);
            }
        }
        if case.groups.is_none() && case.max_dist.is_none() {
            for (i, &point) in case.points.iter().enumerate() {
                let found = matcher.find(point).expect("finite");
                prop_assert_eq!(found, best[i].first().copied(), "point {}", i);
            }
        }
        let skipped = case.skip.iter().flatten().filter(|&&skip| skip).count();
        prop_assert_eq!(matcher.skipped(), skipped);
    }

    #[test]
    fn the_k_best_are_the_first_of_all(case in case()) {
        let (matcher, query) = (case.matcher(), case.query());
        let k = NonZeroUsize::new(case.k).expect("not zero");
        let mut index = vec![7; case.k * case.points.len()];
        let mut distance = vec![7.0; index.len()];
        matcher.match_k_into(query, k, &mut index, &mut distance, workers(1), go_on).expect("sound");
        let rows = index.chunks(case.k).zip(distance.chunks(case.k));
        for (mut expected, (index, distance)) in case.best_first().into_iter().zip(rows) {
            expected.truncate(case.k);
            let found = index.iter().zip(distance).map(|(&index, &distance)| {
                Some(Match { index: usize::try_from(index).ok()?, distance })
            });
            prop_assert_eq!(found.clone().flatten().collect::<Vec<_>>(), &expected[..]);
            prop_assert!(found.skip(expected.len()).all(|found| found.is_none()));
            prop_assert!(distance[expected.len()..].iter().all(|distance| distance.is_nan()));
        }
    }

    #[test]
    fn all_candidates_are_those_of_the_oracle(case in case(), enough in 0_usize..200) {
        let (matcher, query) = (case.matcher(), case.query());
        let all = matcher.candidates(query).expect("sound");
        for (expected, row) in case.candidates().into_iter().zip(all.rows()) {
            prop_assert_eq!(row.collect::<Vec<_>>(), expected);
        }
        // Piece by piece, the best first.
        let (mut done, best) = (0, case.best_first());
        while done < case.points.len() {
            let some = matcher
                .some_candidates(query.skip(done), RowOrder::Best, enough, workers(2), go_on)
                .expect("sound");
            prop_assert!(some.rows().len() > 0);
            for row in some.rows() {
                prop_assert_eq!(row.collect::<Vec<_>>(), &best[done][..]);
                done += 1;
            }
        }
    }

    #[test]
    fn keys_of_candidates_choose_as_keys_of_polygons_do(case in case()) {
        let case = Case { best: vec![Criterion::Min("keys".to_owned())], ..case };
        let (matcher, query) = (case.matcher(), case.query());
        let candidates = matcher.candidates(query).expect("sound");
        let keys: Vec<f64> = candidates.rows().flatten().map(|c| case.keys[c.index]).collect();
        let k = NonZeroUsize::new(case.k).expect("not zero");
        let size = case.k * case.points.len();
        let (mut index, mut distance) = (vec![7; size], vec![7.0; size]);
        let (mut expected, mut distances) = (index.clone(), distance.clone());
        index.fill(-1);
        distance.fill(f64::NAN);
        let mut batches = matcher.batches(query, workers(2), go_on).expect("sound");
        while let Some((batch, indices)) = batches.next_with(go_on).expect("sound") {
            let positions = indices.into_iter().map(usize::try_from);
            let keys: Vec<f64> =
                positions.map(|position| case.keys[position.expect("positive")]).collect();
            let rows = (&mut index[..], &mut distance[..]);
            batch.best_into(&keys, case.tie, k, rows.0, rows.1).expect("no NaN");
        }
        let mut sorted = candidates.clone();
        sorted.best_first(&keys, case.tie).expect("no NaN");
        for (expected, row) in case.best_first().into_iter().zip(sorted.rows()) {
            prop_assert_eq!(row.collect::<Vec<_>>(), expected);
        }
        matcher
            .match_k_into(query, k, &mut expected, &mut distances, workers(1), go_on)
            .expect("sound");
        prop_assert_eq!(index, expected);
        let bits = |distances: Vec<f64>| distances.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(distance), bits(distances));
    }

    #[test]
    fn distances_of_candidates_as_keys_choose_the_nearest(case in case()) {
        let case = Case { best: vec![Criterion::Nearest], tie: Tie::Index, ..case };
        let (matcher, query) = (case.matcher(), case.query());
        let k = NonZeroUsize::new(case.k).expect("not zero");
        let size = case.k * case.points.len();
        let (mut index, mut distance) = (vec![-1; size], vec![f64::NAN; size]);
        let mut batches = matcher.batches(query, workers(2), go_on).expect("sound");
        while let Some((batch, _)) = batches.next_with(go_on).expect("sound") {
            let keys = batch.distances();
            batch.best_into(&keys, Tie::Index, k, &mut index, &mut distance).expect("no NaN");
        }
        let found = index.chunks(case.k).zip(distance.chunks(case.k));
        for ((index, distance), best) in found.zip(case.best_first()) {
            let best = best.iter().map(|found| (found.index as i64, found.distance.to_bits()));
            let none = (-1, f64::NAN.to_bits());
            let expected = best.chain(std::iter::repeat(none)).take(case.k);
            let found = index.iter().copied().zip(distance.iter().map(|d| d.to_bits()));
            prop_assert!(found.eq(expected));
        }
    }
}

fn square_at(x: f64, y: f64, side: f64) -> Polygon {
    Polygon::new(vec![x, x + side, x + side, x], vec![y, y, y + side, y + side]).expect("sound")
}

/// The position of each point's match.
fn winners(matcher: &Matcher, points: &[Point]) -> Vec<Option<usize>> {
    matcher.match_points(points).expect("finite").indices().collect()
}

/// The positions of a point's candidates.
fn positions(matcher: &Matcher, point: Point) -> Vec<usize> {
    let candidates = matcher.candidates(&[point]).expect("finite");
    candidates.row(0).map(|candidate| candidate.index).collect()
}

#[test]
fn a_point_on_a_shared_edge_is_covered_by_both_and_contained_by_none() {
    let squares = [square_at(0.0, 0.0, 1.0), square_at(1.0, 0.0, 1.0)];
    let covers = Matcher::new(&squares, Near::Covers).expect("sound");
    let contains = Matcher::new(&squares, Near::Contains).expect("sound");
    assert_eq!(positions(&covers, [1.0, 0.5]), [0, 1]);
    assert_eq!(winners(&covers, &[[1.0, 0.5]]), [Some(0)]);
    assert_eq!(positions(&contains, [1.0, 0.5]), [0_usize; 0]);
}

#[test]
fn a_hole_is_outside_and_its_edge_is_boundary() {
    let ring = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
    let parts = [[ring(0.0, 9.0), ring(3.0, 6.0)]];
    let polygon = Polygon::from_parts(parts).expect("sound");
    let points = [[1.0, 1.0], [4.0, 5.0], [3.0, 4.0], [11.0, 9.0]];
    let covers = Matcher::new(std::slice::from_ref(&polygon), Near::Covers).expect("sound");
    assert_eq!(winners(&covers, &points), [Some(0), None, Some(0), None]);
    let near = Near::Boundary(Within::new(10.0).expect("legal"));
    let boundary = Matcher::new(&[polygon], near).expect("sound");
    let (_, distances) = boundary.match_points(&points).expect("finite").into_arrays();
    assert_eq!(distances, [0.0, 1.0, 0.0, 2.0]);
}

#[test]
fn centres_of_every_kind() {
    let ring = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 1.0]];
    let hole = vec![[3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]];
    let polygon = Polygon::from_parts([[ring, hole]]).expect("sound");
    assert_eq!(polygon.center_by(Center::Bounds), [2.0, 2.0]);
    assert_eq!(polygon.center_by(Center::Centroid), [2.0, 2.0]);
    assert_eq!(polygon.center_by(Center::VertexMean), polygon.center());
    let line = Polygon::new(vec![0.0, 3.0], vec![0.0, 0.0]).expect("sound");
    assert_eq!(line.center_by(Center::Centroid), [1.5, 0.0]);
    let far = square_at(1e9, -1e9, 1.0);
    assert_eq!(far.center_by(Center::Centroid), [1e9 + 0.5, -1e9 + 0.5]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let squares = [square_at(0.0, 0.0, 1.0), square_at(1.0, 0.0, 1.0)];
    let points = [[0.5, 0.5]];
    let covers = Matcher::new(&squares, Near::Covers).expect("sound");
    let query = Query { max_dist: Some(&[1.0]), ..Query::from(&points) };
    assert_eq!(covers.match_points(query), Err(Error::NotMeasured));
    let query = Query { groups: Some(&[0]), ..Query::from(&points) };
    assert_eq!(covers.match_points(query), Err(Error::Ungrouped));
    let near = Within::new(1.0).expect("legal");
    let grouped =
        Builder::new(near).groups(&[0, 1]).shapes_with(squares.iter().collect::<Shapes>(), go_on);
    let grouped = grouped.expect("sound");
    assert_eq!(grouped.match_points(&points), Err(Error::NoGroups));
    let query = Query { groups: Some(&[0, 1]), ..Query::from(&points) };
    assert_eq!(grouped.match_points(query), Err(Error::Groups { expected: 1, got: 2 }));
    let query = Query { groups: Some(&[0]), max_dist: Some(&[f64::NAN]), ..Query::from(&points) };
    let error = grouped.match_points(query).expect_err("NaN");
    assert!(matches!(error, Error::MaxDistOf { point: 0, .. }));
    let error = Builder::new(near).centers_with(&points, go_on).expect_err("no areas");
    assert_eq!(error, Error::NoShapes);
    let error =
        Builder::new(near).groups(&[0]).shapes_with(squares.iter().collect::<Shapes>(), go_on);
    assert_eq!(error.expect_err("a group is missing"), Error::Groups { expected: 2, got: 1 });
    let rule = Rule { best: &[Best::key(&[1.0])], ..Rule::from(near) };
    assert_eq!(
        Matcher::new(&squares, rule).expect_err("short"),
        Error::Keys { expected: 2, got: 1 }
    );
}

#[test]
fn appended_polygons_come_behind() {
    let square = |x: f64| vec![[x, 0.0], [x + 4.0, 0.0], [x + 4.0, 4.0], [x, 4.0]];
    let hole = vec![[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]];
    let polygons = [vec![vec![square(0.0), hole], vec![square(9.0)]], vec![vec![square(20.0)]]];
    let pushed = |polygons: &[Vec<Vec<Vec<Point>>>]| {
        polygons.iter().fold(Shapes::new(), |mut shapes, parts| {
            shapes.push_parts(parts.clone()).expect("sound");
            shapes
        })
    };
    for cut in 0..=polygons.len() {
        let mut shapes = pushed(&polygons[..cut]);
        shapes.append(pushed(&polygons[cut..]));
        assert_eq!(shapes, pushed(&polygons), "cut at {cut}");
    }
}

#[test]
fn offsets_that_are_not_sound_are_refused() {
    let vertices = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
    let shapes = Shapes::from_offsets(&vertices, &[0, 4], &[0, 1], &[0, 1]).expect("sound");
    assert_eq!(shapes.polygon(0).x(), [0.0, 1.0, 0.0]);
    for (rings, parts) in [
        (vec![], vec![0, 1]),
        (vec![1, 4], vec![0, 1]),
        (vec![0, 5], vec![0, 1]),
        (vec![0, 3], vec![0, 1]),
        (vec![0, 3, 2, 4], vec![0, 1]),
        (vec![0, -1, 4], vec![0, 1]),
    ] {
        let error = Shapes::from_offsets(&vertices, &rings, &parts, &[0, 1]).expect_err("unsound");
        assert!(matches!(error, Error::Offsets { of: "ring", .. }), "{error}");
    }
    let error = Shapes::from_offsets(&vertices, &[0, 4], &[0, 1, 1], &[0, 1, 2]);
    assert_eq!(error, Err(Error::NoVertices { polygon: Some(1) }));
}

/// Polygons of these vertices, by *covers*, the first one best.
fn covering(polygons: &[&[Point]]) -> Matcher {
    let mut shapes = Shapes::new();
    for &ring in polygons {
        shapes.push_parts([[ring.iter().copied()]]).expect("sound");
    }
    let rule = Rule { best: &[Best::First], ..Rule::from(Near::Covers) };
    Builder::new(rule).shapes_with(&shapes, || Ok::<(), Error>(())).expect("sound")
}

#[test]
fn detail_that_is_fine_for_the_extent_is_told_apart() {
    let x = 2_f64.powi(30);
    let star = [
        [x + 0.875, 0.75],
        [x + 1.0, 0.5],
        [x + 0.875, 1.0],
        [x + 0.125, 0.125],
        [x + 0.625, 0.125],
    ];
    let stray = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
    let matcher = covering(&[&star, &stray]);
    assert_eq!(winners(&matcher, &[[x + 1.0, 0.75]]), [None]);

    let place = [1.0 / 3.0, -2.0 / 3.0];
    let matcher = covering(&[&[place; 5], &[[0.0, 0.0]]]);
    assert_eq!(winners(&matcher, &[place]), [Some(0)]);
}

/// A millimetre grid of squares in a UTM zone, and a polygon at the origin.
#[test]
fn millimetres_are_told_apart_beside_a_polygon_at_the_origin() {
    let (east, north, side) = (500_000.0, 5_500_000.0, 0.001);
    let corner = |x: u32, y: u32| [east + f64::from(x) * side, north + f64::from(y) * side];
    let square = |i: u32| {
        let (x, y) = (i % 20, i / 20);
        [corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)]
    };
    let squares: Vec<_> = (0..400).map(square).collect();
    let mut polygons: Vec<&[Point]> = squares.iter().map(<[Point; 4]>::as_slice).collect();
    let stray = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
    polygons.push(&stray);
    let points: Vec<Point> = (0..400)
        .map(|i| [0, 1].map(|axis| squares[i][0][axis] / 2.0 + squares[i][2][axis] / 2.0))
        .collect();
    let found = covering(&polygons).match_points(&points).expect("finite");
    assert!(found.indices().eq((0..400).map(Some)), "{found:?}");
}
