//! The geometry column of a table: its field, and the coordinate system that it declares.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema};
use poly_match_geo::Crs;
use serde_json::{Value, json};

use crate::error::{Error, Place, Result};
use crate::geo::extension;

/// The field of a geometry column, whose name is none of the properties.
///
/// A system with a code is declared by it, and another one by its definition.
pub(super) fn geometry_field(properties: &[FieldRef], crs: Option<&Crs>) -> FieldRef {
    let is_taken = |name: &str| properties.iter().any(|field| field.name() == name);
    let numbered = (2..).map(|number| format!("geometry_{number}"));
    let mut names = std::iter::once("geometry".to_owned()).chain(numbered);
    let name = names.find(|name| !is_taken(name)).unwrap_or_default();
    let metadata = match crs.map(|crs| (crs, crs.definition())) {
        None => json!({}),
        Some((_, text)) if text.starts_with('{') => match serde_json::from_str::<Value>(text) {
            Ok(object) => json!({"crs": object, "crs_type": "projjson"}),
            Err(_) => json!({"crs": text}),
        },
        Some((_, text)) if text.contains('[') => json!({"crs": text, "crs_type": "wkt2:2019"}),
        Some((crs, text)) if crs.has_code() => {
            json!({"crs": text, "crs_type": "authority_code"})
        }
        Some((_, text)) => json!({"crs": text}),
    };
    extension(&Field::new(name, DataType::Binary, true), "geoarrow.wkb", &metadata.to_string())
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
pub(super) fn declared_crs(field: &Field) -> Option<Crs> {
    let metadata: Value = serde_json::from_str(field.extension_type_metadata()?).ok()?;
    let is_srid = metadata.get("crs_type").and_then(Value::as_str) == Some("srid");
    let text = match metadata.get("crs")? {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => return None,
        other => other.to_string(),
    };
    match text.as_str() {
        "" => None,
        srid if is_srid => Crs::of_srid(srid.parse().ok()?),
        text => Some(Crs::named(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_declares_the_system_that_is_read_back() {
        let local = r#"PROJCS["Site grid",GEOGCS["WGS 84"]]"#;
        for name in ["EPSG:25832", "ESRI:102003", "OGC:CRS84", local, r#"{"name":"Site"}"#, "Site"]
        {
            let crs = Crs::named(name);
            let field = geometry_field(&[], Some(&crs));
            assert_eq!(declared_crs(&field), Some(crs), "{field:?}");
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
