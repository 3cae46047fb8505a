//! What the metadata of an extension says: the coordinate system, and the edges.

use serde_json::{Map, Value};

use super::error::start_of;

/// Metadata of GeoArrow: <https://geoarrow.org/extension-types.html>.
pub(super) struct Metadata(Map<String, Value>);

impl Metadata {
    /// Reads the JSON. No text declares nothing.
    ///
    /// # Errors
    /// What the metadata must be, and what was got.
    pub(super) fn read(text: Option<&str>) -> Result<Self, String> {
        let text = text.unwrap_or_default().trim();
        if text.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(other) => Err(format!("a JSON object, got {}", start_of(&other.to_string()))),
            Err(error) => Err(format!("a JSON object: {error}")),
        }
    }

    /// The system as it is declared: a name, well-known text, or the JSON of PROJ as text.
    pub(super) fn crs(&self) -> Result<Option<String>, String> {
        let is_srid = self.0.get("crs_type").and_then(Value::as_str) == Some("srid");
        let text = match self.0.get("crs") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) if is_srid => number.to_string(),
            Some(object @ Value::Object(_)) => return Ok(Some(object.to_string())),
            Some(other) => {
                let got = start_of(&other.to_string());
                return Err(format!(
                    "a JSON object whose \"crs\" is a text or an object, got {got}"
                ));
            }
        };
        // An SRID is an EPSG code by custom, and 0 declares nothing.
        Ok(match text.parse::<u32>() {
            Ok(0) if is_srid => None,
            Ok(srid) if is_srid => Some(format!("EPSG:{srid}")),
            _ => Some(text).filter(|text| !text.is_empty()),
        })
    }

    /// The word for edges that are not straight on the plane.
    pub(super) fn edges(&self) -> Option<&str> {
        self.0.get("edges").and_then(Value::as_str).filter(|&edges| edges != "planar")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crs(text: &str) -> Result<Option<String>, String> {
        Metadata::read(Some(text))?.crs()
    }

    #[test]
    fn a_system_is_given_as_it_is_declared() {
        let wkt = r#"GEOGCRS[\"WGS 84\"]"#;
        for (text, expected) in [
            ("", None),
            ("{}", None),
            (r#"{"crs":null}"#, None),
            (r#"{"crs":""}"#, None),
            (r#"{"crs":"EPSG:4326"}"#, Some("EPSG:4326")),
            (r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#, Some("OGC:CRS84")),
            (&format!(r#"{{"crs":"{wkt}"}}"#), Some(r#"GEOGCRS["WGS 84"]"#)),
            (
                r#"{"crs":{"type":"GeographicCRS","name":"WGS 84"},"crs_type":"projjson"}"#,
                Some(r#"{"type":"GeographicCRS","name":"WGS 84"}"#),
            ),
            (r#"{"crs":"25832","crs_type":"srid"}"#, Some("EPSG:25832")),
            (r#"{"crs":25832,"crs_type":"srid"}"#, Some("EPSG:25832")),
            (r#"{"crs":"0","crs_type":"srid"}"#, None),
            (r#"{"crs":"local","crs_type":"srid"}"#, Some("local")),
        ] {
            assert_eq!(crs(text), Ok(expected.map(str::to_owned)), "{text}");
        }
        assert_eq!(Metadata::read(None).and_then(|metadata| metadata.crs()), Ok(None));
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        let long = format!("[{}]", "1,".repeat(50) + "1");
        let start = format!("a JSON object, got [{}1…", "1,".repeat(39));
        for (text, expected) in [
            ("[1]", "a JSON object, got [1]"),
            (&long, &start),
            (r#"{"crs":true}"#, "a JSON object whose \"crs\" is a text or an object, got true"),
            (r#"{"crs":4326}"#, "a JSON object whose \"crs\" is a text or an object, got 4326"),
        ] {
            assert_eq!(crs(text), Err(expected.to_owned()), "{text}");
        }
        assert!(crs("{").is_err_and(|error| error.starts_with("a JSON object: ")));
    }

    #[test]
    fn edges_other_than_planar_are_told() {
        for (text, expected) in [
            ("", None),
            (r#"{"edges":"planar"}"#, None),
            (r#"{"edges":"spherical"}"#, Some("spherical")),
        ] {
            assert_eq!(Metadata::read(Some(text)).expect("sound").edges(), expected, "{text}");
        }
    }
}
