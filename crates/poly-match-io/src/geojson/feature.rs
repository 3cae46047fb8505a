//! Reads one feature: its members as text, which others read by the types of their columns.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::error::quoted;

/// The types of geometries, and their numbers in well-known binary.
pub(super) const GEOMETRIES: [(&str, u32); 7] = [
    ("Point", 1),
    ("LineString", 2),
    ("Polygon", 3),
    ("MultiPoint", 4),
    ("MultiLineString", 5),
    ("MultiPolygon", 6),
    ("GeometryCollection", 7),
];

/// The most properties of a feature, with those whose names are equal.
const MOST: usize = 1 << 17;

/// A feature. All values are JSON as it was written.
#[derive(Debug, Default)]
pub(super) struct Feature<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) geometry: Option<&'a str>,
    pub(super) properties: Vec<(Cow<'a, str>, &'a str)>,
}

/// Why a text is no feature.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is no JSON, or of another shape.
    Json(serde_json::Error),
    /// A sentence.
    What(String),
}

impl<'a> Feature<'a> {
    /// Reads a feature. A geometry alone is one without properties.
    pub(super) fn read(text: &'a str) -> Result<Self, Fault> {
        let mut json = serde_json::Deserializer::from_str(text);
        let members = json.deserialize_any(Members::default()).map_err(Fault::Json)?;
        json.end().map_err(Fault::Json)?;
        match members.kind.as_deref() {
            Some("Feature") => Ok(members.feature),
            Some(kind) if GEOMETRIES.iter().any(|(name, _)| *name == kind) => {
                Ok(Self { geometry: Some(text), ..Self::default() })
            }
            Some(other) => Err(Fault::What(format!("expected a Feature, got a {}", quoted(other)))),
            None => {
                Err(Fault::What("expected a Feature, got an object without a \"type\"".to_owned()))
            }
        }
    }
}

#[derive(Default)]
struct Members<'a> {
    kind: Option<Cow<'a, str>>,
    feature: Feature<'a>,
}

impl<'de> Visitor<'de> for Members<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Feature")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "type" => self.kind = string(map.next_value()?),
                "id" => self.feature.id = not_null(map.next_value()?),
                "geometry" => self.feature.geometry = not_null(map.next_value()?),
                "properties" => {
                    self.feature.properties.clear();
                    map.next_value_seed(Properties(&mut self.feature.properties))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(self)
    }
}

/// Reads the properties. The last of equal names counts.
struct Properties<'a, 'de>(&'a mut Vec<(Cow<'de, str>, &'de str)>);

impl<'de> DeserializeSeed<'de> for Properties<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties that are an object or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            if self.0.len() == MOST {
                let what = format_args!("a feature has more than {MOST} properties");
                return Err(A::Error::custom(what));
            }
            self.0.push((name, map.next_value::<&'de RawValue>()?.get()));
        }
        Ok(())
    }
}

/// A string, borrowed where it has no escapes.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(Reader)
    }
}

/// The content of a string; `None` for another value.
fn string(json: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(json.get()).ok().map(|text| text.0)
}

fn not_null(json: &RawValue) -> Option<&str> {
    (json.get() != "null").then_some(json.get())
}

impl From<String> for Fault {
    fn from(what: String) -> Self {
        Self::What(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_text_in_any_order() {
        let text = r#"{"properties":{"a":1.50,"b\n":"x"},"bbox":[1],"id":7,"geometry":
            {"type":"Point"},"type":"Feature"}"#;
        let feature = Feature::read(text).expect("a feature");
        assert_eq!(feature.properties, [("a".into(), "1.50"), ("b\n".into(), "\"x\"")]);
        assert_eq!((feature.id, feature.geometry), (Some("7"), Some(r#"{"type":"Point"}"#)));
        let text = r#"{"type":"Feature","id":null,"geometry":null,"properties":null}"#;
        let feature = Feature::read(text).expect("a feature");
        assert!(feature.id.is_none() && feature.geometry.is_none());
        let point = r#"{"type":"Point","coordinates":[1,2]}"#;
        assert_eq!(Feature::read(point).expect("a geometry").geometry, Some(point));
    }

    #[test]
    fn everything_else_is_refused() {
        for (text, expected) in [
            ("7", "invalid type: integer `7`, expected a Feature"),
            ("{}", "expected a Feature, got an object without a \"type\""),
            (r#"{"type":1}"#, "expected a Feature, got an object without a \"type\""),
            (r#"{"type":"Topology"}"#, "expected a Feature, got a \"Topology\""),
            (
                r#"{"type":"Feature","properties":7}"#,
                "expected properties that are an object or null",
            ),
            (r#"{"type":"Feature"} x"#, "trailing characters"),
            (r#"{"type":"Feature""#, "EOF while parsing"),
        ] {
            let error = match Feature::read(text).expect_err("no feature") {
                Fault::Json(error) => error.to_string(),
                Fault::What(what) => what,
            };
            assert!(error.contains(expected), "{error}");
        }
    }
}
