//! A geometry reads as the same in every notation that a cell may have.

use std::fmt::Write;

use poly_match::Point;
use poly_match_geo::{Geometry, read_bytes, read_text};
use proptest::prelude::*;

fn point() -> impl Strategy<Value = Point> {
    [-1e9..1e9_f64, -1e9..1e9_f64].prop_map(|point| point)
}

fn ring() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec(point(), 1..6)
}

fn rings() -> impl Strategy<Value = Vec<Vec<Point>>> {
    prop::collection::vec(ring(), 0..4)
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let simple = prop_oneof![
        prop::option::of(point()).prop_map(Geometry::Point),
        prop::collection::vec(prop::option::of(point()), 0..4).prop_map(Geometry::MultiPoint),
        rings().prop_map(Geometry::Polygon),
        prop::collection::vec(rings(), 0..4).prop_map(Geometry::MultiPolygon),
    ];
    simple.prop_recursive(4, 16, 4, |member| {
        prop::collection::vec(member, 0..4).prop_map(Geometry::Collection)
    })
}

/// Writes a list in parentheses, or `EMPTY`.
fn wkt_list<T>(items: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    if items.is_empty() {
        out.push_str("EMPTY");
        return;
    }
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i == 0 { "(" } else { ", " });
        write(item, out);
    }
    out.push(')');
}

fn wkt(geometry: &Geometry, out: &mut String) {
    let vertex = |[x, y]: &Point, out: &mut String| write!(out, "{x} {y}").expect("memory");
    let ring = |ring: &Vec<Point>, out: &mut String| wkt_list(ring, out, vertex);
    let rings = |rings: &Vec<Vec<Point>>, out: &mut String| wkt_list(rings, out, ring);
    let point = |point: &Option<Point>, out: &mut String| wkt_list(point.as_slice(), out, vertex);
    match geometry {
        Geometry::Point(at) => {
            out.push_str("POINT ");
            point(at, out);
        }
        Geometry::MultiPoint(points) => {
            out.push_str("MULTIPOINT ");
            wkt_list(points, out, point);
        }
        Geometry::Polygon(all) => {
            out.push_str("POLYGON ");
            rings(all, out);
        }
        Geometry::MultiPolygon(parts) => {
            out.push_str("MULTIPOLYGON ");
            wkt_list(parts, out, rings);
        }
        Geometry::Collection(members) => {
            out.push_str("GEOMETRYCOLLECTION ");
            wkt_list(members, out, wkt);
        }
        other => panic!("{other:?}"),
    }
}

/// Writes well-known binary in an order of bytes.
struct Binary {
    is_little: bool,
    out: Vec<u8>,
}

impl Binary {
    fn number(&mut self, number: u32) {
        let bytes = if self.is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        self.out.extend(bytes);
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(items.len().try_into().expect("few"));
        items.iter().for_each(|item| write(self, item));
    }

    fn vertex(&mut self, vertex: &Point) {
        for number in vertex {
            let is_little = self.is_little;
            self.out.extend(if is_little { number.to_le_bytes() } else { number.to_be_bytes() });
        }
    }

    fn rings(&mut self, rings: &[Vec<Point>]) {
        self.list(rings, |this, ring| this.list(ring, Self::vertex));
    }

    fn header(&mut self, kind: u32, srid: Option<u32>) {
        self.out.push(u8::from(self.is_little));
        self.number(kind | if srid.is_some() { 0x2000_0000 } else { 0 });
        srid.into_iter().for_each(|srid| self.number(srid));
    }

    fn point(&mut self, point: &Option<Point>, srid: Option<u32>) {
        self.header(1, srid);
        self.vertex(&point.unwrap_or([f64::NAN; 2]));
    }

    fn write(&mut self, geometry: &Geometry, srid: Option<u32>) {
        match geometry {
            Geometry::Point(point) => self.point(point, srid),
            Geometry::MultiPoint(points) => {
                self.header(4, srid);
                self.list(points, |this, point| this.point(point, None));
            }
            Geometry::Polygon(rings) => {
                self.header(3, srid);
                self.rings(rings);
            }
            Geometry::MultiPolygon(parts) => {
                self.header(6, srid);
                self.list(parts, |this, rings| {
                    this.header(3, None);
                    this.rings(rings);
                });
            }
            Geometry::Collection(members) => {
                self.header(7, srid);
                self.list(members, |this, member| this.write(member, None));
            }
            other => panic!("{other:?}"),
        }
    }
}

fn geojson(geometry: &Geometry) -> serde_json::Value {
    use serde_json::json;
    let point = |point: &Option<Point>| point.map_or(json!([]), |point| json!(point));
    match geometry {
        Geometry::Point(at) => json!({"type": "Point", "coordinates": point(at)}),
        Geometry::MultiPoint(points) => {
            let points: Vec<_> = points.iter().map(point).collect();
            json!({"type": "MultiPoint", "coordinates": points})
        }
        Geometry::Polygon(rings) => json!({"type": "Polygon", "coordinates": rings}),
        Geometry::MultiPolygon(parts) => json!({"type": "MultiPolygon", "coordinates": parts}),
        Geometry::Collection(members) => {
            let members: Vec<_> = members.iter().map(geojson).collect();
            json!({"type": "GeometryCollection", "geometries": members})
        }
        other => panic!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("memory");
        hex
    })
}

/// A blob of GeoPackage with an envelope of this kind.
fn geopackage(wkb: &[u8], srid: i32, is_little: bool, envelope: u8) -> Vec<u8> {
    let mut blob = vec![b'G', b'P', 0, envelope << 1 | u8::from(is_little)];
    blob.extend(if is_little { srid.to_le_bytes() } else { srid.to_be_bytes() });
    blob.extend(vec![7; [0, 32, 48, 48, 64][usize::from(envelope)]]);
    blob.extend(wkb);
    blob
}

proptest! {
    #[test]
    fn every_notation_reads_as_the_same(
        geometry in geometry(),
        srid in prop::option::of(0..99999_u32),
        is_little: bool,
        envelope in 0..5_u8,
    ) {
        let mut text = String::new();
        wkt(&geometry, &mut text);
        // The other reader does not take EMPTY in parentheses.
        if !text.contains("EMPTY") {
            let parsed: wkt::Wkt<f64> = text.parse().expect("another reader takes it");
            prop_assert_eq!(Geometry::of(&parsed), geometry.clone());
        }
        let mut binary = Binary { is_little, out: Vec::new() };
        binary.write(&geometry, srid);
        let bytes = binary.out;
        let mut plain = Binary { is_little, out: Vec::new() };
        plain.write(&geometry, None);
        let blob = geopackage(&plain.out, srid.map_or(-1, |srid| srid.try_into().expect("small")), is_little, envelope);
        let json = geojson(&geometry);
        let feature = serde_json::json!({"type": "Feature", "properties": null, "geometry": json});
        let ewkt = srid.map_or(text.clone(), |srid| format!("SRID={srid};{text}"));
        for cell in [
            text.clone(),
            text.to_lowercase(),
            ewkt,
            hex(&bytes),
            hex(&bytes).to_uppercase(),
            format!(r"\x{}", hex(&bytes)),
            format!(" 0x{}\n", hex(&bytes).to_uppercase()),
            hex(&blob),
            json.to_string(),
            serde_json::to_string_pretty(&feature).expect("JSON"),
            serde_json::to_string(&json.to_string()).expect("JSON"),
        ] {
            let read = read_text(&cell);
            prop_assert_eq!(read.as_ref(), Ok(&geometry), "{}", cell);
            let read = read_bytes(cell.trim().as_bytes());
            prop_assert_eq!(read.as_ref(), Ok(&geometry), "{}", cell);
        }
        for cell in [&bytes, &blob] {
            let read = read_bytes(cell);
            prop_assert_eq!(read.as_ref(), Ok(&geometry), "{:?}", cell);
        }
    }

    #[test]
    fn no_text_panics(start in "(|POLYGON|MULTIPOINT|\\{|\"|\\\\x|01|4750|SRID=)", rest in ".{0,40}") {
        let _ = read_text(&format!("{start}{rest}"));
        let _ = read_bytes(format!("{start}{rest}").as_bytes());
    }

    #[test]
    fn no_bytes_panic(start in "(GP|0|G|)", rest in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = read_bytes(&[start.as_bytes(), &rest].concat());
    }
}

#[test]
fn cells_without_geometry_are_null() {
    for cell in
        ["", "  ", "null", "{}", r#"{"type": "Feature"}"#, r#"{"type":"Feature","geometry":null}"#]
    {
        assert_eq!(read_text(cell), Ok(Geometry::Null), "{cell}");
    }
}

#[test]
fn wrong_cells_are_told_with_the_place() {
    for (cell, expected) in [
        ("abc", "expected WKT, WKB in hexadecimal digits or GeoJSON, got \"abc\""),
        ("48.2, 16.3", "expected WKT, WKB in hexadecimal digits or GeoJSON, got \"48.2, 16.3\""),
        (r"\x01é1", "malformed WKB: expected a hexadecimal digit at character 5, got 'é'"),
        ("0x010", "malformed WKB: expected an even number of hexadecimal digits, got 3"),
        ("0102", "malformed WKB: expected 4 bytes at byte 1, got 1"),
        ("47500001", "expected WKT, WKB in hexadecimal digits or GeoJSON, got \"GP\\0\\u{1}\""),
        ("{\"type\"", "malformed GeoJSON: EOF while parsing an object at line 1 column 7"),
        (
            "{\"type\":\"Point\",\"coordinates\":7}",
            "malformed GeoJSON: expected an array of coordinates, got a number",
        ),
        ("\"POINT(1\"", "malformed WKT: expected a number at character 8, got the end"),
        ("\"POINT", "malformed JSON: EOF while parsing a string at line 1 column 6"),
    ] {
        assert_eq!(read_text(cell), Err(expected.to_owned()), "{cell}");
    }
    let deep = r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000);
    assert!(read_text(&deep).is_err());
}
