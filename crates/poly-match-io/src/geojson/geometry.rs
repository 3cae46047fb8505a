//! Turns a geometry of GeoJSON into well-known binary, with z if any position has it.
//!
//! What lies about in real files is read as what it means: `{}` is no geometry, `[]` no position, and
//! a coordinate that is null or no number is missing, which is NaN.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::coordinates::{Level, List, Target, Z, check_room, empty, header};
use super::feature::{GEOMETRIES, Text};
use super::member::{Raw, member};
use super::text::noun;

/// How deep collections may be nested.
const DEEPEST: usize = 64;

const COLLECTION: u32 = 7;

/// What a geometry has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing: there is none, or it is of a type that GeoJSON does not have.
    Nothing,
    Flat,
    WithZ,
}

/// Adds a geometry as well-known binary to `out`, which may have `most` bytes then.
///
/// # Errors
/// A sentence that says what is wrong with the geometry. `out` may then have a part of it.
pub(super) fn write_wkb(json: &str, out: &mut Vec<u8>, most: usize) -> Result<Written, String> {
    write(json, out, most, DEEPEST)
}

fn write(json: &str, out: &mut Vec<u8>, most: usize, depth: usize) -> Result<Written, String> {
    let Some(kind) = kind(json)? else { return Ok(Written::Nothing) };
    let number = GEOMETRIES.iter().find(|(name, _)| *name == kind).map(|(_, number)| *number);
    match number {
        None => Ok(Written::Nothing),
        Some(COLLECTION) => write_collection(json, out, most, depth),
        Some(number) => {
            let start = out.len();
            for with_z in [false, true] {
                out.truncate(start);
                let has_more = Cell::new(false);
                let target = Target { with_z, has_more: &has_more, most };
                header(out, number + if with_z { Z } else { 0 });
                let level = Level::of(number);
                let list = List { out: &mut *out, target, level };
                match member(json, "coordinates", list) {
                    Ok(found) => {
                        if !found.is_there {
                            empty(out, target, level);
                        }
                        return Ok(if with_z { Written::WithZ } else { Written::Flat });
                    }
                    Err(_) if has_more.get() && !with_z => {}
                    Err(error) => return Err(sentence(&error)),
                }
            }
            Err("a position must be an array of numbers".to_owned())
        }
    }
}

fn write_collection(
    json: &str,
    out: &mut Vec<u8>,
    most: usize,
    depth: usize,
) -> Result<Written, String> {
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| format!("collections must be nested at most {DEEPEST} deep, got more"))?;
    let start = out.len();
    header(out, COLLECTION);
    out.extend([0; 4]);
    let (mut count, mut with_z) = (0, false);
    let members = Members { out: &mut *out, most, depth, count: &mut count, with_z: &mut with_z };
    member(json, "geometries", members).map_err(|error| sentence(&error))?;
    if with_z {
        out[start + 1..start + 5].copy_from_slice(&(COLLECTION + Z).to_le_bytes());
    }
    out[start + 5..start + 9].copy_from_slice(&count.to_le_bytes());
    Ok(if with_z { Written::WithZ } else { Written::Flat })
}

/// The type of a geometry; `None` if there is no geometry.
fn kind(json: &str) -> Result<Option<String>, String> {
    if json == "null" {
        return Ok(None);
    }
    if !json.starts_with('{') {
        return Err(format!("a geometry must be an object, got {}", noun(json)));
    }
    let mut kind: Option<&RawValue> = None;
    let found = member(json, "type", Raw(&mut kind)).map_err(|error| sentence(&error))?;
    match kind {
        None if found.is_empty => Ok(None),
        None => Err("a geometry must have a \"type\"".to_owned()),
        Some(kind) => match serde_json::from_str::<Text<'_>>(kind.get()) {
            Ok(text) => Ok(Some(text.0.into_owned())),
            Err(_) => Err(format!("a \"type\" must be a string, got {}", noun(kind.get()))),
        },
    }
}

/// The message of an error without its place, which counts from the start of the geometry.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Writes the members of a collection one after another; none if it is null.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    most: usize,
    depth: usize,
    count: &'a mut u32,
    with_z: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of geometries")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(member) = members.next_element::<&RawValue>()? {
            check_room(self.out, self.most)?;
            let written = write(member.get(), self.out, self.most, self.depth);
            let written = written.map_err(A::Error::custom)?;
            *self.count += u32::from(written != Written::Nothing);
            *self.with_z |= written == Written::WithZ;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use poly_match_geo::{read_geojson, read_wkb};

    use super::*;

    fn wkb(json: &str) -> Result<(Written, Vec<u8>), String> {
        let mut out = Vec::new();
        write_wkb(json, &mut out, 1 << 20).map(|written| (written, out))
    }

    #[test]
    fn geometries_are_those_of_poly_match_geo() {
        for json in [
            r#"{"type":"Point","coordinates":[8.5,47.4]}"#,
            r#"{"coordinates":[8.5,47.4,400],"type":"Point"}"#,
            r#"{"type":"Point","coordinates":[]}"#,
            r#"{"type":"Point","coordinates":null}"#,
            r#"{"type":"Point"}"#,
            r#"{"type":"MultiPoint","coordinates":[[1,2],[]]}"#,
            r#"{"type":"MultiPoint","coordinates":[]}"#,
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0,7],[1,1.5],[0,0]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0]],[]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1]]],[],[[[5,5]]]]}"#,
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[]]}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3]},
                {"type":"GeometryCollection","geometries":[]}]}"#,
        ] {
            let (written, wkb) = wkb(json).expect("sound");
            let value = serde_json::from_str(json).expect("JSON");
            let expected = read_geojson(&value).expect("sound");
            let read = read_wkb(&wkb).expect("sound").geometry;
            assert_eq!(read, expected, "{json}");
            let has_z = json.contains("400")
                || json.contains('7') && json.contains("1.5")
                || json.contains("1,2,3");
            assert_eq!(written, if has_z { Written::WithZ } else { Written::Flat }, "{json}");
        }
    }

    #[test]
    fn what_is_no_geometry_is_nothing() {
        for json in ["null", "{}", r#"{"type":"Circle","radius":3}"#] {
            assert_eq!(wkb(json), Ok((Written::Nothing, Vec::new())), "{json}");
        }
        let members = r#"{"type":"GeometryCollection","geometries":[null,{},{"type":"Circle"}]}"#;
        let (_, wkb) = wkb(members).expect("sound");
        assert_eq!(wkb, [1, 7, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn missing_coordinates_are_nan() {
        for (coordinates, [x, y]) in [
            ("[null,null]", [true, true]),
            ("[1,null]", [false, true]),
            (r#"["1",2]"#, [true, false]),
            ("[1]", [false, true]),
            ("[true,2]", [true, false]),
        ] {
            let json = format!(r#"{{"type":"Point","coordinates":{coordinates}}}"#);
            let (_, wkb) = wkb(&json).expect("sound");
            let number = |at: usize| f64::from_le_bytes(wkb[at..at + 8].try_into().expect("8"));
            assert_eq!([number(5).is_nan(), number(13).is_nan()], [x, y], "{json}");
        }
    }

    #[test]
    fn everything_else_is_malformed() {
        let nested = (0..60).fold(r#"{"type":"Point"}"#.to_owned(), |member, _| {
            format!(r#"{{"type":"GeometryCollection","geometries":[{member}]}}"#)
        });
        assert!(wkb(&nested).is_ok());
        let deeper = format!(r#"{{"type":"GeometryCollection","geometries":[{nested}]}}"#);
        let deeper = (0..10).fold(deeper, |member, _| {
            format!(r#"{{"type":"GeometryCollection","geometries":[{member}]}}"#)
        });
        for (json, expected) in [
            ("[]", "a geometry must be an object, got an array"),
            ("7", "a geometry must be an object, got a number"),
            (r#"{"coordinates":[1,2]}"#, "a geometry must have a \"type\""),
            (r#"{"type":7}"#, "a \"type\" must be a string, got a number"),
            (r#"{"type":"Point","coordinates":7}"#, "expected an array of coordinates"),
            (r#"{"type":"Point","coordinates":{"x":1}}"#, "expected an array of coordinates"),
            (r#"{"type":"Polygon","coordinates":[[1,2]]}"#, "expected an array of coordinates"),
            (r#"{"type":"GeometryCollection","geometries":7}"#, "expected an array of geometries"),
            (&deeper, "nested at most 64 deep"),
        ] {
            let error = wkb(json).expect_err("malformed");
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn geometries_that_need_much_memory_are_refused() {
        let ring = "[0,0],".repeat(1000) + "[0,0]";
        let json = format!(r#"{{"type":"LineString","coordinates":[{ring}]}}"#);
        let error = write_wkb(&json, &mut Vec::new(), 10_000).expect_err("large");
        assert_eq!(error, "a geometry needs too much memory");
    }
}
