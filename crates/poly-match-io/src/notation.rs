//! Writes well-known binary as well-known text or as a geometry of GeoJSON, with z.
//!
//! Text may have m, which GeoJSON does not. Both leave out an SRID. The bytes need not be trusted.

use crate::numbers;

/// How deep collections may be nested.
const DEEPEST: usize = 64;

/// The types of geometries by their number, and their names in text.
const TYPES: [(&str, &str); 7] = [
    ("Point", "POINT"),
    ("LineString", "LINESTRING"),
    ("Polygon", "POLYGON"),
    ("MultiPoint", "MULTIPOINT"),
    ("MultiLineString", "MULTILINESTRING"),
    ("MultiPolygon", "MULTIPOLYGON"),
    ("GeometryCollection", "GEOMETRYCOLLECTION"),
];

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
    let mut writer = Writer { rest: wkb, len: wkb.len(), notation, out };
    writer.geometry(DEEPEST)
}

struct Writer<'a> {
    rest: &'a [u8],
    len: usize,
    notation: Notation,
    out: &'a mut Vec<u8>,
}

/// What stands before the coordinates.
#[derive(Clone, Copy)]
struct Header {
    is_little: bool,
    /// From 1.
    number: u32,
    has_z: bool,
    has_m: bool,
}

impl Writer<'_> {
    fn geometry(&mut self, depth: usize) -> Result<(), String> {
        let header = self.header()?;
        let (name, upper) = TYPES[header.number as usize - 1];
        let is_collection = header.number == 7;
        match self.notation {
            Notation::Wkt => {
                self.out.extend(upper.as_bytes());
                self.out.extend(match (header.has_z, header.has_m) {
                    (true, true) => &b" ZM "[..],
                    (true, false) => b" Z ",
                    (false, true) => b" M ",
                    (false, false) => b" ",
                });
            }
            Notation::GeoJson => {
                let member = if is_collection { "geometries" } else { "coordinates" };
                let start = format!("{{\"type\":\"{name}\",\"{member}\":");
                self.out.extend(start.as_bytes());
            }
        }
        if is_collection {
            let depth = depth.checked_sub(1).ok_or_else(|| {
                format!("collections must be nested at most {DEEPEST} deep, got more")
            })?;
            self.list(header, |writer| writer.geometry(depth))?;
        } else {
            self.coordinates(header)?;
        }
        if self.notation == Notation::GeoJson {
            self.out.push(b'}');
        }
        Ok(())
    }

    fn coordinates(&mut self, header: Header) -> Result<(), String> {
        match header.number {
            1 => self.point(header),
            2 => self.list(header, |writer| writer.position(header)),
            3 => self.list(header, |writer| writer.list(header, |writer| writer.position(header))),
            _ => self.list(header, |writer| {
                let part = writer.header()?;
                if part.number + 3 != header.number {
                    let got = TYPES[part.number as usize - 1].0;
                    let whole = TYPES[header.number as usize - 1].0;
                    return Err(format!("a {whole} has a {got} {}", writer.place()));
                }
                writer.coordinates(part)
            }),
        }
    }

    /// A point. It is empty if x and y are NaN.
    fn point(&mut self, header: Header) -> Result<(), String> {
        let numbers = self.numbers(header)?;
        let is_empty = numbers[0].is_nan() && numbers[1].is_nan();
        match self.notation {
            _ if is_empty => self.empty(),
            Notation::GeoJson => self.write_position(header, numbers),
            Notation::Wkt => {
                self.out.push(b'(');
                self.write_position(header, numbers);
                self.out.push(b')');
            }
        }
        Ok(())
    }

    fn position(&mut self, header: Header) -> Result<(), String> {
        let numbers = self.numbers(header)?;
        self.write_position(header, numbers);
        Ok(())
    }

    /// The numbers of a position, as many as the header says.
    fn numbers(&mut self, header: Header) -> Result<[f64; 4], String> {
        let mut numbers = [f64::NAN; 4];
        for number in &mut numbers[..header.dimensions()] {
            let bytes = self.take()?;
            let read = if header.is_little { f64::from_le_bytes } else { f64::from_be_bytes };
            *number = read(bytes);
        }
        Ok(numbers)
    }

    fn write_position(&mut self, header: Header, numbers: [f64; 4]) {
        match self.notation {
            Notation::Wkt => {
                for (i, &number) in numbers[..header.dimensions()].iter().enumerate() {
                    if i > 0 {
                        self.out.push(b' ');
                    }
                    numbers::coordinate(number, self.out);
                }
            }
            Notation::GeoJson => {
                // Without m, and without a z that is missing.
                let has_z = header.has_z && numbers[2].is_finite();
                for (i, &number) in numbers[..if has_z { 3 } else { 2 }].iter().enumerate() {
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

    fn list(
        &mut self,
        header: Header,
        mut element: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        let count = self.count(header)?;
        if count == 0 {
            self.empty();
            return Ok(());
        }
        let [open, close] = match self.notation {
            Notation::Wkt => *b"()",
            Notation::GeoJson => *b"[]",
        };
        self.out.push(open);
        for i in 0..count {
            if i > 0 {
                self.out.push(b',');
            }
            element(self)?;
        }
        self.out.push(close);
        Ok(())
    }

    fn empty(&mut self) {
        self.out.extend(match self.notation {
            Notation::Wkt => &b"EMPTY"[..],
            Notation::GeoJson => b"[]",
        });
    }

    fn header(&mut self) -> Result<Header, String> {
        let is_little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => {
                return Err(format!("a byte order must be 0 or 1, got {other} {}", self.place()));
            }
        };
        let header = Header { is_little, number: 0, has_z: false, has_m: false };
        let code = self.number(header)?;
        // As PostGIS writes them, flags for z, m and an SRID; as the standard does, thousands.
        if code & 0x2000_0000 != 0 {
            self.number(header)?;
        }
        let (thousands, number) = (code % 0x2000_0000 / 1000, code % 0x2000_0000 % 1000);
        if !(1..=7).contains(&number) || thousands > 3 {
            return Err(format!("there is no type of geometry {code} {}", self.place()));
        }
        let has_z = code & 0x8000_0000 != 0 || thousands == 1 || thousands == 3;
        let has_m = code & 0x4000_0000 != 0 || thousands >= 2;
        Ok(Header { number, has_z, has_m, ..header })
    }

    /// How many elements follow. Each takes at least 4 bytes.
    fn count(&mut self, header: Header) -> Result<u32, String> {
        let count = self.number(header)?;
        if count as usize > self.rest.len() / 4 {
            return Err(format!("there are too few bytes for {count} elements {}", self.place()));
        }
        Ok(count)
    }

    fn number(&mut self, header: Header) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if header.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return Err(format!("the geometry is truncated {}", self.place()));
        };
        self.rest = rest;
        Ok(*taken)
    }

    fn place(&self) -> String {
        format!("at byte {}", self.len - self.rest.len())
    }
}

impl Header {
    fn dimensions(self) -> usize {
        2 + usize::from(self.has_z) + usize::from(self.has_m)
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
            ("", "the geometry is truncated at byte 0"),
            ("02", "a byte order must be 0 or 1, got 2 at byte 1"),
            ("01 08000000", "there is no type of geometry 8 at byte 5"),
            ("01 01000000 00", "the geometry is truncated at byte 5"),
            ("01 02000000 FFFFFFFF", "there are too few bytes for 4294967295 elements at byte 9"),
            (
                "01 04000000 01000000 01 02000000 00000000",
                "a MultiPoint has a LineString at byte 14",
            ),
        ] {
            assert_eq!(written(&hex(wkb), Notation::Wkt), Err(expected.to_owned()));
        }
        let nested = "01 07000000 01000000".repeat(100_000);
        let error = written(&hex(&nested), Notation::Wkt).expect_err("too deep");
        assert_eq!(error, "collections must be nested at most 64 deep, got more");
    }
}
