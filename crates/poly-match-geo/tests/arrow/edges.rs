//! What random columns do not hold: odd layouts, errors, and what a column declares.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::FixedSizeBinaryBuilder;
use arrow_array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, FixedSizeListArray, Float64Array, Int8Array,
    LargeListArray, ListArray, StringArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use poly_match::{Error, Point};
use poly_match_geo::arrow::{ColumnError, GeometryColumn};
use poly_match_geo::{Absent, AbsentKind};

use crate::write::field;

fn column(array: ArrayRef, extension: &str, metadata: &str) -> GeometryColumn {
    GeometryColumn::try_new(field(&array, extension, metadata), vec![array]).expect("geometry")
}

fn texts(texts: &[Option<&str>]) -> GeometryColumn {
    column(Arc::new(StringArray::from(texts.to_vec())), "", "")
}

fn interleaved(numbers: Vec<f64>, size: i32) -> ArrayRef {
    let item = Arc::new(Field::new("item", DataType::Float64, true));
    Arc::new(FixedSizeListArray::new(item, size, Arc::new(Float64Array::from(numbers)), None))
}

fn list(items: ArrayRef, lengths: &[usize], nulls: Option<Vec<bool>>) -> ArrayRef {
    let item = Arc::new(Field::new("item", items.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    Arc::new(ListArray::new(item, offsets, items, nulls.map(NullBuffer::from)))
}

fn accept(_: usize, _: Absent) -> Result<(), ColumnError> {
    Ok(())
}

fn points(column: &GeometryColumn) -> Result<Cow<'_, [Point]>, ColumnError> {
    column.points(accept, &mut || Ok(()))
}

fn areas(column: &GeometryColumn) -> Result<Vec<f64>, ColumnError> {
    Ok(column.shapes(accept, &mut || Ok(()))?.areas())
}

fn crs(column: &GeometryColumn) -> Result<Option<String>, ColumnError> {
    column.crs(&mut || Ok(()))
}

#[test]
fn interleaved_doubles_in_one_chunk_are_borrowed() {
    let array = interleaved(vec![9.0, 9.0, 1.0, 2.0, 3.0, 4.0], 2).slice(1, 2);
    let read = column(array.clone(), "geoarrow.point", "");
    assert!(matches!(points(&read), Ok(Cow::Borrowed(&[[1.0, 2.0], [3.0, 4.0]]))));
    let two =
        GeometryColumn::try_new(field(&array, "", ""), vec![array.clone(), array.slice(0, 0)]);
    assert!(matches!(points(&two.expect("points")), Ok(Cow::Owned(_))));
    let spatial = column(interleaved(vec![1.0, 2.0, 9.0], 3), "", "");
    assert_eq!(*points(&spatial).expect("sound"), [[1.0, 2.0]]);
}

#[test]
fn a_column_may_have_no_chunks_or_empty_ones() {
    let empty = interleaved(vec![], 2);
    let polygons = list(list(empty.clone(), &[], None), &[], None);
    let none: ArrayRef = Arc::new(StringArray::from(Vec::<Option<&str>>::new()));
    for array in [empty, polygons, none] {
        for chunks in [vec![], vec![array.clone()], vec![array.clone(), array.clone()]] {
            let read = GeometryColumn::try_new(field(&array, "", ""), chunks).expect("geometry");
            assert!(read.is_empty());
            assert_eq!(*points(&read).expect("sound"), [[0.0; 2]; 0]);
            assert_eq!(areas(&read), Ok(vec![]));
            assert_eq!(crs(&read), Ok(None));
        }
    }
}

#[test]
fn a_long_column_is_read_in_order() {
    let numbers: Vec<f64> = (0..30_000_u16).map(f64::from).collect();
    let read = column(interleaved(numbers.clone(), 3), "", "");
    let expected: Vec<Point> = numbers.chunks(3).map(|vertex| [vertex[0], vertex[1]]).collect();
    assert_eq!(*points(&read).expect("sound"), expected);
}

#[test]
fn lists_of_a_fixed_size_are_polygons() {
    let vertices = interleaved(vec![0.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0, 6.0, 0.0, 0.0, 6.0], 2);
    let item = Arc::new(Field::new("item", vertices.data_type().clone(), true));
    let rings: ArrayRef = Arc::new(FixedSizeListArray::new(item, 3, vertices, None));
    let item = Arc::new(Field::new("item", rings.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([1, 1]);
    let polygons: ArrayRef = Arc::new(LargeListArray::new(item, offsets, rings, None));
    assert_eq!(areas(&column(polygons.clone(), "", "")), Ok(vec![8.0, 18.0]));
    assert_eq!(areas(&column(polygons.slice(1, 1), "", "")), Ok(vec![18.0]));
}

#[test]
fn binary_of_a_fixed_size_is_wkb() {
    let mut builder = FixedSizeBinaryBuilder::new(21);
    let header = [1, 1, 0, 0, 0];
    builder
        .append_value([&header[..], &[1.0, 2.0].map(f64::to_le_bytes).concat()].concat())
        .expect("21");
    builder.append_null();
    let read = column(Arc::new(builder.finish()), "geoarrow.wkb", "");
    let read = points(&read).expect("sound").into_owned();
    assert_eq!(read[0], [1.0, 2.0]);
    assert!(read[1][0].is_nan());
}

#[test]
fn a_dictionary_may_have_no_values() {
    let keys = Int8Array::from(vec![None, None]);
    let values = Arc::new(StringArray::from(Vec::<Option<&str>>::new()));
    let read = column(Arc::new(DictionaryArray::new(keys, values)), "", "");
    assert_eq!(areas(&read), Ok(vec![0.0, 0.0]));
    assert!(points(&read).expect("sound").iter().flatten().all(|number| number.is_nan()));
}

#[test]
fn a_polygon_may_not_hold_null() {
    let vertices = || interleaved(vec![0.0, 0.0, 4.0, 0.0, 0.0, 4.0], 2);
    let rings = list(vertices(), &[3, 0], Some(vec![true, false]));
    let of = |what: &str| {
        let what = format!("a {what} of a polygon is null");
        Err(ColumnError::Malformed { column: "place".to_owned(), position: 1, what })
    };
    let polygons = list(rings, &[1, 1], None);
    assert_eq!(areas(&column(polygons.clone(), "", "")), of("ring"));
    assert_eq!(areas(&column(polygons.slice(0, 1), "", "")), Ok(vec![8.0]));
    let rings = list(vertices(), &[3], None);
    let parts = list(rings, &[1, 0], Some(vec![true, false]));
    assert_eq!(areas(&column(list(parts, &[1, 1], None), "", "")), of("part"));
}

#[test]
fn an_element_that_is_wrong_is_told_with_its_position() {
    let text = Some("POLYGON((0 0,1 0,1 1))");
    let read = texts(&[text, None, Some("POLYGON((0 0")]);
    for error in [areas(&read).expect_err("open"), points(&read).expect_err("open")] {
        assert_eq!(
            error.to_string(),
            "column \"place\", position 2: malformed WKT: expected ',' or ')' at character 13, got the end"
        );
    }
    let vertices = interleaved(vec![0.0, 0.0, 4.0, f64::INFINITY, 0.0, 4.0], 2);
    let read = column(list(list(vertices, &[1, 2], None), &[1, 1], None), "", "");
    let error = Error::Vertex { polygon: Some(1), vertex: 0, got: [4.0, f64::INFINITY] };
    let expected = ColumnError::Polygon { column: "place".to_owned(), error };
    assert_eq!(areas(&read), Err(expected));
    let read = column(Arc::new(BinaryArray::from_vec(vec![b"\x01\x01"])), "", "");
    assert_eq!(
        points(&read).expect_err("short").to_string(),
        r#"column "place", position 0: malformed WKB: expected 4 bytes at byte 1, got 1"#
    );
}

#[test]
fn the_caller_may_refuse_or_stop() {
    #[derive(Debug, PartialEq)]
    enum Stop {
        Refused(usize, AbsentKind),
        Polled,
        Column(ColumnError),
    }
    impl From<ColumnError> for Stop {
        fn from(error: ColumnError) -> Self {
            Self::Column(error)
        }
    }
    let refuse = |position, absent: Absent| Err(Stop::Refused(position, absent.kind()));
    let read = texts(&[Some("POINT(1 2)"), None, Some("POINT EMPTY"), Some("LINESTRING(0 0,1 1)")]);
    let refused = read.points(refuse, &mut || Ok(()));
    assert_eq!(refused, Err(Stop::Refused(3, AbsentKind::OtherType)));
    let refused = read.shapes(refuse, &mut || Ok(()));
    assert_eq!(refused, Err(Stop::Refused(0, AbsentKind::OtherType)));
    for (text, kind) in [
        (None, AbsentKind::Null),
        (Some("POLYGON EMPTY"), AbsentKind::Empty),
        (Some("GEOMETRYCOLLECTION(POINT(1 2))"), AbsentKind::Empty),
    ] {
        let refused = texts(&[text]).shapes(refuse, &mut || Ok(()));
        assert_eq!(refused, Err(Stop::Refused(0, kind)));
    }

    let many = vec![Some("SRID=4326;POINT(1 2)"); 10_000];
    let read = texts(&many);
    let allow = |_, _| Ok(());
    assert_eq!(read.points(allow, &mut || Err(Stop::Polled)), Err(Stop::Polled));
    assert_eq!(read.shapes(allow, &mut || Err(Stop::Polled)), Err(Stop::Polled));
    assert_eq!(read.crs(&mut || Err(Stop::Polled)), Err(Stop::Polled));
    let read = column(interleaved(vec![0.0; 30_000], 3), "", "");
    assert_eq!(read.points(allow, &mut || Err(Stop::Polled)), Err(Stop::Polled));
}

#[test]
fn a_column_of_something_else_is_refused_by_name_and_type() {
    let lines = list(interleaved(vec![], 2), &[], None);
    for (array, extension, got) in [
        (Arc::new(Float64Array::from(vec![1.0])) as ArrayRef, "", "Float64"),
        (lines.clone(), "geoarrow.linestring", "geoarrow.linestring (List(FixedSizeList"),
        (lines, "", "List(FixedSizeList"),
    ] {
        let error = GeometryColumn::try_new(field(&array, extension, ""), vec![]).expect_err(got);
        let expected =
            r#"column "place" must hold points or polygons (WKB, WKT or GeoArrow), got "#;
        assert!(error.to_string().starts_with(&format!("{expected}{got}")), "{error}");
    }
    let array: ArrayRef = Arc::new(StringArray::from(vec!["POINT(1 2)"]));
    let other: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let chunks = vec![array.clone(), other];
    let error = GeometryColumn::try_new(field(&array, "", ""), chunks).expect_err("two types");
    assert_eq!(
        error.to_string(),
        r#"chunk 1 of column "place" must have the type of its field, Utf8, got Float64"#
    );
}

#[test]
fn the_system_is_that_of_the_metadata_or_of_the_srids() {
    let wkb = |srid: u32| {
        let header = [&[1, 1, 0, 0, 0x20], &srid.to_le_bytes()[..]].concat();
        [header, [1.0, 2.0].map(f64::to_le_bytes).concat()].concat()
    };
    let all = [wkb(0), wkb(25832), wkb(25832)];
    let array: ArrayRef = Arc::new(BinaryArray::from_iter_values(all));
    assert_eq!(crs(&column(array.clone(), "", "")), Ok(Some("EPSG:25832".to_owned())));
    let declared = column(array, "geoarrow.wkb", r#"{"crs":"EPSG:3857","edges":"spherical"}"#);
    assert_eq!(crs(&declared), Ok(Some("EPSG:3857".to_owned())));
    assert_eq!(declared.edges(), Ok(Some("spherical".to_owned())));

    let read = texts(&[None, Some("POINT(1 2)"), Some("SRID=4326;POINT(1 2)")]);
    assert_eq!(crs(&read), Ok(Some("EPSG:4326".to_owned())));
    let first: ArrayRef = Arc::new(StringArray::from(vec!["POINT(1 2)", "SRID=4326;POINT(1 2)"]));
    let second: ArrayRef = Arc::new(StringArray::from(vec!["SRID=3857;POINT(1 2)"]));
    let read = GeometryColumn::try_new(field(&first, "", ""), vec![first, second]).expect("texts");
    assert_eq!(
        crs(&read).expect_err("two systems").to_string(),
        r#"column "place" must have one SRID, got EPSG:4326 at position 1 and EPSG:3857 at position 2"#
    );
    assert_eq!(crs(&texts(&[Some("POINT(1 2)")])), Ok(None));
    let wrong = column(interleaved(vec![], 2), "geoarrow.point", "[]");
    assert_eq!(
        crs(&wrong).expect_err("no object").to_string(),
        r#"the extension metadata of column "place" must be a JSON object, got []"#
    );
    assert!(wrong.edges().is_err());
}

#[test]
fn a_column_can_be_shared_by_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<GeometryColumn>();
}
