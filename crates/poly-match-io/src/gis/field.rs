//! The geometry column of a table: its field, and the coordinate system that it declares.

use arrow_schema::{DataType, Field, FieldRef, Schema};
use poly_match_geo::Crs;
use serde_json::{Value, json};

use crate::error::{Error, Place, Result};
use crate::geo::extension;
use crate::systems;

/// A coordinate system as a file declares it: by a code such as `EPSG:25832`, or by its definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) text: String,
    pub(super) crs: Crs,
}

impl Declared {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.trim().to_owned(), crs: Crs::named(text) }
    }

    /// The code at EPSG, if there is one, or else what the file declares.
    pub(super) fn or_code(text: &str) -> Self {
        let crs = Crs::named(text);
        let text = if crs.epsg().is_some() { crs.definition() } else { text.trim() };
        Self { text: text.to_owned(), crs }
    }

    /// The definition as well-known text: that which the file declares, or that of the code at EPSG.
    pub(super) fn wkt(&self) -> Option<&str> {
        let is_json = self.text.starts_with('{');
        let own = (!is_json && self.text.contains('[')).then_some(self.text.as_str());
        own.or_else(|| systems::wkt(&self.crs))
    }

    /// The definition for a `.prj` file: that which the file declares, or else version 1 of the code's.
    #[cfg(feature = "shapefile")]
    pub(super) fn prj(&self) -> Option<&str> {
        let is_own = !self.text.starts_with('{') && self.text.contains('[');
        if is_own { Some(&self.text) } else { systems::wkt1(&self.crs) }
    }

    /// The metadata of GeoArrow.
    fn metadata(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(object @ Value::Object(_)) => json!({"crs": object, "crs_type": "projjson"}),
            _ if self.text.contains('[') => json!({"crs": self.text, "crs_type": "wkt2:2019"}),
            _ if self.crs.has_code() => json!({"crs": self.text, "crs_type": "authority_code"}),
            _ => json!({"crs": self.text}),
        }
    }
}

/// The field of a geometry column, whose name is none of the properties.
pub(super) fn geometry_field(properties: &[FieldRef], crs: Option<&Declared>) -> FieldRef {
    let is_taken = |name: &str| properties.iter().any(|field| field.name() == name);
    let numbered = (2..).map(|number| format!("geometry_{number}"));
    let mut names = std::iter::once("geometry".to_owned()).chain(numbered);
    let name = names.find(|name| !is_taken(name)).unwrap_or_default();
    let metadata = crs.map_or_else(|| json!({}), Declared::metadata).to_string();
    extension(&Field::new(name, DataType::Binary, true), "geoarrow.wkb", &metadata)
}

/// The position of the first column of well-known binary or points.
///
/// # Errors
/// If a column has geometry in another encoding.
pub(super) fn geometry_position(schema: &Schema) -> Result<Option<usize>> {
    let is_geometry = |field: &FieldRef| {
        matches!(field.extension_type_name(), Some("geoarrow.wkb" | "ogc.wkb" | "geoarrow.point"))
    };
    let is_other = |field: &&FieldRef| {
        let name = field.extension_type_name().unwrap_or_default();
        name.starts_with("geoarrow.") && !is_geometry(field)
    };
    if let Some(field) = schema.fields().iter().find(is_other) {
        let kind = field.extension_type_name().unwrap_or_default();
        let what = format_args!("expected a geometry as well-known binary or points, got {kind}");
        return Err(Error::unsupported(what).at(Place::Column(field.name().clone())));
    }
    Ok(schema.fields().iter().position(is_geometry))
}

/// The coordinate system that the field of a geometry column declares.
pub(super) fn declared_crs(field: &Field) -> Option<Declared> {
    let metadata: Value = serde_json::from_str(field.extension_type_metadata()?).ok()?;
    let is_srid = metadata.get("crs_type").and_then(Value::as_str) == Some("srid");
    let text = match metadata.get("crs")? {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => return None,
        other => other.to_string(),
    };
    match text.as_str() {
        "" => None,
        "0" if is_srid => None,
        srid if is_srid => Some(Declared::new(&format!("EPSG:{srid}"))),
        text => Some(Declared::new(text)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_field_declares_the_system_that_is_read_back() {
        let local = r#"PROJCS["Site grid",GEOGCS["WGS 84"]]"#;
        for name in ["EPSG:25832", "ESRI:102003", "OGC:CRS84", local, r#"{"name":"Site"}"#, "Site"]
        {
            let declared = Declared::new(name);
            let field = geometry_field(&[], Some(&declared));
            assert_eq!(declared_crs(&field), Some(declared), "{field:?}");
        }
        assert_eq!(declared_crs(&geometry_field(&[], None)), None);
    }

    #[test]
    fn the_name_is_none_of_a_property() {
        let property = |name: &str| Arc::new(Field::new(name, DataType::Utf8, true));
        let named = |names: &[&str]| {
            let properties: Vec<_> = names.iter().map(|name| property(name)).collect();
            geometry_field(&properties, None).name().clone()
        };
        assert_eq!(named(&["a"]), "geometry");
        assert_eq!(named(&["geometry", "geometry_2"]), "geometry_3");
    }
}
