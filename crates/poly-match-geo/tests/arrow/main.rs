//! Columns of geometry in every encoding are read as a naive loop reads their geometries.

mod edges;
mod write;

use arrow_array::ArrayRef;
use poly_match::{Error, Point, Shapes};
use poly_match_geo::arrow::{ColumnError, GeometryColumn};
use poly_match_geo::{AbsentKind, Geometry};
use proptest::prelude::*;
use proptest::sample::Index;

use write::field;

/// Positions of the geometries that were refused, and why.
type Refusals = Vec<(usize, String)>;

/// The points, as bits, and what was refused.
fn naive_points(geometries: &[Geometry]) -> (Vec<[u64; 2]>, Refusals) {
    let mut refused = Vec::new();
    let points = geometries.iter().enumerate().map(|(position, geometry)| {
        geometry.point().unwrap_or_else(|absent| {
            if absent.kind() == AbsentKind::OtherType {
                refused.push((position, absent.to_string()));
            }
            [f64::NAN; 2]
        })
    });
    (points.map(bits).collect(), refused)
}

fn bits(point: Point) -> [u64; 2] {
    point.map(|number| if number.is_nan() { u64::MAX } else { number.to_bits() })
}

fn naive_shapes(geometries: &[Geometry]) -> Result<(Shapes, Refusals), Error> {
    let mut refused = Vec::new();
    let mut shapes = Shapes::new();
    for (position, geometry) in geometries.iter().enumerate() {
        match geometry.clone().into_polygons() {
            Ok(polygons) => {
                let pushed = shapes.push_parts(polygons.parts);
                pushed.map_err(|error| error.of_polygon(position))?;
            }
            Err(absent) => {
                refused.push((position, absent.to_string()));
                shapes.push_nothing();
            }
        }
    }
    Ok((shapes, refused))
}

/// Reads the column as points and as polygons, and compares with the naive loops.
fn check(column: &GeometryColumn, geometries: &[Geometry]) {
    let mut refused = Vec::new();
    let refuse = |position, absent: poly_match_geo::Absent| {
        refused.push((position, absent.to_string()));
        Ok::<_, ColumnError>(())
    };
    let points = column.points(refuse, &mut || Ok(())).expect("sound");
    let points: Vec<_> = points.iter().copied().map(bits).collect();
    assert_eq!((points, refused), naive_points(geometries), "{column:?}");

    let mut refused = Vec::new();
    let refuse = |position, absent: poly_match_geo::Absent| {
        refused.push((position, absent.to_string()));
        Ok::<_, ColumnError>(())
    };
    let shapes = column.shapes(refuse, &mut || Ok(()));
    let expected = naive_shapes(geometries)
        .map_err(|error| ColumnError::Polygon { column: "place".to_owned(), error });
    assert_eq!(shapes.map(|shapes| (shapes, refused)), expected, "{column:?}");
}

/// Cuts an array of geometries with one more before and behind into chunks without these.
fn cut(array: &ArrayRef, cuts: &[Index]) -> Vec<ArrayRef> {
    let (first, end) = (1, array.len() - 1);
    let mut ends: Vec<_> = cuts.iter().map(|cut| first + cut.index(end - first + 1)).collect();
    ends.push(end);
    ends.sort_unstable();
    let starts = std::iter::once(first).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| array.slice(start, end - start)).collect()
}

/// Checks each array, cut into chunks, under a field with the extension.
fn check_all(arrays: &[ArrayRef], extension: &str, cuts: &[Index], geometries: &[Geometry]) {
    for array in arrays {
        let field = field(array, extension, "");
        let column = GeometryColumn::try_new(field, cut(array, cuts)).expect("geometry");
        assert_eq!(column.len(), geometries.len() - 2);
        check(&column, &geometries[1..geometries.len() - 1]);
    }
}

/// Checks each array without an extension, with it, and as a dictionary.
fn check_both(arrays: &[ArrayRef], extension: &str, cuts: &[Index], geometries: &[Geometry]) {
    check_all(arrays, "", cuts, geometries);
    check_all(arrays, extension, cuts, geometries);
    let reversed: Vec<_> = geometries.iter().rev().cloned().collect();
    check_all(&write::dictionary(arrays, geometries), extension, cuts, &reversed);
}

/// The geometry without what the library `wkt` cannot read: `EMPTY` within parentheses.
fn without_empty_members(geometry: Geometry) -> Geometry {
    let full = |rings: Vec<Vec<Point>>| -> Vec<_> {
        rings.into_iter().filter(|ring| !ring.is_empty()).collect()
    };
    match geometry {
        Geometry::MultiPoint(points) => {
            Geometry::MultiPoint(points.into_iter().filter(Option::is_some).collect())
        }
        Geometry::Polygon(rings) => Geometry::Polygon(full(rings)),
        Geometry::MultiPolygon(parts) => {
            let parts = parts.into_iter().map(full).filter(|part| !part.is_empty());
            Geometry::MultiPolygon(parts.collect())
        }
        Geometry::Collection(members) => {
            Geometry::Collection(members.into_iter().map(without_empty_members).collect())
        }
        other => other,
    }
}

fn number() -> impl Strategy<Value = f64> {
    (-9..9_i8).prop_map(f64::from)
}

fn vertex() -> impl Strategy<Value = Point> {
    [number(), number()]
}

fn place() -> impl Strategy<Value = Option<Point>> {
    prop::option::weighted(0.8, vertex())
}

/// An outer ring and its holes. Few rings are empty.
fn rings() -> impl Strategy<Value = Vec<Vec<Point>>> {
    let ring = prop_oneof![30 => prop::collection::vec(vertex(), 1..6), 1 => Just(vec![])];
    prop::collection::vec(ring, 0..4)
}

fn point() -> BoxedStrategy<Geometry> {
    prop_oneof![4 => place().prop_map(Geometry::Point), 1 => Just(Geometry::Null)].boxed()
}

fn multi_point() -> BoxedStrategy<Geometry> {
    let points = prop::collection::vec(place(), 0..3);
    prop_oneof![4 => points.prop_map(Geometry::MultiPoint), 1 => Just(Geometry::Null)].boxed()
}

fn polygon() -> BoxedStrategy<Geometry> {
    prop_oneof![4 => rings().prop_map(Geometry::Polygon), 1 => Just(Geometry::Null)].boxed()
}

fn multi_polygon() -> BoxedStrategy<Geometry> {
    let parts = prop::collection::vec(rings(), 0..4);
    prop_oneof![4 => parts.prop_map(Geometry::MultiPolygon), 1 => Just(Geometry::Null)].boxed()
}

/// A geometry of any type; lines are [`Geometry::Other`].
fn any_geometry() -> BoxedStrategy<Geometry> {
    let line = || Just(Geometry::Other("LineString".into()));
    let single = prop_oneof![point(), multi_point(), polygon(), multi_polygon(), line()];
    let member = single.prop_filter("no null in a collection", |it| *it != Geometry::Null);
    let members = prop::collection::vec(member, 0..3).prop_map(Geometry::Collection);
    prop_oneof![point(), multi_point(), polygon(), multi_polygon(), line(), members].boxed()
}

/// Elements of a column, with one more before and behind, and where it is cut.
fn column(of: BoxedStrategy<Geometry>) -> impl Strategy<Value = (Vec<Geometry>, Vec<Index>)> {
    (prop::collection::vec(of, 2..14), prop::collection::vec(any::<Index>(), 0..4))
}

proptest! {
    #[test]
    fn wkb_of_any_geometry((geometries, cuts) in column(any_geometry())) {
        check_both(&write::wkb(&geometries), "geoarrow.wkb", &cuts, &geometries);
    }

    #[test]
    fn wkt_of_any_geometry((geometries, cuts) in column(any_geometry())) {
        let geometries: Vec<_> = geometries.into_iter().map(without_empty_members).collect();
        check_both(&write::wkt(&geometries), "geoarrow.wkt", &cuts, &geometries);
    }

    #[test]
    fn native_points((geometries, cuts) in column(point()), layout in write::layouts()) {
        let array = [write::points(layout, &geometries)];
        check_both(&array, "geoarrow.point", &cuts, &geometries);
    }

    #[test]
    fn native_multi_points((geometries, cuts) in column(multi_point()), layout in write::layouts()) {
        let array = [write::multi_points(layout, &geometries)];
        check_all(&array, "geoarrow.multipoint", &cuts, &geometries);
    }

    #[test]
    fn native_polygons((geometries, cuts) in column(polygon()), layout in write::layouts()) {
        let array = [write::polygons(layout, &geometries, false)];
        check_both(&array, "geoarrow.polygon", &cuts, &geometries);
    }

    #[test]
    fn native_multi_polygons(
        (geometries, cuts) in column(multi_polygon()),
        layout in write::layouts(),
    ) {
        let array = [write::polygons(layout, &geometries, true)];
        check_both(&array, "geoarrow.multipolygon", &cuts, &geometries);
    }
}
