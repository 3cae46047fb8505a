//! Reads a polygon from WKT: a polygon, a multipolygon, or a collection with some.
//!
//! The library parses the text. The checks before it refuse what the library accepts: other types of
//! geometry, and text after the end. Deep nesting would also overflow its stack.

use wkt::Wkt;
use wkt::types::{LineString, Polygon};

use super::geometry::Geometry;
use crate::failure::quoted;

/// How deep parentheses may be nested. A multipolygon has 3 levels, and each collection adds one.
const DEEPEST: usize = 64;

/// Reads a POLYGON, a MULTIPOLYGON, or the polygons of a GEOMETRYCOLLECTION. Z and M are ignored.
pub(super) fn read(text: &str) -> Result<Geometry, String> {
    let text = without_srid(text.trim());
    let kind: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    match kind.to_ascii_uppercase().trim_end_matches(['Z', 'M']) {
        "POLYGON" | "MULTIPOLYGON" | "GEOMETRYCOLLECTION" => {}
        "" if text.is_empty() => return Err("the WKT is empty".to_owned()),
        "" => return Err(format!("expected WKT, got {}", quoted(text))),
        _ => return Err(format!("expected a POLYGON or MULTIPOLYGON, got {}", quoted(&kind))),
    }
    check_parentheses(text)?;
    let parsed = text.parse::<Wkt<f64>>();
    let parsed = parsed.map_err(|cause| format!("malformed WKT: {cause}: {}", quoted(text)))?;
    let mut found = Geometry::default();
    gather(&parsed, &mut found);
    match parsed {
        Wkt::GeometryCollection(_) if found.parts.is_empty() => {
            let got = "a GEOMETRYCOLLECTION without polygons";
            Err(format!("expected a POLYGON or MULTIPOLYGON, got {got}"))
        }
        _ => Ok(found),
    }
}

/// Adds the polygons of a geometry.
fn gather(geometry: &Wkt<f64>, found: &mut Geometry) {
    let part = |polygon: &Polygon<f64>| polygon.rings().iter().map(ring).collect();
    match geometry {
        Wkt::Polygon(polygon) => found.parts.push(part(polygon)),
        Wkt::MultiPolygon(polygons) => found.parts.extend(polygons.polygons().iter().map(part)),
        Wkt::GeometryCollection(collection) => {
            collection.geometries().iter().for_each(|member| gather(member, found));
        }
        Wkt::Point(_) | Wkt::LineString(_) | Wkt::MultiPoint(_) | Wkt::MultiLineString(_) => {
            found.ignored += 1
        }
    }
}

fn ring(ring: &LineString<f64>) -> Vec<poly_match::Point> {
    ring.coords().iter().map(|coord| [coord.x, coord.y]).collect()
}

/// Removes the prefix `SRID=4326;`, which PostGIS writes.
fn without_srid(text: &str) -> &str {
    match text.split_once(';') {
        Some((srid, rest)) if srid.len() > 5 && srid.is_char_boundary(5) => {
            if srid[..5].eq_ignore_ascii_case("SRID=") { rest.trim_start() } else { text }
        }
        _ => text,
    }
}

/// Refuses text after the end of the geometry, a geometry without an end, and deep nesting.
fn check_parentheses(text: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut closed = false;
    for c in text.chars() {
        match c {
            _ if closed => return Err("malformed WKT: text after the last ')'".to_owned()),
            '(' if depth == DEEPEST => {
                return Err(format!(
                    "malformed WKT: expected a POLYGON or MULTIPOLYGON, got parentheses nested \
                     more than {DEEPEST} deep"
                ));
            }
            '(' => depth += 1,
            ')' => match depth.checked_sub(1) {
                Some(less) => (depth, closed) = (less, less == 0),
                None => return Err("malformed WKT: a ')' without a '('".to_owned()),
            },
            '\0' => return Err("malformed WKT: a NUL character".to_owned()),
            _ => {}
        }
    }
    if depth > 0 { Err("malformed WKT: a '(' without a ')'".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<super::super::Parts, String> {
        read(text).map(|geometry| geometry.parts)
    }

    #[test]
    fn polygons_and_multipolygons_are_read() {
        let square = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        for text in [
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
            " polygon((0 0,1 0,1 1,0 0)) ",
            "POLYGON Z ((0 0 9, 1 0 9, 1 1 9, 0 0 9))",
            "POLYGONZM((0 0 9 8, 1 0 9 8, 1 1 9 8, 0 0 9 8))",
            "SRID=3857;POLYGON((0 0,1 0,1 1,0 0))",
            "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))",
        ] {
            assert_eq!(parts(text), Ok(vec![vec![square.clone()]]), "{text}");
        }
        let two = parts("MULTIPOLYGON(((0 0,4 0,4 4),(1 1,2 1,2 2)),((9 9,9 8,8 8)))");
        assert_eq!(two.expect("sound").iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn an_empty_polygon_has_no_ring() {
        assert_eq!(parts("POLYGON EMPTY"), Ok(vec![vec![]]));
        assert_eq!(parts("MULTIPOLYGON EMPTY"), Ok(vec![]));
    }

    #[test]
    fn a_collection_is_a_multipolygon_of_its_polygons() {
        let inner = "MULTIPOLYGON(((0 0,1 0,1 1)),((2 0,3 0,3 1)))";
        let text = format!(
            "GeometryCollection(POINT(1 2),POLYGON((5 5,6 5,6 6)),LINESTRING(0 0,1 1),POINT EMPTY,\
             GEOMETRYCOLLECTION({inner},GEOMETRYCOLLECTION EMPTY,MULTIPOINT(1 1,2 2)))"
        );
        let found = read(&text).expect("sound");
        let firsts: Vec<_> = found.parts.iter().map(|part| part[0][0]).collect();
        assert_eq!((firsts, found.ignored), (vec![[5.0, 5.0], [0.0, 0.0], [2.0, 0.0]], 4));
        let z = "GEOMETRYCOLLECTION Z (POINT Z (1 2 3), POLYGON Z ((0 0 9, 1 0 9, 1 1 9)))";
        for text in [z, &z.replace(" Z", "Z"), &format!("SRID=3857;{z}")] {
            let found = read(text).expect("sound");
            assert_eq!((found.parts.len(), found.ignored), (1, 1), "{text}");
        }
        let nested = |depth: usize| {
            let (open, close) = ("GEOMETRYCOLLECTION(".repeat(depth), ")".repeat(depth));
            parts(&format!("{open}POLYGON((0 0,1 0,1 1)){close}")).map(|parts| parts.len())
        };
        assert_eq!(nested(DEEPEST - 2), Ok(1));
        assert!(nested(DEEPEST - 1).is_err());
        for text in ["EMPTY", "(POINT(1 2))", "(GEOMETRYCOLLECTION EMPTY,LINESTRING EMPTY)"] {
            let error = read(&format!("GEOMETRYCOLLECTION {text}")).expect_err("none");
            assert!(error.ends_with("got a GEOMETRYCOLLECTION without polygons"), "{error}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
        let many = format!("POLYGON{}", "(".repeat(1_000_000));
        for text in [
            "",
            "12",
            "POINT(1 2)",
            "POLYGON",
            "POLYGON((0 0, 1 0, 1 1",
            "POLYGON((0 0, 1 0, 1 1)))",
            "POLYGON((0 0, 1 0, 1 1)) POLYGON((0 0, 1 0, 1 1))",
            "POLYGON((0 0, 1 x, 1 1))",
            "GEOMETRYCOLLECTION",
            "GEOMETRYCOLLECTION()",
            "GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1)),)",
            "GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1))) POINT(1 2)",
            "POLYGON((0, 1, 2))",
            "POLYGON((0 0\0, 1 0, 1 1))",
            "SRID=;",
            "é;é",
            deep.as_str(),
            many.as_str(),
        ] {
            assert!(parts(text).is_err(), "{:.60}", text);
        }
    }
}
