//! Reads WKT: the parts of a polygon or a multipolygon.
//!
//! The library parses the text. The checks before it refuse what the library accepts: other types of
//! geometry, and text after the end. A deeply nested collection would also overflow its stack.

use wkt::Wkt;
use wkt::types::LineString;

use crate::failure::quoted;

/// The parts of a polygon. Each part is an outer ring followed by its holes, as in the file.
pub(crate) type Parts = Vec<Vec<Vec<poly_match::Point>>>;

/// Reads the parts of a POLYGON or MULTIPOLYGON. Z and M are ignored.
pub(super) fn parts(text: &str) -> Result<Parts, String> {
    let text = without_srid(text.trim());
    let kind: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    match kind.to_ascii_uppercase().trim_end_matches(['Z', 'M']) {
        "POLYGON" | "MULTIPOLYGON" => {}
        "" if text.is_empty() => return Err("the WKT is empty".to_owned()),
        "" => return Err(format!("expected WKT, got {}", quoted(text))),
        _ => return Err(format!("expected a POLYGON or MULTIPOLYGON, got {}", quoted(&kind))),
    }
    check_parentheses(text)?;
    let polygons = match text.parse::<Wkt<f64>>() {
        Ok(Wkt::Polygon(polygon)) => vec![polygon],
        Ok(Wkt::MultiPolygon(polygons)) => polygons.polygons().to_vec(),
        Ok(_) => return Err("expected a POLYGON or MULTIPOLYGON".to_owned()),
        Err(cause) => return Err(format!("malformed WKT: {cause}: {}", quoted(text))),
    };
    Ok(polygons.iter().map(|polygon| polygon.rings().iter().map(ring).collect()).collect())
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

/// Refuses text after the end of the geometry, and a geometry without an end.
fn check_parentheses(text: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut closed = false;
    for c in text.chars() {
        match c {
            _ if closed => return Err("malformed WKT: text after the last ')'".to_owned()),
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
