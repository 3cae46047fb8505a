//! Reads well-known text, also with an SRID in front, as PostGIS writes it (EWKT).
//!
//! The library `wkt` parses the text. The checks before it refuse what it accepts, text after the
//! end, and what would overflow its stack, deep nesting.

use wkt::Wkt;

use crate::geometry::Geometry;

/// How deep parentheses may be nested. A multipolygon has 3 levels, and each collection adds one.
const DEEPEST: usize = 64;

/// The types that the library knows.
const KNOWN: [&str; 7] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// The other types of the standard: legal text, but neither points nor polygons with straight edges.
const OTHERS: [&str; 10] = [
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "CURVE",
    "SURFACE",
    "POLYHEDRALSURFACE",
    "TIN",
    "TRIANGLE",
];

/// A geometry, and its SRID if the text has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Ewkt {
    /// The geometry. Blank text is [`Geometry::Null`].
    pub geometry: Geometry,
    /// The SRID, such as 4326 in `SRID=4326;POINT(8 47)`.
    pub srid: Option<u32>,
}

/// Reads a geometry of any type. Z and M are left out.
///
/// ```
/// use poly_match_geo::{Geometry, read_wkt};
///
/// let read = read_wkt("SRID=4326;POINT Z (8.5 47.4 400)")?;
/// assert_eq!((read.geometry, read.srid), (Geometry::Point(Some([8.5, 47.4])), Some(4326)));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn read_wkt(text: &str) -> Result<Ewkt, String> {
    let (srid, text) = split_srid(text.trim())?;
    let kind: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let upper = kind.to_ascii_uppercase();
    let is_of = |types: &[&str]| types.contains(&upper.trim_end_matches(['Z', 'M']));
    if text.is_empty() && srid.is_none() {
        return Ok(Ewkt { geometry: Geometry::Null, srid });
    }
    if !is_of(&KNOWN) && !is_of(&OTHERS) {
        return Err(format!("expected WKT, got {}", quoted(text)));
    }
    check_parentheses(text)?;
    let geometry = if is_of(&OTHERS) {
        Geometry::Other(upper.into())
    } else {
        let parsed: Wkt<f64> = text.parse().map_err(|error| format!("malformed WKT: {error}"))?;
        Geometry::of(&parsed)
    };
    Ok(Ewkt { geometry, srid })
}

/// Takes off the prefix `SRID=4326;`.
pub(crate) fn split_srid(text: &str) -> Result<(Option<u32>, &str), String> {
    let Some((prefix, rest)) = text.split_once(';') else { return Ok((None, text)) };
    let Some((word, number)) = prefix.split_once('=') else { return Ok((None, text)) };
    if !word.trim().eq_ignore_ascii_case("SRID") {
        return Ok((None, text));
    }
    let srid = number.trim().parse().map_err(|_| {
        format!("malformed WKT: an SRID must be a whole number, got {}", quoted(number))
    })?;
    Ok((Some(srid), rest.trim_start()))
}

/// Refuses text after the end of the geometry, a geometry without an end, and deep nesting.
fn check_parentheses(text: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut closed = false;
    for c in text.chars() {
        match c {
            _ if closed => return Err("malformed WKT: text after the last ')'".to_owned()),
            '(' if depth == DEEPEST => {
                return Err(format!("malformed WKT: parentheses nested more than {DEEPEST} deep"));
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

/// A piece of input for a message, cut after 40 characters.
fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Parts;

    fn parts(text: &str) -> Result<Parts, String> {
        let polygons = read_wkt(text)?.geometry.into_polygons();
        polygons.map(|polygons| polygons.parts).map_err(|absent| absent.to_string())
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
    fn geometries_of_other_types_are_told() {
        for (text, expected) in [
            ("", Geometry::Null),
            ("  ", Geometry::Null),
            ("POINT(1 2)", Geometry::Point(Some([1.0, 2.0]))),
            ("POINT EMPTY", Geometry::Point(None)),
            ("MULTIPOINT(1 2)", Geometry::MultiPoint(vec![Some([1.0, 2.0])])),
            ("POLYGON EMPTY", Geometry::Polygon(vec![])),
            ("MULTIPOLYGON EMPTY", Geometry::MultiPolygon(vec![])),
            ("GEOMETRYCOLLECTION EMPTY", Geometry::Collection(vec![])),
            ("LINESTRING(0 0,1 1)", Geometry::Other("LineString".into())),
            ("MULTILINESTRING EMPTY", Geometry::Other("MultiLineString".into())),
            ("CIRCULARSTRING(0 0,1 1,2 0)", Geometry::Other("CIRCULARSTRING".into())),
            ("TIN Z EMPTY", Geometry::Other("TIN".into())),
        ] {
            let read = read_wkt(text).expect(text);
            assert_eq!((read.geometry, read.srid), (expected, None), "{text}");
        }
    }

    #[test]
    fn the_srid_is_read() {
        for (text, srid) in [
            ("SRID=4326;POINT(1 2)", 4326),
            ("srid = 3857 ; POINT(1 2)", 3857),
            ("SRID=0;POINT(1 2)", 0),
        ] {
            assert_eq!(read_wkt(text).expect(text).srid, Some(srid), "{text}");
        }
        for text in ["SRID=;POINT(1 2)", "SRID=-1;POINT(1 2)", "SRID=x;POINT(1 2)", "SRID=4326;"] {
            assert!(read_wkt(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_collection_is_a_multipolygon_of_its_polygons() {
        let inner = "MULTIPOLYGON(((0 0,1 0,1 1)),((2 0,3 0,3 1)))";
        let text = format!(
            "GeometryCollection(POINT(1 2),POLYGON((5 5,6 5,6 6)),LINESTRING(0 0,1 1),POINT EMPTY,\
             GEOMETRYCOLLECTION({inner},GEOMETRYCOLLECTION EMPTY,MULTIPOINT(1 1,2 2)))"
        );
        let found = read_wkt(&text).expect("sound").geometry.into_polygons().expect("some");
        let firsts: Vec<_> = found.parts.iter().map(|part| part[0][0]).collect();
        assert_eq!((firsts, found.ignored), (vec![[5.0, 5.0], [0.0, 0.0], [2.0, 0.0]], 4));
        let z = "GEOMETRYCOLLECTION Z (POINT Z (1 2 3), POLYGON Z ((0 0 9, 1 0 9, 1 1 9)))";
        for text in [z, &z.replace(" Z", "Z"), &format!("SRID=3857;{z}")] {
            let found = read_wkt(text).expect("sound").geometry.into_polygons().expect("some");
            assert_eq!((found.parts.len(), found.ignored), (1, 1), "{text}");
        }
        let nested = |depth: usize| {
            let (open, close) = ("GEOMETRYCOLLECTION(".repeat(depth), ")".repeat(depth));
            parts(&format!("{open}POLYGON((0 0,1 0,1 1)){close}")).map(|parts| parts.len())
        };
        assert_eq!(nested(DEEPEST - 2), Ok(1));
        assert!(nested(DEEPEST - 1).is_err());
    }

    #[test]
    fn everything_else_is_malformed() {
        let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
        let many = format!("POLYGON{}", "(".repeat(1_000_000));
        for text in [
            "12",
            "EMPTY",
            "POLYGON",
            "POLYGON((0 0, 1 0, 1 1",
            "POLYGON((0 0, 1 0, 1 1)))",
            "POLYGON((0 0, 1 0, 1 1)) POLYGON((0 0, 1 0, 1 1))",
            "POLYGON((0 0, 1 x, 1 1))",
            "LINESTRING(0 0, x)",
            "CIRCULARSTRING(0 0",
            "GEOMETRYCOLLECTION",
            "GEOMETRYCOLLECTION()",
            "GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1)),)",
            "GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1))) POINT(1 2)",
            "POLYGON((0, 1, 2))",
            "POLYGON((0 0\0, 1 0, 1 1))",
            "é;é",
            "SRID=4326",
            deep.as_str(),
            many.as_str(),
        ] {
            assert!(read_wkt(text).is_err(), "{:.60}", text);
        }
    }
}
