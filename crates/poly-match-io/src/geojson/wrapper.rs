//! Finds the features in a document of JSON that is no GeoJSON itself, such as GBFS.

use std::fmt::{self, Write};
use std::io::{BufReader, Read};

use poly_match_geo::{Crs, coordinate_pairs, geojson_crs};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::feature::Text;
use crate::error::{Error, Result};

/// The most collections that an error lists.
const MOST: usize = 4;

/// The most names of members that are looked at.
const MOST_NAMES: usize = 100;

/// One step from a value of JSON into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// An element of an array.
    Element(usize),
}

/// An array of features somewhere in a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wrapped {
    /// The steps from the document to the array.
    pub(super) steps: Vec<Step>,
    /// The system that the collection around the array declares.
    pub(super) crs: Option<Crs>,
}

/// Finds the only array of features in a document: `None` if there is none, or if the text is no JSON.
///
/// # Errors
/// If there are several: their paths. If there are other records with coordinates: their path. The system's
/// errors.
pub(super) fn find(input: impl Read) -> Result<Option<Wrapped>> {
    let (mut found, mut records) = (Vec::new(), None);
    let mut steps = Vec::new();
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(input));
    let seed = Inside { steps: &mut steps, found: &mut found, records: &mut records };
    match seed.deserialize(&mut json).and_then(|_| json.end()) {
        Ok(()) => {}
        Err(error) if error.is_io() => return Err(std::io::Error::from(error).into()),
        Err(_) => return Ok(None),
    }
    if found.len() > 1 {
        let filters: Vec<_> = found.iter().take(MOST).map(|one| filter(&one.steps)).collect();
        let more = if found.len() > MOST { ", ..." } else { "" };
        return Err(Error::unsupported(format_args!(
            "expected one collection of features, got {} in the document: {}{more}; take one out: jq \
             '{{type: \"FeatureCollection\", features: {}}}' FILE > zones.geojson",
            found.len(),
            filters.join(", "),
            filters[0],
        )));
    }
    match (found.pop(), records) {
        (None, Some(records)) => {
            let filter = filter(&records);
            Err(Error::unsupported(format_args!(
                "expected GeoJSON, got JSON with records at {filter}; convert them: jq -r '{filter} | (add | \
                 keys_unsorted) as $k | $k, (.[] | [.[$k[]] | if type == \"object\" or type == \"array\" \
                 then tojson else . end]) | @csv' FILE > records.csv"
            )))
        }
        (found, _) => Ok(found),
    }
}

/// A path as a filter of jq.
fn filter(steps: &[Step]) -> String {
    let mut filter = String::new();
    for step in steps {
        let is_plain = |name: &str| {
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && name.starts_with(|first: char| !first.is_ascii_digit())
        };
        let written = match step {
            Step::Member(name) if is_plain(name) => write!(filter, ".{name}"),
            Step::Member(name) => write!(filter, ".[{}]", Value::from(name.as_str())),
            Step::Element(position) if filter.is_empty() => write!(filter, ".[{position}]"),
            Step::Element(position) => write!(filter, "[{position}]"),
        };
        debug_assert!(written.is_ok(), "text takes any text");
    }
    if filter.is_empty() { ".".to_owned() } else { filter }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Feature,
    /// An object with coordinates that is no feature.
    Record,
    Array,
    Other,
}

/// Looks for arrays of features in a value.
struct Inside<'a> {
    steps: &'a mut Vec<Step>,
    found: &'a mut Vec<Wrapped>,
    /// The first array of records, as a path.
    records: &'a mut Option<Vec<Step>>,
}

impl<'a> Inside<'a> {
    fn deeper(&mut self) -> Inside<'_> {
        Inside { steps: self.steps, found: self.found, records: self.records }
    }
}

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<Kind, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_unit<E>(self) -> std::result::Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<Kind, A::Error> {
        let before = self.found.len();
        let (mut kind, mut crs, mut features) = (None, None, None);
        let mut names = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if names.len() < MOST_NAMES {
                names.push(name.clone().into_owned());
            }
            match &*name {
                "type" => kind = Some(map.next_value::<Box<RawValue>>()?),
                "crs" => crs = Some(map.next_value::<Box<RawValue>>()?),
                // What a feature has besides its type holds no features.
                "geometry" | "properties" | "coordinates" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    self.steps.push(Step::Member(name.clone().into_owned()));
                    let value = map.next_value_seed(self.deeper())?;
                    if name == "features" && value == Kind::Array {
                        features = Some(self.steps.clone());
                    }
                    self.steps.pop();
                }
            }
        }
        match (kind.as_ref().map(|kind| kind.get()), features) {
            (Some(r#""FeatureCollection""#), Some(steps)) => {
                let crs = crs.and_then(|crs| serde_json::from_str::<Value>(crs.get()).ok());
                let crs = crs.map(|crs| ("crs".to_owned(), crs));
                self.found.truncate(before);
                let crs = geojson_crs(&crs.into_iter().collect());
                self.found.push(Wrapped { steps, crs });
                Ok(Kind::Other)
            }
            (Some(r#""Feature""#), _) => {
                self.found.truncate(before);
                Ok(Kind::Feature)
            }
            _ if !coordinate_pairs(&names).is_empty() => Ok(Kind::Record),
            _ => Ok(Kind::Other),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut array: A) -> std::result::Result<Kind, A::Error> {
        for position in 0.. {
            self.steps.push(Step::Element(position));
            let value = array.next_element_seed(self.deeper())?;
            self.steps.pop();
            match value {
                None => break,
                Some(Kind::Feature) if position == 0 => {
                    let crs = Some(Crs::geojson());
                    self.found.push(Wrapped { steps: self.steps.clone(), crs });
                    while array.next_element::<IgnoredAny>()?.is_some() {}
                    break;
                }
                Some(Kind::Record) if position == 0 && self.records.is_none() => {
                    *self.records = Some(self.steps.clone());
                }
                Some(_) => {}
            }
        }
        Ok(Kind::Array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(json: &str) -> Vec<String> {
        match find(json.as_bytes()) {
            Ok(found) => found.iter().map(|one| filter(&one.steps)).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn a_collection_is_found_wherever_it_is() {
        const COLLECTION: &str =
            r#"{"features":[{"geometry":null,"type":"Feature"}],"type":"FeatureCollection"}"#;
        for (before, after, filter) in [
            (r#"{"ttl":0,"data":{"geofencing_zones":"#, "}}", ".data.geofencing_zones.features"),
            ("[7,", "]", ".[1].features"),
            (r#"{"a b":[["#, "]]}", r#".["a b"][0][0].features"#),
            ("", "", ".features"),
        ] {
            assert_eq!(filters(&format!("{before}{COLLECTION}{after}")), [filter]);
        }
        let feature = r#"{"properties":{"features":[{"type":"Feature"}]},"type":"Feature"}"#;
        assert_eq!(filters(&format!("[{feature},{feature}]")), ["."]);
        assert_eq!(filters(&format!(r#"{{"zones":[{feature}]}}"#)), [".zones"]);
        assert_eq!(filters(r#"{"a":{"type":"FeatureCollection","features":[]}}"#), [".a.features"]);
        for none in [r#"{"a":1}"#, "[]", r#"{"features":[1]}"#, feature, "7"] {
            assert_eq!(filters(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn the_system_of_the_collection_counts() {
        let text = r#"{"a":{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":
            "EPSG:25832"}},"features":[]}}"#;
        let found = find(text.as_bytes()).expect("sound").expect("one");
        assert_eq!(found.crs, Some(Crs::named("EPSG:25832")));
    }

    #[test]
    fn records_with_coordinates_are_named() {
        let text = r#"{"data":{"bikes":[{"id":1,"lat":1,"lon":2},{"id":2,"lat":1,"lon":3}],"n":[{"a":1}]}}"#;
        let [error] = &filters(text)[..] else { panic!("one") };
        assert!(
            error.contains("got JSON with records at .data.bikes; convert them: jq -r"),
            "{error}"
        );
    }

    #[test]
    fn several_are_named() {
        let one = r#"{"type":"FeatureCollection","features":[]}"#;
        let [error] = &filters(&format!(r#"{{"a":{one},"b":{one}}}"#))[..] else { panic!("one") };
        assert!(error.contains("got 2 in the document: .a.features, .b.features; "), "{error}");
        let many = [one; 10].join(",");
        let [error] = &filters(&format!("[{many}]"))[..] else { panic!("one") };
        assert!(error.contains(".[3].features, ...; take one out: "), "{error}");
    }
}
