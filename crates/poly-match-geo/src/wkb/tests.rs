//! Well-known binary of every type and dimension, and bytes that are not to be trusted.

use proptest::prelude::*;
use wkb::Endianness;
use wkb::writer::{WriteOptions, write_geometry};
use wkt::Wkt;

use super::*;
use crate::wkt::read_wkt;

/// A geometry of each type, with empty ones.
const TEXTS: [&str; 16] = [
    "POINT(1 2)",
    "POINT EMPTY",
    "POINT Z(1 2 9)",
    "POINT M(1 2 9)",
    "POINT ZM(1 2 9 8)",
    "LINESTRING(0 0,1 1)",
    "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
    "MULTIPOINT(1 2,3 4)",
    "MULTIPOINT EMPTY",
    "POLYGON((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1))",
    "POLYGON Z((0 0 7,9 0 7,9 9 7,0 0 7))",
    "POLYGON EMPTY",
    "MULTIPOLYGON(((0 0,4 0,4 4),(1 1,2 1,2 2)),((9 9,9 8,8 8)))",
    "MULTIPOLYGON ZM(((0 0 1 2,4 0 1 2,4 4 1 2)))",
    "MULTIPOLYGON EMPTY",
    "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1),GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1))))",
];

/// Well-known binary of a text, as the library `wkb` writes it.
fn written(text: &str, endianness: Endianness) -> Vec<u8> {
    let geometry: Wkt<f64> = text.parse().expect(text);
    let mut bytes = Vec::new();
    write_geometry(&mut bytes, &geometry, &WriteOptions { endianness }).expect(text);
    bytes
}

fn little(text: &str) -> Vec<u8> {
    written(text, Endianness::LittleEndian)
}

/// The header of a little-endian geometry.
fn header(code: u32) -> Vec<u8> {
    [&[1], &code.to_le_bytes()[..]].concat()
}

/// The code of the type, with an SRID behind it.
fn with_srid(wkb: &[u8], srid: u32) -> Vec<u8> {
    let code = u32::from_le_bytes(*wkb[1..].first_chunk().expect("a code"));
    let (z, m) = (matches!(code / 1000, 1 | 3), matches!(code / 1000, 2 | 3));
    let flags = 0x2000_0000 | (u32::from(z) << 31) | (u32::from(m) << 30);
    [&header((code % 1000) | flags), &srid.to_le_bytes()[..], &wkb[5..]].concat()
}

/// A collection of one member.
fn collection(member: &[u8]) -> Vec<u8> {
    [&header(7), &1_u32.to_le_bytes()[..], member].concat()
}

#[test]
fn every_type_is_read_in_either_order_of_bytes() {
    for text in TEXTS {
        let expected = read_wkt(text).expect(text).geometry;
        for endianness in [Endianness::LittleEndian, Endianness::BigEndian] {
            let read = read_wkb(&written(text, endianness)).expect(text);
            assert_eq!(read, Ewkb { geometry: expected.clone(), srid: None }, "{text}");
        }
        let wkb = with_srid(&little(text), 4326);
        let read = read_wkb(&wkb).expect(text);
        assert_eq!(read, Ewkb { geometry: expected, srid: Some(4326) }, "{text}");
        assert_eq!((wkb_srid(&wkb), wkb_srid(&little(text))), (Some(4326), None));
    }
    assert_eq!(wkb_srid(&[1, 2]), None);
}

#[test]
fn polygons_are_pushed_and_anything_else_is_not() {
    for text in TEXTS {
        let geometry = read_wkt(text).expect(text).geometry;
        let mut expected = Shapes::new();
        let is_polygon = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        if let (true, Ok(polygons)) = (is_polygon, geometry.into_polygons()) {
            expected.push_parts(polygons.parts).expect("finite");
        }
        for wkb in [little(text), with_srid(&little(text), 1), written(text, Endianness::BigEndian)]
        {
            let mut shapes = Shapes::new();
            let pushed = push_wkb(&mut shapes, &wkb);
            assert_eq!(pushed == Some(Ok(())), !expected.is_empty(), "{text}");
            assert_eq!(pushed.is_some(), is_polygon, "{text}");
            assert_eq!(shapes, expected, "{text}");
        }
    }
}

#[test]
fn parts_without_vertices_are_left_out() {
    let triangle = little("POLYGON((0 0,4 0,0 4))");
    let empty = little("POLYGON EMPTY");
    let hollow = [&header(3), &1_u32.to_le_bytes()[..], &[0; 4]].concat(); // one ring, without vertices
    let parts = [empty.clone(), triangle.clone(), empty.clone(), triangle, hollow].concat();
    let wkb = [&header(6), &5_u32.to_le_bytes()[..], &parts].concat();
    let mut shapes = Shapes::new();
    assert_eq!(push_wkb(&mut shapes, &wkb), Some(Ok(())));
    assert_eq!((shapes.parts_of(0).count(), shapes.area(0)), (2, 16.0));
    let wkb = [&header(6), &1_u32.to_le_bytes()[..], &empty].concat();
    assert!(push_wkb(&mut shapes, &wkb).expect("a multipolygon").is_err());
}

#[test]
fn curves_and_surfaces_are_other_types() {
    let line = little("LINESTRING(0 0,1 1)");
    let polygon = little("POLYGON((0 0,1 0,1 1))");
    let members = |code, member: &[u8]| {
        let wkb = [&header(code), &1_u32.to_le_bytes()[..], member].concat();
        (wkb, code)
    };
    let recoded = |code, wkb: &[u8]| ([&header(code), &wkb[5..]].concat(), code);
    for ((wkb, code), name) in [
        (recoded(8, &line), "CircularString"),
        (members(9, &line), "CompoundCurve"),
        (members(10, &line), "CurvePolygon"),
        (members(11, &line), "MultiCurve"),
        (members(12, &polygon), "MultiSurface"),
        (members(15, &polygon), "PolyhedralSurface"),
        (members(16, &recoded(17, &polygon).0), "TIN"),
        (recoded(17, &polygon), "Triangle"),
    ] {
        let read = read_wkb(&wkb).map(|read| read.geometry);
        assert_eq!(read, Ok(Geometry::Other(name.into())), "{code}");
        assert!(push_wkb(&mut Shapes::new(), &wkb).is_none(), "{name}");
        let both = [&header(7), &2_u32.to_le_bytes()[..], &wkb, &polygon].concat();
        let found = read_wkb(&both).expect(name).geometry.into_polygons().expect("a polygon");
        assert_eq!((found.parts.len(), found.ignored), (1, 1), "{name}");
    }
}

#[test]
fn what_follows_the_geometry_is_left_unread() {
    for text in TEXTS {
        let expected = read_wkb(&little(text));
        assert_eq!(read_wkb(&[&little(text)[..], &[7; 5]].concat()), expected, "{text}");
    }
}

#[test]
fn malformed_bytes_are_refused_with_their_place() {
    let claims = |code| [header(code), u32::MAX.to_le_bytes().to_vec()].concat();
    let line = little("LINESTRING(0 0,1 1)");
    let of_point = |code| [&header(code), &1_u32.to_le_bytes()[..], &little("POINT(1 2)")].concat();
    let of_line = |code| [&header(code), &1_u32.to_le_bytes()[..], &line].concat();
    for (wkb, what) in [
        (vec![], "expected 1 bytes at byte 0, got 0"),
        (vec![2, 1, 0, 0, 0], "the order of bytes at byte 0 must be 0 or 1, got 2"),
        (b"POINT(1 2)".to_vec(), "the order of bytes at byte 0 must be 0 or 1, got 80"),
        (vec![1, 1, 0], "expected 4 bytes at byte 1, got 2"),
        (header(0), "unknown type 0 at byte 1"),
        (header(18), "unknown type 18 at byte 1"),
        (header(4001), "unknown type 4001 at byte 1"),
        (header(1), "expected 16 bytes at byte 5, got 0"),
        (claims(2), "expected 68719476720 bytes at byte 9, got 0"),
        (claims(3), "expected 17179869180 bytes at byte 9, got 0"),
        (claims(6), "expected 38654705655 bytes at byte 9, got 0"),
        (collection(&claims(99)), "unknown type 99 at byte 10"),
        (of_line(4), "a LineString at byte 9 in a MultiPoint"),
        (of_line(6), "a LineString at byte 9 in a MultiPolygon"),
        (of_point(5), "a Point at byte 9 in a MultiLineString"),
    ] {
        assert_eq!(read_wkb(&wkb), Err(format!("malformed WKB: {what}")), "{wkb:?}");
        assert!(push_wkb(&mut Shapes::new(), &wkb).is_none(), "{wkb:?}");
    }
    for text in TEXTS {
        let wkb = little(text);
        for len in 0..wkb.len() {
            assert!(read_wkb(&wkb[..len]).is_err(), "{text} after {len} bytes");
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| {
        let opening = [header(7), 1_u32.to_le_bytes().to_vec()].concat();
        [opening.repeat(depth), little("POINT(1 2)")].concat()
    };
    assert_eq!(read_wkb(&nested(127)).expect("deep").geometry.point(), Ok([1.0, 2.0]));
    for depth in [128, 100_000] {
        let error = "malformed WKB: geometries nested more than 128 deep";
        assert_eq!(read_wkb(&nested(depth)), Err(error.to_owned()));
    }
}

/// Writes down what a walk tells. Refuses triangles.
struct Log(String);

impl Visitor for Log {
    type Error = String;

    fn enter(
        &mut self,
        header: &Header,
        count: usize,
        parent: Option<&Header>,
    ) -> Result<(), String> {
        let name = header.geometry_type().name();
        if header.geometry_type() == GeometryType::Triangle {
            return Err(format!("no {name} at byte {}", header.start()));
        }
        let parent = parent.map_or("nothing", |parent| parent.geometry_type().name());
        self.0 += &format!("{name} of {count} in {parent}; ");
        Ok(())
    }

    fn vertices(&mut self, header: &Header, vertices: Vertices<'_>) {
        assert_eq!((vertices.points().len(), vertices.is_empty()), (vertices.len(), false));
        for (point, [x, y, z, m]) in vertices.points().zip(vertices.positions()) {
            assert_eq!(point, [x, y]);
            assert_eq!((header.has_z(), header.has_m()), (!z.is_nan(), !m.is_nan()));
            self.0 += &format!("{x} {y} {z} {m}; ");
        }
    }

    fn leave(&mut self, header: &Header, count: usize, parent: Option<&Header>) {
        let depth = if parent.is_some() { "part" } else { "whole" };
        self.0 += &format!("end of {depth} {} of {count}; ", header.geometry_type().name());
    }
}

#[test]
fn a_walk_tells_what_it_meets_in_order() {
    for (text, expected) in [
        ("POINT Z(1 2 9)", "Point of 1 in nothing; 1 2 9 NaN; end of whole Point of 1; "),
        ("POINT M(1 2 9)", "Point of 1 in nothing; 1 2 NaN 9; end of whole Point of 1; "),
        ("POINT EMPTY", "Point of 0 in nothing; end of whole Point of 0; "),
        (
            "LINESTRING ZM(1 2 3 4,5 6 7 8)",
            "LineString of 2 in nothing; 1 2 3 4; 5 6 7 8; end of whole LineString of 2; ",
        ),
        (
            "MULTIPOLYGON(((1 2,3 4),(5 6)))",
            "MultiPolygon of 1 in nothing; Polygon of 2 in MultiPolygon; 1 2 NaN NaN; 3 4 NaN NaN; \
             5 6 NaN NaN; end of part Polygon of 2; end of whole MultiPolygon of 1; ",
        ),
    ] {
        for wkb in [little(text), written(text, Endianness::BigEndian)] {
            let mut log = Log(String::new());
            let header = walk(&[&wkb[..], &[7]].concat(), &mut log).expect(text);
            assert_eq!((log.0.as_str(), header.srid()), (expected, None), "{text}");
        }
        let header = walk(&with_srid(&little(text), 7), &mut Log(String::new())).expect(text);
        assert_eq!(header.srid(), Some(7));
    }
}

#[test]
fn a_visitor_may_end_a_walk() {
    let triangle = [&header(17), &0_u32.to_le_bytes()[..]].concat();
    let ended = walk(&collection(&triangle), &mut Log(String::new()));
    assert_eq!(ended, Err("no Triangle at byte 9".to_owned()));
    let malformed = walk(&[7], &mut Log(String::new()));
    assert_eq!(malformed, Err(WkbError::ByteOrder { at: 0, got: 7 }.to_string()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn changed_bytes_never_panic(
        text in prop::sample::select(&TEXTS[..]),
        is_little: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep: prop::sample::Index,
    ) {
        let order = if is_little { Endianness::LittleEndian } else { Endianness::BigEndian };
        let mut wkb = written(text, order);
        for (at, byte) in changes {
            *at.get_mut(&mut wkb) = byte;
        }
        wkb.truncate(wkb.len() - keep.index(wkb.len()).saturating_sub(wkb.len() / 2));
        let mut shapes = Shapes::new();
        let pushed = push_wkb(&mut shapes, &wkb);
        match read_wkb(&wkb).map(|read| read.geometry) {
            Ok(geometry @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
                let expected = geometry.into_polygons().map(|polygons| polygons.parts);
                let mut naive = Shapes::new();
                let naively = naive.push_parts(expected.unwrap_or_default());
                prop_assert_eq!(format!("{pushed:?}"), format!("{:?}", Some(naively)));
                prop_assert_eq!(shapes, naive);
            }
            Ok(_) | Err(_) => prop_assert!(pushed.is_none() && shapes.is_empty()),
        }
    }
}
