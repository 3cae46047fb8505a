//! Reads GeoJSON features one by one, from a collection, a single feature or a geometry.
//!
//! The caller gets each feature as soon as it is read, and keeps only what it needs. The caller
//! also reads the geometry.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};

use poly_match_geo::{Crs, geojson_crs};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::not_finite::NullForNan;
use crate::failure::{Failure, Place, quoted};

/// The maximum bytes of a feature. A longer one is an error: it could use all memory. A detailed
/// border has about 50 MB.
const LONGEST: u64 = 256 << 20;

/// A feature. Its geometry is still as it was written.
#[derive(Debug, Default)]
pub(super) struct Feature {
    pub(super) geometry: Value,
    pub(super) id: Option<Value>,
    pub(super) properties: Map<String, Value>,
}

/// Calls `visit` for every feature, with its position. A geometry alone counts as one feature.
/// Returns the coordinate system that the file declares.
pub(super) fn each(
    input: impl Read,
    mut visit: impl FnMut(usize, Feature) -> Result<(), Failure>,
) -> Result<Option<Crs>, Failure> {
    let read = Cell::new(0);
    let input = NullForNan::new(Bounded { inner: input, read: &read });
    let mut state = State { position: None, stopped: None, visit: &mut visit, read: &read };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, input));
    let read = json.deserialize_map(Document(&mut state));
    let read = read.and_then(|crs| json.end().map(|()| crs));
    match (state.stopped, read) {
        (Some(failure), _) => Err(failure),
        (None, Ok(crs)) => Ok(crs),
        (None, Err(error)) => Err(failure(&error, state.position)),
    }
}

impl Feature {
    fn of(value: Value) -> Result<Self, String> {
        let Value::Object(mut members) = value else {
            return Err("expected a Feature, got no object".to_owned());
        };
        match members.get("type").and_then(Value::as_str) {
            Some("Feature") => {}
            Some(other) => return Err(format!("expected a Feature, got a {}", quoted(other))),
            None => return Err("expected a Feature, got an object without a \"type\"".to_owned()),
        }
        let properties = match members.remove("properties") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(properties)) => properties,
            Some(_) => return Err("\"properties\" must be an object or null".to_owned()),
        };
        let id = members.remove("id").filter(|id| !id.is_null());
        let geometry = members.remove("geometry").unwrap_or(Value::Null);
        Ok(Self { geometry, id, properties })
    }
}

fn failure(error: &serde_json::Error, position: Option<usize>) -> Failure {
    if error.io_error_kind() == Some(io::ErrorKind::FileTooLarge) {
        let cause = format!("a feature has more than {} MiB", LONGEST >> 20);
        return match position {
            Some(position) => Failure::at(Place::Feature(position), cause),
            None => Failure::new(cause),
        };
    }
    if error.is_io() {
        return Failure::new(error);
    }
    let place = Place::Column(error.line(), error.column());
    let text = error.to_string();
    let cause = text.split(" at line ").next().unwrap_or(&text);
    match (position, error.line()) {
        (Some(position), 0) => Failure::at(Place::Feature(position), cause),
        (Some(position), _) => Failure::at(place, format_args!("features[{position}]: {cause}")),
        (None, 0) => Failure::new(cause),
        (None, _) => Failure::at(place, cause),
    }
}

type Visit<'a> = &'a mut dyn FnMut(usize, Feature) -> Result<(), Failure>;

struct State<'a> {
    /// The position of the feature that is being read.
    position: Option<usize>,
    /// The error of the caller, which ends the reading.
    stopped: Option<Failure>,
    visit: Visit<'a>,
    /// Bytes read since the last feature.
    read: &'a Cell<u64>,
}

/// A reader that fails if a feature is too long.
struct Bounded<'a, R> {
    inner: R,
    read: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read.get() > LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

impl State<'_> {
    fn visit<E: serde::de::Error>(&mut self, position: usize, feature: Feature) -> Result<(), E> {
        self.read.set(0);
        (self.visit)(position, feature).map_err(|failure| {
            self.stopped = Some(failure);
            E::custom("stopped")
        })
    }
}

/// The outermost object. It gives the coordinate system.
struct Document<'a, 'b>(&'a mut State<'b>);

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = Option<Crs>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Crs>, A::Error> {
        let mut rest = Map::new();
        let mut collection = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                map.next_value_seed(Features(self.0))?;
                collection = true;
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        let crs = geojson_crs(&rest);
        let feature = match rest.get("type").and_then(Value::as_str).unwrap_or("") {
            "FeatureCollection" if collection => return Ok(crs),
            "FeatureCollection" => return Err(A::Error::missing_field("features")),
            "" => return Err(A::Error::custom("expected GeoJSON with a \"type\"")),
            "Feature" => Feature::of(Value::Object(rest)).map_err(A::Error::custom)?,
            "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon"
            | "MultiPolygon" | "GeometryCollection" => {
                Feature { geometry: Value::Object(rest), ..Feature::default() }
            }
            other => {
                let cause = format_args!("{} is not a GeoJSON type", quoted(other));
                return Err(A::Error::custom(cause));
            }
        };
        self.0.visit(0, feature)?;
        Ok(crs)
    }
}

/// The array of features in a collection.
struct Features<'a, 'b>(&'a mut State<'b>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> Result<(), A::Error> {
        for position in 0.. {
            self.0.position = Some(position);
            let Some(value) = features.next_element()? else { break };
            let feature = Feature::of(value).map_err(A::Error::custom)?;
            self.0.visit(position, feature)?;
        }
        self.0.position = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of features in `text`.
    fn count(text: &str) -> Result<usize, String> {
        let mut count = 0;
        let read = each(text.as_bytes(), |position, _| {
            assert_eq!(position, count);
            count += 1;
            Ok(())
        });
        read.map(|_| count).map_err(|error| error.to_string())
    }

    const POINT: &str = r#"{"type":"Point","coordinates":[1,2]}"#;

    #[test]
    fn collections_features_and_bare_geometries_are_read() {
        let feature = format!(r#"{{"type":"Feature","geometry":{POINT},"properties":null}}"#);
        assert_eq!(count(POINT), Ok(1));
        assert_eq!(count(&feature), Ok(1));
        let two = format!(r#"{{"features":[{feature},{feature}],"type":"FeatureCollection"}}"#);
        assert_eq!(count(&two), Ok(2));
        assert_eq!(count(r#"{"type":"FeatureCollection","features":[]}"#), Ok(0));
    }

    #[test]
    fn errors_name_the_place() {
        let bad = format!(r#"{{"type":"FeatureCollection","features":[{POINT}]}}"#);
        let error = count(&bad).expect_err("a geometry is no feature");
        assert!(error.starts_with("line 1, column "), "{error}");
        assert!(error.contains("features[0]"), "{error}");
        let failure = each(POINT.as_bytes(), |_, _| Err(Failure::new("enough")));
        assert_eq!(failure.expect_err("stopped").to_string(), "enough");
    }

    #[test]
    fn the_coordinate_system_may_stand_anywhere() {
        let crs = r#""crs":{"type":"name","properties":{"name":"EPSG:3857"}}"#;
        for (text, expected) in [
            (format!(r#"{{"type":"FeatureCollection",{crs},"features":[]}}"#), "EPSG:3857"),
            (format!(r#"{{"type":"FeatureCollection","features":[],{crs}}}"#), "EPSG:3857"),
            (format!(r#"{{"type":"Feature",{crs}}}"#), "EPSG:3857"),
            (format!(r#"{{"type":"Point",{crs},"coordinates":[1,2]}}"#), "EPSG:3857"),
            (POINT.to_owned(), "OGC:CRS84"),
        ] {
            let crs = each(text.as_bytes(), |_, _| Ok(())).expect("sound");
            assert_eq!(crs.map(|crs| crs.to_string()).as_deref(), Some(expected), "{text}");
        }
        let unknown = r#"{"type":"FeatureCollection","crs":null,"features":[]}"#;
        assert_eq!(each(unknown.as_bytes(), |_, _| Ok(())).expect("sound"), None);
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = format!(r#"{{"type":"Feature","x":{}"#, "[".repeat(1_000_000));
        let nested = r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000);
        for text in [
            "",
            "[]",
            "7",
            "{}",
            r#"{"type":7}"#,
            r#"{"type":"Topology"}"#,
            r#"{"type":"FeatureCollection"}"#,
            r#"{"type":"FeatureCollection","features":null}"#,
            r#"{"type":"FeatureCollection","features":[]} x"#,
            r#"{"type":"FeatureCollection","features":[{"#,
            r#"{"type":"Point","coordinates":[1e999,0]}"#,
            r#"{"type":"FeatureCollection","features":[null]}"#,
            r#"{"type":"Feature","properties":7}"#,
            deep.as_str(),
            nested.as_str(),
        ] {
            assert!(count(text).is_err(), "{:.60}", text);
        }
    }
}
