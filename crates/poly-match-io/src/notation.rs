//! Writes well-known binary as well-known text or as a geometry of GeoJSON, with z.
//!
//! Text may have m, which GeoJSON does not. Both leave out an SRID. The bytes need not be trusted.

use std::mem;

use poly_match_geo::wkb::{GeometryType, Header, Vertices, Visitor, walk};

use crate::numbers;

/// How a geometry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Wkt,
    GeoJson,
}

/// Writes a geometry.
///
/// # Errors
/// What is wrong with the bytes, and where. `out` may then have a part of it.
pub(crate) fn write(wkb: &[u8], notation: Notation, out: &mut Vec<u8>) -> Result<(), String> {
    walk(wkb, &mut Writer { notation, out, is_first: true })?;
    Ok(())
}

struct Writer<'a> {
    notation: Notation,
    out: &'a mut Vec<u8>,
    /// Whether nothing was written yet in the list that is open.
    is_first: bool,
}

impl Visitor for Writer<'_> {
    type Error = String;

    fn enter(
        &mut self,
        header: &Header,
        count: usize,
        parent: Option<&Header>,
    ) -> Result<(), String> {
        if !header.geometry_type().is_simple() {
            let (name, at) = (header.geometry_type().name(), header.start());
            return Err(format!("a {name} cannot be written, got one at byte {at}"));
        }
        self.separate();
        if is_named(parent) {
            self.name(header);
        }
        if count == 0 || self.is_list(header) {
            self.open(count);
        }
        Ok(())
    }

    fn vertices(&mut self, header: &Header, vertices: Vertices<'_>) {
        let is_ring = header.geometry_type() == GeometryType::Polygon;
        if is_ring {
            self.separate();
            self.open(vertices.len());
        }
        for position in vertices.positions() {
            self.separate();
            self.position(header, position);
            self.is_first = false;
        }
        if is_ring {
            self.close(vertices.len());
        }
    }

    fn leave(&mut self, header: &Header, count: usize, parent: Option<&Header>) {
        if self.is_list(header) {
            self.close(count);
        }
        if is_named(parent) && self.notation == Notation::GeoJson {
            self.out.push(b'}');
        }
        self.is_first = false;
    }
}

/// Whether the type of a geometry is written: whether it stands alone or in a collection.
fn is_named(parent: Option<&Header>) -> bool {
    parent.is_none_or(|parent| parent.geometry_type() == GeometryType::GeometryCollection)
}

impl Writer<'_> {
    /// Whether a geometry is written in brackets. In GeoJSON, a point is not: its position has brackets.
    fn is_list(&self, header: &Header) -> bool {
        self.notation == Notation::Wkt || header.geometry_type() != GeometryType::Point
    }

    /// Writes what stands before the coordinates.
    fn name(&mut self, header: &Header) {
        let name = header.geometry_type().name();
        match self.notation {
            Notation::Wkt => {
                self.out.extend(name.bytes().map(|letter| letter.to_ascii_uppercase()));
                self.out.extend(match (header.has_z(), header.has_m()) {
                    (true, true) => &b" ZM "[..],
                    (true, false) => b" Z ",
                    (false, true) => b" M ",
                    (false, false) => b" ",
                });
            }
            Notation::GeoJson => {
                self.out.extend(b"{\"type\":\"");
                self.out.extend(name.as_bytes());
                self.out.extend(match header.geometry_type() {
                    GeometryType::GeometryCollection => &b"\",\"geometries\":"[..],
                    _ => b"\",\"coordinates\":",
                });
            }
        }
    }

    /// Starts an element of the list that is open.
    fn separate(&mut self) {
        if !mem::replace(&mut self.is_first, true) {
            self.out.push(b',');
        }
    }

    fn open(&mut self, count: usize) {
        self.out.extend(match (self.notation, count) {
            (Notation::Wkt, 0) => &b"EMPTY"[..],
            (Notation::Wkt, _) => b"(",
            (Notation::GeoJson, 0) => b"[]",
            (Notation::GeoJson, _) => b"[",
        });
    }

    fn close(&mut self, count: usize) {
        if count > 0 {
            self.out.push(if self.notation == Notation::Wkt { b')' } else { b']' });
        }
        self.is_first = false;
    }

    /// Writes a position. GeoJSON leaves out m, and a z that is missing.
    fn position(&mut self, header: &Header, [x, y, z, m]: [f64; 4]) {
        let has_z = header.has_z();
        match self.notation {
            Notation::Wkt => {
                let zm = [(has_z, z), (header.has_m(), m)];
                let zm = zm.into_iter().filter_map(|(has, number)| has.then_some(number));
                for (i, number) in [x, y].into_iter().chain(zm).enumerate() {
                    if i > 0 {
                        self.out.push(b' ');
                    }
                    numbers::coordinate(number, self.out);
                }
            }
            Notation::GeoJson => {
                let has_z = has_z && z.is_finite();
                for (i, &number) in [x, y, z][..if has_z { 3 } else { 2 }].iter().enumerate() {
                    self.out.push(if i == 0 { b'[' } else { b',' });
                    if number.is_finite() {
                        numbers::coordinate(number, self.out);
                    } else {
                        self.out.extend(b"null");
                    }
                }
                self.out.push(b']');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
    }

    fn written(wkb: &[u8], notation: Notation) -> Result<String, String> {
        let mut out = Vec::new();
        write(wkb, notation, &mut out)?;
        Ok(String::from_utf8(out).expect("text"))
    }

    #[test]
    fn geometries_of_every_type_are_written() {
        // As Shapely writes them.
        for (wkb, wkt, geojson) in [
            (
                "01 01000000 0000000000002140 6666666666B64740",
                "POINT (8.5 47.425)",
                r#"{"type":"Point","coordinates":[8.5,47.425]}"#,
            ),
            (
                "00 00000001 3FF0000000000000 4000000000000000",
                "POINT (1 2)",
                r#"{"type":"Point","coordinates":[1,2]}"#,
            ),
            (
                "01 01000000 000000000000F87F 000000000000F87F",
                "POINT EMPTY",
                r#"{"type":"Point","coordinates":[]}"#,
            ),
            (
                "01 E9030000 000000000000F03F 0000000000000040 0000000000000840",
                "POINT Z (1 2 3)",
                r#"{"type":"Point","coordinates":[1,2,3]}"#,
            ),
            (
                "01 010000E0 E6100000 000000000000F03F 0000000000000040 0000000000000840 \
                 0000000000001040",
                "POINT ZM (1 2 3 4)",
                r#"{"type":"Point","coordinates":[1,2,3]}"#,
            ),
            (
                "01 02000000 02000000 000000000000F03F 0000000000000040 0000000000000840 \
                 0000000000001040",
                "LINESTRING (1 2,3 4)",
                r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            ),
            (
                "01 06000000 02000000 01 03000000 01000000 01000000 000000000000F03F \
                 0000000000000040 01 03000000 00000000",
                "MULTIPOLYGON (((1 2)),EMPTY)",
                r#"{"type":"MultiPolygon","coordinates":[[[[1,2]]],[]]}"#,
            ),
            (
                "01 07000000 01000000 01 04000000 01000000 01 01000000 000000000000F03F \
                 0000000000000040",
                "GEOMETRYCOLLECTION (MULTIPOINT ((1 2)))",
                r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2]]}]}"#,
            ),
        ] {
            assert_eq!(written(&hex(wkb), Notation::Wkt).as_deref(), Ok(wkt));
            assert_eq!(written(&hex(wkb), Notation::GeoJson).as_deref(), Ok(geojson));
        }
    }

    #[test]
    fn untrusted_bytes_are_refused() {
        for (wkb, expected) in [
            ("", "malformed WKB: expected 1 bytes at byte 0, got 0"),
            ("01 01000000 00", "malformed WKB: expected 16 bytes at byte 5, got 1"),
            ("01 02000000 FFFFFFFF", "malformed WKB: expected 68719476720 bytes at byte 9, got 0"),
            ("01 08000000 00000000", "a CircularString cannot be written, got one at byte 0"),
            (
                "01 07000000 01000000 01 09000000 00000000",
                "a CompoundCurve cannot be written, got one at byte 9",
            ),
        ] {
            assert_eq!(written(&hex(wkb), Notation::Wkt), Err(expected.to_owned()));
        }
        let nested = "01 07000000 01000000".repeat(100_000);
        let error = written(&hex(&nested), Notation::Wkt).expect_err("too deep");
        assert_eq!(error, "malformed WKB: geometries nested more than 128 deep");
    }
}
