//! Turns a geometry of GeoJSON into well-known binary, with z if any position has it.
//!
//! What lies about in real files is read as what it means: `{}` is no geometry, `[]` no position, and
//! a coordinate that is null or no number is missing, which is NaN.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::value::RawValue;

use super::feature::{GEOMETRIES, Text};
use super::text::noun;

/// How deep collections may be nested.
const DEEPEST: usize = 64;

/// The number that well-known binary adds to the type of a geometry with z.
const Z: u32 = 1000;

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
    let mut members: Vec<&RawValue> = Vec::new();
    member(json, "geometries", Members(&mut members)).map_err(|error| sentence(&error))?;
    let (mut count, mut with_z) = (0_u32, false);
    for member in members {
        let written = write(member.get(), out, most, depth)?;
        count += u32::from(written != Written::Nothing);
        with_z |= written == Written::WithZ;
    }
    if with_z {
        out[start + 1..start + 5].copy_from_slice(&(COLLECTION + Z).to_le_bytes());
    }
    out[start + 5..start + 9].copy_from_slice(&count.to_le_bytes());
    Ok(if with_z { Written::WithZ } else { Written::Flat })
}

fn header(out: &mut Vec<u8>, number: u32) {
    out.push(1);
    out.extend(number.to_le_bytes());
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
    let found = member(json, "type", Value(&mut kind)).map_err(|error| sentence(&error))?;
    match kind {
        None if found.is_empty => Ok(None),
        None => Err("a geometry must have a \"type\"".to_owned()),
        Some(kind) => match serde_json::from_str::<Text<'_>>(kind.get()) {
            Ok(text) => Ok(Some(text.0.into_owned())),
            Err(_) => Err(format!("a \"type\" must be a string, got {}", noun(kind.get()))),
        },
    }
}

/// What was found of an object.
struct Found {
    /// Whether it has the member.
    is_there: bool,
    /// Whether it has no members at all.
    is_empty: bool,
}

/// Reads one member of an object with `seed`.
fn member<'de, S: DeserializeSeed<'de, Value = ()>>(
    json: &'de str,
    name: &str,
    seed: S,
) -> serde_json::Result<Found> {
    struct Object<'n, S>(&'n str, Option<S>);
    impl<'de, S: DeserializeSeed<'de, Value = ()>> Visitor<'de> for Object<'_, S> {
        type Value = Found;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a geometry")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Found, A::Error> {
            let mut is_empty = true;
            while let Some(Text(key)) = map.next_key()? {
                is_empty = false;
                match self.1.take_if(|_| key == self.0) {
                    Some(seed) => map.next_value_seed(seed)?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(Found { is_there: self.1.is_none(), is_empty })
        }
    }
    serde_json::Deserializer::from_str(json).deserialize_map(Object(name, Some(seed)))
}

/// The message of an error without its place, which counts from the start of the geometry.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Takes a value as it is.
struct Value<'a, 'de>(&'a mut Option<&'de RawValue>);

impl<'de> DeserializeSeed<'de> for Value<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        *self.0 = Some(<&RawValue>::deserialize(json)?);
        Ok(())
    }
}

/// Takes the members of a collection; none if it is null.
struct Members<'a, 'de>(&'a mut Vec<&'de RawValue>);

impl<'de> DeserializeSeed<'de> for Members<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        *self.0 = Option::deserialize(json)?.unwrap_or_default();
        Ok(())
    }
}

/// How coordinates are written.
#[derive(Clone, Copy)]
struct Target<'a> {
    with_z: bool,
    /// Whether there was a z that could not be written.
    has_more: &'a Cell<bool>,
    most: usize,
}

/// What an array of coordinates holds.
#[derive(Debug, Clone, Copy)]
enum Level {
    Position,
    Positions,
    Rings,
    /// Geometries of a type, and what their coordinates hold.
    Parts(u32, &'static Level),
}

impl Level {
    fn of(number: u32) -> Self {
        match number {
            1 => Self::Position,
            2 => Self::Positions,
            3 => Self::Rings,
            4 => Self::Parts(1, &Self::Position),
            5 => Self::Parts(2, &Self::Positions),
            _ => Self::Parts(3, &Self::Rings),
        }
    }
}

/// Writes an array of coordinates.
struct List<'a> {
    out: &'a mut Vec<u8>,
    target: Target<'a>,
    level: Level,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of coordinates")
    }

    /// Null is an empty array.
    fn visit_unit<E>(self) -> Result<(), E> {
        empty(self.out, self.target, self.level);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Self { out, target, level } = self;
        if out.len() > target.most {
            let most = target.most;
            return Err(A::Error::custom(format_args!("a geometry needs more than {most} bytes")));
        }
        let inner = match level {
            Level::Position => return read_position(out, target, array),
            Level::Positions => Level::Position,
            Level::Rings => Level::Positions,
            Level::Parts(_, inner) => *inner,
        };
        let start = out.len();
        out.extend([0; 4]);
        for count in 1_u32.. {
            let before = out.len();
            if let Level::Parts(number, _) = level {
                header(out, number + if target.with_z { Z } else { 0 });
            }
            if array.next_element_seed(List { out, target, level: inner })?.is_none() {
                out.truncate(before);
                break;
            }
            out[start..start + 4].copy_from_slice(&count.to_le_bytes());
        }
        Ok(())
    }
}

/// Writes an array without elements.
fn empty(out: &mut Vec<u8>, target: Target<'_>, level: Level) {
    match level {
        Level::Position => position(out, target, [f64::NAN; 3]),
        Level::Positions | Level::Rings | Level::Parts(..) => out.extend([0; 4]),
    }
}

/// Reads x, y and z. What follows has no meaning in GeoJSON.
fn read_position<'de, A: SeqAccess<'de>>(
    out: &mut Vec<u8>,
    target: Target<'_>,
    mut array: A,
) -> Result<(), A::Error> {
    let mut numbers = [f64::NAN; 3];
    let mut count = 0;
    while let Some(Number(number)) = array.next_element()? {
        if let Some(place) = numbers.get_mut(count) {
            *place = number;
        }
        count += 1;
    }
    if count > 2 && !target.with_z {
        target.has_more.set(true);
        return Err(A::Error::custom("a position has z"));
    }
    position(out, target, numbers);
    Ok(())
}

fn position(out: &mut Vec<u8>, target: Target<'_>, numbers: [f64; 3]) {
    for number in &numbers[..if target.with_z { 3 } else { 2 }] {
        out.extend(number.to_le_bytes());
    }
}

/// A number; NaN for any other value.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "coordinates are doubles")]
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "coordinates are doubles")]
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }

            fn visit_str<E>(self, _: &str) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
        }
        json.deserialize_any(Reader)
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
            (r#"{"type":"GeometryCollection","geometries":7}"#, "expected a sequence"),
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
        assert_eq!(error, "a geometry needs more than 10000 bytes");
    }
}
