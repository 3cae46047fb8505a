//! Reads well-known text, also with an SRID in front, as PostGIS writes it (EWKT).
//!
//! The text need not be trusted: it may be nested only so deep, and nothing may follow the geometry.
//! `EMPTY` may stand for any list in parentheses.

use std::borrow::Cow;

use poly_match::Point;

use crate::geometry::Geometry;

/// How deep parentheses may be nested. A multipolygon has 3 levels, and each collection adds one.
const DEEPEST: usize = 64;

/// The types that are read, and what is in their parentheses.
const KNOWN: [(&str, Content); 8] = [
    ("POINT", Content::Point),
    ("POLYGON", Content::Polygon),
    ("MULTIPOLYGON", Content::MultiPolygon),
    ("MULTIPOINT", Content::MultiPoint),
    ("LINESTRING", Content::Line("LineString")),
    ("LINEARRING", Content::Line("LinearRing")),
    ("MULTILINESTRING", Content::Lines("MultiLineString")),
    ("GEOMETRYCOLLECTION", Content::Collection),
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

/// What is in the parentheses of a type.
#[derive(Debug, Clone, Copy)]
enum Content {
    Point,
    Polygon,
    MultiPolygon,
    MultiPoint,
    Line(&'static str),
    Lines(&'static str),
    Collection,
    /// Not read.
    Other(&'static str),
}

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
/// A sentence that says what is wrong with the text, and at which character.
pub fn read_wkt(text: &str) -> Result<Ewkt, String> {
    let (srid, rest) = split_srid(text.trim())?;
    if rest.is_empty() && srid.is_none() {
        return Ok(Ewkt { geometry: Geometry::Null, srid });
    }
    let mut reader = Reader { text: text.trim_end(), at: text.trim_end().len() - rest.len() };
    if reader.kind().is_none() {
        return Err(format!("expected WKT, got {}", quoted(rest)));
    }
    let geometry = reader.geometry(0)?;
    reader.skip_blanks();
    if reader.rest().is_empty() { Ok(Ewkt { geometry, srid }) } else { reader.expected("the end") }
}

/// Whether a text starts as WKT or EWKT does.
pub(crate) fn is_wkt(text: &str) -> bool {
    match split_srid(text) {
        Ok((_, rest)) => Reader { text: rest, at: 0 }.kind().is_some(),
        Err(_) => true,
    }
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

/// A place in the text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads a geometry in this many parentheses.
    fn geometry(&mut self, depth: usize) -> Result<Geometry, String> {
        self.skip_blanks();
        let Some((content, len)) = self.kind() else { return self.expected("a type of geometry") };
        self.at += len;
        let numbers = self.dimensions();
        let vertex = |reader: &mut Self, _| reader.vertex(numbers);
        let ring = |reader: &mut Self, depth| reader.list(depth, vertex);
        let polygon = |reader: &mut Self, depth| reader.list(depth, ring);
        Ok(match content {
            Content::Point => Geometry::Point(self.point(depth, numbers)?),
            Content::Polygon => Geometry::Polygon(polygon(self, depth)?),
            Content::MultiPolygon => Geometry::MultiPolygon(self.list(depth, polygon)?),
            Content::MultiPoint => Geometry::MultiPoint(self.list(depth, |reader, depth| {
                // A point of a MultiPoint may also be without parentheses.
                reader.skip_blanks();
                if reader.rest().starts_with(['(', 'E', 'e']) {
                    reader.point(depth, numbers)
                } else {
                    reader.vertex(numbers).map(Some)
                }
            })?),
            Content::Line(name) => {
                ring(self, depth)?;
                Geometry::Other(name.into())
            }
            Content::Lines(name) => {
                polygon(self, depth)?;
                Geometry::Other(name.into())
            }
            Content::Collection => Geometry::Collection(self.list(depth, Self::geometry)?),
            Content::Other(name) => {
                self.pass()?;
                Geometry::Other(Cow::Borrowed(name))
            }
        })
    }

    /// The type that is next, and the length of its name without dimensions.
    fn kind(&self) -> Option<(Content, usize)> {
        let word = letters(self.rest());
        let name = word.trim_end_matches(['Z', 'z', 'M', 'm']);
        let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let other = || OTHERS.iter().find(|other| other.eq_ignore_ascii_case(name));
        let content = known.map(|(_, content)| *content);
        Some((content.or_else(|| other().map(|&name| Content::Other(name)))?, name.len()))
    }

    /// Reads Z, M or ZM. Returns how many numbers a vertex has, if the text says so.
    fn dimensions(&mut self) -> Option<usize> {
        self.skip_blanks();
        let word = letters(self.rest());
        let numbers = match () {
            () if word.eq_ignore_ascii_case("Z") || word.eq_ignore_ascii_case("M") => 3,
            () if word.eq_ignore_ascii_case("ZM") => 4,
            () => return None,
        };
        self.at += word.len();
        Some(numbers)
    }

    /// Reads `(x y)` or `EMPTY`.
    fn point(&mut self, depth: usize, numbers: Option<usize>) -> Result<Option<Point>, String> {
        if self.empty() {
            return Ok(None);
        }
        self.open(depth)?;
        let point = self.vertex(numbers)?;
        if self.take(b')') { Ok(Some(point)) } else { self.expected("')'") }
    }

    /// Reads a list in parentheses; `EMPTY` is one without elements.
    fn list<T>(
        &mut self,
        depth: usize,
        mut element: impl FnMut(&mut Self, usize) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut elements = Vec::new();
        if self.empty() {
            return Ok(elements);
        }
        self.open(depth)?;
        loop {
            elements.push(element(self, depth + 1)?);
            if self.take(b')') {
                return Ok(elements);
            }
            if !self.take(b',') {
                return self.expected("',' or ')'");
            }
        }
    }

    /// Reads the numbers of a vertex: as many as `numbers` says, or 2 to 4. Gives x and y.
    #[inline]
    fn vertex(&mut self, numbers: Option<usize>) -> Result<Point, String> {
        let point = [self.number()?, self.number()?];
        let mut count = 2;
        while count < numbers.unwrap_or(4) {
            self.skip_blanks();
            if numbers.is_none() && matches!(self.next(), None | Some(b',' | b')')) {
                break;
            }
            self.number()?;
            count += 1;
        }
        Ok(point)
    }

    #[inline]
    fn number(&mut self) -> Result<f64, String> {
        self.skip_blanks();
        let rest = self.rest();
        let is_in = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'(' | b')' | b',');
        let len = rest.bytes().take_while(is_in).count();
        match rest[..len].parse() {
            Ok(number) => {
                self.at += len;
                Ok(number)
            }
            Err(_) => self.expected("a number"),
        }
    }

    /// Moves past the word `EMPTY`, if it is next.
    fn empty(&mut self) -> bool {
        self.skip_blanks();
        let is_empty = letters(self.rest()).eq_ignore_ascii_case("EMPTY");
        self.at += if is_empty { "EMPTY".len() } else { 0 };
        is_empty
    }

    fn open(&mut self, depth: usize) -> Result<(), String> {
        if depth == DEEPEST {
            return Err(format!("malformed WKT: parentheses nested more than {DEEPEST} deep"));
        }
        if self.take(b'(') { Ok(()) } else { self.expected("'(' or EMPTY") }
    }

    /// Moves past `EMPTY`, or past a parenthesis and all up to the one that closes it.
    fn pass(&mut self) -> Result<(), String> {
        if self.empty() {
            return Ok(());
        }
        let mut depth = 0_usize;
        for (at, byte) in self.rest().bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => {
                    self.at += at + 1;
                    return Ok(());
                }
                b')' if depth > 1 => depth -= 1,
                _ if depth == 0 => return self.expected("'(' or EMPTY"),
                _ => {}
            }
        }
        self.at = self.text.len();
        self.expected("')'")
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    #[inline]
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The error that something else is at this place.
    fn expected<T>(&self, what: &str) -> Result<T, String> {
        let character = self.text[..self.at].chars().count() + 1;
        let word: &str = self.rest().split([' ', ',', '(', ')']).next().unwrap_or_default();
        let got = match self.rest().chars().next() {
            None => "the end".to_owned(),
            Some(c) if word.is_empty() => quoted(c.encode_utf8(&mut [0; 4])),
            Some(_) => quoted(word),
        };
        Err(format!("malformed WKT: expected {what} at character {character}, got {got}"))
    }
}

/// The letters at the start of a text.
fn letters(text: &str) -> &str {
    let len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    &text[..len]
}

/// A piece of input for a message, cut after 40 characters.
pub(crate) fn quoted(text: &str) -> String {
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
            ("LINEARRING(0 0,1 1,2 0)", Geometry::Other("LinearRing".into())),
            ("MULTIPOINT EMPTY", Geometry::MultiPoint(vec![])),
            ("MULTIPOINT(EMPTY,1 2,(3 4))", {
                Geometry::MultiPoint(vec![None, Some([1.0, 2.0]), Some([3.0, 4.0])])
            }),
            (
                "MULTIPOLYGON(EMPTY,((0 0,1 0,1 1)))",
                Geometry::MultiPolygon(vec![
                    vec![],
                    vec![vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]],
                ]),
            ),
            ("MULTIPOLYGON(EMPTY)", Geometry::MultiPolygon(vec![vec![]])),
            (
                "GEOMETRYCOLLECTION(CURVEPOLYGON(COMPOUNDCURVE((0 0,1 1),EMPTY)),POINT(1 2 3))",
                Geometry::Collection(vec![
                    Geometry::Other("CURVEPOLYGON".into()),
                    Geometry::Point(Some([1.0, 2.0])),
                ]),
            ),
            ("POINTM(1 2 3)", Geometry::Point(Some([1.0, 2.0]))),
            ("POINT Z EMPTY", Geometry::Point(None)),
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
    fn an_error_names_the_character() {
        for (text, expected) in [
            ("POINT(1 x)", "expected a number at character 9, got \"x\""),
            ("POINT(1)", "expected a number at character 8, got \")\""),
            ("SRID=7;POINT é", "expected '(' or EMPTY at character 14, got \"é\""),
            ("POINT Z (1 2)", "expected a number at character 13, got \")\""),
            (" POINT(1 2) POINT(1 2)", "expected the end at character 13, got \"POINT\""),
            ("POLYGON((0 0,1 0,1 1", "expected ',' or ')' at character 21, got the end"),
            ("TIN(((0 0", "expected ')' at character 10, got the end"),
        ] {
            assert_eq!(read_wkt(text), Err(format!("malformed WKT: {expected}")), "{text}");
        }
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
            "GEOMETRYCOLLECTION(1 2)",
            "POINT EMPTY x",
            "POINT()",
            "POINT(1 2 3 4 5)",
            "POINT ZM (1 2 3)",
            "POINT ZZ (1 2 3)",
            "MULTIPOINT(1 2,)",
            "POLYGON((0 0, 1 0, 1 1),)",
            "POLYGON(0 0, 1 0, 1 1)",
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
