//! What the metadata of an extension says: the coordinate system, and the edges.

use serde_json::{Map, Value};

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
            Ok(other) => Err(format!("a JSON object, got {other:.40}")),
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
                return Err(format!(
                    "a JSON object with a text or an object as \"crs\", got {other}"
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
